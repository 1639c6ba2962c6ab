"""CRM Contacts and the Individuals of Books that they become (B26–B29)."""

from __future__ import annotations

import msgspec
import pytest

from core.engine.ports import Key
from core.model.catalogue import default_mapping, default_setup
from core.model.record import Refused, Written
from tests.zoho.conftest import Ground, book, crm_write, everything, one, outcomes, single

SETUP = msgspec.structs.replace(
    default_setup("customers"), shape="contacts", mapping=default_mapping("customers", "contacts")
)
BOOKS = tuple(dict.fromkeys(each.books for each in SETUP.mapping))
CRM = tuple(dict.fromkeys(each.crm for each in SETUP.mapping))
NEW = {
    "contact_name": "花子 山田", "primary.first_name": "花子", "primary.last_name": "山田",
    "primary.email": "hanako@example.jp", "primary.department": "経理部", "billing_address.city": "奈良市",
}  # fmt: skip


async def test_contacts_tell_their_account_and_their_name(ground: Ground) -> None:
    records = await everything(ground.open("crm").changes("Contacts", ("Last_Name", "Email"), None))
    truth = ground.truth("crm", "Contacts")
    assert {each.id: each.parent for each in records} == {
        key: row.get("Account_Name") or "" for key, row in truth.items()
    }
    assert any(each.parent for each in records) and any(not each.parent for each in records)
    for each in records:
        row = truth[each.id]
        assert each.name == " ".join(part for part in (row.get("First_Name"), row["Last_Name"]) if part)
        assert each.kind == "individual" and set(each.fields) == {"Last_Name", "Email"}


async def test_a_mapped_look_up_is_the_id_of_what_it_names(ground: Ground) -> None:
    record = next(
        each
        for each in await everything(ground.open("crm").changes("Contacts", ("Account_Name",), None))
        if each.parent
    )
    assert record.fields == {"Account_Name": record.parent}


async def test_a_contact_is_made_under_its_account(ground: Ground) -> None:
    side = await ground.prepared("crm", setup=SETUP)
    account = next(iter(ground.truth("crm")))
    fields = {"First_Name": "花子", "Last_Name": "山田", "Full_Name": "never written", "Email": "hanako@example.jp"}
    write = crm_write("a", key="460", entity="Contacts", parent=account, name="花子 山田", **fields)
    written = (await outcomes(side.write(CRM, [write])))["a"]
    assert isinstance(written, Written) and written.record is not None
    assert (written.record.parent, written.record.name, written.record.key) == (account, "花子 山田", "460")
    body = next(each for each in ground.zoho.writes() if each["path"].rsplit("/", 2)[-2:][0] == "Contacts")
    assert body["status"] < 300
    row = ground.truth("crm", "Contacts")[written.id]
    assert row["Account_Name"] == account and "Full_Name" not in row


async def test_an_update_leaves_the_account_alone(ground: Ground) -> None:
    side = await ground.prepared("crm", setup=SETUP)
    contact_id, row = next(
        (key, row) for key, row in ground.truth("crm", "Contacts").items() if row.get("Account_Name")
    )
    other = next(key for key in ground.truth("crm") if key != row["Account_Name"])
    write = crm_write("a", contact_id, entity="Contacts", parent=other, Title="部長")
    assert isinstance((await outcomes(side.write(CRM, [write])))["a"], Written)
    after = ground.truth("crm", "Contacts")[contact_id]
    assert (after["Account_Name"], after["Title"]) == (row["Account_Name"], "部長")


async def test_a_contact_cannot_be_without_a_last_name(ground: Ground) -> None:
    side = await ground.prepared("crm", setup=SETUP)
    refused = (await outcomes(side.write(CRM, [crm_write("a", key="1", entity="Contacts", First_Name="花子")])))["a"]
    assert isinstance(refused, Refused) and (refused.reason, refused.field) == ("F9", "Last_Name")


async def test_an_account_that_is_not_there(ground: Ground) -> None:
    side = await ground.prepared("crm", setup=SETUP)
    write = crm_write("a", key="1", entity="Contacts", parent="999", Last_Name="山田")
    refused = (await outcomes(side.write(CRM, [write])))["a"]
    assert isinstance(refused, Refused) and refused.reason == "F21"


async def test_finding_a_contact_by_its_key(ground: Ground) -> None:
    side = await ground.prepared("crm", setup=SETUP)
    write = crm_write("a", key="460", entity="Contacts", First_Name="花子", Last_Name="山田")
    (made,) = (await outcomes(side.write(CRM, [write]))).values()
    found = await side.find("Contacts", CRM, Key(source_id="460", name="花子 山田"))
    assert found.record is not None and found.record.id == made.id


async def test_without_a_key_a_namesake_of_another_account_is_not_it(ground: Ground) -> None:
    side = ground.open("crm")
    mine, other = list(ground.truth("crm"))[:2]
    for account in (mine, other):
        ground.edit("crm", "create", module="Contacts", First_Name="花子", Last_Name="山田", Account_Name=account)
    found = await side.find("Contacts", ("Last_Name",), Key(source_id="1", name="花子 山田", parent=mine))
    assert found.record is not None and found.record.parent == mine


async def test_an_individual_is_made_with_its_name(ground: Ground) -> None:
    side = await ground.prepared("books", setup=SETUP)
    written = await single(side, BOOKS, book("customers", "a", key="46", kind="individual", fields=NEW))
    assert isinstance(written, Written) and written.record.kind == "individual"
    assert {path: written.record.fields[path] for path in NEW} == NEW
    row = ground.truth("books")[written.id]
    assert row["customer_sub_type"] == "individual" and len(row["contact_persons"]) == 1


async def test_an_update_does_not_change_what_a_customer_is(ground: Ground) -> None:
    side = await ground.prepared("books", setup=SETUP)
    business = next(key for key, row in ground.truth("books").items() if row.get("customer_sub_type") == "business")
    write = book("customers", "a", business, kind="individual", fields={"primary.first_name": "花子"})
    assert (await single(side, BOOKS, write)).record.kind == "business"


async def test_list_rows_tell_an_individuals_name(ground: Ground) -> None:
    side = await ground.prepared("books", setup=SETUP)
    made = await single(side, BOOKS, book("customers", "a", key="46", kind="individual", fields=NEW))
    row = next(each for each in await everything(side.changes("customers", BOOKS, None)) if each.id == made.id)
    assert (row.kind, row.complete, row.key) == ("individual", False, "46")
    assert (row.fields["primary.first_name"], row.fields["primary.last_name"]) == ("花子", "山田")
    assert "primary.department" not in row.fields, "rows do not tell it"


@pytest.mark.parametrize("escape", [False, True])
async def test_a_person_is_sent_back_as_it_was_typed(ground: Ground, escape: bool) -> None:
    side = await ground.prepared("books", setup=SETUP)
    fields = {**NEW, "primary.department": "R&D <1>"}
    made = await single(side, BOOKS, book("customers", "a", key="46", kind="individual", fields=fields))
    ground.zoho.switch("books.escape_html", escape)
    record = await one(side, "customers", BOOKS, made.id)
    assert record.fields["primary.department"] == "R&D <1>"
    await single(side, BOOKS, book("customers", "b", made.id, fields={"primary.mobile": "090-1"}))
    assert ground.truth("books")[made.id]["contact_persons"][0]["department"] == "R&D <1>"
