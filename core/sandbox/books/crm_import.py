"""Importing one CRM record on demand, as Zoho's own integration does (zoho-books-api §7)."""

from __future__ import annotations

from typing import Any

from core.sandbox.books.common import BOOKS, success
from core.sandbox.books.contacts_write import create_contact
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.books.items import create_item
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row

PATH = f"{BOOKS}/crm"


@endpoint("POST", f"{PATH}/account/{{id}}/import", scope="contacts.CREATE", doc="Import a CRM account as a customer")
def account(call: Call) -> Reply:
    """Needs the native integration in a mode with accounts."""
    _mode(call, call.world.books.preferences["native_customers"] in ("accounts", "accounts_contacts"))
    row = _crm(call, "Accounts")
    body = {"contact_name": row["Account_Name"], "company_name": row["Account_Name"], "website": row.get("Website", ""),
            "billing_address": _address(row, "Billing_", "Code", phone="Phone"),
            "shipping_address": _address(row, "Shipping_", "Code")}  # fmt: skip
    return _contact(call, "zcrm_account_id", body)


@endpoint("POST", f"{PATH}/contact/{{id}}/import", scope="contacts.CREATE", doc="Import a CRM contact as a customer")
def contact(call: Call) -> Reply:
    """Needs the contacts mode, or accounts with their contacts and those that have no account."""
    wish = call.world.books.preferences
    alone = wish["native_customers"] == "accounts_contacts" and wish["native_unassociated"]
    _mode(call, wish["native_customers"] == "contacts" or bool(alone))
    row = _crm(call, "Contacts")
    name = " ".join(part for part in (row.get("First_Name"), row["Last_Name"]) if part)
    person = {"first_name": row.get("First_Name") or row["Last_Name"], "last_name": row["Last_Name"],
              "email": row.get("Email", ""), "phone": row.get("Phone", "")}  # fmt: skip
    body = {"contact_name": name, "customer_sub_type": "individual", "contact_persons": [person],
            "billing_address": _address(row, "Mailing_", "Zip")}  # fmt: skip
    return _contact(call, "zcrm_contact_id", body)


@endpoint("POST", f"{PATH}/vendor/{{id}}/import", scope="contacts.CREATE", doc="Import a CRM vendor")
def vendor(call: Call) -> Reply:
    """Needs the vendors of the native integration."""
    _mode(call, bool(call.world.books.preferences["native_vendors"]))
    row = _crm(call, "Vendors")
    person = {"first_name": row["Vendor_Name"], "email": row.get("Email", ""), "phone": row.get("Phone", "")}
    body = {"contact_name": row["Vendor_Name"], "contact_type": "vendor", "contact_persons": [person],
            "billing_address": _address(row, "", "Zip_Code")}  # fmt: skip
    return _contact(call, "zcrm_vendor_id", body)


@endpoint("POST", f"{PATH}/item/{{id}}/import", scope="settings.CREATE", doc="Import a CRM product as an item")
def item(call: Call) -> Reply:
    """Needs the products of the native integration."""
    _mode(call, bool(call.world.books.preferences["native_items"]))
    row, org = _crm(call, "Products"), call.world.books
    for each in org.items.rows() if _same(call) else ():
        if each.get("zcrm_product_id") == row["id"]:
            return success(data={"item_id": each["item_id"]})
    body = {"name": row["Product_Name"], "rate": row.get("Unit_Price", 0), "sku": row.get("Product_Code", ""),
            "description": row.get("Description", ""), "unit": row.get("Usage_Unit", "")}  # fmt: skip
    made = create_item(call, body, zcrm_product_id=row["id"], source="crm")
    return success(data={"item_id": made["item_id"]})


def _contact(call: Call, key: str, body: dict[str, Any]) -> Reply:
    held = call.world.books.zcrm.find((key, call.params["id"])) if _same(call) else []
    if held:
        return success(data={"contact_id": held[0]})
    made = create_contact(call, body, **{key: call.params["id"]}, source="crm")
    return success(data={"contact_id": made["contact_id"]})


def _same(call: Call) -> bool:
    return call.world.switches.text("books.import_again") == "same"


def _mode(call: Call, ready: bool) -> None:
    """The refusal's code is INVENTED (switch)."""
    if not ready:
        code = call.world.switches.number("books.import_refused_code")
        raise BooksRefusal(code, message="The integration with Zoho CRM does not cover this.", status=400)


def _crm(call: Call, module: str) -> Row:
    row = call.world.crm.records[module].table.get(call.params["id"])
    if row is None:
        raise BooksRefusal(1002, name="Record")
    return row


def _address(row: Row, prefix: str, code: str, *, phone: str = "") -> dict[str, Any]:
    keys = {"address": "Street", "city": "City", "state": "State", "zip": code, "country": "Country"}
    found = {name: row[prefix + key] for name, key in keys.items() if row.get(prefix + key)}
    return found | ({"phone": row[phone]} if phone and row.get(phone) else {})
