"""Doing what a deal's stage called for, one deal at a time: an intent first, then the write, then one commit."""

from msgspec import structs

from core.documents.draft import draft, key_of, too_long
from core.documents.triggers import RESULT, UNSENT, decide
from core.documents.work import Work
from core.engine.ports import Commit
from core.model.documents import (
    DealProduct,
    DealRow,
    Decision,
    Document,
    DocumentIntent,
    Done,
    Made,
    Tie,
    TriggerKind,
    TriggerVerb,
)
from core.model.record import Refused, Unknown
from core.model.setup import KeyStrength

WORDS = {
    "no_account": "the deal has no account", "no_contact": "the deal has no contact",
    "no_amount": "the deal has no amount", "no_name": "the deal has no name",
    "customer_missing": "the deal's customer is not in Books yet",
}  # fmt: skip


class Acting:
    """Carries out what is wanted of deals. ``strength``: how far the key field guards against a second create."""

    def __init__(self, work: Work, kind: TriggerKind, strength: KeyStrength) -> None:
        self._work, self._kind, self._strength = work, kind, strength

    async def deal(self, row: DealRow) -> None:
        """Do what is wanted of one deal until nothing is, or something keeps it from being done."""
        work = self._work
        while row.wanted:
            work.check()
            if work.standing(row):
                return
            document = await self._document(row)
            decision = decide(work.preference, work.shape, row, work.customer(row.deal), document)
            if decision.verb == "none" and decision.settled:
                row = self._settled(row, decision, document)
                continue
            if decision.verb == "none":
                self._lacking(row, decision)
                return
            done = await (
                self._create(row) if decision.verb == "create" else self._change(row, decision.verb, document)
            )
            if done is None:
                return
            row = done

    async def _document(self, row: DealRow) -> Document | None:
        made = row.made(self._kind)
        if made is None or row.wanted[0] == "create" or made.left == "gone":
            return None
        return await self._work.books.read(self._kind, made.id)

    def _settled(self, row: DealRow, decision: Decision, document: Document | None) -> DealRow:
        made = row.made(self._kind)
        part = Commit(documents=[_row(document)] if document is not None else [])
        if made is not None and decision.why == "gone":
            row = with_made(row, structs.replace(made, left="gone"))
        elif made is not None and document is not None and decision.why == "done":
            row = with_made(row, structs.replace(made, left=document.status))
        return self._work.settle(row, decision, part, made.id if made else "")

    def _lacking(self, row: DealRow, decision: Decision) -> None:
        """File what the deal lacks (B67, B74), unless that stands there already."""
        work = self._work
        before = work.failure_of(row.deal.id)
        if before is not None and before.reason == decision.reason and before.source_version == row.deal.version:
            return
        refused = Refused(ref="", reason=decision.reason, message=WORDS[decision.why], code="NOT_SENT")
        noted = structs.replace(row, note=decision.why, note_at=work.clock.now())
        work.store.commit(Commit(deals=[noted], failures=[work.fail(row, refused)]))

    async def _products(self, deal_id: str) -> list[tuple[DealProduct, str]]:
        """Return the deal's products, each with its item in Books."""
        found = await self._work.deals.products(deal_id)
        links = [self._work.store.link_of("items", "crm", each.id) for each in found]
        return [(each, link.books_id if link else "") for each, link in zip(found, links, strict=True)]

    async def _create(self, row: DealRow) -> DealRow | None:
        """Make the document; None when that did not succeed."""
        work = self._work
        products = await self._products(row.deal.id) if work.preference.products else ()
        new = draft(work.preference, self._kind, row.deal, work.customer(row.deal), products)
        excess = too_long(new)
        if excess is not None:
            field, length, limit = excess
            message = f"{field} has {length} characters, Books takes {limit}"
            self._refuse(row, Refused(ref="", reason="F16", message=message, code="NOT_SENT", field=field), [])
            return None
        if self._strength != "unique":
            # A state that was lost or restored does not know what an earlier one made.
            found = await work.books.find(self._kind, new.key)
            if found:
                return self._made(row, found[0])
        intent = DocumentIntent(
            deal_id=row.deal.id, verb="create", kind=self._kind, key=new.key, at=work.clock.now()
        )  # fmt: skip
        work.store.commit(Commit(document_intents=[intent]))
        outcome = await work.books.create(new)
        if isinstance(outcome, Unknown):
            found = await work.books.find(self._kind, new.key)
            if not found:
                # It may still arrive: the intent stays open, and the next run looks again before it sends.
                self._unknown(row, outcome)
                return None
            outcome = Done(document=found[0])
        if isinstance(outcome, Refused):
            self._refuse(row, outcome, [intent.id])
            return None
        return self._made(row, outcome.document)

    def _made(self, row: DealRow, document: Document) -> DealRow:
        """Store that a deal has its document now: row, tie, history, closed intent, in one commit."""
        work, now = self._work, self._work.clock.now()
        row = adopted(work.advanced(row, "called"), self._kind, document, now)
        work.store.commit(made_part(work, row, document, "create", now))
        work.count("created")
        return row

    async def _change(self, row: DealRow, verb: TriggerVerb, document: Document | None) -> DealRow | None:
        """Put the document into the status that is wanted; Books takes estimates by way of ``sent`` (design.md §7)."""
        work = self._work
        made = row.made(self._kind)
        assert made is not None and document is not None
        intent = DocumentIntent(
            deal_id=row.deal.id, verb=verb, kind=self._kind, key=key_of(row.deal.id), document_id=document.id,
            version=document.version, status=document.status, at=work.clock.now(),
        )  # fmt: skip
        work.store.commit(Commit(document_intents=[intent]))
        if self._kind == "estimate" and document.status in UNSENT:
            outcome = await work.books.mark(self._kind, document.id, "sent")
            if not isinstance(outcome, Done):
                self._not_changed(row, outcome, intent)
                return None
            made = structs.replace(made, left="sent")
            row = with_made(row, made)
            work.store.commit(Commit(deals=[row]))
        outcome = await work.books.mark(self._kind, document.id, RESULT[verb])
        if not isinstance(outcome, Done):
            self._not_changed(row, outcome, intent)
            return None
        row = with_made(
            work.advanced(row, "called"), structs.replace(made, left=RESULT[verb], invoices=outcome.document.invoices)
        )
        part = made_part(work, row, outcome.document, verb, work.clock.now())
        await tie_invoices(work, row, outcome.document, part)
        work.store.commit(part)
        work.count("updated")
        return row

    def _refuse(self, row: DealRow, refused: Refused, done: list[str], books_id: str = "") -> None:
        failure = self._work.fail(row, refused, books_id=books_id)
        self._work.store.commit(Commit(failures=[failure], done_document_intents=done))

    def _unknown(self, row: DealRow, outcome: Unknown, books_id: str = "") -> None:
        refused = Refused(ref="", reason="F41", message=outcome.message)
        self._work.store.commit(Commit(failures=[self._work.fail(row, refused, books_id=books_id)]))

    def _not_changed(self, row: DealRow, outcome: Refused | Unknown, intent: DocumentIntent) -> None:
        if isinstance(outcome, Unknown):
            self._unknown(row, outcome, intent.document_id)
            return
        # An answer that no row of the table knows says nothing of fields here: the status could not follow (F25).
        reason = "F25" if outcome.reason == "F18" else outcome.reason
        self._refuse(row, structs.replace(outcome, reason=reason), [intent.id], intent.document_id)


async def tie_invoices(work: Work, row: DealRow, estimate: Document, part: Commit) -> None:
    """Put the ties of what Books made of an accepted estimate into ``part`` (zoho-books-api §6.5).

    Our field is written while the invoice is a draft; one that Books sent is tied in our own state alone (B77).
    """
    for each in estimate.invoices:
        invoice = await work.books.read("invoice", each)
        if invoice is None:
            continue
        if invoice.status in UNSENT and invoice.deal_id != row.deal.id:
            outcome = await work.books.tie(invoice, row.deal.id, row.deal.name)
            invoice = outcome.document if isinstance(outcome, Done) else invoice
        part.ties.append(tie_of(invoice, row.deal.id, work.clock.now()))
        part.documents.append(_row(invoice))


def with_made(row: DealRow, made: Made) -> DealRow:
    """Return a row with what its trigger made."""
    return structs.replace(row, estimate=made) if made.kind == "estimate" else structs.replace(row, invoice=made)


def adopted(row: DealRow, kind: TriggerKind, document: Document, now: str) -> DealRow:
    """Return a row that has just got its document."""
    return with_made(row, Made(kind=kind, id=document.id, number=document.number, at=now))


def tie_of(document: Document, deal_id: str, now: str) -> Tie:
    """Return the tie of what a trigger made; it cannot be untied (B101)."""
    native = document.native_deal_id == deal_id
    return Tie(kind=document.kind, document_id=document.id, deal_id=deal_id, by="trigger", at=now, native=native)


def made_part(work: Work, row: DealRow, document: Document, verb: TriggerVerb, now: str) -> Commit:
    """Return the commit of a write that succeeded."""
    part = Commit(
        deals=[row], documents=[_row(document)], ties=[tie_of(document, row.deal.id, now)],
        done_document_intents=[row.deal.id],
        history=[work.line(row, verb, "called", document.id, number=document.number, status=document.status)],
    )  # fmt: skip
    if work.failure_of(row.deal.id) is not None:
        part.clear_failures.append(f"documents:to_books:{row.deal.id}")
    return part


def _row(document: Document) -> Document:
    return structs.replace(document, lines=None)
