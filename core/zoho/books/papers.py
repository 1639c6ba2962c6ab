"""Documents on Books' wire: what differs between the four kinds, from JSON and into it (zoho-books-api §6)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from core.model.documents import Document, DocumentKind, Line, NewDocument
from core.model.drafts import Edit
from core.model.value import Kind as Kinds
from core.model.value import Value
from core.zoho import codec
from core.zoho.books.metadata import FIXED
from core.zoho.books.metadata import KINDS as KINDS_OF

KEY_LABEL, DEAL_LABEL = "Kakehashi Key", "Kakehashi Deal ID"
"""The labels of our two custom fields: what it was made for, which is unique, and which deal it belongs to."""


class Kind(Struct, frozen=True):
    """One kind: its path and list key, whose it is, and whether a deal can be tied to it."""

    name: DocumentKind
    plural: str
    party: str
    due: str
    deals: bool = True

    def scope(self, operation: str) -> str:
        """Return the scope that an operation (``READ``, ``CREATE``, ``UPDATE``) needs."""
        return f"ZohoBooks.{self.plural}.{operation}"


KINDS: dict[DocumentKind, Kind] = {
    "estimate": Kind("estimate", "estimates", "customer", "expiry_date"),
    "salesorder": Kind("salesorder", "salesorders", "customer", "shipment_date"),
    "invoice": Kind("invoice", "invoices", "customer", "due_date"),
    "purchaseorder": Kind("purchaseorder", "purchaseorders", "vendor", "delivery_date", deals=False),
}


class Ours(Struct, frozen=True):
    """Our custom fields on one kind: api_name and id of each, empty where there is none. ``others`` are the
    organisation's own that can be written: label → (id, kind).
    """

    key: str = ""
    key_id: str = ""
    deal: str = ""
    deal_id: str = ""
    unique: bool = False
    others: dict[str, tuple[str, Kinds]] = {}


def document_of(kind: Kind, ours: Ours, given: dict[str, Any]) -> Document:
    """Return a row of a list, or a whole document, as ours."""
    custom = {str(each.get("api_name")): each.get("value") for each in _dicts(given.get("custom_fields"))}
    lines = given.get("line_items")
    invoices = given.get("invoice_ids")
    return Document(
        kind=kind.name, id=_text(given, f"{kind.name}_id"), number=_text(given, f"{kind.name}_number"),
        status=_text(given, "status"), party_id=_text(given, f"{kind.party}_id"),
        party_name=_text(given, f"{kind.party}_name"), date=_text(given, "date"), due=_text(given, kind.due),
        total=_amount(given.get("total")), balance=_amount(given.get("balance")),
        currency=_text(given, "currency_code"), reference=_text(given, "reference_number"),
        salesperson=_text(given, "salesperson_name"), emailed=given.get("is_emailed") in (True, "true"),
        key=str(custom.get(ours.key) or ""), deal_id=str(custom.get(ours.deal) or ""),
        native_deal_id=_text(given, "zcrm_potential_id"),
        estimate_id=_text(given, "estimate_id") if kind.name == "invoice" else "",
        invoices=tuple(str(each) for each in invoices) if isinstance(invoices, list) else (),
        version=codec.instant_or_empty(given.get("last_modified_time")),
        created=codec.instant_or_empty(given.get("created_time")), discount=_off(given.get("discount")),
        discount_before_tax=given.get("is_discount_before_tax") not in (False, "false"),
        inclusive=given.get("is_inclusive_tax") in (True, "true"), shipping=_amount(given.get("shipping_charge")),
        adjustment=_amount(given.get("adjustment")), precision=_places(given.get("price_precision")),
        notes=_text(given, "notes"), terms=_text(given, "terms"), custom=_custom(ours, given),
        lines=tuple(_line(each) for each in lines if isinstance(each, dict)) if isinstance(lines, list) else None,
    )  # fmt: skip


def ours_of(fields: list[dict[str, Any]]) -> Ours:
    """Return our two among an entity's custom fields. The name of the uniqueness flag varies (§3.5)."""
    active = [each for each in fields if each.get("is_active") is not False]
    named = {str(each.get("label") or each.get("label_name")): each for each in active}
    key, deal = named.get(KEY_LABEL, {}), named.get(DEAL_LABEL, {})
    unique = key.get("is_unique") is True or key.get("is_unique_field") is True
    return Ours(
        key=str(key.get("api_name") or ""), key_id=str(key.get("field_id") or key.get("customfield_id") or ""),
        deal=str(deal.get("api_name") or ""), deal_id=str(deal.get("field_id") or deal.get("customfield_id") or ""),
        unique=unique or key.get("is_duplicate_allowed") is False,
        others={
            label: (str(each.get("field_id") or each.get("customfield_id")), kind_of(each))
            for label, each in named.items()
            if label not in (KEY_LABEL, DEAL_LABEL) and each.get("data_type") not in FIXED
        },
    )  # fmt: skip


def kind_of(field: dict[str, Any]) -> Kinds:
    """Return the kind of a custom field's values."""
    return KINDS_OF.get(str(field.get("data_type")), "text")


def new_body(kind: Kind, ours: Ours, new: NewDocument, currency_id: str) -> dict[str, Any]:
    """Return what makes a document. ``zcrm_potential_id`` is sent along: whether it sticks is UNCONFIRMED (§6.3)."""
    body: dict[str, Any] = {
        f"{kind.party}_id": new.party_id,
        "line_items": [line_body(each) for each in new.lines],
        "custom_fields": [{"customfield_id": ours.key_id, "value": new.key}],
    }
    if new.deal_id and kind.deals:
        body["custom_fields"].append({"customfield_id": ours.deal_id, "value": new.deal_id})
        body |= {"zcrm_potential_id": new.deal_id, "zcrm_potential_name": new.deal_name}
    body["custom_fields"] += [
        {"customfield_id": ours.others[label][0], "value": codec.encode(ours.others[label][1], value)}
        for label, value in new.custom.items()
        if label in ours.others
    ]
    plain = {
        "currency_id": currency_id, "salesperson_name": new.salesperson, "reference_number": new.reference,
        "date": new.date, kind.due: new.due, "notes": new.notes, "terms": new.terms,
    }  # fmt: skip
    body |= {name: value for name, value in plain.items() if value}
    if new.adjustment:
        body["adjustment"] = Decimal(new.adjustment)
    if any(each.discount for each in new.lines):
        body["discount_type"] = "item_level"
    elif new.discount:
        body |= {
            "discount": _discount(new.discount), "discount_type": "entity_level",
            "is_discount_before_tax": new.discount_before_tax,
        }  # fmt: skip
    return body


LINE_KEPT = (
    "account_id", "project_id", "location_id", "warehouse_id", "tags", "item_custom_fields", "product_type",
    "hsn_or_sac", "tax_exemption_id", "tds_tax_id", "header_id", "header_name", "bill_item_id", "purchase_rate",
    "expense_id", "time_entry_ids", "salesorder_item_id",
)  # fmt: skip
"""What a line has beside what we know of it: an update sends it back as it was read, so that nothing of it is lost."""
PLAIN = {"reference": "reference_number", "salesperson": "salesperson_name", "notes": "notes", "terms": "terms",
         "date": "date"}  # fmt: skip
"""Fields of an edit that are texts on the wire too."""


def edit_body(kind: Kind, ours: Ours, given: dict[str, Any], edit: Edit, why: str) -> dict[str, Any]:
    """Return an update that changes what ``edit`` names and leaves the rest of ``given``, as last read, as it is.

    ``why`` is told to Books where its update takes a reason: invoices (SPEC invoices.yml, ``reason``).
    """
    fields, names = edit.fields, PLAIN | {"due": kind.due}
    custom = {name.partition(".")[2]: value for name, value in fields.items() if name.startswith("custom.")}
    body: dict[str, Any] = {f"{kind.party}_id": given.get(f"{kind.party}_id")}
    body["line_items"] = kept_lines(given) if edit.lines is None else _edited_lines(given, edit.lines)
    body |= {names[name]: value for name, value in fields.items() if name in names}
    if "adjustment" in fields:
        body["adjustment"] = Decimal(fields["adjustment"] or "0")
    if "discount" in fields:
        body |= {"discount": _discount(fields["discount"] or "0"), "discount_type": "entity_level"}
    if edit.lines is not None and any(each.discount for each in edit.lines):
        body |= {"discount": 0, "discount_type": "item_level"}
    if "discount_before_tax" in fields:
        body["is_discount_before_tax"] = fields["discount_before_tax"] == "true"
    if custom:
        changed = {ours.others[label][0] for label in custom if label in ours.others}
        kept = [
            {"customfield_id": each.get("customfield_id"), "value": each.get("value")}
            for each in _dicts(given.get("custom_fields"))
            if str(each.get("customfield_id")) not in changed
        ]
        body["custom_fields"] = kept + [
            {"customfield_id": ours.others[label][0], "value": codec.encode(ours.others[label][1], value)}
            for label, value in custom.items()
            if label in ours.others
        ]
    if why and kind.name == "invoice":
        body["reason"] = why
    return body


def kept_lines(given: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the lines of a document as read, for an update that does not mean them."""
    return _edited_lines(given, [_line(each) for each in _dicts(given.get("line_items"))])


def _edited_lines(given: dict[str, Any], lines: Sequence[Line]) -> list[dict[str, Any]]:
    read = {str(each.get("line_item_id")): each for each in _dicts(given.get("line_items"))}
    found = []
    for line in lines:
        raw = read.get(line.id, {}) if line.id else {}
        kept = {name: raw[name] for name in LINE_KEPT if raw.get(name)}
        body = line_body(line)
        if raw:
            # What was emptied must be sent as empty: a key that is left out stays.
            body = {"description": "", "unit": "", "tax_id": "", "discount": 0, **body}
        found.append(kept | body)
    return found


def tie_body(kind: Kind, ours: Ours, given: dict[str, Any], deal_id: str, deal_name: str) -> dict[str, Any]:
    """Return an update that names a deal and leaves the rest of ``given``, the document as last read, as it is.

    An update must name its party and, for invoices, its lines (§10.10): both go back as they were read.
    """
    kept = [each for each in given.get("custom_fields") or () if isinstance(each, dict)]
    custom = [
        {"customfield_id": each.get("customfield_id"), "value": each.get("value")}
        for each in kept
        if str(each.get("customfield_id")) != ours.deal_id
    ]
    body: dict[str, Any] = {
        f"{kind.party}_id": given.get(f"{kind.party}_id"),
        "custom_fields": [*custom, {"customfield_id": ours.deal_id, "value": deal_id}],
        "zcrm_potential_id": deal_id, "zcrm_potential_name": deal_name,
    }  # fmt: skip
    if lines := kept_lines(given):
        body["line_items"] = lines
    return body


def line_body(line: Line) -> dict[str, Any]:
    """Return a line as Books takes it."""
    body: dict[str, Any] = {"rate": Decimal(line.rate), "quantity": Decimal(line.quantity)}
    texts = {
        "line_item_id": line.id, "item_id": line.item_id, "name": line.name, "description": line.description,
        "unit": line.unit, "tax_id": line.tax_id,
    }  # fmt: skip
    body |= {name: value for name, value in texts.items() if value}
    if line.discount:
        body["discount"] = _discount(line.discount)
    if line.category != "line_item":
        body["line_item_category"] = line.category
    return body


def _line(given: dict[str, Any]) -> Line:
    percentage = codec.decode_number(given.get("tax_percentage"))
    return Line(
        id=_text(given, "line_item_id"), item_id=_text(given, "item_id"), name=_text(given, "name"),
        description=_text(given, "description"), rate=_amount(given.get("rate")),
        quantity=_amount(given.get("quantity"), "1"), unit=_text(given, "unit"), discount=_off(given.get("discount")),
        tax_id=_text(given, "tax_id"), tax_name=_text(given, "tax_name"),
        tax_percentage=percentage.rstrip("%") if isinstance(percentage, str) else "",
        category=_text(given, "line_item_category") or "line_item",
    )  # fmt: skip


def _custom(ours: Ours, given: dict[str, Any]) -> dict[str, str]:
    """Return the organisation's own values by label, in their order of labels."""
    found: dict[str, str] = {}
    for each in _dicts(given.get("custom_fields")):
        label = str(each.get("label") or each.get("label_name") or "")
        if label in ours.others:
            value = codec.CONVERTS.get(ours.others[label][1], codec.decode_html)(each.get("value"))
            if value is not None:
                found[label] = told(value)
    return dict(sorted(found.items()))


def told(value: Value) -> str:
    """Return a canonical value as one text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, tuple) else value or ""


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(given: dict[str, Any], name: str) -> str:
    value = codec.decode_html(given.get(name))
    return value if isinstance(value, str) else ""


def _amount(value: Any, empty: str = "0") -> str:
    found = codec.decode_number(value)
    return found if isinstance(found, str) else empty


def _places(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value <= 6 else 2


def _off(value: Any) -> str:
    found = codec.decode_number(value)
    return found if isinstance(found, str) and found != "0" else ""


def _discount(value: str) -> Any:
    return value if value.endswith("%") else Decimal(value)
