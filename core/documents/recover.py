"""What became of the writes that a killed or cut-off run left open: looked up, never sent again blindly (F41)."""

from msgspec import structs

from core.documents.act import adopted, made_part, tie_invoices, with_made
from core.documents.triggers import RESULT, UNSENT
from core.documents.work import Work
from core.engine.ports import Commit
from core.model.documents import DealRow, Document, DocumentIntent


async def recover(work: Work) -> None:
    """Close every open intent. What turns out not to have happened stays wanted and is done by the run that follows."""
    for intent in work.store.document_intents():
        work.check()
        row = work.store.deal_row(intent.deal_id)
        if row is None:
            work.store.commit(Commit(done_document_intents=[intent.id]))
        elif intent.verb == "create":
            await _look_for(work, intent, row)
        else:
            await _look_at(work, intent, row)


async def _look_for(work: Work, intent: DocumentIntent, row: DealRow) -> None:
    found = await work.books.find(intent.kind, intent.key)
    if row.made(intent.kind) is not None or not found:
        work.store.commit(Commit(done_document_intents=[intent.id], clear_failures=_unknown(work, row)))
        return
    now = work.clock.now()
    if row.wanted[:1] == ("create",):
        row = work.advanced(row, "called")
    row = adopted(row, intent.kind, found[0], now)
    work.store.commit(made_part(work, row, found[0], "create", now))
    work.count("created")


async def _look_at(work: Work, intent: DocumentIntent, row: DealRow) -> None:
    """See how far a change of status came.

    An estimate that was a draft when the intent was written and is ``sent`` now was sent by us on the way, unless it
    was e-mailed, which Kakehashi never does.
    """
    document = await work.books.read(intent.kind, intent.document_id)
    made = row.made(intent.kind)
    part = Commit(done_document_intents=[intent.id], clear_failures=_unknown(work, row))
    if document is not None and made is not None:
        left = _left(intent, made.left, document)
        row = with_made(row, structs.replace(made, left=left, invoices=document.invoices or made.invoices))
        part.deals.append(row)
        await tie_invoices(work, row, document, part)
    work.store.commit(part)


def _left(intent: DocumentIntent, left: str, document: Document) -> str:
    wanted = RESULT[intent.verb]
    if document.status == wanted or (wanted == "accepted" and document.status in ("invoiced", "partially_invoiced")):
        return wanted
    ours = intent.status in UNSENT and document.status in ("sent", "expired") and not document.emailed
    return "sent" if ours and intent.kind == "estimate" else left


def _unknown(work: Work, row: DealRow) -> list[str]:
    found = work.failure_of(row.deal.id)
    return [found.key] if found is not None and found.reason == "F41" else []
