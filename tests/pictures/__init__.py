"""Pictures of the screen for the README, taken of the real demo: ``python -m tests.pictures.make``."""
