import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.place import Place


@pytest.fixture
def place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="kk-") as folder:
        made = Place(Path(folder) / "home")
        yield made
        made.close()
