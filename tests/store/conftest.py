from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.store.profile import ProfileStore

Opener = Callable[..., ProfileStore]
Again = Callable[[], ProfileStore]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def opened(folder: Path) -> Iterator[Opener]:
    """Opens the store in ``folder`` as often as asked and closes every one at the end."""
    stores: list[ProfileStore] = []

    def opener(**options: object) -> ProfileStore:
        stores.append(ProfileStore.open(folder, **options))  # type: ignore[arg-type]
        return stores[-1]

    yield opener
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Opener) -> ProfileStore:
    return opened()


@pytest.fixture(params=["memory", "journal", "checkpoint"])
def again(request: pytest.FixtureRequest, store: ProfileStore, opened: Opener) -> Again:
    """The store itself; opened anew from its journal, as after a kill; opened anew after closing."""

    def reopen() -> ProfileStore:
        if request.param == "memory":
            return store
        if request.param == "checkpoint":
            store.close()
        return opened()

    return reopen
