"""What every generated source shares: ids and times that rise with the index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.sandbox.sources import Names, Row
from core.sandbox.world.names import scramble, scrambles

YEARS = 5 * 365 * 86_400
SETTLED = 2 * 86_400
"""Nothing in a world is younger than this when it begins."""


class Generated:
    """`count` records, spread over the five years before `start` (epoch seconds), made by `make(index)` when asked for.

    `make` need not fill in id and times.
    """

    def __init__(
        self,
        make: Callable[[int], Row],
        count: int,
        *,
        seed: int,
        start: float,
        prefix: int,
        first: int,
        keys: tuple[str, str, str],
        columns: Callable[[Sequence[int], Names], list[list[Any]]] | None = None,
        locate: Callable[[str, object], list[int] | None] | None = None,
    ) -> None:
        """`columns` makes some fields of many records, where that costs less than making the records.

        `locate` tells the indexes of the records with a value in a field, for the fields where it can.
        """
        self._seed, self._make, self._keys = seed, make, keys
        self.count = count
        self._columns, self._locate = columns, locate
        self._step = max(1, (YEARS - SETTLED) // max(count, 1))
        self._begin = int(start) - SETTLED - self._step * count
        self._zero = int(f"{prefix}{first:012d}")
        self._digits = len(self.id_at(0))

    def id_at(self, index: int) -> str:
        """Rises with the index."""
        return str(self._zero + index)

    def index_of(self, record_id: str) -> int | None:
        """The way back."""
        if len(record_id) != self._digits or not record_id.isdecimal():
            return None
        index = int(record_id) - self._zero
        return index if 0 <= index < self.count else None

    def created_at(self, index: int) -> int:
        """Evenly spread."""
        return self._begin + index * self._step

    def modified_at(self, index: int) -> int:
        """A while after creation, but before the next record was made: so that this order, too, is known."""
        return self.created_at(index) + scramble(self._seed, index, 7) % self._step

    def locate(self, key: str, value: object) -> list[int] | None:
        """Indexes of the records with a value, where the maker can tell them without a walk."""
        return None if self._locate is None else self._locate(key, value)

    def row(self, index: int) -> Row:
        """The record with its id and times."""
        row = self._make(index)
        id_key, created_key, modified_key = self._keys
        row[id_key] = self.id_at(index)
        row[created_key] = self.created_at(index)
        row[modified_key] = self.modified_at(index)
        return row

    def columns(self, indexes: Sequence[int], names: Names) -> list[list[Any]]:
        """Some fields of many records, a list of values for each field."""
        if self._columns is None:
            rows = [self.row(index) for index in indexes]
            return [[row.get(name) for row in rows] for name in names]
        made = self._columns(indexes, names)
        for place, name in enumerate(names):
            if name in self._keys:
                made[place] = self._key_column(indexes, self._keys.index(name))
        return made

    def _key_column(self, indexes: Sequence[int], key: int) -> list[Any]:
        if key == 0:
            return [self.id_at(index) for index in indexes]
        born = [self._begin + index * self._step for index in indexes]
        if key == 1:
            return born
        step, later = self._step, scrambles(self._seed, indexes, 7)
        return [moment + chance % step for moment, chance in zip(born, later, strict=True)]
