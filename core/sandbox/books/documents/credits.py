"""Credit notes: enough to make what customers are owed move (zoho-books-api §8; SPEC credit-notes.yml).

Lines are a rate and a quantity: no taxes, no discounts. A new one is open at once (INVENTED).
"""

from __future__ import annotations

from typing import Any

from core.sandbox.books.common import BOOKS, body_of, paged, success
from core.sandbox.books.documents.kinds import INVOICE
from core.sandbox.books.documents.lines import read_number
from core.sandbox.books.documents.status import find
from core.sandbox.books.documents.store import balance_of, credit_left
from core.sandbox.books.documents.write import find_party, save, today_of
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.clock import books_time, parse_time
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row

PATH = f"{BOOKS}/creditnotes"


@endpoint("GET", PATH, scope="creditnotes.READ", doc="Credit notes")
def notes(call: Call) -> Reply:
    """Oldest first; customer_id and last_modified_time narrow them."""
    query = call.query
    rows = [
        row for row in call.world.books.ledger.notes.rows() if query.get("customer_id") in (None, row["customer_id"])
    ]
    if "last_modified_time" in query:
        try:
            since = parse_time(query["last_modified_time"])
        except ValueError:
            raise BooksRefusal(2, name="last_modified_time") from None
        rows = [row for row in rows if row["last_modified_time"] >= since]
    return paged(call, "creditnotes", [show(call, row) for row in rows])


@endpoint("GET", f"{PATH}/{{id}}", scope="creditnotes.READ", doc="One credit note")
def note(call: Call) -> Reply:
    """404/1002 for an unknown id."""
    return success(creditnote=show(call, _find(call)))


@endpoint("POST", PATH, scope="creditnotes.CREATE", doc="Make a credit note")
def create(call: Call) -> Reply:
    """It is open: what no invoice takes stays as the customer's credit."""
    body, ledger = body_of(call), call.world.books.ledger
    customer, lines = find_party(call, INVOICE, body.get("customer_id")), body.get("line_items")
    if not isinstance(lines, list) or not lines or not all(isinstance(each, dict) for each in lines):
        raise BooksRefusal(4, name="line_items")
    total = sum(
        read_number(each, "rate") * (read_number(each, "quantity") if "quantity" in each else 1) for each in lines
    )
    if total <= 0:
        raise BooksRefusal(4, name="rate")
    row = _put(call, {
        "creditnote_id": call.world.books.ids.take(), "creditnote_number": f"CN-{ledger.next_note:05d}",
        "customer_id": customer["contact_id"], "currency_id": customer["currency_id"], "date": today_of(call),
        "reference_number": "", "status": "open", "total": float(total), "invoices": [], "created_time": call.now,
    })  # fmt: skip
    ledger.next_note += 1
    return success(201, "The credit note has been created.", creditnote=show(call, row))


@endpoint("POST", f"{PATH}/{{id}}/invoices", scope="creditnotes.CREATE", doc="Apply a credit note to invoices")
def apply(call: Call) -> Reply:
    """What it takes off an invoice is no credit any more."""
    row, given = _find(call), body_of(call).get("invoices")
    if row["status"] != "open" or not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise BooksRefusal(4, name="invoices")
    parts = [(find(INVOICE, call, str(each.get("invoice_id"))), read_number(each, "amount_applied")) for each in given]
    for invoice, amount in parts:
        mine = invoice["status"] == "sent" and invoice["customer_id"] == row["customer_id"]
        if not mine or not 0 < amount <= balance_of(invoice):
            raise BooksRefusal(4, name="amount_applied")
    if sum(amount for _, amount in parts) > credit_left(row) + 1e-6:
        raise BooksRefusal(4, name="amount_applied")
    for invoice, amount in parts:
        part = {"creditnote_id": row["creditnote_id"], "amount_applied": amount}
        save(call, INVOICE, invoice | {"credits": [*(invoice.get("credits") or ()), part]})
    taken = [{"invoice_id": invoice["invoice_id"], "amount_applied": amount} for invoice, amount in parts]
    _put(call, row | {"invoices": [*row["invoices"], *taken]})
    return success(message="Credits have been applied to the invoice(s).", apply_to_invoices={"invoices": taken})


@endpoint("POST", f"{PATH}/{{id}}/status/void", scope="creditnotes.CREATE", doc="Void a credit note")
def void(call: Call) -> Reply:
    """Not once an invoice took of it."""
    row = _find(call)
    if row["invoices"]:
        raise BooksRefusal(4, message="A credit note that was applied cannot be voided.", status=400)
    _put(call, row | {"status": "void"})
    return success(message="The credit note has been marked as void.")


def show(call: Call, row: Row) -> dict[str, Any]:
    """A credit note."""
    org = call.world.books
    customer = org.contacts.get(row["customer_id"]) or {}
    currency = org.currency(currency_id=row["currency_id"]) or org.currencies[0]
    names = (
        "creditnote_id", "creditnote_number", "reference_number", "date", "total", "customer_id", "currency_id",
    )  # fmt: skip
    left = credit_left(row)
    return {
        **{name: row[name] for name in names},
        "status": "closed" if row["status"] == "open" and left <= 0 else row["status"], "balance": left,
        "customer_name": customer.get("contact_name", ""), "currency_code": currency["currency_code"],
        "is_emailed": False, "location_id": "", "location_name": "", "created_time": books_time(row["created_time"]),
        "last_modified_time": books_time(row["last_modified_time"]),
    }  # fmt: skip


def _find(call: Call) -> Row:
    row = call.world.books.ledger.notes.get(call.params["id"])
    if row is None:
        raise BooksRefusal(1002, name="Credit Note")
    return row


def _put(call: Call, row: Row) -> Row:
    row = row | {"last_modified_time": call.now}
    call.world.books.ledger.notes.put(row)
    return row
