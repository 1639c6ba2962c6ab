"""Pairs of Zoho's own integration whose other end is no longer what it was (F29–F31, E16)."""

import pytest
from msgspec import structs

from core.model.catalogue import default_setup
from core.sandbox.testing import RunningSandbox
from tests.engine.memory import MemoryStore
from tests.engine.test_against_sandbox import complaints, engine, sides
from tests.engine.test_modules_on_sandbox import sync, told
from tests.engine.world import World


async def test_F29_a_customer_whose_native_account_was_deleted_is_held_and_not_made_anew() -> None:
    world = World()
    world.crm.add("Minato Steel")
    customer = world.books.add("Aoba Foods", native="c9999", native_linked=True)
    run = await world.sync()
    assert world.failures() == {customer: "F29"} and world.failure(customer).held
    assert world.count(run, "to_crm") == {"held": 1} and len(world.crm.records) == 1
    await world.settled()


async def test_F29_an_item_whose_native_product_was_deleted_is_held() -> None:
    world = World(module="items")
    world.crm.add("Bolt")
    item = world.books.add("Nut", native="c9999", native_linked=True)
    world.books._row = world.books._whole  # type: ignore[method-assign]  # list rows of items tell the product's id
    await world.sync()
    assert world.failures() == {item: "F29"} and len(world.crm.records) == 1
    await world.settled()


async def test_F29_is_over_once_the_native_link_is_cut() -> None:
    world = World()
    world.crm.add("Minato Steel")
    customer = world.books.add("Aoba Foods", native="c9999", native_linked=True)
    await world.sync()
    world.books.records[customer] = structs.replace(world.books.records[customer], native=None, native_linked=False)
    world.books.edit(customer)
    await world.sync()
    assert not world.failures() and world.crm.records[world.partner("books", customer)].name == "Aoba Foods"


async def test_E16_an_account_that_was_made_anew_under_the_same_name_is_the_counterpart() -> None:
    world = World(duplicates="overwrite")
    account = world.crm.add("Aoba Foods")
    customer = world.books.add("Aoba Foods", native="c9999", native_linked=True)
    await world.sync()
    assert world.partner("books", customer) == account and not world.failures()


async def test_F30_a_native_account_that_was_merged_away_names_who_may_have_it_now() -> None:
    world = World()
    kept = world.crm.add("青葉システム株式会社")
    world.crm.add("港製鋼")
    world.books.add("青葉システム株式会社", native=kept, native_linked=True)
    customer = world.books.add("青葉システム (旧)", native="c9999", native_linked=True)
    await world.sync()
    assert world.failures() == {customer: "F30"} and world.failure(customer).candidates == (kept,)
    await world.settled()


async def test_one_way_a_customer_whose_native_account_was_deleted_is_nobodys_concern() -> None:
    world = World(extent="fetch")
    world.crm.add("Minato Steel")
    world.books.add("Aoba Foods", native="c9999", native_linked=True)
    await world.sync()
    assert not world.failures()


@pytest.mark.parametrize("native", [True, False])
async def test_F31_a_pair_whose_customer_is_inactive_waits_until_it_is_active_again(native: bool) -> None:
    world = World(duplicates="overwrite")
    account = world.crm.add("Aoba Foods", fields={"Phone": "1"})
    customer = world.books.add("Aoba Foods", active=False, native=account if native else None, native_linked=native)
    run = await world.sync()
    assert world.failures() == {account: "F31"} and world.failure(account).held
    assert world.count(run, "to_books") == {"held": 1} and not world.writes() and not world.links()
    await world.settled()
    world.books.records[customer] = structs.replace(world.books.records[customer], active=True)
    world.books.edit(customer)
    await world.sync()
    assert world.partner("crm", account) == customer and not world.failures()
    assert world.books.records[customer].fields["billing_address.phone"] == "1"
    await world.settled()


async def test_every_planted_failure_of_a_first_sync_of_the_demo_is_told() -> None:
    with RunningSandbox(accounts=None, seed=7, kind="demo", process=True) as zoho:
        planted = [each for each in zoho.planted() if each["stage"] == "first_sync"]
        assert {each["reason"] for each in planted} >= {"F7", "F9", "F12", "F13", "F16", "F29", "F30", "F31", "F42"}
        store = MemoryStore()
        async with sides(zoho) as opened:
            made = engine(opened, store)
            await made.prepare(default_setup("customers"))
            await sync(made, "customers", confirm=True)
            assert complaints(planted, told(store)) == []
