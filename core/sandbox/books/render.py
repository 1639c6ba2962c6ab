"""Stored contacts as Books shows them (zoho-books-api §3.6, §4.3): strings are empty when unset, ids are strings."""

from __future__ import annotations

import html
from typing import Any

from core.sandbox.books.state import ZCRM_KEYS, BooksOrg, CustomField
from core.sandbox.clock import books_time
from core.sandbox.sources import Row
from core.sandbox.switches import Switches

ADDRESS_KEYS = (
    "address_id", "attention", "address", "street2", "city", "state_code", "state", "zip", "country", "country_code",
    "phone", "fax",
)  # fmt: skip
PERSON_KEYS = (
    "contact_person_id", "salutation", "first_name", "last_name", "email", "phone", "mobile", "designation",
    "department", "skype",
)  # fmt: skip
TERMS = {0: "Due on Receipt", -2: "Due end of the month", -3: "Due end of next month"}
AMOUNTS = (
    "outstanding_receivable_amount", "outstanding_receivable_amount_bcy", "outstanding_payable_amount",
    "outstanding_payable_amount_bcy", "unused_credits_receivable_amount", "unused_credits_receivable_amount_bcy",
    "unused_credits_payable_amount",
)  # fmt: skip


def primary(row: Row) -> dict[str, Any]:
    """The primary contact person, or nothing."""
    persons = row.get("contact_persons") or []
    return next((each for each in persons if each.get("is_primary_contact")), persons[0] if persons else {})


def show_address(address: dict[str, Any]) -> dict[str, Any]:
    """Every key, empty when unset."""
    return {key: address.get(key, "") for key in ADDRESS_KEYS}


def show_person(person: dict[str, Any]) -> dict[str, Any]:
    """A contact person."""
    return {key: person.get(key, "") for key in PERSON_KEYS} | {
        "is_primary_contact": bool(person.get("is_primary_contact")),
        "is_added_in_portal": False,
        "communication_preference": {"is_sms_enabled": False, "is_whatsapp_enabled": False},
        "zcrm_contact_id": person.get("zcrm_contact_id", ""),
    }


def show_custom(fields: list[CustomField], values: dict[str, Any]) -> dict[str, Any]:
    """`custom_fields`, `custom_field_hash` and the values by api_name; fields without a value are left out."""
    shown: list[dict[str, Any]] = []
    by_name: dict[str, Any] = {}
    for each in fields:
        value = values.get(each.field_id)
        if value in (None, ""):
            continue
        text = str(value)
        shown.append(
            {
                "field_id": each.field_id, "customfield_id": each.field_id, "api_name": each.api_name,
                "placeholder": each.api_name,
                "label": each.label, "index": each.index, "data_type": each.data_type, "value": value,
                "value_formatted": text,
                "is_active": True, "show_on_pdf": False, "show_in_all_pdf": False, "show_in_portal": False,
                "edit_on_portal": False, "search_entity": each.entity, "is_dependent_field": False,
            }
        )  # fmt: skip
        by_name |= {each.api_name: text, f"{each.api_name}_unformatted": value}
    hashed = by_name | {
        f"{name}_formatted": text for name, text in by_name.items() if not name.endswith("_unformatted")
    }
    return {"custom_fields": shown, "custom_field_hash": hashed, **by_name}


class ContactRenderer:
    """Renders contacts of one organisation; made once a request."""

    def __init__(self, org: BooksOrg, switches: Switches) -> None:
        self._org, self._fields = org, org.fields_of("contact")
        self._currencies = {each["currency_id"]: each for each in org.currencies}
        self._list_ids, self._escape = switches.on("books.list_zcrm_ids"), switches.on("books.escape_html")

    def row(self, row: Row) -> dict[str, Any]:
        """A row of a list: no addresses, no persons, as a rule no zcrm ids."""
        shown = self._common(row)
        name = shown["contact_name"]
        shown |= {"customer_name": name, "vendor_name": name, "ach_supported": False, "has_attachment": False}
        shown["outstanding_receivable_amount_formatted"] = f"¥{shown['outstanding_receivable_amount']:,.0f}"
        if self._list_ids:
            shown |= self._crm_ids(row)
        return shown

    def detail(self, row: Row) -> dict[str, Any]:
        """The whole contact."""
        person = primary(row)
        currency = self._currencies[row["currency_id"]]
        shown = self._common(row) | self._crm_ids(row)
        shown |= {
            "contact_salutation": person.get("salutation", ""), "designation": person.get("designation", ""),
            "department": person.get("department", ""), "is_crm_customer": shown["is_linked_with_zohocrm"],
            "crm_owner_id": "",
            "owner_id": row.get("owner_id", ""), "owner_name": "",
            "primary_contact_id": person.get("contact_person_id", ""),
            "has_transaction": self._org.ledger.contact_in_use(row["contact_id"]),
            "currency_symbol": currency["currency_symbol"],
            "price_precision": currency["price_precision"], "unused_retainer_payments": 0.0,
            "contact_number": row.get("contact_number", ""), "credit_limit": row.get("credit_limit", ""),
            "billing_address": show_address(row.get("billing_address") or {}),
            "shipping_address": show_address(row.get("shipping_address") or {}),
            "addresses": [show_address(each) for each in row.get("addresses") or ()],
            "contact_persons": [show_person(each) for each in row.get("contact_persons") or ()],
            "default_templates": {}, "notes": row.get("notes", ""),
            "facebook": row.get("facebook", ""), "twitter": row.get("twitter", ""),
        }  # fmt: skip
        return escaped(shown) if self._escape else shown

    def _common(self, row: Row) -> dict[str, Any]:
        person = primary(row)
        terms = row.get("payment_terms", 0)
        shown = {
            "contact_id": row["contact_id"], "contact_name": row["contact_name"],
            "company_name": row.get("company_name", ""),
            "first_name": person.get("first_name", ""), "last_name": person.get("last_name", ""),
            "email": person.get("email", ""), "phone": person.get("phone", ""), "mobile": person.get("mobile", ""),
            "website": row.get("website", ""), "language_code": row.get("language_code", ""),
            "contact_type": row["contact_type"], "customer_sub_type": row.get("customer_sub_type", ""),
            "status": row["status"],
            "source": row.get("source", "user"), "is_linked_with_zohocrm": any(row.get(key) for key in ZCRM_KEYS),
            "payment_terms": terms, "payment_terms_id": "",
            "payment_terms_label": row.get("payment_terms_label") or TERMS.get(terms, f"Net {terms}"),
            "currency_id": row["currency_id"], "currency_code": self._currencies[row["currency_id"]]["currency_code"],
            "portal_status": "disabled", "tags": row.get("tags", []),
            "created_time": books_time(row["created_time"]),
            "last_modified_time": books_time(row["last_modified_time"]),
            **{key: float(row.get(key, 0.0)) for key in AMOUNTS}, **self._owed(row),
            **show_custom(self._fields, row.get("custom_values") or {}),
        }  # fmt: skip
        return shown

    def _owed(self, row: Row) -> dict[str, float]:
        """What invoices and payments say of a customer."""
        ledger = self._org.ledger
        if not len(ledger.of["invoice"].table) and not len(ledger.payments) and not len(ledger.notes):
            return {}
        (owed, base), unused = ledger.receivable(row["contact_id"]), ledger.credits(row["contact_id"])
        rate = float(self._currencies[row["currency_id"]].get("exchange_rate") or 1)
        return {
            "outstanding_receivable_amount": owed, "outstanding_receivable_amount_bcy": base,
            "unused_credits_receivable_amount": unused, "unused_credits_receivable_amount_bcy": unused * rate,
        }  # fmt: skip

    def _crm_ids(self, row: Row) -> dict[str, str]:
        if row["contact_type"] == "vendor":
            return {"zcrm_vendor_id": row.get("zcrm_vendor_id", "")}
        return {key: row.get(key, "") for key in ("zcrm_account_id", "zcrm_contact_id")}


def escaped(value: Any) -> Any:
    """Every text in a value with `&`, `<` and `>` escaped (switch books.escape_html)."""
    if isinstance(value, str):
        return html.escape(value, quote=False)
    if isinstance(value, list):
        return [escaped(each) for each in value]
    if isinstance(value, dict):
        return {key: escaped(each) for key, each in value.items()}
    return value
