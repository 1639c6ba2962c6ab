"""What Books refuses in a contact (zoho-books-api §4.2, integration-behaviour E42). Unknown keys are ignored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.sandbox.books.errors import BooksRefusal
from core.sandbox.books.state import CustomField, fold
from core.sandbox.http import Call
from core.sandbox.sources import Row

CONTACT_LIMITS = {
    "contact_name": 200,
    "company_name": 200,
    "contact_number": 200,
    "payment_terms_label": 200,
    "website": 500,
    "notes": 3_000,
}
"""`website` and `notes` are INVENTED; the rest is E42."""
ADDRESS_LIMITS = {
    "attention": 100, "address": 500, "street2": 255, "city": 100, "state": 100, "zip": 50, "country": 100, "fax": 50,
    "phone": 50,
}  # fmt: skip
PERSON_LIMITS = {
    "salutation": 25, "first_name": 100, "last_name": 100, "email": 100, "phone": 50, "mobile": 50, "designation": 50,
    "department": 50, "skype": 50,
}  # fmt: skip
SCALARS = (
    "contact_name", "company_name", "website", "language_code", "credit_limit", "contact_number", "payment_terms",
    "payment_terms_label", "notes", "owner_id", "facebook", "twitter", "tags", "customer_sub_type",
)  # fmt: skip
MOST_LINKED = 500
"""Contact persons of one customer while the CRM integration is on (integration-behaviour E11)."""
SUB_TYPES = ("business", "individual")
NAMED_BY = (
    ("customfield_id", "field_id"), ("field_id", "field_id"), ("api_name", "api_name"), ("label", "label"),
    ("index", "index"),
)  # fmt: skip
NATIVE = ("zcrm_account_id", "zcrm_contact_id", "zcrm_vendor_id")


def too_long(call: Call, name: str, limit: int) -> BooksRefusal:
    """The refusal of a value beyond its limit: HTTP 400, code by switch (INVENTED)."""
    message = f"Please ensure that the {name} has less than {limit} characters."
    return BooksRefusal(call.world.switches.number("books.too_long_code"), message=message, status=400)


def check_lengths(call: Call, values: dict[str, Any], limits: dict[str, int], where: str = "") -> None:
    """Each is a text within its limit, or null."""
    for name, limit in limits.items():
        value = values.get(name)
        if value is not None and not isinstance(value, str):
            raise BooksRefusal(4, name=where + name)
        if isinstance(value, str) and len(value) > limit:
            raise too_long(call, where + name, limit)


def check_plain(values: dict[str, Any], names: Iterable[str]) -> None:
    """None of these is a list or an object."""
    for name in names:
        if isinstance(values.get(name), (list, dict)):
            raise BooksRefusal(4, name=name)


def scalars(call: Call, body: dict[str, Any]) -> Row:
    """What a body says of the contact itself, checked; an empty text clears."""
    check_lengths(call, body, CONTACT_LIMITS)
    if body.get("customer_sub_type") not in (None, "", *SUB_TYPES):
        raise BooksRefusal(4, name="customer_sub_type")
    if "payment_terms" in body and not isinstance(body["payment_terms"], int):
        raise BooksRefusal(4, name="payment_terms")
    check_plain(body, [name for name in SCALARS if name != "tags"])
    names = [*SCALARS, *(NATIVE if call.world.switches.on("books.zcrm_id_writable") else ())]
    values = {name: "" if body[name] is None else body[name] for name in names if name in body}
    if "currency_id" in body:
        if call.world.books.currency(currency_id=str(body["currency_id"])) is None:
            raise BooksRefusal(4, name="currency_id")
        values["currency_id"] = str(body["currency_id"])
    return values


def check_name(call: Call, name: Any, kind: str, own_id: str | None) -> None:
    """A name is there, and nobody else has it unless the organisation allows that (3062)."""
    if not isinstance(name, str) or not name.strip():
        raise BooksRefusal(4, name="contact_name")
    switches, org = call.world.switches, call.world.books
    if switches.text("books.duplicate_names") == "allowed":
        return
    for each in org.names.find(fold(name)):
        row = org.contacts.get(each)
        if row is None or each == own_id:
            continue
        same = switches.text("books.name_folding") != "exact" or row["contact_name"] == name
        if same and (switches.on("books.names_shared") or row["contact_type"] == kind):
            raise BooksRefusal(3062, name=name)


def address(call: Call, given: Any, old: Row | None, where: str) -> Row:
    """An address as it will be stored: what is not sent stays, the id stays."""
    if not isinstance(given, dict):
        raise BooksRefusal(4, name=where)
    check_lengths(call, given, ADDRESS_LIMITS, f"{where}.")
    kept = {name: given[name] for name in (*ADDRESS_LIMITS, "state_code", "country_code") if name in given}
    return {"address_id": (old or {}).get("address_id") or call.world.books.ids.take(), **_cleared((old or {}) | kept)}


def person(call: Call, given: Any, known: dict[str, Row]) -> Row:
    """A contact person as it will be stored; `known` holds the persons it may be, by id."""
    if not isinstance(given, dict):
        raise BooksRefusal(4, name="contact_persons")
    check_lengths(call, given, PERSON_LIMITS)
    old = known.get(str(given.get("contact_person_id")), {})
    kept = {name: given[name] for name in (*PERSON_LIMITS, "is_primary_contact") if name in given}
    made = _cleared(old | kept)
    if not made.get("first_name") and not made.get("last_name") and not made.get("email"):
        raise BooksRefusal(4, name="first_name")
    return {"contact_person_id": old.get("contact_person_id") or call.world.books.ids.take(), **made}


def check_persons(call: Call, persons: list[Row], contact: Row) -> None:
    """A linked customer has no more than 500 (integration-behaviour E11); addresses may have to differ (F10)."""
    if contact.get("zcrm_account_id") and len(persons) > MOST_LINKED:
        raise BooksRefusal(4, message=f"You cannot add more than {MOST_LINKED} contact persons.", status=400)
    emails = [each["email"].casefold() for each in persons if each.get("email")]
    if call.world.switches.text("books.person_emails") == "unique" and len(set(emails)) < len(emails):
        raise BooksRefusal(4, message="The email address is already used by another contact person.", status=400)


def one_primary(persons: list[Row]) -> list[Row]:
    """Exactly one of them is primary: the last that says so, else the first."""
    claims = [place for place, each in enumerate(persons) if each.get("is_primary_contact")]
    chosen = claims[-1] if claims else 0
    return [each | {"is_primary_contact": place == chosen} for place, each in enumerate(persons)]


def custom_values(call: Call, entity: str, given: Any, old: Row) -> Row:
    """Custom values by field id, from elements that name the field by customfield_id, api_name, label or index.

    `old` is the record as it is, or empty. Values of fields that are not sent stay.
    """
    if not isinstance(given, list):
        raise BooksRefusal(4, name="custom_fields")
    org, values = call.world.books, dict(old.get("custom_values") or {})
    id_key, index = org.custom_index(entity)
    for each in given:
        field = _field_named(org.fields_of(entity), each)
        if field is None:
            continue
        value = each.get("value")
        if not isinstance(value, (str, int, float, type(None))):
            raise BooksRefusal(4, name=field.label)
        if value in (None, ""):
            values.pop(field.field_id, None)
            continue
        if field.data_type == "dropdown" and field.values and value not in field.values:
            raise BooksRefusal(4, name=field.label)
        if isinstance(value, str) and len(value) > (field.value_length or 255) and field.data_type != "multiline":
            raise too_long(call, field.label, field.value_length or 255)
        holders = index.find((field.field_id, value)) if field.unique else []
        if any(holder != old.get(id_key) for holder in holders):
            raise BooksRefusal(120303, message=f"The value given for {field.label} already exists.", status=400)
        values[field.field_id] = value
    return values


def _field_named(fields: list[CustomField], element: Any) -> CustomField | None:
    if not isinstance(element, dict):
        raise BooksRefusal(4, name="custom_fields")
    for key, name in NAMED_BY:
        if key in element:
            return next((each for each in fields if getattr(each, name) == element[key]), None)
    return None


def _cleared(values: Row) -> Row:
    return {name: value for name, value in values.items() if value not in (None, "")}
