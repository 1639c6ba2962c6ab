"""The other worlds: demo, tiny, messy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from core.sandbox.world.build import KINDS, build_world
from core.sandbox.world.messy import HOSTILE
from tests.sandbox.client import Client

Start = Callable[..., Client]


def _planted(client: Client, sync: str = "all") -> dict[str, dict[str, Any]]:
    """By reason: the first of each."""
    found: dict[str, dict[str, Any]] = {}
    for each in client.zoho.control("GET", f"planted?sync={sync}")["planted"]:
        found.setdefault(each["reason"], each)
    return found


@pytest.fixture
def demo(started: Start) -> Client:
    return started(accounts=None, seed=7, kind="demo")


def test_the_demo_plants_twenty_reasons(demo: Client) -> None:
    assert len(_planted(demo)) >= 20


def test_the_demo_has_documents_in_every_state(demo: Client) -> None:
    states = {
        name: {each["status"] for each in demo.pages(name)} for name in ("estimates", "invoices", "purchaseorders")
    }
    assert {"draft", "sent", "invoiced", "declined"} <= states["estimates"]
    assert {"draft", "paid", "overdue"} <= states["invoices"]
    assert {"draft", "open"} <= states["purchaseorders"]
    assert any(each["zcrm_potential_id"] for each in demo.pages("estimates"))
    assert any(each["outstanding_receivable_amount"] for each in demo.pages(filter_by="Status.All"))
    assert demo.walk("Quotes", fields="Subject")


def test_totals_and_payments_of_the_demo_add_up(demo: Client) -> None:
    for each in demo.pages("invoices"):
        shown = demo.books("GET", f"invoices/{each['invoice_id']}").json()["invoice"]
        assert shown["total"] == shown["sub_total"] - shown["discount_total"] + shown["tax_total"]
        assert shown["balance"] == shown["total"] - shown["payment_made"]
    owed = Counter[str]()
    for each in demo.pages("invoices"):
        owed[each["customer_id"]] += each["balance"] if each["status"] != "draft" else 0
    for row in demo.pages(filter_by="Status.All"):
        assert row["outstanding_receivable_amount"] == owed[row["contact_id"]]


def test_the_view_of_the_ranking_filters(demo: Client) -> None:
    views = demo.crm("GET", "settings/custom_views", module="Accounts").json()["custom_views"]
    view = next(each["id"] for each in views if each["name"] == "重要顧客")
    shown = demo.crm("GET", "Accounts", fields="Account_Name,Rank", cvid=view).json()["data"]
    assert [each["Rank"] for each in shown] == ["S"]


def test_what_was_planted_in_the_demo_fails(demo: Client) -> None:
    planted = _planted(demo)
    currency = planted["F8"]["related"][0]
    dollars = next(
        each for each in demo.pages("settings/currencies", key="currencies") if each["currency_code"] == "USD"
    )
    changed = demo.books("PUT", f"contacts/{currency}", json={"currency_id": dollars["currency_id"]})
    assert changed.json()["code"] == 3021
    value = [{"api_name": "cf_rank", "value": "S"}]
    ranked = demo.books("POST", "contacts", json={"contact_name": "Ranked", "custom_fields": value})
    assert ranked.json()["code"] == 4
    for reason in ("F29", "F30"):
        assert demo.crm("GET", f"Accounts/{planted[reason]['related'][0]}").status_code == 204
        linked = demo.books("GET", f"contacts/{planted[reason]['id']}").json()["contact"]
        assert linked["zcrm_account_id"] == planted[reason]["related"][0]
    assert demo.books("GET", f"contacts/{planted['F31']['related'][0]}").json()["contact"]["status"] == "inactive"
    sent = demo.books("GET", f"estimates/{planted['F24']['related'][0]}").json()["estimate"]
    assert sent["status"] == "sent"
    assert demo.books("POST", f"invoices/{planted['F25']['related'][0]}/status/void").status_code == 400
    deal = demo.crm("GET", f"Deals/{planted['F28']['id']}").json()["data"][0]
    line = {"customer_id": currency, "line_items": [{"name": "x", "rate": 1}]}
    named = demo.books("POST", "estimates", json=line | {"salesperson_name": deal["Owner"]["name"]})
    assert named.json()["message"] == "Invalid value passed for salesperson_name"


def test_a_crowd_and_a_shared_address_are_refused(demo: Client) -> None:
    planted = _planted(demo, "contacts")
    (linked,) = demo.pages(zcrm_account_id=planted["F15"]["id"])
    people = [{"first_name": f"P{place}"} for place in range(501)]
    many = demo.books("PUT", f"contacts/{linked['contact_id']}", json={"contact_persons": people})
    assert "500" in many.json()["message"]
    twice = [{"first_name": "A", "email": "x@y.example"}, {"first_name": "B", "email": "X@y.example"}]
    assert demo.books("POST", "contacts", json={"contact_name": "Twice", "contact_persons": twice}).status_code == 400
    orphan = demo.crm("GET", f"Contacts/{planted['F21']['id']}").json()["data"][0]
    assert orphan["Account_Name"]["id"] in planted["F21"]["related"]


def test_the_demo_is_the_same_for_the_same_seed() -> None:
    def told(seed: int) -> list[Any]:
        world = build_world(kind="demo", seed=seed)
        return [list(held.table.rows()) for held in world.books.ledger.of.values()] + [world.planted]

    assert told(3) == told(3)
    assert told(3) != told(4)


def test_a_tiny_world_is_small_and_clean(started: Start) -> None:
    client = started(accounts=None, kind="tiny")
    assert len(client.walk()) == KINDS["tiny"]
    assert _planted(client) == {}


def test_a_messy_world_is_hostile_everywhere_and_still_answers(started: Start) -> None:
    client = started(accounts=None, seed=5, kind="messy")
    accounts = client.zoho.control("GET", "truth/crm/Accounts")["records"]
    seen = {hostile for hostile in HOSTILE if any(row["Account_Name"].startswith(hostile[:18]) for row in accounts)}
    assert len(seen) > 12
    assert len({row["Account_Name"] for row in accounts}) == len(accounts)
    shown = {row["id"]: row["Account_Name"] for row in client.walk(fields="Account_Name")}
    assert shown == {row["id"]: row["Account_Name"] for row in accounts}
    names = {row["contact_name"] for row in client.pages(filter_by="Status.All")}
    assert names & set(shown.values())
    for module in ("Contacts", "Vendors", "Products", "Deals"):
        assert client.walk(module, fields="id")
    assert client.pages("items")


def test_a_messy_record_can_be_written_back(started: Start) -> None:
    client = started(accounts=None, seed=5, kind="messy")
    for row in client.walk(fields="Account_Name,Phone,Billing_Street,Billing_City,Description")[:30]:
        values = {key: value for key, value in row.items() if value is not None}
        answer = client.crm("PUT", "Accounts", json={"data": [values]})
        assert answer.status_code == 200, answer.text
