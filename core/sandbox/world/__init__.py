"""Worlds: what an organisation holds before anybody touches it, a pure function of a seed."""
