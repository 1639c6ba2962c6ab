"""The control surface under `/_sandbox/`: for tests, demos and people; no part of either API."""
