"""What an outcome changes in our own state: always one part of one transaction, so that all of it holds or none."""

from msgspec import structs

from core.engine import conflicts
from core.engine.context import Context
from core.engine.jobs import WRITES, Job
from core.engine.ports import Commit
from core.model.link import Link, Seen
from core.model.names import SIDES, Direction, SideName, other, toward
from core.model.plan import Action
from core.model.record import Record, Refused, Written
from core.model.run import Failure, HistoryLine
from core.plan.bases import bases_after, open_rows
from core.plan.evidence import hints
from core.plan.facts import failure_key
from core.plan.normalise import exact_name, fold_name
from core.plan.settle import FIRST_PAIRING

NAME_SPACE = ("customers", "vendors")
"""Books entities among which a name stands once (zoho-books-api §4.2)."""
_GONE = {"crm_gone": "crm_gone", "books_gone": "books_gone", "out_of_view": "out_of_view"}


def joined(ctx: Context, job: Job, action: Action, written: Written | None) -> Commit:
    """Return what becomes of a link once ``action`` is through: bases, versions, catalogue, history, failures."""
    carried = _carried(ctx, job, action, written) if written is not None else []
    if written is not None:
        job.wrote(ctx, action, written)
    part = Commit(seen=seen_rows(ctx, job), clear_failures=_cleared(ctx, job, action), failures=carried)
    if job.crm is None or job.books is None:
        return part
    link = _next_link(ctx, job)
    part.drop_links.extend(_undecided(ctx, link))
    part.drop_conflicts.extend(conflicts.over(ctx, job, link))
    part.links.append(link)
    if written is not None:
        part.links.extend(_touched(ctx, job, action, written))
    if action.why == "duplicate_cloned":
        part.links.extend(_left_alone(ctx, action, original) for original in action.candidates)
    if action.verb in WRITES or (action.verb == "link" and action.why in FIRST_PAIRING):
        part.history.append(_line(ctx, action, link))
    job.link = link
    return part


def _carried(ctx: Context, job: Job, action: Action, written: Written) -> list[Failure]:
    """Return a standing failure of the record just written, with its new version: our own write is no reason to send
    what was refused once more.
    """
    side = action.target or "books"
    direction = toward(other(side))
    key = failure_key(ctx.setup, direction, written.id)
    failure, old = job.filed.get(direction) or ctx.store.failure(key), job.record(side)
    if failure is None or old is None or failure.source_version != old.version:
        return []
    job.filed[direction] = structs.replace(failure, source_version=written.version)
    return [job.filed[direction]] if any(each.target == other(side) for each in job.stuck) else []


def _touched(ctx: Context, job: Job, action: Action, written: Written) -> list[Link]:
    """Return the link of the customer whose contact person was written: Books takes that for a change of it."""
    customer = job.books.parent if job.books is not None else ""
    if ctx.setup.module != "persons" or action.target != "books" or not customer:
        return []
    link = ctx.store.link_of("customers", "books", customer)
    if link is None:
        return []
    ctx.touched[customer] = max(written.version, ctx.touched.get(customer, link.touched))
    return [structs.replace(link, touched=ctx.touched[customer])]


def _next_link(ctx: Context, job: Job) -> Link:
    assert job.crm is not None and job.books is not None
    now, old = ctx.clock.now(), job.link
    waiting = [each for each in job.todo + job.stuck if each.verb in (*WRITES, "hold") or each.why == "standing"]
    rows = open_rows(ctx.setup, waiting) + job.open_rows
    crm_base, books_base = bases_after(ctx.setup, old, job.crm.fields, job.books.fields, rows)
    # a version moves only when nothing is left to write: else the next pull would take it for handled (I8)
    final = not job.open_rows and not any(each.verb in WRITES or each.why == "standing" for each in waiting)
    return Link(
        module=ctx.setup.module, crm_id=job.crm.id, books_id=job.books.id, state="linked",
        name=job.crm.name or job.books.name, crm_base=crm_base, books_base=books_base,
        crm_version=job.crm.version if final else old.crm_version if old else "",
        books_version=job.books.version if final else old.books_version if old else "",
        linked_at=old.linked_at if old and old.linked_at else now, synced_at=now, run_id=ctx.run.id,
        crm_entity=ctx.crm_mark, touched=old.touched if old else "",
    )  # fmt: skip


def _undecided(ctx: Context, link: Link) -> set[str]:
    """Return links of these records that only said that no counterpart was chosen yet (I10)."""
    held = (ctx.store.link_of(link.module, side, link.id_on(side)) for side in SIDES)
    return {each.key for each in held if each is not None and each.state == "ambiguous"}


def _left_alone(ctx: Context, action: Action, original: str) -> Link:
    """Return the mark on the original of a copy: it has its clone's name, and is not to be paired again (B34)."""
    side = action.target or "books"
    return Link(
        module=ctx.setup.module, crm_id=original if side == "crm" else "", books_id=original if side == "books" else "",
        state="ignored", name=action.name, linked_at=ctx.clock.now(), run_id=ctx.run.id, crm_entity=ctx.crm_mark,
    )  # fmt: skip


def unlinked(ctx: Context, job: Job, action: Action) -> Commit:
    """Return what a deletion, or leaving the view, does to a link; a lone record just leaves the catalogue."""
    part = Commit(seen=seen_rows(ctx, job), clear_failures=_cleared(ctx, job, action))
    dead: SideName | None = {"crm_gone": "crm", "books_gone": "books"}.get(action.why)  # type: ignore[assignment]
    if dead is not None:
        record_id = (action.crm_id if dead == "crm" else action.books_id) or ""
        part.drop_seen.append(f"{dead}:{ctx.entity(dead)}:{record_id}")
        part.seen = [row for row in part.seen if (row.side, row.id) != (dead, record_id)]
    if job.link is not None:
        link = structs.replace(job.link, state=_GONE[action.why], run_id=ctx.run.id)
        part.links.append(link)
        part.drop_conflicts.extend(conflicts.over(ctx, job, link))
        part.history.append(_line(ctx, action, link))
        job.link = link
    return part


def passed(ctx: Context, job: Job, action: Action) -> Commit:
    """Return what a skip leaves behind: the records are known and done with; nothing of theirs fails any more."""
    cleared = [] if action.why == "standing" else _cleared(ctx, job, action)
    return Commit(seen=seen_rows(ctx, job, lone=True), clear_failures=cleared)


def failed(ctx: Context, job: Job, action: Action, refused: Refused, *, held: bool) -> Commit:
    """Return a failure, or what is held for a person to decide, with its catalogue rows."""
    direction = toward(action.target or "books")
    source = other(action.target or "books")
    failure = _failure(ctx, job, action, refused, direction, source, held=held)
    job.failed.add(direction)
    job.filed[direction] = failure
    ctx.emit(failure)
    kept = conflicts.filed(ctx, job, action) if held else []
    # of the other direction nothing may be left to do: then its failure does not stand any more
    cleared = _cleared(ctx, job, action)
    return Commit(
        seen=seen_rows(ctx, job, lone=True), failures=[failure], conflicts=kept, clear_failures=cleared
    )  # fmt: skip


def _failure(
    ctx: Context, job: Job, action: Action, refused: Refused, direction: Direction, source: SideName, *, held: bool
) -> Failure:
    source_id = (action.crm_id if source == "crm" else action.books_id) or ""
    record = job.record(source)
    before = ctx.store.failure(failure_key(ctx.setup, direction, source_id))
    now = ctx.clock.now()
    version = record.version if record else action.crm_version if source == "crm" else action.books_version
    return Failure(
        module=ctx.setup.module, direction=direction, crm_id=action.crm_id or "", books_id=action.books_id or "",
        name=action.name, reason=refused.reason, message=refused.message, raw=refused.raw, code=refused.code,
        field=refused.field or "", attempts=before.attempts + 1 if before else 1, held=held,
        first_at=before.first_at if before else now, last_at=now, run_id=ctx.run.id, source_version=version,
        setup_revision=ctx.setup.revision, crm_entity=ctx.crm_mark,
        candidates=action.candidates or _holders(ctx, action, refused),
    )  # fmt: skip


def _holders(ctx: Context, action: Action, refused: Refused) -> tuple[str, ...]:
    """Return the customers and vendors that have the name which Books refused as taken (F12): they share one space of
    names, and what becomes of them is a reason to try again.
    """
    if refused.reason != "F12" or action.target != "books":
        return ()
    name = exact_name(action.name)
    rows = [row for entity in NAME_SPACE for row in ctx.store.seen_named("books", entity, name)]
    return tuple(sorted(row.id for row in rows if row.id != action.books_id))


def _cleared(ctx: Context, job: Job, action: Action) -> list[str]:
    """Return the failures that no longer stand: in every direction in which nothing is left to do or stuck."""
    busy = {toward(each.target) for each in job.todo + job.stuck if each.target} | job.failed
    keys = []
    ids: dict[Direction, str | None] = {"to_books": action.crm_id, "to_crm": action.books_id}
    for direction, record_id in ids.items():
        key = failure_key(ctx.setup, direction, record_id or "")
        if record_id and direction not in busy and ctx.store.failure(key) is not None:
            keys.append(key)
    return keys


def seen_rows(ctx: Context, job: Job, *, lone: bool = False) -> list[Seen]:
    """Return the catalogue rows of the job's records as they now stand; ``lone``: they may find a counterpart yet."""
    rows = []
    for side in SIDES:
        record = job.record(side)
        if record is not None and record.id:
            row = seen_row(ctx, job, record)
            if lone and job.link is None:
                row = structs.replace(row, hints=hints(record.entity, record.fields))
            rows.append(row)
    return rows


def seen_row(ctx: Context, job: Job, record: Record) -> Seen:
    """Return the catalogue row of a record."""
    view = job.facts.view
    before = None if view is not None or record.side == "books" else ctx.store.seen("crm", record.entity, record.id)
    inside = record.id in view if view is not None and record.side == "crm" else before is None or before.in_view
    return Seen(
        side=record.side, entity=ctx.entity(record.side), id=record.id, name=exact_name(record.name),
        folded=fold_name(record.name), version=record.version, kind=record.kind, active=record.active,
        owner=record.owner, receivable=record.receivable, in_view=inside, parent=record.parent,
    )  # fmt: skip


def _line(ctx: Context, action: Action, link: Link) -> HistoryLine:
    target = action.target
    now = link.base_on(target) if target else {}
    return HistoryLine(
        id=ctx.number(), run_id=ctx.run.id, at=ctx.clock.now(), module=ctx.setup.module, verb=action.verb,
        why=action.why, direction=toward(target) if target else None, crm_id=link.crm_id, books_id=link.books_id,
        name=action.name,
        before={change.field: change.old for change in action.changes},
        after={change.field: now.get(change.field, change.new) for change in action.changes},
        lost={change.field: change.lost for change in action.changes if change.lost is not None},
    )  # fmt: skip
