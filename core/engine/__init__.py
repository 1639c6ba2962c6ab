"""Effects: pull, execute, recover, events. What it needs of the world stands in ``ports``."""
