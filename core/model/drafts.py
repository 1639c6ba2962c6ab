"""Documents that a person is making, and whom they may be for."""

from typing import Literal

from msgspec import Struct

from core.model.documents import Document, DocumentKind, Line, NewDocument

Take = Literal["mine", "theirs"]
"""Whose value stays where a document and its edit have both moved."""
FREE = frozenset({"draft", "rejected"})
"""Statuses in which a document is edited freely; in others, but for those, a reason is asked for."""
CLOSED = frozenset({
    "void", "cancelled", "paid", "invoiced", "partially_invoiced", "billed", "partially_billed", "closed", "received",
    "declined", "signed",
})  # fmt: skip
"""Statuses in which a document is not edited here."""
MOVED = "MOVED"
"""The code of an edit that was not sent, because the document was no longer as it was read."""

STATUSES: dict[DocumentKind, tuple[str, ...]] = {
    "estimate": ("sent", "accepted", "declined"), "invoice": ("sent", "void"), "salesorder": ("open", "void"),
    "purchaseorder": ("open", "billed", "cancelled"),
}  # fmt: skip
"""What a person may put a document into (zoho-books-api §6.1)."""


class Moved(Struct, frozen=True, kw_only=True):
    """What an edit and somebody else have both changed. ``field`` is a name of ``NewDocument``, or ``line 2``."""

    field: str
    was: str = ""
    mine: str = ""
    theirs: str = ""


class Edit(Struct, frozen=True, kw_only=True):
    """What an update sends: the fields that change, and all lines where any of them does (None: none does)."""

    fields: dict[str, str] = {}
    lines: tuple[Line, ...] | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to send."""
        return not self.fields and self.lines is None


class Item(Struct, frozen=True, kw_only=True):
    """An item of Books, for a line. Rates are decimal strings, empty where there is none."""

    id: str
    name: str
    sku: str = ""
    description: str = ""
    unit: str = ""
    rate: str = ""
    purchase_rate: str = ""
    tax_id: str = ""


class TaxSum(Struct, frozen=True):
    """What one tax makes of a document."""

    name: str
    percentage: str
    amount: str


class Totals(Struct, frozen=True, kw_only=True):
    """What Books makes of a document's lines, to the minor unit; amounts are decimal strings."""

    sub_total: str = "0"
    discount: str = "0"
    taxes: tuple[TaxSum, ...] = ()
    adjustment: str = "0"
    shipping: str = "0"
    total: str = "0"
    currency: str = ""
    precision: int = 2


class Draft(Struct, frozen=True, kw_only=True):
    """A document being made or edited; it is kept until Books has it as it should be, so that nothing typed is lost.

    ``then`` are the statuses it goes through once it is made (``sent``, ``open``). ``document_id`` is set once Books
    has it. ``reason`` and ``problem`` tell why the last sending did not succeed. ``base`` is the document as it was
    when its edit began, None for one that is being made; ``why`` is what Books is told of the edit of one that was
    sent; ``moved`` is what somebody else has changed meanwhile.
    """

    id: str = ""
    new: NewDocument
    then: tuple[str, ...] = ()
    document_id: str = ""
    party_name: str = ""
    base: Document | None = None
    why: str = ""
    moved: tuple[Moved, ...] = ()
    reason: str = ""
    problem: str = ""
    saved_at: str = ""

    @property
    def key(self) -> str:
        """What keeps the document from being made twice."""
        return f"own:{self.id}"


class Party(Struct, frozen=True, kw_only=True):
    """An account, contact or vendor in CRM that a document may be for (B90, B93).

    ``contacts`` are the names of all contacts under an account (B92). ``books_id`` is empty while it is not in Books.
    """

    entity: str
    crm_id: str
    name: str
    contacts: tuple[str, ...] = ()
    books_id: str = ""
