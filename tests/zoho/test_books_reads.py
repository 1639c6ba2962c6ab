from __future__ import annotations

from typing import Any

import msgspec
import pytest

from core.engine.ports import Key
from core.model.problems import Problem
from core.model.setup import FieldMap
from tests.zoho.conftest import BOOKS_FIELDS, SETUP, Ground, books_write, everything, one, outcomes

KEY = "cf_kakehashi_crm_id"


def customers(ground: Ground) -> dict[str, dict[str, Any]]:
    return {key: row for key, row in ground.truth("books").items() if row["contact_type"] == "customer"}


async def test_a_full_pull_has_every_customer_once_inactive_ones_too(ground: Ground) -> None:
    records = await everything(ground.open("books").changes("customers", BOOKS_FIELDS, None))
    truth = customers(ground)
    assert sorted(each.id for each in records) == sorted(truth)
    assert {each.id for each in records if not each.active} == {
        key for key, row in truth.items() if row["status"] == "inactive"
    }
    assert any(not each.active for each in records)


async def test_rows_do_not_know_everything_and_say_so(ground: Ground) -> None:
    record = (await everything(ground.open("books").changes("customers", BOOKS_FIELDS, None)))[0]
    assert not record.complete
    assert set(record.fields) == {"contact_name", "company_name", "website", "currency_code"}
    assert record.kind in ("business", "individual") and record.receivable and record.currency


async def test_vendors_are_an_entity_of_their_own(ground: Ground) -> None:
    records = await everything(ground.open("books").changes("vendors", ("contact_name",), None))
    truth = {key for key, row in ground.truth("books").items() if row["contact_type"] == "vendor"}
    assert {each.id for each in records} == truth and all(each.kind == "vendor" for each in records)


async def test_since_is_inclusive_and_read_newest_first(started: Any) -> None:
    ground = started(accounts=60, planted=False)
    made = [ground.edit("books", "create", contact_name=f"新規 {each}", contact_type="customer") for each in range(450)]
    side = ground.open("books")
    everyone = await everything(side.changes("customers", BOOKS_FIELDS, None))
    assert len(everyone) >= 450 == len(made)
    moments = sorted(each.version for each in everyone)
    since = moments[-250]
    before = side.calls
    changed = await everything(side.changes("customers", BOOKS_FIELDS, since))
    assert {each.id for each in changed} == {each.id for each in everyone if each.version >= since}
    assert side.calls - before == 2, "as many pages as hold the changes"
    await ground.close()


async def test_nothing_changed_takes_one_call(ground: Ground) -> None:
    side = ground.open("books")
    await side.prepare(SETUP)
    before = side.calls
    assert await everything(side.changes("customers", BOOKS_FIELDS, "2027-01-01T00:00:00Z")) == []
    assert side.calls - before == 1


async def test_limited_calls_are_not_spent_on_guessing(started: Any) -> None:
    ground = started(accounts=20, planted=False, limits="free", clock="frozen")
    for each in range(300):
        ground.edit("books", "create", contact_name=f"新規 {each}", contact_type="customer")
    side = ground.open("books")
    records = await everything(side.changes("customers", BOOKS_FIELDS, None))
    assert side.calls == 1 + -(-len(records) // 200)
    await ground.close()


async def test_details_are_complete(ground: Ground) -> None:
    side = ground.open("books")
    truth = customers(ground)
    records = await side.read("customers", BOOKS_FIELDS, [*truth, "999", "no id"])
    assert {each.id for each in records} == set(truth)
    for each in records:
        billing = truth[each.id].get("billing_address") or {}
        assert each.complete and set(each.fields) == set(BOOKS_FIELDS)
        assert each.fields["billing_address.city"] == (billing.get("city") or None)


async def test_the_native_link_is_read(ground: Ground) -> None:
    side = ground.open("books")
    linked = {key: row["zcrm_account_id"] for key, row in customers(ground).items() if row.get("zcrm_account_id")}
    assert linked
    rows = await everything(side.changes("customers", BOOKS_FIELDS, None))
    assert {each.id for each in rows if each.native_linked} == set(linked)
    assert all(each.native is None for each in rows), "rows do not say to what"
    assert {each.id: each.native for each in await side.read("customers", BOOKS_FIELDS, list(linked))} == linked


async def test_rows_that_do_carry_the_native_ids(ground: Ground) -> None:
    ground.zoho.switch("books.list_zcrm_ids", True)
    rows = await everything(ground.open("books").changes("customers", BOOKS_FIELDS, None))
    linked = {key: row["zcrm_account_id"] for key, row in customers(ground).items() if row.get("zcrm_account_id")}
    assert {each.id: each.native for each in rows if each.native} == linked


@pytest.mark.parametrize("escape", [False, True])
async def test_text_is_the_same_escaped_or_not(ground: Ground, escape: bool) -> None:
    made = ground.edit("books", "create", contact_name="R&D <架け橋> AT&T", contact_type="customer", notes="a & b")
    ground.zoho.switch("books.escape_html", escape)
    record_id = next(key for key, row in customers(ground).items() if row["contact_name"].startswith("R&D"))
    record = await one(ground.open("books"), "customers", BOOKS_FIELDS, record_id)
    assert made and (record.name, record.fields["notes"]) == ("R&D <架け橋> AT&T", "a & b")


async def test_the_primary_person_is_read_as_fields(ground: Ground) -> None:
    key, row = next((key, row) for key, row in customers(ground).items() if row.get("contact_persons"))
    names = ("first_name", "last_name", "email", "phone", "mobile", "salutation", "designation", "department")
    record = await one(ground.open("books"), "customers", tuple(f"primary.{name}" for name in names), key)
    person = next(each for each in row["contact_persons"] if each["is_primary_contact"])
    assert record.fields == {f"primary.{name}": person.get(name) for name in names}


async def test_books_has_no_feed_of_the_deleted_and_no_views(ground: Ground) -> None:
    side = ground.open("books")
    assert await everything(side.gone("customers", None)) == []
    assert await everything(side.members("customers", "1")) == []
    assert await side.views("customers") == [] and side.calls == 0


async def test_describing_customers(ground: Ground) -> None:
    fields = {each.name: each for each in await (await ground.prepared("books")).describe("customers")}
    assert fields["contact_name"].required and fields["billing_address.city"].length == 100
    assert fields["currency_code"].kind == "currency_code" and KEY not in fields


@pytest.mark.parametrize("flag", ["is_unique", "is_unique_field", "is_duplicate_allowed"])
@pytest.mark.parametrize("by_api", [False, True])
async def test_preparing_learns_whether_the_key_is_unique(ground: Ground, flag: str, by_api: bool) -> None:
    ground.zoho.control("PUT", "switches", {"books.unique_flag": flag, "books.unique_by_api": by_api})
    side = ground.open("books")
    assert side.key_strength("customers") == "none"
    assert (await side.prepare(SETUP)).books_key == side.key_strength("customers") == ("unique" if by_api else "plain")
    ground.zoho.control("POST", "books/fields/unique", {"field": KEY, "unique": True})
    assert (await side.prepare(SETUP)).books_key == "unique"
    made = [each for each in ground.zoho.writes() if "settings/fields" in each["path"]]
    assert len(made) == 1


async def test_a_mapping_to_a_field_that_is_not_there(ground: Ground) -> None:
    setup = msgspec.structs.replace(SETUP, mapping=(*SETUP.mapping, FieldMap(crm="Fax", books="cf_nowhere")))
    with pytest.raises(Problem) as caught:
        await ground.open("books").prepare(setup)
    assert (caught.value.code, caught.value.detail["field"]) == ("field_missing", "cf_nowhere")


@pytest.mark.parametrize("unique", [True, False])
async def test_finding_a_create_by_name_and_key(ground: Ground, unique: bool) -> None:
    side = await ground.prepared("books", unique=unique)
    key = Key(source_id="4876876000010000001", name="架け橋 & 'Co' <1>")
    assert (await side.find("customers", BOOKS_FIELDS, key)).record is None
    write = books_write("w", key=key.source_id, fields={"contact_name": key.name})
    (made,) = (await outcomes(side.write(BOOKS_FIELDS, [write]))).values()
    found = await side.find("customers", BOOKS_FIELDS, key)
    assert found.sure and found.record is not None and found.record.id == made.id and found.record.complete
    ground.edit("books", "change", made.id, contact_name="renamed by hand")
    renamed = await side.find("customers", BOOKS_FIELDS, key)
    assert renamed.record is not None and renamed.record.id == made.id


async def test_finding_a_name_longer_than_a_filter_takes(ground: Ground) -> None:
    side = await ground.prepared("books")
    key = Key(source_id="4876876000010000002", name="長" * 150)
    write = books_write("w", key=key.source_id, fields={"contact_name": key.name})
    await outcomes(side.write(BOOKS_FIELDS, [write]))
    assert (await side.find("customers", BOOKS_FIELDS, key)).record is not None


async def test_a_namesake_without_the_key_is_not_taken_for_the_create(ground: Ground) -> None:
    side = await ground.prepared("books")
    name = next(iter(customers(ground).values()))["contact_name"]
    found = await side.find("customers", BOOKS_FIELDS, Key(source_id="4876876000010000003", name=name))
    assert found.record is None and found.sure


async def test_without_a_key_field_name_and_time_must_do(ground: Ground) -> None:
    side = ground.open("books")
    ground.zoho.switch("books.duplicate_names", "allowed")
    key = Key(source_id="1", name="新しい会社", since="2026-01-01T00:00:00Z")
    ground.edit("books", "create", contact_name="新しい会社", contact_type="customer")
    assert (await side.find("customers", BOOKS_FIELDS, key)).record is not None
    ground.edit("books", "create", contact_name="新しい会社", contact_type="customer")
    found = await side.find("customers", BOOKS_FIELDS, key)
    assert (found.record, found.sure, len(found.candidates)) == (None, False, 2)


async def test_a_module_that_takes_no_part(ground: Ground) -> None:
    with pytest.raises(Problem) as caught:
        await everything(ground.open("books").changes("estimates", ("x",), None))
    assert caught.value.code == "not_found"
