"""COQL: not yet."""
