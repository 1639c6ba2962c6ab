"""Vendors: like customers, in four steps (integration-behaviour B47, B48)."""

import pytest

from tests.engine.world import World


async def test_B47_a_crm_vendor_becomes_a_books_vendor_with_a_primary_person_for_its_mail() -> None:
    world = World(module="vendors")
    vendor = world.crm.add(
        "Minato Parts", fields={"Email": "sales@minato.example", "Street": "1-1", "Zip_Code": "650", "Currency": "JPY"}
    )
    run = await world.sync()
    made = world.books.records[world.partner("crm", vendor)]
    assert (made.entity, made.kind) == ("vendors", "vendor")
    assert made.fields == {
        "contact_name": "Minato Parts", "company_name": "Minato Parts", "primary.first_name": "Minato Parts",
        "primary.email": "sales@minato.example", "billing_address.address": "1-1", "billing_address.zip": "650",
        "currency_code": "JPY",
    }  # fmt: skip
    assert world.count(run, "to_books") == {"created": 1}
    await world.settled()


async def test_a_vendor_without_mail_and_phone_gets_no_person() -> None:
    world = World(module="vendors")
    vendor = world.crm.add("Minato Parts")
    await world.sync()
    assert "primary.first_name" not in world.books.records[world.partner("crm", vendor)].fields


async def test_the_name_of_a_persons_that_books_has_is_left_alone() -> None:
    world = World(module="vendors", duplicates="overwrite")
    vendor = world.crm.add("Minato Parts", fields={"Email": "sales@minato.example"})
    world.books.add("Minato Parts", fields={"primary.first_name": "Keeper", "primary.email": "old@minato.example"})
    await world.sync()
    fields = world.books.records[world.partner("crm", vendor)].fields
    assert (fields["primary.first_name"], fields["primary.email"]) == ("Keeper", "sales@minato.example")
    await world.settled()


async def test_B47_both_ways_crm_goes_first() -> None:
    world = World(module="vendors")
    world.crm.add("From CRM")
    world.books.add("From Books", fields={"primary.phone": "03-1"})
    order: list[str] = []
    world.books.on_write = world.crm.on_write = lambda write: order.append(write.side)
    await world.sync()
    assert order == ["books", "crm"]
    assert {each.name: each.fields.get("Phone") for each in world.crm.records.values()} == {
        "From CRM": None, "From Books": "03-1",
    }  # fmt: skip


@pytest.mark.parametrize(("policy", "phone"), [("overwrite", "03-1"), ("skip", "03-2")])
async def test_B47_a_vendor_of_equal_name_is_a_duplicate(policy: str, phone: str) -> None:
    world = World(module="vendors", duplicates=policy)
    world.crm.add("Minato Parts", fields={"Phone": "03-1"})
    vendor = world.books.add("Minato Parts", fields={"primary.phone": "03-2"})
    await world.sync()
    assert len(world.books.records) == len(world.crm.records) == 1
    assert world.books.records[vendor].fields["primary.phone"] == phone


async def test_B47_a_view_narrows_the_vendors() -> None:
    world = World(module="vendors", view="domestic")
    world.crm.view = lambda record: record.fields.get("Country") == "Japan"
    inside = world.crm.add("Minato Parts", fields={"Country": "Japan"})
    world.crm.add("Far Away Parts", fields={"Country": "Peru"})
    await world.sync()
    assert [each.key for each in world.books.records.values()] == [inside]


async def test_customers_are_no_vendors_and_vendors_no_customers() -> None:
    world = World(module="vendors")
    world.books.add("A Customer", entity="customers")
    world.crm.add("An Account", entity="Accounts")
    world.books.add("A Vendor")
    run = await world.sync()
    assert world.count(run, "to_crm") == {"created": 1} and world.count(run, "to_books") == {}


async def test_F12_a_vendor_named_as_a_customer_is_refused() -> None:
    world = World(module="vendors")
    world.books.add("Aoba Foods", entity="customers")
    vendor = world.crm.add("Aoba Foods")
    await world.sync()
    assert world.failures() == {vendor: "F12"}
