"""The service's methods about documents, deals and triggers."""

from abc import abstractmethod

from core.agent.paperwork import Paperwork
from core.model.documents import Document, DocumentKind, Preference, Tie
from core.model.drafts import Draft, Item, Party, Take, Totals
from core.model.ledger import DealChoice, DocumentPage, LedgerEntry, LooseDocument, Simulation, TriggerStatus
from core.model.mirror import MirrorStatus, Tax
from core.model.papers import PaperListing, PaperQuery, PaperRows
from core.model.run import Run
from core.service_documents import DocumentService


class PaperService(DocumentService):
    """See ``DocumentService``. Everything waits until the state is loaded."""

    @abstractmethod
    async def _paperwork(self) -> Paperwork:
        """Return the desks' keeper, once the state is loaded."""

    async def refresh_documents(self) -> None:
        """See ``DocumentService``."""
        async with (await self._paperwork()).turn() as desks:
            await desks.office.refresh()

    async def documents(self, kind: DocumentKind | None, start: int, stop: int) -> list[Document]:
        """See ``DocumentService``."""
        return (await self._paperwork()).documents(kind, start, stop)

    async def document(self, kind: DocumentKind, document_id: str) -> DocumentPage:
        """See ``DocumentService``."""
        return await (await self._paperwork()).desks().associations.page(kind, document_id)

    async def mark_document(self, kind: DocumentKind, document_id: str, status: str) -> Document:
        """See ``DocumentService``."""
        async with (await self._paperwork()).turn() as desks:
            return await desks.drafts.mark(kind, document_id, status)

    async def drafts(self) -> list[Draft]:
        """See ``DocumentService``."""
        return (await self._paperwork()).drafts()

    async def save_draft(self, draft: Draft) -> Draft:
        """See ``DocumentService``."""
        return (await self._paperwork()).desks().drafts.save(draft)

    async def drop_draft(self, draft_id: str) -> None:
        """See ``DocumentService``."""
        (await self._paperwork()).desks().drafts.drop(draft_id)

    async def send_draft(self, draft_id: str) -> DocumentPage:
        """See ``DocumentService``."""
        async with (await self._paperwork()).turn() as desks:
            return await desks.drafts.send(draft_id)

    async def edit_document(self, kind: DocumentKind, document_id: str) -> Draft:
        """See ``DocumentService``."""
        return await (await self._paperwork()).desks().drafts.edit(kind, document_id)

    async def settle_draft(self, draft_id: str, take: Take) -> Draft:
        """See ``DocumentService``."""
        return await (await self._paperwork()).desks().drafts.settle(draft_id, take)

    async def draft_totals(self, draft: Draft) -> Totals:
        """See ``DocumentService``."""
        return await (await self._paperwork()).desks().drafts.prices.of(draft)

    async def open_papers(self, query: PaperQuery) -> PaperListing:
        """See ``DocumentService``."""
        return await (await self._paperwork()).lists.open(query)

    async def papers(self, listing_id: str, start: int, stop: int) -> PaperRows:
        """See ``DocumentService``."""
        return await (await self._paperwork()).lists.window(listing_id, start, stop)

    async def search_parties(self, kind: DocumentKind, text: str) -> list[Party]:
        """See ``DocumentService``."""
        return await (await self._paperwork()).desks().drafts.parties(kind, text)

    async def document_taxes(self) -> list[Tax]:
        """See ``DocumentService``."""
        return await (await self._paperwork()).desks().drafts.prices.taxes()

    async def search_items(self, text: str) -> list[Item]:
        """See ``DocumentService``."""
        return await (await self._paperwork()).desks().drafts.prices.items(text)

    async def deal_ledger(self, start: int, stop: int) -> list[LedgerEntry]:
        """See ``DocumentService``."""
        return (await self._paperwork()).entries(start, stop)

    async def loose_documents(self, start: int, stop: int) -> list[LooseDocument]:
        """See ``DocumentService``."""
        return (await self._paperwork()).loose(start, stop)

    async def customer_deals(self, customer_id: str) -> list[DealChoice]:
        """See ``DocumentService``."""
        return await (await self._paperwork()).desks().associations.choices(customer_id)

    async def document_deals(self, kind: DocumentKind, document_id: str) -> list[DealChoice]:
        """See ``DocumentService``."""
        return await (await self._paperwork()).desks().associations.choices_for(kind, document_id)

    async def associate(self, kind: DocumentKind, document_id: str, deal_id: str) -> Tie:
        """See ``DocumentService``."""
        async with (await self._paperwork()).turn() as desks:
            return await desks.associations.associate(kind, document_id, deal_id)

    async def disassociate(self, kind: DocumentKind, document_id: str) -> None:
        """See ``DocumentService``."""
        async with (await self._paperwork()).turn() as desks:
            await desks.associations.disassociate(kind, document_id)

    async def triggers(self) -> TriggerStatus:
        """See ``DocumentService``."""
        return await (await self._paperwork()).desks().office.status()

    async def switch_triggers(self, preference: Preference) -> Preference:
        """See ``DocumentService``."""
        return await (await self._paperwork()).switch(preference)

    async def run_triggers(self, retry: bool) -> Run:
        """See ``DocumentService``."""
        return await (await self._paperwork()).run("manual", retry=retry)

    async def simulate_triggers(self, preference: Preference, limit: int) -> Simulation:
        """See ``DocumentService``."""
        async with (await self._paperwork()).turn() as desks:
            return await desks.office.simulate(preference, limit)

    async def transactions(self) -> MirrorStatus:
        """See ``DocumentService``."""
        return (await self._paperwork()).desks().transactions.status()

    async def switch_transactions(self, on: bool) -> MirrorStatus:
        """See ``DocumentService``."""
        return await (await self._paperwork()).switch_transactions(on)

    async def run_transactions(self) -> Run:
        """See ``DocumentService``."""
        async with (await self._paperwork()).turn() as desks:
            return await desks.transactions.run("manual")
