"""Pure decisions: normalise, match, merge, plan, valve. No clock, no I/O, no randomness."""
