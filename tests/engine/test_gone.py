"""Deletes never cross: what is deleted on one side stays on the other (integration-behaviour B86, E31; F29)."""

from tests.engine.world import World


async def test_B86_an_account_deleted_in_crm_stays_in_books() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    await world.sync()
    customer = world.partner("crm", account)
    world.crm.delete(account)
    run = await world.sync()
    assert customer in world.books.records
    assert world.links()[0].state == "crm_gone"
    assert world.count(run, "to_books") == {"gone": 1}
    world.books.edit(customer, notes="still here")
    await world.settled()
    assert not world.crm.records, "and is not made anew in CRM"


async def test_B86_a_customer_made_in_books_stays_there_when_its_account_is_deleted_in_crm() -> None:
    world = World()
    customer = world.books.add("Only in Books", fields={"notes": "ours"})
    world.crm.add("Aoba Foods")
    await world.sync()
    world.crm.delete(world.partner("books", customer))
    run = await world.sync()
    kept, link = world.books.records[customer], world.store.link_of("customers", "books", customer)
    assert kept.active and kept.fields["notes"] == "ours" and len(world.books.sent) == 1
    assert world.count(run, "to_books") == {"gone": 1} and link is not None and link.state == "crm_gone"
    world.books.edit(customer, notes="later")
    await world.settled()
    assert len(world.crm.records) == 1, "it is not sent to CRM once more"


async def test_an_account_restored_in_crm_is_linked_again() -> None:
    world = World()
    account = world.crm.add("Aoba Foods", fields={"Phone": "1"})
    await world.sync()
    kept = world.crm.records[account]
    world.crm.delete(account)
    await world.sync()
    world.crm.records[account] = kept
    world.crm.edit(account, Phone="2")
    await world.sync()
    (link,) = world.links()
    assert link.state == "linked"
    assert world.books.records[link.books_id].fields["billing_address.phone"] == "2"


async def test_F29_a_customer_that_vanished_in_books_is_found_by_the_weekly_walk() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    world.books.add("Minato Steel")
    await world.sync()
    world.books.delete(world.partner("crm", account))
    await world.sync()
    assert {link.state for link in world.links()} == {"linked"}, "no walk was due"
    world.clock.pass_(8 * 86_400)
    run = await world.sync()
    assert sorted(link.state for link in world.links()) == ["books_gone", "linked"]
    assert world.count(run, "to_crm") == {"gone": 1}
    assert account in world.crm.records
    world.crm.edit(account, Phone="9")
    await world.sync()
    assert world.failures() == {account: "F29"} and world.failure(account).held


async def test_F29_is_told_when_a_write_finds_the_customer_gone() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    world.books.add("Minato Steel")
    await world.sync()
    world.books.delete(world.partner("crm", account))
    world.crm.edit(account, Phone="9")
    run = await world.sync()
    assert world.links()[0].state == "books_gone"
    assert world.failures() == {account: "F29"}
    assert world.count(run, "to_books") == {"held": 1}
    await world.settled()
