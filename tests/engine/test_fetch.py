"""Fetching named records instead of what changed (integration-behaviour B82, B89)."""

from core.plan.facts import Id
from tests.engine.test_persons import both, contact, link
from tests.engine.world import World


async def fetch(world: World, *ids: Id) -> dict[str, int]:
    run = await world.engine.execute(world.engine.begin(world.module, "fetch"), only=ids)
    assert run.state == "done"
    if not world.store.failures():
        world.check(run)
    return world.count(run, "to_books")


async def test_B82_one_customer_is_fetched_without_a_full_sync() -> None:
    world = World()
    one, two = world.crm.add("Aoba Foods"), world.crm.add("Minato Steel")
    await world.sync()
    for each in (one, two):
        world.crm.edit(each, Phone="1")
    customer = world.partner("crm", one)
    calls = world.crm.calls, world.books.calls
    assert await fetch(world, ("books", customer)) == {"updated": 1}
    assert world.books.records[customer].fields["billing_address.phone"] == "1"
    assert "billing_address.phone" not in world.books.records[world.partner("crm", two)].fields
    assert (world.crm.calls - calls[0], world.books.calls - calls[1]) == (1, 2), "two reads and a write"
    await world.sync()
    assert world.books.records[world.partner("crm", two)].fields["billing_address.phone"] == "1"


async def test_B89_marked_records_are_fetched_together() -> None:
    world = World()
    ids = [world.crm.add(f"Branch {at}") for at in range(5)]
    await world.sync()
    for each in ids:
        world.crm.edit(each, Phone="1")
    assert await fetch(world, *(("crm", each) for each in ids[:3])) == {"updated": 3}


async def test_a_record_that_is_not_here_yet_is_fetched_by_its_id() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    assert await fetch(world, ("crm", account)) == {"created": 1}
    assert world.partner("crm", account)
    await world.sync()
    await world.settled()


async def test_a_failed_record_is_tried_again_by_fetching_it() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    blocking = world.books.add("Aoba Foods", entity="vendors")
    await world.sync()
    assert world.failures() == {account: "F12"}
    world.books.delete(blocking)
    assert await fetch(world, ("crm", account)) == {"created": 1}
    assert not world.failures()


async def test_fetching_what_was_deleted_marks_it() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    await world.sync()
    world.crm.delete(account)
    assert await fetch(world, ("crm", account)) == {"gone": 1}
    assert world.links()[0].state == "crm_gone"


async def test_fetching_moves_no_cursor() -> None:
    world = World()
    one = world.crm.add("Aoba Foods")
    await world.sync()
    before = dict(world.store._cursors)
    world.crm.edit(one, Phone="1")
    await fetch(world, ("crm", one))
    assert world.store._cursors == before


async def test_a_contact_is_fetched_with_its_person() -> None:
    world = both("accounts_contacts_all")
    one, alone = contact(world, "Hana Sato", world.crm.add("Aoba Foods")), contact(world, "Ken Mori")
    await world.sync()
    for each in (one, alone):
        world.crm.edit(each, Phone="1")
    assert await fetch(world, ("crm", one), ("crm", alone)) == {"updated": 2}
    assert world.books.records[link(world, one).books_id].fields["phone"] == "1"
