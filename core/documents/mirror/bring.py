"""CRM → Books: documents made in CRM's modules since transactions were switched on become Books drafts (B64)."""

from msgspec import structs

from core.documents.mirror.job import MirrorJob
from core.documents.mirror.statuses import books_steps
from core.documents.mirror.to_books import key_of, to_books
from core.documents.work import Interrupted, spread
from core.engine.ports import Commit
from core.engine.times import shift
from core.model.documents import Document, DocumentKind, Done
from core.model.mirror import CRM_MODULES, CrmPaper, Hold, Mirror
from core.model.record import Refused, Unknown

OVERLAP = 120


async def bring(job: MirrorJob, kind: DocumentKind) -> None:
    """Bring what was made in one module, and what failed before and may do now."""
    cursor = f"documents:crm:{kind}"
    since = job.store.cursor(cursor) or job.setup.since
    top = since
    due: dict[str, CrmPaper] = {}
    async for batch in job.papers.changes(kind, shift(since, -OVERLAP)):
        if job.stopped():
            raise Interrupted
        due |= {each.id: each for each in batch if not each.books_id and each.created >= job.setup.since}
        top = max(top, *(each.version for each in batch))
    waiting = set(_failed(job, kind)) - due.keys()
    papers = [(each.id, each.version) for each in due.values()] + [(each, "") for each in sorted(waiting)]

    async def one(item: tuple[str, str]) -> None:
        if not item[1] or not job.standing("to_books", *item):
            await _one(job, kind, item[0])

    await spread(papers, one)
    if top != since:
        job.store.commit(Commit(cursors={cursor: top}))


def _failed(job: MirrorJob, kind: DocumentKind) -> list[str]:
    """Return the documents of this module whose failure may have passed: a customer that was missing, a lost answer."""
    return [
        each.crm_id
        for each in job.store.failures("documents")
        if each.direction == "to_books" and each.code == CRM_MODULES[kind] and each.reason in ("F21", "F41")
    ]


async def _one(job: MirrorJob, kind: DocumentKind, crm_id: str) -> None:
    paper = await job.papers.read(kind, crm_id)
    if paper is None or paper.books_id:
        job.store.commit(Commit(clear_failures=job.cleared("to_books", crm_id)))
        return
    found = await job.books.find(kind, key_of(paper))
    if found:
        await _finish(job, paper, found[0])
        return
    party = job.party(kind, paper.party_id, to_crm=False)
    new = to_books(paper, party, job.precision(paper.currency), job.shelf())
    if isinstance(new, Hold):
        _fail(job, paper, new)
        return
    outcome = await job.books.create(new)
    if isinstance(outcome, Unknown):
        _fail(job, paper, Refused(ref="", reason="F41", message=outcome.message))
    elif isinstance(outcome, Refused):
        _fail(job, paper, outcome)
    else:
        await _finish(job, paper, outcome.document)


async def _finish(job: MirrorJob, paper: CrmPaper, document: Document) -> None:
    """Bring the draft to the status that CRM says, tell CRM its number, and note the pair.

    A run cut off here finds the document by its key and goes on from the status it is in.
    """
    for status in books_steps(paper.kind, paper.status):
        if document.status in ("draft", "sent") and document.status != status:
            outcome = await job.books.mark(paper.kind, document.id, status)
            if not isinstance(outcome, Done):
                refused = outcome if isinstance(outcome, Refused) else None
                reason = refused.reason if refused and refused.reason != "F18" else "F25" if refused else "F41"
                _fail(job, paper, Refused(ref="", reason=reason, message=outcome.message), document.id)
                return
            document = outcome.document
    told = structs.replace(
        paper, books_id=document.id, books_number=document.number, books_status=document.status,
        books_balance=document.balance, books_link=job.link(document),
    )  # fmt: skip
    result = await job.papers.update(paper.kind, told, paper)
    if isinstance(result, (Refused, Unknown)):
        reason = result.reason if isinstance(result, Refused) else "F41"
        _fail(job, paper, Refused(ref="", reason=reason, message=result.message), document.id)
        return
    mirror = Mirror(
        kind=paper.kind, books_id=document.id, crm_id=paper.id, origin="crm", books_version=document.version,
        crm_version=result[1] if result is not None else paper.version, deal_id=paper.deal_id, at=job.clock.now(),
    )  # fmt: skip
    job.store.commit(
        Commit(
            mirrors=[mirror], documents=[structs.replace(document, lines=None)],
            clear_failures=job.cleared("to_books", paper.id),
            history=[job.line("to_books", "create", paper.id, document.id, document.number, document.total)],
        )
    )  # fmt: skip
    job.count("to_books", "created")


def _fail(job: MirrorJob, paper: CrmPaper, why: Refused | Hold, books_id: str = "") -> None:
    job.fail(
        "to_books", paper.kind, why, crm_id=paper.id, books_id=books_id, name=paper.subject, version=paper.version
    )  # fmt: skip
