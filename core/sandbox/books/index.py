"""Which records have a value, without walking them each time."""

from __future__ import annotations

from typing import Any

from core.sandbox.sources import Row
from core.sandbox.table import Table


class Index:
    """Which records have a value: built on the first question, kept right by writes."""

    def __init__(self, table: Table, key: Any) -> None:
        self._table, self._key = table, key
        self._ids: dict[Any, set[str]] | None = None
        table.watchers.append(self._follow)

    def find(self, value: Any) -> list[str]:
        """Ids, ascending."""
        if self._ids is None:
            self._ids = {}
            for row in self._table.rows():
                self._add(row, row[self._table.id_key])
        return sorted(self._ids.get(value, ()))

    def forget(self) -> None:
        """Build anew when next asked."""
        self._ids = None

    def _add(self, row: Row, record_id: str) -> None:
        assert self._ids is not None
        for value in self._key(row):
            self._ids.setdefault(value, set()).add(record_id)

    def _follow(self, record_id: str, old: Row | None, new: Row | None) -> None:
        if self._ids is None:
            return
        for value in self._key(old) if old is not None else ():
            self._ids.get(value, set()).discard(record_id)
        if new is not None:
            self._add(new, record_id)
