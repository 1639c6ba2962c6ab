"""Documents as Books shows them (zoho-books-api §6.3): rows of lists without lines, and the whole."""

from __future__ import annotations

from typing import Any

from core.sandbox.books.documents.kinds import Kind
from core.sandbox.books.documents.store import balance_of
from core.sandbox.books.documents.write import today_of
from core.sandbox.books.render import ADDRESS_KEYS, escaped, show_custom
from core.sandbox.clock import books_time
from core.sandbox.http import Call
from core.sandbox.sources import Row

SHOWN_ADDRESS = [key for key in ADDRESS_KEYS if key != "address_id"]


def status_of(call: Call, kind: Kind, row: Row) -> str:
    """The status that is shown: some follow from dates and payments (§6.2)."""
    status: str = row["status"]
    if kind.entity == "estimate" and status == "sent" and (row.get("expiry_date") or "9") < today_of(call):
        return "expired"
    if kind.entity != "invoice" or status != "sent":
        return status
    balance = balance_of(row)
    if balance <= 0 and row["total"] > 0:
        return "paid"
    if (row.get("due_date") or "9") < today_of(call):
        return "overdue"
    return "partially_paid" if row.get("payments") else "sent"


def show_row(call: Call, kind: Kind, row: Row) -> dict[str, Any]:
    """What lists and details share."""
    org = call.world.books
    currency = org.currency(currency_id=row["currency_id"]) or org.currencies[0]
    party = org.contacts.get(row[kind.party_key]) or {}
    name = party.get("contact_name", "")
    shown = {
        kind.id_key: row[kind.id_key], kind.number_key: row[kind.number_key], kind.party_key: row[kind.party_key],
        f"{kind.party}_name": name, "company_name": party.get("company_name", ""), "status": status_of(call, kind, row),
        "reference_number": row.get("reference_number", ""), "date": row["date"],
        "currency_id": row["currency_id"], "currency_code": currency["currency_code"],
        "currency_symbol": currency["currency_symbol"], "exchange_rate": rate_of(call, row),
        "total": row["total"], "has_attachment": False, "is_emailed": bool(row.get("is_emailed")),
        "is_viewed_by_client": False, "client_viewed_time": "", "salesperson_id": row.get("salesperson_id", ""),
        "salesperson_name": row.get("salesperson_name", ""), "tags": [], "location_id": "", "location_name": "",
        "created_time": books_time(row["created_time"]),
        "last_modified_time": books_time(row["last_modified_time"]),
        **{key: row.get(key, "") for key in kind.dates},
        **show_custom(org.fields_of(kind.entity), row.get("custom_values") or {}),
    }  # fmt: skip
    if kind.crm_filter:
        shown |= {key: row.get(key, "") for key in ("zcrm_potential_id", "zcrm_potential_name")}
    if kind.entity == "estimate":
        shown |= {"accepted_date": row.get("accepted_date", ""), "declined_date": row.get("declined_date", "")}
    if kind.entity == "invoice":
        paid = row.get("payments") or []
        shown |= {
            "balance": balance_of(row), "payment_made": float(sum(each["amount_applied"] for each in paid)),
            "write_off_amount": 0.0, "payment_expected_date": "", "last_payment_date": paid[-1]["date"] if paid else "",
        }  # fmt: skip
    return escaped(shown) if call.world.switches.on("books.escape_html") else shown


def show(call: Call, kind: Kind, row: Row) -> dict[str, Any]:
    """The whole document."""
    org = call.world.books
    currency = org.currency(currency_id=row["currency_id"]) or org.currencies[0]
    party = org.contacts.get(row[kind.party_key]) or {}
    rate = rate_of(call, row)
    shown = show_row(call, kind, row) | {
        "price_precision": currency["price_precision"], "discount_type": row["discount_type"],
        "is_discount_before_tax": row["is_discount_before_tax"], "is_inclusive_tax": row["is_inclusive_tax"],
        "discount": row.get("discount", 0.0), "discount_total": row["discount_total"],
        "line_items": [_line(call, each, rate) for each in row["line_items"]],
        "shipping_charge": row.get("shipping_charge", 0.0), "adjustment": row.get("adjustment", 0.0),
        "adjustment_description": row.get("adjustment_description", ""), "sub_total": row["sub_total"],
        "tax_total": row["tax_total"], "taxes": row["taxes"], "bcy_total": round(row["total"] * rate, 2),
        "notes": row.get("notes", ""), "terms": row.get("terms", ""), "template_id": row.get("template_id", ""),
        "template_name": "", "contact_persons": [], "contact_persons_associated": [],
        **{name: _address(row.get(name) or {}) for name in ("billing_address", "shipping_address")},
        **{name: row.get(name, "") for name in kind.extra},
        "customer_custom_fields": show_custom(org.fields_of("contact"), party.get("custom_values") or {})[
            "custom_fields"],
    }  # fmt: skip
    if kind.entity in ("estimate", "salesorder"):
        shown["invoice_ids"] = list(row.get("invoice_ids") or ())
    if kind.entity == "invoice":
        credited = float(sum(each["amount_applied"] for each in row.get("credits") or ()))
        owed = org.ledger.receivable(row["customer_id"])[0]
        shown |= {"credits_applied": credited, "contact": {"customer_balance": owed,
                  "credit_limit": party.get("credit_limit") or 0.0,
                  "unused_customer_credits": org.ledger.credits(row["customer_id"])}}  # fmt: skip
        shown["estimate_id"] = row.get("estimate_id") or row.get("invoiced_estimate_id") or ""
        shown["allow_partial_payments"] = bool(row.get("allow_partial_payments"))
        shown["payment_terms"] = row.get("payment_terms", 0)
    return escaped(shown) if call.world.switches.on("books.escape_html") else shown


def rate_of(call: Call, row: Row) -> float:
    """The document's exchange rate: its own, else the currency's."""
    currency = call.world.books.currency(currency_id=row["currency_id"]) or {"exchange_rate": 1.0}
    return float(row.get("exchange_rate") or currency["exchange_rate"] or 1.0)


def _line(call: Call, line: Row, rate: float) -> dict[str, Any]:
    tax = next((each for each in call.world.books.taxes if each["tax_id"] == line["tax_id"]), None)
    discount = line.get("discount", 0.0)
    amount = discount if isinstance(discount, (int, float)) else line["quantity"] * line["rate"] - line["item_total"]
    taxes = [] if tax is None else [
        {"tax_id": tax["tax_id"], "tax_name": f"{tax['tax_name']} ({tax['tax_percentage']}%)",
         "tax_amount": round(line["item_total"] * tax["tax_percentage"] / 100, 2)}
    ]  # fmt: skip
    return {
        **{key: line[key] for key in ("line_item_id", "item_id", "name", "description", "item_order", "rate",
                                      "quantity", "unit", "tax_id", "item_total", "line_item_category")},
        "bcy_rate": round(line["rate"] * rate, 2), "discount": discount, "discount_amount": round(float(amount), 2),
        "tax_name": tax["tax_name"] if tax else "", "tax_type": tax["tax_type"] if tax else "",
        "tax_percentage": tax["tax_percentage"] if tax else 0, "line_item_taxes": taxes, "tags": [],
        "product_type": line.get("product_type", "goods"), "location_id": "", "location_name": "",
    }  # fmt: skip


def _address(address: Row) -> dict[str, Any]:
    return {key: address.get(key, "") for key in SHOWN_ADDRESS}
