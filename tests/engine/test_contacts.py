"""Customers from CRM contacts: Individuals (integration-behaviour B26), and their names."""

import pytest

from core.engine.named import full_name
from core.engine.ports import Commit
from core.model.setup import OrganisationRef, Profile
from tests.engine.world import World


async def test_B26_a_contact_becomes_an_individual_customer() -> None:
    world = World(shape="contacts")
    contact = world.crm.add(
        "Hana Sato", fields={"Email": "hana@aoba.example", "Mailing_City": "Kobe", "Other_City": "Nara", "Fax": "078-1"}
    )
    run = await world.sync()
    made = world.books.records[world.partner("crm", contact)]
    assert (made.entity, made.kind, made.key) == ("customers", "individual", contact)
    assert made.fields == {
        "contact_name": "Hana Sato", "primary.first_name": "Hana", "primary.last_name": "Sato",
        "primary.email": "hana@aoba.example", "billing_address.city": "Kobe", "shipping_address.city": "Nara",
        "billing_address.fax": "078-1",
    }  # fmt: skip
    assert world.count(run, "to_books") == {"created": 1}
    await world.settled()


async def test_B26_accounts_and_business_customers_take_no_part() -> None:
    world = World(shape="contacts")
    world.crm.add("Aoba Foods", entity="Accounts")
    world.books.add("Aoba Foods")
    run = await world.sync()
    assert world.count(run, "to_crm") == {"skipped": 1} and world.count(run, "to_books") == {}


async def test_an_individual_of_books_becomes_a_contact() -> None:
    world = World(shape="contacts")
    fields = {"primary.first_name": "Hana", "primary.last_name": "Sato"}
    customer = world.books.add("Hana Sato", kind="individual", fields=fields)
    await world.sync()
    made = world.crm.records[world.partner("books", customer)]
    assert (made.entity, made.fields["First_Name"], made.fields["Last_Name"]) == ("Contacts", "Hana", "Sato")
    await world.settled()


@pytest.mark.parametrize(
    ("given", "family", "order", "name"),
    [
        ("Hana", "Sato", "given_first", "Hana Sato"),
        ("花", "佐藤", "family_first", "佐藤 花"),
        (None, "佐藤", "family_first", "佐藤"),
        (" ", "Sato ", "given_first", "Sato"),
    ],
)
def test_a_name_is_put_together_in_the_order_of_the_country(given: str, family: str, order: str, name: str) -> None:
    assert full_name(given, family, order) == name  # type: ignore[arg-type]


async def test_in_a_japanese_organisation_the_family_name_goes_first() -> None:
    world = World(shape="contacts", duplicates="overwrite")
    ref = OrganisationRef(side="books", organization_id="1", name="", email="", accounts_url="", api_url="")
    japanese = Profile(name="default", books=OrganisationRef(**{**_fields(ref), "location": "jp"}))
    world.store.commit(Commit(profile=japanese))
    contact = world.crm.add("花 佐藤")
    customer = world.books.add("佐藤 花", kind="individual")
    await world.sync()
    assert world.partner("crm", contact) == customer, "the name is also what duplicates are found by (B33)"
    assert world.books.records[customer].fields["primary.first_name"] == "花"
    setup = world.store.setup("customers")
    assert setup is not None and setup.name_order == "family_first"
    await world.settled()


def _fields(ref: OrganisationRef) -> dict[str, str]:
    return {name: getattr(ref, name) for name in ref.__struct_fields__}


async def test_a_renamed_contact_renames_its_customer() -> None:
    world = World(shape="contacts")
    contact = world.crm.add("Hana Sato")
    await world.sync()
    world.crm.edit(contact, Last_Name="Mori")
    await world.sync()
    fields = world.books.records[world.partner("crm", contact)].fields
    assert (fields["contact_name"], fields["primary.last_name"]) == ("Hana Mori", "Mori")
    await world.settled()


async def test_a_shape_changed_later_leaves_what_is_linked_alone() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    await world.sync()
    customer = world.partner("crm", account)
    world.setup(shape="contacts")
    contact = world.crm.add("Hana Sato", entity="Contacts")
    world.crm.edit(account, Phone="1")
    await world.sync()
    assert world.partner("crm", account) == customer and world.partner("crm", contact)
    assert "billing_address.phone" not in world.books.records[customer].fields, "it is not of this shape"
    await world.settled()
    world.setup(shape="accounts")
    await world.sync()
    assert world.books.records[customer].fields["billing_address.phone"] == "1", "and goes on where it stood"
    assert world.books.records[world.partner("crm", contact)].kind == "individual"
    await world.settled()
