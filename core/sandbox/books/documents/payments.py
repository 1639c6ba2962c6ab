"""Customer payments: enough to make receivables move (zoho-books-api §8)."""

from __future__ import annotations

from typing import Any

from core.sandbox.books.common import BOOKS, body_of, paged, success
from core.sandbox.books.documents.kinds import INVOICE
from core.sandbox.books.documents.lines import read_number
from core.sandbox.books.documents.status import find
from core.sandbox.books.documents.store import balance_of, unused
from core.sandbox.books.documents.write import find_party, save, today_of
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.clock import books_time
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row

PATH = f"{BOOKS}/customerpayments"
TEXTS = ("payment_mode", "reference_number", "description", "date")


@endpoint("GET", PATH, scope="customerpayments.READ", doc="Payments of customers")
def payments(call: Call) -> Reply:
    """Newest first; customer_id narrows them."""
    ledger = call.world.books.ledger
    rows = [row for row in ledger.payments.rows() if call.query.get("customer_id") in (None, row["customer_id"])]
    return paged(call, "customerpayments", [show(call, row) for row in reversed(rows)])


@endpoint("GET", f"{PATH}/{{id}}", scope="customerpayments.READ", doc="One payment")
def payment(call: Call) -> Reply:
    """404/1002 for an unknown id."""
    return success(payment=show(call, _find(call)))


@endpoint("POST", PATH, scope="customerpayments.CREATE", doc="Record a payment, applied to invoices")
def create(call: Call) -> Reply:
    """What no invoice takes stays as the customer's credit."""
    body = body_of(call)
    customer = find_party(call, INVOICE, body.get("customer_id"))
    if not body.get("amount"):
        raise BooksRefusal(4, name="amount")
    row = pay(call, customer["contact_id"], read_number(body, "amount"), body.get("invoices") or [], _texts(body))
    return success(201, "The payment from the customer has been recorded", payment=show(call, row))


@endpoint("PUT", f"{PATH}/{{id}}", scope="customerpayments.UPDATE", doc="Change a payment")
def update(call: Call) -> Reply:
    """Its invoices are replaced when they are sent."""
    row, body = _find(call), body_of(call)
    amount = read_number(body, "amount") if body.get("amount") else row["amount"]
    parts = body["invoices"] if "invoices" in body else row["invoices"]
    _take_back(call, row)
    try:
        changed = _apply(call, row | _texts(body) | {"amount": amount, "invoices": []}, parts)
    except BooksRefusal:
        _apply(call, row | {"invoices": []}, row["invoices"])
        raise
    return success(message="The payment details have been updated.", payment=show(call, changed))


@endpoint("DELETE", f"{PATH}/{{id}}", scope="customerpayments.DELETE", doc="Delete a payment")
def delete(call: Call) -> Reply:
    """The balances of its invoices go up again."""
    row = _find(call)
    _take_back(call, row)
    call.world.books.ledger.payments.remove(row["payment_id"])
    return success(message="The payment has been deleted.")


@endpoint("GET", f"{BOOKS}/invoices/{{id}}/payments", scope="invoices.READ", doc="Payments of an invoice")
def of_invoice(call: Call) -> Reply:
    """Oldest first."""
    return success(payments=list(find(INVOICE, call).get("payments") or ()))


def pay(call: Call, customer_id: str, amount: float, parts: Any, texts: Row) -> Row:
    """Record a payment; also how a person pays an invoice."""
    ledger = call.world.books.ledger
    row: Row = {
        "payment_id": call.world.books.ids.take(), "payment_number": str(ledger.next_payment), "amount": amount,
        "customer_id": customer_id, "payment_mode": "banktransfer", "date": today_of(call), "invoices": [],
        "created_time": call.now, **texts,
    }  # fmt: skip
    if amount <= 0:
        raise BooksRefusal(4, name="amount")
    row = _apply(call, row, parts)
    ledger.next_payment += 1
    if call.world.switches.on("books.balance_touches_contact"):
        contact = call.world.books.contacts.get(customer_id)
        if contact is not None:
            call.world.books.contacts.put(contact | {"last_modified_time": call.now})
    return row


def show(call: Call, row: Row) -> dict[str, Any]:
    """A payment."""
    org = call.world.books
    customer = org.contacts.get(row["customer_id"]) or {}
    currency = org.currency(currency_id=customer.get("currency_id", "")) or org.currencies[0]
    table = org.ledger.of["invoice"].table
    parts = []
    for each in row["invoices"]:
        invoice = table.get(each["invoice_id"]) or {}
        parts.append({
            "invoice_id": each["invoice_id"], "invoice_number": invoice.get("invoice_number", ""),
            "date": invoice.get("date", ""), "invoice_amount": invoice.get("total", 0.0),
            "amount_applied": each["amount_applied"], "balance_amount": balance_of(invoice) if invoice else 0.0,
        })  # fmt: skip
    return {
        **{key: row.get(key, "") for key in ("payment_id", "payment_number", "customer_id", *TEXTS)},
        "amount": row["amount"], "unused_amount": unused(row), "customer_name": customer.get("contact_name", ""),
        "invoices": parts, "currency_code": currency["currency_code"], "currency_symbol": currency["currency_symbol"],
        "custom_fields": [], "status": "paid", "tags": [], "location_id": "", "location_name": "", "email": "",
        "amount_refunded": 0.0, "bank_charges": 0.0,
        "created_time": books_time(row["created_time"]),
        "last_modified_time": books_time(row["last_modified_time"]),
    }  # fmt: skip


def _find(call: Call) -> Row:
    row = call.world.books.ledger.payments.get(call.params["id"])
    if row is None:
        raise BooksRefusal(1002, name="Payment")
    return row


def _texts(body: dict[str, Any]) -> Row:
    for name in TEXTS:
        if not isinstance(body.get(name, ""), str):
            raise BooksRefusal(4, name=name)
    return {name: body[name] for name in TEXTS if body.get(name)}


def _apply(call: Call, row: Row, parts: Any) -> Row:
    """Check all the parts of a payment, then take them off their invoices."""
    if not isinstance(parts, list) or not all(isinstance(each, dict) for each in parts):
        raise BooksRefusal(4, name="invoices")
    taken: list[tuple[Row, float]] = []
    for each in parts:
        invoice, amount = find(INVOICE, call, str(each.get("invoice_id"))), read_number(each, "amount_applied")
        if invoice["status"] != "sent" or invoice["customer_id"] != row["customer_id"]:
            raise BooksRefusal(4, name="invoice_id")
        if not 0 < amount <= balance_of(invoice) or any(invoice["invoice_id"] == got["invoice_id"] for got, _ in taken):
            raise BooksRefusal(4, name="amount_applied")
        taken.append((invoice, amount))
    if sum(amount for _, amount in taken) > row["amount"] + 1e-6:
        raise BooksRefusal(4, name="amount_applied")
    for invoice, amount in taken:
        part = {"payment_id": row["payment_id"], "amount_applied": amount, "date": row["date"]}
        save(call, INVOICE, invoice | {"payments": [*(invoice.get("payments") or ()), part]})
    applied = [{"invoice_id": invoice["invoice_id"], "amount_applied": amount} for invoice, amount in taken]
    row = row | {"invoices": applied, "last_modified_time": call.now}
    call.world.books.ledger.payments.put(row)
    return row


def _take_back(call: Call, row: Row) -> None:
    for part in row["invoices"]:
        invoice = call.world.books.ledger.of["invoice"].table.get(part["invoice_id"])
        if invoice is not None:
            left = [each for each in invoice.get("payments") or () if each["payment_id"] != row["payment_id"]]
            save(call, INVOICE, invoice | {"payments": left})
