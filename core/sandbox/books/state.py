"""The Books organisation: its settings, custom fields and records."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from core.sandbox.books.documents.store import Ledger
from core.sandbox.books.index import Index
from core.sandbox.shown import Shown
from core.sandbox.sources import Source
from core.sandbox.table import Table
from core.sandbox.world.ids import Counter

CONTACT_KEYS = ("contact_id", "created_time", "last_modified_time")
ITEM_KEYS = ("item_id", "created_time", "last_modified_time")
CACHED_LISTINGS = 8


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom field of one entity. `api_name` is `cf_…`."""

    field_id: str
    api_name: str
    label: str
    data_type: str
    entity: str
    index: int
    unique: bool = False
    mandatory: bool = False
    values: tuple[str, ...] = ()
    value_length: int = 0


def fold(name: str) -> str:
    """A display name without what only a careless eye would miss."""
    return " ".join(name.split()).casefold()


PREFERENCES = {
    "estimate_to_invoice": "off",
    "native_customers": "off",
    "native_unassociated": False,
    "native_vendors": False,
    "native_items": False,
}
"""What an administrator may set: accepted estimates become invoices (off, draft, send); which modules Zoho's own
integration with CRM covers (customers: off, accounts, contacts, accounts_contacts)."""


@dataclass(slots=True)
class BooksOrg:
    """Everything behind `/books`."""

    organization_id: str
    name: str
    email: str
    plan: str
    currencies: list[dict[str, Any]]
    ids: Counter
    contacts: Table
    items: Table
    taxes: list[dict[str, Any]] = field(default_factory=list)
    rates: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    custom_fields: list[CustomField] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    salespersons: list[dict[str, Any]] = field(default_factory=list)
    preferences: dict[str, Any] = field(default_factory=lambda: dict(PREFERENCES))
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    shown: Shown = field(default_factory=Shown)
    listings: OrderedDict[tuple[Any, ...], list[str]] = field(default_factory=OrderedDict)
    names: Index = field(init=False)
    values: Index = field(init=False)
    item_names: Index = field(init=False)
    item_values: Index = field(init=False)
    persons: Index = field(init=False)
    zcrm: Index = field(init=False)

    def __post_init__(self) -> None:
        self.names = Index(self.contacts, lambda row: (fold(row["contact_name"]),))
        self.values = Index(self.contacts, lambda row: tuple((row.get("custom_values") or {}).items()))
        self.persons = Index(
            self.contacts, lambda row: [each.get("contact_person_id") for each in row.get("contact_persons", ())]
        )
        self.zcrm = Index(self.contacts, lambda row: [(key, row[key]) for key in ZCRM_KEYS if row.get(key)])
        self.item_values = Index(self.items, lambda row: tuple((row.get("custom_values") or {}).items()))
        self.item_names = Index(self.items, lambda row: (("name", row["name"]), ("sku", row.get("sku") or None)))

    def currency(self, **wanted: str) -> dict[str, Any] | None:
        """A currency by one of its keys."""
        ((key, value),) = wanted.items()
        return next((each for each in self.currencies if each[key] == value), None)

    def fields_of(self, entity: str) -> list[CustomField]:
        """Custom fields of an entity, in order."""
        return [each for each in self.custom_fields if each.entity == entity]

    def custom_index(self, entity: str) -> tuple[str, Index]:
        """The key of an entity's ids, and where its custom values are looked up."""
        if entity in self.ledger.of:
            held = self.ledger.of[entity]
            return held.kind.id_key, held.values
        return ("contact_id", self.values) if entity == "contact" else ("item_id", self.item_values)

    def forget_indexes(self) -> None:
        """After a restore."""
        self.listings.clear()
        self.shown.clear()
        for index in (self.names, self.values, self.persons, self.zcrm, self.item_names, self.item_values):
            index.forget()


ZCRM_KEYS = ("zcrm_account_id", "zcrm_contact_id", "zcrm_vendor_id")


def make_org(
    contacts: Source,
    items: Source,
    *,
    ids: Counter,
    plan: str,
    email: str,
    currencies: list[dict[str, Any]],
    taxes: list[dict[str, Any]],
    salespersons: list[dict[str, Any]],
) -> BooksOrg:
    """An organisation over these sources."""
    return BooksOrg(
        "60020351877",
        "架け橋商会",
        email,
        plan,
        currencies,
        ids,
        Table(contacts, id_key=CONTACT_KEYS[0], created_key=CONTACT_KEYS[1], modified_key=CONTACT_KEYS[2]),
        Table(items, id_key=ITEM_KEYS[0], created_key=ITEM_KEYS[1], modified_key=ITEM_KEYS[2]),
        taxes,
        salespersons=salespersons,
    )
