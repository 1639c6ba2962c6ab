"""What a killed run sent and a person touched since: the next run takes it up and loses no edit (I2, I8)."""

import pytest

from tests.engine.test_persons import both, link, person
from tests.engine.world import World


async def test_F11_a_contact_that_moved_between_a_kill_and_its_recovery_is_held() -> None:
    world = both()
    one, two = world.crm.add("Aoba Foods"), world.crm.add("Minato Steel")
    await world.sync()
    person(world, "Hana Sato", world.partner("crm", one))
    world.crm.die_after = len(world.crm.sent)
    assert await world.sync_until_killed()
    (contact,) = world.crm.of("Contacts")
    world.crm.move(contact.id, two)
    await world.sync()
    assert world.failures() == {contact.id: "F11"} and len(world.crm.of("Contacts")) == 1
    await world.settled()
    world.crm.move(contact.id, one)
    await world.sync()
    assert not world.failures()


async def test_F11_a_person_whose_contact_moved_between_a_kill_and_its_recovery_is_held() -> None:
    world = both()
    one, two = world.crm.add("Aoba Foods"), world.crm.add("Minato Steel")
    contact = world.crm.add("Hana Sato", entity="Contacts", parent=one)
    world.books.die_after = 2
    assert await world.sync_until_killed()
    (made,) = world.books.of("persons")
    world.crm.move(contact, two)
    await world.sync()
    assert link(world, contact).books_id == made.id and world.failures() == {contact: "F11"}
    await world.settled()


async def test_I2_what_was_edited_between_a_kill_and_its_recovery_travels_back() -> None:
    world = World()
    account = world.crm.add("Aoba Foods", fields={"Phone": "1", "Website": "aoba.example"})
    world.books.die_after = 0
    assert await world.sync_until_killed()
    (customer,) = world.books.records
    world.books.edit(customer, billing_address__phone="2", notes="told on the phone")
    await world.sync()
    fields = world.crm.records[account].fields
    assert (fields["Phone"], fields["Description"], fields["Website"]) == ("2", "told on the phone", "aoba.example")
    await world.settled()


async def test_I2_what_was_edited_before_a_lost_reply_was_looked_up_travels_back() -> None:
    world = World()
    account = world.crm.add("Aoba Foods", fields={"Phone": "1"})
    fates = iter(("after",))
    world.books.lose = lambda _write: next(fates, None)

    def edit() -> None:
        (customer,) = world.books.records
        world.books.edit(customer, billing_address__phone="2")

    find = world.books.find

    async def edited_first(*args: object) -> object:
        edit()
        return await find(*args)  # type: ignore[arg-type]

    world.books.find = edited_first  # type: ignore[method-assign, assignment]
    await world.sync()
    await world.sync()
    assert world.crm.records[account].fields["Phone"] == "2" and len(world.books.records) == 1
    await world.settled()


async def test_I6_what_the_server_bent_in_a_recovered_create_does_not_travel_back() -> None:
    world = World()
    account = world.crm.add("Aoba Foods", fields={"Phone": "03-1111"})
    world.books.bend = lambda field, value: value.replace("-", "") if isinstance(value, str) else value
    world.books.die_after = 0
    assert await world.sync_until_killed()
    await world.sync()
    assert world.crm.records[account].fields["Phone"] == "03-1111" and not world.crm.sent
    await world.settled()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [({"Description": "from CRM", "Phone": "1"}, "told on the phone"), ({"Description": "from CRM"}, "from CRM")],
    ids=["seen to have arrived", "cannot be told"],
)
async def test_I2_what_was_written_over_a_change_that_a_killed_run_had_sent_is_not_lost(
    sent: dict[str, str], kept: str
) -> None:
    world = World(conflict="crm")
    account = world.crm.add("Aoba Foods", fields={"Description": "first"})
    await world.sync()
    customer = world.partner("crm", account)
    world.crm.edit(account, **sent)
    world.books.die_after = len(world.books.sent)
    assert await world.sync_until_killed()
    world.books.edit(customer, notes="told on the phone")
    await world.sync()
    assert world.crm.records[account].fields["Description"] == world.books.records[customer].fields["notes"] == kept
    lost = [line.lost for line in world.store.lines]
    assert kept == "told on the phone" or {"notes": "told on the phone"} in lost
    await world.settled()
