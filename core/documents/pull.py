"""Reading what changed: deals with their stages, and the rows of Books' documents. Cursors move last."""

from msgspec import structs

from core.documents.ports import BookDesk, DocumentStore
from core.documents.stages import Stages
from core.documents.triggers import see
from core.documents.work import Work
from core.engine.ports import Commit
from core.engine.times import shift
from core.model.documents import Deal, DealRow, Document, DocumentKind

DEALS_CURSOR = "documents:deals"
OVERLAP = 120
"""Seconds that each cursor is re-read (server time only, ?11)."""


async def pull_deals(work: Work, stages: Stages) -> None:
    """Note every deal that changed, with what its stage calls for, durably, before anything is done about it."""
    since = work.store.cursor(DEALS_CURSOR)
    top = since or ""
    async for batch in work.deals.changes(shift(since, -OVERLAP) if since else None):
        work.check()
        rows = [row for row in (_seen(work, stages, each) for each in batch) if row is not None]
        if rows:
            idle = [work.failure_of(row.deal.id) for row in rows if not row.wanted]
            cleared = [each.key for each in idle if each is not None]
            work.store.commit(Commit(deals=rows, clear_failures=cleared))
        top = max(top, *(each.version for each in batch))
    if since:
        async for gone in work.deals.gone(shift(since, -OVERLAP)):
            known = [row for each in gone if (row := work.store.deal_row(each.id)) is not None and not row.gone]
            if known:
                work.store.commit(Commit(deals=[structs.replace(row, gone=True, wanted=()) for row in known]))
    if top and top != since:
        work.store.commit(Commit(cursors={DEALS_CURSOR: top}))


def _seen(work: Work, stages: Stages, deal: Deal) -> DealRow | None:
    """Return the row of a deal, None when nothing of it changed."""
    row = work.store.deal_row(deal.id)
    if row is not None and row.deal == deal and not row.gone:
        return None
    stuck = row is not None and work.failure_of(deal.id) is not None
    return see(work.preference, stages, row, deal, work.clock.now(), stuck=stuck)


async def pull_document_rows(store: DocumentStore, books: BookDesk, kind: DocumentKind) -> None:
    """Note every document that changed, without its lines."""
    name = f"documents:{kind}"
    since = store.cursor(name)
    top = since or ""
    async for batch in books.changes(kind, shift(since, -OVERLAP) if since else None):
        fresh = [each for each in batch if _news(store.document(kind, each.id), each)]
        if fresh:
            store.commit(Commit(documents=fresh))
        top = max(top, *(each.version for each in batch))
    if top and top != since:
        store.commit(Commit(cursors={name: top}))


def _news(known: Document | None, row: Document) -> bool:
    """Whether a row tells more than we know. One that we read whole knows more than its row does."""
    if known is None or known.version != row.version:
        return True
    return (known.status, known.balance, known.total) != (row.status, row.balance, row.total)
