"""Rows that are not what their metadata says: nothing is lost, nothing raises, and only text names a record."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from core.model.record import FieldMeta
from core.zoho.books.entities import entity_of as books_entity
from core.zoho.books.metadata import Known
from core.zoho.books.rows import RowPlan as BooksRows
from core.zoho.crm.entities import entity_of as crm_entity
from core.zoho.crm.metadata import Module
from core.zoho.crm.rows import RowPlan as CrmRows

NAMES = ("Account_Name", "Phone", "Employees", "Owner", "Currency", "Key", "Parent_Account", "Modified_Time")
KINDS: dict[str, Any] = {
    "Employees": "integer",
    "Owner": "lookup",
    "Parent_Account": "lookup",
    "Modified_Time": "datetime",
}
MODULE = Module({name: FieldMeta(name=name, label=name, kind=KINDS.get(name, "text")) for name in NAMES}, "Key")
PLAIN = {
    "id": "12", "Account_Name": "架け橋", "Phone": "03-1", "Employees": 7, "Owner": {"name": "営業", "id": "9"},
    "Currency": "JPY", "Key": "460", "Modified_Time": "2026-10-05T12:00:00+09:00",
    "Created_Time": "2026-10-05T12:00:00Z", "$state": "save",
}  # fmt: skip


def crm(row: dict[str, Any], *fields: str) -> Any:
    plan = CrmRows(crm_entity("Accounts"), MODULE, fields or ("Account_Name", "Phone", "Employees"))
    (found,) = plan.decode(msgspec.json.encode({"data": [row], "info": {"more_records": False}})).data
    return plan.record(found)


def test_a_plain_row() -> None:
    record = crm(PLAIN)
    assert record.fields == {"Account_Name": "架け橋", "Phone": "03-1", "Employees": "7"}
    assert (record.id, record.name, record.owner, record.currency, record.key) == ("12", "架け橋", "営業", "JPY", "460")
    assert (record.version, record.created) == ("2026-10-05T03:00:00Z", "2026-10-05T12:00:00Z")


@pytest.mark.parametrize(
    ("odd", "name", "phone"),
    [
        ({"Account_Name": 5}, "5", "03-1"),
        ({"Account_Name": ["b", "a"]}, "", "03-1"),
        ({"Phone": 3.50}, "架け橋", "3.5"),
        ({"Phone": {"id": "7", "name": "x"}}, "架け橋", "7"),
        ({"Phone": ""}, "架け橋", None),
        ({"Phone": None, "Account_Name": None}, "", None),
    ],
)
def test_an_odd_value_spoils_nothing_else(odd: dict[str, Any], name: str, phone: Any) -> None:
    record = crm({**PLAIN, **odd})
    assert (record.name, record.fields["Phone"], record.fields["Employees"]) == (name, phone, "7")
    assert (record.owner, record.key, record.version) == ("営業", "460", "2026-10-05T03:00:00Z")


@pytest.mark.parametrize("owner", [None, "営業", {"id": "9"}, {"name": 5}, [1]])
def test_whoever_owns_it(owner: Any) -> None:
    assert crm({**PLAIN, "Owner": owner}).owner == ""


@pytest.mark.parametrize("number", [12, "12"])
def test_ids_are_texts(number: Any) -> None:
    assert crm({**PLAIN, "id": number}).id == "12"


def test_what_a_row_lacks_is_empty() -> None:
    record = crm({"id": "12"}, "Account_Name", "Phone", "Owner", "Modified_Time")
    assert record.fields == dict.fromkeys(("Account_Name", "Phone", "Owner", "Modified_Time"))
    assert (record.name, record.version, record.key, record.currency) == ("", "", None, "")


def test_what_every_record_has_may_be_mapped_too() -> None:
    record = crm(PLAIN, "id", "Owner", "Currency", "Key", "Modified_Time")
    assert record.fields == {
        "id": "12", "Owner": "9", "Currency": "JPY", "Key": "460", "Modified_Time": "2026-10-05T03:00:00Z",
    }  # fmt: skip
    assert (record.id, record.owner, record.currency, record.key) == ("12", "営業", "JPY", "460")


ROW = {
    "contact_id": "34", "contact_name": "R&D &amp; Sons", "company_name": "", "website": "https://a.example.jp/?a=1&b=2",
    "last_modified_time": "2026-10-05T12:00:00+0900", "created_time": "2026-10-05T12:00:00+0530", "status": "active",
    "outstanding_receivable_amount": 1200.50, "currency_code": "JPY", "is_linked_with_zohocrm": "true",
    "customer_sub_type": "business",
}  # fmt: skip


def books(row: dict[str, Any], *fields: str) -> Any:
    entity = books_entity("customers")
    plan = BooksRows(entity, Known({}, "", entity.fields), fields or ("contact_name", "company_name", "website"))
    (found,) = plan.decode(msgspec.json.encode({"contacts": [row], "page_context": {"has_more_page": False}})).rows
    return plan.record(found)


def test_a_plain_row_of_books() -> None:
    record = books(ROW)
    assert record.name == "R&D & Sons" == record.fields["contact_name"]
    assert record.fields["company_name"] is None and record.fields["website"] == ROW["website"]
    assert (record.receivable, record.native_linked, record.kind) == ("1200.5", True, "business")
    assert (record.version, record.created) == ("2026-10-05T03:00:00Z", "2026-10-05T06:30:00Z")


@pytest.mark.parametrize(
    "odd", [{"website": 5}, {"contact_id": 34}, {"owner_name": ["x"]}, {"currency_code": 7}, {"status": None}]
)
def test_an_odd_value_of_books_spoils_nothing_else(odd: dict[str, Any]) -> None:
    record = books({**ROW, **odd})
    assert (record.id, record.name, record.version) == ("34", "R&D & Sons", "2026-10-05T03:00:00Z")
    assert record.fields["website"] == ("5" if "website" in odd else ROW["website"])


def test_what_a_row_of_books_lacks_is_unknown_not_empty() -> None:
    row = {key: value for key, value in ROW.items() if key != "website"}
    assert set(books(row).fields) == {"contact_name", "company_name"}
