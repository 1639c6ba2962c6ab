"""Kakehashi's screen and its console script."""
