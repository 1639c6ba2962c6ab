"""Documents that a person makes here: kept until Books has them, made once, tied and sent as asked."""

from msgspec import structs

from core.documents.associate import Associations
from core.documents.editing import draft_of, leave, merged, settled
from core.documents.ports import BookDesk, DealDesk, DraftStore
from core.documents.prices import Prices
from core.documents.totals import differs
from core.engine.ports import Clock, Commit
from core.model.documents import DEAL_KINDS, Document, DocumentKind, Done, Tie
from core.model.drafts import MOVED, STATUSES, Draft, Party, Take, Totals
from core.model.ledger import DocumentPage
from core.model.problems import Problem
from core.model.record import Refused, Unknown

EDITS = 3
"""How often an edit is brought onto a document that keeps moving."""


class Drafts:
    """Drafts of one profile."""

    def __init__(self, *, deals: DealDesk, books: BookDesk, store: DraftStore, clock: Clock) -> None:
        self._deals, self._books, self._store, self._clock = deals, books, store, clock
        self._ties = Associations(deals=deals, books=books, store=store, clock=clock)
        self.prices = Prices(books, clock)

    def save(self, draft: Draft) -> Draft:
        """Keep a draft and return it; one without an id gets one. Raises ``Problem('bad_request')``."""
        unknown = [each for each in draft.then if each not in STATUSES[draft.new.kind]]
        if unknown:
            raise Problem("bad_request", what=f"a {draft.new.kind} cannot be {unknown[0]}")
        if draft.new.discount and any(each.discount for each in draft.new.lines):
            raise Problem("bad_request", what="a discount of lines and one of the whole document exclude each other")
        now = self._clock.now()
        draft = structs.replace(draft, id=draft.id or self._number(now), saved_at=now)
        draft = structs.replace(draft, new=structs.replace(draft.new, key=draft.key))
        self._store.commit(Commit(drafts=[draft]))
        return draft

    def drop(self, draft_id: str) -> None:
        """Forget a draft; what Books has of it stays there."""
        self._store.commit(Commit(drop_drafts=[self._draft(draft_id).id]))

    async def send(self, draft_id: str) -> DocumentPage:
        """Make the document or send its edit, put it into the statuses asked for, and forget the draft.

        Raises ``Problem``: ``document_refused`` and those of ``Associations.associate``; of an edit ``document_moved``,
        ``document_closed``, ``edit_needs_why``; ``total_differs``, once, where Books makes another total than was
        shown. The draft then stays, with the reason, and sending it again goes on where this ended.
        """
        draft = self._draft(draft_id)
        kind = draft.new.kind
        if draft.base is not None:
            return await self._through(draft, await self._edited(draft))
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
            self._agreed(draft, document, await self.prices.of(draft, document))
        return await self._through(draft, document)

    async def _through(self, draft: Draft, document: Document) -> DocumentPage:
        """Put the document into the statuses asked for, and forget the draft."""
        kind = draft.new.kind
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

    async def edit(self, kind: DocumentKind, document_id: str) -> Draft:
        """Return an edit of a document read just now, or the one that is kept of it; nothing is kept before ``save``.

        Raises ``Problem``: ``not_found``, ``document_closed``.
        """
        known = [each for each in self._store.drafts() if each.base is not None and each.document_id == document_id]
        if known:
            return known[0]
        document = await self._books.read(kind, document_id)
        if document is None:
            raise Problem("not_found", what=f"{kind} {document_id}")
        if leave(document) == "closed":
            raise Problem("document_closed", number=document.number, status=document.status)
        return draft_of(document)

    async def settle(self, draft_id: str, take: Take) -> Draft:
        """Bring an edit onto the document as it is now: where both moved, ``take`` says whose value stays."""
        draft = self._draft(draft_id)
        now = await self._books.read(draft.new.kind, draft.document_id)
        if draft.base is None or now is None:
            raise Problem("not_found", what=f"{draft.new.kind} {draft.document_id}")
        return self.save(settled(draft, now, take))

    async def _edited(self, draft: Draft) -> Document:
        """Send an edit, and return the document as Books then has it. Read anew before each sending."""
        assert draft.base is not None
        kind = draft.new.kind
        for _ in range(EDITS):
            now = await self._books.read(kind, draft.document_id)
            if now is None:
                raise self._kept(draft, Refused(ref="", reason="F29", message="the document is no longer there"))
            found = merged(draft.base, now, draft.new)
            if found.moved:
                fields = ", ".join(each.field for each in found.moved)
                self._store.commit(Commit(drafts=[structs.replace(draft, moved=found.moved, reason="F14")]))
                raise Problem("document_moved", number=now.number, fields=fields)
            if found.edit.empty:
                return now
            self._may_edit(draft, now)
            as_was, as_wanted = draft_of(now), settled(draft, now, "mine")
            known = not differs(await self.prices.of(as_was), now)
            outcome = await self._books.change(now, found.edit, draft.why)
            if isinstance(outcome, Done):
                if known:
                    # Books may compute by settings that the API does not tell: then it is not held to our sums.
                    self._agreed(draft, outcome.document, await self.prices.of(as_wanted))
                return outcome.document
            if isinstance(outcome, Unknown):
                raise self._kept(draft, Refused(ref="", reason="F41", message=outcome.message))
            if outcome.code != MOVED:
                raise self._kept(draft, outcome)
        raise self._kept(draft, Refused(ref="", reason="F41", message="it keeps changing in Books"))

    def _may_edit(self, draft: Draft, now: Document) -> None:
        may = leave(now)
        if may == "closed" or (may == "reason" and not draft.why.strip()):
            code = "document_closed" if may == "closed" else "edit_needs_why"
            problem = Problem(code, number=now.number, status=now.status)
            self._store.commit(Commit(drafts=[structs.replace(draft, problem=problem.message("en"))]))
            raise problem

    def _agreed(self, draft: Draft, document: Document, expected: Totals) -> None:
        """Compare Books' total with the one computed; where they differ the draft goes no further, this once."""
        if not differs(expected, document):
            return
        self._store.commit(Commit(documents=[structs.replace(document, lines=None)]))
        problem = Problem(
            "total_differs", number=document.number, total=document.total, expected=expected.total
        )  # fmt: skip
        draft = structs.replace(draft, document_id=document.id, base=None, reason="F18")
        self._store.commit(Commit(drafts=[structs.replace(draft, problem=problem.message("en"))]))
        raise problem

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
