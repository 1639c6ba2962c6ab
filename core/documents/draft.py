"""PURE. The document that a trigger makes of a deal: exactly one line, with B74's six values.

Customer name and address come with the customer, whose own they are by the customer sync; salesperson, line name,
description and rate come from the deal.
"""

from core.model.documents import Deal, Line, NewDocument, Preference, TriggerKind

LENGTHS = {"name": 100, "description": 2_000, "salesperson": 200}
"""Characters that Books takes (E42). The server's refusal is the truth; this only tells both lengths beforehand."""


def key_of(deal_id: str) -> str:
    """Return the key of what a deal's triggers make. It is one for each kind, as each kind has its own key field."""
    return f"deal:{deal_id}"


def deal_of(key: str) -> str:
    """Return the deal that a key names, empty for another key."""
    head, _, deal_id = key.partition(":")
    return deal_id if head == "deal" else ""


def draft(preference: Preference, kind: TriggerKind, deal: Deal, customer_id: str) -> NewDocument:
    """Return what is to be made. The deal's amount is not None (``triggers.missing``)."""
    line = Line(
        item_id=preference.item_id, name=deal.name, description=deal.description, rate=deal.amount or "0", quantity="1"
    )
    return NewDocument(
        kind=kind, key=key_of(deal.id), party_id=customer_id, lines=(line,), deal_id=deal.id, deal_name=deal.name,
        currency=deal.currency, salesperson=deal.owner,
    )  # fmt: skip


def too_long(document: NewDocument) -> tuple[str, int, int] | None:
    """Return (field, its length, the limit) of the first value that Books will not take (F16)."""
    values = [("salesperson", document.salesperson)]
    for line in document.lines:
        values += [("name", line.name), ("description", line.description)]
    for field, value in values:
        if len(value) > LENGTHS[field]:
            return field, len(value), LENGTHS[field]
    return None
