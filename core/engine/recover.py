"""Recover: close what a killed run left open, before anything new is decided."""

from core.engine import outcome as after
from core.engine.context import Context
from core.engine.jobs import Job
from core.engine.lookup import find
from core.engine.ports import Commit
from core.model.names import SideName, other, toward
from core.model.plan import Action
from core.model.record import Record, Refused, Written
from core.model.run import Intent, Run
from core.plan.facts import Facts

_LOOK_BACK = 20
"""Runs among which one that was killed is looked for."""


def close_runs(ctx: Context) -> None:
    """Mark runs that a killed process left as running. They are over: one process owns the state."""
    stale = [run for run in ctx.store.runs(_LOOK_BACK) if run.state == "running" and run.id != ctx.run.id]
    if stale:
        ctx.store.commit(Commit(runs=[_interrupted(run, ctx.clock.now()) for run in stale]))


def _interrupted(run: Run, now: str) -> Run:
    return Run(
        id=run.id, module=run.module, cause=run.cause, started=run.started, finished=now, state="interrupted",
        phase=run.phase, counts=run.counts, api_calls=run.api_calls, considered=run.considered,
        setup_revision=run.setup_revision,
    )  # fmt: skip


async def recover(ctx: Context) -> None:
    """Find out what became of every open intent of this module.

    An update needs no look-up: the cursors did not move, so the pair is read and merged again, and what did arrive is
    then seen to have converged. A create is looked up by its key. Where the key is unique, making it again finds the
    first one (upsert), so it is left to the plan.
    """
    for intent in [each for each in ctx.store.intents() if each.action.module == ctx.setup.module]:
        ctx.check()
        target = intent.action.target or "books"
        if intent.action.verb != "create" or ctx.side(target).key_strength(intent.entity) == "unique":
            ctx.ledger.add(Commit(done_intents=[intent.id]))
        else:
            await _look_up(ctx, intent, target)
        ctx.report.count("recovered")
        ctx.ledger.flush_if_due()
    ctx.ledger.flush()


async def _look_up(ctx: Context, intent: Intent, target: SideName) -> None:
    action, source = intent.action, other(target)
    source_id = (action.crm_id if source == "crm" else action.books_id) or ""
    if ctx.store.link_of(ctx.setup.module, source, source_id) is not None:
        ctx.ledger.add(Commit(done_intents=[intent.id]))
        return
    found = await find(ctx, action, intent.since)
    job = Job(Facts(setup=ctx.setup), [action], None)
    job.put(source, _source(ctx, action, source, source_id))
    job.todo = []
    if found.record is not None and found.sure:
        record = found.record
        part = after.joined(
            ctx, job, action, Written(ref="", id=record.id, created=True, version=record.version, record=record)
        )
        ctx.tally.add(action)
    elif found.sure:
        part = Commit()
    else:
        message = f"It is not known which record was made for {toward(target)}: {len(found.candidates)} could be it."
        part = after.failed(ctx, job, action, Refused(ref="", reason="F41", message=message), held=True)
        ctx.tally.add(action, "held")
    part.done_intents.append(intent.id)
    ctx.ledger.add(part)


def _source(ctx: Context, action: Action, side: SideName, record_id: str) -> Record:
    """Return the source as the intent remembers it, with what the catalogue adds."""
    fields = (action.crm_base if side == "crm" else action.books_base) or {}
    version = action.crm_version if side == "crm" else action.books_version
    seen = ctx.store.seen(side, ctx.entity(side), record_id)
    return Record(
        side=side, entity=ctx.entity(side), id=record_id, name=action.name, version=version, fields=fields,
        kind=seen.kind if seen else "other", active=seen.active if seen else True,
        owner=seen.owner if seen else "", receivable=seen.receivable if seen else "",
    )  # fmt: skip
