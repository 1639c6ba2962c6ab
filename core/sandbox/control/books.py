"""What a person does in Books' web pages with items, documents and payments, and the truth about them."""

from __future__ import annotations

from typing import Any

from core.sandbox.books.documents.kinds import BY_ENTITY, INVOICE
from core.sandbox.books.documents.payments import pay
from core.sandbox.books.documents.status import find, move
from core.sandbox.books.documents.store import balance_of
from core.sandbox.control.endpoints import HERE, body_of, wrong
from core.sandbox.http import Call, Reply, endpoint


@endpoint("GET", f"{HERE}/truth/books/documents/{{entity}}", doc="Every estimate, salesorder, invoice or purchaseorder")
def documents_truth(call: Call) -> Reply:
    """As stored; times in epoch seconds."""
    held = call.world.books.ledger.of.get(call.params["entity"])
    if held is None:
        raise wrong(f"entity is one of {', '.join(BY_ENTITY)}")
    return Reply(200, {"records": list(held.table.rows())})


@endpoint("GET", f"{HERE}/truth/books/payments", doc="Every customer payment as stored")
def payments_truth(call: Call) -> Reply:
    """By id."""
    return Reply(200, {"records": list(call.world.books.ledger.payments.rows())})


@endpoint("POST", f"{HERE}/books/pay", doc="Pay an invoice: {invoice_id, amount}; without an amount, all of it")
def pay_invoice(call: Call) -> Reply:
    """As a person records a payment; a second passes first."""
    wanted = body_of(call)
    call.world.clock.advance(float(wanted.get("advance", 1)))
    row = find(INVOICE, call, str(wanted.get("invoice_id")))
    amount = float(wanted.get("amount", balance_of(row)))
    part = {"invoice_id": row["invoice_id"], "amount_applied": amount}
    return Reply(200, {"payment": pay(call, row["customer_id"], amount, [part], {})})


@endpoint("POST", f"{HERE}/books/status", doc="Move a document: {entity, id, status: sent, accepted, void, …}")
def set_status(call: Call) -> Reply:
    """By the words of the status calls, with what follows from them."""
    wanted = body_of(call)
    call.world.clock.advance(float(wanted.get("advance", 1)))
    kind = BY_ENTITY.get(str(wanted.get("entity")))
    if kind is None or wanted.get("status") not in kind.actions:
        raise wrong("entity or status is not known")
    row: dict[str, Any] = move(kind, wanted["status"], call, find(kind, call, str(wanted.get("id"))))
    return Reply(200, {"record": row})


@endpoint("GET", f"{HERE}/deliveries", doc="Notifications and webhooks that were sent: kind, url, body, status")
def deliveries(call: Call) -> Reply:
    """In order; status 0 is on its way, -1 was not taken."""
    return Reply(200, {"deliveries": call.world.outbox.listing()})
