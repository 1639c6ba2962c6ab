"""The append-only journal: one file a generation, one line a commit, durable before it is acknowledged."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from core.model.problems import Problem
from core.store import disk
from core.store.frame import BadFrame, Frame, frames, unwrap, wrap

PREFIX = "journal."


class Head(Struct, frozen=True):
    """The first line of a journal: its generation and the format of what follows."""

    journal: int
    format: int


def path_of(folder: Path, generation: int) -> Path:
    """Return where the journal of ``generation`` stands."""
    return folder / f"{PREFIX}{generation}"


def generations(folder: Path) -> list[int]:
    """Return the generations that have a journal, oldest first."""
    names = (path.name.removeprefix(PREFIX) for path in folder.glob(f"{PREFIX}*"))
    return sorted(int(name) for name in names if name.isdigit())


class Journal:
    """An open journal. ``size`` is the last good offset; bytes past it were never acknowledged."""

    def __init__(self, path: Path, fd: int, size: int) -> None:
        self.path = path
        self.size = size
        self._fd = fd
        self._torn = False

    @classmethod
    def create(cls, folder: Path, generation: int, known_format: int) -> "Journal":
        """Start an empty journal and make its name durable. Raises ``Problem('store_full')`` and its kin."""
        path = path_of(folder, generation)
        head = wrap(msgspec.json.encode(Head(generation, known_format)))
        disk.replace(path, [head])
        return cls.open(path, len(head))

    @classmethod
    def open(cls, path: Path, size: int) -> "Journal":
        """Open a journal for appending at ``size``, cutting off what lies beyond it."""
        with disk.problems(path):
            fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
            journal = cls(path, fd, size)
            if os.fstat(fd).st_size != size:
                journal._cut()
        return journal

    def append(self, line: bytes) -> None:
        """Return once ``line`` is on the disk. Raises ``Problem('store_full')`` or ``Problem('store_read_only')``;
        the journal then ends where it ended before.
        """
        self.settle()
        with disk.problems(self.path):
            try:
                disk.write_all(self._fd, line)
                disk.sync(self._fd)
            except BaseException:
                self._try_cut()
                raise
            self.size += len(line)

    def settle(self) -> None:
        """Make the file end where the last acknowledged commit does. Raises as ``append``."""
        with disk.problems(self.path):
            if self._torn:
                self._cut()

    def close(self) -> None:
        """Release the file."""
        # A closed number may soon be another file's.
        fd, self._fd = self._fd, -1
        if fd != -1:
            os.close(fd)

    def _cut(self) -> None:
        os.ftruncate(self._fd, self.size)
        disk.sync(self._fd)
        self._torn = False

    def _try_cut(self) -> None:
        # A disk that will not even truncate is asked again before the next append.
        try:
            self._cut()
        except OSError:
            self._torn = True


class Replay:
    """Reads a journal back. Its commits begin at ``start``; up to ``good`` it was found sound.

    ``last``: no later journal exists, so a torn tail is a write that was never acknowledged. Iterating raises
    ``Problem('store_damaged')`` with a copy kept when acknowledged bytes are not what was written, and
    ``Problem('store_too_new')``.
    """

    def __init__(self, path: Path, generation: int, known_format: int, last: bool) -> None:
        self.path = path
        self.start = self.good = 0
        self._generation = generation
        self._known = known_format
        self._last = last
        self._data = path.read_bytes()

    def __iter__(self) -> Iterator[Frame]:
        """Yield the commits in order."""
        self.start = self.good = self._head()
        try:
            for end, frame in frames(self._data, self.good):
                yield frame
                self.good = end
        except BadFrame as bad:
            if bad.middle or not self._last:
                raise self._damaged(bad.offset) from bad
            if bad.whole:
                # Most likely never acknowledged; but it could be, so what is about to be cut off is kept.
                disk.keep_copy(self.path)

    def _head(self) -> int:
        found = unwrap(self._data, 0)
        if found is None:
            # The name appears by rename, with its first line already durable: it cannot be torn.
            raise self._damaged(0)
        try:
            head = msgspec.json.decode(found[0], type=Head)
        except msgspec.MsgspecError as error:
            raise self._damaged(0) from error
        if head.format > self._known:
            raise Problem("store_too_new", path=str(self.path), found=str(head.format), known=str(self._known))
        if head.journal != self._generation:
            raise self._damaged(0)
        return found[1]

    def _damaged(self, offset: int) -> Problem:
        return Problem("store_damaged", path=str(self.path), offset=str(offset), copy=str(disk.keep_copy(self.path)))

    def out_of_step(self) -> Problem:
        """Return the Problem of a commit whose number does not follow the one before it."""
        return self._damaged(self.good)
