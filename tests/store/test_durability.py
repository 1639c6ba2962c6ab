"""I18: kill -9 at any byte loses no acknowledged commit, and a commit is there whole or not at all."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.engine.ports import Commit
from core.store import disk, journal
from core.store.profile import ProfileStore
from tests.store.builders import crm_id, failure, line, link, seen
from tests.store.conftest import Opener
from tests.store.files import journal_of, let_go

State = tuple[object, ...]


def state_of(store: ProfileStore) -> State:
    return (
        list(store.links("customers")),
        list(store.seen_all("crm", "Accounts")),
        store.failures(),
        store.cursor("customers:crm"),
        list(store.history(run_id="r1")),
        [store.link_of("customers", "crm", crm_id(number)) for number in range(6)],
        store.count_links("customers", "linked"),
    )


def open_copy(folder: Path, into: Path, journal: bytes) -> ProfileStore:
    """Open what a killed process would have left: ``folder`` with these bytes as its journal."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(folder, into)
    journal_of(into).write_bytes(journal)
    return ProfileStore.open(into)


def some_commit(number: int) -> Commit:
    return Commit(
        links=[link(number)],
        seen=[seen(number)],
        drop_links=[link(number - 2).key],
        failures=[failure(number)],
        clear_failures=[failure(number - 1).key],
        cursors={"customers:crm": f"c{number}"},
        history=[line(number)],
    )


@pytest.mark.parametrize("rest", ["nothing", "zeros", "noise"])
def test_I18_a_cut_at_every_byte_of_the_last_record_keeps_all_before_it(
    store: ProfileStore, folder: Path, tmp_path: Path, rest: str
) -> None:
    for number in range(3):
        store.commit(some_commit(number))
    kept = state_of(store)
    start = journal_of(folder).stat().st_size
    store.commit(Commit(cursors={"customers:crm": "last"}, drop_links=[link(2).key]))
    whole = journal_of(folder).read_bytes()
    noise = random.Random(4)
    for cut in range(start, len(whole)):
        tail = {"nothing": b"", "zeros": bytes(len(whole) - cut), "noise": noise.randbytes(40)}[rest]
        again = open_copy(folder, tmp_path / "copy", whole[:cut] + tail)
        assert state_of(again) == kept
        assert journal_of(tmp_path / "copy").stat().st_size == start
        let_go(again)


commits = st.builds(
    Commit,
    links=st.lists(st.builds(link, st.integers(0, 5), state=st.sampled_from(["linked", "ignored"])), max_size=3),
    drop_links=st.lists(st.integers(0, 5).map(lambda number: link(number).key), max_size=2),
    seen=st.lists(st.builds(seen, st.integers(0, 5), name=st.text(max_size=8)), max_size=2),
    failures=st.lists(st.builds(failure, st.integers(0, 5)), max_size=2),
    clear_failures=st.lists(st.integers(0, 5).map(lambda number: failure(number).key), max_size=2),
    history=st.lists(st.builds(line, st.integers(0, 20)), max_size=2),
    cursors=st.dictionaries(st.just("customers:crm"), st.text(max_size=4), max_size=1),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(commits, max_size=3), after=st.lists(commits, min_size=1, max_size=5), data=st.data())
def test_I18_a_kill_at_any_byte_leaves_the_state_of_the_last_whole_commit(
    tmp_path: Path, before: list[Commit], after: list[Commit], data: st.DataObject
) -> None:
    folder = tmp_path / "killed"
    shutil.rmtree(folder, ignore_errors=True)
    store = ProfileStore.open(folder)
    for commit in before:
        store.commit(commit)
    store.checkpoint()
    states = [(journal_of(folder).stat().st_size, state_of(store))]
    for commit in after:
        store.commit(commit)
        states.append((journal_of(folder).stat().st_size, state_of(store)))
    let_go(store)
    whole = journal_of(folder).read_bytes()
    cut = data.draw(st.integers(states[0][0], len(whole)))
    again = open_copy(folder, tmp_path / "copy", whole[:cut])
    assert state_of(again) == [state for size, state in states if size <= cut][-1]
    again.commit(some_commit(1))
    then = state_of(again)
    again.close()
    last = ProfileStore.open(tmp_path / "copy")
    assert state_of(last) == then
    last.close()


class Killed(BaseException):
    """The process is gone: nothing after this reaches the disk."""


class Killer:
    """Lets ``steps`` effects on the disk happen and kills at the next one, half done where it can be."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
        self.left = steps
        write = disk.write_all

        def half(fd: int, data: bytes) -> None:
            if self.dies():
                write(fd, data[: len(data) // 2])
                raise Killed
            write(fd, data)

        monkeypatch.setattr(disk, "write_all", half)
        for owner, name in ((disk, "sync"), (disk, "sync_folder"), (Path, "replace"), (Path, "unlink")):
            monkeypatch.setattr(owner, name, self.guard(getattr(owner, name)))
        monkeypatch.setattr(os, "ftruncate", self.guard(os.ftruncate))

    def dies(self) -> bool:
        self.left -= 1
        if self.left < -1:
            raise Killed
        return self.left == -1

    def guard(self, effect: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **options: Any) -> Any:
            if self.dies():
                raise Killed
            return effect(*args, **options)

        return guarded


def killed_at_every_step(work: Callable[[], object], folder: Path, tmp_path: Path) -> Iterator[Path]:
    """Do ``work`` again and again, killed one step later each time, and yield the folder that it leaves."""
    original = tmp_path / "original"
    shutil.copytree(folder, original)
    for steps in range(200):
        shutil.rmtree(folder)
        shutil.copytree(original, folder)
        with pytest.MonkeyPatch.context() as monkeypatch:
            Killer(monkeypatch, steps)
            try:
                work()
            except Killed:
                killed = True
            else:
                killed = False
        yield folder
        if not killed:
            assert steps > 5
            return
    raise AssertionError("it never ends")


def test_I18_a_kill_at_any_step_of_a_checkpoint_changes_nothing(
    store: ProfileStore, folder: Path, tmp_path: Path
) -> None:
    for number in range(4):
        store.commit(some_commit(number))
    kept = state_of(store)
    for left in killed_at_every_step(lambda: ProfileStore.open(folder).checkpoint(), folder, tmp_path):
        again = ProfileStore.open(left)
        assert state_of(again) == kept
        assert again.generation() == 4
        again.close()
        last = ProfileStore.open(left)
        assert state_of(last) == kept
        last.close()


def test_I18_a_kill_at_any_step_of_the_first_opening_leaves_a_folder_that_opens(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(0o700)

    def work() -> None:
        ProfileStore.open(folder).commit(Commit(links=[link(1)]))

    for left in killed_at_every_step(work, folder, tmp_path):
        again = ProfileStore.open(left)
        assert again.count_links("customers") in {0, 1}
        again.commit(Commit(links=[link(2)]))
        assert again.link_of("customers", "crm", crm_id(2)) == link(2)
        again.close()


def kill_and_check(folder: Path, seed: int, *, merging: bool = False) -> bool:
    """Run ``writer`` until it has acknowledged some commits, kill it there, and look for every one of them.

    Returns whether the kill fell into a checkpoint: its files, or the journals that it takes up, are there.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer", str(folder), *(["merge"] if merging else [])],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    assert child.stdout is not None
    dice = random.Random(seed)
    wanted = dice.randrange(1, 6) if merging else dice.randrange(5, 120)
    acknowledged = -1
    for told in child.stdout:
        acknowledged = int(told)
        wanted -= 1
        if not wanted:
            for _ in range(dice.randrange(200_000) if merging else 0):
                pass  # somewhere in what the writer does next
            child.kill()
            break
    for told in child.stdout:
        # What the pipe still held was acknowledged before the kill; a torn last number was not told whole.
        acknowledged = int(told) if told.endswith("\n") else acknowledged
    child.wait()
    child.stdout.close()
    unfinished = len(journal.generations(folder)) > 1 or any(folder.glob("*.new"))
    store = ProfileStore.open(folder)
    last = int(store.cursor("last") or -1)
    assert last >= acknowledged
    assert [one.crm_id for one in store.links("customers")] == [crm_id(number) for number in range(last + 1)]
    assert [one.id for one in store.history(run_id="r1")] == [f"h{number}" for number in range(last + 1)]
    assert store.count_seen("crm", "Accounts") == (4_000 if merging else 0)
    store.close()
    return unfinished


def test_I18_a_killed_process_loses_no_acknowledged_commit(folder: Path) -> None:
    for seed in range(4):
        kill_and_check(folder, seed)


def test_I18_a_process_killed_among_its_checkpoints_loses_no_acknowledged_commit(folder: Path) -> None:
    for seed in range(3):
        kill_and_check(folder, seed, merging=True)


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("block", range(4))
def test_I18_two_hundred_killed_processes_lose_no_acknowledged_commit(folder: Path, block: int) -> None:
    for seed in range(50):
        kill_and_check(folder, 1_000 * block + seed)


@pytest.mark.long
@pytest.mark.timeout(1_200)
def test_I18_a_hundred_and_twenty_kills_among_checkpoints_lose_no_acknowledged_commit(folder: Path) -> None:
    unfinished = sum(kill_and_check(folder, seed, merging=True) for seed in range(120))
    assert unfinished >= 10, "the kills did not fall into checkpoints"


def test_the_journal_is_merged_while_commits_go_on(opened: Opener, folder: Path) -> None:
    store = opened(bound=20_000)
    for number in range(400):
        store.commit(Commit(links=[link(number)], history=[line(number)]))
    assert (folder / "state.json").stat().st_size > 20_000
    assert store.count_links("customers") == 400
    assert len(list(store.history(run_id="r1"))) == 400
    store.close()
    again = opened()
    assert again.count_links("customers") == 400
    assert [one.id for one in again.history(run_id="r1")] == [f"h{number}" for number in range(400)]
