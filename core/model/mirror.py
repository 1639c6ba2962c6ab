"""Documents in both places: CRM's side of them, and what is kept of the pairs (B61–B65)."""

from typing import Literal

from msgspec import Struct

from core.model.documents import DocumentKind

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
    custom: dict[str, str] = {}
    """Custom fields that Books' documents have too, by label (B65)."""
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
    """The mirror as it is, and what switching it would do: documents that would appear in CRM, or go from it."""

    setup: MirrorSetup
    unavailable: tuple[str, ...] = ()
    """CRM modules that this edition or user does not have."""
    mirrored: dict[str, int] = {}
    """By kind."""
    to_appear: dict[str, int] = {}
    to_remove: dict[str, int] = {}
    held: int = 0
