"""What the remedy of a group of failures would free: the records themselves, and those that wait for them (F21)."""

from typing import Any, cast

from core.agent.overview import Overview
from tests.engine.test_persons import both, contact
from tests.engine.world import World


def groups(world: World) -> dict[tuple[str, str], tuple[int, int]]:
    """(module, reason) → (records, others that wait for them)."""
    overview = Overview.__new__(Overview)
    cast(Any, overview)._store = world.store
    return {(each.module, each.reason): (each.count, each.waiting) for each in overview.groups()}


async def test_contacts_that_wait_for_refused_accounts_count_with_these() -> None:
    world = both("accounts_contacts_all")
    for at in range(2):
        world.books.add(f"Taken {at}", entity="vendors")
        account = world.crm.add(f"Taken {at}")
        for number in range(3):
            contact(world, f"Contact {at}{number}", account)
    world.crm.add(" ")
    contact(world, "Free One", world.crm.add("Aoba Foods"))
    await world.sync()
    assert groups(world) == {("customers", "F12"): (2, 6), ("persons", "F21"): (6, 0), ("customers", "F9"): (1, 0)}
    for at in range(2):
        (vendor,) = [each for each in world.books.records.values() if each.name == f"Taken {at}"]
        world.books.delete(vendor.id)
    before = len(world.links()), len(list(world.store.links("persons")))
    await world.sync(retry=("*",))
    after = len(world.links()), len(list(world.store.links("persons")))
    assert (after[0] - before[0], after[1] - before[1]) == (2, 6), "and are freed with them"
    assert groups(world) == {("customers", "F9"): (1, 0)}


async def test_persons_that_wait_for_a_customer_that_crm_refuses_count_too() -> None:
    from core.model.record import Refused

    world = both()
    customer = world.books.add("Refused Customer")
    world.books.add("Hana Sato", entity="persons", parent=customer)
    world.crm.refuse = lambda write: Refused(ref="", reason="F42", message="no") if write.entity == "Accounts" else None
    await world.sync()
    assert groups(world) == {("customers", "F42"): (1, 1), ("persons", "F21"): (1, 0)}
