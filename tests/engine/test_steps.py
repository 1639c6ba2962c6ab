"""What the setup's steps and the sync controls mean for the engine (integration-behaviour B24–B46, B60, B78–B85)."""

from typing import Any

import pytest
from msgspec import structs

from core.engine.ports import Commit
from core.model.catalogue import default_setup, entity
from core.model.names import ModuleName, Shape
from core.model.problems import Problem
from core.model.setup import OrganisationRef, Profile
from tests.engine.world import World

MODULES: tuple[ModuleName, ...] = ("customers", "vendors", "items")


@pytest.mark.parametrize(("shape", "name"), [("accounts", "Accounts"), ("contacts", "Contacts")])
async def test_B24_the_chosen_crm_module_pairs_with_books_customers(shape: Shape, name: str) -> None:
    world = World(shape=shape)
    for each in ("Accounts", "Contacts"):
        world.crm.add(f"An {each}", entity=each)
    await world.sync()
    assert entity("customers", shape, "crm") == name
    assert [each.name for each in world.books.of("customers")] == [f"An {name}"]


@pytest.mark.parametrize(("extent", "there"), [("fetch", set()), ("both", {"Only in Books"})])
async def test_B30_the_extent_says_whether_anything_goes_to_crm(extent: str, there: set[str]) -> None:
    world = World(extent=extent)
    world.books.add("Only in Books")
    await world.sync()
    assert {each.name for each in world.crm.records.values()} == there


@pytest.mark.parametrize("module", MODULES)
async def test_B42_B43_basic_fields_are_mapped_by_default_and_others_by_hand(module: ModuleName) -> None:
    setup = default_setup(module)
    assert len(setup.mapping) >= 5
    by_hand = structs.replace(setup.mapping[-1], crm="Custom_A", books="cf_a", kind="text", create_only=False)
    world = World(module=module, mapping=(*setup.mapping, by_hand))
    record = world.crm.add("Aoba", fields={"Custom_A": "value"})
    await world.sync()
    assert world.books.records[world.partner("crm", record)].fields["cf_a"] == "value"


async def test_B44_a_custom_field_of_books_travels_both_ways_once_it_is_mapped() -> None:
    world = World()
    record = world.crm.add("Aoba Foods", fields={"Rank": "A"})
    await world.sync()
    setup = world.setup()
    world.setup(mapping=(*setup.mapping, structs.replace(setup.mapping[0], crm="Rank", books="cf_rank")))
    await world.sync()
    customer = world.partner("crm", record)
    assert world.books.records[customer].fields["cf_rank"] == "A"
    world.books.edit(customer, cf_rank="B")
    await world.sync()
    assert world.crm.records[record].fields["Rank"] == "B"


@pytest.mark.parametrize("module", MODULES)
async def test_B46_B48_B60_saving_stores_the_settings_and_syncs_nothing_until_asked(module: ModuleName) -> None:
    world = World(module=module)
    record = world.crm.add("Aoba")
    saved = await world.engine.prepare(default_setup(module))
    assert world.store.setup(module) == saved and not world.writes() and not world.store.runs(9)
    await world.sync()
    assert world.partner("crm", record)


async def test_B31_what_was_sent_to_crm_stays_when_nothing_goes_there_any_more() -> None:
    world = World()
    customer = world.books.add("Only in Books", fields={"notes": "as it was"})
    await world.sync()
    account = world.partner("books", customer)
    world.setup(extent="fetch")
    world.books.edit(customer, notes="told on the phone")
    await world.sync()
    assert world.crm.records[account].fields["Description"] == "as it was" and len(world.crm.sent) == 1
    world.crm.edit(account, Phone="1")
    await world.sync()
    assert world.books.records[customer].fields["billing_address.phone"] == "1", "and is fetched as any other"


async def test_B45_two_ways_need_equal_base_currencies_before_anything_is_mapped() -> None:
    world = World()
    crm = OrganisationRef(
        side="crm", organization_id="1", name="", email="", accounts_url="", api_url="", currency="JPY"
    )
    books = structs.replace(crm, side="books", currency="USD")
    world.store.commit(Commit(profile=Profile(name="default", crm=crm, books=books)))
    with pytest.raises(Problem) as caught:
        await world.engine.prepare(default_setup("customers"))
    assert (caught.value.code, caught.value.detail["reason"]) == ("currencies_differ", "F5")
    assert not world.crm.calls and not world.books.calls


@pytest.mark.parametrize("module", MODULES)
async def test_B82_one_record_is_fetched_into_books_without_a_full_sync(module: ModuleName) -> None:
    world = World(module=module)
    one, other = (world.crm.add(name) for name in ("Aoba", "Minato"))
    await world.sync()
    for each in (one, other):
        world.crm.edit(each, Description="new")
    run = world.engine.begin(module, "fetch")
    await world.engine.execute(run, only=(("books", world.partner("crm", one)),))
    told = {each.name: "new" in each.fields.values() for each in world.books.records.values()}
    assert told == {"Aoba": True, "Minato": False}


async def test_B81_a_sync_asked_for_applies_new_data_now() -> None:
    world = World()
    await world.sync()
    record = world.crm.add("Aoba Foods")
    run = await world.sync()
    assert run.cause == "manual" and world.partner("crm", record)


async def test_B83_a_run_tells_what_it_added_updated_and_found_deleted_and_why_records_failed() -> None:
    world = World()
    kept, gone = world.crm.add("Aoba Foods"), world.crm.add("Minato Steel")
    await world.sync()
    world.crm.edit(kept, Phone="1")
    world.crm.delete(gone)
    world.crm.add("Kita Shoji")
    world.books.add("Harbour", entity="vendors")
    refused = world.crm.add("Harbour")
    run = await world.sync()
    assert world.count(run, "to_books") == {"created": 1, "updated": 1, "gone": 1, "failed": 1}
    assert run.started and run.finished and world.store.runs(1) == [run]
    assert {line.name for line in world.store.history(run_id=run.id)} == {"Aoba Foods", "Minato Steel", "Kita Shoji"}
    assert (world.failure(refused).reason, world.failure(refused).run_id) == ("F12", run.id)


async def test_B85_an_edit_of_the_settings_applies_from_the_next_run() -> None:
    world = World()
    for at in range(3):
        world.crm.add(f"Branch {at}", fields={"Rank": "A"})
    setup = world.setup()
    mapping = (*setup.mapping, structs.replace(setup.mapping[0], crm="Rank", books="cf_rank"))
    edited: list[Any] = []

    def edit(_write: object) -> None:
        if not edited:
            edited.append(world.setup(mapping=mapping))

    world.books.on_write = edit
    run = await world.sync()
    assert run.setup_revision < edited[0].revision
    assert not any("cf_rank" in each.fields for each in world.books.records.values()), (
        "the running one goes on as it was"
    )
    await world.sync()
    assert all(each.fields["cf_rank"] == "A" for each in world.books.records.values())
