"""Every screen looks as it did: at 80x24 and 120x40, in English and Japanese."""

import importlib
import pkgutil

import pytest

import tui.screens
from tests.tui.gallery import PLACES
from tests.tui.snapshots import FOLDER, path_of, take
from tui.screens.base import Base
from tui.screens.dialogs import Dialog

RENEW = "when the change is wanted: python -m tests.tui.snapshots"


@pytest.mark.parametrize("name", [place.id for place in PLACES])
async def test_it_looks_as_it_did(name: str) -> None:
    path = path_of(name)
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    assert await take(name) == kept, f"{path.name}; {RENEW}"


def every(kind: type) -> set[type]:
    return {kind, *(each for sub in kind.__subclasses__() for each in every(sub))}


def test_every_screen_has_a_snapshot() -> None:
    for module in pkgutil.walk_packages(tui.screens.__path__, "tui.screens."):
        importlib.import_module(module.name)
    ours = [each for each in every(Base) | every(Dialog) if each.__module__.startswith("tui.")]
    names = {str(getattr(each, "NAME", "")) for each in ours if issubclass(each, Base)} - {""}
    names |= {each.__name__ for each in ours if issubclass(each, Dialog)} - {"Dialog"}
    assert names - {place.name for place in PLACES} == set()


def test_no_snapshot_is_of_a_screen_that_is_no_more() -> None:
    assert {path.name for path in FOLDER.glob("*.svg")} == {path_of(place.id).name for place in PLACES}
