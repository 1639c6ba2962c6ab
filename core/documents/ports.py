"""What documents, deals and triggers need of the world. ``core.zoho`` and ``core.store`` provide it.

No desk deletes anything.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Protocol

from core.engine.ports import Commit
from core.model.documents import (
    Deal,
    DealProduct,
    DealRow,
    DealStage,
    Document,
    DocumentIntent,
    DocumentKind,
    Done,
    NewDocument,
    Preference,
    StageSeen,
    Tie,
)
from core.model.drafts import Draft, Edit, Item, Party
from core.model.link import Link
from core.model.mirror import Tax
from core.model.names import ModuleName, SideName
from core.model.record import Gone, Refused, Unknown
from core.model.run import Failure, Run
from core.model.setup import KeyStrength, ModuleSetup, Profile

Outcome = Done | Refused | Unknown


class DealDesk(Protocol):
    """CRM's deals. Raises ``Problem`` when the whole must stop."""

    @property
    def calls(self) -> int:
        """Return the API requests sent."""
        ...

    async def stages(self) -> list[DealStage]:
        """Return the stages with their probabilities, in CRM's order."""
        ...

    def changes(self, since: str | None) -> AsyncIterator[list[Deal]]:
        """Yield batches of deals modified at or after ``since`` (server instant), any order; None: all."""
        ...

    def gone(self, since: str | None) -> AsyncIterator[list[Gone]]:
        """Yield deals deleted since."""
        ...

    async def read(self, ids: Sequence[str]) -> list[Deal]:
        """Return deals by id; those that are gone are absent."""
        ...

    async def deals_of(self, entity: str, record_id: str) -> list[Deal]:
        """Return the deals of an account or contact (``Accounts``, ``Contacts``); deleted ones are not there (E24)."""
        ...

    async def parties(self, entity: str, text: str) -> list[Party]:
        """Return accounts, contacts or vendors whose name holds a text; accounts with all their contacts (B92)."""
        ...

    async def products(self, deal_id: str) -> list[DealProduct]:
        """Return the products of a deal (zoho-crm-api §5.10), none where CRM has no such list."""
        ...

    async def history(self, deal_id: str) -> list[StageSeen] | None:
        """Return the stages a deal went through, oldest first; None where CRM has no such list (zoho-crm-api §5.11)."""
        ...


class BookDesk(Protocol):
    """Books' documents. Raises ``Problem`` when the whole must stop."""

    @property
    def calls(self) -> int:
        """Return the API requests sent."""
        ...

    async def prepare(self, kind: DocumentKind) -> KeyStrength:
        """Find our fields on documents of a kind, make them where they are missing, and return how far the key guards.

        Raises ``Problem('field_missing')`` where they cannot be made: without the key nothing is written.
        """
        ...

    def changes(self, kind: DocumentKind, since: str | None) -> AsyncIterator[list[Document]]:
        """Yield list rows modified at or after ``since``; None: all."""
        ...

    async def read(self, kind: DocumentKind, document_id: str) -> Document | None:
        """Return one document with its lines, None when it is gone."""
        ...

    async def find(self, kind: DocumentKind, key: str) -> list[Document]:
        """Return the documents that carry a key, oldest first; more than one only where the key does not guard."""
        ...

    async def create(self, new: NewDocument) -> Outcome:
        """Make a draft. One that the key says was made already is returned as done."""
        ...

    async def mark(self, kind: DocumentKind, document_id: str, status: str) -> Outcome:
        """Put a document into a status (``sent``, ``accepted``, ``declined``, ``void``). E-mails nobody."""
        ...

    async def change(self, document: Document, edit: Edit, why: str) -> Outcome:
        """Send an edit of a document as just read; Refused with code ``MOVED`` where it is no longer that."""
        ...

    async def taxes(self) -> list[Tax]:
        """Return Books' taxes."""
        ...

    async def items(self, text: str) -> tuple[list[Item], bool]:
        """Return the first active items that hold a text (none: any), by name, and whether those are all."""
        ...

    async def currencies(self) -> tuple[str, dict[str, int]]:
        """Return the base currency, and the decimal places of each currency."""
        ...

    async def tie(self, document: Document, deal_id: str, deal_name: str) -> Outcome:
        """Write a deal (empty: none) to our own field and, where it sticks, to ``zcrm_potential_id`` (E40)."""
        ...


class DocumentStore(Protocol):
    """What is kept, beside what the engine keeps. Reads answer from memory."""

    def commit(self, commit: Commit) -> None:
        """Write one transaction durably."""
        ...

    def profile(self) -> Profile | None:
        """Return the joined organisations."""
        ...

    def setup(self, module: ModuleName) -> ModuleSetup | None:
        """Return a module's settings."""
        ...

    def link_of(self, module: ModuleName, side: SideName, record_id: str) -> Link | None:
        """Return the link that holds a record."""
        ...

    def cursor(self, name: str) -> str | None:
        """Return a cursor."""
        ...

    def failure(self, key: str) -> Failure | None:
        """Return one failure."""
        ...

    def failures(self, module: ModuleName | None = None) -> list[Failure]:
        """Return failures and holds, in the order of their keys."""
        ...

    def run(self, run_id: str) -> Run | None:
        """Return one run."""
        ...

    def preference(self) -> Preference:
        """Return the triggers' preference; without one, none."""
        ...

    def deal_row(self, deal_id: str) -> DealRow | None:
        """Return what is kept of a deal."""
        ...

    def deal_rows(self, *, waiting: bool = False) -> Iterator[DealRow]:
        """Iterate over deals; ``waiting``: those of which something is wanted."""
        ...

    def document(self, kind: DocumentKind, document_id: str) -> Document | None:
        """Return a document as last seen, without lines."""
        ...

    def documents(self, kind: DocumentKind | None = None) -> Iterator[Document]:
        """Iterate over documents as last seen."""
        ...

    def tie(self, kind: DocumentKind, document_id: str) -> Tie | None:
        """Return what a document is tied to."""
        ...

    def ties(self) -> Iterator[Tie]:
        """Iterate over ties."""
        ...

    def document_intents(self) -> list[DocumentIntent]:
        """Return the intents that no outcome has closed."""
        ...


class DraftStore(DocumentStore, Protocol):
    """What is kept of drafts."""

    def draft(self, draft_id: str) -> Draft | None:
        """Return a draft."""
        ...

    def drafts(self) -> list[Draft]:
        """Return all drafts, oldest first."""
        ...
