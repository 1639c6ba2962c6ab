"""Documents, deals, and what ties them: the vocabulary of ``core.documents`` (design.md §7)."""

from typing import Literal

from msgspec import Struct

DocumentKind = Literal["estimate", "salesorder", "invoice", "purchaseorder"]
TriggerKind = Literal["estimate", "invoice"]
TriggerVerb = Literal["create", "accept", "decline", "void"]
TieMaker = Literal["trigger", "person"]

KINDS: tuple[DocumentKind, ...] = ("estimate", "salesorder", "invoice", "purchaseorder")
DEAL_KINDS: tuple[DocumentKind, ...] = ("estimate", "salesorder", "invoice")
"""What a deal can be tied to (B94)."""

TriggerReason = Literal[
    "called",            # the stage calls for it
    "quiet",             # this stage calls for nothing
    "off",               # no preference (E26)
    "resting",           # the deal has not moved since the triggers were switched on
    "exists",            # made before: one document a deal and kind (?12)
    "done",              # the document is in that status already
    "nothing_made",      # a status was called for, and there is no document
    "reopened",          # declined or voided before, and called for again: a person decides (?12)
    "sent",              # marked as sent, or moved on, by a person (B77, F24)
    "gone",              # the document was deleted in Books (F29); it is not made again
    "converted",         # Books made an invoice of the estimate already
    "no_account",        # F22
    "no_contact",        # F22
    "no_amount",         # F23
    "no_name",           # F23
    "customer_missing",  # F21: the account or contact has no customer in Books yet
]  # fmt: skip

TRIGGER_F: dict[str, str] = {
    "sent": "F24", "gone": "F29", "no_account": "F22", "no_contact": "F22", "no_amount": "F23", "no_name": "F23",
    "customer_missing": "F21",
}  # fmt: skip
"""The failure reason of a trigger reason, where it has one (``core.model.reasons``)."""


class DealStage(Struct, frozen=True):
    """One stage of the organisation's deals. ``probability`` is in percent, None when CRM tells none."""

    name: str
    probability: int | None = None


class StageSeen(Struct, frozen=True):
    """One step of a deal's way: its stage, that stage's probability, and since when (server instant)."""

    stage: str
    probability: int | None = None
    at: str = ""
    amount: str | None = None


class Deal(Struct, frozen=True, kw_only=True):
    """One CRM deal. ``amount`` is a decimal string, None when empty; ids are empty when there is none."""

    id: str
    name: str = ""
    stage: str = ""
    probability: int | None = None
    amount: str | None = None
    description: str = ""
    account_id: str = ""
    contact_id: str = ""
    owner: str = ""
    currency: str = ""
    closing_date: str = ""
    version: str = ""
    created: str = ""


class Preference(Struct, frozen=True, kw_only=True):
    """What the administrator wants of the triggers (B68–B73). ``none`` clears them (E26).

    ``item_id`` is the Books item that every trigger line names (design.md §7); invoices need one. ``existing``: deals
    act from the stage they are in now; otherwise each only once its stage has moved.
    """

    kind: Literal["estimate", "invoice", "none"] = "none"
    create_at: tuple[str, ...] = ()
    accept_at: tuple[str, ...] = ()
    item_id: str = ""
    item_name: str = ""
    existing: bool = False
    revision: int = 0
    """Goes up with every change."""


class Made(Struct, frozen=True, kw_only=True):
    """The document that a trigger made for a deal. ``left`` is the status in which we last left it; ``gone``: deleted.

    ``invoices`` are those that Books made of an estimate (zoho-books-api §6.5).
    """

    kind: TriggerKind
    id: str
    number: str = ""
    left: str = "draft"
    invoices: tuple[str, ...] = ()
    at: str = ""


class DealRow(Struct, frozen=True, kw_only=True):
    """What we keep of a deal: as last seen, the stages it was seen in, and what its triggers did and still have to do.

    ``resting``: not moved since the triggers were switched on. ``note`` is the reason of the last decision.
    """

    deal: Deal
    trail: tuple[StageSeen, ...] = ()
    resting: bool = False
    wanted: tuple[TriggerVerb, ...] = ()
    estimate: Made | None = None
    invoice: Made | None = None
    note: str = ""
    note_at: str = ""
    gone: bool = False

    @property
    def key(self) -> str:
        """The row's id in the store."""
        return self.deal.id

    def made(self, kind: TriggerKind) -> Made | None:
        """Return the document that a trigger made of this kind."""
        return self.estimate if kind == "estimate" else self.invoice


class Line(Struct, frozen=True, kw_only=True):
    """One line of a document; amounts are decimal strings. ``discount`` may be a percentage, ``"10%"``."""

    id: str = ""
    item_id: str = ""
    name: str = ""
    description: str = ""
    rate: str = "0"
    quantity: str = "1"
    unit: str = ""
    discount: str = ""
    tax_id: str = ""
    tax_name: str = ""
    tax_percentage: str = ""
    category: str = "line_item"


class Document(Struct, frozen=True, kw_only=True):
    """One Books document. ``lines`` is None for a row of a list, which has none (zoho-books-api §6.3).

    ``party_id`` is its customer, a purchase order's vendor. ``deal_id`` is what our own field says, ``native_deal_id``
    what ``zcrm_potential_id`` says. ``key``: our key field; for one that a trigger made, ``deal:<deal id>``.
    """

    kind: DocumentKind
    id: str
    number: str = ""
    status: str = ""
    party_id: str = ""
    party_name: str = ""
    date: str = ""
    due: str = ""
    total: str = "0"
    balance: str = "0"
    currency: str = ""
    reference: str = ""
    salesperson: str = ""
    emailed: bool = False
    key: str = ""
    deal_id: str = ""
    native_deal_id: str = ""
    estimate_id: str = ""
    """Of an invoice: the estimate that it was made of."""
    invoices: tuple[str, ...] = ()
    version: str = ""
    created: str = ""
    discount: str = ""
    """Of the whole document: an amount or a percentage; lines have their own."""
    discount_before_tax: bool = True
    inclusive: bool = False
    """Its rates hold the tax."""
    shipping: str = "0"
    adjustment: str = "0"
    precision: int = 2
    """Decimal places of its currency."""
    notes: str = ""
    terms: str = ""
    lines: tuple[Line, ...] | None = None

    @property
    def ref(self) -> str:
        """The document's id in the store."""
        return f"{self.kind}:{self.id}"


class NewDocument(Struct, frozen=True, kw_only=True):
    """A document to make. ``key`` keeps it from being made twice; ``deal_id`` ties it."""

    kind: DocumentKind
    key: str
    party_id: str
    lines: tuple[Line, ...]
    deal_id: str = ""
    deal_name: str = ""
    currency: str = ""
    salesperson: str = ""
    reference: str = ""
    date: str = ""
    due: str = ""
    notes: str = ""
    terms: str = ""
    discount: str = ""
    adjustment: str = ""


class Tie(Struct, frozen=True, kw_only=True):
    """A document tied to a deal. One that a trigger made cannot be untied (B101)."""

    kind: DocumentKind
    document_id: str
    deal_id: str
    by: TieMaker
    at: str = ""
    native: bool = False
    """``zcrm_potential_id`` holds it as well."""

    @property
    def key(self) -> str:
        """The tie's id in the store: a document has at most one deal."""
        return f"{self.kind}:{self.document_id}"


class DocumentIntent(Struct, frozen=True, kw_only=True):
    """A durable note that a trigger is about to write a document; recovery looks up what became of it.

    ``version`` and ``status`` are the document's as read just before, empty for one that is to be made.
    """

    deal_id: str
    verb: TriggerVerb
    kind: TriggerKind
    key: str
    document_id: str = ""
    version: str = ""
    status: str = ""
    at: str = ""

    @property
    def id(self) -> str:
        """The intent's id in the store: a deal has at most one."""
        return self.deal_id


class Done(Struct, frozen=True, kw_only=True):
    """Books did it; ``document`` is what it now holds."""

    document: Document


class Decision(Struct, frozen=True, kw_only=True):
    """What a trigger does next for a deal, and why. ``verb`` ``none`` does nothing.

    ``settled``: the verb that was wanted is thereby dealt with; otherwise it stays wanted until something changes.
    """

    verb: TriggerVerb | Literal["none"]
    why: TriggerReason
    settled: bool = True

    @property
    def reason(self) -> str:
        """The F-reason, empty when it has none."""
        return TRIGGER_F.get(self.why, "")


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


CRM_MODULES: dict[DocumentKind, str] = {
    "estimate": "Quotes", "salesorder": "Sales_Orders", "invoice": "Invoices", "purchaseorder": "Purchase_Orders",
}  # fmt: skip
"""The CRM module of each kind of document (design.md §7)."""


class Tax(Struct, frozen=True):
    """A tax by its name, with its rate in percent as a decimal string. ``id`` is that of Books."""

    name: str
    percentage: str
    id: str = ""


class CrmRow(Struct, frozen=True, kw_only=True):
    """One row of a CRM document; amounts are decimal strings. ``discount`` is the row's whole, as an amount."""

    id: str = ""
    product_id: str = ""
    product_name: str = ""
    quantity: str = "1"
    price: str = "0"
    discount: str = "0"
    taxes: tuple[Tax, ...] = ()
    description: str = ""


class CrmPaper(Struct, frozen=True, kw_only=True):
    """One CRM document. ``party_id`` is its account, a purchase order's vendor. ``rows`` is None for a row of a list,
    which has none (zoho-crm-inventory-modules §4). ``taxes`` are those of the whole document.
    """

    kind: DocumentKind
    id: str = ""
    subject: str = ""
    number: str = ""
    status: str = ""
    party_id: str = ""
    contact_id: str = ""
    deal_id: str = ""
    date: str = ""
    due: str = ""
    reference: str = ""
    description: str = ""
    terms: str = ""
    currency: str = ""
    discount: str = "0"
    adjustment: str = "0"
    taxes: tuple[Tax, ...] = ()
    total: str = "0"
    owner: str = ""
    books_id: str = ""
    """Our key field: the Books document that this one mirrors."""
    books_number: str = ""
    books_status: str = ""
    books_balance: str = ""
    books_link: str = ""
    version: str = ""
    created: str = ""
    rows: tuple[CrmRow, ...] | None = None


class Mirror(Struct, frozen=True, kw_only=True):
    """A Books document and the CRM document that shows it. ``origin`` is where it was made.

    ``books_version`` is the version that CRM shows, ``crm_version`` the one that our last write made.
    """

    kind: DocumentKind
    books_id: str
    crm_id: str
    origin: Literal["books", "crm"]
    books_version: str = ""
    crm_version: str = ""
    deal_id: str = ""
    gone: bool = False
    """A person deleted it in CRM: it is not made again, and the Books document stays (B86)."""
    at: str = ""

    @property
    def key(self) -> str:
        """The mirror's id in the store."""
        return f"{self.kind}:{self.books_id}"


class MirrorSetup(Struct, frozen=True, kw_only=True):
    """Whether transactions are mirrored (B62), since when (CRM's own time: what was made there before stays, B64), and
    the product that stands for lines without one.
    """

    on: bool = False
    since: str = ""
    product_id: str = ""
    revision: int = 0


class Hold(Struct, frozen=True, kw_only=True):
    """A document that is not written, and why: an F-reason, and what a person must know."""

    reason: str
    message: str
    field: str = ""


class MirrorStatus(Struct, frozen=True, kw_only=True):
    """The mirror as it is, and what switching it would do: documents that would appear in CRM, or be removed from it."""

    setup: MirrorSetup
    unavailable: tuple[str, ...] = ()
    """CRM modules that this edition or user does not have."""
    mirrored: dict[str, int] = {}
    """By kind."""
    to_appear: dict[str, int] = {}
    to_remove: dict[str, int] = {}
    held: int = 0
