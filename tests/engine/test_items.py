"""Items: Books first, equal names and numbers are duplicates (integration-behaviour B49–B60, E8)."""

from typing import Any

import pytest
from msgspec import structs

from core.engine.ports import Commit
from core.model.catalogue import PRODUCT_TYPES, default_setup
from core.model.problems import Problem
from core.model.setup import FieldMap, OrganisationRef, Profile
from tests.engine.world import World


def items(**setup: Any) -> World:
    return World(module="items", **setup)


async def test_B49_a_product_becomes_an_item_with_its_mapped_fields() -> None:
    world = items()
    product = world.crm.add("Bolt", fields={"Product_Code": "B-1", "Unit_Price": "250", "Usage_Unit": "Box"})
    await world.sync()
    made = world.books.records[world.partner("crm", product)]
    assert (made.entity, made.kind) == ("items", "item")
    assert made.fields == {"name": "Bolt", "sku": "B-1", "rate": "250", "unit": "Box"}
    await world.settled()


async def test_B50_fetch_sends_no_item_to_crm() -> None:
    world = items(extent="fetch")
    world.books.add("Only in Books")
    world.crm.add("Bolt")
    run = await world.sync()
    assert world.count(run, "to_crm") == {"skipped": 1} and world.count(run, "to_books") == {"created": 1}
    assert not world.crm.sent


async def test_B51_both_ways_books_goes_first() -> None:
    world = items()
    world.crm.add("From CRM")
    world.books.add("From Books", fields={"rate": "9"})
    order: list[str] = []
    world.books.on_write = world.crm.on_write = lambda write: order.append(write.side)
    await world.sync()
    assert order == ["crm", "books"]
    made = next(each for each in world.crm.records.values() if each.name == "From Books")
    assert made.fields["Unit_Price"] == "9"


async def test_B51_what_changed_on_both_sides_goes_by_books() -> None:
    world = items()
    product = world.crm.add("Bolt", fields={"Unit_Price": "1"})
    await world.sync()
    world.crm.edit(product, Unit_Price="2")
    world.books.edit(world.partner("crm", product), rate="3")
    await world.sync()
    assert world.crm.records[product].fields["Unit_Price"] == "3"


async def test_B52_items_of_equal_name_are_duplicates() -> None:
    world = items(duplicates="skip")
    world.crm.add("Bolt", fields={"Unit_Price": "1"})
    world.books.add("Bolt", fields={"rate": "2"})
    run = await world.sync()
    assert not world.writes() and not world.links()
    assert world.count(run, "to_crm") == world.count(run, "to_books") == {"skipped": 1}


async def test_E8_an_item_of_equal_number_is_a_duplicate_under_another_name() -> None:
    world = items(duplicates="overwrite")
    product = world.crm.add("Bolt M6", fields={"Product_Code": "B-1", "Unit_Price": "1"})
    item = world.books.add("Bolt (M6)", fields={"sku": "B-1", "rate": "2"})
    await world.sync()
    assert world.partner("crm", product) == item
    assert world.crm.records[product].fields["Product_Name"] == "Bolt (M6)"
    await world.settled()


async def test_E8_the_name_goes_before_the_number() -> None:
    world = items(duplicates="overwrite")
    product = world.crm.add("Bolt", fields={"Product_Code": "B-1"})
    named = world.books.add("Bolt", fields={"sku": "B-2"})
    numbered = world.books.add("Nut", fields={"sku": "B-1"})
    await world.sync()
    assert world.partner("crm", product) == named
    assert world.partner("books", numbered) != product


async def test_F13_two_products_of_one_number_hold_the_item() -> None:
    world = items(duplicates="overwrite")
    both = {world.crm.add(name, fields={"Product_Code": "B-1"}) for name in ("Bolt", "Screw")}
    item = world.books.add("Nail", fields={"sku": "B-1"})
    await world.sync()
    assert world.failures() == {item: "F13"} and set(world.failure(item).candidates) == both
    assert not world.writes()


@pytest.mark.parametrize(("extent", "side"), [("both", "crm"), ("fetch", "books")])
async def test_B53_B54_the_clone_is_made_where_the_duplicates_show_up(extent: str, side: str) -> None:
    world = items(duplicates="clone", extent=extent)
    world.books.unique_names = False
    world.crm.add("Bolt")
    world.books.add("Bolt")
    await world.sync()
    there = {"crm": len(world.crm.records), "books": len(world.books.records)}
    assert there == {"crm": 1, "books": 1} | {side: 2}
    await world.settled()


@pytest.mark.parametrize(("extent", "price", "rate"), [("both", "2", "2"), ("fetch", "1", "1")])
async def test_B55_overwrite_replaces_the_record_of_the_side_fetched_last(extent: str, price: str, rate: str) -> None:
    world = items(duplicates="overwrite", extent=extent)
    product = world.crm.add("Bolt", fields={"Unit_Price": "1"})
    item = world.books.add("Bolt", fields={"rate": "2"})
    await world.sync()
    assert world.crm.records[product].fields["Unit_Price"] == price
    assert world.books.records[item].fields["rate"] == rate


async def test_B56_skip_keeps_the_existing_record() -> None:
    world = items(duplicates="skip")
    product = world.crm.add("Bolt", fields={"Unit_Price": "1"})
    world.books.add("Bolt", fields={"rate": "2"})
    await world.sync()
    assert world.crm.records[product].fields["Unit_Price"] == "1" and len(world.crm.records) == 1


async def test_B57_a_view_sends_only_certain_products() -> None:
    world = items(view="active")
    world.crm.view = lambda record: record.fields.get("Product_Category") == "Hardware"
    inside = world.crm.add("Bolt", fields={"Product_Category": "Hardware"})
    world.crm.add("App", fields={"Product_Category": "Software"})
    await world.sync()
    assert [each.key for each in world.books.records.values()] == [inside]


def test_B58_some_fields_are_mapped_by_default_and_an_items_state_is_not() -> None:
    rows = {row.books: row.crm for row in default_setup("items").mapping}
    assert rows["name"] == "Product_Name" and rows["sku"] == "Product_Code"
    assert "status" not in rows, "?4"


async def test_B59_the_product_type_comes_from_a_custom_field_and_goes_back() -> None:
    mapping = default_setup("items").mapping
    kind = FieldMap(crm="Product_Kind", books="product_type", kind="picklist", values=PRODUCT_TYPES)
    world = items(mapping=(*mapping, kind))
    service = world.crm.add("Support", fields={"Product_Kind": "サービス"})
    world.books.add("Bolt", fields={"product_type": "goods"})
    await world.sync()
    assert world.books.records[world.partner("crm", service)].fields["product_type"] == "service"
    bolt = next(each for each in world.crm.records.values() if each.name == "Bolt")
    assert bolt.fields["Product_Kind"] == "Goods"
    await world.settled()
    world.crm.edit(service, Product_Kind="Service")
    before = world.writes()
    await world.sync()
    assert world.writes() == before, "another word for the same is no change"
    world.books.edit(world.partner("crm", service), product_type="goods")
    await world.sync()
    assert world.crm.records[service].fields["Product_Kind"] == "Goods"


async def test_F14_an_item_whose_number_is_taken_is_refused() -> None:
    world = items(duplicates="overwrite")
    world.crm.add("Bolt", fields={"Product_Code": "B-1"})
    world.books.add("Bolt", fields={"sku": "B-1"})
    taken = world.crm.add("Nut", fields={"Product_Code": "B-1"})
    await world.sync()
    assert world.failures() == {taken: "F14"}


@pytest.mark.parametrize(
    ("module", "extent", "reason"),
    [("items", "fetch", "F6"), ("items", "both", "F6"), ("customers", "both", "F5"), ("customers", "fetch", "")],
)
async def test_B45_unequal_base_currencies_forbid_items_and_two_ways(module: Any, extent: str, reason: str) -> None:
    world = World(module=module, extent=extent)
    crm = OrganisationRef(
        side="crm", organization_id="1", name="", email="", accounts_url="", api_url="", currency="JPY"
    )
    books = structs.replace(crm, side="books", currency="USD")
    world.store.commit(Commit(profile=Profile(name="default", crm=crm, books=books)))
    ended = await world.sync()
    assert (ended.state, ended.problem_detail.get("reason", "")) == ("failed" if reason else "done", reason)
    setup = world.store.setup(module)
    assert setup is not None
    if reason:
        with pytest.raises(Problem, match="base currencies"):
            await world.engine.prepare(setup)
