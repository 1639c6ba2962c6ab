"""Counting: each considered record exactly once in its direction (I17)."""

from collections.abc import Collection, Mapping
from typing import Literal

from msgspec import Struct

from core.model.names import SIDES, Direction, SideName, other, toward
from core.model.plan import Action, Count
from core.plan.settle import FIRST_PAIRING

Category = Literal["failed", "held", "created", "updated", "linked", "gone", "skipped", "unchanged"]
Result = Literal["done", "failed", "held"]

_RANK: tuple[Category, ...] = ("failed", "held", "created", "updated", "linked", "gone", "skipped", "unchanged")
_AT = {category: at for at, category in enumerate(_RANK)}


class Entry(Struct, frozen=True):
    """One record's count. ``sure``: count it even if it was not among the records pulled."""

    side: SideName
    record_id: str
    category: Category
    sure: bool


class Tally:
    """Counts under way. Of several categories of one record, the one that most wants a person's eye stands."""

    def __init__(self) -> None:
        self._pulled: dict[SideName, list[Collection[str]]] = {side: [] for side in SIDES}
        self._found: dict[SideName, dict[str, int]] = {side: {} for side in SIDES}

    def expect(self, pulled: Mapping[SideName, Collection[str]]) -> None:
        """Say which further records were pulled: those count even where nothing is written for them."""
        for side in SIDES:
            self._pulled[side].append(pulled[side])

    def add(self, action: Action, result: Result = "done") -> None:
        """Count an action that is through, refused (``failed``) or held back (``held``)."""
        for entry in entries(action, result):
            if not entry.record_id or not (entry.sure or self._considered(entry)):
                continue
            rows, rank = self._found[entry.side], _AT[entry.category]
            rows[entry.record_id] = min(rank, rows.get(entry.record_id, rank))

    def _considered(self, entry: Entry) -> bool:
        return any(entry.record_id in pulled for pulled in self._pulled[entry.side])

    def counts(self) -> dict[Direction, Count]:
        """Return the counts by direction; a CRM record counts toward Books, a Books record toward CRM."""
        made: dict[Direction, Count] = {}
        for side in SIDES:
            sums: dict[str, int] = dict.fromkeys(_RANK, 0)
            for rank in self._found[side].values():
                sums[_RANK[rank]] += 1
            made[toward(other(side))] = Count(**sums)
        return made

    def considered(self) -> dict[SideName, int]:
        """Return how many records of each side were considered: the sum of its direction's counts."""
        return {side: len(self._found[side]) for side in SIDES}

    def total(self, category: Category) -> int:
        """Return a category's count over both directions."""
        return sum(rank == _AT[category] for rows in self._found.values() for rank in rows.values())


def entries(action: Action, result: Result = "done") -> list[Entry]:
    """Return what an action counts, on the side of its source and, quietly, on the other one."""
    source = other(action.target) if action.target else None
    found = []
    for side in SIDES:
        record_id = (action.crm_id if side == "crm" else action.books_id) or ""
        if action.verb == "create" and side == action.target:
            continue
        own = source == side or (source is None and action.verb == "unlink" and side == _gone_side(action))
        category = _own(action, result) if own else _beside(action)
        found.append(Entry(side, record_id, category, own))
    return found


def _gone_side(action: Action) -> SideName:
    return "books" if action.why == "books_gone" else "crm"


def _own(action: Action, result: Result) -> Category:
    if result != "done":
        return result
    match action.verb:
        case "create":
            return "created"
        case "update":
            return "updated"
        case "hold":
            return "held"
        case "unlink":
            return "skipped" if action.why == "out_of_view" else "gone"
        case "skip":
            return "failed" if action.why == "standing" else "skipped"
        case _:
            return _beside(action)


def _beside(action: Action) -> Category:
    if action.verb in ("skip", "unlink"):
        return "skipped" if action.why != "standing" else "unchanged"
    if action.why == "one_way":
        return "skipped"
    return "linked" if action.why in FIRST_PAIRING else "unchanged"
