from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import orjson
import pytest

from core.sandbox.crm.render import Renderer
from core.sandbox.testing import RunningSandbox
from core.sandbox.world import accounts
from core.sandbox.world.accounts import CITY_LENGTH, LONG_CITY
from core.sandbox.world.build import build_world
from core.sandbox.world.names import company
from tests.sandbox.client import Client

Start = Callable[..., Client]


def _session(zoho: RunningSandbox) -> list[tuple[int, dict[str, str], bytes]]:
    """Some of everything: each reply's status, headers and bytes, but for the port in the token's reply."""
    client = Client(zoho)
    answers = [client.renew(), client.crm("GET", "org"), client.crm("GET", "settings/fields", module="Accounts")]
    page = client.crm("GET", "Accounts", fields="Account_Name,Phone", per_page=20)
    token = page.json()["info"]["next_page_token"]
    answers += [page, client.crm("GET", "Accounts", fields="Account_Name,Phone", per_page=20, page_token=token)]
    answers.append(client.crm("POST", "Accounts", json={"data": [{"Account_Name": "A", "Phone": "1"}, {}]}))
    client.zoho.fault(kind="status", probability=0.5, seed=1)
    answers += [client.books("POST", "contacts", json={"contact_name": f"A {place}"}) for place in range(5)]
    client.zoho.fault()
    answers += [client.books("GET", "contacts", filter_by="Status.All"), client.books("GET", "organizations")]
    client.http.close()
    port = zoho.base_url.encode()
    return [(each.status_code, dict(each.headers), each.content.replace(port, b"")) for each in answers[1:]] + [
        (answers[0].status_code, {}, answers[0].content.replace(port, b""))
    ]


def test_the_same_seed_and_requests_give_the_same_bytes() -> None:
    with RunningSandbox(60, 9) as one:
        first = _session(one)
    with RunningSandbox(60, 9, process=True) as two:
        assert _session(two) == first


def test_another_seed_gives_another_world() -> None:
    with RunningSandbox(60, 9) as one, RunningSandbox(60, 10) as two:
        assert _session(one) != _session(two)


def test_a_hundred_thousand_companies_have_a_hundred_thousand_names() -> None:
    assert len({company(7, index).core for index in range(100_000)}) == 100_000


def test_equal_names_are_those_that_were_meant(started: Start) -> None:
    client = started(accounts=2_000, seed=7)
    accounts = client.zoho.control("GET", "truth/crm/Accounts")["records"]
    twice = {name for name, count in Counter(row["Account_Name"] for row in accounts).items() if count > 1}
    planted = client.zoho.planted()
    assert twice == {each["name"] for each in planted if each["alternates"]}
    contacts = client.zoho.control("GET", "truth/books/contacts")["records"]
    twice = {name for name, count in Counter(row["contact_name"] for row in contacts).items() if count > 1}
    assert twice == {each["name"] for each in planted if each["reason"] == "F13"}


def test_books_knows_some_of_the_accounts(started: Start) -> None:
    client = started(accounts=2_000, seed=7)
    names = {row["Account_Name"] for row in client.walk()}
    contacts = client.pages(filter_by="Status.All")
    equal = [row for row in contacts if row["contact_name"] in names and row["contact_type"] == "customer"]
    assert 35 <= len(equal) <= 50
    assert 55 <= sum(row["contact_name"] not in names and row["contact_type"] == "customer" for row in contacts) <= 100
    assert sum(row["contact_type"] == "vendor" for row in contacts) >= 20
    assert sum(row["status"] == "inactive" for row in contacts) >= 6


def test_small_and_clean_worlds_have_nothing_planted(started: Start) -> None:
    assert started(accounts=49).zoho.planted() == []
    assert started(accounts=500, planted=False).zoho.planted() == []


@pytest.mark.parametrize("accounts", [50, 2_000, 100_000])
def test_every_kind_is_planted_and_few_of_it(accounts: int) -> None:
    planted = build_world(accounts, 7).planted
    assert {each["reason"] for each in planted} == {"F7", "F9", "F12", "F13", "F16", "F42"}
    assert {each["side"] for each in planted} == {"crm", "books"}
    assert accounts < 800 or len(planted) / accounts < 0.02
    assert len({each["id"] for each in planted}) == len(planted)


def test_the_long_city_fits_crm_and_not_books() -> None:
    assert 100 < len(LONG_CITY) <= CITY_LENGTH


def test_what_is_planted_fails_and_nothing_else_does(started: Start) -> None:
    """A sync as simple as can be: pair by exact name, create the rest. What Zoho refuses is what was planted."""
    client = started(accounts=400, seed=11)
    planted = client.zoho.planted()
    contacts = client.zoho.control("GET", "truth/books/contacts")["records"]
    codes = {
        each["currency_code"]: each["currency_id"]
        for each in client.books("GET", "settings/currencies").json()["currencies"]
    }
    customers = [row for row in contacts if row["contact_type"] == "customer"]
    by_name = Counter(row["contact_name"] for row in customers)
    linked = {row.get("zcrm_account_id") for row in customers}
    refused: dict[str, str] = {}
    accounts = client.zoho.control("GET", "truth/crm/Accounts")["records"]
    for row in accounts:
        if row["id"] in linked or by_name[row["Account_Name"]] == 1:
            continue
        if by_name[row["Account_Name"]] > 1:
            refused[row["id"]] = "F13"
        elif row["Currency"] not in codes:
            refused[row["id"]] = "F7"
        else:
            answer = client.books("POST", "contacts", json=_as_customer(row, codes)).json()
            if answer["code"]:
                refused[row["id"]] = {15: "F16", 3062: "F12"}[answer["code"]]
    names = {row["Account_Name"] for row in accounts}
    money = {value: key for key, value in codes.items()}
    for row in customers:
        if row.get("zcrm_account_id") or row["contact_name"] in names:
            continue
        result = client.crm("POST", "Accounts", json={"data": [_as_account(row, money)]}).json()["data"][0]
        if result["status"] == "error":
            refused[row["contact_id"]] = _reason(result)
    assert refused == {each["id"]: each["reason"] for each in planted if each["stage"] == "first_sync"}


def _as_customer(row: dict[str, str], codes: dict[str, str]) -> dict[str, object]:
    address = {
        "address": row["Billing_Street"], "city": row["Billing_City"], "state": row["Billing_State"],
        "zip": row["Billing_Code"], "country": row["Billing_Country"], "phone": row["Phone"],
    }  # fmt: skip
    return {"contact_name": row["Account_Name"], "billing_address": address, "currency_id": codes[row["Currency"]],
            "website": row.get("Website", ""), "notes": row.get("Description", "")}  # fmt: skip


def _as_account(row: dict[str, dict[str, str]], money: dict[str, str]) -> dict[str, object]:
    address = row["billing_address"]
    return {
        "Account_Name": row["contact_name"], "Website": row["website"], "Currency": money[str(row["currency_id"])],
        "Billing_Street": address["address"], "Billing_City": address["city"], "Billing_State": address["state"],
        "Billing_Code": address["zip"], "Billing_Country": address["country"], "Phone": address.get("phone"),
    }  # fmt: skip


def _reason(result: dict[str, dict[str, object]]) -> str:
    if result["details"].get("api_name") == "Currency":
        return "F7"
    by_code = {"MANDATORY_NOT_FOUND": "F9", "INVALID_DATA": "F16", "CANNOT_PERFORM_ACTION": "F42"}
    return by_code[str(result["code"])]


def test_a_locked_account_can_be_read_and_not_written(started: Start) -> None:
    client = started(accounts=60)
    (locked,) = [each for each in client.zoho.planted() if each["stage"] == "crm_update"]
    answer = client.crm("PUT", "Accounts", json={"data": [{"id": locked["id"], "Fax": "1"}]})
    assert (locked["reason"], answer.json()["data"][0]["code"]) == ("F42", "RECORD_LOCKED")


def _business(zoho: RunningSandbox) -> list[bytes]:
    """Documents, payments, bulk read, composite requests: every byte of the answers, but for the port."""
    client = Client(zoho)
    client.zoho.control("PUT", "settings", {"books": {"estimate_to_invoice": "draft"}})
    customer = client.customer("Same")["contact_id"]
    body = {"customer_id": customer, "line_items": [{"name": "L", "rate": 3.5, "quantity": 2}]}
    answers = [client.books("POST", "estimates", json=body)]
    estimate = answers[0].json()["estimate"]["estimate_id"]
    answers += [client.books("POST", f"estimates/{estimate}/status/{word}") for word in ("sent", "accepted")]
    answers += [client.books("GET", name) for name in ("estimates", "invoices", "items", "salespersons")]
    made = client.http.post("/crm/bulk/v8/read", json={"query": {"module": {"api_name": "Deals"}}})
    job = made.json()["data"][0]["details"]["id"]
    answers += [made, *(client.http.get(f"/crm/bulk/v8/read/{job}{end}") for end in ("", "", "/result"))]
    inner = {"method": "GET", "uri": "/crm/v8/Deals?fields=Deal_Name,Stage"}
    answers.append(client.crm("POST", "__composite_requests", json={"__composite_requests": [inner]}))
    client.http.close()
    return [each.content.replace(zoho.base_url.encode(), b"") for each in answers]


def test_business_is_the_same_too() -> None:
    with RunningSandbox(60, 9) as one, RunningSandbox(60, 9, process=True) as two:
        first = _business(one)
        assert first == _business(two)
        assert all(b'"INTERNAL_ERROR"' not in each for each in first)


@pytest.mark.parametrize("kind", ["plain", "messy"])
def test_records_made_by_the_page_are_those_made_one_by_one(kind: str) -> None:
    world = build_world(300, 7, kind=kind)
    for name in ("Accounts", "Contacts", "Vendors", "Products", "Deals"):
        records = world.crm.records[name]
        show, ids = Renderer(world.crm, records), list(records.table.walk("id"))
        assert show.untouched(ids) == [orjson.dumps(show(records.table.get(each) or {})) for each in ids]


def test_a_text_with_the_seam_of_two_records_parts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "DESCRIPTIONS", ("a},{b",))
    world = build_world(10, 7)
    records = world.crm.records["Accounts"]
    show, ids = Renderer(world.crm, records, ["Description"]), list(records.table.walk("id"))
    assert [orjson.loads(each)["id"] for each in show.untouched(ids)] == ids


@pytest.mark.parametrize(
    ("module", "key"), [("Accounts", "Account_Name"), ("Contacts", "Email"), ("Deals", "Deal_Name")]
)
def test_a_generated_record_is_found_by_its_name_without_a_walk(module: str, key: str) -> None:
    records = build_world(3_000, 5).crm.records[module]
    by_name: dict[str, list[str]] = {}
    for row in records.table.rows():
        by_name.setdefault(row[key].casefold(), []).append(row["id"])
    assert {name: records.table.locate(key, name) for name in by_name} == by_name
    assert records.table.locate(key, "nobody is called so") == []
