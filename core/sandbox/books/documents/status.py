"""The status machines (zoho-books-api §6.2) and what follows from them."""

from __future__ import annotations

from typing import Any

from core.sandbox.books.common import body_of, success
from core.sandbox.books.documents.convert import invoice_from
from core.sandbox.books.documents.kinds import ESTIMATE, INVOICE, Kind
from core.sandbox.books.documents.render import status_of
from core.sandbox.books.documents.write import save, today_of
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.http import Call, Reply
from core.sandbox.sources import Row

OUT = ("sent", "open")
"""What a document cannot become before it is approved, where approvals are on."""
LOOSE = {"accepted": ("draft", "declined"), "declined": ("draft", "accepted")}
"""Where the reference is not sure that Zoho refuses; the switch books.loose_estimates lets them through."""


def find(kind: Kind, call: Call, document_id: str | None = None) -> Row:
    """The document of the path; 404/1002 when it is not there."""
    row = call.world.books.ledger.of[kind.entity].table.get(call.params["id"] if document_id is None else document_id)
    if row is None:
        raise BooksRefusal(1002, name=kind.title)
    return row


def act(kind: Kind, word: str, call: Call) -> Reply:
    """Put the document of the path into a status."""
    action = kind.actions[word]
    if word == "void" and kind.entity == "salesorder" and call.content:
        body_of(call)
    move(kind, word, call, find(kind, call))
    return success(action.http, action.message)


def act_on_many(kind: Kind, word: str, call: Call) -> Reply:
    """The same for several: all or none."""
    rows = [find(kind, call, each) for each in call.query.get(f"{kind.entity}_ids", "").split(",")]
    for row in rows:
        check(kind, word, call, row)
    for row in rows:
        move(kind, word, call, row)
    return success(message=kind.actions[word].message)


def check(kind: Kind, word: str, call: Call, row: Row) -> None:
    """Refuse a transition that there is not; its code is INVENTED (switch)."""
    action = kind.actions[word]
    before = action.before
    if action.path and not call.world.switches.on("books.approvals"):
        _refuse(call, "Approvals are not enabled.")
    if action.status in OUT and row["status"] == "draft" and call.world.switches.on("books.approvals"):
        _refuse(call, f"A {kind.title.lower()} has to be approved first.")
    if kind.entity == "estimate" and call.world.switches.on("books.loose_estimates"):
        before += LOOSE.get(word, ())
    shown = status_of(call, kind, row)
    if row["status"] not in before and shown not in before:
        _refuse(call, f"A {kind.title.lower()} that is {shown} cannot be marked as {word}.")
    refuses = call.world.switches.text("books.void_paid") == "refused"
    if kind.entity == "invoice" and word == "void" and row.get("payments") and refuses:
        _refuse(call, "An invoice with payments cannot be voided.")


def move(kind: Kind, word: str, call: Call, row: Row) -> Row:
    """Check, store, and do what follows: a paid invoice that is voided gives its payments back as credits."""
    check(kind, word, call, row)
    row = row | {"status": kind.actions[word].status}
    if kind.entity == "estimate" and word in ("accepted", "declined"):
        row[f"{word}_date"] = today_of(call)
    if kind.entity == "invoice" and word == "void" and row.get("payments"):
        _release(call, row)
        row["payments"] = []
    row = save(call, kind, row)
    if kind is ESTIMATE and word == "accepted" and call.world.switches.on("books.auto_convert_by_api"):
        auto_convert(call, row)
    return row


def auto_convert(call: Call, estimate: Row) -> Row | None:
    """What the preference says about accepted estimates: nothing, a draft invoice, or one that is sent (§6.5)."""
    wish = call.world.books.preferences["estimate_to_invoice"]
    if wish == "off":
        return None
    invoice = invoice_from(call, ESTIMATE, estimate)
    return move(INVOICE, "sent", call, invoice) if wish == "send" and _reachable(call, estimate) else invoice


def _reachable(call: Call, estimate: Row) -> bool:
    """Without an e-mail address nothing can be sent."""
    persons = (call.world.books.contacts.get(estimate["customer_id"]) or {}).get("contact_persons") or ()
    return any(each.get("email") for each in persons)


def _release(call: Call, invoice: Row) -> None:
    table = call.world.books.ledger.payments
    for each in invoice["payments"]:
        payment: dict[str, Any] | None = table.get(each["payment_id"])
        if payment is not None:
            left = [part for part in payment["invoices"] if part["invoice_id"] != invoice["invoice_id"]]
            table.put(payment | {"invoices": left, "last_modified_time": call.now})


def _refuse(call: Call, message: str) -> None:
    raise BooksRefusal(call.world.switches.number("books.transition_code"), message=message, status=400)
