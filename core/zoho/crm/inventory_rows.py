"""CRM's inventory documents on the wire: what differs between the four modules, from JSON and into it
(zoho-crm-inventory-modules §2, §3).
"""

from decimal import Decimal
from typing import Any

from msgspec import Struct

from core.model.documents import DocumentKind
from core.model.mirror import CrmPaper, CrmRow, Tax
from core.model.value import Kind
from core.zoho import codec
from core.zoho.crm.entities import Entity

EXTRA = {"number": "Books Number", "status": "Books Status", "balance": "Books Balance", "link": "Books Link"}
"""What of Books has no field of its own in CRM → the label of the custom field that we make for it."""


class Module(Struct, frozen=True):
    """One inventory module: its rows' field, its party, and the fields that differ; empty where it has none."""

    kind: DocumentKind
    name: str
    rows: str
    party: str
    status: str
    number: str
    deal: str = ""
    date: str = ""
    due: str = ""
    reference: str = ""

    @property
    def entity(self) -> Entity:
        """The module for reading records and metadata."""
        return Entity(name=self.name, kind="other", name_field="Subject")


MODULES: dict[DocumentKind, Module] = {
    "estimate": Module("estimate", "Quotes", "Quoted_Items", "Account_Name", "Quote_Stage", "Quote_Number",
                       "Deal_Name", due="Valid_Till"),
    "salesorder": Module("salesorder", "Sales_Orders", "Ordered_Items", "Account_Name", "Status", "SO_Number",
                         "Deal_Name", due="Due_Date", reference="Purchase_Order"),
    "invoice": Module("invoice", "Invoices", "Invoiced_Items", "Account_Name", "Status", "Invoice_Number",
                      "Deal_Name__s", "Invoice_Date", "Due_Date", "Purchase_Order"),
    "purchaseorder": Module("purchaseorder", "Purchase_Orders", "Purchase_Items", "Vendor_Name", "Status", "PO_Number",
                            "", "PO_Date", "Due_Date", "Requisition_No"),
}  # fmt: skip


class Shape(Struct, frozen=True):
    """What the organisation has of a module: field lengths by api_name, the values of its status, our own fields."""

    fields: dict[str, int | None]
    statuses: tuple[str, ...] = ()
    key: str = ""
    unique: bool = False
    extra: dict[str, str] = {}
    custom: dict[str, tuple[str, Kind]] = {}
    """Custom fields that Books' documents have too: label → (api_name, kind) (B65)."""


def paper_of(module: Module, shape: Shape, given: dict[str, Any]) -> CrmPaper:
    """Return a record as ours; of a list it has no rows."""
    rows = given.get(module.rows)
    owner = given.get("Owner")
    text = {name: _text(given, name) for name in ("Subject", "Description", "Terms_and_Conditions", "Currency")}
    return CrmPaper(
        kind=module.kind, id=_text(given, "id"), subject=text["Subject"], number=_text(given, module.number),
        status=_text(given, module.status), party_id=_id(given, module.party), contact_id=_id(given, "Contact_Name"),
        deal_id=_id(given, module.deal), date=_text(given, module.date), due=_text(given, module.due),
        reference=_text(given, module.reference), description=text["Description"], terms=text["Terms_and_Conditions"],
        currency=text["Currency"], discount=_amount(given.get("Discount")), adjustment=_amount(given.get("Adjustment")),
        taxes=_taxes(given.get("$line_tax")), total=_amount(given.get("Grand_Total")),
        owner=str(owner.get("name") or "") if isinstance(owner, dict) else "", books_id=_text(given, shape.key),
        books_number=_text(given, shape.extra.get("number", "")),
        books_status=_text(given, shape.extra.get("status", "")),
        books_balance=_text(given, shape.extra.get("balance", "")),
        books_link=_text(given, shape.extra.get("link", "")),
        version=codec.instant_or_empty(given.get("Modified_Time")),
        created=codec.instant_or_empty(given.get("Created_Time")), custom=_custom(shape, given),
        rows=tuple(_row(each) for each in rows if isinstance(each, dict)) if isinstance(rows, list) else None,
    )  # fmt: skip


def body_of(module: Module, shape: Shape, paper: CrmPaper, old: CrmPaper | None) -> dict[str, Any]:
    """Return what is sent to make ``paper`` or to make ``old``, read whole just now, into it: only what differs.

    Rows that differ are replaced: a row without an id would be added to those that are there (§3.3).
    """
    values = _values(module, shape, paper)
    before = _values(module, shape, old) if old is not None else {}
    body: dict[str, Any] = {
        name: value
        for name, value in values.items()
        if name and name in shape.fields and value != before.get(name, _NOTHING.get(name))
    }
    if old is None or paper.taxes != old.taxes:
        body["$line_tax"] = [_tax_body(each) for each in paper.taxes]
    if old is None:
        body[module.rows] = [row_body(each) for each in paper.rows or ()]
    elif not same_rows(paper.rows or (), old.rows or ()):
        gone = [{"id": each.id, "_delete": None} for each in old.rows or ()]
        body[module.rows] = [*gone, *(row_body(each) for each in paper.rows or ())]
    if old is None and not paper.taxes:
        del body["$line_tax"]
    return body


_NOTHING: dict[str, Any] = {"Discount": Decimal(0), "Adjustment": Decimal(0)}


def _values(module: Module, shape: Shape, paper: CrmPaper) -> dict[str, Any]:
    """Header fields by api_name; empty ones are None, texts are cut to what the field takes."""
    texts = {
        "Subject": paper.subject, module.reference: paper.reference, "Description": paper.description,
        "Terms_and_Conditions": paper.terms, shape.key: paper.books_id,
        shape.extra.get("number", ""): paper.books_number, shape.extra.get("status", ""): paper.books_status,
        shape.extra.get("balance", ""): paper.books_balance, shape.extra.get("link", ""): paper.books_link,
    }  # fmt: skip
    lookups = {module.party: paper.party_id, module.deal: paper.deal_id}
    values: dict[str, Any] = {name: text[: shape.fields.get(name)] or None for name, text in texts.items() if name}
    values |= {name: {"id": value} if value else None for name, value in lookups.items() if name}
    values |= {module.date: paper.date or None, module.due: paper.due or None}
    values |= {"Discount": Decimal(paper.discount), "Adjustment": Decimal(paper.adjustment)}
    if paper.status:
        values[module.status] = paper.status
    if paper.currency:
        values["Currency"] = paper.currency
    for label, (name, kind) in shape.custom.items():
        value = paper.custom.get(label)
        values[name] = codec.encode(kind, value[: shape.fields.get(name)]) if value else None
    return values


def row_body(row: CrmRow) -> dict[str, Any]:
    """Return a row as CRM takes it; key names are case-sensitive, and wrong ones would be ignored (§3.1)."""
    body: dict[str, Any] = {
        "Product_Name": {"id": row.product_id}, "Quantity": Decimal(row.quantity), "List_Price": Decimal(row.price),
        "Discount": Decimal(row.discount), "Line_Tax": [_tax_body(each) for each in row.taxes],
    }  # fmt: skip
    return body | ({"Description": row.description} if row.description else {})


def same_rows(wanted: tuple[CrmRow, ...], now: tuple[CrmRow, ...]) -> bool:
    """Return whether rows are equal in all that we write."""
    return [row_body(each) for each in wanted] == [row_body(each) for each in now]


def _row(given: dict[str, Any]) -> CrmRow:
    product = given.get("Product_Name")
    name = str(product.get("name") or "") if isinstance(product, dict) else ""
    return CrmRow(
        id=_text(given, "id"), product_id=_id(given, "Product_Name"), product_name=name,
        quantity=_amount(given.get("Quantity"), "1"), price=_amount(given.get("List_Price")),
        discount=_amount(given.get("Discount")), taxes=_taxes(given.get("Line_Tax")),
        description=_text(given, "Description"),
    )  # fmt: skip


def _custom(shape: Shape, given: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for label, (name, kind) in shape.custom.items():
        value = codec.CONVERTS.get(kind, codec.decode)(given.get(name))
        if value is not None and value is not False:
            found[label] = "true" if value is True else ", ".join(value) if isinstance(value, tuple) else value
    return dict(sorted(found.items()))


def _taxes(given: Any) -> tuple[Tax, ...]:
    """Taxes that do something: of the whole document CRM lists all of the organisation's, most at nothing (§3.4)."""
    found = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    taxes = (Tax(str(each.get("name") or ""), _amount(each.get("percentage"))) for each in found)
    return tuple(each for each in taxes if each.name and Decimal(each.percentage))


def _tax_body(tax: Tax) -> dict[str, Any]:
    return {"name": tax.name, "percentage": Decimal(tax.percentage)}


def _text(given: dict[str, Any], name: str) -> str:
    value = codec.decode(given.get(name)) if name else None
    return value if isinstance(value, str) else ""


def _id(given: dict[str, Any], name: str) -> str:
    return _text(given, name)


def _amount(value: Any, empty: str = "0") -> str:
    found = codec.decode_number(value)
    return found if isinstance(found, str) else empty
