"""Property tests try the same examples in every run, so that a check fails for what was changed, not by luck.

``KAKEHASHI_EXAMPLES=N`` looks further, with N examples of fresh dice. Nobody's own keyring is looked into.
"""

import os

from hypothesis import settings

os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("dice", deadline=None, max_examples=int(os.environ.get("KAKEHASHI_EXAMPLES", "") or 100))
settings.load_profile("dice" if os.environ.get("KAKEHASHI_EXAMPLES") else "steady")
