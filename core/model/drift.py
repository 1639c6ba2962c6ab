"""How far two organisations have come apart: what a read-only comparison of both sides finds."""

from typing import Literal

from msgspec import Struct

from core.model.names import ModuleName, SideName
from core.model.value import Value

DriftKind = Literal["differs", "crm_missing", "books_missing", "crm_only", "books_only"]
"""``differs``: a pair's fields; ``…_missing``: a pair's record is gone; ``…_only``: a record without a counterpart."""

DRIFT_KINDS: tuple[DriftKind, ...] = ("differs", "crm_missing", "books_missing", "crm_only", "books_only")


class FieldDrift(Struct, frozen=True, kw_only=True):
    """A field of a pair that both sides hold differently, and which side moved since they were last in step."""

    crm_field: str
    books_field: str
    crm: Value = None
    books: Value = None
    moved: tuple[SideName, ...] = ()


class Drifted(Struct, frozen=True, kw_only=True):
    """One pair, or one record, that is not in step."""

    kind: DriftKind
    module: ModuleName
    crm_id: str = ""
    books_id: str = ""
    name: str = ""
    fields: tuple[FieldDrift, ...] = ()


class DriftReport(Struct, frozen=True, kw_only=True):
    """What a comparison found. ``found`` holds at most as many as were asked for; ``counts`` counts all.

    ``unread``: fields of pairs that a list of Books does not carry and that were not read one by one.
    """

    module: ModuleName
    at: str
    pairs: int = 0
    in_step: int = 0
    unread: int = 0
    left_alone: int = 0
    """Records without a counterpart that the settings leave alone: skipped duplicates, inactive ones and their like."""
    counts: dict[DriftKind, int] = {}
    found: tuple[Drifted, ...] = ()
    api_calls: dict[SideName, int] = {}

    @property
    def total(self) -> int:
        """How much is not in step."""
        return sum(self.counts.values())
