"""The Books entities that take part, a row each; a new one is a new row (zoho-books-api §4, §5)."""

from msgspec import Struct

from core.model.problems import Problem
from core.model.record import FieldMeta, RecordKind
from core.zoho.books.fields import CONTACT_FIELDS, CONTACT_IN_ROWS, ITEM_FIELDS, ITEM_IN_ROWS, PERSON_FIELDS

PREFIX = "/books/v3"
KEY_LABEL = "Kakehashi CRM ID"
"""The label of the custom field that holds the CRM id."""
CONTACTS_READ, CONTACTS_CREATE, CONTACTS_UPDATE = (
    f"ZohoBooks.contacts.{operation}" for operation in ("READ", "CREATE", "UPDATE")
)
SETTINGS_READ, SETTINGS_CREATE, SETTINGS_UPDATE = (
    f"ZohoBooks.settings.{operation}" for operation in ("READ", "CREATE", "UPDATE")
)


class Entity(Struct, frozen=True):
    """One entity: its path, and where its records keep what every record has.

    ``contact_type`` tells contacts from others; ``one`` and ``many`` are the keys of answers; ``custom`` is what its
    custom fields are asked for by (empty: it has none); ``native`` is where Zoho's own integration keeps its link;
    ``taken`` is the F-reason of a value that another record has already.
    """

    name: str
    path: str
    contact_type: str
    custom: str
    native: tuple[str, ...]
    one: str = ""
    many: str = ""
    id_key: str = ""
    name_key: str = "name"
    fields: dict[str, FieldMeta] = {}
    in_rows: dict[str, str] = {}
    kind: RecordKind = "other"
    taken: str = "F12"
    reads: str = CONTACTS_READ
    creates: str = CONTACTS_CREATE
    updates: str = CONTACTS_UPDATE


def _contact(name: str, contact_type: str, native: tuple[str, ...], kind: RecordKind) -> Entity:
    return Entity(
        name, "/contacts", contact_type, "contact", native, one="contact", many="contacts", id_key="contact_id",
        name_key="contact_name", fields=CONTACT_FIELDS, in_rows=CONTACT_IN_ROWS, kind=kind,
    )  # fmt: skip


CUSTOMERS = _contact("customers", "customer", ("zcrm_account_id", "zcrm_contact_id"), "other")
VENDORS = _contact("vendors", "vendor", ("zcrm_vendor_id",), "vendor")
ITEMS = Entity(
    "items", "/items", "", "item", ("zcrm_product_id",), one="item", many="items", id_key="item_id",
    fields=ITEM_FIELDS, in_rows=ITEM_IN_ROWS, kind="item", taken="F14", reads=SETTINGS_READ, creates=SETTINGS_CREATE,
    updates=SETTINGS_UPDATE,
)  # fmt: skip
PERSONS = Entity(
    "persons", "/contacts/contactpersons", "", "", ("zcrm_contact_id",), one="contact_person", many="contact_persons",
    id_key="contact_person_id", fields=PERSON_FIELDS, kind="person",
)  # fmt: skip
ENTITIES: dict[str, Entity] = {each.name: each for each in (CUSTOMERS, VENDORS, ITEMS, PERSONS)}


def entity_of(name: str) -> Entity:
    """Return an entity's row. Raises ``Problem('not_found')`` for one that takes no part."""
    found = ENTITIES.get(name)
    if found is None:
        raise Problem("not_found", what=f"Books module {name}")
    return found
