"""Where documents and payments are kept, and what customers owe because of them."""

from __future__ import annotations

from typing import Any

from core.sandbox.books.documents.kinds import BY_ENTITY, KINDS, Kind
from core.sandbox.books.index import Index
from core.sandbox.sources import Empty, Row
from core.sandbox.table import Table

TIMES = ("created_time", "last_modified_time")


class Documents:
    """The documents of one kind, with what is looked up in them and the next number of their series."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.table = Table(Empty(), id_key=kind.id_key, created_key=TIMES[0], modified_key=TIMES[1])
        self.next = 1
        self.numbers = Index(self.table, lambda row: (row[kind.number_key],))
        self.values = Index(self.table, lambda row: tuple((row.get("custom_values") or {}).items()))
        self.parties = Index(self.table, lambda row: (row[kind.party_key],))
        self.items = Index(self.table, lambda row: [each.get("item_id") for each in row["line_items"]])

    def take_number(self) -> str:
        """The next number that nobody has."""
        while True:
            number = f"{self.kind.prefix}{self.next:05d}"
            self.next += 1
            if not self.numbers.find(number):
                return number

    def forget(self) -> None:
        """After a restore."""
        for index in (self.numbers, self.values, self.parties, self.items):
            index.forget()


class Ledger:
    """All documents and payments of an organisation."""

    def __init__(self) -> None:
        self.of = {kind.entity: Documents(kind) for kind in KINDS}
        self.payments = Table(Empty(), id_key="payment_id", created_key=TIMES[0], modified_key=TIMES[1])
        self.payers = Index(self.payments, lambda row: (row["customer_id"],))
        self.next_payment = 1
        self.notes = Table(Empty(), id_key="creditnote_id", created_key=TIMES[0], modified_key=TIMES[1])
        self.credited = Index(self.notes, lambda row: (row["customer_id"],))
        self.next_note = 1

    def contact_in_use(self, contact_id: str) -> bool:
        """Whether a document or a payment names a contact."""
        return any(held.parties.find(contact_id) for held in self.of.values()) or bool(
            self.payers.find(contact_id) or self.credited.find(contact_id)
        )

    def item_in_use(self, item_id: str) -> bool:
        """Whether a line names an item."""
        return any(held.items.find(item_id) for held in self.of.values())

    def receivable(self, contact_id: str) -> tuple[float, float]:
        """(what a customer owes, the same in base currency): the balances of invoices that were sent."""
        invoices = self.of["invoice"]
        if not len(invoices.table):
            return 0.0, 0.0
        owed = base = 0.0
        for each in invoices.parties.find(contact_id):
            row = invoices.table.get(each)
            if row is not None and row["status"] == "sent":
                balance = balance_of(row)
                owed, base = owed + balance, base + balance * float(row.get("exchange_rate") or 1)
        return owed, base

    @property
    def version(self) -> int:
        """Rises with every write."""
        return self.of["invoice"].table.version + self.payments.version + self.notes.version

    def owes(self, contact_id: str, before: str) -> bool:
        """Whether a customer has an unpaid invoice that is due before a day."""
        invoices = self.of["invoice"]
        rows = (invoices.table.get(each) for each in invoices.parties.find(contact_id))
        return any(
            row is not None and row["status"] == "sent" and balance_of(row) > 0 and (row.get("due_date") or "") < before
            for row in rows
        )

    def credits(self, contact_id: str) -> float:
        """What a customer paid too much, and what is left of its credit notes."""
        paid = (self.payments.get(each) for each in self.payers.find(contact_id))
        notes = (self.notes.get(each) for each in self.credited.find(contact_id))
        return sum(unused(row) for row in paid if row is not None) + sum(credit_left(row) for row in notes if row)

    def dump(self) -> Any:
        """What `load` needs."""
        documents = {entity: (held.table.dump(), held.next) for entity, held in self.of.items()}
        return documents, self.payments.dump(), self.next_payment, self.notes.dump(), self.next_note

    def load(self, dumped: Any) -> None:
        """Return to a dumped state."""
        documents, payments, self.next_payment, notes, self.next_note = dumped
        for entity, (table, number) in documents.items():
            held = self.of[entity]
            held.table.load(table)
            held.next = number
            held.forget()
        self.payments.load(payments)
        self.payers.forget()
        self.notes.load(notes)
        self.credited.forget()


def balance_of(row: Row) -> float:
    """What is still to be paid of an invoice."""
    paid = sum(each["amount_applied"] for each in row.get("payments", ()))
    paid += sum(each["amount_applied"] for each in row.get("credits", ()))
    return max(round(float(row["total"]) - float(paid) - float(row.get("write_off_amount", 0)), 6), 0.0)


def unused(payment: Row) -> float:
    """What of a payment is applied to no invoice."""
    return float(max(payment["amount"] - sum(each["amount_applied"] for each in payment["invoices"]), 0.0))


def credit_left(note: Row) -> float:
    """What of a credit note is still the customer's."""
    if note["status"] != "open":
        return 0.0
    return float(max(note["total"] - sum(each["amount_applied"] for each in note["invoices"]), 0.0))


def kind_of(entity: str) -> Kind:
    """By singular name; KeyError for another."""
    return BY_ENTITY[entity]
