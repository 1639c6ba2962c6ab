"""What every generated source shares: ids and times that rise with the index."""

from __future__ import annotations

from collections.abc import Callable

from core.sandbox.table import Row
from core.sandbox.world.ids import number_of
from core.sandbox.world.names import scramble

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
        locate: Callable[[str, object], list[int] | None] | None = None,
    ) -> None:
        """`locate` tells the indexes of the records with a value in a field, for the fields where it can."""
        self._seed, self._prefix, self._first, self._make, self._keys = seed, prefix, first, make, keys
        self.count = count
        self._locate = locate
        self._step = max(1, (YEARS - SETTLED) // max(count, 1))
        self._begin = int(start) - SETTLED - self._step * count
        self._head = f"{prefix}"

    def id_at(self, index: int) -> str:
        """Rises with the index."""
        return f"{self._head}{self._first + index:012d}"

    def index_of(self, record_id: str) -> int | None:
        """The way back."""
        number = number_of(record_id, self._prefix)
        return number - self._first if number is not None and 0 <= number - self._first < self.count else None

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
