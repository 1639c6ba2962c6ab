"""Counting: each considered record exactly once in its direction (I17)."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Literal

from core.model.names import SIDES, Direction, SideName, other, toward
from core.model.plan import Action, Count, Verb, Why
from core.plan.settle import FIRST_PAIRING

Category = Literal["failed", "held", "created", "updated", "linked", "gone", "skipped", "unchanged"]
Result = Literal["done", "failed", "held"]

_RANK: tuple[Category, ...] = ("failed", "held", "created", "updated", "linked", "gone", "skipped", "unchanged")
_AT = {category: at for at, category in enumerate(_RANK)}


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
        for side, rank, sure in _entries(action.verb, action.why, action.target, result):
            record_id = action.crm_id if side == "crm" else action.books_id
            if record_id and (sure or self._considered(side, record_id)):
                rows = self._found[side]
                rows[record_id] = min(rank, rows.get(record_id, rank))

    def _considered(self, side: SideName, record_id: str) -> bool:
        for pulled in self._pulled[side]:  # noqa: SIM110 - every action comes through here, and a generator costs more
            if record_id in pulled:
                return True
        return False

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


@lru_cache(maxsize=1_024)
def _entries(verb: Verb, why: Why, target: SideName | None, result: Result) -> tuple[tuple[SideName, int, bool], ...]:
    """Return what an action counts, on the side of its source and, quietly, on the other one: the side, the rank of the
    category, and whether it counts even if the record was not among those pulled.
    """
    source = other(target) if target else None
    found: list[tuple[SideName, int, bool]] = []
    for side in SIDES:
        if verb == "create" and side == target:
            continue
        own = source == side or (source is None and verb == "unlink" and side == _gone_side(why))
        found.append((side, _AT[_own(verb, why, result) if own else _beside(verb, why)], own))
    return tuple(found)


def _gone_side(why: Why) -> SideName:
    return "books" if why == "books_gone" else "crm"


def _own(verb: Verb, why: Why, result: Result) -> Category:
    if result != "done":
        return result
    match verb:
        case "create":
            return "created"
        case "update":
            return "updated"
        case "hold":
            return "held"
        case "unlink":
            return "skipped" if why == "out_of_view" else "gone"
        case "skip":
            return "failed" if why == "standing" else "skipped"
        case _:
            return _beside(verb, why)


def _beside(verb: Verb, why: Why) -> Category:
    if verb in ("skip", "unlink"):
        return "skipped" if why != "standing" else "unchanged"
    if why == "one_way":
        return "skipped"
    return "linked" if why in FIRST_PAIRING else "unchanged"
