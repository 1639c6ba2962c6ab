"""Record storage: a world's first records are made on demand, what was written since lies over them.

A million accounts cost nothing until somebody reads one. Three orders (id, created, modified) are kept without ever
being sorted: a source promises that all three rise with its index, so the base is arithmetic and only the overlay is a
sorted list. Every look-up, rank and seek is therefore O(log n), whatever the page.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal

import orjson

from core.sandbox.sources import Names, Row, Source

By = Literal["id", "created", "modified"]
CHUNK = 500
Position = tuple[int, str]
"""Where a record stands in an order: (epoch seconds, id); by id the first part is 0."""


class Table:
    """Records by id, in three orders. Rows are plain dicts whose `created_key` and `modified_key` hold epoch seconds.

    A row handed out is a copy: change it freely, then `put` it back. `version` rises with every write.
    `watchers` are called with (id, old row or None, new row or None) after each write.
    """

    def __init__(self, source: Source, *, id_key: str, created_key: str, modified_key: str) -> None:
        self.source = source
        self.id_key, self.created_key, self.modified_key = id_key, created_key, modified_key
        self.version = 0
        self.watchers: list[Callable[[str, Row | None, Row | None], None]] = []
        self._rows: dict[str, bytes] = {}
        self._holes: list[int] = []
        self._over: dict[By, list[Position]] = {"id": [], "created": [], "modified": []}

    def __len__(self) -> int:
        return self.source.count - len(self._holes) + len(self._rows)

    def __contains__(self, record_id: str) -> bool:
        return record_id in self._rows or self._base_index(record_id) is not None

    def get(self, record_id: str) -> Row | None:
        """The record, or None."""
        stored = self._rows.get(record_id)
        if stored is not None:
            row: Row = orjson.loads(stored)
            return row
        index = self._base_index(record_id)
        return None if index is None else self.source.row(index)

    def columns(self, ids: Sequence[str], names: Names) -> list[list[Any]]:
        """Some fields of untouched records, a list of values for each field: much cheaper than whole records."""
        indexes = [index for each in ids if (index := self.source.index_of(each)) is not None]
        return self.source.columns(indexes, names)

    def locate(self, key: str, value: object) -> list[str] | None:
        """Ids of the untouched records with a value, where the source can tell them without a walk; else None."""
        found = self.source.locate(key, value)
        if found is None:
            return None
        ids = (self.source.id_at(index) for index in found)
        return [each for each in ids if each not in self._rows and each in self]

    def untouched(self, record_id: str) -> bool:
        """Whether nobody wrote to a record since the world began; only asked of records that are here."""
        return record_id not in self._rows

    def put(self, row: Row) -> None:
        """Write a record, new or known."""
        record_id = row[self.id_key]
        old = self.get(record_id)
        self._forget(record_id, old)
        for by, entries in self._over.items():
            insort(entries, self._position(row, by))
        self._rows[record_id] = orjson.dumps(row)
        self._wrote(record_id, old, row)

    def remove(self, record_id: str) -> Row | None:
        """Take a record away and return it, or None when it is not here."""
        old = self.get(record_id)
        if old is not None:
            self._forget(record_id, old)
            self._rows.pop(record_id, None)
            self._wrote(record_id, old, None)
        return old

    def walk(self, by: By, *, descending: bool = False, after: Position | None = None) -> Iterator[str]:
        """Ids in an order, from the start or from just beyond a position. Finding the start costs O(log n)."""
        base, over = self._seek(by, after, descending)
        return self._walk_down(by, base, over) if descending else self._walk_up(by, base, over)

    def walk_from_rank(self, by: By, rank: int, *, descending: bool = False) -> Iterator[str]:
        """Ids in an order, beginning with the one at a rank (0 is the first)."""
        total = len(self)
        upward = total - rank if descending else rank
        over = bisect_left(range(len(self._over[by])), upward, key=lambda at: at + self._base_rank(by, at))
        base = max(upward, 0) - over
        if not descending:
            return self._walk_up(by, self._base_select(base), over)
        return self._walk_down(by, self._base_select(base - 1) + 1 if base > 0 else 0, over)

    def count_after(self, by: By, position: Position) -> int:
        """How many records stand beyond a position in ascending order."""
        base, over = self._seek(by, position, False)
        beyond = self.source.count - base - (len(self._holes) - bisect_left(self._holes, base))
        return beyond + len(self._over[by]) - over

    def rows(self) -> Iterator[Row]:
        """Every record by ascending id."""
        for record_id in self.walk("id"):
            row = self.get(record_id)
            if row is not None:
                yield row

    def sketches(self, names: Names, *, descending: bool = False) -> Iterator[Row]:
        """Every record in the order of ids; of untouched ones only the id and these fields, which costs much less."""
        ids, wanted = self.walk("id", descending=descending), (*names, self.id_key)
        while some := list(islice(ids, CHUNK)):
            untouched = [each for each in some if each not in self._rows]
            made = dict(zip(untouched, zip(*self.columns(untouched, wanted), strict=True), strict=True))
            for each in some:
                values = made.get(each)
                yield orjson.loads(self._rows[each]) if values is None else dict(zip(wanted, values, strict=True))

    def plain(self, ids: Iterable[str]) -> list[str]:
        """Those that are here and that nobody wrote to."""
        rows, find = self._rows, self._base_index
        return [each for each in ids if each not in rows and find(each) is not None]

    def among(self, indexes: Iterable[int]) -> list[str]:
        """Of the records at these indexes of the source those that are untouched, and all that were written; by id."""
        plain = (each for index in indexes if (each := self.source.id_at(index)) not in self._rows)
        return sorted([*self._rows, *(each for each in plain if each in self)])

    def written(self) -> Iterator[Row]:
        """The records that were written since the world began, in no order."""
        return (orjson.loads(stored) for stored in self._rows.values())

    def position(self, record_id: str, by: By) -> Position:
        """Where a record stands; KeyError when it is not here."""
        if by == "id":
            return (0, record_id)
        index = None if record_id in self._rows else self._base_index(record_id)
        if index is not None:
            return self._base_position(by, index)
        return self._position(orjson.loads(self._rows[record_id]), by)

    def modified(self, record_id: str) -> int:
        """Last modification, epoch seconds; cheap for records nobody has written to."""
        return self.position(record_id, "modified")[0]

    def dump(self) -> Any:
        """What `load` needs to bring this table back. Shares what never changes."""
        return dict(self._rows), list(self._holes), {by: list(entries) for by, entries in self._over.items()}

    def load(self, dumped: Any) -> None:
        """Return to a dumped state."""
        rows, holes, over = dumped
        self._rows, self._holes = dict(rows), list(holes)
        self._over = {by: list(entries) for by, entries in over.items()}
        self.version += 1

    def _wrote(self, record_id: str, old: Row | None, new: Row | None) -> None:
        self.version += 1
        for watcher in self.watchers:
            watcher(record_id, old, new)

    def _base_index(self, record_id: str) -> int | None:
        index = self.source.index_of(record_id)
        if index is None or not self._holes:
            return index
        hole = bisect_left(self._holes, index)
        return None if hole < len(self._holes) and self._holes[hole] == index else index

    def _forget(self, record_id: str, old: Row | None) -> None:
        if old is None:
            return
        if record_id not in self._rows:
            index = self.source.index_of(record_id)
            assert index is not None
            insort(self._holes, index)
            return
        for by, entries in self._over.items():
            del entries[bisect_left(entries, self._position(old, by))]

    def _position(self, row: Row, by: By) -> Position:
        record_id: str = row[self.id_key]
        if by == "id":
            return (0, record_id)
        return (row[self.created_key if by == "created" else self.modified_key], record_id)

    def _base_position(self, by: By, index: int) -> Position:
        if by == "id":
            return (0, self.source.id_at(index))
        moment = self.source.created_at(index) if by == "created" else self.source.modified_at(index)
        return (moment, self.source.id_at(index))

    def _seek(self, by: By, after: Position | None, descending: bool) -> tuple[int, int]:
        """Base index and overlay index of the first record above a position (of its ceiling, going down)."""
        if after is None:
            return (self.source.count, len(self._over[by])) if descending else (0, 0)
        find = bisect_left if descending else bisect_right
        base = find(range(self.source.count), after, key=lambda index: self._base_position(by, index))
        return base, find(self._over[by], after)

    def _base_rank(self, by: By, at: int) -> int:
        """How many living base records stand before the overlay entry `at`."""
        base, _ = self._seek(by, self._over[by][at], False)
        return base - bisect_left(self._holes, base)

    def _base_select(self, rank: int) -> int:
        """The base index of the living base record at a rank."""
        return rank + bisect_right(range(len(self._holes)), rank, key=lambda hole: self._holes[hole] - hole)

    def _walk_up(self, by: By, base: int, over: int) -> Iterator[str]:
        entries = self._over[by]
        hole = bisect_left(self._holes, base)
        while hole < len(self._holes) or over < len(entries):
            while hole < len(self._holes) and self._holes[hole] == base:
                base, hole = base + 1, hole + 1
            left = self._base_position(by, base) if base < self.source.count else None
            right = entries[over] if over < len(entries) else None
            if left is not None and (right is None or left < right):
                base += 1
                yield left[1]
            elif right is not None:
                over += 1
                yield right[1]
        yield from map(self.source.id_at, range(base, self.source.count))

    def _walk_down(self, by: By, base: int, over: int) -> Iterator[str]:
        entries = self._over[by]
        hole = bisect_left(self._holes, base) - 1
        while hole >= 0 or over > 0:
            while hole >= 0 and self._holes[hole] == base - 1:
                base, hole = base - 1, hole - 1
            left = self._base_position(by, base - 1) if base > 0 else None
            right = entries[over - 1] if over > 0 else None
            if left is not None and (right is None or left > right):
                base -= 1
                yield left[1]
            elif right is not None:
                over -= 1
                yield right[1]
        yield from map(self.source.id_at, range(base - 1, -1, -1))
