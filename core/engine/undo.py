"""Undo: read the records as they are now, plan, and write the before-images back (design.md §3, Undo)."""

from collections.abc import Collection, Iterable

from msgspec import Struct, structs

from core.engine import outcome as after
from core.engine.context import Context
from core.engine.jobs import Job
from core.engine.ports import Commit
from core.model.link import Link
from core.model.names import SIDES, SideName
from core.model.plan import Action
from core.model.problems import Problem
from core.model.record import Outcome, Record, Unknown, Write, Written
from core.model.run import HistoryLine, Intent
from core.model.undo import UndoPlan, UndoScope, UndoStep
from core.plan.bases import open_rows
from core.plan.facts import Facts, Id
from core.plan.normalise import same
from core.plan.undo import ACTIVE, PairKey, key_of, plan_undo, target_of

_READ = 100


class Part(Struct):
    """One part of a module and the history lines that are its own."""

    ctx: Context
    lines: list[HistoryLine]


def lines_of(ctx: Context, scope: UndoScope) -> list[HistoryLine]:
    """Return the lines that a scope means. Raises ``Problem('not_found')`` when it means none."""
    run_id = scope.run_id
    if scope.record:
        mine = list(ctx.store.history(record_id=scope.record))
        run_id = run_id or (mine[-1].run_id if mine else "")
        found = [line for line in mine if line.run_id == run_id]
    else:
        found = list(ctx.store.history(run_id=run_id)) if run_id else []
    if not found:
        raise Problem("not_found", what=f"history of {scope.record or 'run ' + run_id}")
    return found


def split(contexts: Iterable[Context], lines: list[HistoryLine]) -> list[Part]:
    """Give each part its lines; those of a shape that is no longer configured are nobody's."""
    found = [Part(ctx, []) for ctx in contexts]
    for line in lines:
        link = _link(found[0].ctx, line)
        mark = link.crm_entity if link is not None else None
        owner = next(
            (each for each in found if each.ctx.setup.module == line.module and mark in (None, each.ctx.crm_mark)), None
        )
        if owner is not None:
            owner.lines.append(line)
    return [each for each in found if each.lines]


async def prepare_undo(parts: list[Part], scope: UndoScope) -> UndoPlan:
    """Return what the undo would do. Reads the records that were written; writes nothing."""
    steps: list[UndoStep] = []
    for part in reversed(parts):
        links: dict[PairKey, Link | None] = {key_of(line): _link(part.ctx, line) for line in part.lines}
        steps += plan_undo(part.lines, await _now(part), links)
    return UndoPlan(scope=scope, steps=tuple(steps))


async def carry_back(parts: list[Part], plan: UndoPlan, exclude: Collection[str]) -> None:
    """Take the steps but the excluded ones, and count them. Raises Problem and Interrupted."""
    for part in reversed(parts):
        mine = {key_of(line) for line in part.lines}
        steps = [each for each in plan.steps if (each.module, each.crm_id, each.books_id) in mine]
        await _Undoer(part.ctx).run([each for each in steps if each.id not in exclude])


def release(ctx: Context, link: Link) -> Commit:
    """Return what lets an ignored pair take part again: the next run reads both records anew."""
    wanted = [f"{side}:{link.id_on(side)}" for side in SIDES if link.id_on(side)]
    name = f"{ctx.setup.module}:wanted"
    known = (ctx.store.cursor(name) or "").split()
    return Commit(drop_links=[link.key], cursors={name: " ".join(dict.fromkeys((*known, *wanted)))})


def _link(ctx: Context, line: HistoryLine) -> Link | None:
    link = ctx.store.link_of(line.module, "crm", line.crm_id) if line.crm_id else None
    if link is None or (line.books_id and link.books_id != line.books_id):
        return None
    return link


async def _now(part: Part) -> dict[Id, Record]:
    """Read the records that the lines wrote, with the fields that they wrote, mapped still or not."""
    ctx, found = part.ctx, dict[Id, Record]()
    for side in SIDES:
        mine = [line for line in part.lines if target_of(line) == side and (line.verb == "update" or _made(line))]
        ids = sorted({line.crm_id if side == "crm" else line.books_id for line in mine})
        fields = tuple(dict.fromkeys((*ctx.fields(side), *(field for line in mine for field in line.before))))
        for start in range(0, len(ids), _READ):
            ctx.check()
            for record in await ctx.side(side).read(ctx.entity(side), fields, ids[start : start + _READ]):
                found[side, record.id] = record
    return found


class _Undoer:
    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def run(self, steps: list[UndoStep]) -> None:
        for side in SIDES:
            mine = [each for each in steps if each.verb == "restore" and each.side == side]
            for start in range(0, len(mine), _READ):
                self._ctx.check()
                await self._restore(side, mine[start : start + _READ])
        for each in steps:
            if each.verb == "ignore":
                self._ignore(each)
            elif each.verb == "nothing":
                self._ctx.tally.add(_skip(each))
        self._ctx.ledger.flush()
        # once nothing syncs them any more
        retired = [each for each in steps if each.verb == "retire"]
        for start in range(0, len(retired), _READ):
            self._ctx.check()
            await self._restore("books", retired[start : start + _READ])

    async def _restore(self, side: SideName, steps: list[UndoStep]) -> None:
        ctx = self._ctx
        ids = [each.record(side) for each in steps]
        fields = tuple(dict.fromkeys((*ctx.fields(side), *(change.field for step in steps for change in step.changes))))
        records = {each.id: each for each in await ctx.side(side).read(ctx.entity(side), fields, ids)}
        jobs: dict[str, tuple[Job, Action]] = {}
        reopened: set[str] = set()
        writes, commit = [], Commit()
        for step in steps:
            record = records.get(step.record(side))
            if record is None or any(not same(record.fields.get(each.field), each.old) for each in step.changes):
                self._ctx.tally.add(_skip(step), "held")  # somebody was quicker than the undo: theirs stays
                continue
            job, action = self._job(side, step, record)
            ref = ctx.number()
            jobs[ref] = job, action
            if step.reopens and ctx.setup.conflict == "ask":
                reopened.add(ref)
            wanted = {change.field: change.new for change in action.changes}
            writes.append(
                Write(
                    ref=ref, side=side, entity=ctx.entity(side), id=record.id, fields=wanted, name=step.name,
                    expect_version=record.version,
                )
            )  # fmt: skip
            commit.intents.append(
                Intent(
                    id=ref, run_id=ctx.run.id, action=action, entity=ctx.entity(side), fields=wanted,
                    written_at=ctx.clock.now(), crm_entity=ctx.crm_mark,
                )
            )  # fmt: skip
        ctx.ledger.add(commit)
        ctx.ledger.flush()
        async for result in ctx.side(side).write(fields, writes):
            self._outcome(side, *jobs[result.ref], result, reopened=result.ref in reopened)
            ctx.ledger.flush_if_due()
        ctx.ledger.flush()

    def _job(self, side: SideName, step: UndoStep, record: Record) -> tuple[Job, Action]:
        """Return a job that moves the bases of the restored fields alone: the sides then differ, and nobody minds."""
        ctx = self._ctx
        link = ctx.store.link_of(step.module, side, record.id)
        action = Action(
            verb="update", why="undone", module=step.module, target=side, crm_id=step.crm_id or None,
            books_id=step.books_id or None, name=step.name, changes=step.changes,
            crm_base=record.fields if side == "crm" else link.crm_base if link else {},
            books_base=record.fields if side == "books" else link.books_base if link else {},
            crm_version=record.version if side == "crm" else link.crm_version if link else "",
            books_version=record.version if side == "books" else link.books_version if link else "",
        )  # fmt: skip
        job = Job(Facts(setup=ctx.setup), [action], link)
        job.todo = []
        sent = open_rows(ctx.setup, [action])
        job.open_rows = [row for row in ctx.setup.mapping if row not in sent]
        job.put(side, record)
        if link is not None and link.crm_id and link.books_id:
            other: SideName = "books" if side == "crm" else "crm"
            seen = ctx.store.seen(other, ctx.entity(other), link.id_on(other))
            job.put(other, _assumed(ctx, link, other, seen.name if seen else link.name))
        return job, action

    def _outcome(self, side: SideName, job: Job, action: Action, result: Outcome, *, reopened: bool) -> None:
        ctx = self._ctx
        if isinstance(result, Written):
            kept, job_key = job.link, job.link.key if job.link is not None else ""
            part = after.joined(ctx, job, action, result)
            if kept is not None and kept.state != "linked":
                part.links = [structs.replace(link, state=kept.state) for link in part.links]
            if reopened:
                part.links = [self._reopened(link, action) if link.key == job_key else link for link in part.links]
            part.seen = [row for row in part.seen if row.side == side]
            part.done_intents.append(result.ref)
            ctx.ledger.add(part)
            if not _retires(action):
                ctx.tally.add(action)
            return
        ctx.tally.add(action, "failed")
        if not isinstance(result, Unknown):  # of an unknown outcome the intent stays open: the next run looks it up
            ctx.ledger.add(Commit(done_intents=[result.ref]))

    def _reopened(self, link: Link, action: Action) -> Link:
        """Return a link that knows nothing of the restored fields: the next run asks about them, as it did before."""
        rows = open_rows(self._ctx.setup, [action])
        crm, books = {row.crm for row in rows}, {row.books for row in rows}
        return structs.replace(
            link,
            crm_base={name: value for name, value in link.crm_base.items() if name not in crm},
            books_base={name: value for name, value in link.books_base.items() if name not in books},
        )

    def _ignore(self, step: UndoStep) -> None:
        ctx = self._ctx
        link = ctx.store.link_of(step.module, "crm", step.crm_id) if step.crm_id else None
        if link is None or link.state == "ignored":
            return
        left = structs.replace(link, state="ignored", run_id=ctx.run.id)
        line = HistoryLine(
            id=ctx.number(), run_id=ctx.run.id, at=ctx.clock.now(), module=step.module, verb="unlink", why="undone",
            direction=None, crm_id=link.crm_id, books_id=link.books_id, name=step.name,
        )  # fmt: skip
        ctx.ledger.add(Commit(links=[left], history=[line], drop_conflicts=[link.key]))
        ctx.ledger.flush_if_due()
        ctx.tally.add(structs.replace(_skip(step), verb="unlink", target=None))


def _retires(action: Action) -> bool:
    """Return whether an action only makes a record inactive: the pair is counted as one that is left alone."""
    return [(each.field, each.new) for each in action.changes] == [(ACTIVE, False)]


def _made(line: HistoryLine) -> bool:
    """Return whether a line tells of a record that was made in Books."""
    return line.verb == "create" and target_of(line) == "books" and line.module != "persons"


def _skip(step: UndoStep) -> Action:
    return Action(
        verb="skip", why="undone", module=step.module, target=step.side or "books", crm_id=step.crm_id or None,
        books_id=step.books_id or None, name=step.name,
    )  # fmt: skip


def _assumed(ctx: Context, link: Link, side: SideName, name: str) -> Record:
    return Record(
        side=side, entity=ctx.entity(side), id=link.id_on(side), name=name, fields=link.base_on(side),
        version=link.crm_version if side == "crm" else link.books_version,
    )  # fmt: skip
