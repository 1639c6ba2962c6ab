"""Which lists a record of each module has, and what they hold (zoho-crm-api §4.6). To add one, add a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.sandbox.switches import Switches


@dataclass(frozen=True, slots=True)
class Relation:
    """One related list. Without `lookup` its records are linked by hand; `history` marks the stages of a deal."""

    api_name: str
    label: str
    module: str
    lookup: str = ""
    history: bool = False


STAGE_HISTORY = Relation("Stage_History", "Stage History", "", history=True)
RELATIONS: dict[str, tuple[Relation, ...]] = {
    "Accounts": (
        Relation("Contacts", "Contacts", "Contacts", "Account_Name"),
        Relation("Deals", "Deals", "Deals", "Account_Name"),
        Relation("Member_Accounts", "Member Accounts", "Accounts", "Parent_Account"),
        Relation("Quotes", "Quotes", "Quotes", "Account_Name"),
        Relation("SalesOrders", "Sales Orders", "Sales_Orders", "Account_Name"),
        Relation("Invoices", "Invoices", "Invoices", "Account_Name"),
    ),
    "Contacts": (
        Relation("Deals", "Deals", "Deals", "Contact_Name"),
        Relation("Quotes", "Quotes", "Quotes", "Contact_Name"),
        Relation("SalesOrders", "Sales Orders", "Sales_Orders", "Contact_Name"),
        Relation("PurchaseOrders", "Purchase Orders", "Purchase_Orders", "Contact_Name"),
        Relation("Invoices", "Invoices", "Invoices", "Contact_Name"),
    ),
    "Vendors": (
        Relation("Products", "Products", "Products", "Vendor_Name"),
        Relation("PurchaseOrders", "Purchase Orders", "Purchase_Orders", "Vendor_Name"),
        Relation("Contacts", "Contacts", "Contacts", "Vendor_Name"),
    ),
    "Products": (Relation("Deals", "Deals", "Deals"),),
    "Deals": (
        Relation("Contact_Roles", "Contact Roles", "Contacts"),
        Relation("Products", "Products", "Products"),
        STAGE_HISTORY,
        Relation("Quotes", "Quotes", "Quotes", "Deal_Name"),
        Relation("SalesOrders", "Sales Orders", "Sales_Orders", "Deal_Name"),
        Relation("Invoices", "Invoices", "Invoices", "Deal_Name__s"),
    ),
    "Quotes": (Relation("SalesOrders", "Sales Orders", "Sales_Orders", "Quote_Name"),),
    "Sales_Orders": (Relation("Invoices", "Invoices", "Invoices", "Sales_Order"),),
}


def relations_of(module: str, switches: Switches, modules: dict[str, Any]) -> list[Relation]:
    """The lists of a module, named as the switches say; those of modules that are not there are left out."""
    found: list[Relation] = []
    for each in RELATIONS.get(module, ()):
        if each.history:
            name = switches.text("crm.stage_history")
            if name != "absent":
                found.append(Relation(name, each.label, "", history=True))
        elif each.lookup == "Deal_Name__s" and not switches.on("crm.invoice_deal"):
            continue
        elif each.module in modules:
            name = each.api_name
            if switches.text("crm.orders_list") == "Sales_Orders":
                name = {"SalesOrders": "Sales_Orders", "PurchaseOrders": "Purchase_Orders"}.get(name, name)
            found.append(Relation(name, each.label, each.module, each.lookup))
    return found
