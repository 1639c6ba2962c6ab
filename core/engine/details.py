"""Details: read in full what a batch needs to know, and let the pure merge decide on it."""

from msgspec import structs

from core.engine.context import Context
from core.engine.jobs import Job
from core.model.names import SIDES, SideName, other
from core.model.plan import Action
from core.model.record import Record
from core.plan.settle import create, withhold
from core.plan.shapes import writes_to

_READ = 100


async def read_details(ctx: Context, jobs: list[Job]) -> None:
    """Complete the jobs that wait for a detail. A record that is no longer there turns its job into a deletion."""
    missing: dict[SideName, set[str]] = {"crm": set(), "books": set()}
    waiting = [job for job in jobs if job.unread or job.stale]
    for side in SIDES:
        ids = sorted({_id(job, side) for job in waiting if side in job.unread})
        found: dict[str, Record] = {}
        for start in range(0, len(ids), _READ):
            ctx.check()
            some = ids[start : start + _READ]
            records = await ctx.side(side).read(ctx.entity(side), ctx.fields(side), some)
            found.update({record.id: record for record in records})
        missing[side] = set(ids) - found.keys()
        for job in waiting:
            if side in job.unread and _id(job, side) in found:
                job.put(side, found[_id(job, side)])
    for job in waiting:
        gone = tuple(side for side in job.unread if _id(job, side) in missing[side])
        _complete(ctx, job, gone)


def _id(job: Job, side: SideName) -> str:
    action = job.todo[0]
    return (action.crm_id if side == "crm" else action.books_id) or ""


def _complete(ctx: Context, job: Job, gone: tuple[SideName, ...]) -> None:
    action = job.todo[0]
    if gone:
        job.todo = _without(job, action, gone)
        job.unread = ()
    elif action.verb == "create":
        source = job.record(other(action.target or "books"))
        assert source is not None
        made = create(ctx.setup, source, why=action.why, candidates=action.candidates)
        job.todo = list(withhold(job.facts, (made,)))
        job.unread = ()
    else:
        job.settle()


def _without(job: Job, action: Action, gone: tuple[SideName, ...]) -> list[Action]:
    """Return what is left to do when a record turns out to be gone."""
    side = gone[0]
    job.put(side, None)
    marked = structs.replace(
        action, verb="unlink", why="crm_gone" if side == "crm" else "books_gone", target=None, changes=()
    )
    if job.link is not None or action.verb == "create":
        return [marked]
    # the namesake that the catalogue knew is no more: what is left has no counterpart
    left = other(side)
    record, todo = job.record(left), [_only(marked, side)]
    if record is None or not record.complete or not writes_to(job.facts.setup.extent, side):
        return todo
    return [*todo, *withhold(job.facts, (create(job.facts.setup, record),))]


def _only(action: Action, side: SideName) -> Action:
    return structs.replace(
        action, crm_id=action.crm_id if side == "crm" else None, books_id=action.books_id if side == "books" else None
    )
