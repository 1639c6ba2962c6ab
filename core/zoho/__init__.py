"""The wire: transport, auth, budget, errors, and the two sides."""
