"""Look-ups of creates whose outcome is unknown: by the key, never by sending again (I7)."""

from msgspec import structs

from core.engine import outcome as after
from core.engine.context import Context
from core.engine.jobs import Job
from core.engine.named import PARTS, full_name
from core.engine.ports import Found, Key
from core.model.names import toward
from core.model.plan import Action
from core.model.record import Record, Refused, Written
from core.plan.normalise import same


async def find(ctx: Context, action: Action, since: str, parent: str) -> Found:
    """Look for what a create of ``action`` would have made; its record is complete when there is one, and as it was
    made: what a person did to it since is for the next merge to see (I2).

    ``since`` is the target server's time before the create. A record that is already in a link is not it: without a
    key that could be a namesake, so it is not sure.
    """
    target = action.target or "books"
    source = action.crm_id if target == "books" else action.books_id
    key = Key(source_id=source or "", name=_name_there(ctx, action), since=since, parent=parent)
    side, entity, fields = ctx.side(target), ctx.entity(target), ctx.fields(target)
    found = await side.find(entity, fields, key)
    if found.record is None:
        return found
    if ctx.store.link_of(ctx.setup.module, target, found.record.id) is not None:
        return Found(None, sure=False, candidates=(found.record.id,))
    records = [found.record] if found.record.complete else await side.read(entity, fields, [found.record.id])
    made = _as_made(records[0], action, parent) if records else None
    return Found(made, found.sure, found.candidates)


def _as_made(record: Record, action: Action, parent: str) -> Record:
    """Return a created record as its create left it, under no version when somebody touched it since: the pull then
    does not take it for handled.

    Whether somebody did, its times tell; a contact person has but those of its customer, so there its fields do.
    """
    if record.created and record.version == record.created:
        return record
    sent = {change.field: change.new for change in action.changes}
    fields = {field: sent.get(field) for field in record.fields}
    as_it_was = record.parent == parent and all(same(value, fields[name]) for name, value in record.fields.items())
    return record if as_it_was else structs.replace(record, fields=fields, version="", parent=parent)


def _name_there(ctx: Context, action: Action) -> str:
    """Return what the target calls the record. Sides join a person's names themselves, the given name first."""
    parts = PARTS.get(ctx.entity(action.target or "books"))
    if parts is None:
        return action.name
    sent = {change.field: change.new for change in action.changes}
    return full_name(sent.get(parts[0]), sent.get(parts[1]), "given_first") or action.name


class Lookup:
    """Settles creates of a run that nobody answered for."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def settled(self, job: Job, action: Action, *, ref: str | None) -> bool:
        """Adopt what is found, or hold what cannot be told; False: it was certainly not made."""
        ctx = self._ctx
        found = await find(ctx, action, ctx.tops[action.target or "books"], job.parent)
        done = [ref] if ref else []
        if found.record is not None and found.sure:
            record = found.record
            job.todo.remove(action)
            part = after.joined(
                ctx, job, action, Written(ref="", id=record.id, created=True, version=record.version, record=record)
            )
            part.done_intents.extend(done)
            ctx.ledger.add(part)
            ctx.tally.add(action)
            ctx.report.count(toward(action.target or "books"))
            return True
        if found.sure:
            return False
        message = "It is not known whether the record was written, and several could be it."
        refused = Refused(ref="", reason="F41", message=message)
        job.todo.remove(action)
        job.stuck.append(action)
        unsure = structs.replace(action, candidates=found.candidates)
        part = after.failed(ctx, job, unsure, refused, held=True)
        part.done_intents.extend(done)
        ctx.ledger.add(part)
        ctx.tally.add(action, "held")
        ctx.report.count("held")
        return True
