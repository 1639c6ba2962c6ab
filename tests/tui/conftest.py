import os
import time

import pytest

from tui.main import BEFORE_TEXTUAL

# As the launcher does, before anything here imports Textual.
os.environ.update(BEFORE_TEXTUAL)
os.environ["TZ"] = "UTC"
time.tzset()


@pytest.fixture(params=["en", "ja"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)
