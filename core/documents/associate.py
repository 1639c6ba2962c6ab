"""Tying documents to deals and untying them (B94–B101), and the deals there are to choose from."""

from collections import Counter

from msgspec import structs

from core.documents.draft import deal_of
from core.documents.ledger import tied_deal
from core.documents.ports import BookDesk, DealDesk, DocumentStore
from core.engine.ports import Clock, Commit
from core.model.documents import DEAL_KINDS, Deal, Document, DocumentKind, Done, Tie
from core.model.ledger import DealChoice, DocumentPage
from core.model.problems import Problem
from core.model.record import Unknown


class Associations:
    """Documents and deals of one profile."""

    def __init__(self, *, deals: DealDesk, books: BookDesk, store: DocumentStore, clock: Clock) -> None:
        self._deals, self._books, self._store, self._clock = deals, books, store, clock

    async def page(self, kind: DocumentKind, document_id: str) -> DocumentPage:
        """Return a document read just now, with its deal. Raises ``Problem('not_found')``."""
        document = await self._document(kind, document_id)
        tie = self._store.tie(kind, document_id)
        found = await self._deals.read([deal_id]) if (deal_id := self._deal_id(document)) else []
        return DocumentPage(document=document, tie=tie, deal=found[0] if found else None)

    async def choices(self, customer_id: str, document: Document | None = None) -> list[DealChoice]:
        """Return all deals of a Books customer's CRM counterpart (B97), with how many documents each has (B99).

        Raises ``Problem('customer_not_linked')`` (B96), ``module_unavailable`` where CRM shows no deals (B95, E24).
        """
        entity, record_id = self._counterpart(customer_id, document)
        ties = {tie.key: tie for tie in self._store.ties()}
        papers = {each.ref: each for each in self._store.documents()}
        counts = Counter(tied_deal(each, ties, papers) for each in papers.values())
        mine = self._deal_id(document) if document is not None else ""
        found = await self._deals.deals_of(entity, record_id)
        return [DealChoice(deal=deal, tied=deal.id == mine, documents=counts[deal.id]) for deal in found]

    async def choices_for(self, kind: DocumentKind, document_id: str) -> list[DealChoice]:
        """Return the deals that a document can be tied to."""
        document = await self._document(kind, document_id)
        return await self.choices(document.party_id, document)

    async def associate(self, kind: DocumentKind, document_id: str, deal_id: str) -> Tie:
        """Tie a document to one of its customer's deals and return the tie; doing it again changes nothing.

        Raises ``Problem``: ``bad_request`` (purchase orders have no deal, B94), ``tied_by_trigger`` (B101),
        ``deal_of_another`` (B96), ``customer_not_linked``, ``document_refused``.
        """
        if kind not in DEAL_KINDS:
            raise Problem("bad_request", what="a purchase order has no deal")
        document = await self._document(kind, document_id)
        self._refuse_trigger(document, unless=deal_id)
        entity, record_id = self._counterpart(document.party_id, document)
        deal = next((each for each in await self._deals.deals_of(entity, record_id) if each.id == deal_id), None)
        if deal is None:
            raise Problem("deal_of_another", deal=deal_id, number=document.number)
        await self._books.prepare(kind)
        return await self._write(document, deal)

    async def disassociate(self, kind: DocumentKind, document_id: str) -> None:
        """Untie a document. Raises ``Problem('tied_by_trigger')`` (B101, F26), ``not_found`` when it has no deal."""
        document = await self._document(kind, document_id)
        self._refuse_trigger(document)
        if not self._deal_id(document):
            raise Problem("not_found", what=f"deal of {document.number}")
        await self._books.prepare(kind)
        written = await self._tied(document, "", "")
        self._store.commit(
            Commit(drop_ties=[document.ref], documents=[structs.replace(written, lines=None)])
        )  # fmt: skip

    async def _write(self, document: Document, deal: Deal) -> Tie:
        before = self._store.tie(document.kind, document.id)
        written = await self._tied(document, deal.id, deal.name)
        tie = Tie(
            kind=document.kind, document_id=document.id, deal_id=deal.id, at=self._clock.now(),
            by=before.by if before is not None else "trigger" if deal_of(document.key) else "person",
            native=written.native_deal_id == deal.id,
        )  # fmt: skip
        self._store.commit(Commit(ties=[tie], documents=[structs.replace(written, lines=None)]))
        return tie

    async def _tied(self, document: Document, deal_id: str, deal_name: str) -> Document:
        if document.deal_id == deal_id and document.native_deal_id == deal_id:
            return document
        outcome = await self._books.tie(document, deal_id, deal_name)
        if isinstance(outcome, Done):
            if outcome.document.deal_id != deal_id:
                raise Problem("document_refused", number=document.number, why="Books did not keep the deal")
            return outcome.document
        why = outcome.message
        if isinstance(outcome, Unknown):
            raise Problem("server_trouble", side="Books", why=why)
        raise Problem("document_refused", number=document.number, why=why)

    async def _document(self, kind: DocumentKind, document_id: str) -> Document:
        found = await self._books.read(kind, document_id)
        if found is None:
            raise Problem("not_found", what=f"{kind} {document_id}")
        return found

    def _refuse_trigger(self, document: Document, unless: str = "") -> None:
        tie = self._store.tie(document.kind, document.id)
        by_trigger = tie is not None and tie.by == "trigger"
        held = tie.deal_id if tie is not None and by_trigger else deal_of(document.key)
        if held and held != unless:
            raise Problem("tied_by_trigger", number=document.number)

    def _deal_id(self, document: Document) -> str:
        tie = self._store.tie(document.kind, document.id)
        return tied_deal(document, {document.ref: tie} if tie is not None else {}, {})

    def _counterpart(self, customer_id: str, document: Document | None) -> tuple[str, str]:
        """Return the CRM module and id of a Books customer."""
        link = self._store.link_of("customers", "books", customer_id)
        if link is None or not link.crm_id or link.state == "crm_gone":
            raise Problem("customer_not_linked", customer=document.party_name if document is not None else customer_id)
        setup = self._store.setup("customers")
        return ("Contacts" if setup is not None and setup.shape == "contacts" else "Accounts"), link.crm_id
