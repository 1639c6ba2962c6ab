"""Books → CRM: what changed in Books since CRM last showed it is shown again (B61, B63)."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct, structs

from core.documents.ledger import tied_deal
from core.documents.mirror.job import MirrorJob
from core.documents.mirror.sums import document_total, rounded
from core.documents.mirror.to_crm import to_crm
from core.documents.work import Interrupted, spread
from core.engine.ports import Commit
from core.model.documents import Document, DocumentKind
from core.model.mirror import CrmPaper, Hold, Mirror
from core.model.record import Refused, Unknown

BATCH = 50
"""Documents made in CRM with one call."""
KEY_TAKEN = "DUPLICATE_DATA"
"""CRM's refusal of a second record with our key: an earlier sending made the first (zoho-crm-api §5.9)."""


class _New(Struct, frozen=True):
    document: Document
    paper: CrmPaper


async def show(job: MirrorJob, kind: DocumentKind) -> None:
    """Make and change the CRM documents of one kind."""
    ties = {tie.key: tie for tie in job.store.ties()}
    known = {each.ref: each for each in job.store.documents()}
    due: list[tuple[Document, str]] = []
    for document in job.store.documents(kind):
        deal_id = tied_deal(document, ties, known)
        if job.party(kind, document.party_id, to_crm=True) and _due(job, document, deal_id):
            due.append((document, deal_id))
    for at in range(0, len(due), BATCH):
        if job.stopped():
            raise Interrupted
        await _batch(job, kind, due[at : at + BATCH])


def _due(job: MirrorJob, document: Document, deal_id: str) -> bool:
    mirror = job.store.mirror(document.kind, document.id)
    if mirror is not None:
        shown = mirror.books_version == document.version and mirror.deal_id == deal_id
        return not mirror.gone and not shown and not job.standing("to_crm", document.id, document.version)
    return not job.standing("to_crm", document.id, document.version)


async def _batch(job: MirrorJob, kind: DocumentKind, due: Iterable[tuple[Document, str]]) -> None:
    """Read a batch's documents whole, and write what is new together; what is there already one by one."""
    new: list[_New] = []

    async def one(item: tuple[Document, str]) -> None:
        document = await job.books.read(kind, item[0].id)
        if document is None:
            return
        party = job.party(kind, document.party_id, to_crm=True)
        paper = to_crm(document, party, item[1], job.around(kind))
        if isinstance(paper, Hold):
            _fail(job, document, paper)
            return
        mirror = job.store.mirror(kind, document.id)
        if mirror is not None:
            await _change(job, document, paper, mirror)
        elif _from_crm(document) or not job.papers.unique(kind):
            # A state that was lost does not know what CRM shows; what was made in CRM is never made there again.
            found = await job.papers.find(kind, document.id)
            if found:
                await _change(job, document, paper, _mirror(job, paper, document, found[0], ""))
            elif not _from_crm(document):
                new.append(_New(document, paper))
        else:
            new.append(_New(document, paper))

    await spread(due, one)
    if new:
        await _insert(job, kind, sorted(new, key=lambda each: each.document.id))


async def _insert(job: MirrorJob, kind: DocumentKind, new: list[_New]) -> None:
    results = await job.papers.insert(kind, [each.paper for each in new])
    made: list[tuple[_New, str, str]] = []
    for each, result in zip(new, results, strict=True):
        if isinstance(result, Refused) and result.code == KEY_TAKEN:
            found = await job.papers.find(kind, each.document.id)
            mirror = _mirror(job, each.paper, each.document, found[0], "") if found else None
            if mirror is not None:
                await _change(job, each.document, each.paper, mirror)
                continue
        if isinstance(result, Refused):
            _fail(job, each.document, result)
        elif isinstance(result, Unknown):
            # Made or not: the next run looks for it by its key before it makes one.
            _fail(job, each.document, Refused(ref="", reason="F41", message=result.message))
        else:
            made.append((each, *result))
    totals = await job.papers.totals(kind, [crm_id for _, crm_id, _ in made]) if made else {}
    for each, crm_id, version in made:
        _shown(job, each.document, _mirror(job, each.paper, each.document, crm_id, version), "create")
        _compare(job, each.document, crm_id, totals.get(crm_id, ""))


async def _change(job: MirrorJob, document: Document, paper: CrmPaper, mirror: Mirror) -> None:
    """Bring what CRM shows up to date. A document made in CRM keeps its own rows as long as the totals agree."""
    old = await job.papers.read(document.kind, mirror.crm_id)
    if old is None:
        job.store.commit(Commit(mirrors=[structs.replace(mirror, gone=True, at=job.clock.now())]))
        return
    if mirror.origin == "crm":
        paper = _own(paper, old, document)
    result = await job.papers.update(document.kind, paper, old)
    if isinstance(result, Refused):
        _fail(job, document, result, mirror.crm_id)
        return
    if isinstance(result, Unknown):
        _fail(job, document, Refused(ref="", reason="F41", message=result.message), mirror.crm_id)
        return
    version = result[1] if result is not None else mirror.crm_version
    shown = structs.replace(mirror, books_version=document.version, crm_version=version, deal_id=paper.deal_id)
    _shown(job, document, shown, "update" if result is not None else "")
    if result is not None:
        totals = await job.papers.totals(document.kind, [mirror.crm_id])
        _compare(job, document, mirror.crm_id, totals.get(mirror.crm_id, ""))


def _own(paper: CrmPaper, old: CrmPaper, document: Document) -> CrmPaper:
    if rounded(Decimal(old.total), document.precision) != document_total(document):
        return structs.replace(paper, subject=old.subject)
    return structs.replace(
        old, status=paper.status, deal_id=paper.deal_id or old.deal_id, books_id=paper.books_id,
        books_number=paper.books_number, books_status=paper.books_status, books_balance=paper.books_balance,
        books_link=paper.books_link, custom=paper.custom,
    )  # fmt: skip


def _mirror(job: MirrorJob, paper: CrmPaper, document: Document, crm_id: str, version: str) -> Mirror:
    return Mirror(
        kind=document.kind, books_id=document.id, crm_id=crm_id, books_version=document.version, crm_version=version,
        origin="crm" if _from_crm(document) else "books", deal_id=paper.deal_id, at=job.clock.now(),
    )  # fmt: skip


def _from_crm(document: Document) -> bool:
    return document.key.startswith("crm:")


def _shown(job: MirrorJob, document: Document, mirror: Mirror, verb: str) -> None:
    part = Commit(
        mirrors=[mirror], documents=[structs.replace(document, lines=None)],
        clear_failures=job.cleared("to_crm", document.id),
    )  # fmt: skip
    if verb:
        part.history.append(job.line("to_crm", verb, mirror.crm_id, document.id, document.number, document.total))
        job.count("to_crm", "created" if verb == "create" else "updated")
    job.store.commit(part)


def _compare(job: MirrorJob, document: Document, crm_id: str, total: str) -> None:
    """Say so where CRM came to another total than was foreseen: nothing is written again because of it."""
    if total and rounded(Decimal(total), document.precision) != document_total(document):
        message = f"totals differ: Books {document.total}, CRM {total}"
        _fail(job, document, Hold(reason="F18", message=message, field="Grand_Total"), crm_id)


def _fail(job: MirrorJob, document: Document, why: Refused | Hold, crm_id: str = "") -> None:
    job.fail(
        "to_crm", document.kind, why, crm_id=crm_id, books_id=document.id, name=document.number,
        version=document.version,
    )  # fmt: skip
