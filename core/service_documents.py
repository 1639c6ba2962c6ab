"""The part of the front door that is about documents, deals and triggers; ``core.service.Service`` has it whole."""

from typing import Protocol

from core.model.documents import Document, DocumentKind, Preference, Tie
from core.model.drafts import Draft, Item, Party, Take, Totals
from core.model.ledger import DealChoice, DocumentPage, LedgerEntry, LooseDocument, Simulation, TriggerStatus
from core.model.mirror import MirrorStatus, Tax
from core.model.papers import PaperListing, PaperQuery, PaperRows
from core.model.run import Run


class DocumentService(Protocol):
    """Lists answer with what was last read; ``refresh_documents`` reads what changed. Every method may raise
    ``Problem``.
    """

    async def refresh_documents(self) -> None:
        """Read what changed of CRM's deals and Books' documents."""
        ...

    async def documents(self, kind: DocumentKind | None, start: int, stop: int) -> list[Document]:
        """Return a window of documents, newest first."""
        ...

    async def document(self, kind: DocumentKind, document_id: str) -> DocumentPage:
        """Return one document, read just now, with its lines and its deal. Raises ``Problem('not_found')``."""
        ...

    async def mark_document(self, kind: DocumentKind, document_id: str, status: str) -> Document:
        """Put a document into a status, as its person wants it; nobody is e-mailed. Raises
        ``Problem('document_refused')``.
        """
        ...

    async def drafts(self) -> list[Draft]:
        """Return the documents that persons are making, oldest first."""
        ...

    async def save_draft(self, draft: Draft) -> Draft:
        """Keep a draft, a new one without an id, and return it."""
        ...

    async def drop_draft(self, draft_id: str) -> None:
        """Forget a draft."""
        ...

    async def send_draft(self, draft_id: str) -> DocumentPage:
        """Make the document in Books or send its edit, tie it, and put it into the statuses asked for. Raises
        ``Problem``: ``document_refused`` and its kin, ``document_moved``, ``edit_needs_why``, ``document_closed``,
        ``total_differs``; the draft then stays, with the reason.
        """
        ...

    async def edit_document(self, kind: DocumentKind, document_id: str) -> Draft:
        """Return an edit of a document read just now, or the one that is kept of it; ``save_draft`` keeps it. Raises
        ``Problem``: ``not_found``, ``document_closed``.
        """
        ...

    async def settle_draft(self, draft_id: str, take: Take) -> Draft:
        """Bring an edit onto the document as it is now; where both moved, ``take`` says whose value stays."""
        ...

    async def draft_totals(self, draft: Draft) -> Totals:
        """Return what Books will make of a draft's lines, discount and taxes, to the minor unit."""
        ...

    async def open_papers(self, query: PaperQuery) -> PaperListing:
        """Make or find the list of the documents that match, newest first, with how many there are of each status."""
        ...

    async def papers(self, listing_id: str, start: int, stop: int) -> PaperRows:
        """Return a window of such a list. Raises ``Problem('not_found')`` for an id that is none."""
        ...

    async def search_parties(self, kind: DocumentKind, text: str) -> list[Party]:
        """Search CRM for whom a document is for, by the mode's rule (B90–B93)."""
        ...

    async def document_taxes(self) -> list[Tax]:
        """Return Books' taxes, for lines."""
        ...

    async def search_items(self, text: str) -> list[Item]:
        """Return items of Books for a line, as somebody types: those that hold every word of ``text``."""
        ...

    async def deal_ledger(self, start: int, stop: int) -> list[LedgerEntry]:
        """Return a window of the deal ledger, the deals that changed last first."""
        ...

    async def loose_documents(self, start: int, stop: int) -> list[LooseDocument]:
        """Return a window of the documents that have no deal, with the deal that fits, newest first."""
        ...

    async def customer_deals(self, customer_id: str) -> list[DealChoice]:
        """Return all deals of a Books customer's account or contact (B97)."""
        ...

    async def document_deals(self, kind: DocumentKind, document_id: str) -> list[DealChoice]:
        """Return the deals that a document can be tied to (B97)."""
        ...

    async def associate(self, kind: DocumentKind, document_id: str, deal_id: str) -> Tie:
        """Tie a document to a deal (B94). Raises ``Problem``: ``tied_by_trigger``, ``deal_of_another``, …"""
        ...

    async def disassociate(self, kind: DocumentKind, document_id: str) -> None:
        """Untie a document (B100). Raises ``Problem('tied_by_trigger')`` (B101)."""
        ...

    async def triggers(self) -> TriggerStatus:
        """Return what the triggers are set to, and CRM's stages to choose from (B68)."""
        ...

    async def switch_triggers(self, preference: Preference) -> Preference:
        """Store a preference and return it. Raises ``Problem('bad_request')`` for one that cannot work."""
        ...

    async def run_triggers(self, retry: bool) -> Run:
        """Look at the deals now, do what their stages call for, and return the run as it ended."""
        ...

    async def simulate_triggers(self, preference: Preference, limit: int) -> Simulation:
        """Return what a preference would have done of the ``limit`` deals that changed last (0: all)."""
        ...

    async def transactions(self) -> MirrorStatus:
        """Return whether transactions are mirrored, and what switching would do, by what was last read (B62, B103)."""
        ...

    async def switch_transactions(self, on: bool) -> MirrorStatus:
        """Switch the mirror. Off removes from CRM what it put there; Books keeps everything. Ask before (B62, B103)."""
        ...

    async def run_transactions(self) -> Run:
        """Bring both sides' documents up to date, and return the run as it ended. Raises ``Problem``:
        ``not_configured`` while transactions are off, ``paused``.
        """
        ...
