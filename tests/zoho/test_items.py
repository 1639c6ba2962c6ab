from __future__ import annotations

from typing import Any

import pytest

from core.engine.ports import Key
from core.model.catalogue import default_setup
from core.model.record import Moved, Refused, Unknown, Written
from tests.zoho.conftest import Ground, book, crm_write, everything, one, outcomes, single

SETUP = default_setup("items")
BOOKS = (*dict.fromkeys(each.books for each in SETUP.mapping), "product_type", "is_taxable", "status", "tax_name")
CRM = tuple(dict.fromkeys(each.crm for each in SETUP.mapping))
NEW = {"name": "巻尺 5.5m", "sku": "MJ-55", "rate": "1280.5", "description": "鋼製", "unit": "Box"}


def items(ground: Ground) -> dict[str, dict[str, Any]]:
    return ground.truth("books", "items")


async def prepared(ground: Ground, **options: Any) -> Any:
    return await ground.prepared("books", setup=SETUP, **options)


def named(ground: Ground, name: str) -> list[dict[str, Any]]:
    return [each for each in items(ground).values() if each["name"] == name]


async def test_a_full_pull_has_every_item_once_inactive_ones_too(ground: Ground) -> None:
    ground.edit("books", "change", next(iter(items(ground))), module="items", status="inactive")
    records = await everything(ground.open("books").changes("items", BOOKS, None))
    truth = items(ground)
    assert sorted(each.id for each in records) == sorted(truth)
    assert {each.id for each in records if not each.active} == {
        key for key, row in truth.items() if row["status"] == "inactive"
    }
    for each in records:
        assert each.kind == "item" and not each.complete and each.name == truth[each.id]["name"]
        assert each.fields["sku"] == truth[each.id].get("sku") and "description" not in each.fields


async def test_only_what_changed_since_is_told(ground: Ground) -> None:
    side = ground.open("books")
    newest = max(each.version for each in await everything(side.changes("items", BOOKS, None)))
    changed = next(iter(items(ground)))
    ground.zoho.control("POST", "time", {"advance": 60})
    ground.edit("books", "change", changed, module="items", description="x")
    again = await everything(side.changes("items", BOOKS, newest))
    assert changed in {each.id for each in again} and all(each.version >= newest for each in again)


async def test_rows_without_a_time_are_read_in_detail(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.sandbox.books import items as theirs

    real = theirs.show_item

    def bare(call: Any, row: Any) -> Any:
        shown = real(call, row)
        return shown if "itemdetails" in call.path else {**shown, "last_modified_time": ""}

    monkeypatch.setattr(theirs, "show_item", bare)
    side = ground.open("books")
    records = await everything(side.changes("items", BOOKS, None))
    assert {each.id for each in records} == set(items(ground)) and all(each.version for each in records)
    assert await everything(side.changes("items", BOOKS, "2027-01-01T00:00:00Z")) == []
    assert any(each["path"].endswith("itemdetails") for each in ground.zoho.requests())


async def test_details_come_a_hundred_at_a_time(ground: Ground) -> None:
    side = ground.open("books")
    await side.prepare(SETUP)
    truth, before = items(ground), side.calls
    records = await side.read("items", BOOKS, [*truth, "999", "no id"])
    assert {each.id for each in records} == set(truth) and all(each.complete for each in records)
    assert side.calls - before == -(-(len(truth) + 1) // 100)
    for each in records:
        row = truth[each.id]
        assert each.fields["product_type"] == row["product_type"] and each.fields["is_taxable"] is True
        assert each.fields["status"] is (row["status"] == "active")
        assert float(each.fields["rate"]) == row["rate"]


async def test_the_native_link_is_read(ground: Ground) -> None:
    linked = next(iter(items(ground)))
    ground.edit("books", "change", linked, module="items", zcrm_product_id="4876")
    rows = await everything(ground.open("books").changes("items", BOOKS, None))
    assert {each.id: each.native for each in rows if each.native_linked} == {linked: "4876"}


@pytest.mark.parametrize("unique", [True, False])
async def test_a_create_comes_back_as_the_server_made_it(ground: Ground, unique: bool) -> None:
    side = await prepared(ground, unique=unique)
    written = await single(side, BOOKS, book("items", "a", key="487", fields={**NEW, "product_type": "service"}))
    assert isinstance(written, Written) and written.created and written.record.key == "487"
    assert {path: written.record.fields[path] for path in NEW} == NEW
    assert named(ground, NEW["name"])[0]["product_type"] == "service"


async def test_a_keyed_create_may_be_sent_again(ground: Ground) -> None:
    side = await prepared(ground)
    first, second = [await single(side, BOOKS, book("items", each, key="487", fields=NEW)) for each in "ab"]
    assert first.id == second.id and not second.created and len(named(ground, NEW["name"])) == 1


async def test_an_item_without_a_price_is_one_on_request(ground: Ground) -> None:
    side = await prepared(ground)
    made = await single(side, BOOKS, book("items", "a", key="1", fields={"name": "見積品"}))
    assert made.record.fields["rate"] == "0"
    priced = await single(side, BOOKS, book("items", "b", made.id, fields={"rate": "12"}))
    assert priced.record.fields["rate"] == "12"
    emptied = await single(side, BOOKS, book("items", "c", made.id, fields={"rate": None}))
    assert emptied.record.fields["rate"] == "0"


async def test_every_item_has_its_own_outcome(ground: Ground) -> None:
    side = await prepared(ground)
    other = next(row for row in items(ground).values() if row.get("sku"))
    writes = [
        book("items", "good", key="1", fields=NEW),
        book("items", "name", key="2", fields={"name": other["name"]}),
        book("items", "sku", key="3", fields={"name": "別名", "sku": other["sku"]}),
        book("items", "long", key="4", fields={"name": "長い", "description": "x" * 2_001}),
        book("items", "unnamed", key="5", fields={"name": None}),
        book("items", "tax", key="6", fields={"name": "課税", "tax_name": "nowhere"}),
        book("items", "text", key="7", fields={"name": "文字", "rate": "twelve"}),
        book("items", "gone", "999", fields={"unit": "x"}),
    ]
    done = await outcomes(side.write(BOOKS, writes))
    assert isinstance(done.pop("good"), Written)
    assert {ref: each.reason for ref, each in done.items()} == {
        "name": "F14", "sku": "F14", "long": "F16", "unnamed": "F9", "tax": "F27", "text": "F18", "gone": "F29",
    }  # fmt: skip


async def test_a_tax_goes_by_its_id(ground: Ground) -> None:
    side = await prepared(ground)
    name = ground.zoho.world.books.taxes[0]["tax_name"]  # type: ignore[union-attr]
    made = await single(side, BOOKS, book("items", "a", key="1", fields={**NEW, "tax_name": name}))
    assert made.record.fields["tax_name"] == name
    assert (await single(side, BOOKS, book("items", "b", made.id, fields={"tax_name": None}))).record.fields[
        "tax_name"
    ] is None


async def test_an_item_is_put_out_of_use_and_back(ground: Ground) -> None:
    side = await prepared(ground)
    made = await single(side, BOOKS, book("items", "a", key="1", fields={**NEW, "status": False}))
    assert isinstance(made, Written) and made.created and not made.record.active
    assert made.version == made.record.version
    again = await single(side, BOOKS, book("items", "b", made.id, fields={"status": True}, expect_version=made.version))
    assert again.record.active and again.record.fields["status"] is True
    assert items(ground)[made.id]["status"] == "active"


async def test_an_update_leaves_everything_else_alone(ground: Ground) -> None:
    side = await prepared(ground)
    item_id, before = next(iter(items(ground).items()))
    old = await one(side, "items", BOOKS, item_id)
    ground.zoho.control("POST", "time", {"advance": 2})
    write = book("items", "a", item_id, fields={"description": "新"}, expect_version=old.version, key="487")
    assert isinstance(await single(side, BOOKS, write), Written)
    after = items(ground)[item_id]
    changed = {name for name in after.keys() | before.keys() if after.get(name) != before.get(name)}
    assert changed == {"description", "custom_values", "last_modified_time"}


async def test_an_item_that_moved_on_is_not_written(ground: Ground) -> None:
    side = await prepared(ground)
    item_id = next(iter(items(ground)))
    old = await one(side, "items", BOOKS, item_id)
    ground.edit("books", "change", item_id, module="items", description="by hand")
    moved = await single(side, BOOKS, book("items", "a", item_id, fields={"unit": "x"}, expect_version=old.version))
    assert isinstance(moved, Moved) and moved.record.fields["description"] == "by hand"


@pytest.mark.parametrize("unique", [True, False])
async def test_finding_a_create_by_name_and_key(ground: Ground, unique: bool) -> None:
    side = await prepared(ground, unique=unique)
    key = Key(source_id="48760001", name="巻尺 & 'A' <1>")
    assert (await side.find("items", BOOKS, key)).record is None
    made = await single(side, BOOKS, book("items", "w", key=key.source_id, fields={"name": key.name}))
    found = await side.find("items", BOOKS, key)
    assert found.record is not None and found.record.id == made.id and found.record.complete
    ground.edit("books", "change", made.id, module="items", name="renamed by hand")
    renamed = await side.find("items", BOOKS, key)
    assert renamed.record is not None and renamed.record.id == made.id


async def test_a_namesake_without_the_key_is_not_taken_for_the_create(ground: Ground) -> None:
    side = await prepared(ground)
    name = next(iter(items(ground).values()))["name"]
    assert (await side.find("items", BOOKS, Key(source_id="48760002", name=name))).record is None


@pytest.mark.parametrize("kind", ["lost_reply", "truncated", "status", "reset"])
async def test_a_plain_create_that_met_trouble_is_sent_once(ground: Ground, kind: str) -> None:
    side = await prepared(ground, unique=False)
    ground.zoho.fault(kind=kind, side="books", method="POST", path="items$", count=1, status=502)
    assert isinstance(await single(side, BOOKS, book("items", "a", key="487", fields=NEW)), Unknown)
    found = await side.find("items", BOOKS, Key(source_id="487", name=NEW["name"]))
    assert (found.record is not None) == (kind in ("lost_reply", "truncated")) == bool(named(ground, NEW["name"]))


@pytest.mark.parametrize("kind", ["lost_reply", "truncated", "status", "reset"])
async def test_an_update_gets_through_any_trouble(ground: Ground, kind: str) -> None:
    side = await prepared(ground)
    item_id = next(iter(items(ground)))
    ground.zoho.fault(kind=kind, side="books", method="PUT", count=1, status=500)
    assert isinstance(await single(side, BOOKS, book("items", "a", item_id, fields={"description": "by us"})), Written)
    assert items(ground)[item_id]["description"] == "by us"


async def test_describing_items(ground: Ground) -> None:
    fields = {each.name: each for each in await (await prepared(ground)).describe("items")}
    assert fields["name"].required and fields["rate"].kind == "decimal" and fields["status"].kind == "boolean"
    assert fields["product_type"].choices[:2] == ("goods", "service") and "cf_kakehashi_crm_id" not in fields
    assert fields["description"].length == 2_000


async def test_the_key_field_of_items_is_not_that_of_contacts(ground: Ground) -> None:
    side = await prepared(ground)
    assert (side.key_strength("items"), side.key_strength("customers")) == ("unique", "none")


async def test_a_product_is_read_and_written_in_crm(ground: Ground) -> None:
    side = await ground.prepared("crm", setup=SETUP)
    truth = ground.truth("crm", "Products")
    records = await everything(side.changes("Products", CRM, None))
    assert {each.id for each in records} == set(truth) and {each.kind for each in records} == {"item"}
    assert all(each.fields["Product_Code"] == truth[each.id].get("Product_Code") for each in records)
    fields = {"Product_Name": "巻尺", "Product_Code": "MJ-55", "Unit_Price": "1280.5", "Usage_Unit": "Box"}
    written = (await outcomes(side.write(CRM, [crm_write("a", key="46", entity="Products", name="巻尺", **fields)])))[
        "a"
    ]
    assert {name: written.record.fields[name] for name in fields} == fields and written.record.key == "46"


async def test_a_number_too_long_for_crm(ground: Ground) -> None:
    side = await ground.prepared("crm", setup=SETUP)
    write = crm_write("a", key="46", entity="Products", Product_Name="巻尺", Product_Code="M" * 41)
    refused = (await outcomes(side.write(CRM, [write])))["a"]
    assert isinstance(refused, Refused) and (refused.reason, refused.field) == ("F16", "Product_Code")
