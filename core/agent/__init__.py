"""The process that owns a profile's state and runs the engine, and the client that attaches to it."""
