"""Lines and totals of documents (zoho-books-api §6.3), in decimals, rounded half up to the currency's precision."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core.sandbox.books.check import check_lengths
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.http import Call
from core.sandbox.sources import Row

LIMITS = {"name": 100, "description": 2_000, "unit": 100}
CATEGORIES = ("line_item", "header", "subtotal")
PERCENT = re.compile(r"^\d+(\.\d+)?%$")
NUMBERS = ("rate", "quantity")
MOST = 1e15


def read_lines(call: Call, given: Any, old: list[Row], *, needs_item: bool) -> list[Row]:
    """The lines that a document will have. A line that is not sent is gone; `line_item_id` keeps a known one."""
    if not isinstance(given, list) or not given:
        raise BooksRefusal(4, name="line_items")
    known = {each["line_item_id"]: each for each in old}
    return [_line(call, each, known, place, needs_item=needs_item) for place, each in enumerate(given)]


def _line(call: Call, given: Any, known: dict[str, Row], place: int, *, needs_item: bool) -> Row:
    if not isinstance(given, dict):
        raise BooksRefusal(4, name="line_items")
    check_lengths(call, given, LIMITS)
    org, old = call.world.books, known.get(str(given.get("line_item_id")), {})
    item = None
    if given.get("item_id") not in (None, ""):
        item = org.items.get(str(given["item_id"]))
        if item is None:
            raise BooksRefusal(1002, name="Item")
    category = given.get("line_item_category", "line_item")
    if category not in CATEGORIES:
        raise BooksRefusal(4, name="line_item_category")
    row: Row = {"item_id": "", "description": "", "unit": "", "quantity": 1.0, "rate": 0.0, "tax_id": ""} | old
    if item is not None:
        row |= {"item_id": item["item_id"], "name": item["name"], "rate": item["rate"], "unit": item.get("unit", "")}
        row["description"] = item.get("description", "")
    row |= {name: given[name] for name in LIMITS if isinstance(given.get(name), str)}
    row |= {name: _number(given, name) for name in NUMBERS if given.get(name) is not None}
    if given.get("discount") is not None:
        row["discount"] = read_discount(given["discount"])
    if "tax_id" in given:
        row["tax_id"] = _tax(call, given["tax_id"])
    if needs_item and not row["item_id"]:
        raise BooksRefusal(4, name="item_id")
    if not row["item_id"] and not row.get("name") and not row["description"]:
        raise BooksRefusal(4, name="name")
    return row | {
        "line_item_id": old.get("line_item_id") or org.ids.take(), "item_order": place, "line_item_category": category,
        "name": row.get("name", ""),
    }  # fmt: skip


def read_discount(value: Any) -> float | str:
    """A number, or a percentage as text."""
    if isinstance(value, str) and PERCENT.match(value):
        return value
    if value in (None, ""):
        return 0.0
    return _number({"discount": value}, "discount")


def _number(given: dict[str, Any], name: str) -> float:
    value = given[name]
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise BooksRefusal(4, name=name) from None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < MOST:
        raise BooksRefusal(4, name=name)
    return float(value)


def read_number(given: dict[str, Any], name: str) -> float:
    """A number of the document itself; code 4 otherwise."""
    return 0.0 if given[name] in (None, "") else _number(given, name)


def _tax(call: Call, tax_id: Any) -> str:
    if tax_id in (None, ""):
        return ""
    if all(each["tax_id"] != str(tax_id) for each in call.world.books.taxes):
        raise BooksRefusal(4, name="tax_id")
    return str(tax_id)


def total(call: Call, row: Row) -> Row:
    """The document with its totals. Header lines and subtotals count nothing."""
    org = call.world.books
    currency = org.currency(currency_id=row["currency_id"]) or {"price_precision": 2}
    unit = Decimal(1).scaleb(-int(currency["price_precision"]))
    taxes = {each["tax_id"]: each for each in org.taxes}
    lines, by_tax = [], dict[str, Decimal]()
    counted = [each for each in row["line_items"] if each["line_item_category"] == "line_item"]
    gross = {each["line_item_id"]: _d(each["quantity"]) * _d(each["rate"]) for each in counted}
    sub = sum((_net(each, gross[each["line_item_id"]]) for each in counted), Decimal(0))
    discount = (
        _off(row.get("discount", 0), sub) if row.get("discount_type", "entity_level") == "entity_level" else _d(0)
    )
    share = (sub - discount) / sub if sub and row.get("is_discount_before_tax", True) else Decimal(1)
    for each in row["line_items"]:
        net = _round(_net(each, gross.get(each["line_item_id"], Decimal(0))), unit)
        tax = taxes.get(each["tax_id"])
        if tax is not None:
            taxed = _taxed(net * share, _d(tax["tax_percentage"]), inclusive=bool(row.get("is_inclusive_tax")))
            by_tax[tax["tax_id"]] = by_tax.get(tax["tax_id"], Decimal(0)) + taxed
        lines.append(each | {"item_total": float(net)})
    told = [
        {"tax_id": tax_id, "tax_name": taxes[tax_id]["tax_name"], "tax_amount": float(_round(amount, unit))}
        for tax_id, amount in by_tax.items()
    ]
    tax_total = sum((_d(each["tax_amount"]) for each in told), Decimal(0))
    whole = sub - discount + _d(row.get("shipping_charge", 0)) + _d(row.get("adjustment", 0))
    if not row.get("is_inclusive_tax"):
        whole += tax_total
    return row | {
        "line_items": lines, "sub_total": float(_round(sub, unit)), "discount_total": float(_round(discount, unit)),
        "tax_total": float(tax_total), "total": float(_round(whole, unit)), "taxes": told,
    }  # fmt: skip


def _net(line: Row, gross: Decimal) -> Decimal:
    return gross - _off(line.get("discount", 0), gross)


def _off(discount: Any, amount: Decimal) -> Decimal:
    if isinstance(discount, str) and discount.endswith("%"):
        return amount * _d(discount[:-1]) / 100
    return _d(discount or 0)


def _taxed(net: Decimal, rate: Decimal, *, inclusive: bool) -> Decimal:
    return net * rate / (100 + rate) if inclusive else net * rate / 100


def _d(value: Any) -> Decimal:
    return Decimal(str(value))


def _round(amount: Decimal, unit: Decimal) -> Decimal:
    return amount.quantize(unit, ROUND_HALF_UP)
