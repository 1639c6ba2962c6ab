"""What the remedy of a group of failures would free: the records themselves, and those that wait for them (F21)."""

from typing import Any, cast

import pytest

from core.agent.overview import Overview
from core.model.catalogue import default_setup
from core.model.record import Refused
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
    world = both()
    customer = world.books.add("Refused Customer")
    world.books.add("Hana Sato", entity="persons", parent=customer)
    world.crm.refuse = lambda write: Refused(ref="", reason="F42", message="no") if write.entity == "Accounts" else None
    await world.sync()
    assert groups(world) == {("customers", "F42"): (1, 1), ("persons", "F21"): (1, 0)}


@pytest.mark.parametrize("freed", ["renamed", "deleted"])
async def test_F12_a_vendor_is_tried_again_once_the_customer_of_its_name_has_another(freed: str) -> None:
    world = World(duplicates="overwrite")
    account = world.crm.add("Aoba Foods")
    world.crm.add("Minato Steel")
    vendor = world.crm.add("Aoba Foods", entity="Vendors")
    await world.sync()
    await world.engine.prepare(default_setup("vendors"))
    customer = world.partner("crm", account)

    async def vendors() -> None:
        run = await world.engine.execute(world.engine.begin("vendors", "manual"))
        assert run.state == "done"

    await vendors()
    assert world.failures() == {vendor: "F12"} and world.failure(vendor).candidates == (customer,)
    sent = len(world.books.sent)
    await vendors()
    assert len(world.books.sent) == sent, "it is not sent again for nothing"
    if freed == "renamed":
        world.crm.edit(account, Account_Name="Aoba Foods Kobe")
    else:
        world.books.delete(customer)
        world.clock.pass_(8 * 86_400)
    await world.engine.execute(world.engine.begin("customers", "manual"), confirm=True)
    await vendors()
    assert not world.failures() and [each.name for each in world.books.of("vendors")] == ["Aoba Foods"]


async def test_a_failure_whose_direction_has_nothing_left_is_over_though_the_other_one_fails() -> None:
    world = World(strength="unique")
    world.crm.bend = lambda _field, value: value.upper() if isinstance(value, str) else value
    account = world.crm.add("BRANCH")
    await world.sync()
    customer = world.partner("crm", account)
    world.books.edit(customer, billing_address__phone="Tokyo")
    fates = iter(("before", "after"))
    world.crm.lose = lambda _write: next(fates, None)
    await world.sync()
    assert world.failures() == {customer: "F41"}
    losses = iter(("before", "before"))
    world.books.lose = lambda _write: next(losses, None)
    run = await world.sync()
    assert world.failures() == {account: "F41"} and world.count(run, "to_books") == {"failed": 1}
    await world.sync()
    assert not world.failures()
    await world.settled()
