"""Invoices from estimates and sales orders (zoho-books-api §6.5)."""

from __future__ import annotations

from typing import Any

from core.sandbox.books.common import BOOKS, success
from core.sandbox.books.documents.kinds import ESTIMATE, INVOICE, SALES_ORDER, Kind
from core.sandbox.books.documents.render import show
from core.sandbox.books.documents.write import create, save
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row

COPIED = (
    "currency_id", "exchange_rate", "discount", "discount_type", "is_discount_before_tax", "is_inclusive_tax",
    "shipping_charge", "adjustment", "adjustment_description", "notes", "terms", "salesperson_id", "reference_number",
)  # fmt: skip
LINE = ("item_id", "name", "description", "rate", "quantity", "unit", "discount", "tax_id", "line_item_category")
CONVERTIBLE = ("sent", "accepted", "invoiced", "partially_invoiced", "expired", "viewed")


@endpoint("POST", f"{BOOKS}/invoices/fromestimates", scope="invoices.CREATE", doc="Invoices from estimate_ids")
def from_estimates(call: Call) -> Reply:
    """200 without any id: read `invoice_ids` of the estimates. A refusal stands in `data` under code 0.

    An estimate that is invoiced already is invoiced again, as Zoho does.
    """
    table = call.world.books.ledger.of["estimate"].table
    ids = [each for each in call.query.get("estimate_ids", "").split(",") if each]
    if not ids:
        raise BooksRefusal(2, name="estimate_ids")
    rows = [table.get(each) for each in ids]
    unknown = [each for each, row in zip(ids, rows, strict=True) if row is None]
    if unknown:
        return success(data={"code": 1002, "ids": unknown, "message": "Estimate does not exist."})
    drafts = [row["estimate_id"] for row in rows if row is not None and row["status"] not in CONVERTIBLE]
    if drafts:
        message = "Some of the quotes cannot be converted to Invoices"
        if call.world.switches.text("books.convert_refusal") == "nested":
            return success(data={"code": 1002, "ids": drafts, "message": message})
        raise BooksRefusal(call.world.switches.number("books.transition_code"), message=message, status=400)
    for row in rows:
        if row is not None:
            invoice_from(call, ESTIMATE, row)
    return success(message="The invoices have been created.", data={})


@endpoint("POST", f"{BOOKS}/invoices/fromsalesorder", scope="invoices.CREATE", doc="An invoice from salesorder_id")
def from_sales_order(call: Call) -> Reply:
    """201 with the whole invoice."""
    row = call.world.books.ledger.of["salesorder"].table.get(call.query.get("salesorder_id", ""))
    if row is None:
        raise BooksRefusal(1002, name="Sales Order")
    if row["status"] in ("void", "invoiced"):
        code = call.world.switches.number("books.transition_code")
        raise BooksRefusal(code, message="This sales order cannot be invoiced.", status=400)
    return success(201, INVOICE.created, invoice=show(call, INVOICE, invoice_from(call, SALES_ORDER, row)))


def invoice_from(call: Call, kind: Kind, source: Row) -> Row:
    """A draft invoice with the lines of an estimate or a sales order, which is invoiced from then on."""
    body: dict[str, Any] = {name: source[name] for name in COPIED if source.get(name) not in (None, "")}
    body |= {
        "customer_id": source["customer_id"],
        "line_items": [{name: line[name] for name in LINE if name in line} for line in source["line_items"]],
    }
    links = {f"{kind.entity}_id": source[kind.id_key]}
    links |= {name: source[name] for name in ("zcrm_potential_id", "zcrm_potential_name") if source.get(name)}
    made = create(call, INVOICE, body, **links)
    note_invoiced(call, kind, source[kind.id_key], made["invoice_id"])
    return made


def note_invoiced(call: Call, kind: Kind, source_id: str, invoice_id: str) -> None:
    """The source knows its invoices, and is invoiced."""
    row = call.world.books.ledger.of[kind.entity].table.get(source_id)
    if row is not None:
        save(call, kind, row | {"status": "invoiced", "invoice_ids": [*(row.get("invoice_ids") or ()), invoice_id]})
