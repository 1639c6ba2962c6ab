"""Organisations, currencies, taxes and users (zoho-books-api §3.1 to §3.4)."""

from __future__ import annotations

from typing import Any

from core.sandbox.books.common import BOOKS, paged, success
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.http import Call, Reply, endpoint

PLAN_TYPES = {"FREE": 110, "STANDARD": 120, "PROFESSIONAL": 130, "PREMIUM": 140, "ULTIMATE": 160}
MODULES = ("estimate", "salesorder", "purchaseorder")


@endpoint("GET", f"{BOOKS}/organizations", scope="settings.READ", org=False, doc="Organisations of the user")
def organizations(call: Call) -> Reply:
    """The one there is; `fiscal_year_start_month` is a number here."""
    return success(organizations=[_organization(call) | {"fiscal_year_start_month": 3}])


@endpoint("GET", f"{BOOKS}/organizations/{{id}}", scope="settings.READ", org=False, doc="One organisation")
def organization(call: Call) -> Reply:
    """`fiscal_year_start_month` is a word here."""
    if call.params["id"] != call.world.books.organization_id:
        raise BooksRefusal(6041, name=call.params["id"])
    detail = {
        "fiscal_year_start_month": "april", "date_format": "yyyy/MM/dd", "field_separator": "/", "user_role": "admin",
        "custom_fields": [], "company_id_label": "", "company_id_value": "", "tax_id_label": "", "tax_id_value": "",
        "address": {"street_address1": "丸の内1-1-1", "street_address2": "", "city": "千代田区", "state": "東京都",
                    "country": "Japan", "zip": "100-0001"},
        **{f"is_{name}_enabled": True for name in MODULES},
    }  # fmt: skip
    return success(organization=_organization(call) | detail)


@endpoint(
    "GET",
    f"{BOOKS}/settings/currencies",
    scope="settings.READ",
    doc="Currencies; filter_by=Currencies.ExcludeBaseCurrency",
)
def currencies(call: Call) -> Reply:
    """The base one is among them."""
    found = call.world.books.currencies
    if call.query.get("filter_by") == "Currencies.ExcludeBaseCurrency":
        found = [each for each in found if not each["is_base_currency"]]
    return paged(call, "currencies", found)


@endpoint("GET", f"{BOOKS}/settings/currencies/{{id}}", scope="settings.READ", doc="One currency")
def currency(call: Call) -> Reply:
    """404/1002 for an unknown id."""
    found = call.world.books.currency(currency_id=call.params["id"])
    if found is None:
        raise BooksRefusal(1002, name="Currency")
    return success(currency=found)


@endpoint("GET", f"{BOOKS}/users", scope="settings.READ", doc="Users")
def users(call: Call) -> Reply:
    """All active."""
    return paged(call, "users", _users(call))


@endpoint("GET", f"{BOOKS}/users/me", scope="settings.READ", doc="Whose token it is")
def me(call: Call) -> Reply:
    """The administrator."""
    return success(user=_users(call)[0])


@endpoint("GET", f"{BOOKS}/users/{{id}}", scope="settings.READ", doc="One user")
def user(call: Call) -> Reply:
    """404/1002 for an unknown id."""
    for each in _users(call):
        if each["user_id"] == call.params["id"]:
            return success(user=each)
    raise BooksRefusal(1002, name="User")


def _users(call: Call) -> list[dict[str, Any]]:
    org_id = call.world.books.organization_id
    shown = []
    for place, person in enumerate(call.world.crm.users):
        email = call.world.books.email if place == 0 else person.email
        shown.append(
            {
                "user_id": f"{org_id}{place + 1:06d}", "role_id": f"{org_id}{place + 101:06d}",
                "name": person.full_name,
                "email": email, "user_role": "admin" if place == 0 else "staff", "status": "active",
                "is_current_user": place == 0, "user_type": "zoho", "photo_url": "",
            }
        )  # fmt: skip
    return shown


def _organization(call: Call) -> dict[str, Any]:
    org = call.world.books
    base = next(each for each in org.currencies if each["is_base_currency"])
    return {
        "organization_id": org.organization_id, "name": org.name, "contact_name": call.world.crm.me.full_name,
        "email": org.email,
        "is_default_org": True, "plan_type": PLAN_TYPES[org.plan], "plan_name": org.plan, "plan_period": "Monthly",
        "language_code": "ja", "account_created_date": "2020-04-01", "time_zone": "Asia/Tokyo", "is_org_active": True,
        "currency_id": base["currency_id"], "currency_code": base["currency_code"],
        "currency_symbol": base["currency_symbol"],
        "currency_format": base["currency_format"], "price_precision": base["price_precision"], "country": "Japan",
        "country_code": "JP", "version": "global", "sales_tax_type": "", "tax_group_enabled": False, "user_status": 1,
    }  # fmt: skip
