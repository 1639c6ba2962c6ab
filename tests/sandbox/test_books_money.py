"""Payments, imports from CRM, webhooks, taxes and currencies."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from tests.sandbox.client import Client
from tests.sandbox.listener import Listener
from tests.sandbox.test_books_documents import make, mark, read


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as started:
        yield started


def _sent(client: Client, **fields: Any) -> dict[str, Any]:
    made = make(client, "invoice", **fields)
    mark(client, "invoice", made["invoice_id"], "sent")
    return made


def _contact(client: Client, contact_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.books("GET", f"contacts/{contact_id}").json()["contact"]
    return found


def _pay(client: Client, invoice: dict[str, Any], amount: float, applied: float) -> Any:
    body = {"customer_id": invoice["customer_id"], "amount": amount, "date": "2026-10-05", "payment_mode": "cash",
            "invoices": [{"invoice_id": invoice["invoice_id"], "amount_applied": applied}]}  # fmt: skip
    return client.books("POST", "customerpayments", json=body)


def test_an_invoice_is_owed_once_it_is_sent_until_it_is_paid(client: Client) -> None:
    invoice = make(client, "invoice", due_date="2030-01-01")
    customer = invoice["customer_id"]
    assert _contact(client, customer)["outstanding_receivable_amount"] == 0
    mark(client, "invoice", invoice["invoice_id"], "sent")
    assert _contact(client, customer)["outstanding_receivable_amount"] == 2000
    assert _pay(client, invoice, 500, 500).status_code == 201
    shown = read(client, "invoice", invoice["invoice_id"])
    assert (shown["status"], shown["balance"], shown["payment_made"]) == ("partially_paid", 1500, 500)
    _pay(client, invoice, 2000, 1500)
    assert read(client, "invoice", invoice["invoice_id"])["status"] == "paid"
    after = _contact(client, customer)
    assert (after["outstanding_receivable_amount"], after["unused_credits_receivable_amount"]) == (0, 500)


@pytest.mark.parametrize(("amount", "applied"), [(100, 200), (3000, 3000), (100, 0), (0, 0)])
def test_a_payment_takes_no_more_than_there_is(client: Client, amount: float, applied: float) -> None:
    assert _pay(client, _sent(client), amount, applied).json()["code"] == 4


def test_a_deleted_payment_makes_the_invoice_owed_again(client: Client) -> None:
    invoice = _sent(client)
    payment = _pay(client, invoice, 2000, 2000).json()["payment"]["payment_id"]
    assert client.books("DELETE", f"invoices/{invoice['invoice_id']}").json()["code"] == 3101
    client.books("DELETE", f"customerpayments/{payment}")
    assert read(client, "invoice", invoice["invoice_id"])["balance"] == 2000


def test_a_payment_is_changed_as_a_whole_or_not_at_all(client: Client) -> None:
    invoice = _sent(client)
    payment = _pay(client, invoice, 2000, 2000).json()["payment"]["payment_id"]
    wrong = {"invoices": [{"invoice_id": invoice["invoice_id"], "amount_applied": 9000}]}
    assert client.books("PUT", f"customerpayments/{payment}", json=wrong).json()["code"] == 4
    assert read(client, "invoice", invoice["invoice_id"])["balance"] == 0
    less = {"amount": 400, "invoices": [{"invoice_id": invoice["invoice_id"], "amount_applied": 400}]}
    assert client.books("PUT", f"customerpayments/{payment}", json=less).json()["payment"]["amount"] == 400
    assert read(client, "invoice", invoice["invoice_id"])["balance"] == 1600


def test_voiding_a_paid_invoice_frees_the_money_or_is_refused(client: Client) -> None:
    invoice = _sent(client)
    _pay(client, invoice, 2000, 2000)
    client.zoho.switch("books.void_paid", "refused")
    assert mark(client, "invoice", invoice["invoice_id"], "void").status_code == 400
    client.zoho.switch("books.void_paid", "allowed")
    assert mark(client, "invoice", invoice["invoice_id"], "void").status_code == 200
    assert _contact(client, invoice["customer_id"])["unused_credits_receivable_amount"] == 2000


def test_a_person_can_pay_an_invoice(client: Client) -> None:
    invoice = _sent(client)
    client.zoho.control("POST", "books/pay", {"invoice_id": invoice["invoice_id"]})
    assert read(client, "invoice", invoice["invoice_id"])["status"] == "paid"


def test_whether_a_payment_moves_the_contact_is_a_switch(client: Client) -> None:
    invoice = _sent(client)
    before = _contact(client, invoice["customer_id"])["last_modified_time"]
    client.zoho.control("POST", "books/pay", {"invoice_id": invoice["invoice_id"], "amount": 1})
    assert _contact(client, invoice["customer_id"])["last_modified_time"] == before
    client.zoho.switch("books.balance_touches_contact", True)
    client.zoho.control("POST", "books/pay", {"invoice_id": invoice["invoice_id"], "amount": 1})
    assert _contact(client, invoice["customer_id"])["last_modified_time"] > before


def test_customers_who_owe_can_be_listed(client: Client) -> None:
    invoice = _sent(client, due_date="2020-01-01")
    for wanted in ("Invoice.Unpaid", "Invoice.OverDue"):
        assert [each["contact_id"] for each in client.pages(filter_by=wanted)] == [invoice["customer_id"]]
    assert client.pages("invoices", status="overdue")[0]["invoice_id"] == invoice["invoice_id"]
    _pay(client, invoice, 2000, 2000)
    assert client.pages(filter_by="Invoice.Unpaid") == []


def test_an_account_is_imported_where_the_integration_covers_it(client: Client) -> None:
    account = client.insert(Account_Name="From CRM", Phone="03-9")
    refused = client.books("POST", f"crm/account/{account}/import")
    assert (refused.status_code, refused.json()["code"]) == (400, 4)
    client.zoho.control("PUT", "settings", {"books": {"native_customers": "accounts"}})
    made = client.books("POST", f"crm/account/{account}/import").json()["data"]["contact_id"]
    shown = _contact(client, made)
    assert (shown["zcrm_account_id"], shown["billing_address"]["phone"], shown["source"]) == (account, "03-9", "crm")
    assert client.books("POST", f"crm/account/{account}/import").json()["data"]["contact_id"] == made
    assert [each["contact_id"] for each in client.pages(zcrm_account_id=account)] == [made]
    assert client.books("POST", "crm/account/1/import").json()["code"] == 1002


@pytest.mark.parametrize(
    ("module", "noun", "key", "wish"),
    [
        ("Contacts", "contact", "contact_id", {"native_customers": "contacts"}),
        ("Contacts", "contact", "contact_id", {"native_customers": "accounts_contacts", "native_unassociated": True}),
        ("Vendors", "vendor", "contact_id", {"native_vendors": True}),
        ("Products", "item", "item_id", {"native_items": True}),
    ],
)
def test_the_other_imports(client: Client, module: str, noun: str, key: str, wish: dict[str, Any]) -> None:
    records = client.zoho.control("GET", f"truth/crm/{module}")["records"]
    names = {row["name"] for row in client.zoho.control("GET", "truth/books/items")["records"]}
    names |= {row["contact_name"] for row in client.zoho.control("GET", "truth/books/contacts")["records"]}
    record = next(row for row in records if not {row.get("Product_Name"), row.get("Vendor_Name")} & names)
    assert client.books("POST", f"crm/{noun}/{record['id']}/import").status_code == 400
    client.zoho.control("PUT", "settings", {"books": wish})
    first, second = (client.books("POST", f"crm/{noun}/{record['id']}/import").json()["data"] for _ in range(2))
    assert first == second
    assert set(first) == {key}


def test_a_webhook_hears_of_what_is_made(client: Client, listener: Listener) -> None:
    hook = {"webhook_name": "W", "entity": "invoice", "url": listener.url("/hook"), "secret": "abcdefghijkl",
            "events": ["created"], "query_parameters": [{"name": "event", "value": "made"}]}  # fmt: skip
    made = client.books("POST", "settings/webhooks", json=hook)
    assert (made.status_code, "secret" in made.json()["webhook"]) == (201, False)
    invoice = make(client, "invoice")
    heard = listener.next()
    assert heard.path == "/hook?event=made"
    assert orjson.loads(heard.body)["invoice"]["invoice_id"] == invoice["invoice_id"]
    wanted = hmac.new(b"abcdefghijkl", heard.body, hashlib.sha256).hexdigest()
    assert heard.headers["X-Zoho-Webhook-Signature"] == wanted


@pytest.mark.parametrize(
    "url", ["https://example.com/", "http://10.0.0.1/", "ftp://127.0.0.1/", 5, "http://127.0.0.1:x/"]
)
def test_webhooks_go_to_this_machine_only(client: Client, url: object) -> None:
    answer = client.books("POST", "settings/webhooks", json={"webhook_name": "W", "entity": "contact", "url": url})
    assert (answer.status_code, answer.json()["message"]) == (400, "Invalid value passed for url")


def test_taxes_and_currencies_can_be_made(client: Client) -> None:
    tax = client.books("POST", "settings/taxes", json={"tax_name": "Local", "tax_percentage": 3})
    assert (tax.status_code, tax.json()["tax"]["tax_percentage"]) == (201, 3)
    client.zoho.switch("books.sales_tax", False)
    refused = client.books("POST", "settings/taxes", json={"tax_name": "L", "tax_percentage": 3})
    assert refused.json()["code"] == 110817
    euro = client.books("POST", "settings/currencies", json={"currency_code": "EUR", "currency_symbol": "€"})
    currency_id = euro.json()["currency"]["currency_id"]
    client.books("POST", f"settings/currencies/{currency_id}/exchangerates", json={"rate": 160})
    assert client.books("GET", f"settings/currencies/{currency_id}").json()["currency"]["exchange_rate"] == 160
    assert client.customer("Euro", currency_id=currency_id)["currency_code"] == "EUR"
    assert client.books("DELETE", f"settings/currencies/{currency_id}").status_code == 400


def test_an_additional_address_takes_the_place_of_the_billing_one(client: Client) -> None:
    made = client.customer("Moves", billing_address={"city": "Old"})["contact_id"]
    added = client.books("POST", f"contacts/{made}/address", json={"city": "New"}).json()["address_info"]["address_id"]
    client.books("POST", f"contacts/{made}/address/{added}/markasbilling")
    shown = _contact(client, made)
    assert (shown["billing_address"]["address_id"], shown["billing_address"]["city"]) == (added, "New")
    assert [each["city"] for each in shown["addresses"]] == ["Old"]
