"""What is particular to contact persons: they follow their account, and a customer has room for 500 (B27, E11, ?7)."""

from collections import Counter

from msgspec import structs

from core.model.plan import Action
from core.model.record import Record
from core.plan.facts import Facts

MOST = 500
"""Contact persons of one customer (E11)."""


def moved(facts: Facts, crm: Record, books: Record) -> bool:
    """Return whether a contact belongs to another account than its person's customer is linked to.

    Books cannot hand a person to another customer, so this is held for somebody to decide (F11, ?7). A contact that has
    lost its account stays where it is.
    """
    if facts.setup.module != "persons":
        return False
    account = crm.parent or facts.under.get(("crm", crm.id), "")
    customer = books.parent or facts.under.get(("books", books.id), "")
    return bool(account and customer) and facts.family("crm", account) != facts.family("books", customer)


def crowded(facts: Facts, actions: list[Action]) -> list[Action]:
    """Return the actions with those creates held that their customer has no room for (F15): the latest ids give way.

    Persons that were not pulled are not counted here; Books then refuses what is too many.
    """
    if facts.setup.module != "persons":
        return actions
    count = Counter(facts.family("books", record.parent) for record in facts.books.values())
    held: set[str] = set()
    making = (each for each in actions if each.verb == "create" and each.target == "books")
    for action in sorted(making, key=lambda each: each.crm_id or ""):
        family = facts.family("crm", facts.parent_of("crm", action.crm_id or ""))
        count[family] += 1
        if count[family] > MOST:
            held.add(action.id)
    return [_held(each) if each.id in held else each for each in actions]


def _held(action: Action) -> Action:
    return structs.replace(action, verb="hold", why="too_many", reason="F15", changes=())
