"""The profile's lock: one process holds it, and whoever comes second is told who."""

import fcntl
import os
import time
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct

from core.model.problems import Problem
from core.store import disk

LOCK = "lock"
_PATIENCE = 0.5
"""Seconds: a look at the lock holds it for an instant, which must not turn away a process that wants to run."""


class Holder(Struct, frozen=True):
    """Who holds a profile. ``pid`` 0: somebody does, and has not said who yet."""

    pid: int
    version: str
    socket: str


class ProfileLock:
    """The lock of one profile's folder. The kernel frees it when its holder dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK
        # thread_local: the lock belongs to the process; whichever thread ends it may release.
        self._lock = FileLock(self._path, mode=disk.FILE_MODE, thread_local=False)

    def acquire(self, version: str, socket: str) -> None:
        """Take the lock and write down who did. Raises ``Problem('profile_in_use')`` with the holder's pid."""
        disk.make_private(self._path.parent)
        with disk.problems(self._path):
            try:
                self._lock.acquire(timeout=_PATIENCE, poll_interval=0.01)
            except Timeout:
                holder = read_holder(self._path.parent)
                raise Problem("profile_in_use", pid=str(holder.pid) if holder and holder.pid else "?") from None
        try:
            self._write(msgspec.json.encode(Holder(os.getpid(), version, socket)))
        except BaseException:
            self._lock.release()
            raise

    def release(self) -> None:
        """Give the lock back; without it, nothing."""
        if self._lock.is_locked:
            try:
                self._write(b"")
            finally:
                self._lock.release()

    def _write(self, data: bytes) -> None:
        with disk.problems(self._path):
            fd = os.open(self._path, os.O_WRONLY | os.O_CLOEXEC)
            try:
                os.ftruncate(fd, 0)
                disk.write_all(fd, data)
            finally:
                os.close(fd)


def read_holder(folder: Path) -> Holder | None:
    """Return who holds the profile in ``folder``, None when nobody does."""
    path = folder / LOCK
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            if _free(fd):
                return None
            holder = _parse(os.read(fd, 4096))
        finally:
            os.close(fd)
        if holder is not None or time.monotonic() > deadline:
            return holder or Holder(0, "", "")
        time.sleep(0.005)


def _free(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    fcntl.flock(fd, fcntl.LOCK_UN)
    return True


def _parse(data: bytes) -> Holder | None:
    # Between taking the lock and writing its name, a holder shows what a killed one before it left.
    try:
        holder = msgspec.json.decode(data, type=Holder)
        os.kill(holder.pid, 0)
    except (msgspec.MsgspecError, ProcessLookupError):
        return None
    except PermissionError:
        pass
    return holder
