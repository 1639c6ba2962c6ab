"""Rows of documents: reading them from a write, storing them, and the totals (zoho-crm-inventory-modules §3)."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core.sandbox.crm.catalogue import Field
from core.sandbox.crm.errors import Result, error
from core.sandbox.crm.state import Records
from core.sandbox.http import Call
from core.sandbox.sources import Row
from core.sandbox.world.products import FOREIGN_TAX, REDUCED_TAX, STANDARD_TAX

MOST_ROWS = 200
TAXES = (STANDARD_TAX, REDUCED_TAX, FOREIGN_TAX)
PERCENT = re.compile(r"^\d+(\.\d+)?%$")
NUMBERS = ("Quantity", "List_Price", "Discount")
PRECISION = {"JPY": Decimal("1")}
CENT = Decimal("0.01")


def read_rows(
    call: Call, field: Field, value: Any, old: Row | None, path: str
) -> tuple[list[Row] | None, list[Result]]:
    """The rows that a document will have, and what is wrong with those sent.

    A row with an id changes that row, one with `_delete` takes it away, one without an id is added; rows that are not
    named stay. Rows that are new have no `id` yet.
    """
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return None, [_wrong("INVALID_DATA", path, field.api_name, expected_data_type="jsonarray")]
    table = call.world.crm.records[field.lookup].table
    held = {row_id: table.get(row_id) or {} for row_id in (old or {}).get(field.api_name, ())}
    if not value:
        if old is None or call.world.switches.text("crm.empty_subform") == "refused":
            return None, [_wrong("MANDATORY_NOT_FOUND", path, field.api_name)]
        return [], []
    errors: list[Result] = []
    for place, each in enumerate(value):
        where = f"{path}[{place}]"
        row_id = each.get("id")
        if row_id is not None and str(row_id) not in held:
            errors.append(_wrong("INVALID_DATA", f"{where}.id", "id"))
        elif "_delete" in each and row_id is not None:
            del held[str(row_id)]
        else:
            key = str(row_id) if row_id is not None else f"new {place}"
            row, wrong = _row(call, each, held.get(key, {}), where)
            held[key] = row
            errors += wrong
    if len(held) > MOST_ROWS:
        errors.append(_wrong("LIMIT_EXCEEDED", path, field.api_name, limit=MOST_ROWS))
    return list(held.values()), errors


def _row(call: Call, given: dict[str, Any], old: Row, where: str) -> tuple[Row, list[Result]]:
    row, errors = dict(old), list[Result]()
    if "Product_Name" in given or not old:
        named = given.get("Product_Name")
        product = named.get("id") if isinstance(named, dict) else named
        if not product:
            errors.append(_wrong("MANDATORY_NOT_FOUND", f"{where}.Product_Name.id", "Product_Name"))
        elif not isinstance(product, str) or product not in call.world.crm.records["Products"].table:
            errors.append(_wrong("INVALID_DATA", f"{where}.Product_Name.id", "id"))
        else:
            row["Product_Name"] = product
    for name in NUMBERS:
        value = given.get(name)
        if value is None:
            continue
        if name == "Discount" and isinstance(value, str) and PERCENT.match(value):
            row[name] = value
        elif isinstance(value, bool) or not isinstance(value, (int, float)):
            try:
                row[name] = float(value) if isinstance(value, str) else float("x")
            except ValueError:
                errors.append(_wrong("INVALID_DATA", f"{where}.{name}", name, expected_data_type="double"))
        else:
            row[name] = value
    if given.get("Description") is not None:
        row["Description"] = str(given["Description"])
    if given.get("Line_Tax") is not None:
        row["Line_Tax"], wrong = read_taxes(call, given["Line_Tax"], f"{where}.Line_Tax")
        errors += wrong
    return row, errors


def read_taxes(call: Call, value: Any, where: str) -> tuple[list[dict[str, Any]], list[Result]]:
    """Taxes of a row or of a document: name and percentage. Of an unknown name the switch crm.unknown_tax decides."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return [], [_wrong("INVALID_DATA", where, "Line_Tax", expected_data_type="jsonarray")]
    taken: list[dict[str, Any]] = []
    errors: list[Result] = []
    for place, each in enumerate(value):
        name, rate = each.get("name"), each.get("percentage", 0)
        if isinstance(rate, bool) or not isinstance(rate, (int, float)):
            errors.append(_wrong("INVALID_DATA", f"{where}[{place}].percentage", "percentage"))
        elif name in TAXES:
            taken.append({"name": name, "percentage": rate})
        elif call.world.switches.text("crm.unknown_tax") == "refused":
            errors.append(_wrong("INVALID_DATA", f"{where}[{place}].name", "name", supported_values=list(TAXES)))
    return taken, errors


def store_rows(call: Call, records: Records, new: Row, old: Row | None) -> None:
    """Write the rows of a document into their own module, and leave their ids in it."""
    name = records.module.subform
    rows = new.get(name)
    if rows is None or (rows and isinstance(rows[0], str)):
        return
    table = call.world.crm.records[name].table
    kept = []
    for row in rows:
        row.setdefault("id", call.world.crm.ids.take())
        before = table.get(row["id"])
        stored = total_row(call, row, new.get("Currency", "JPY")) | {"Parent_Id": new["id"]}
        stored |= {"Created_Time": (before or {}).get("Created_Time", call.now), "Modified_Time": call.now}
        table.put(stored)
        kept.append(row["id"])
    for gone in set((old or {}).get(name) or ()) - set(kept):
        table.remove(gone)
    new[name] = kept


def total_row(call: Call, row: Row, currency: str) -> Row:
    """A row with what is computed. Without a price it has its product's, without a quantity it is one."""
    product = call.world.crm.records["Products"].table.get(row["Product_Name"]) or {}
    row = {"Quantity": 1, "List_Price": product.get("Unit_Price", 0), **row}
    total = _d(row["Quantity"]) * _d(row["List_Price"])
    discount = row.get("Discount", 0)
    off = total * _d(discount[:-1]) / 100 if isinstance(discount, str) else _d(discount)
    after = total - off
    taxes = [
        each | {"value": _money(after * _d(each["percentage"]) / 100, currency)} for each in row.get("Line_Tax", ())
    ]
    tax = sum((_d(each["value"]) for each in taxes), Decimal(0))
    return row | {
        "Discount": _money(off, currency), "Line_Tax": taxes, "Tax": _money(tax, currency),
        "Total": _money(total, currency), "Total_After_Discount": _money(after, currency),
        "Net_Total": _money(after + tax, currency),
    }  # fmt: skip


def total_document(call: Call, records: Records, new: Row) -> None:
    """Sub_Total, Tax and Grand_Total of a document from its rows and its header (§3.5)."""
    currency, table = new.get("Currency", "JPY"), call.world.crm.records[records.module.subform].table
    rows = [table.get(row_id) or {} for row_id in new.get(records.module.subform, ())]
    sub = sum((_d(row.get("Net_Total", 0)) for row in rows), Decimal(0))
    base = sub - _d(new.get("Discount", 0))
    if new.get("$line_tax") is not None:
        taxes = [each | {"value": _money(base * _d(each["percentage"]) / 100, currency)} for each in new["$line_tax"]]
        new["$line_tax"], new["Tax"] = taxes, _money(sum((_d(each["value"]) for each in taxes), Decimal(0)), currency)
    new["Sub_Total"] = _money(sub, currency)
    new["Grand_Total"] = _money(base + _d(new.get("Tax", 0)) + _d(new.get("Adjustment", 0)), currency)


def _d(value: Any) -> Decimal:
    return Decimal(str(value))


def _money(amount: Decimal, currency: str) -> float:
    return float(amount.quantize(PRECISION.get(currency, CENT), ROUND_HALF_UP))


def _wrong(code: str, path: str, name: str, **details: Any) -> Result:
    return error(code, {"api_name": name, "json_path": path, **details})
