"""Creating and changing documents: what is taken from a body, and what is refused (zoho-books-api §6.1, §6.3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from core.sandbox.books.check import check_lengths, check_plain, custom_values
from core.sandbox.books.documents.kinds import Kind
from core.sandbox.books.documents.lines import read_discount, read_lines, read_number, total
from core.sandbox.books.documents.store import Documents
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.books.render import TERMS
from core.sandbox.books.salespersons import salesperson
from core.sandbox.clock import books_day
from core.sandbox.http import Call
from core.sandbox.sources import Row

LIMITS = {"reference_number": 100, "notes": 5_000, "terms": 10_000, "adjustment_description": 200}
"""`notes`, `terms` and `adjustment_description` are INVENTED."""
FLAGS = ("is_discount_before_tax", "is_inclusive_tax")
NUMBERS = ("shipping_charge", "adjustment", "exchange_rate")
CRM_LINK = ("zcrm_potential_id", "zcrm_potential_name")
ADDRESSES = ("billing_address", "shipping_address")


def create(call: Call, kind: Kind, body: dict[str, Any], **more: Any) -> Row:
    """A new document. Its number comes from the series unless `ignore_auto_number_generation` is set."""
    held = call.world.books.ledger.of[kind.entity]
    party = find_party(call, kind, body.get(kind.party_key))
    if party["status"] != "active":
        raise BooksRefusal(4, message=f"The {kind.party} is inactive.", status=400)
    today = today_of(call)
    row: Row = {
        kind.party_key: party["contact_id"], "currency_id": party["currency_id"], "date": today, "status": "draft",
        "discount_type": "entity_level", "is_discount_before_tax": True, "is_inclusive_tax": False,
        **{name: {key: value for key, value in party[name].items() if key != "address_id"} for name in ADDRESSES},
    }  # fmt: skip
    if kind.entity == "salesorder":
        row["status"] = call.world.switches.text("books.new_order_status")
    if "line_items" not in body:
        raise BooksRefusal(4, name="line_items")
    row |= _values(call, kind, body, {})
    if kind.entity == "invoice":
        _due(row, party)
    number = _number(call, held, body)
    row |= {kind.id_key: call.world.books.ids.take(), "created_time": call.now, **more}
    row[kind.number_key] = number or held.take_number()
    return save(call, kind, total(call, row))


def update(call: Call, kind: Kind, old: Row, body: dict[str, Any]) -> Row:
    """Keys that are not sent stay; lists that are sent replace."""
    values = _values(call, kind, body, old)
    if kind.party_key in body:
        values[kind.party_key] = find_party(call, kind, body[kind.party_key])["contact_id"]
    number = body.get(kind.number_key)
    if number not in (None, "", old[kind.number_key]):
        values[kind.number_key] = _free(call.world.books.ledger.of[kind.entity], number)
    return save(call, kind, total(call, old | values))


def save(call: Call, kind: Kind, row: Row) -> Row:
    """Store a document; its modification time moves."""
    row = row | {"last_modified_time": call.now}
    call.world.books.ledger.of[kind.entity].table.put(row)
    return row


def find_party(call: Call, kind: Kind, contact_id: Any) -> Row:
    """The customer or vendor; code 4 without one, 1002 for one that is not there or is of the other type."""
    if contact_id in (None, ""):
        raise BooksRefusal(4, name=kind.party_key)
    row = call.world.books.contacts.get(str(contact_id))
    if row is None or row["contact_type"] != kind.party:
        raise BooksRefusal(1002, name=kind.party.capitalize())
    return row


def today_of(call: Call) -> str:
    """The organisation's day."""
    return books_day(call.now)


def _values(call: Call, kind: Kind, body: dict[str, Any], old: Row) -> Row:
    check_lengths(call, body, LIMITS)
    check_plain(body, [*kind.extra, *CRM_LINK, "template_id"])
    values: Row = {name: body[name] or "" for name in LIMITS if name in body}
    values |= {name: body[name] for name in (*kind.extra, "template_id") if body.get(name) is not None}
    for name in ("date", *kind.dates):
        if body.get(name) not in (None, ""):
            values[name] = _day(body, name)
    values |= _amounts(body)
    if body.get("currency_id") not in (None, ""):
        if call.world.books.currency(currency_id=str(body["currency_id"])) is None:
            raise BooksRefusal(4, name="currency_id")
        values["currency_id"] = str(body["currency_id"])
    if kind.entity == "salesorder" or call.world.switches.on("books.potential_sticks"):
        values |= {name: str(body[name]) for name in CRM_LINK if body.get(name) is not None}
    values |= salesperson(call, body)
    if "line_items" in body:
        needs_item = kind.entity == "invoice" and call.world.switches.on("books.invoice_lines_need_item")
        values["line_items"] = read_lines(call, body["line_items"], old.get("line_items", []), needs_item=needs_item)
    if "custom_fields" in body:
        values["custom_values"] = custom_values(call, kind.entity, body["custom_fields"], old)
    return values


def _amounts(body: dict[str, Any]) -> Row:
    """Numbers, flags and the discount of the document itself."""
    values: Row = {name: read_number(body, name) for name in NUMBERS if name in body}
    values |= {name: body[name] in (True, "true") for name in FLAGS if name in body}
    if "discount" in body:
        values["discount"] = read_discount(body["discount"])
    if "discount_type" in body:
        if body["discount_type"] not in ("entity_level", "item_level"):
            raise BooksRefusal(4, name="discount_type")
        values["discount_type"] = body["discount_type"]
    return values


def _day(body: dict[str, Any], name: str) -> str:
    try:
        return date.fromisoformat(body[name]).isoformat()
    except (TypeError, ValueError):
        raise BooksRefusal(4, name=name) from None


def _due(row: Row, party: Row) -> None:
    """The due date follows the payment terms unless it was given."""
    row.setdefault("payment_terms", party.get("payment_terms", 0))
    terms = row["payment_terms"]
    days = terms if isinstance(terms, int) and 0 <= terms < 10_000 else 0
    row.setdefault("payment_terms_label", TERMS.get(terms, f"Net {terms}"))
    row.setdefault("due_date", (date.fromisoformat(row["date"]) + timedelta(days=days)).isoformat())


def _number(call: Call, held: Documents, body: dict[str, Any]) -> str | None:
    given = body.get(held.kind.number_key)
    ignored = call.query.get("ignore_auto_number_generation") == "true"
    if given in (None, ""):
        if ignored:
            raise BooksRefusal(4, name=held.kind.number_key)
        return None
    if not ignored:
        code = call.world.switches.number("books.number_while_auto_code")
        raise BooksRefusal(code, message="The number is generated automatically.", status=400)
    return _free(held, given)


def _free(held: Documents, number: Any) -> str:
    if not isinstance(number, str) or len(number) > 100:
        raise BooksRefusal(4, name=held.kind.number_key)
    if held.numbers.find(number):
        code, message = held.kind.taken
        raise BooksRefusal(code, message=message, status=400)
    return number
