"""History and before-images: one TinyDB file a month, opened when asked for.

A month's file is found by the bytes of the id before it is decoded, so that a search over many months costs a scan.
"""

import mmap
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from core.model.problems import Problem
from core.store import checkpoint, disk
from core.store.checkpoint import Check, Meta
from core.store.index import Index, Keys
from core.store.migrations import FORMAT, Format

TABLE = "history"
_MONTH = re.compile(r"\d{4}-\d{2}")


class _Line(Struct):
    run_id: str
    at: str = ""
    crm_id: str = ""
    books_id: str = ""


_decode = msgspec.json.Decoder(_Line).decode


def run_group(run_id: str) -> str:
    """Return the index group of a run's lines."""
    return f"run:{run_id}"


def _extract(document: bytes) -> Keys:
    line = _decode(document)
    return Keys((run_group(line.run_id),), tuple(dict.fromkeys(i for i in (line.crm_id, line.books_id) if i)))


def line_index() -> Index:
    """Return an index of history lines: groups by run, names by either side's id."""
    return Index(_extract)


def month_of(at: str) -> str:
    """Return ``YYYY-MM`` of an instant. ValueError when it is none."""
    if not _MONTH.fullmatch(at[:7]):
        raise ValueError(f"not an instant: {at!r}")
    return at[:7]


class Month(Struct, frozen=True):
    """One month's lines in memory, in the order in which they were committed."""

    documents: dict[str, bytes]
    index: Index


class History:
    """The folder of months. Raises ``Problem('store_damaged')`` for a month that cannot be read, and the disk's own."""

    def __init__(self, folder: Path, *, known: Format = FORMAT, check: Check | None = None) -> None:
        self.folder = folder
        self._known = known
        self._check = check
        for left in folder.glob("*.new"):
            left.unlink()
        self._held: tuple[str, tuple[int, int], Month] | None = None

    def months(self) -> list[str]:
        """Return the months on file, oldest first."""
        return sorted(path.stem for path in self.folder.glob("*.json") if _MONTH.fullmatch(path.stem))

    def merge(self, lines: dict[str, bytes]) -> None:
        """Add lines to their months, durably; a line already there is replaced by itself."""
        disk.make_private(self.folder)
        by_month: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
        for key, line in lines.items():
            by_month[month_of(_decode(line).at)][key] = line
        for month, added in by_month.items():
            documents = self._documents_for_adding(month)
            documents.update(added)
            checkpoint.write(self._path(month), {TABLE: documents}, Meta(format=self._known.known))

    def lines(self, needle: str, pick: Callable[[Month], tuple[str, ...]]) -> dict[str, bytes]:
        """Return the lines that ``pick`` chooses from the months that hold ``needle`` as a whole string."""
        wanted = msgspec.json.encode(needle)
        found: dict[str, bytes] = {}
        for month in self.months():
            if self._holds(month, wanted):
                lines = self._month(month)
                found |= {key: lines.documents[key] for key in pick(lines)}
        return found

    def prune(self, before: str) -> None:
        """Remove the months before ``before`` (``YYYY-MM``)."""
        with disk.problems(self.folder):
            for month in self.months():
                if month < before:
                    self._path(month).unlink(missing_ok=True)

    def _path(self, month: str) -> Path:
        return self.folder / f"{month}.json"

    def _holds(self, month: str, wanted: bytes) -> bool:
        try:
            with self._path(month).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return data.find(wanted) != -1
        except FileNotFoundError:
            return False
        except ValueError:
            # Nothing can be mapped of an empty file; reading it says that it is damaged.
            return True

    def _month(self, month: str) -> Month:
        # One month is held: a screen pages through one run. More would keep what nobody reads. A merge in another
        # thread renames a new file into the month's place, which shows in its identity.
        try:
            status = self._path(month).stat()
        except FileNotFoundError:
            return Month({}, line_index())
        identity = status.st_ino, status.st_mtime_ns
        if self._held is None or self._held[:2] != (month, identity):
            documents, index = self._read(month), line_index()
            index.build(documents.items())
            self._held = month, identity, Month(documents, index)
        return self._held[2]

    def _read(self, month: str) -> dict[str, bytes]:
        path = self._path(month)
        disk.check_private(path, disk.FILE_MODE)
        stored = checkpoint.read(path, self._known.known, self._check)
        if stored is None:
            return {}
        return self._known.migrate(stored.tables, stored.meta.format).get(TABLE, {})

    def _documents_for_adding(self, month: str) -> dict[str, bytes]:
        try:
            return self._read(month)
        except Problem as problem:
            if problem.code != "store_damaged":
                raise
            # The damaged month is kept whole beside its successor: new lines must not wait for somebody to repair it.
            path = self._path(month)
            path.replace(path.with_name(f"{path.name}.damaged"))
            return {}
