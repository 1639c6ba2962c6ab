"""Commands: the service of a profile, without a screen."""
