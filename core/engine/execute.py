"""Execute: carry a plan out in batches, each read, written and committed as it comes.

An intent is durable before its write is sent. Every outcome becomes one transaction with its link, bases, history line
and failures. A record that fails changes nothing for the others (I12).
"""

from collections.abc import Iterable

from msgspec import Struct, structs

from core.engine import outcome as after
from core.engine.context import Context
from core.engine.details import read_details
from core.engine.jobs import WRITES, Job, grouped, start
from core.engine.lookup import Lookup
from core.engine.messages import held_message
from core.engine.ports import Commit
from core.model.names import SideName, other, toward
from core.model.plan import Action, Plan
from core.model.record import Moved, Refused, Unknown, Unsent, Write, Written
from core.model.run import Intent
from core.model.value import Fields
from core.plan.facts import Facts
from core.plan.settle import FIRST_PAIRING
from core.plan.shapes import made_kind, order

BATCH: dict[SideName | None, int] = {None: 200, "books": 100, "crm": 500}
"""Records in one batch, by the side written: Books takes one a call, CRM a hundred."""


class Sent(Struct, frozen=True):
    """A write under way."""

    job: Job
    action: Action
    ref: str


async def execute(ctx: Context, facts: Facts, plan: Plan) -> None:
    """Carry out a plan. Raises Problem and Interrupted, with everything acknowledged committed."""
    executor = _Executor(ctx, facts)
    batch: list[list[Action]] = []
    current: SideName | None = None
    for side, group in grouped(ctx, plan.actions):
        if batch and (side != current or len(batch) >= BATCH[current]):
            await executor.carry_out(batch)
            batch = []
        current = side
        batch.append(group)
    if batch:
        await executor.carry_out(batch)


def expect(ctx: Context, plans: Iterable[Plan]) -> None:
    """Tell how many writes there will be in each direction."""
    totals: dict[str, int] = {}
    for action in (action for plan in plans for action in plan.actions):
        if action.verb in WRITES and action.target:
            totals[toward(action.target)] = totals.get(toward(action.target), 0) + 1
    for counter, total in totals.items():
        ctx.report.expect(counter, total)


class _Executor:
    def __init__(self, ctx: Context, facts: Facts) -> None:
        self._ctx, self._facts = ctx, facts

    async def carry_out(self, groups: Iterable[list[Action]]) -> None:
        """Do one batch; what moved meanwhile is decided once more, at its end."""
        self._ctx.check()
        try:
            jobs = [start(self._ctx, self._facts, group) for group in groups]
            again = await self._round(jobs)
            if again:
                self._ctx.ledger.flush()
                await self._round(again)
        finally:
            self._ctx.ledger.flush()

    async def _round(self, jobs: list[Job]) -> list[Job]:
        await read_details(self._ctx, jobs)
        for job in jobs:
            self._local(job)
        again: list[Job] = []
        for side in order(self._ctx.setup.module):
            again += await self._write(side, jobs)
        return again

    def _local(self, job: Job) -> None:
        """Do what needs no write."""
        ctx = self._ctx
        for action in [each for each in job.todo if each.verb not in WRITES]:
            job.todo.remove(action)
            standing = action.why == "standing"
            if action.verb == "hold" or standing:
                job.stuck.append(action)
            if action.verb == "hold" and not standing:
                refused = Refused(ref="", reason=action.reason or "F13", message=held_message(action))
                ctx.ledger.add(after.failed(ctx, job, action, refused, held=True))
                ctx.report.count("held")
            self._local_part(job, action)
            ctx.tally.add(action)
            ctx.ledger.flush_if_due()

    def _local_part(self, job: Job, action: Action) -> None:
        ctx = self._ctx
        pair = action.crm_base is not None and action.books_base is not None
        if action.verb in ("link", "base") or (action.verb == "hold" and pair and not _writes_left(job)):
            ctx.ledger.add(after.joined(ctx, job, action, None))
        elif action.verb == "unlink":
            ctx.ledger.add(after.unlinked(ctx, job, action))
        elif action.verb == "skip" or action.why == "standing":
            ctx.ledger.add(after.passed(ctx, job, action))

    async def _write(self, side: SideName, jobs: list[Job]) -> list[Job]:
        """Send this side's writes of a batch and commit their outcomes; return the jobs to decide once more."""
        ctx, lookup = self._ctx, Lookup(self._ctx)
        pairs = [(job, each) for job in jobs for each in job.todo if each.verb in WRITES and each.target == side]
        pairs = [pair for pair in pairs if self._placed(*pair)]
        if not pairs:
            return []
        for job, action in [pair for pair in pairs if pair[0].look_first]:
            job.look_first = False
            if await lookup.settled(job, action, ref=None):
                pairs.remove((job, action))
        under_way = self._intend(side, pairs)
        writes = [self._compose(side, sent) for sent in under_way.values()]
        again: list[Job] = []
        unknown: list[Sent] = []
        async for result in ctx.side(side).write(ctx.fields(side), writes):
            sent = under_way.pop(result.ref)
            match result:
                case Written():
                    self._written(sent, result)
                case Refused():
                    await self._refused(sent, result)
                case Moved():
                    self._moved(sent, result, again)
                case Unknown():
                    unknown.append(sent)
                case Unsent():
                    ctx.ledger.add(Commit(done_intents=[result.ref]))
            ctx.ledger.flush_if_due()
        for sent in [*unknown, *under_way.values()]:
            await self._unknown(lookup, sent, again)
        return again

    def _placed(self, job: Job, action: Action) -> bool:
        """Find what a created contact or contact person is made under; without it, the record fails (F21)."""
        ctx = self._ctx
        if action.verb != "create" or ctx.setup.module != "persons":
            return True
        source = other(action.target or "books")
        record = job.record(source)
        job.parent = ctx.partner_of(source, record.parent) if record is not None else ""
        if not job.parent:
            message = "What it belongs to is not linked."
            self._fail(Sent(job, action, ""), Refused(ref="", reason="F21", message=message))
        return bool(job.parent)

    def _intend(self, side: SideName, pairs: list[tuple[Job, Action]]) -> dict[str, Sent]:
        """Note durably what is about to be sent."""
        ctx = self._ctx
        under_way = {}
        commit = Commit()
        for job, action in pairs:
            sent = Sent(job, action, ctx.number())
            under_way[sent.ref] = sent
            commit.intents.append(
                Intent(
                    id=sent.ref, run_id=ctx.run.id, action=action, entity=ctx.entity(side), fields=_fields(action),
                    written_at=ctx.clock.now(), since=ctx.tops[side], crm_entity=ctx.crm_mark, parent=job.parent,
                )
            )  # fmt: skip
        ctx.ledger.add(commit)
        ctx.ledger.flush()
        return under_way

    def _compose(self, side: SideName, sent: Sent) -> Write:
        ctx, action, job = self._ctx, sent.action, sent.job
        source = action.crm_id if side == "books" else action.books_id
        record = job.record(side) if action.verb == "update" else None
        stamped = action.verb == "create" or action.why in FIRST_PAIRING
        return Write(
            ref=sent.ref, side=side, entity=ctx.entity(side), id=record.id if record else None, fields=_fields(action),
            key=source if stamped else None, name=action.name,
            kind=made_kind(ctx.setup.module, ctx.setup.shape) if side == "books" else "other",
            expect_version=record.version if record else None, parent=job.parent,
        )  # fmt: skip

    def _written(self, sent: Sent, result: Written) -> None:
        ctx = self._ctx
        if sent.action.verb == "create" and self._taken(sent, result):
            message = "The record that the server gave for it is already the counterpart of another one."
            taken = structs.replace(sent.action, candidates=(result.id,))
            sent.job.todo = [taken]
            self._fail(Sent(sent.job, taken, sent.ref), Refused(ref="", reason="F13", message=message), held=True)
            return
        sent.job.todo.remove(sent.action)
        part = after.joined(ctx, sent.job, sent.action, result)
        part.done_intents.append(sent.ref)
        ctx.ledger.add(part)
        ctx.tally.add(sent.action)
        ctx.report.count(toward(sent.action.target or "books"))

    def _taken(self, sent: Sent, result: Written) -> bool:
        """Return whether an upsert by key found a record that is linked to another one (I10)."""
        link = self._ctx.store.link_of(self._ctx.setup.module, sent.action.target or "books", result.id)
        return link is not None and link.state != "ambiguous"

    async def _refused(self, sent: Sent, result: Refused) -> None:
        """File a refusal; where the record is gone from its side, mark that instead (F29)."""
        ctx, job, action = self._ctx, sent.job, sent.action
        held = False
        if result.reason == "F29" and action.verb == "update" and action.target and await self._is_gone(job, action):
            gone = structs.replace(action, verb="unlink", why="crm_gone" if action.target == "crm" else "books_gone")
            ctx.ledger.add(after.unlinked(ctx, job, gone))
            job.put(action.target, None)
            held = True
        self._fail(sent, result, held=held)

    async def _is_gone(self, job: Job, action: Action) -> bool:
        ctx, side = self._ctx, action.target or "books"
        record = job.record(side)
        return record is not None and not await ctx.side(side).read(ctx.entity(side), ctx.fields(side), [record.id])

    def _fail(self, sent: Sent, result: Refused, *, held: bool = False) -> None:
        ctx, action = self._ctx, sent.action
        sent.job.todo.remove(action)
        sent.job.stuck.append(action)
        part = after.failed(ctx, sent.job, action, result, held=held)
        part.done_intents.extend([sent.ref] if sent.ref else [])
        ctx.ledger.add(part)
        ctx.tally.add(action, "held" if held else "failed")
        ctx.report.count(toward(action.target or "books"))
        ctx.report.count("failed")

    def _moved(self, sent: Sent, result: Moved, again: list[Job]) -> None:
        """Decide once more on what the record has become; a record that keeps moving waits for the next run."""
        job, side = sent.job, sent.action.target or "books"
        if job.again:
            message = "The record kept changing while it was being written."
            self._fail(sent, Refused(ref=sent.ref, reason="F41", message=message))
            return
        self._ctx.ledger.add(Commit(done_intents=[sent.ref]))
        job.again = job.stale = True
        old = job.record(side)
        if result.record is not None:
            job.put(side, result.record)
        complete = result.record is not None and result.record.complete
        job.unread = () if complete or old is None else (side,)
        job.todo = [structs.replace(sent.action, crm_id=_id(job, "crm"), books_id=_id(job, "books"))]
        again.append(job)

    async def _unknown(self, lookup: Lookup, sent: Sent, again: list[Job]) -> None:
        """Find out what became of a write that nobody answered for; never send it again blindly (F41)."""
        job, action, ctx = sent.job, sent.action, self._ctx
        if action.verb == "update":
            self._moved(sent, Moved(ref=sent.ref), again)
            return
        if await lookup.settled(job, action, ref=sent.ref):
            return
        if job.again:
            message = "The server does not answer, and the record was not made."
            self._fail(sent, Refused(ref=sent.ref, reason="F41", message=message))
            return
        job.again = True
        ctx.ledger.add(Commit(done_intents=[sent.ref]))
        again.append(job)


def _id(job: Job, side: SideName) -> str | None:
    record = job.record(side)
    return record.id if record else None


def _fields(action: Action) -> Fields:
    return {change.field: change.new for change in action.changes}


def _writes_left(job: Job) -> bool:
    return any(each.verb in WRITES for each in job.todo)
