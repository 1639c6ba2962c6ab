"""Settling held fields: what a person chose is written to the side that differs, and nothing else (F40)."""

from collections.abc import Sequence

from msgspec import Struct, structs

from core.engine import conflicts
from core.engine import outcome as after
from core.engine.context import Context
from core.engine.jobs import Job
from core.engine.ports import Commit
from core.model.deciding import Choice, Conflict, ConflictField, SettleRequest
from core.model.names import SIDES, SideName, other, toward
from core.model.plan import Action, FieldChange
from core.model.problems import Problem
from core.model.record import Moved, Outcome, Record, Refused, Unknown, Write, Written
from core.model.run import Intent
from core.model.setup import FieldMap
from core.model.value import Value
from core.plan.facts import Facts
from core.plan.normalise import same
from core.plan.settle import hold
from core.plan.shapes import across, carries, field_on, order


class _Wish(Struct, frozen=True):
    """A held field, its mapping row, and the value that each side is to hold."""

    field: ConflictField
    row: FieldMap
    crm: Value
    books: Value

    def value(self, side: SideName) -> Value:
        return self.crm if side == "crm" else self.books


def held(contexts: Sequence[Context], request: SettleRequest) -> tuple[Context, Conflict]:
    """Return the conflict that is to be settled, and the part of the module that it is of.

    Raises Problem ``not_found`` and, for a stamp of other values, ``moved_since``.
    """
    store = contexts[0].store
    found = store.conflict(request.key)
    module, crm_id, _ = (*request.key.split(":"), "", "")[:3]
    ctx = next((each for each in contexts if each.setup.module == module and _owned(each, crm_id)), None)
    if found is None or ctx is None or not request.choices:
        raise Problem("not_found", what=f"conflict {request.key}")
    if request.stamp and request.stamp != found.stamp:
        raise Problem("moved_since", field=found.fields[0].crm_field, name=found.name, side="CRM / Books")
    return ctx, found


def _owned(ctx: Context, crm_id: str) -> bool:
    link = ctx.store.link_of(ctx.setup.module, "crm", crm_id)
    return link is not None and link.state == "linked" and ctx.owns(link.module, link.crm_entity)


async def settle_conflict(ctx: Context, conflict: Conflict, choices: Sequence[Choice]) -> None:
    """Write what was chosen. Raises Problem ``moved_since`` before anything is sent when a value is no longer as it was
    shown, ``not_found`` for a field that is not held, and whatever stops a whole run.
    """
    crm, books = await _read(ctx, conflict, "crm"), await _read(ctx, conflict, "books")
    wishes = [_wish(ctx, conflict, each) for each in choices]
    for each in conflict.fields:
        if any(wish.field is each for wish in wishes):
            _refuse_moved(conflict, each, crm, books)
    settler = _Settler(ctx, conflict, crm, books, wishes)
    ctx.report.phase("execute")
    await settler.run()


async def _read(ctx: Context, conflict: Conflict, side: SideName) -> Record:
    record_id = conflict.crm_id if side == "crm" else conflict.books_id
    found = await ctx.side(side).read(ctx.entity(side), ctx.fields(side), [record_id])
    if not found:
        raise Problem("not_found", what=f"{side} record {record_id}")
    return found[0]


def _wish(ctx: Context, conflict: Conflict, choice: Choice) -> _Wish:
    names = choice.crm_field, choice.books_field
    field = next((each for each in conflict.fields if (each.crm_field, each.books_field) == names), None)
    row = next((each for each in ctx.setup.mapping if (each.crm, each.books) == names), None)
    if field is None or row is None or not all(carries(row, ctx.setup.extent, side) for side in SIDES):
        raise Problem("not_found", what=f"held field {choice.crm_field}")
    match choice.take:
        case "crm":
            return _Wish(field, row, field.crm, across(row, field.crm, "books"))
        case "books":
            return _Wish(field, row, across(row, field.books, "crm"), field.books)
        case _:
            return _Wish(field, row, choice.value, across(row, choice.value, "books"))


def _refuse_moved(conflict: Conflict, field: ConflictField, crm: Record, books: Record) -> None:
    shown: tuple[tuple[SideName, str, Value, Record], ...] = (
        ("crm", field.crm_field, field.crm, crm), ("books", field.books_field, field.books, books),
    )  # fmt: skip
    for side, name, value, record in shown:
        if not same(record.fields.get(name), value, field.kind):
            raise _moved_since(name, conflict.name, side)


def _moved_since(field: str, name: str, side: SideName) -> Problem:
    return Problem("moved_since", field=field, name=name, side={"crm": "CRM", "books": "Books"}[side])


class _Settler:
    """Writes one pair's wishes, a side at a time, and moves the bases of their fields alone."""

    def __init__(self, ctx: Context, conflict: Conflict, crm: Record, books: Record, wishes: Sequence[_Wish]) -> None:
        self._ctx, self._conflict, self._wishes = ctx, conflict, wishes
        self._rows = [each.row for each in wishes]
        self._wrote = False
        link = ctx.store.link_of(ctx.setup.module, "crm", crm.id)
        self._template = template = Action(
            verb="update", why="decided", module=ctx.setup.module, target=None, crm_id=crm.id, books_id=books.id,
            name=conflict.name, crm_base=crm.fields, books_base=books.fields, crm_version=crm.version,
            books_version=books.version,
        )  # fmt: skip
        self._job = Job(Facts(setup=ctx.setup), [template], link)
        self._job.todo = [action for side in order(ctx.setup.module) if (action := self._action(template, side))]
        self._job.open_rows = [row for row in ctx.setup.mapping if row not in self._rows]
        self._job.put("crm", crm)
        self._job.put("books", books)

    def _action(self, template: Action, side: SideName) -> Action | None:
        changes = []
        record = {"crm": template.crm_base, "books": template.books_base}[side] or {}
        for wish in self._wishes:
            field, new = field_on(wish.row, side), wish.value(side)
            old = record.get(field)
            if not same(old, new, wish.row.kind):
                changes.append(FieldChange(field, old, new, old, True))
        return structs.replace(template, target=side, changes=tuple(changes)) if changes else None

    async def run(self) -> None:
        """Send, commit each outcome, and keep what is still held. Raises Problem when a side was quicker."""
        ctx, job = self._ctx, self._job
        if not job.todo:
            # Both hold what was chosen already: only the bases move.
            ctx.ledger.add(self._through(structs.replace(self._template, verb="base"), None))
        try:
            for action in list(job.todo):
                ctx.check()
                await self._send(action)
                if job.failed:
                    break
        finally:
            if job.todo and self._wrote:
                # One side has the new value, the other one not: what is held is now another difference.
                ctx.ledger.add(Commit(conflicts=conflicts.filed(ctx, job, self._hold(self._conflict.fields))))
            ctx.ledger.flush()

    async def _send(self, action: Action) -> None:
        ctx, side = self._ctx, action.target or "books"
        record, ref = self._job.record(side), ctx.number()
        assert record is not None
        wanted = {change.field: change.new for change in action.changes}
        intent = Intent(
            id=ref, run_id=ctx.run.id, action=action, entity=ctx.entity(side), fields=wanted,
            written_at=ctx.clock.now(), crm_entity=ctx.crm_mark,
        )  # fmt: skip
        ctx.ledger.add(Commit(intents=[intent]))
        ctx.ledger.flush()
        write = Write(
            ref=ref, side=side, entity=ctx.entity(side), id=record.id, fields=wanted, name=action.name,
            expect_version=record.version,
        )  # fmt: skip
        async for outcome in ctx.side(side).write(ctx.fields(side), [write]):
            self._outcome(action, ref, outcome)

    def _outcome(self, action: Action, ref: str, outcome: Outcome) -> None:
        ctx, job = self._ctx, self._job
        match outcome:
            case Written():
                self._wrote = True
                job.todo.remove(action)
                part = self._through(action, outcome)
                part.done_intents.append(ref)
                ctx.ledger.add(part)
                ctx.tally.add(action)
            case Moved():
                ctx.ledger.add(Commit(done_intents=[ref]))
                raise _moved_since(action.changes[0].field, action.name, action.target or "books")
            case Refused():
                part = after.failed(ctx, job, action, outcome, held=False)
                part.done_intents.append(ref)
                ctx.ledger.add(part)
                ctx.tally.add(action, "failed")
            case Unknown():
                # The intent stays open: the next run looks up what became of it (F41).
                job.failed.add(toward(other(action.target or "books")))
                ctx.tally.add(action, "failed")

    def _through(self, action: Action, written: Written | None) -> Commit:
        """Return what a write changes in our state; once the last one is through, the fields are no longer held."""
        ctx, job = self._ctx, self._job
        chosen = {(each.crm, each.books) for each in self._rows}
        left = [each for each in self._conflict.fields if (each.crm_field, each.books_field) not in chosen]
        left = [each for each in left if not self._agree(each)]
        job.stuck = [self._hold(left)] if left else []
        part = after.joined(ctx, job, action, written)
        record = job.record(action.target) if action.target is not None else None
        if written is not None and record is not None:
            # While the other side is not written the bases stay as they were; what this one holds is known.
            after_ = {each.field: record.fields.get(each.field) for each in action.changes}
            part.history = [structs.replace(line, after=after_) for line in part.history]
        if not job.todo:
            self._close(part)
        return part

    def _agree(self, field: ConflictField) -> bool:
        """Return whether both sides have come to hold the same by now: then there is nothing left to decide."""
        names = field.crm_field, field.books_field
        row = next((each for each in self._ctx.setup.mapping if (each.crm, each.books) == names), None)
        crm, books = self._job.crm, self._job.books
        if row is None or crm is None or books is None:
            return True
        return same(across(row, crm.fields.get(row.crm), "books"), books.fields.get(row.books), row.kind)

    def _close(self, part: Commit) -> None:
        ctx, job = self._ctx, self._job
        if not job.stuck:
            part.drop_conflicts.append(self._conflict.key)
            return
        still = Refused(ref="", reason="F40", message=conflicts.message(job.stuck[0]))
        filed = after.failed(ctx, job, job.stuck[0], still, held=True)
        part.failures += filed.failures
        part.conflicts += filed.conflicts
        ctx.tally.add(job.stuck[0])

    def _hold(self, fields: Sequence[ConflictField]) -> Action:
        names = {(each.crm_field, each.books_field) for each in fields}
        rows = [row for row in self._ctx.setup.mapping if (row.crm, row.books) in names]
        crm, books = self._job.crm, self._job.books
        assert crm is not None and books is not None
        return hold(self._ctx.setup, crm, books, rows)
