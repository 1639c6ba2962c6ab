from __future__ import annotations

from typing import Any

import pytest

from core.engine.ports import Key
from core.model.catalogue import default_setup
from core.model.record import Refused, Written
from tests.zoho.conftest import Ground, book, crm_write, everything, one, outcomes, single

SETUP = default_setup("vendors")
BOOKS = tuple(dict.fromkeys(each.books for each in SETUP.mapping))
CRM = tuple(dict.fromkeys(each.crm for each in SETUP.mapping))
NEW = {"contact_name": "大和紙業", "primary.first_name": "大和紙業", "primary.email": "yamato@example.jp"}


def vendors(ground: Ground) -> dict[str, dict[str, Any]]:
    return {key: row for key, row in ground.truth("books").items() if row["contact_type"] == "vendor"}


async def prepared(ground: Ground, service: Any = "books", **options: Any) -> Any:
    return await ground.prepared(service, setup=SETUP, **options)


async def test_both_sides_are_prepared_for_vendors(ground: Ground) -> None:
    books, crm = await prepared(ground), await prepared(ground, "crm")
    assert (books.key_strength("vendors"), crm.key_strength("Vendors")) == ("unique", "unique")
    assert crm.key_strength("Accounts") == "none"


async def test_a_crm_vendor_is_read_whole(ground: Ground) -> None:
    records = await everything(ground.open("crm").changes("Vendors", CRM, None))
    truth = ground.truth("crm", "Vendors")
    assert {each.id for each in records} == set(truth)
    for each in records:
        assert each.kind == "vendor" and each.name == truth[each.id]["Vendor_Name"] and not each.parent
        assert each.fields["Email"] == truth[each.id].get("Email")


async def test_a_vendor_is_made_with_its_primary_person(ground: Ground) -> None:
    side = await prepared(ground)
    written = await single(side, BOOKS, book("vendors", "a", key="77", fields=NEW))
    assert isinstance(written, Written) and written.created and written.record is not None
    assert written.record.kind == "vendor" and written.record.key == "77"
    assert {path: written.record.fields[path] for path in NEW} == NEW
    row = vendors(ground)[written.id]
    assert "customer_sub_type" not in row or not row["customer_sub_type"]
    assert [each["is_primary_contact"] for each in row["contact_persons"]] == [True]


async def test_a_customer_is_not_read_or_written_as_a_vendor(ground: Ground) -> None:
    side = await prepared(ground)
    customer = next(key for key, row in ground.truth("books").items() if row["contact_type"] == "customer")
    assert await side.read("vendors", BOOKS, [customer]) == []
    refused = await single(side, BOOKS, book("vendors", "a", customer, fields={"notes": "x"}))
    assert isinstance(refused, Refused) and refused.reason == "F29"


async def test_a_vendor_named_as_a_customer_is_refused(ground: Ground) -> None:
    side = await prepared(ground)
    taken = next(row["contact_name"] for row in ground.truth("books").values() if row["contact_type"] == "customer")
    refused = await single(side, BOOKS, book("vendors", "a", key="78", fields={"contact_name": taken}))
    assert isinstance(refused, Refused) and refused.reason == "F12"


async def test_finding_a_vendor_passes_over_customers(ground: Ground) -> None:
    side = await prepared(ground, unique=False)
    made = await single(side, BOOKS, book("vendors", "a", key="79", fields=NEW))
    found = await side.find("vendors", BOOKS, Key(source_id="79", name="大和紙業"))
    assert found.record is not None and found.record.id == made.id
    assert (await side.find("customers", BOOKS, Key(source_id="79", name="大和紙業"))).record is None


async def test_somebody_made_for_an_address_alone_is_called_as_the_vendor_is(ground: Ground) -> None:
    side = await prepared(ground)
    bare = await single(side, BOOKS, book("vendors", "a", key="80", fields={"contact_name": "無人商店"}))
    assert not vendors(ground)[bare.id].get("contact_persons")
    written = await single(side, BOOKS, book("vendors", "b", bare.id, fields={"primary.email": "a@example.jp"}))
    assert written.record.fields["primary.first_name"] == "無人商店"


async def test_nobody_is_made_to_hold_nothing(ground: Ground) -> None:
    side = await prepared(ground)
    bare = await single(side, BOOKS, book("vendors", "a", key="81", fields={"contact_name": "無人商店"}))
    await single(side, BOOKS, book("vendors", "b", bare.id, fields={"primary.email": None, "notes": "x"}))
    assert not vendors(ground)[bare.id].get("contact_persons")


async def test_I9_the_first_of_several_persons_is_written_and_nobody_is_lost(ground: Ground) -> None:
    side = await prepared(ground)
    made = await single(side, BOOKS, book("vendors", "a", key="82", fields=NEW))
    persons = [{"first_name": "一"}, {"first_name": "二", "is_primary_contact": True}, {"first_name": "三"}]
    ground.edit("books", "change", made.id, contact_persons=persons, shipping_address={"city": "堺市", "zip": "590"})
    before = vendors(ground)[made.id]
    fields = {"primary.email": "two@example.jp", "billing_address.city": "奈良市"}
    await single(side, BOOKS, book("vendors", "b", made.id, fields=fields))
    after = vendors(ground)[made.id]
    assert [each["contact_person_id"] for each in after["contact_persons"]] == [
        each["contact_person_id"] for each in before["contact_persons"]
    ]
    assert [each.get("email") for each in after["contact_persons"]] == [None, "two@example.jp", None]
    assert after["shipping_address"] == before["shipping_address"]


async def test_a_vendor_is_made_and_changed_in_crm(ground: Ground) -> None:
    side = await prepared(ground, "crm")
    fields = {"Vendor_Name": "大和紙業", "Email": "yamato@example.jp", "Zip_Code": "590-0001"}
    write = crm_write("a", key="460", entity="Vendors", name="大和紙業", **fields)
    written = (await outcomes(side.write(CRM, [write])))["a"]
    record = await one(side, "Vendors", CRM, written.id)
    assert record.key == "460" and {name: record.fields[name] for name in fields} == fields
    change = crm_write("b", written.id, entity="Vendors", Phone="06-1", expect=record.version)
    assert isinstance((await outcomes(side.write(CRM, [change])))["b"], Written)
    assert ground.truth("crm", "Vendors")[written.id]["Phone"] == "06-1"


@pytest.mark.parametrize("kind", ["lost_reply", "status"])
async def test_a_vendor_gets_through_trouble_once(ground: Ground, kind: str) -> None:
    side = await prepared(ground)
    ground.zoho.fault(kind=kind, side="books", method="PUT", path="contacts$", count=2, status=503)
    assert isinstance(await single(side, BOOKS, book("vendors", "a", key="83", fields=NEW)), Written)
    assert sum(row["contact_name"] == "大和紙業" for row in vendors(ground).values()) == 1
