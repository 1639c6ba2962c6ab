"""One process holds a profile; a second one is told which; a killed one holds nothing."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.model.problems import Problem
from core.store.lock import Holder, ProfileLock, read_holder


@pytest.fixture
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.store.holder", str(folder)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None and child.stdin is not None
    assert child.stdout.readline() == "held\n"
    yield child
    child.kill()
    child.wait()
    child.stdout.close()
    child.stdin.close()


def test_nobody_holds_a_profile_that_was_never_opened(folder: Path) -> None:
    assert read_holder(folder) is None


def test_the_holder_is_known_to_other_processes(folder: Path, holder: subprocess.Popen[str]) -> None:
    assert read_holder(folder) == Holder(holder.pid, "9.9", "/run/agent.sock")


def test_a_second_process_is_told_who_holds_it(folder: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(Problem) as caught:
        ProfileLock(folder).acquire("1", "s")
    assert caught.value.code == "profile_in_use"
    assert caught.value.detail == {"pid": str(holder.pid)}


def test_the_lock_of_a_killed_process_is_free_again(folder: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    assert read_holder(folder) is None
    lock = ProfileLock(folder)
    lock.acquire("1", "s")
    assert read_holder(folder) == Holder(os.getpid(), "1", "s")
    lock.release()


def test_a_released_lock_is_free_again(folder: Path) -> None:
    lock = ProfileLock(folder)
    lock.acquire("1", "s")
    lock.release()
    assert read_holder(folder) is None
    lock.acquire("1", "s")
    lock.release()


def test_releasing_what_is_not_held_does_nothing(folder: Path) -> None:
    ProfileLock(folder).release()
    assert read_holder(folder) is None


def test_a_lock_may_be_released_by_another_thread(folder: Path) -> None:
    lock = ProfileLock(folder)
    lock.acquire("1", "s")
    thread = threading.Thread(target=lock.release)
    thread.start()
    thread.join()
    assert read_holder(folder) is None


def test_looking_at_the_lock_never_turns_a_process_away(folder: Path) -> None:
    lock = ProfileLock(folder)
    lock.acquire("1", "s")
    lock.release()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            read_holder(folder)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for _ in range(50):
            lock.acquire("1", "s")
            lock.release()
    finally:
        done.set()
        looker.join()


def test_a_holder_that_has_not_said_who_it_is_still_holds(folder: Path) -> None:
    lock = ProfileLock(folder)
    lock.acquire("1", "s")
    (folder / "lock").write_bytes(b"")
    assert read_holder(folder) == Holder(0, "", "")
    with pytest.raises(Problem) as caught:
        ProfileLock(folder).acquire("1", "s")
    assert caught.value.code == "profile_in_use"
    lock.release()


def test_the_lock_file_is_private(folder: Path) -> None:
    lock = ProfileLock(folder)
    lock.acquire("1", "s")
    assert (folder / "lock").stat().st_mode & 0o777 == 0o600
    lock.release()


def test_a_folder_open_to_others_is_not_locked(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(Problem) as caught:
        ProfileLock(folder).acquire("1", "s")
    assert caught.value.code == "store_unsafe"
