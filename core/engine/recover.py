"""Recover: find out what became of the writes that a killed run left open, before anything new is decided."""

import asyncio
from collections.abc import Iterable

from msgspec import structs

from core.engine import outcome as after
from core.engine.context import Context
from core.engine.jobs import Job
from core.engine.lookup import find
from core.engine.ports import Commit, Found
from core.model.link import Link
from core.model.names import SIDES, SideName, other, toward
from core.model.plan import Action
from core.model.record import Record, Refused, Written
from core.model.run import Intent
from core.plan.bases import open_rows
from core.plan.facts import Facts
from core.plan.normalise import bent, same

_LOOK_BACK = 20
"""Runs among which one that was killed is looked for."""
_READ = 100
_AT_ONCE = 8
"""Look-ups under way together; the side's own limits hold besides."""


def close_runs(ctx: Context) -> None:
    """Mark runs that a killed process left as running. They are over: one process owns the state."""
    stale = [run for run in ctx.store.runs(_LOOK_BACK) if run.state == "running" and run.id != ctx.run.id]
    if stale:
        now = ctx.clock.now()
        ctx.store.commit(Commit(runs=[structs.replace(run, state="interrupted", finished=now) for run in stale]))


async def recover(ctx: Context) -> None:
    """Close every open intent of this module, sending nothing.

    A create is looked up by its key, also where the key is unique and it could be sent again: what a person has done
    to the record since must not be overwritten. An update is recognised by what it changed.
    """
    intents = [each for each in ctx.store.intents() if ctx.owns(each.action.module, each.crm_entity)]
    creates = [each for each in intents if each.action.verb == "create"]
    try:
        for start in range(0, len(creates), _AT_ONCE):
            ctx.check()
            await _created(ctx, creates[start : start + _AT_ONCE])
        for side in SIDES:
            mine = [each for each in intents if each.action.verb != "create" and each.action.target == side]
            for start in range(0, len(mine), _READ):
                ctx.check()
                await _updated(ctx, side, mine[start : start + _READ])
    finally:
        ctx.ledger.flush()


async def _created(ctx: Context, intents: list[Intent]) -> None:
    """Look creates up together, and close one after the other: two must not be given the same record (I10).

    What was found before the day's calls ran out is kept.
    """
    wanted = [each for each in intents if not _linked(ctx, each)]
    looked = (find(ctx, each.action, each.since, each.parent) for each in wanted)
    found = await asyncio.gather(*looked, return_exceptions=True)
    answers = {intent.id: answer for intent, answer in zip(wanted, found, strict=True)}
    stopped: BaseException | None = None
    for intent in intents:
        if _linked(ctx, intent):
            part = Commit(done_intents=[intent.id])
        else:
            answer = answers[intent.id]
            if isinstance(answer, BaseException):
                stopped = stopped or answer
                continue
            part = _dated(intent, _closed(ctx, intent, answer))
        ctx.ledger.add(part)
        ctx.report.count("recovered")
        ctx.ledger.flush()
    if stopped is not None:
        raise stopped


def _linked(ctx: Context, intent: Intent) -> bool:
    source = other(intent.action.target or "books")
    return ctx.store.link_of(ctx.setup.module, source, _id(intent.action, source)) is not None


def _closed(ctx: Context, intent: Intent, found: Found) -> Commit:
    """Return what a look-up makes of a create."""
    action, target = intent.action, intent.action.target or "books"
    source = other(target)
    if found.record is not None and ctx.store.link_of(ctx.setup.module, target, found.record.id) is not None:
        found = Found(None, sure=False, candidates=(found.record.id,))
    job = _job(ctx, action, (source,))
    job.parent = intent.parent
    if found.record is not None and found.sure:
        record = found.record
        made = Written(ref="", id=record.id, created=True, version=record.version, record=record)
        part = after.joined(ctx, job, action, made)
        ctx.tally.add(action)
    elif found.sure:
        part = Commit()
    else:
        message = f"It is not known which record was made for {toward(target)}."
        unsure = structs.replace(action, candidates=found.candidates)
        part = after.failed(ctx, job, unsure, Refused(ref="", reason="F41", message=message), held=True)
        ctx.tally.add(action, "held")
    part.done_intents.append(intent.id)
    return part


async def _updated(ctx: Context, side: SideName, intents: list[Intent]) -> None:
    """Keep what arrived of updates. The rest needs no care: the cursors did not move, so the pairs are merged again.

    An update that the server bent and nobody wrote down would look like a person's change there, and travel back.
    """
    ids = sorted({_id(each.action, side) for each in intents})
    records = {each.id: each for each in await ctx.side(side).read(ctx.entity(side), ctx.fields(side), ids)}
    for intent in intents:
        record = records.get(_id(intent.action, side))
        part = Commit()
        if record is not None and _arrived(intent, record):
            part = _dated(intent, _kept(ctx, intent, record))
        part.done_intents.append(intent.id)
        ctx.ledger.add(part)
        ctx.report.count("recovered")
        ctx.ledger.flush_if_due()


def _arrived(intent: Intent, record: Record) -> bool:
    """Return whether an update came through: something of it is there that was not when the plan saw the record."""
    action = intent.action
    before = (action.crm_base if action.target == "crm" else action.books_base) or {}
    version = action.crm_version if action.target == "crm" else action.books_version
    return record.version != version and any(
        bent(value, record.fields.get(field)) and not same(record.fields.get(field), before.get(field))
        for field, value in intent.fields.items()
    )


def _kept(ctx: Context, intent: Intent, record: Record) -> Commit:
    action = intent.action
    job = _job(ctx, action, SIDES)
    sent = open_rows(ctx.setup, [action])
    if action.why == "decided":
        # The other side may not be written yet: with its bases as they were, the pair converges or is held anew.
        job.open_rows = list(ctx.setup.mapping)
    elif action.why != "overwrite":
        # of this pair only these fields are known to be through: the next merge decides on the others
        job.open_rows = [row for row in ctx.setup.mapping if row not in sent]
    told = {field: value for field, value in intent.fields.items() if not bent(value, record.fields.get(field))}
    if action.why == "overwrite":
        # the fields that were not sent were in step with what the plan saw, not with what they have become since
        before = (action.crm_base if action.target == "crm" else action.books_base) or {}
        moved = (field for field in before if not same(record.fields.get(field), before[field]))
        told |= {field: before[field] for field in moved if field not in intent.fields}
    if told:
        # somebody wrote over it since: what was sent is the base, and the next merge sees their change (I2)
        record = structs.replace(record, fields={**record.fields, **told}, version="")
    made = Written(ref="", id=record.id, created=False, version=record.version, record=record)
    part = after.joined(ctx, job, action, made)
    if action.why == "decided":
        part.history = [structs.replace(line, after=dict(intent.fields)) for line in part.history]
    ctx.tally.add(action)
    return part


def _dated(intent: Intent, part: Commit) -> Commit:
    """File the history of a recovered write with the run that sent it."""
    part.history = [structs.replace(line, id=intent.id, run_id=intent.run_id) for line in part.history]
    return part


def _job(ctx: Context, action: Action, sides: Iterable[SideName]) -> Job:
    link: Link | None = ctx.store.link_of(ctx.setup.module, "crm", action.crm_id) if action.crm_id else None
    if link is None and action.books_id:
        link = ctx.store.link_of(ctx.setup.module, "books", action.books_id)
    job = Job(Facts(setup=ctx.setup), [action], link)
    job.todo = []
    for side in sides:
        job.put(side, _remembered(ctx, action, side))
    return job


def _remembered(ctx: Context, action: Action, side: SideName) -> Record:
    """Return a record as the intent remembers it, with what the catalogue adds. One that the catalogue does not know
    has no version, so that the pull brings the rest: what it is, and whom it belongs to.
    """
    fields = (action.crm_base if side == "crm" else action.books_base) or {}
    version = action.crm_version if side == "crm" else action.books_version
    seen = ctx.store.seen(side, ctx.entity(side), _id(action, side))
    return Record(
        side=side, entity=ctx.entity(side), id=_id(action, side), name=seen.name if seen else action.name,
        version=version if seen else "", fields=fields, kind=seen.kind if seen else "other",
        active=seen.active if seen else True, owner=seen.owner if seen else "",
        receivable=seen.receivable if seen else "", parent=seen.parent if seen else "",
    )  # fmt: skip


def _id(action: Action, side: SideName) -> str:
    return (action.crm_id if side == "crm" else action.books_id) or ""
