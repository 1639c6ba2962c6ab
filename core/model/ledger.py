"""What is told of deals and documents: the ledger, simulations, choices, and how the triggers stand."""

from typing import Literal

from msgspec import Struct

from core.model.documents import (
    Deal,
    DealStage,
    Document,
    Preference,
    Tie,
    TriggerKind,
    TriggerReason,
    TriggerVerb,
)

FitReason = Literal["customer", "amount", "name", "only", "time"]
"""Why a deal fits a document: the same customer, the same amount, its name in the reference, the customer's only open
deal, made while the deal was open."""


class SimulatedStep(Struct, frozen=True, kw_only=True):
    """What a preference would have done at one stage of a deal; ``verb`` ``none`` tells why nothing."""

    deal_id: str
    deal_name: str
    stage: str
    at: str
    verb: TriggerVerb | Literal["none"]
    why: TriggerReason


class SimulatedDocument(Struct, frozen=True, kw_only=True):
    """A document that a preference would have made, as it would stand now."""

    deal_id: str
    deal_name: str
    kind: TriggerKind
    status: str
    amount: str
    currency: str
    made_at: str


class Total(Struct, frozen=True, kw_only=True):
    """How many documents of one status and currency, and their sum."""

    status: str
    currency: str
    count: int
    amount: str


class Simulation(Struct, frozen=True, kw_only=True):
    """What a preference would have made of the deals' past. ``from_history``: deals whose stages CRM told;
    ``from_seen``: those of which only the stages since the installation are known.
    """

    preference: Preference
    deals: int = 0
    from_history: int = 0
    from_seen: int = 0
    steps: tuple[SimulatedStep, ...] = ()
    documents: tuple[SimulatedDocument, ...] = ()
    totals: tuple[Total, ...] = ()


class LedgerEntry(Struct, frozen=True, kw_only=True):
    """One deal and its money. Amounts are in the deal's currency; documents in others are listed, not counted.

    ``invoiced`` leaves out drafts and void invoices; ``gap`` is the deal's amount less that, None without an amount.
    """

    deal: Deal
    documents: tuple[Document, ...] = ()
    drafted: str = "0"
    invoiced: str = "0"
    paid: str = "0"
    gap: str | None = None
    other_currencies: bool = False


class Fit(Struct, frozen=True, kw_only=True):
    """A deal that fits a document, and why."""

    deal_id: str
    deal_name: str
    why: tuple[FitReason, ...]


class LooseDocument(Struct, frozen=True, kw_only=True):
    """A document without a deal, with the one that fits where one does better than all others."""

    document: Document
    fit: Fit | None = None


class Ledger(Struct, frozen=True, kw_only=True):
    """Deals with their money, and documents that belong to none."""

    entries: tuple[LedgerEntry, ...] = ()
    loose: tuple[LooseDocument, ...] = ()
    tied: int = 0
    """Documents that belong to a deal."""


class DealChoice(Struct, frozen=True, kw_only=True):
    """One of a customer's deals, for the sidebar (B97). ``tied``: the document at hand is tied to it."""

    deal: Deal
    tied: bool = False
    documents: int = 0


class DocumentPage(Struct, frozen=True, kw_only=True):
    """One document read just now, and its deal."""

    document: Document
    tie: Tie | None = None
    deal: Deal | None = None


class TriggerStatus(Struct, frozen=True, kw_only=True):
    """What the triggers are set to, the stages there are, and how many deals they concern."""

    preference: Preference
    stages: tuple[DealStage, ...] = ()
    deals: int = 0
    resting: int = 0
    waiting: int = 0
    made: int = 0
    failures: int = 0
    open_intents: int = 0
