"""What a big list of documents shows: a query, its size, and windows of it."""

from msgspec import Struct

from core.model.documents import Document, DocumentKind


class PaperQuery(Struct, frozen=True, kw_only=True):
    """Which documents. Empty values narrow nothing."""

    kind: DocumentKind | None = None
    status: str = ""
    party_id: str = ""
    loose: bool = False
    """Only those that belong to no deal; purchase orders never do and are left out."""
    text: str = ""
    """Matches when every word of it, folded, occurs in number, customer, reference or status."""


class PaperListing(Struct, frozen=True, kw_only=True):
    """A list of documents held by the agent: its id, how many match, and what there is to choose from.

    ``kinds`` counts all documents, ``statuses`` those of the query's kind, customer and deal, whatever their status.
    """

    id: str
    count: int
    generation: int
    kinds: dict[str, int] = {}
    statuses: dict[str, int] = {}


class PaperRows(Struct, frozen=True, kw_only=True):
    """A window of such a list: ``rows[0]`` is document ``start``; fewer than asked near the end."""

    listing: PaperListing
    start: int
    rows: tuple[Document, ...] = ()
