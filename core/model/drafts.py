"""Documents that a person is making, and whom they may be for."""

from msgspec import Struct

from core.model.documents import DocumentKind, NewDocument

STATUSES: dict[DocumentKind, tuple[str, ...]] = {
    "estimate": ("sent", "accepted", "declined"), "invoice": ("sent", "void"), "salesorder": ("open", "void"),
    "purchaseorder": ("open", "billed", "cancelled"),
}  # fmt: skip
"""What a person may put a document into (zoho-books-api §6.1)."""


class Draft(Struct, frozen=True, kw_only=True):
    """A document being made; it is kept until Books has it as it should be, so that nothing typed is lost.

    ``then`` are the statuses it goes through once it is made (``sent``, ``open``). ``document_id`` is set once Books
    has it. ``reason`` and ``problem`` tell why the last sending did not succeed.
    """

    id: str = ""
    new: NewDocument
    then: tuple[str, ...] = ()
    document_id: str = ""
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
