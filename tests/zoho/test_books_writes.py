from __future__ import annotations

from typing import Any

import pytest

from core.model.record import Moved, Refused, Unknown, Unsent, Written
from core.zoho.connect import ZohoSide
from tests.zoho.conftest import BOOKS_FIELDS, Ground, book, books_write, one, outcomes

NEW = {"contact_name": "架け橋物産", "billing_address.city": "大阪市", "billing_address.phone": "06-1", "notes": "n"}


async def single(side: ZohoSide, write: Any) -> Any:
    return (await outcomes(side.write(BOOKS_FIELDS, [write])))[write.ref]


def named(ground: Ground, name: str) -> list[dict[str, Any]]:
    return [each for each in ground.truth("books").values() if each["contact_name"] == name]


def with_persons(ground: Ground, least: int = 1) -> str:
    return next(
        key for key, row in ground.truth("books").items()
        if len(row.get("contact_persons") or ()) >= least and row["contact_type"] == "customer"
    )  # fmt: skip


@pytest.mark.parametrize("unique", [True, False])
@pytest.mark.parametrize("status", [201, 200])
async def test_a_create_comes_back_as_the_server_made_it(ground: Ground, unique: bool, status: int) -> None:
    ground.zoho.switch("books.upsert_create_status", status)
    side = await ground.prepared("books", unique=unique)
    written = await single(side, books_write("a", key="487", fields=NEW))
    assert isinstance(written, Written) and written.created and written.record is not None
    assert written.record.key == "487" and written.record.complete and written.record.kind == "business"
    assert {name: value for name, value in written.record.fields.items() if value is not None} == {
        **NEW, "currency_code": "JPY",
    }  # fmt: skip


async def test_a_keyed_create_may_be_sent_again(ground: Ground) -> None:
    side = await ground.prepared("books")
    first = await single(side, books_write("a", key="487", fields=NEW))
    second = await single(side, books_write("a", key="487", fields=NEW))
    assert first.id == second.id and not second.created and len(named(ground, "架け橋物産")) == 1


async def test_an_individual_and_a_vendor(ground: Ground) -> None:
    side = await ground.prepared("books")
    await single(side, books_write("a", key="1", kind="individual", fields={"contact_name": "個人"}))
    assert named(ground, "個人")[0]["customer_sub_type"] == "individual"


async def test_a_currency_goes_by_its_id(ground: Ground) -> None:
    side = await ground.prepared("books")
    written = await single(side, books_write("a", key="1", fields={"contact_name": "USD Ltd", "currency_code": "USD"}))
    assert written.record.fields["currency_code"] == "USD"


async def test_unknown_currencies_take_one_look(ground: Ground) -> None:
    side = await ground.prepared("books")
    before = side.calls
    writes = [
        books_write(str(each), key=str(each), fields={"contact_name": f"E {each}", "currency_code": "EUR"})
        for each in range(9)
    ]
    done = await outcomes(side.write(BOOKS_FIELDS, writes))
    assert {each.reason for each in done.values()} == {"F7"} and side.calls - before == 1
    assert "EUR" in done["0"].raw


async def test_every_record_has_its_own_outcome(ground: Ground) -> None:
    side = await ground.prepared("books")
    taken = next(iter(ground.truth("books").values()))["contact_name"]
    writes = [
        books_write("good", key="1", fields={"contact_name": "Good"}),
        books_write("taken", key="2", fields={"contact_name": taken}),
        books_write("long", key="3", fields={"contact_name": "Long", "billing_address.city": "x" * 101}),
        books_write("unnamed", key="4", fields={"contact_name": None}),
        books_write("bad", key="5", fields={"contact_name": "\ud800"}),
        books_write("gone", "999", fields={"notes": "x"}),
    ]
    done = await outcomes(side.write(BOOKS_FIELDS, writes))
    assert isinstance(done.pop("good"), Written)
    assert {ref: each.reason for ref, each in done.items()} == {
        "taken": "F12", "long": "F16", "unnamed": "F9", "bad": "F18", "gone": "F29",
    }  # fmt: skip
    assert done["long"].field == "billing_address.city"


@pytest.mark.parametrize("code", [15, 4, 3_062, 77])
async def test_a_value_too_long_whatever_its_code(ground: Ground, code: int) -> None:
    ground.zoho.switch("books.too_long_code", code)
    side = await ground.prepared("books")
    refused = await single(side, books_write("a", key="1", fields={"contact_name": "x" * 201}))
    assert isinstance(refused, Refused) and refused.reason == "F16"


async def test_equal_names_where_the_organisation_allows_them(ground: Ground) -> None:
    ground.zoho.switch("books.duplicate_names", "allowed")
    side = await ground.prepared("books")
    done = await outcomes(side.write(BOOKS_FIELDS, [books_write(each, key=each, fields=NEW) for each in "12"]))
    assert len({each.id for each in done.values()}) == 2


async def test_an_update_leaves_everything_else_alone(ground: Ground) -> None:
    side = await ground.prepared("books")
    record_id = with_persons(ground)
    ground.edit("books", "change", record_id, billing_address={"attention": "経理部", "street2": "2F", "zip": "100"})
    before = ground.truth("books")[record_id]
    old = await one(side, "customers", BOOKS_FIELDS, record_id)
    ground.zoho.control("POST", "time", {"advance": 2})
    written = await single(
        side,
        books_write(
            "a",
            record_id,
            key="487",
            fields={"billing_address.city": "奈良市", "notes": "x"},
            expect_version=old.version,
        ),
    )
    assert isinstance(written, Written) and written.record.fields["billing_address.city"] == "奈良市"
    after = ground.truth("books")[record_id]
    assert after["billing_address"] == {**before["billing_address"], "city": "奈良市"}
    assert after["contact_persons"] == before["contact_persons"], "I9"
    changed = {name for name in after.keys() | before.keys() if after.get(name) != before.get(name)}
    assert changed == {"billing_address", "notes", "custom_values", "last_modified_time"}


async def test_I9_writing_the_primary_person_keeps_the_others(ground: Ground) -> None:
    side = await ground.prepared("books")
    record_id = with_persons(ground)
    persons = [
        {"first_name": "一", "email": "1@example.jp", "is_primary_contact": True},
        {"first_name": "二"},
        {"first_name": "三"},
    ]
    ground.edit("books", "change", record_id, contact_persons=persons)
    before = ground.truth("books")[record_id]["contact_persons"]
    assert len(before) == 3
    await outcomes(side.write(("primary.mobile",), [books_write("a", record_id, fields={"primary.mobile": "090-1"})]))
    after = ground.truth("books")[record_id]["contact_persons"]
    assert [each["contact_person_id"] for each in after] == [each["contact_person_id"] for each in before]
    assert [each.get("mobile") for each in after] == ["090-1", None, None]


async def test_a_contact_without_persons_gets_one(ground: Ground) -> None:
    side = await ground.prepared("books")
    fields = {"contact_name": "個人", "primary.first_name": "花", "primary.email": "hana@example.jp"}
    written = (await outcomes(side.write(tuple(fields), [books_write("a", key="1", fields=fields)])))["a"]
    assert written.record.fields == fields


async def test_addresses_are_not_escaped_twice(ground: Ground) -> None:
    side = await ground.prepared("books")
    record_id = with_persons(ground)
    ground.edit("books", "change", record_id, billing_address={"address": "A & B <1>"})
    ground.zoho.switch("books.escape_html", True)
    await single(side, books_write("a", record_id, fields={"billing_address.city": "神戸市"}))
    assert ground.truth("books")[record_id]["billing_address"]["address"] == "A & B <1>"


async def test_a_field_is_emptied(ground: Ground) -> None:
    side = await ground.prepared("books")
    record_id = with_persons(ground)
    ground.edit("books", "change", record_id, notes="x", billing_address={"fax": "1", "city": "神戸市"})
    written = await single(side, books_write("a", record_id, fields={"notes": None, "billing_address.fax": None}))
    assert (written.record.fields["notes"], written.record.fields["billing_address.fax"]) == (None, None)
    assert written.record.fields["billing_address.city"] == "神戸市"


async def test_a_record_that_moved_on_is_not_written(ground: Ground) -> None:
    side = await ground.prepared("books")
    record_id = with_persons(ground)
    old = await one(side, "customers", BOOKS_FIELDS, record_id)
    ground.edit("books", "change", record_id, notes="by hand")
    moved = await single(side, books_write("a", record_id, fields={"notes": "by us"}, expect_version=old.version))
    assert isinstance(moved, Moved) and moved.record is not None and moved.record.fields["notes"] == "by hand"
    assert ground.truth("books")[record_id]["notes"] == "by hand"


@pytest.mark.parametrize("kind", ["lost_reply", "truncated", "malformed", "status", "html", "reset"])
async def test_a_plain_create_that_met_trouble_is_sent_once(ground: Ground, kind: str) -> None:
    side = await ground.prepared("books", unique=False)
    ground.zoho.fault(kind=kind, side="books", method="POST", path="contacts$", count=1, status=502)
    assert isinstance(await single(side, books_write("a", key="487", fields=NEW)), Unknown)
    assert sum(each["path"].endswith("/contacts") for each in ground.zoho.writes()) == 1
    assert len(named(ground, "架け橋物産")) == (kind in ("lost_reply", "truncated", "malformed"))


@pytest.mark.parametrize("kind", ["lost_reply", "truncated", "malformed", "status", "html", "reset"])
async def test_a_keyed_create_gets_through_any_trouble_once(ground: Ground, kind: str) -> None:
    side = await ground.prepared("books")
    ground.zoho.fault(kind=kind, side="books", method="PUT", path="contacts$", count=2, status=503)
    done = await single(side, books_write("a", key="487", fields=NEW))
    assert isinstance(done, Written) and len(named(ground, "架け橋物産")) == 1


@pytest.mark.parametrize("kind", ["lost_reply", "truncated", "malformed", "status", "html", "reset"])
async def test_an_update_gets_through_any_trouble(ground: Ground, kind: str) -> None:
    side = await ground.prepared("books")
    record_id = with_persons(ground)
    old = await one(side, "customers", BOOKS_FIELDS, record_id)
    ground.zoho.fault(kind=kind, side="books", method="PUT", count=1, status=500)
    write = books_write("a", record_id, fields={"notes": "by us"}, expect_version=old.version)
    done = await single(side, write)
    assert isinstance(done, Written) and done.record is not None and done.record.fields["notes"] == "by us"
    assert ground.truth("books")[record_id]["notes"] == "by us"


async def test_trouble_that_does_not_end_leaves_the_outcome_unknown(ground: Ground) -> None:
    side = await ground.prepared("books")
    ground.zoho.fault(kind="status", side="books", method="PUT", status=500)
    done = await single(side, books_write("a", with_persons(ground), fields={"notes": "by us"}))
    assert isinstance(done, Unknown)


async def test_a_key_that_is_taken_names_the_record_that_an_earlier_sending_made(ground: Ground) -> None:
    side: Any = await ground.prepared("books", unique=False)
    first = await single(side, books_write("a", key="487", fields=NEW))
    ground.zoho.control("POST", "books/fields/unique", {"field": "cf_kakehashi_crm_id", "unique": True})
    ground.zoho.switch("books.duplicate_names", "allowed")
    second = await single(side, books_write("b", key="487", fields=NEW))
    assert isinstance(second, Written) and second.id == first.id


async def test_a_daily_quota_in_the_middle_keeps_the_outcomes_before_it(ground: Ground) -> None:
    from core.model.problems import Problem

    side = await ground.prepared("books")
    ground.zoho.fault(kind="throttle", side="books", method="PUT", status=45, skip=5)
    done: list[Any] = []
    writes = [books_write(str(each), key=str(each), fields={"contact_name": f"Q {each}"}) for each in range(30)]
    with pytest.raises(Problem) as caught:
        async for each in side.write(BOOKS_FIELDS, writes):
            done.append(each)
    assert caught.value.code == "daily_quota" and caught.value.detail["resets"]
    made = [each for each in done if isinstance(each, Written)]
    assert len(made) == 5 == sum(row["contact_name"].startswith("Q ") for row in ground.truth("books").values())
    assert len(done) == 30 and all(isinstance(each, Unsent) for each in done if each not in made)


@pytest.mark.parametrize("entity", ["customers", "vendors"])
async def test_a_contact_is_made_inactive_and_active_again_by_calls_of_their_own(ground: Ground, entity: str) -> None:
    side = await ground.prepared("books")
    fields = ("contact_name", "status")
    made: Any = await single(side, book(entity, "a", key="9", fields={"contact_name": "青葉食品"}))
    for active in (False, True):
        seen = len(ground.zoho.requests())
        ground.zoho.control("POST", "time", {"advance": 2})
        write = book(entity, "b", made.id, fields={"status": active}, expect_version=made.version)
        made = (await outcomes(side.write(fields, [write])))["b"]
        assert isinstance(made, Written) and made.record.fields["status"] is active
        assert ground.truth("books")[made.id]["status"] == ("active" if active else "inactive")
        sent = [each for each in ground.zoho.requests()[seen:] if each["write"]]
        assert [each["path"].rsplit("/", 1)[1] for each in sent] == ["active" if active else "inactive"]
