"""What to do about a pair, both sides known in full, under everything that is known about it."""

from msgspec import structs

from core.model.link import Link
from core.model.names import SideName
from core.model.plan import Action, Why
from core.model.record import Record
from core.plan.facts import Facts
from core.plan.persons import moved
from core.plan.settle import settle, withhold


def decide(
    facts: Facts, link: Link | None, crm: Record, books: Record, *,
    why: Why = "changed", overwrite: SideName | None = None,
) -> tuple[Action, ...]:  # fmt: skip
    """Return the actions of ``core.plan.settle.settle``, with a hold for a contact that moved to another account, and
    without writes that were refused before and have not changed since.
    """
    actions = settle(facts.setup, link, crm, books, why=why, overwrite=overwrite)
    if moved(facts, crm, books):
        hold = structs.replace(actions[0], verb="hold", why="moved", reason="F11", target="books", changes=())
        actions = (*(each for each in actions if each.verb in ("update", "hold")), hold)
    return withhold(facts, actions)
