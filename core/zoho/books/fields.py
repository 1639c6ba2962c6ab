"""The built-in fields of contacts, items and persons; the API describes custom ones only (zoho-books-api §4.2, §5)."""

from collections.abc import Iterable

from core.model.catalogue import BOOKS_LENGTHS
from core.model.record import FieldMeta
from core.model.value import Kind

Row = tuple[str, str, Kind]
ADDRESSES = ("billing_address", "shipping_address")
PRIMARY = "primary."
"""Begins the paths of a contact's primary person. There is no other way to write a contact's e-mail (§4.2)."""
ACTIVE = "status"
"""The path of a contact or item that holds whether it is active; it is written by calls of its own (§4.2, §5)."""

_ADDRESS: tuple[Row, ...] = (
    ("attention", "Attention", "text"), ("address", "Street", "multiline"), ("street2", "Street 2", "text"),
    ("city", "City", "text"), ("state", "State", "text"), ("zip", "Postal code", "text"),
    ("country", "Country", "text"), ("phone", "Phone", "phone"), ("fax", "Fax", "phone"),
)  # fmt: skip
_PERSON: tuple[Row, ...] = (
    ("first_name", "First name", "text"), ("last_name", "Last name", "text"), ("email", "E-mail", "email"),
    ("phone", "Phone", "phone"), ("mobile", "Mobile", "phone"), ("salutation", "Salutation", "text"),
    ("designation", "Designation", "text"), ("department", "Department", "text"),
)  # fmt: skip
_CONTACT: tuple[Row, ...] = (
    ("contact_name", "Display name", "text"), ("company_name", "Company name", "text"), ("website", "Website", "url"),
    ("notes", "Remarks", "multiline"), ("contact_number", "Customer number", "text"),
    ("payment_terms", "Payment terms (days)", "integer"), ("payment_terms_label", "Payment terms", "text"),
    ("credit_limit", "Credit limit", "decimal"), ("language_code", "Language", "text"),
    ("currency_code", "Currency", "currency_code"), ("facebook", "Facebook", "text"), ("twitter", "X", "text"),
    (ACTIVE, "Active", "boolean"),
)  # fmt: skip
_ITEM: tuple[Row, ...] = (
    ("name", "Name", "text"), ("sku", "SKU", "text"), ("rate", "Rate", "decimal"),
    ("description", "Description", "multiline"), ("unit", "Unit", "text"), ("product_type", "Product type", "picklist"),
    ("is_taxable", "Taxable", "boolean"), (ACTIVE, "Active", "boolean"), ("tax_name", "Tax", "text"),
    ("purchase_rate", "Purchase rate", "decimal"), ("purchase_description", "Purchase description", "multiline"),
)  # fmt: skip
_REQUIRED = frozenset(("contact_name", "name", "rate", "first_name"))
_CHOICES = {"product_type": ("goods", "service", "digital_service")}

CONTACT_IN_ROWS: dict[str, str] = {
    **{
        name: name
        for name in (
            "contact_name", "company_name", "website", "language_code", "currency_code", "payment_terms",
            "payment_terms_label", ACTIVE,
        )
    },
    **{PRIMARY + name: name for name in ("first_name", "last_name", "email", "phone", "mobile")},
}  # fmt: skip
"""Paths of which list rows tell the value → their key there; the others need the detail (§4.3)."""
ITEM_IN_ROWS: dict[str, str] = {
    name: name for name in ("name", "sku", "rate", "unit", "product_type", "tax_name", ACTIVE)
}


def _fields(rows: Iterable[Row], prefix: str = "", title: str = "") -> dict[str, FieldMeta]:
    return {
        prefix + name: FieldMeta(
            name=prefix + name, label=title + label, kind=kind, length=BOOKS_LENGTHS.get(name),
            required=name in _REQUIRED and not prefix, choices=_CHOICES.get(name, ()),
        )
        for name, label, kind in rows
    }  # fmt: skip


CONTACT_FIELDS: dict[str, FieldMeta] = {
    **_fields(_CONTACT),
    **_fields(_PERSON, PRIMARY, "Primary person: "),
    **_fields(_ADDRESS, "billing_address.", "Billing: "),
    **_fields(_ADDRESS, "shipping_address.", "Shipping: "),
}
ITEM_FIELDS: dict[str, FieldMeta] = _fields(_ITEM)
PERSON_FIELDS: dict[str, FieldMeta] = {
    **_fields(_PERSON),
    "is_primary_contact": FieldMeta(name="is_primary_contact", label="Primary", kind="boolean"),
}
"""``is_primary_contact`` is written as True alone: a customer always has one, until another becomes it (§4.5)."""
