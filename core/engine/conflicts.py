"""Fields held because both sides changed them (F40): kept with what both hold, until they are settled."""

import hashlib

import msgspec
from msgspec import structs

from core.engine.context import Context
from core.engine.jobs import Job
from core.engine.settings import configured
from core.model.deciding import Conflict, ConflictField
from core.model.link import Link
from core.model.names import Part, SideName, other
from core.model.plan import Action, FieldChange
from core.model.record import Record
from core.model.setup import FieldMap, ModuleSetup
from core.plan.normalise import same
from core.plan.shapes import carries, field_on


def part_of(ctx: Context) -> Part:
    """Return which part of its module a context is for."""
    if ctx.setup.module == "persons":
        return "persons"
    return "unassociated" if ctx.setup != ctx.whole and ctx.setup.shape == "contacts" else "main"


def filed(ctx: Context, job: Job, action: Action) -> list[Conflict]:
    """Return what is kept of a hold: nothing, unless it is about a conflict of two known records."""
    if action.why != "conflict" or job.crm is None or job.books is None:
        return []
    link = Link(module=ctx.setup.module, crm_id=job.crm.id, books_id=job.books.id)
    rows = [(each, _row(ctx.setup, action.target or "books", each, job)) for each in action.changes]
    fields = tuple(held_field(row, job.link, job.crm, job.books) for _, row in rows if row is not None)
    if not fields:
        return []
    before = ctx.store.conflict(link.key)
    return [
        stamped(
            Conflict(
                module=configured(ctx.setup.module), part=part_of(ctx), key=link.key, name=action.name,
                crm_id=job.crm.id, books_id=job.books.id, fields=fields,
                since=before.since if before is not None else ctx.clock.now(),
            )
        )
    ]  # fmt: skip


def message(action: Action) -> str:
    """Return what a held conflict is filed with."""
    return "Changed on both sides: " + ", ".join(change.field for change in action.changes)


def held_field(row: FieldMap, link: Link | None, crm: Record, books: Record) -> ConflictField:
    """Return a mapping row of two records as a conflict shows it."""
    return ConflictField(
        crm_field=row.crm, books_field=row.books, kind=row.kind,
        crm_base=link.crm_base.get(row.crm) if link else None, crm=crm.fields.get(row.crm),
        books_base=link.books_base.get(row.books) if link else None, books=books.fields.get(row.books),
    )  # fmt: skip


def stamped(conflict: Conflict) -> Conflict:
    """Return a conflict with the stamp of its fields' values."""
    stamp = hashlib.sha256(msgspec.json.encode(conflict.fields)).hexdigest()[:16]
    return structs.replace(conflict, stamp=stamp)


def over(ctx: Context, job: Job, link: Link) -> list[str]:
    """Return the key of a link's conflict when the link, just decided on in full, has none any more."""
    if job.open_rows or ctx.store.conflict(link.key) is None:
        return []
    held = any(each.verb == "hold" and each.why in ("conflict", "standing") for each in job.todo + job.stuck)
    return [] if held and link.state == "linked" else [link.key]


def _row(setup: ModuleSetup, side: SideName, change: FieldChange, job: Job) -> FieldMap | None:
    """Return the row that a held change is about: of several with its field, one that flows both ways and differs."""
    theirs = job.record(other(side))
    for row in setup.mapping:
        if field_on(row, side) != change.field or theirs is None:
            continue
        both = carries(row, setup.extent, "crm") and carries(row, setup.extent, "books")
        if both and same(theirs.fields.get(field_on(row, other(side))), change.new):
            return row
    return None
