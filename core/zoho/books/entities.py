"""The Books entities that take part, and the built-in fields of contacts (zoho-books-api §4.2)."""

from msgspec import Struct

from core.model.catalogue import BOOKS_LENGTHS
from core.model.problems import Problem
from core.model.record import FieldMeta
from core.model.value import Kind

PREFIX = "/books/v3"
KEY_LABEL = "Kakehashi CRM ID"
"""The label of the custom field that holds the CRM id."""
CONTACTS_READ, CONTACTS_CREATE, CONTACTS_UPDATE = (
    f"ZohoBooks.contacts.{operation}" for operation in ("READ", "CREATE", "UPDATE")
)
SETTINGS_READ, SETTINGS_CREATE = "ZohoBooks.settings.READ", "ZohoBooks.settings.CREATE"


class Entity(Struct, frozen=True):
    """One entity: its path, what tells its records from others there, where Zoho's own integration keeps its link."""

    name: str
    path: str
    contact_type: str
    custom: str
    native: tuple[str, ...]


ENTITIES: dict[str, Entity] = {
    "customers": Entity("customers", "/contacts", "customer", "contact", ("zcrm_account_id", "zcrm_contact_id")),
    "vendors": Entity("vendors", "/contacts", "vendor", "contact", ("zcrm_vendor_id",)),
}

ADDRESSES = ("billing_address", "shipping_address")
_ADDRESS: tuple[tuple[str, str, Kind], ...] = (
    ("attention", "Attention", "text"), ("address", "Street", "multiline"), ("street2", "Street 2", "text"),
    ("city", "City", "text"), ("state", "State", "text"), ("zip", "Postal code", "text"),
    ("country", "Country", "text"),
    ("phone", "Phone", "phone"), ("fax", "Fax", "phone"),
)  # fmt: skip
PERSON_FIELDS: dict[str, str] = {
    "contact_salutation": "salutation", "first_name": "first_name", "last_name": "last_name", "email": "email",
    "phone": "phone", "mobile": "mobile", "designation": "designation", "department": "department",
}  # fmt: skip
"""What a contact echoes of its primary person → that person's own key; there is no other way to write it (§4.2)."""
_PLAIN: tuple[tuple[str, str, Kind], ...] = (
    ("contact_name", "Display name", "text"), ("company_name", "Company name", "text"), ("website", "Website", "url"),
    ("notes", "Remarks", "multiline"), ("contact_number", "Customer number", "text"),
    ("payment_terms", "Payment terms (days)", "integer"), ("payment_terms_label", "Payment terms", "text"),
    ("credit_limit", "Credit limit", "decimal"), ("language_code", "Language", "text"),
    ("currency_code", "Currency", "currency_code"), ("facebook", "Facebook", "text"), ("twitter", "X", "text"),
    ("contact_salutation", "Salutation", "text"), ("first_name", "First name", "text"),
    ("last_name", "Last name", "text"), ("email", "E-mail", "email"), ("phone", "Phone (person)", "phone"),
    ("mobile", "Mobile (person)", "phone"), ("designation", "Designation", "text"),
    ("department", "Department", "text"),
)  # fmt: skip
IN_ROWS = frozenset((
    "contact_name", "company_name", "website", "language_code", "currency_code", "payment_terms", "payment_terms_label",
    "first_name", "last_name", "email", "phone", "mobile",
))  # fmt: skip
"""Built-in fields that list rows carry; the others need the detail (§4.3)."""


def _meta(path: str, label: str, kind: Kind) -> FieldMeta:
    length = BOOKS_LENGTHS.get(path.rpartition(".")[2])
    return FieldMeta(name=path, label=label, kind=kind, length=length, required=path == "contact_name")


CONTACT_FIELDS: dict[str, FieldMeta] = {
    each.name: each
    for each in (
        *(_meta(*plain) for plain in _PLAIN),
        *(
            _meta(f"{address}.{part}", f"{name} · {label}", kind)
            for address, name in zip(ADDRESSES, ("Billing", "Shipping"), strict=True)
            for part, label, kind in _ADDRESS
        ),
    )
}
"""Built-in fields by path. The API describes custom fields only."""


def entity_of(name: str) -> Entity:
    """Return an entity's row. Raises ``Problem('not_found')`` for one that takes no part."""
    found = ENTITIES.get(name)
    if found is None:
        raise Problem("not_found", what=f"Books module {name}")
    return found
