"""The four inventory modules and the modules of their rows (zoho-crm-inventory-modules §2, §3)."""

from __future__ import annotations

from dataclasses import replace

from core.sandbox.crm.catalogue import COMMON, MONEY, Field, Module, address, lookup, pick, text, typed

CARRIERS = ("FedEX", "UPS", "USPS", "DHL", "BlueDart")
QUOTE_STAGES = ("Draft", "Negotiation", "Delivered", "On Hold", "Confirmed", "Closed Won", "Closed Lost")
STATUSES = ("Created", "Approved", "Delivered", "Cancelled")
DOCUMENTS = ("Quotes", "Sales_Orders", "Purchase_Orders", "Invoices")
CONVERTS = {"Quotes": ("Sales_Orders", "Invoices"), "Sales_Orders": ("Invoices",)}
SOURCES = {("Quotes", "Sales_Orders"): "Quote_Name", ("Sales_Orders", "Invoices"): "Sales_Order"}
"""(from, to) -> the field of the target that names where it came from."""
DEFAULTS = {"Quote_Stage": "Draft", "Status": "Created", "Carrier": CARRIERS[0]}


def _formula(*names: str) -> tuple[Field, ...]:
    return tuple(replace(each, read_only=True) for each in typed("formula", *names))


def _number(name: str) -> Field:
    return replace(typed("autonumber", name)[0], read_only=True)


def _document(
    api_name: str, singular: str, number: str, subform: str, status: Field, parties: tuple[Field, ...],
    more: tuple[Field, ...],
) -> Module:  # fmt: skip
    rows = Field(subform, subform.replace("_", " "), "subform", lookup=subform, mandatory=True)
    fields = (
        text("Subject", 255, mandatory=True), *parties, lookup("Contact_Name", "Contacts"), status, *more,
        *address("Billing_", "Code"), *address("Shipping_", "Code"), rows, *_formula("Sub_Total", "Grand_Total"),
        *typed("currency", "Discount", "Tax", "Adjustment"),
        Field("Terms_and_Conditions", "Terms and Conditions", "textarea", text_kind="large"), _number(number), *MONEY,
        *COMMON,
    )  # fmt: skip
    plural = api_name.replace("_", " ")
    return Module(api_name, singular, plural, "Subject", "Subject", fields, subform=subform, number_field=number)


def _rows(api_name: str, parent: str) -> Module:
    fields = (
        replace(lookup("Parent_Id", parent), read_only=True),
        replace(lookup("Product_Name", "Products"), mandatory=True), *typed("double", "Quantity"),
        *typed("currency", "List_Price", "Discount", "Tax"), *typed("linetax", "Line_Tax"),
        Field("Description", "Description", "textarea", text_kind="large"),
        *_formula("Total", "Total_After_Discount", "Net_Total"),
        *(replace(each, read_only=True) for each in typed("datetime", "Created_Time", "Modified_Time")),
    )  # fmt: skip
    plural = api_name.replace("_", " ")
    return Module(api_name, plural, plural, "id", "id", fields, kind="subform", parent=parent)


_ACCOUNT, _DEAL = lookup("Account_Name", "Accounts"), lookup("Deal_Name", "Deals")
_CARRIER, _MONEYS = pick("Carrier", *CARRIERS), typed("currency", "Excise_Duty", "Sales_Commission")
QUOTES = _document(
    "Quotes", "Quote", "Quote_Number", "Quoted_Items", pick("Quote_Stage", *QUOTE_STAGES), (_ACCOUNT, _DEAL),
    (*typed("date", "Valid_Till"), text("Team", 50), _CARRIER),
)  # fmt: skip
SALES_ORDERS = _document(
    "Sales_Orders", "Sales Order", "SO_Number", "Ordered_Items", pick("Status", *STATUSES), (_ACCOUNT, _DEAL),
    (lookup("Quote_Name", "Quotes"), *typed("date", "Due_Date"), text("Purchase_Order", 50), text("Customer_No", 50),
     text("Pending", 50), _CARRIER, *_MONEYS),
)  # fmt: skip
PURCHASE_ORDERS = _document(
    "Purchase_Orders", "Purchase Order", "PO_Number", "Purchase_Items", pick("Status", *STATUSES),
    (replace(lookup("Vendor_Name", "Vendors"), mandatory=True),),
    (*typed("date", "PO_Date", "Due_Date"), text("Requisition_No", 20), text("Tracking_Number", 50), _CARRIER,
     *_MONEYS),
)  # fmt: skip
INVOICES = _document(
    "Invoices", "Invoice", "Invoice_Number", "Invoiced_Items", pick("Status", *STATUSES),
    (_ACCOUNT, lookup("Deal_Name__s", "Deals")),
    (lookup("Sales_Order", "Sales_Orders"), *typed("date", "Invoice_Date", "Due_Date"), text("Purchase_Order", 50),
     *_MONEYS),
)  # fmt: skip
INVENTORY = (
    QUOTES, SALES_ORDERS, PURCHASE_ORDERS, INVOICES, _rows("Quoted_Items", "Quotes"),
    _rows("Ordered_Items", "Sales_Orders"), _rows("Purchase_Items", "Purchase_Orders"),
    _rows("Invoiced_Items", "Invoices"),
)  # fmt: skip
