"""What a table starts with: records that are made when somebody reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

Row = dict[str, Any]
Names = tuple[str, ...]


class Source(Protocol):
    """The records a table starts with. Id, created and modified must all rise with the index."""

    @property
    def count(self) -> int:
        """How many there are."""

    def id_at(self, index: int) -> str:
        """The id of the record at an index."""

    def index_of(self, record_id: str) -> int | None:
        """The index of an id, or None when the id is not of this source."""

    def created_at(self, index: int) -> int:
        """Creation, epoch seconds."""

    def modified_at(self, index: int) -> int:
        """Last modification, epoch seconds."""

    def row(self, index: int) -> Row:
        """The record itself, made afresh; the caller may keep and change it."""

    def columns(self, indexes: Sequence[int], names: Names) -> list[list[Any]]:
        """Some fields of many records, a list of values for each field; None for what is empty or unknown."""

    def locate(self, key: str, value: object) -> list[int] | None:
        """Indexes of the records with a value, where they can be told without a walk; else None."""


class Empty:
    """The source of a table that starts with nothing."""

    count = 0

    def id_at(self, index: int) -> str:
        """Never reached."""
        raise IndexError(index)

    def index_of(self, record_id: str) -> int | None:
        """Nothing is here."""
        return None

    def created_at(self, index: int) -> int:
        """Never reached."""
        raise IndexError(index)

    def modified_at(self, index: int) -> int:
        """Never reached."""
        raise IndexError(index)

    def row(self, index: int) -> Row:
        """Never reached."""
        raise IndexError(index)

    def columns(self, indexes: Sequence[int], names: Names) -> list[list[Any]]:
        """Nothing is here."""
        return [[] for _ in names]

    def locate(self, key: str, value: object) -> list[int] | None:
        """Nothing is here."""
        return []
