"""A selected view narrows a module; a record that leaves it is frozen, not unlinked (B37, F32, ?5)."""

from tests.engine.world import World


def selected() -> World:
    world = World(view="key-accounts")
    world.crm.view = lambda record: record.fields.get("Rating") == "A"
    return world


async def test_B37_only_records_of_the_view_are_synced() -> None:
    world = selected()
    inside = world.crm.add("Aoba Foods", fields={"Rating": "A"})
    world.crm.add("Minato Steel")
    run = await world.sync()
    assert [link.crm_id for link in world.links()] == [inside]
    assert world.count(run, "to_books") == {"created": 1, "skipped": 1}
    await world.settled()


async def test_a_customer_whose_namesake_is_outside_of_the_view_is_not_made_twice_in_crm() -> None:
    world = selected()
    world.crm.add("Aoba Foods")
    world.books.add("Aoba Foods")
    await world.sync()
    world.books.edit(next(iter(world.books.records)), notes="edited")
    await world.sync()
    assert len(world.crm.records) == 1 and not world.writes()


async def test_F32_a_record_that_left_is_frozen_and_thaws_when_it_is_back() -> None:
    world = selected()
    account = world.crm.add("Aoba Foods", fields={"Rating": "A"})
    await world.sync()
    customer = world.partner("crm", account)
    world.crm.edit(account, Rating="C", Phone="2")
    run = await world.sync()
    assert world.links()[0].state == "out_of_view" and world.count(run, "to_books") == {"skipped": 1}
    world.books.edit(customer, notes="while frozen")
    await world.sync()
    assert "billing_address.phone" not in world.books.records[customer].fields
    world.crm.edit(account, Rating="A")
    await world.sync()
    assert world.links()[0].state == "linked"
    assert world.books.records[customer].fields["billing_address.phone"] == "2"
    assert world.crm.records[account].fields["Description"] == "while frozen"
    await world.settled()


async def test_a_record_that_leaves_or_enters_without_being_modified_is_found_after_some_hours() -> None:
    world = selected()
    one = world.crm.add("Aoba Foods", fields={"Rating": "A"})
    two = world.crm.add("Minato Steel")
    await world.sync()
    world.crm.view = lambda record: record.id == two
    await world.sync()
    assert world.store.link_of("customers", "crm", two) is None, "nothing moved, and no walk was due"
    world.clock.pass_(5 * 3_600)
    await world.sync()
    states = {link.crm_id: link.state for link in world.links()}
    assert states == {one: "out_of_view", two: "linked"}
    world.crm.view = lambda _record: True
    world.clock.pass_(5 * 3_600)
    await world.sync()
    assert {link.state for link in world.links()} == {"linked"}


async def test_without_a_change_no_view_is_walked() -> None:
    world = selected()
    world.crm.add("Aoba Foods", fields={"Rating": "A"})
    await world.sync()
    await world.sync()
    before = world.crm.calls
    await world.sync()
    assert world.crm.calls - before == 2, "the delta and the deletions"
