"""The brake: a plan that looks like an accident stops before its first write (design.md §3, step 3)."""

from collections.abc import Iterable

from core.model.names import SIDES, SideName
from core.model.plan import Action, ValveTrip
from core.plan.facts import Facts

FEW = 20
"""So many links may change one way in any run, however few links there are."""


def check(facts: Facts, actions: Iterable[Action]) -> tuple[ValveTrip, ...]:
    """Return why the plan must be confirmed; empty: it may run."""
    trips = []
    changing: dict[SideName, int] = dict.fromkeys(SIDES, 0)
    creating: dict[SideName, int] = dict.fromkeys(SIDES, 0)
    for action in actions:
        if action.verb == "create" and action.target:
            creating[action.target] += 1
        elif (side := _changes(action)) is not None:
            changing[side] += 1
    half, cap = facts.link_count // 2, facts.setup.create_cap
    for side in SIDES:
        if side in facts.empty and facts.link_count:
            trips.append(ValveTrip(rule="empty_listing", side=side, count=0, limit=1))
        if changing[side] > max(half, FEW) and facts.link_count:
            trips.append(ValveTrip(rule="mass_change", side=side, count=changing[side], limit=max(half, FEW)))
        if cap is not None and creating[side] > cap:
            trips.append(ValveTrip(rule="create_cap", side=side, count=creating[side], limit=cap))
    return tuple(trips)


def _changes(action: Action) -> SideName | None:
    """Return the side on which an existing link changes: by an update, or because its record vanished there."""
    if action.verb == "update" and action.why in ("changed", "conflict"):
        return action.target
    if action.verb == "unlink" and action.crm_id and action.books_id:
        return "books" if action.why == "books_gone" else "crm"
    return None
