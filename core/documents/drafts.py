"""Documents that a person makes here: kept until Books has them, made once, tied and sent as asked."""

from msgspec import structs

from core.documents.associate import Associations
from core.documents.ports import BookDesk, DealDesk, DraftStore
from core.engine.ports import Clock, Commit
from core.model.documents import DEAL_KINDS, Document, DocumentKind, Done, Tie
from core.model.drafts import STATUSES, Draft, Party
from core.model.ledger import DocumentPage
from core.model.problems import Problem
from core.model.record import Refused, Unknown


class Drafts:
    """Drafts of one profile."""

    def __init__(self, *, deals: DealDesk, books: BookDesk, store: DraftStore, clock: Clock) -> None:
        self._deals, self._books, self._store, self._clock = deals, books, store, clock
        self._ties = Associations(deals=deals, books=books, store=store, clock=clock)

    def save(self, draft: Draft) -> Draft:
        """Keep a draft and return it; one without an id gets one. Raises ``Problem('bad_request')``."""
        unknown = [each for each in draft.then if each not in STATUSES[draft.new.kind]]
        if unknown:
            raise Problem("bad_request", what=f"a {draft.new.kind} cannot be {unknown[0]}")
        now = self._clock.now()
        draft = structs.replace(draft, id=draft.id or self._number(now), saved_at=now)
        draft = structs.replace(draft, new=structs.replace(draft.new, key=draft.key))
        self._store.commit(Commit(drafts=[draft]))
        return draft

    def drop(self, draft_id: str) -> None:
        """Forget a draft; what Books has of it stays there."""
        self._store.commit(Commit(drop_drafts=[self._draft(draft_id).id]))

    async def send(self, draft_id: str) -> DocumentPage:
        """Make the document, put it into the statuses asked for, and forget the draft.

        Raises ``Problem``: ``document_refused`` and those of ``Associations.associate``; the draft then stays, with the
        reason, and sending it again goes on where this ended.
        """
        draft = self._draft(draft_id)
        kind = draft.new.kind
        strength = await self._books.prepare(kind)
        document = await self._books.read(kind, draft.document_id) if draft.document_id else None
        if document is None:
            if draft.new.deal_id:
                await self._check_deal(draft)
            document = await self._make(draft, look=strength != "unique")
            draft = structs.replace(draft, document_id=document.id)
            self._store.commit(
                Commit(
                    drafts=[draft], documents=[structs.replace(document, lines=None)], ties=self._tie(draft, document)
                )
            )
        for status in draft.then:
            if document.status not in (status, *draft.then[draft.then.index(status) :]):
                document = await self._mark(kind, document.id, status, draft)
        self._store.commit(Commit(drop_drafts=[draft.id], documents=[structs.replace(document, lines=None)]))
        return await self._ties.page(kind, document.id)

    async def mark(self, kind: DocumentKind, document_id: str, status: str) -> Document:
        """Put a document into a status, as its person wants it. Raises ``Problem('document_refused')``."""
        if status not in STATUSES[kind]:
            raise Problem("bad_request", what=f"a {kind} cannot be {status}")
        document = await self._mark(kind, document_id, status, None)
        self._store.commit(Commit(documents=[structs.replace(document, lines=None)]))
        return document

    async def parties(self, kind: DocumentKind, text: str) -> list[Party]:
        """Search CRM for whom a document is for, by the mode's rule (B90–B93), and say who is in Books already."""
        setup = self._store.setup("customers")
        entity = "Vendors" if kind == "purchaseorder" else "Accounts"
        if entity == "Accounts" and setup is not None and setup.shape == "contacts":
            entity = "Contacts"
        module = "vendors" if kind == "purchaseorder" else "customers"
        found = await self._deals.parties(entity, text) if text.strip() else []
        links = {each.crm_id: self._store.link_of(module, "crm", each.crm_id) for each in found}  # type: ignore[arg-type]
        return [
            structs.replace(each, books_id=link.books_id if (link := links[each.crm_id]) is not None else "")
            for each in found
        ]

    async def _make(self, draft: Draft, *, look: bool) -> Document:
        found = await self._books.find(draft.new.kind, draft.key) if look else []
        if found:
            return found[0]
        outcome = await self._books.create(draft.new)
        if isinstance(outcome, Unknown):
            found = await self._books.find(draft.new.kind, draft.key)
            if not found:
                raise self._kept(draft, Refused(ref="", reason="F41", message=outcome.message))
            return found[0]
        if isinstance(outcome, Refused):
            raise self._kept(draft, outcome)
        return outcome.document

    async def _mark(self, kind: DocumentKind, document_id: str, status: str, draft: Draft | None) -> Document:
        outcome = await self._books.mark(kind, document_id, status)
        if isinstance(outcome, Done):
            return outcome.document
        refused = outcome if isinstance(outcome, Refused) else Refused(ref="", reason="F41", message=outcome.message)
        if draft is not None:
            raise self._kept(draft, refused)
        raise Problem("document_refused", number=document_id, why=refused.message)

    def _kept(self, draft: Draft, why: Refused) -> Problem:
        self._store.commit(Commit(drafts=[structs.replace(draft, reason=why.reason, problem=why.message)]))
        return Problem("document_refused", number=draft.document_id or draft.id, why=why.message)

    async def _check_deal(self, draft: Draft) -> None:
        if draft.new.kind not in DEAL_KINDS:
            raise Problem("bad_request", what="a purchase order has no deal")
        choices = await self._ties.choices(draft.new.party_id)
        if draft.new.deal_id not in [each.deal.id for each in choices]:
            raise Problem("deal_of_another", deal=draft.new.deal_id, number=draft.id)

    def _tie(self, draft: Draft, document: Document) -> list[Tie]:
        if not draft.new.deal_id:
            return []
        native = document.native_deal_id == draft.new.deal_id
        return [
            Tie(kind=document.kind, document_id=document.id, deal_id=draft.new.deal_id, by="person",
                at=self._clock.now(), native=native)
        ]  # fmt: skip

    def _draft(self, draft_id: str) -> Draft:
        found = self._store.draft(draft_id)
        if found is None:
            raise Problem("not_found", what=f"draft {draft_id}")
        return found

    def _number(self, now: str) -> str:
        base, number = now.replace("-", "").replace(":", ""), 1
        while self._store.draft(f"{base}-{number}") is not None:
            number += 1
        return f"{base}-{number}"
