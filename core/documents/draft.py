"""PURE. The document that a trigger makes of a deal: exactly one line, with B74's six values.

Customer name and address come with the customer, whose own they are by the customer sync; salesperson, line name,
description and rate come from the deal.
"""

from collections.abc import Sequence
from decimal import Decimal

from core.model.documents import Deal, DealProduct, Line, NewDocument, Preference, TriggerKind

LENGTHS = {"name": 100, "description": 2_000, "salesperson": 200}
"""Characters that Books takes (E42). The server's refusal is the truth; this only tells both lengths beforehand."""


def key_of(deal_id: str) -> str:
    """Return the key of what a deal's triggers make. It is one for each kind, as each kind has its own key field."""
    return f"deal:{deal_id}"


def deal_of(key: str) -> str:
    """Return the deal that a key names, empty for another key."""
    head, _, deal_id = key.partition(":")
    return deal_id if head == "deal" else ""


def draft(
    preference: Preference, kind: TriggerKind, deal: Deal, customer_id: str,
    products: Sequence[tuple[DealProduct, str]] = (),
) -> NewDocument:  # fmt: skip
    """Return what is to be made. The deal's amount is not None (``triggers.missing``).

    ``products`` are the deal's, each with its Books item (empty: none). CRM tells no quantities of them: they become
    lines only where their prices add up to the deal's amount; else there is the one line of B74.
    """
    line = Line(
        item_id=preference.item_id, name=deal.name, description=deal.description, rate=deal.amount or "0", quantity="1"
    )
    lines = product_lines(preference, deal, products) if preference.products else ()
    return NewDocument(
        kind=kind, key=key_of(deal.id), party_id=customer_id, lines=lines or (line,), deal_id=deal.id,
        deal_name=deal.name, currency=deal.currency, salesperson=deal.owner,
    )  # fmt: skip


def product_lines(preference: Preference, deal: Deal, products: Sequence[tuple[DealProduct, str]]) -> tuple[Line, ...]:
    """Return a line for each product, none where they do not come to the deal's amount."""
    if not products or any(not each.price for each, _ in products):
        return ()
    if sum(Decimal(each.price) for each, _ in products) != Decimal(deal.amount or "0"):
        return ()
    return tuple(
        Line(item_id=item_id or preference.item_id, name=each.name, description=each.description, rate=each.price)
        for each, item_id in products
    )


def too_long(document: NewDocument) -> tuple[str, int, int] | None:
    """Return (field, its length, the limit) of the first value that Books will not take (F16)."""
    values = [("salesperson", document.salesperson)]
    for line in document.lines:
        values += [("name", line.name), ("description", line.description)]
    for field, value in values:
        if len(value) > LENGTHS[field]:
            return field, len(value), LENGTHS[field]
    return None
