"""Accounts & their contacts (integration-behaviour B27–B29, B41, E11, F15, F21, ?7)."""

from typing import Any

import pytest

from core.model.link import Link
from core.plan import persons
from tests.engine.world import World


def both(shape: str = "accounts_contacts", **setup: Any) -> World:
    return World(shape=shape, **setup)


def contact(world: World, name: str, account: str = "", **fields: str) -> str:
    return world.crm.add(name, entity="Contacts", parent=account, fields=fields)


def person(world: World, name: str, customer: str, **fields: str) -> str:
    return world.books.add(name, entity="persons", parent=customer, fields=fields)


def link(world: World, record_id: str) -> Link:
    found = world.store.link_of("persons", "crm", record_id) or world.store.link_of("persons", "books", record_id)
    assert found is not None
    return found


async def test_B27_accounts_become_customers_and_their_contacts_contact_persons() -> None:
    world = both()
    account = world.crm.add("Aoba Foods")
    one = contact(world, "Hana Sato", account, Email="hana@aoba.example", Title="Buyer")
    run = await world.sync()
    customer = world.partner("crm", account)
    made = world.books.records[link(world, one).books_id]
    assert (made.entity, made.parent) == ("persons", customer)
    assert made.fields == {
        "first_name": "Hana", "last_name": "Sato", "email": "hana@aoba.example", "designation": "Buyer",
    }  # fmt: skip
    assert world.count(run, "to_books") == {"created": 2}
    await world.settled()


async def test_B27_parents_are_written_before_their_contacts() -> None:
    world = both()
    contact(world, "Hana Sato", world.crm.add("Aoba Foods"))
    order: list[str] = []
    world.books.on_write = lambda write: order.append(write.entity)
    await world.sync()
    assert order == ["customers", "persons"]


async def test_contact_persons_travel_back_under_their_account() -> None:
    world = both()
    customer = world.books.add("Aoba Foods")
    one = person(world, "Hana Sato", customer, email="hana@aoba.example")
    await world.sync()
    made = world.crm.records[link(world, one).crm_id]
    assert (made.entity, made.parent) == ("Contacts", world.partner("books", customer))
    world.crm.edit(made.id, Phone="1")
    world.books.edit(one, mobile="2")
    await world.sync()
    assert world.books.records[one].fields["phone"] == "1" and world.crm.records[made.id].fields["Mobile"] == "2"
    await world.settled()


async def test_B28_a_contact_without_an_account_is_left_out() -> None:
    world = both()
    contact(world, "Hana Sato")
    run = await world.sync()
    assert world.count(run, "to_books") == {"skipped": 1} and not world.writes()
    await world.settled()


async def test_B28_unless_unassociated_ones_are_included_then_it_becomes_an_individual() -> None:
    world = both("accounts_contacts_all")
    account = world.crm.add("Aoba Foods")
    inside, alone = contact(world, "Hana Sato", account), contact(world, "Ken Mori", Mailing_City="Kobe")
    run = await world.sync()
    made = world.books.records[world.partner("crm", alone)]
    assert (made.kind, made.name, made.fields["billing_address.city"]) == ("individual", "Ken Mori", "Kobe")
    assert world.books.records[link(world, inside).books_id].parent == world.partner("crm", account)
    assert world.count(run, "to_books") == {"created": 3}
    await world.settled()


async def test_B29_business_customers_pair_with_accounts_and_individuals_with_contacts() -> None:
    world = both("accounts_contacts_all")
    business = world.books.add("Aoba Foods")
    individual = world.books.add("Ken Mori", kind="individual", fields={"primary.last_name": "Mori"})
    person(world, "Ken Mori", individual)
    await world.sync()
    assert world.crm.records[world.partner("books", business)].entity == "Accounts"
    assert world.crm.records[world.partner("books", individual)].entity == "Contacts"
    assert len(world.crm.records) == 2, "the Individual's own person is no second contact"
    await world.settled()


async def test_individuals_stay_out_where_unassociated_contacts_do() -> None:
    world = both()
    world.books.add("Ken Mori", kind="individual")
    run = await world.sync()
    assert world.count(run, "to_crm") == {"skipped": 1} and not world.crm.records


async def test_B41_both_views_narrow_which_contacts_of_which_accounts_are_synced() -> None:
    world = both(view="key", contact_view="buyers")
    world.crm.view = lambda record: record.fields.get("Rating") == "A" or record.fields.get("Title") == "Buyer"
    chosen, other = world.crm.add("Aoba Foods", fields={"Rating": "A"}), world.crm.add("Minato Steel")
    inside = contact(world, "Hana Sato", chosen, Title="Buyer")
    contact(world, "Ken Mori", chosen, Title="Driver")
    contact(world, "Yui Kato", other, Title="Buyer")
    run = await world.sync()
    assert [each.name for each in world.books.of("persons")] == ["Hana Sato"]
    assert link(world, inside).state == "linked"
    assert world.count(run, "to_books") == {"created": 2, "skipped": 3}
    await world.settled()


async def test_a_contact_arrives_once_its_account_enters_the_view() -> None:
    world = both(view="key")
    world.crm.view = lambda record: record.entity == "Contacts" or record.fields.get("Rating") == "A"
    account = world.crm.add("Aoba Foods")
    one = contact(world, "Hana Sato", account)
    await world.sync()
    assert not world.books.records
    world.crm.edit(account, Rating="A")
    await world.sync()
    assert world.books.records[link(world, one).books_id].parent == world.partner("crm", account)
    await world.settled()


async def test_persons_of_one_name_are_told_apart_by_their_customer() -> None:
    world = both(duplicates="overwrite")
    for name in ("Aoba Foods", "Minato Steel"):
        account, customer = world.crm.add(name), world.books.add(name)
        contact(world, "Hana Sato", account, Phone=name)
        person(world, "Hana Sato", customer)
    await world.sync()
    assert len(world.books.of("persons")) == len(world.crm.of("Contacts")) == 2
    for each in world.books.of("persons"):
        assert each.fields["phone"] == world.books.records[each.parent].name
    assert not world.failures()
    await world.settled()


@pytest.mark.parametrize("shape", ["accounts_contacts", "accounts_contacts_all"])
async def test_F21_a_contact_waits_for_an_account_that_is_refused(shape: str) -> None:
    world = both(shape)
    world.books.add("Aoba Foods", entity="vendors")
    account = world.crm.add("Aoba Foods")
    one = contact(world, "Hana Sato", account)
    await world.sync()
    assert world.failures() == {account: "F12", one: "F21"}
    await world.sync()
    assert world.failures() == {account: "F12", one: "F21"}
    world.crm.edit(account, Account_Name="Aoba Foods Kobe")
    await world.sync()
    assert not world.failures()
    assert world.books.records[link(world, one).books_id].parent == world.partner("crm", account)
    await world.settled()


async def test_F15_a_customer_has_room_for_500_contact_persons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons, "MOST", 3)
    world = both()
    account, other = world.crm.add("Aoba Foods"), world.crm.add("Minato Steel")
    ids = [contact(world, f"Hana {at}", account) for at in range(5)]
    contact(world, "Ken Mori", other)
    await world.sync()
    assert world.failures() == dict.fromkeys(ids[3:], "F15")
    assert len(world.books.of("persons")) == 4


async def test_F11_a_contact_that_moved_to_another_account_is_held_while_its_fields_flow() -> None:
    world = both()
    old, new = world.crm.add("Aoba Foods"), world.crm.add("Minato Steel")
    one = contact(world, "Hana Sato", old)
    await world.sync()
    made = link(world, one).books_id
    world.crm.move(one, new)
    world.crm.edit(one, Phone="1")
    run = await world.sync()
    assert world.failures() == {one: "F11"} and world.failure(one).held
    assert world.books.records[made].parent == world.partner("crm", old), "Books cannot hand it over"
    assert world.books.records[made].fields["phone"] == "1"
    assert world.count(run, "to_books") == {"held": 1}
    await world.settled()
    world.crm.move(one, old)
    await world.sync()
    assert not world.failures()


async def test_a_contact_that_gains_an_account_stays_the_individual_that_it_was() -> None:
    world = both("accounts_contacts_all")
    account, alone = world.crm.add("Aoba Foods"), contact(world, "Ken Mori")
    await world.sync()
    customer = world.partner("crm", alone)
    world.crm.move(alone, account)
    world.crm.edit(alone, Phone="1")
    await world.sync()
    assert world.partner("crm", alone) == customer and not world.books.of("persons")
    assert world.books.records[customer].fields["primary.phone"] == "1"
    await world.settled()


async def test_a_contact_that_loses_its_account_stays_the_contact_person_that_it_was() -> None:
    world = both("accounts_contacts_all")
    one = contact(world, "Hana Sato", world.crm.add("Aoba Foods"))
    await world.sync()
    world.crm.move(one, "")
    world.crm.edit(one, Phone="1")
    await world.sync()
    assert world.books.records[link(world, one).books_id].fields["phone"] == "1"
    assert len(world.books.records) == 2
    await world.settled()


async def test_a_deleted_contact_leaves_its_person_in_books() -> None:
    world = both()
    one = contact(world, "Hana Sato", world.crm.add("Aoba Foods"))
    await world.sync()
    made = link(world, one).books_id
    world.crm.delete(one)
    run = await world.sync()
    assert made in world.books.records and link(world, one).state == "crm_gone"
    assert world.count(run, "to_books") == {"gone": 1}
    await world.settled()


async def test_an_unassociated_contact_survives_a_run_that_ended_before_its_part() -> None:
    world = both("accounts_contacts_all")
    for at in range(4):
        world.crm.add(f"Branch {at}")
    contact(world, "Ken Mori")
    world.books.add("Yui Kato", kind="individual", fields={"primary.last_name": "Kato"})
    world.books.problem_after = 2
    assert (await world.sync()).state == "stopped"
    world.books.problem_after = None
    await world.sync()
    assert {each.name for each in world.books.of("customers") if each.kind == "individual"} == {"Ken Mori", "Yui Kato"}
    assert len(world.crm.of("Contacts")) == 2
    await world.settled()


async def test_a_run_of_all_parts_without_changes_reads_lists_alone() -> None:
    world = both("accounts_contacts_all")
    for at in range(50):
        contact(world, f"Hana {at}", world.crm.add(f"Branch {at}"))
    await world.sync()
    await world.sync()
    world.store.iterated = 0
    world.books.reads.clear()
    run = await world.sync()
    assert world.store.iterated == 0 and not world.books.reads
    assert run.api_calls == {"crm": 4, "books": 2}, "both CRM modules with their deletions, customers, and persons"
