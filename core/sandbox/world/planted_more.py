"""The records that are meant to fail in the other syncs: contacts, vendors, items, and documents from deals.

They are kept apart from those of the customer sync: `GET /_sandbox/planted?sync=vendors`. Keys as in `planted.py`.
"""

from __future__ import annotations

from typing import Any

from core.sandbox.sources import Source
from core.sandbox.world.crm_contacts import CrmContacts
from core.sandbox.world.deals import Deals
from core.sandbox.world.products import Items, Products
from core.sandbox.world.vendors import Vendors

Planted = dict[str, Any]


def list_more(
    sources: dict[str, Source], contacts: CrmContacts, vendors: Vendors, products: Products, items: Items, deals: Deals
) -> dict[str, list[Planted]]:
    """By sync. Worlds without planted customers have none of these either."""
    if contacts.euro < 0:
        return {"contacts": [], "vendors": [], "items": [], "deals": []}
    crm = _Lister("crm", sources)
    people, firms, goods, chances = (crm.of(module) for module in ("Contacts", "Vendors", "Products", "Deals"))
    named_twice = "two CRM records have this name: the first is created, the other is refused"
    return {
        "contacts": [
            people(contacts.euro, contacts.name, "F7", "Books has no currency EUR"),
            people(contacts.twin, contacts.name, "F12", named_twice, alternate=contacts.elder),
        ],
        "vendors": [
            firms(vendors.euro, vendors.name, "F7", "Books has no currency EUR"),
            firms(vendors.customer, vendors.name, "F12", "a Books customer has this very name"),
            firms(vendors.twin, vendors.name, "F12", named_twice, alternate=vendors.elder),
            firms(vendors.locked, vendors.name, "F42", "the vendor is locked in CRM", stage="crm_update"),
        ],
        "items": [
            goods(products.wordy, products.name, "F16", "the description is longer than the 2,000 that Books takes"),
            goods(products.taxed, products.name, "F27", "Books has no tax of this name"),
            goods(products.code_taken, products.name, "F14", "another Books item has this SKU"),
            goods(products.twin, products.name, "F14", named_twice, alternate=products.elder),
            _Lister("books", sources).of("items")(
                items.long_sku, lambda index: str(items(index)["name"]), "F16",
                "the SKU is longer than the 40 that CRM takes for a product code",
            ),
        ],
        "deals": [
            chances(deals.orphan, deals.name, "F22", "the deal has no account"),
            chances(deals.unpriced, deals.name, "F23", "the deal has no amount"),
        ],
    }  # fmt: skip


class _Lister:
    def __init__(self, side: str, sources: dict[str, Source]) -> None:
        self._side, self._sources = side, sources

    def of(self, module: str) -> Any:
        """A function that describes one record of a module."""
        source = self._sources[module]

        def describe(
            index: int, name: Any, reason: str, why: str, *, stage: str = "first_sync", alternate: int = -1
        ) -> Planted:
            return {
                "side": self._side, "module": module, "id": source.id_at(index), "name": name(index), "reason": reason,
                "detail": why, "stage": stage, "alternates": [source.id_at(alternate)] if alternate >= 0 else [],
                "related": [],
            }  # fmt: skip

        return describe
