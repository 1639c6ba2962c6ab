from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import Client

LINE = {"name": "Work", "rate": 1000, "quantity": 2}
KINDS = ("estimate", "salesorder", "invoice", "purchaseorder")


def _party(client: Client, kind: str = "customer", name: str = "") -> str:
    return str(client.customer(name or f"A {kind}", contact_type=kind)["contact_id"])


def make(client: Client, entity: str = "estimate", *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A new document; its party is made unless it is given."""
    query = fields.pop("query", {})
    key = "vendor" if entity == "purchaseorder" else "customer"
    fields.setdefault(f"{key}_id", None)
    fields[f"{key}_id"] = fields[f"{key}_id"] or _party(client, key)
    answer = client.books("POST", f"{entity}s", json={"line_items": list(lines or (LINE,))} | fields, **query)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()[entity]
    return made


def read(client: Client, entity: str, document_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.books("GET", f"{entity}s/{document_id}").json()[entity]
    return found


def mark(client: Client, entity: str, document_id: str, word: str) -> Any:
    return client.books("POST", f"{entity}s/{document_id}/status/{word}")


@pytest.mark.parametrize(
    ("entity", "number"),
    list(zip(KINDS, ("EST-00001", "SO-00001", "INV-00001", "PO-00001"), strict=True)),
)
def test_documents_are_numbered_by_their_series(client: Client, entity: str, number: str) -> None:
    made = make(client, entity)
    assert (made[f"{entity}_number"], made["status"], made["total"]) == (number, "draft", 2000)


def test_totals_follow_lines_discounts_and_taxes(client: Client) -> None:
    standard, reduced = (each["tax_id"] for each in client.pages("settings/taxes", key="taxes"))
    lines = (
        {"name": "A", "rate": 1000, "quantity": 3, "discount": "10%", "tax_id": standard},
        {"name": "B", "rate": 500, "quantity": 1, "tax_id": reduced},
        {"name": "Heading", "line_item_category": "header"},
    )
    made = make(client, "estimate", *lines, discount=200, shipping_charge=50, adjustment=-5)
    assert (made["sub_total"], made["discount_total"]) == (3200, 200)
    assert {each["tax_name"]: each["tax_amount"] for each in made["taxes"]} == {"消費税": 253, "軽減税率": 38}
    assert (made["tax_total"], made["total"]) == (291, 3336)


def test_inclusive_tax_is_inside_the_total(client: Client) -> None:
    tax = client.pages("settings/taxes", key="taxes")[0]["tax_id"]
    made = make(client, "estimate", {"name": "A", "rate": 1100, "tax_id": tax}, is_inclusive_tax=True)
    assert (made["total"], made["tax_total"]) == (1100, 100)


def test_an_item_gives_a_line_its_name_and_rate(client: Client) -> None:
    item = client.books("POST", "items", json={"name": "Pen", "rate": 120, "unit": "box"}).json()["item"]
    (line,) = make(client, "invoice", {"item_id": item["item_id"], "quantity": 3})["line_items"]
    assert (line["name"], line["rate"], line["unit"], line["item_total"]) == ("Pen", 120, "box", 360)
    refused = client.books("DELETE", f"items/{item['item_id']}")
    assert (refused.status_code, refused.json()["code"]) == (400, 3101)


def test_lines_that_are_not_sent_are_gone(client: Client) -> None:
    made = make(client, "estimate", LINE, {"name": "Other", "rate": 5})
    kept = {"line_item_id": made["line_items"][1]["line_item_id"], "quantity": 4}
    changed = client.books("PUT", f"estimates/{made['estimate_id']}", json={"line_items": [kept]}).json()["estimate"]
    assert [(each["name"], each["item_total"]) for each in changed["line_items"]] == [("Other", 20)]
    assert changed["line_items"][0]["line_item_id"] == kept["line_item_id"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"customer_id": ""}, 4), ({"customer_id": "1"}, 1002), ({"line_items": []}, 4), ({"line_items": [{}]}, 4),
        ({"line_items": [{"name": "x" * 101}]}, 15), ({"line_items": [{"item_id": "1"}]}, 1002), ({"date": "soon"}, 4),
        ({"line_items": [LINE | {"tax_id": "1"}]}, 4), ({"currency_id": "1"}, 4), ({"estimate_number": "E-1"}, 4097),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused(client: Client, change: dict[str, Any], code: int) -> None:
    body = {"customer_id": _party(client), "line_items": [LINE]} | change
    answer = client.books("POST", "estimates", json=body)
    assert (answer.status_code >= 400, answer.json()["code"]) == (True, code)


def test_an_inactive_customer_gets_no_documents(client: Client) -> None:
    customer = _party(client)
    client.books("POST", f"contacts/{customer}/inactive")
    assert client.books("POST", "estimates", json={"customer_id": customer, "line_items": [LINE]}).status_code == 400


def test_a_number_of_ones_own_needs_the_flag_and_is_there_once(client: Client) -> None:
    customer = _party(client)
    query: dict[str, Any] = {"ignore_auto_number_generation": "true"}
    assert (
        make(client, "salesorder", customer_id=customer, salesorder_number="X-1", query=query)["salesorder_number"]
        == "X-1"
    )
    body = {"customer_id": customer, "line_items": [LINE], "salesorder_number": "X-1"}
    assert client.books("POST", "salesorders", json=body, **query).json()["code"] == 36004
    assert client.books("POST", "salesorders", json=body | {"salesorder_number": ""}, **query).json()["code"] == 4


def test_an_estimate_goes_from_draft_to_accepted(client: Client) -> None:
    estimate = make(client)["estimate_id"]
    refused = mark(client, "estimate", estimate, "accepted")
    assert (refused.status_code, refused.json()["code"]) == (400, 8020)
    assert mark(client, "estimate", estimate, "sent").json()["message"] == "Estimate status has been changed to Sent"
    assert mark(client, "estimate", estimate, "accepted").status_code == 200
    assert read(client, "estimate", estimate)["status"] == "accepted"
    assert mark(client, "estimate", estimate, "declined").status_code == 400
    client.zoho.switch("books.loose_estimates", True)
    assert mark(client, "estimate", estimate, "declined").status_code == 200


def test_a_sent_estimate_expires(client: Client) -> None:
    estimate = make(client, expiry_date="2020-01-01")["estimate_id"]
    assert read(client, "estimate", estimate)["status"] == "draft"
    mark(client, "estimate", estimate, "sent")
    assert read(client, "estimate", estimate)["status"] == "expired"
    assert [each["estimate_id"] for each in client.pages("estimates", filter_by="Status.Expired")] == [estimate]


@pytest.mark.parametrize(
    ("entity", "words", "end"),
    [
        ("salesorder", ("open", "void"), "void"),
        ("purchaseorder", ("open", "billed"), "billed"),
        ("purchaseorder", ("open", "cancelled"), "cancelled"),
    ],
)
def test_orders_answer_201_to_their_status_calls(client: Client, entity: str, words: tuple[str, ...], end: str) -> None:
    made = make(client, entity)[f"{entity}_id"]
    assert [mark(client, entity, made, word).status_code for word in words] == [201, 201]
    assert read(client, entity, made)["status"] == end


def test_an_invoice_can_be_a_draft_again_only_when_void(client: Client) -> None:
    invoice = make(client, "invoice")["invoice_id"]
    assert mark(client, "invoice", invoice, "draft").status_code == 400
    for word in ("sent", "void", "draft"):
        assert mark(client, "invoice", invoice, word).status_code == 200
    assert read(client, "invoice", invoice)["status"] == "draft"


def test_estimates_become_invoices_without_telling_which(client: Client) -> None:
    estimate = make(client)["estimate_id"]
    nested = client.books("POST", "invoices/fromestimates", estimate_ids=estimate)
    assert (nested.status_code, nested.json()["code"], nested.json()["data"]["code"]) == (200, 0, 1002)
    mark(client, "estimate", estimate, "sent")
    assert client.books("POST", "invoices/fromestimates", estimate_ids=estimate).json()["data"] == {}
    shown = read(client, "estimate", estimate)
    assert shown["status"] == "invoiced"
    (invoice,) = shown["invoice_ids"]
    assert (read(client, "invoice", invoice)["total"], read(client, "invoice", invoice)["estimate_id"]) == (
        2000,
        estimate,
    )
    client.books("POST", "invoices/fromestimates", estimate_ids=estimate)
    assert len(read(client, "estimate", estimate)["invoice_ids"]) == 2
    assert client.books("POST", f"estimates/{estimate}/converttoinvoice").json()["code"] == 5


def test_an_order_becomes_an_invoice(client: Client) -> None:
    order = make(client, "salesorder")["salesorder_id"]
    answer = client.books("POST", "invoices/fromsalesorder", salesorder_id=order)
    assert (answer.status_code, answer.json()["invoice"]["salesorder_id"]) == (201, order)
    assert read(client, "salesorder", order)["status"] == "invoiced"
    assert client.books("DELETE", f"salesorders/{order}").json()["code"] == 3101


@pytest.mark.parametrize(
    ("wish", "email", "status"),
    [
        ("off", "a@b.example", None),
        ("draft", "a@b.example", "draft"),
        ("send", "a@b.example", "sent"),
        ("send", "", "draft"),
    ],
)
def test_an_accepted_estimate_becomes_what_the_preference_says(
    client: Client, wish: str, email: str, status: str | None
) -> None:
    client.zoho.control("PUT", "settings", {"books": {"estimate_to_invoice": wish}})
    persons = [{"first_name": "A", "email": email}]
    customer = client.customer("Buyer", contact_persons=persons)["contact_id"]
    estimate = make(client, customer_id=customer)["estimate_id"]
    for word in ("sent", "accepted"):
        mark(client, "estimate", estimate, word)
    found = client.pages("invoices")
    assert [each["status"] for each in found] == ([] if status is None else [status])
    assert read(client, "estimate", estimate)["status"] == ("accepted" if status is None else "invoiced")


def test_documents_are_found_by_their_deal(client: Client) -> None:
    customer = _party(client)
    for entity in ("estimate", "invoice", "salesorder"):
        wanted = make(client, entity, customer_id=customer, zcrm_potential_id="77")
        make(client, entity, customer_id=customer)
        found = client.pages(f"{entity}s", zcrm_potential_id="77")
        assert [each[f"{entity}_id"] for each in found] == [wanted[f"{entity}_id"]]
    client.zoho.switch("books.potential_sticks", False)
    assert make(client, "invoice", customer_id=customer, zcrm_potential_id="77")["zcrm_potential_id"] == ""


def test_documents_are_found_by_time_status_and_number(client: Client) -> None:
    old = make(client, "invoice")
    client.zoho.control("POST", "time", {"advance": 100})
    new = make(client, "invoice", customer_id=old["customer_id"], reference_number="REF-9")
    mark(client, "invoice", new["invoice_id"], "sent")
    queries: tuple[dict[str, str], ...] = (
        {"last_modified_time": new["last_modified_time"]}, {"filter_by": "Status.Unpaid"}, {"status": "sent"},
        {"reference_number_contains": "f-9"}, {"invoice_number": new["invoice_number"]}, {"search_text": "ref"},
    )  # fmt: skip
    for query in queries:
        assert [each["invoice_id"] for each in client.pages("invoices", **query)] == [new["invoice_id"]], query
    assert len(client.pages("invoices", customer_id=old["customer_id"], total_greater_equals="2000")) == 2
    assert client.books("GET", "invoices", filter_by="Status.Nope").json()["code"] == 2


def test_lists_come_in_pages_without_lines(client: Client) -> None:
    customer = _party(client)
    for _ in range(3):
        make(client, customer_id=customer)
    first = client.books("GET", "estimates", per_page=2, sort_column="created_time", sort_order="A").json()
    assert (first["page_context"]["has_more_page"], "line_items" in first["estimates"][0]) == (True, False)
    assert [each["estimate_number"] for each in first["estimates"]] == ["EST-00001", "EST-00002"]


def test_a_document_is_updated_or_made_by_its_unique_field(client: Client) -> None:
    client.zoho.switch("books.unique_by_api", True)
    field = {"label": "Deal", "data_type": "string", "entity": "invoice", "is_unique": True}
    client.books("POST", "settings/fields", json=field)
    body = {"customer_id": _party(client), "line_items": [LINE]}
    headers = {"X-Unique-Identifier-Key": "cf_deal", "X-Unique-Identifier-Value": "7"}
    assert client.books("PUT", "invoices", json=body, headers=headers).status_code == 404
    made = client.books("PUT", "invoices", json=body, headers=headers | {"X-Upsert": "true"})
    assert (made.status_code, made.json()["invoice"]["cf_deal"]) == (201, "7")
    again = client.books("PUT", "invoices", json={"notes": "n"}, headers=headers | {"X-Upsert": "true"})
    assert (again.status_code, again.json()["invoice"]["notes"]) == (200, "n")
    assert len(client.pages("invoices")) == 1
    taken = body | {"custom_fields": [{"api_name": "cf_deal", "value": "7"}]}
    assert client.books("POST", "invoices", json=taken).json()["code"] == 120303


def test_a_salesperson_is_made_by_name_or_refused(client: Client) -> None:
    make(client, salesperson_name="Rin")
    assert "Rin" in {each["salesperson_name"] for each in client.pages("salespersons")}
    client.zoho.switch("books.unknown_salesperson", "refused")
    body = {"customer_id": _party(client, name="B"), "line_items": [LINE], "salesperson_name": "Nobody"}
    assert client.books("POST", "estimates", json=body).json()["code"] == 4


def test_a_contact_with_documents_stays_and_keeps_its_currency(client: Client) -> None:
    customer = make(client)["customer_id"]
    assert client.books("DELETE", f"contacts/{customer}").json()["code"] == 3101
    dollars = next(
        each for each in client.pages("settings/currencies", key="currencies") if each["currency_code"] == "USD"
    )
    answer = client.books("PUT", f"contacts/{customer}", json={"currency_id": dollars["currency_id"]})
    assert answer.json()["code"] == 3021


def test_documents_come_back_with_a_snapshot(client: Client) -> None:
    estimate = make(client)["estimate_id"]
    client.zoho.control("POST", "snapshot", {"name": "a"})
    mark(client, "estimate", estimate, "sent")
    make(client, customer_id=read(client, "estimate", estimate)["customer_id"])
    client.zoho.control("POST", "restore", {"name": "a"})
    assert [each["status"] for each in client.pages("estimates")] == ["draft"]


def test_scopes_are_those_of_the_module(client: Client) -> None:
    client.narrow("ZohoBooks.invoices.READ")
    assert client.books("GET", "invoices").status_code == 200
    assert client.books("GET", "estimates").json()["code"] == 57
    assert client.books("POST", "invoices", json={}).json()["code"] == 57
