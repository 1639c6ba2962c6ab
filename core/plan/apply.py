"""Applying a plan that somebody looked at: exactly what it says, and nothing that came since (design.md §3)."""

from collections.abc import Collection, Iterable

from msgspec import Struct, structs

from core.model.plan import Action, Plan

Pair = tuple[str | None, str | None]


class Chosen(Struct, frozen=True, kw_only=True):
    """``take``: actions of the saved plan that still stand, as they are now. ``moved``: what has become of those whose
    records changed since, planned anew and marked; they are not taken. ``over``: saved actions for which there is
    nothing left to do. ``left``: excluded ones, and what the saved plan did not know.
    """

    take: tuple[Action, ...]
    moved: tuple[Action, ...] = ()
    over: tuple[Action, ...] = ()
    left: tuple[Action, ...] = ()

    @property
    def whole(self) -> bool:
        """Everything there is to do is taken: the cursors may move."""
        return not self.moved and not self.left

    def rest(self, plan: Plan) -> Plan:
        """Return what is not taken as a plan of its own, to look at."""
        return structs.replace(plan, actions=(*self.moved, *self.left), counts={}, considered=0, valve=())


def choose(saved: Plan, fresh: Plan, exclude: Collection[str] = ()) -> Chosen:
    """Compare a saved plan with what would be planned now.

    The actions of one record or pair stand or fall together: a field that is left out would else be taken for settled.
    """
    before, now = _pairs(saved.actions), _pairs(fresh.actions)
    touched = {each for pair in before for each in _ids(pair)}
    take: list[Action] = []
    moved: list[Action] = []
    left: list[Action] = []
    for pair, actions in now.items():
        known = before.get(pair)
        if known is not None and any(each.id in exclude for each in known):
            left += actions
        elif known is not None and _same(known, actions):
            take += actions
        elif known is not None or touched.intersection(_ids(pair)):
            moved += [structs.replace(each, moved=True) for each in actions]
        else:
            left += actions
    still = {each for pair in now for each in _ids(pair)}
    over = [each for pair, actions in before.items() if not still.intersection(_ids(pair)) for each in actions]
    return Chosen(take=tuple(take), moved=tuple(moved), over=tuple(over), left=tuple(left))


def _pairs(actions: Iterable[Action]) -> dict[Pair, list[Action]]:
    found: dict[Pair, list[Action]] = {}
    for action in actions:
        found.setdefault((action.crm_id, action.books_id), []).append(structs.replace(action, moved=False))
    return found


def _ids(pair: Pair) -> list[tuple[str, str]]:
    return [(side, each) for side, each in zip(("crm", "books"), pair, strict=True) if each]


def _same(one: list[Action], two: list[Action]) -> bool:
    return sorted(one, key=lambda each: each.id) == sorted(two, key=lambda each: each.id)
