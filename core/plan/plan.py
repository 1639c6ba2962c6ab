"""The plan of a run: what a pull brought becomes a list of actions, as plain data."""

from msgspec import structs

from core.model.names import SIDES, SideName, toward
from core.model.plan import Action, Plan
from core.model.run import Failure
from core.plan.facts import Facts, failure_key
from core.plan.linked import plan_gone, plan_left, plan_linked
from core.plan.pairing import plan_unlinked
from core.plan.persons import crowded
from core.plan.settle import FIRST_PAIRING
from core.plan.shapes import order
from core.plan.tally import Tally
from core.plan.valve import check


def make_plan(facts: Facts) -> Plan:
    """Return what a run would do, the same under any order of its input (I13).

    Local steps come first, then writes in the order of the sides (B32, B51), on each side the most urgent first: when
    the day's calls run out, what is known to be wrong is right by then, and what is new follows. Updates and creates
    whose details nobody has read yet (``core.plan.settle.unread``) are among them, to be settled in batches as they are
    carried out.
    """
    actions = plan_gone(facts) + plan_left(facts) + plan_linked(facts) + plan_unlinked(facts)
    actions = crowded(facts, actions)
    actions += _still_standing(facts, actions)
    ranks = {side: at for at, side in enumerate(order(facts.setup.module), start=1)}
    actions.sort(key=lambda each: _place(each, ranks, facts))
    tally = Tally()
    tally.expect({side: facts.on(side).keys() for side in SIDES})
    for action in actions:
        tally.add(action)
    return Plan(
        module=facts.setup.module, actions=tuple(actions), valve=check(facts, actions),
        considered=sum(tally.considered().values()), counts=tally.counts(),
    )  # fmt: skip


def _place(action: Action, ranks: dict[SideName, int], facts: Facts) -> tuple[int, int, str, str, str, str]:
    crm, books, target = action.crm_id or "", action.books_id or "", action.target
    if target is None or action.verb not in ("create", "update"):
        return 0, 0, crm, books, target or "local", action.verb
    urgency = _NEW if action.verb == "create" else _PAIR if action.why in FIRST_PAIRING else _CHANGED
    if facts.failures:
        source = crm if target == "books" else books
        if failure_key(facts.setup, toward(target), source) in facts.failures:
            urgency = _AGAIN
    return ranks[target], urgency, crm, books, target, action.verb


_CHANGED, _NEW, _PAIR, _AGAIN = range(4)
"""How urgent a write is: linked records that differ, new ones, pairs that meet, and what failed before."""


def _still_standing(facts: Facts, actions: list[Action]) -> list[Action]:
    """Tell of failures whose records nobody touched: they count, and are not sent again."""
    crm = {action.crm_id for action in actions} | facts.crm.keys()
    books = {action.books_id for action in actions} | facts.books.keys()
    found = []
    for key in sorted(facts.failures):
        failure = facts.failures[key]
        if failure.record not in (crm if failure.direction == "to_books" else books):
            found.append(_standing_action(failure))
    return found


def _standing_action(failure: Failure) -> Action:
    made = Action(
        verb="hold" if failure.held else "skip", why="standing", module=failure.module, target=None,
        crm_id=failure.crm_id or None, books_id=failure.books_id or None, name=failure.name, reason=failure.reason,
        candidates=failure.candidates,
    )  # fmt: skip
    return structs.replace(made, target="books" if failure.direction == "to_books" else "crm")
