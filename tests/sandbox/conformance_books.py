"""One call at least of every Books operation that is checked against Zoho's OpenAPI files."""

from __future__ import annotations

from typing import Any

from tests.sandbox.openapi import Conformance


def contacts(conf: Conformance) -> None:
    """Contacts, addresses, persons."""
    books = conf.books
    persons = [{"first_name": "A", "email": "a@b.example"}]
    made = books("POST /contacts", json={"contact_name": "C", "contact_persons": persons})["contact"]["contact_id"]
    books("GET /contacts")
    books("GET /contacts/{id}", id=made)
    books("PUT /contacts/{id}", id=made, json={"contact_name": "C", "contact_type": "customer"})
    for word in ("inactive", "active"):
        books(f"POST /contacts/{{id}}/{word}", id=made)
    books("PUT /contacts", json={"contact_name": "U", "contact_type": "customer"}, headers=_unique(conf, "contact"))
    address = books("POST /contacts/{id}/address", id=made, json={"city": "x"})["address_info"]["address_id"]
    books("GET /contacts/{id}/address", id=made)
    books("PUT /contacts/{id}/address/{address}", id=made, address=address, json={"address_id": address, "city": "y"})
    books("DELETE /contacts/{id}/address/{address}", id=made, address=address)
    for word in ("billing", "shipping"):
        more = books("POST /contacts/{id}/address", id=made, json={"city": word})["address_info"]["address_id"]
        books(f"POST /contacts/{{id}}/address/{{address}}/markas{word}", id=made, address=more)
    person = books("POST /contacts/contactpersons", json={"contact_id": made, "first_name": "B"})["contact_person"]
    person_id = person[0]["contact_person_id"]
    books("PUT /contacts/contactpersons/{id}", id=person_id, json={"contact_id": made, "first_name": "C"})
    books("POST /contacts/contactpersons/{id}/primary", id=person_id)
    books("GET /contacts/{id}/contactpersons", id=made)
    books("GET /contacts/{id}/contactpersons/{person}", id=made, person=person_id)
    books("DELETE /contacts/contactpersons/{id}", id=person_id)
    books("DELETE /contacts/{id}", id=made)
    books("DELETE /contacts", contact_ids=conf.client.customer("Short")["contact_id"])


def settings(conf: Conformance) -> None:
    """Items, organisations, currencies, taxes, users."""
    books = conf.books
    item = books("POST /items", json={"name": "I", "rate": 5})["item"]["item_id"]
    books("GET /items")
    books("GET /items/{id}", id=item)
    books("GET /itemdetails", item_ids=item)
    books("PUT /items/{id}", id=item, json={"name": "I", "rate": 6})
    books("PUT /items", json={"rate": 7, "name": "U"}, headers=_unique(conf, "item"))
    books("PUT /item/{id}/customfields", id=item, json=[])
    for word in ("inactive", "active"):
        books(f"POST /items/{{id}}/{word}", id=item)
    books("DELETE /items/{id}", id=item)
    books("GET /organizations")
    books("GET /organizations/{id}", id=conf.client.zoho.info["books"]["organization_id"])
    books("GET /users")
    user = books("GET /users/me")["user"]["user_id"]
    books("GET /users/{id}", id=user)
    path = "/settings/currencies"
    currency = books(f"POST {path}", json={"currency_code": "EUR", "currency_format": "###,##0.00"})["currency"][
        "currency_id"
    ]
    books(f"GET {path}")
    books(f"GET {path}/{{id}}", id=currency)
    books(f"PUT {path}/{{id}}", id=currency, json={"currency_code": "EUR", "currency_format": "###,##0.00"})
    books(f"POST {path}/{{id}}/exchangerates", id=currency, json={"rate": 160})
    books(f"GET {path}/{{id}}/exchangerates", id=currency)
    books(f"DELETE {path}/{{id}}", id=currency)
    tax = books("POST /settings/taxes", json={"tax_name": "T", "tax_percentage": 3})["tax"]["tax_id"]
    books("GET /settings/taxes")
    books("GET /settings/taxes/{id}", id=tax)
    books("PUT /settings/taxes/{id}", id=tax, json={"tax_percentage": 4})
    books("DELETE /settings/taxes/{id}", id=tax)


STATUSES = {
    "estimate": ("sent", "declined", "accepted"), "salesorder": ("open", "void"), "invoice": ("sent", "void", "draft"),
    "purchaseorder": ("open", "billed", "cancelled"),
}  # fmt: skip


def documents(conf: Conformance) -> None:
    """Estimates, sales orders, invoices, purchase orders; conversions; payments; imports."""
    conf.client.zoho.switch("books.loose_estimates", True)
    for entity, words in STATUSES.items():
        _document(conf, entity, words)
    books, body = conf.books, _body(conf, "invoice")
    estimate, order = _make(conf, "estimate"), _make(conf, "salesorder")
    conf.client.books("POST", f"estimates/{estimate}/status/sent")
    books("POST /invoices/fromestimates", estimate_ids=estimate)
    books("POST /invoices/fromsalesorder", salesorder_id=order)
    books("DELETE /invoices", invoice_ids=_make(conf, "invoice"))
    owed = _make(conf, "invoice")
    books("POST /invoices/status/sent", invoice_ids=owed)
    parts = [{"invoice_id": owed, "amount_applied": 3}]
    payment = {"customer_id": body["customer_id"], "amount": 4, "date": "2026-10-01", "payment_mode": "cash"}
    whole = payment | {"invoices": parts, "invoice_id": owed, "amount_applied": 3}
    paid = books("POST /customerpayments", json=whole)["payment"]["payment_id"]
    books("GET /customerpayments")
    books("GET /customerpayments/{id}", id=paid)
    books("GET /invoices/{id}/payments", id=owed)
    books("PUT /customerpayments/{id}", id=paid, json=whole | {"description": "x"})
    books("DELETE /customerpayments/{id}", id=paid)
    credit = {"customer_id": body["customer_id"], "line_items": [{"rate": 5, "quantity": 1}]}
    note = books("POST /creditnotes", json=credit)["creditnote"]["creditnote_id"]
    books("GET /creditnotes")
    books("GET /creditnotes/{id}", id=note)
    books("POST /creditnotes/{id}/invoices", id=note,
          json={"invoices": [{"invoice_id": owed, "amount_applied": 1}]})  # fmt: skip
    void = books("POST /creditnotes", json=credit)["creditnote"]["creditnote_id"]
    books("POST /creditnotes/{id}/status/void", id=void)
    books("POST /invoices/status/void", invoice_ids=owed)
    wish = {"native_customers": "accounts_contacts", "native_unassociated": True, "native_vendors": True,
            "native_items": True}  # fmt: skip
    conf.client.zoho.control("PUT", "settings", {"books": wish})
    crm = {"account": "Accounts", "contact": "Contacts", "vendor": "Vendors", "item": "Products"}
    for noun, module in crm.items():
        record = conf.client.zoho.control("GET", f"truth/crm/{module}")["records"][-1]["id"]
        books(f"POST /crm/{noun}/{{id}}/import", id=record)


def _document(conf: Conformance, entity: str, words: tuple[str, ...]) -> None:
    books, path = conf.books, f"/{entity}s"
    made = books(f"POST {path}", json=_body(conf, entity))[entity][f"{entity}_id"]
    books(f"GET {path}")
    books(f"GET {path}/{{id}}", id=made)
    books(f"PUT {path}/{{id}}", id=made, json=_body(conf, entity) | {"notes": "n", "custom_fields": []})
    books(f"PUT {path}", json=_body(conf, entity) | {"custom_fields": []}, headers=_unique(conf, entity))
    books(f"PUT /{entity}/{{id}}/customfields", id=made, json=[])
    books(f"GET {path}/{{id}}/comments", id=made)
    for word in words:
        target = _make(conf, "purchaseorder") if word == "cancelled" else made
        books(f"POST {path}/{{id}}/status/{word}", id=target)
    books(f"DELETE {path}/{{id}}", id=_make(conf, entity))
    conf.client.zoho.switch("books.approvals", True)
    waiting = _make(conf, entity)
    books(f"POST {path}/{{id}}/submit", id=waiting)
    if entity in ("invoice", "purchaseorder"):
        books(f"POST {path}/{{id}}/reject", id=waiting)
        books(f"POST {path}/{{id}}/submit", id=waiting)
    books(f"POST {path}/{{id}}/approve", id=waiting)
    conf.client.zoho.switch("books.approvals", False)


def _body(conf: Conformance, entity: str) -> dict[str, Any]:
    kind = "vendor" if entity == "purchaseorder" else "customer"
    found = conf.client.pages(contact_name=f"Party {kind}")
    party = found[0] if found else conf.client.customer(f"Party {kind}", contact_type=kind)
    tax = conf.client.pages("settings/taxes", key="taxes")[0]["tax_id"]
    items = conf.client.pages("items", name="Line")
    if not items:
        conf.client.books("POST", "items", json={"name": "Line", "rate": 5})
        items = conf.client.pages("items", name="Line")
    line = {"item_id": items[0]["item_id"], "rate": 5.0, "quantity": 2, "tax_id": tax}
    return {f"{kind}_id": party["contact_id"], "line_items": [line]}


def _make(conf: Conformance, entity: str) -> str:
    answer = conf.client.books("POST", f"{entity}s", json=_body(conf, entity)).json()
    return str(answer[entity][f"{entity}_id"])


def _unique(conf: Conformance, entity: str) -> dict[str, str]:
    """Headers of an upsert by a unique field that is made for it."""
    conf.client.zoho.switch("books.unique_by_api", True)
    field = {"label": f"Key {entity}", "data_type": "string", "entity": entity, "is_unique": True}
    conf.client.books("POST", "settings/fields", json=field)
    return {"X-Unique-Identifier-Key": f"cf_key_{entity}", "X-Unique-Identifier-Value": "1", "X-Upsert": "true"}
