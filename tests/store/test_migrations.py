"""Formats: an older state is brought forward step by step, with what it was kept beside it."""

from pathlib import Path

import msgspec
import pytest

from core.engine.ports import Commit
from core.store.checkpoint import Tables
from core.store.migrations import Format
from core.store.profile import ProfileStore
from tests.store.builders import link
from tests.store.conftest import Opener
from tests.store.files import let_go


def cursor_two(tables: Tables) -> Tables:
    old = msgspec.json.decode(tables["cursors"]["a"])
    return tables | {"cursors": {"a": msgspec.json.encode({"value": old["value"] + "+2"})}}


def cursor_three(tables: Tables) -> Tables:
    old = msgspec.json.decode(tables["cursors"]["a"])
    return tables | {"cursors": {"b": msgspec.json.encode({"value": old["value"] + "+3"})}}


THREE = Format(known=3, steps={1: cursor_two, 2: cursor_three})


@pytest.mark.parametrize("closed", [True, False])
def test_an_older_state_is_brought_forward_step_by_step(store: ProfileStore, opened: Opener, closed: bool) -> None:
    store.commit(Commit(cursors={"a": "1"}, links=[link(1)]))
    if closed:
        store.close()
    else:
        let_go(store)
    for _ in range(2):
        newer = opened(known=THREE)
        assert (newer.cursor("a"), newer.cursor("b")) == (None, "1+2+3")
        assert list(newer.links("customers")) == [link(1)]
        newer.close()


def test_what_it_was_is_kept(store: ProfileStore, opened: Opener, folder: Path) -> None:
    store.commit(Commit(cursors={"a": "1"}))
    store.close()
    before = (folder / "state.json").read_bytes()
    opened(known=THREE)
    assert (folder / "state.json.format-1").read_bytes() == before


def test_a_step_that_fails_leaves_the_older_state_as_it_was(store: ProfileStore, opened: Opener, folder: Path) -> None:
    store.commit(Commit(cursors={"a": "1"}))
    store.close()

    def broken(tables: Tables) -> Tables:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        opened(known=Format(known=2, steps={1: broken}))
    assert opened().cursor("a") == "1"
