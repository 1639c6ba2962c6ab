"""What the store asks of the file system: durable writes, private modes, and Problems in place of errno."""

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.model.problems import Problem

FOLDER_MODE = 0o700
FILE_MODE = 0o600
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def sync(fd: int) -> None:
    """Return once the file's bytes and length are on the disk (``F_FULLFSYNC`` where the platform needs it)."""
    if sys.platform == "darwin":
        import fcntl  # noqa: PLC0415 - only this platform has F_FULLFSYNC

        # fsync on macOS leaves the bytes in the drive's cache; not every file system knows the full form.
        with suppress(OSError):
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
            return
        os.fsync(fd)
    else:
        os.fdatasync(fd)


def sync_folder(folder: Path) -> None:
    """Make names created, renamed or removed in ``folder`` durable."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write_all(fd: int, data: bytes) -> None:
    """Write every byte; a short write is followed by the rest, so that the disk says why it stopped."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


@contextmanager
def problems(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into ``Problem('store_full')`` or ``Problem('store_read_only')``."""
    try:
        yield
    except OSError as error:
        code = "store_full" if error.errno in _FULL else "store_read_only"
        raise Problem(code, path=str(path)) from error


def replace(path: Path, chunks: Iterable[bytes]) -> None:
    """Put ``chunks`` in the place of ``path``, wholly or not at all: written aside, synced, renamed.

    Raises ``Problem('store_full')`` or ``Problem('store_read_only')``; the old file then stands.
    """
    aside = path.with_name(path.name + ".new")
    with problems(path):
        try:
            fd = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
            try:
                for chunk in chunks:
                    write_all(fd, chunk)
                sync(fd)
            finally:
                os.close(fd)
            aside.replace(path)
            sync_folder(path.parent)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise


def make_private(folder: Path) -> None:
    """Make ``folder`` (and its parents) when it is missing, and refuse it when others may enter."""
    with problems(folder):
        if not folder.exists():
            folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            sync_folder(folder.parent)
    check_private(folder, FOLDER_MODE)


def check_private(path: Path, wanted: int) -> None:
    """Raise ``Problem('store_unsafe')`` when group or others have any right on ``path``; a missing one is fine."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return
    if mode & 0o077:
        raise Problem("store_unsafe", path=str(path), mode=f"{mode:04o}", wanted=f"{wanted:o}")


def keep_copy(path: Path) -> Path:
    """Copy a damaged file to ``<name>.damaged`` beside it, once for the same bytes, and return the copy's path."""
    data = path.read_bytes()
    number = 0
    while True:
        copy = path.with_name(f"{path.name}.damaged" + (f".{number}" if number else ""))
        if not copy.exists():
            replace(copy, [data])
            return copy
        if copy.read_bytes() == data:
            return copy
        number += 1
