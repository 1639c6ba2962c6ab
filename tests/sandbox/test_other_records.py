"""The contacts, vendors, products, deals and items that a world holds beside accounts and customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.client import Client

Start = Callable[..., Client]


def _truth(client: Client, path: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = client.zoho.control("GET", f"truth/{path}")["records"]
    return records


def _planted(client: Client, sync: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.zoho.control("GET", f"planted?sync={sync}")["planted"]
    return found


def test_planted_customers_stay_apart_from_the_others(started: Start) -> None:
    client = started(accounts=200, seed=5)
    customers = client.zoho.planted()
    assert {each["module"] for each in customers} == {"Accounts", "contacts"}
    assert _planted(client, "all")[: len(customers)] == customers
    reasons = {sync: {each["reason"] for each in _planted(client, sync)} for sync in ("contacts", "vendors", "items")}
    assert reasons == {"contacts": {"F7", "F12"}, "vendors": {"F7", "F12", "F42"}, "items": {"F14", "F16", "F27"}}
    assert {each["reason"] for each in _planted(client, "deals")} == {"F22", "F23"}


@pytest.mark.parametrize("sync", ["contacts", "vendors", "items", "deals"])
def test_nothing_is_planted_where_nothing_should_be(started: Start, sync: str) -> None:
    assert _planted(started(accounts=49), sync) == []
    assert _planted(started(accounts=60, planted=False), sync) == []


def test_vendors_stand_on_both_sides(started: Start) -> None:
    client = started(accounts=500, seed=5)
    ours = Counter(row["Vendor_Name"] for row in _truth(client, "crm/Vendors"))
    theirs = {row["contact_name"] for row in _truth(client, "books/contacts") if row["contact_type"] == "vendor"}
    assert len(theirs & set(ours)) >= 4
    assert set(ours) - theirs
    assert theirs - set(ours)
    twice = {name for name, count in ours.items() if count > 1}
    assert twice == {each["name"] for each in _planted(client, "vendors") if each["alternates"]}
    assert max(map(len, ours)) <= 50


def test_a_simple_vendor_sync_fails_where_it_is_meant_to(started: Start) -> None:
    client = started(accounts=500, seed=5)
    known = {row["contact_name"] for row in _truth(client, "books/contacts") if row["contact_type"] == "vendor"}
    money = {
        each["currency_code"]: each["currency_id"] for each in client.pages("settings/currencies", key="currencies")
    }
    refused: dict[str, str] = {}
    for row in _truth(client, "crm/Vendors"):
        if row["Vendor_Name"] in known:
            continue
        body = {"contact_name": row["Vendor_Name"], "contact_type": "vendor", "currency_id": money.get(row["Currency"])}
        answer = client.books("POST", "contacts", json=body).json()
        if answer["code"]:
            refused[row["id"]] = {4: "F7", 3062: "F12"}[answer["code"]]
    first = [each for each in _planted(client, "vendors") if each["stage"] == "first_sync"]
    assert refused == {each["id"]: each["reason"] for each in first}


def test_a_simple_item_sync_fails_where_it_is_meant_to(started: Start) -> None:
    client = started(accounts=500, seed=5)
    items, products = _truth(client, "books/items"), _truth(client, "crm/Products")
    known, names = {row["name"] for row in items}, {row["Product_Name"] for row in products}
    taxes = {each["tax_name"] for each in client.pages("settings/taxes", key="taxes")}
    refused: dict[str, str] = {}
    for row in products:
        if row["Product_Name"] in known:
            continue
        if row["Tax"][0] not in taxes:
            refused[row["id"]] = "F27"
            continue
        body = {"name": row["Product_Name"], "rate": row["Unit_Price"], "sku": row["Product_Code"],
                "description": row.get("Description", "")}  # fmt: skip
        answer = client.books("POST", "items", json=body).json()
        if answer["code"]:
            refused[row["id"]] = {15: "F16", 1001: "F14"}[answer["code"]]
    for row in items:
        if row["name"] not in names:
            product = {"Product_Name": row["name"], "Product_Code": row["sku"], "Unit_Price": row["rate"]}
            if client.crm("POST", "Products", json={"data": [product]}).status_code != 201:
                refused[row["item_id"]] = "F16"
    assert refused == {each["id"]: each["reason"] for each in _planted(client, "items")}


def test_contacts_have_names_of_their_own(started: Start) -> None:
    client = started(accounts=400, seed=5)
    names = Counter(f"{row['First_Name']} {row['Last_Name']}" for row in _truth(client, "crm/Contacts"))
    twice = {name for name, count in names.items() if count > 1}
    assert twice == {each["name"] for each in _planted(client, "contacts") if each["alternates"]}
    alone = [row for row in _truth(client, "crm/Contacts") if "Account_Name" not in row]
    assert 20 <= len(alone) <= 30


def test_deals_that_cannot_become_documents_say_why(started: Start) -> None:
    client = started(accounts=60, seed=5)
    deals = {row["id"]: row for row in _truth(client, "crm/Deals")}
    orphan, unpriced = _planted(client, "deals")
    assert "Account_Name" not in deals[orphan["id"]]
    assert "Amount" not in deals[unpriced["id"]]
    assert sum("Account_Name" not in row or "Amount" not in row for row in deals.values()) == 2
