"""Taxes and currencies, read and written (zoho-books-api §3.2, §3.3)."""

from __future__ import annotations

import re
from typing import Any

from core.sandbox.books.common import BOOKS, body_of, paged, success
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.http import Call, Reply, endpoint

TAXES, CURRENCIES = f"{BOOKS}/settings/taxes", f"{BOOKS}/settings/currencies"
TYPES = ("tax", "compound_tax", "tax_group")
CODE = re.compile(r"^[A-Z]{3}$")


@endpoint("GET", TAXES, scope="settings.READ", doc="Taxes; none while sales tax is off (switch)")
def taxes(call: Call) -> Reply:
    """Both rates of the Japanese consumption tax, and what was made since."""
    return paged(call, "taxes", call.world.books.taxes if _enabled(call) else [])


@endpoint("GET", f"{TAXES}/{{id}}", scope="settings.READ", doc="One tax")
def tax(call: Call) -> Reply:
    """404/1002 for an unknown id."""
    return success(tax=_find(call))


@endpoint("POST", TAXES, scope="settings.CREATE", doc="Make a tax")
def create_tax(call: Call) -> Reply:
    """110817 while sales tax is off."""
    if not _enabled(call):
        raise BooksRefusal(110817, message="Sales Tax must be enabled first.", status=400)
    org = call.world.books
    made = {"tax_id": org.ids.take(), "tax_type": "tax", **_tax_values(call, None)}
    for key in ("tax_name", "tax_percentage"):
        if key not in made:
            raise BooksRefusal(4, name=key)
    org.taxes.append(_whole(made))
    return success(201, "The tax has been added.", tax=org.taxes[-1])


@endpoint("PUT", f"{TAXES}/{{id}}", scope="settings.UPDATE", doc="Change a tax")
def update_tax(call: Call) -> Reply:
    """Keys that are not sent stay."""
    found = _find(call)
    found |= _tax_values(call, found)
    return success(message="Tax information has been saved.", tax=found)


@endpoint("DELETE", f"{TAXES}/{{id}}", scope="settings.DELETE", doc="Delete a tax")
def delete_tax(call: Call) -> Reply:
    """Documents that have it keep it."""
    call.world.books.taxes.remove(_find(call))
    return success(message="The record has been deleted.")


@endpoint("POST", CURRENCIES, scope="settings.CREATE", doc="Add a currency")
def create_currency(call: Call) -> Reply:
    """A code is there once."""
    org, body = call.world.books, body_of(call)
    code = body.get("currency_code")
    if not isinstance(code, str) or not CODE.match(code):
        raise BooksRefusal(4, name="currency_code")
    if org.currency(currency_code=code) is not None:
        raise BooksRefusal(1001, name="currency")
    made = {
        "currency_id": org.ids.take(), "currency_code": code, "currency_name": code, "currency_symbol": code,
        "price_precision": 2, "currency_format": "###,##0.00", "is_base_currency": False, "exchange_rate": 0.0,
        "effective_date": "",
    } | _currency_values(body)  # fmt: skip
    org.currencies.append(made)
    return success(201, "The currency has been added.", currency=made)


@endpoint("PUT", f"{CURRENCIES}/{{id}}", scope="settings.UPDATE", doc="Change a currency's symbol, format or precision")
def update_currency(call: Call) -> Reply:
    """The code stays."""
    found = _currency(call)
    found |= _currency_values(body_of(call))
    return success(message="Currency information has been saved.", currency=found)


@endpoint("DELETE", f"{CURRENCIES}/{{id}}", scope="settings.DELETE", doc="Delete a currency")
def delete_currency(call: Call) -> Reply:
    """Not the base one, nor one that a contact has (the code is INVENTED)."""
    org, found = call.world.books, _currency(call)
    used = any(row["currency_id"] == found["currency_id"] for row in org.contacts.rows())
    if found["is_base_currency"] or used:
        raise BooksRefusal(4, message="Currencies that are in use cannot be deleted.", status=400)
    org.currencies.remove(found)
    return success(message="The currency has been deleted.")


@endpoint("GET", f"{CURRENCIES}/{{id}}/exchangerates", scope="settings.READ", doc="Exchange rates of a currency")
def rates(call: Call) -> Reply:
    """The present one, then those that were added, newest first."""
    found = _currency(call)
    return paged(
        call, "exchange_rates", [*reversed(call.world.books.rates.get(found["currency_id"], [])), _rate(found)]
    )


@endpoint("POST", f"{CURRENCIES}/{{id}}/exchangerates", scope="settings.CREATE", doc="Add an exchange rate")
def add_rate(call: Call) -> Reply:
    """It holds from `effective_date` on."""
    found, body = _currency(call), body_of(call)
    rate = body.get("rate")
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or rate <= 0:
        raise BooksRefusal(4, name="rate")
    made = _rate(found) | {"exchange_rate_id": call.world.books.ids.take(), "rate": float(rate),
                           "effective_date": str(body.get("effective_date", ""))}  # fmt: skip
    call.world.books.rates.setdefault(found["currency_id"], []).append(made)
    found["exchange_rate"] = float(rate)
    return success(201, "The exchange rate has been added.", exchange_rate=made)


def _rate(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "exchange_rate_id": found["currency_id"], "currency_id": found["currency_id"],
        "currency_code": found["currency_code"], "effective_date": found["effective_date"],
        "rate": found["exchange_rate"],
    }  # fmt: skip


def _enabled(call: Call) -> bool:
    return call.world.switches.on("books.sales_tax")


def _find(call: Call) -> dict[str, Any]:
    for each in call.world.books.taxes:
        if each["tax_id"] == call.params["id"]:
            return each
    raise BooksRefusal(1002, name="Tax")


def _currency(call: Call) -> dict[str, Any]:
    found = call.world.books.currency(currency_id=call.params["id"])
    if found is None:
        raise BooksRefusal(1002, name="Currency")
    return found


def _tax_values(call: Call, old: dict[str, Any] | None) -> dict[str, Any]:
    body = body_of(call)
    values: dict[str, Any] = {}
    if "tax_name" in body:
        name = body["tax_name"]
        if not isinstance(name, str) or not name:
            raise BooksRefusal(4, name="tax_name")
        if any(each is not old and each["tax_name"] == name for each in call.world.books.taxes):
            raise BooksRefusal(1001, name="tax")
        values["tax_name"] = name
    if "tax_percentage" in body:
        rate = body["tax_percentage"]
        if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 <= rate <= 100:
            raise BooksRefusal(4, name="tax_percentage")
        values["tax_percentage"] = rate
    if body.get("tax_type", "tax") not in TYPES:
        raise BooksRefusal(4, name="tax_type")
    return values | ({"tax_type": body["tax_type"]} if "tax_type" in body else {})


def _whole(made: dict[str, Any]) -> dict[str, Any]:
    return made | {
        "tax_specific_type": "", "tax_authority_id": "", "tax_authority_name": "", "is_value_added": False,
        "is_default_tax": False, "is_editable": True, "status": "Active",
    }  # fmt: skip


def make_taxes(ids: list[str]) -> list[dict[str, Any]]:
    """The taxes that an organisation starts with."""
    rows = (("消費税", 10), ("軽減税率", 8))
    return [
        _whole({"tax_id": tax_id, "tax_name": name, "tax_percentage": rate, "tax_type": "tax"})
        | {"is_default_tax": rate == 10}
        for tax_id, (name, rate) in zip(ids, rows, strict=True)
    ]


def _currency_values(body: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, kind in (
        ("currency_symbol", str),
        ("currency_name", str),
        ("currency_format", str),
        ("price_precision", int),
    ):
        if key in body:
            if isinstance(body[key], bool) or not isinstance(body[key], kind):
                raise BooksRefusal(4, name=key)
            values[key] = body[key]
    return values
