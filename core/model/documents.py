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


class DealProduct(Struct, frozen=True, kw_only=True):
    """A product of a deal: CRM tells which, not how many. ``price`` is its unit price, a decimal string."""

    id: str
    name: str
    price: str = ""
    description: str = ""


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
    products: bool = False
    """One line for each of the deal's products where they add up to its amount, instead of B74's one line."""
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
    custom: dict[str, str] = {}
    """The organisation's own custom fields by label; empty ones are not there (B65)."""
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
    discount_before_tax: bool = False
    """Of a discount of the whole document: it is taken off before the taxes are computed."""
    adjustment: str = ""
    custom: dict[str, str] = {}


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
