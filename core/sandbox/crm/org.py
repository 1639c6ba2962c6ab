"""The organisation, its currencies and its users (zoho-crm-api §2, §3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.sandbox.clock import crm_time, start_of
from core.sandbox.crm.common import check_id, check_version, number_param
from core.sandbox.crm.state import User
from core.sandbox.http import Call, Reply, endpoint

CRM = "/crm/{version}"
YEN = {"name": "Japanese Yen", "iso_code": "JPY", "symbol": "¥"}
TYPES: dict[str, Callable[[User, User], bool]] = {
    "CurrentUser": lambda user, me: user.id == me.id,
    "ActiveUsers": lambda user, me: user.status == "active",
    "AllUsers": lambda user, me: True,
    "AllActiveUsers": lambda user, me: user.status == "active",
    "ActiveConfirmedUsers": lambda user, me: user.status == "active",
    "ConfirmedUsers": lambda user, me: user.status == "active",
    "AdminUsers": lambda user, me: user.profile == "Administrator",
    "ActiveConfirmedAdmins": lambda user, me: user.profile == "Administrator" and user.status == "active",
}
"""The `type` values that find somebody here; the others find nobody (204)."""


def _nobody(user: User, me: User) -> bool:
    return False


@endpoint("GET", f"{CRM}/org", scope="org.READ", doc="The organisation, with its edition and licence")
def organisation(call: Call) -> Reply:
    """One object in a list."""
    check_version(call)
    org = call.world.crm
    free = org.edition == "free"
    base = next((each for each in org.currencies if each["is_base"]), YEN)
    shown = {
        "id": f"{org.me.id[:7]}000000000001", "zgid": org.org_id, "domain_name": f"org{org.org_id}",
        "company_name": org.company,
        "alias": None, "primary_email": org.me.email, "primary_zuid": org.org_id + "1", "phone": "03-0000-0000",
        "mobile": None,
        "fax": None, "website": "https://kakehashi.example.jp", "employee_count": "120", "street": None,
        "city": "千代田区",
        "state": "東京都", "zip": "100-0001", "country": "Japan", "country_code": "JP", "time_zone": "Asia/Tokyo",
        "type": "production", "created_time": crm_time(start_of(call.world.seed) - 6 * 365 * 86_400),
        "currency": f"{base['name']} - {base['iso_code']}", "iso_code": base["iso_code"],
        "currency_symbol": base["symbol"], "currency_locale": "ja_JP",
        "mc_status": len(org.currencies) > 1, "privacy_settings": False, "hipaa_compliance_enabled": False,
        "lite_users_enabled": False,
        "translation_enabled": False, "gapps_enabled": False, "deletable_org_account": True,
        "hierarchy_preferences": {"type": "Role_Hierarchy", "strictly_reporting": False}, "photo_id": None,
        "zia_portal_id": None, "max_per_page": 200,
        "license_details": {
            "paid": not free, "paid_type": org.edition, "paid_expiry": None, "trial_type": None, "trial_expiry": None,
            "trial_action": None, "users_license_purchased": len(org.users), "portal_users_license_purchased": 0,
        },
    }  # fmt: skip
    return Reply(200, {"org": [shown]})


@endpoint(
    "GET", f"{CRM}/org/currencies", scope="settings.currencies.READ", doc="Currencies; the base one and the others"
)
def currencies(call: Call) -> Reply:
    """Multi-currency is on in this organisation."""
    check_version(call)
    return Reply(200, {"currencies": call.world.crm.currencies}) if call.world.crm.currencies else Reply(204)


@endpoint("GET", f"{CRM}/users", scope="users.READ", doc="Users, by type")
def users(call: Call) -> Reply:
    """204 when nobody is of that type."""
    check_version(call)
    org = call.world.crm
    of_type = TYPES.get(call.query.get("type", "AllUsers"), _nobody)
    found = [user for user in org.users if of_type(user, org.me)]
    per_page, page = number_param(call, "per_page", 200, 200), number_param(call, "page", 1, 1_000)
    shown = found[(page - 1) * per_page : page * per_page]
    if not shown:
        return Reply(204)
    info = {"per_page": per_page, "count": len(shown), "page": page, "more_records": len(found) > page * per_page}
    return Reply(200, {"users": [_show(call, user) for user in shown], "info": info})


@endpoint("GET", f"{CRM}/users/{{id}}", scope="users.READ", doc="One user")
def user(call: Call) -> Reply:
    """204 for an unknown id."""
    check_version(call)
    found = call.world.crm.user(check_id(call.params["id"], 1))
    return Reply(200, {"users": [_show(call, found)]}) if found else Reply(204)


def _show(call: Call, user: User) -> dict[str, Any]:
    """`Modified_By` and `Modified_Time` are spelt so (§3)."""
    me, born = call.world.crm.me, crm_time(start_of(call.world.seed) - 5 * 365 * 86_400)
    profile = {"name": user.profile, "id": f"{user.id[:-3]}9{'01' if user.profile == 'Administrator' else '02'}"}
    return {
        "id": user.id, "full_name": user.full_name, "first_name": user.first_name, "last_name": user.last_name,
        "email": user.email, "role": {"name": "CEO", "id": f"{user.id[:-3]}801"}, "profile": profile,
        "status": user.status,
        "confirm": True, "zuid": call.world.crm.org_id + user.id[-1], "time_zone": "Asia/Tokyo", "locale": "ja_JP",
        "language": "ja_JP", "country_locale": "ja_JP", "date_format": "yyyy/MM/dd", "time_format": "HH:mm",
        "decimal_separator": "Period", "number_separator": "Comma", "type__s": "Regular User",
        "created_by": {"name": me.full_name, "id": me.id}, "created_time": born,
        "Modified_By": {"name": me.full_name, "id": me.id}, "Modified_Time": born,
    }  # fmt: skip
