"""A disk that is full, short or broken: the commit fails with a Problem, memory and journal stay as they were."""

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.engine.ports import Commit
from core.model.problems import Problem
from core.store import checkpoint, disk
from core.store.profile import ProfileStore
from tests.store.builders import crm_id, link
from tests.store.conftest import Opener
from tests.store.files import journal_of, let_go


def refuse(number: int) -> Callable[..., Any]:
    def refused(*_: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return refused


def short_then(number: int) -> Callable[[int, memoryview], int]:
    """A disk that takes ten bytes and no more."""
    room = [10]
    write = os.write

    def written(fd: int, data: memoryview) -> int:
        if not room[0]:
            raise OSError(number, os.strerror(number))
        taken = write(fd, data[: room[0]])
        room[0] -= taken
        return taken

    return written


def failed_commit(store: ProfileStore) -> Problem:
    with pytest.raises(Problem) as caught:
        store.commit(Commit(links=[link(2)], drop_links=[link(1).key]))
    return caught.value


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "store_full"),
        (errno.EDQUOT, "store_full"),
        (errno.EFBIG, "store_full"),
        (errno.EIO, "store_read_only"),
        (errno.EROFS, "store_read_only"),
    ],
)
@pytest.mark.parametrize("stage", ["write", "short", "sync"])
def test_a_failed_commit_changes_nothing(
    store: ProfileStore, opened: Opener, folder: Path, stage: str, number: int, code: str
) -> None:
    store.commit(Commit(links=[link(1)]))
    before = journal_of(folder).read_bytes()
    with pytest.MonkeyPatch.context() as broken:
        if stage == "sync":
            # The first sync fails, the one after cutting back goes through.
            real = disk.sync
            calls = iter([refuse(number)])

            def once(fd: int) -> None:
                next(calls, real)(fd)

            broken.setattr(disk, "sync", once)
        else:
            broken.setattr(os, "write", refuse(number) if stage == "write" else short_then(number))
        problem = failed_commit(store)
    assert (problem.code, problem.detail) == (code, {"path": str(journal_of(folder))})
    assert journal_of(folder).read_bytes() == before
    assert store.generation() == 1
    assert list(store.links("customers")) == [link(1)]
    store.commit(Commit(links=[link(3)]))
    assert [one.crm_id for one in opened().links("customers")] == [crm_id(1), crm_id(3)]


def test_a_disk_that_will_not_even_cut_back_is_cut_before_the_next_commit(
    store: ProfileStore, opened: Opener, folder: Path
) -> None:
    store.commit(Commit(links=[link(1)]))
    good = journal_of(folder).stat().st_size
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(os, "write", short_then(errno.ENOSPC))
        broken.setattr(os, "ftruncate", refuse(errno.EIO))
        failed_commit(store)
        assert journal_of(folder).stat().st_size == good + 10
        with pytest.raises(Problem):
            store.checkpoint()
    store.commit(Commit(links=[link(3)]))
    assert [one.crm_id for one in opened().links("customers")] == [crm_id(1), crm_id(3)]


def test_a_torn_tail_never_stays_behind_in_a_journal_that_is_left(
    store: ProfileStore, opened: Opener, folder: Path
) -> None:
    store.commit(Commit(links=[link(1)]))
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(os, "write", short_then(errno.ENOSPC))
        broken.setattr(os, "ftruncate", refuse(errno.EIO))
        failed_commit(store)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(checkpoint, "write", refuse(errno.EIO))
        with pytest.raises(OSError, match="Input/output"):
            store.checkpoint()
    store.commit(Commit(links=[link(3)]))
    assert [path.name for path in sorted(folder.glob("journal.*"))] == ["journal.1", "journal.2"]
    assert [one.crm_id for one in opened().links("customers")] == [crm_id(1), crm_id(3)]


def test_a_checkpoint_on_a_full_disk_fails_and_can_be_tried_again(
    store: ProfileStore, opened: Opener, folder: Path
) -> None:
    store.commit(Commit(links=[link(1)]))
    state = (folder / "state.json").read_bytes()
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(os, "write", short_then(errno.ENOSPC))
        with pytest.raises(Problem, match="no space"):
            store.checkpoint()
    assert (folder / "state.json").read_bytes() == state
    assert not list(folder.glob("*.new"))
    store.checkpoint()
    assert link(1).key.encode() in (folder / "state.json").read_bytes()
    assert opened().count_links("customers") == 1


def test_a_checkpoint_that_failed_half_way_is_made_up_for(store: ProfileStore, folder: Path) -> None:
    store.commit(Commit(links=[link(1)]))
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(checkpoint, "write", refuse(errno.EIO))
        with pytest.raises(OSError, match="Input/output"):
            store.checkpoint()
    store.checkpoint()
    assert link(1).key.encode() in (folder / "state.json").read_bytes()
    assert len(list(folder.glob("journal.*"))) == 1


def test_a_merge_that_failed_in_the_background_loses_nothing(opened: Opener, folder: Path) -> None:
    store = opened(bound=1_000)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(Path, "replace", refuse(errno.ENOSPC))
        for number in range(30):
            store.commit(Commit(links=[link(number)]))
        store._wait_for_merger()
    let_go(store)
    assert opened().count_links("customers") == 30


@pytest.mark.parametrize("limit", [3_000, 3_001, 3_100, 4_500])
def test_a_process_at_its_file_size_limit_keeps_what_it_acknowledged(folder: Path, limit: int) -> None:
    """The kernel itself writes short and then refuses."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.store.writer", str(folder)],
        cwd=Path(__file__).parents[2],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "There is no space left" in child.stderr
    acknowledged = int(child.stdout.split()[-1])
    store = ProfileStore.open(folder)
    assert store.cursor("last") == str(acknowledged)
    assert store.count_links("customers") == acknowledged + 1
    store.close()
