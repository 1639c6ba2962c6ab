"""Gathering what is known of one record, from the store alone, for ``core.plan.whynot``."""

from collections.abc import Iterable

from core.engine.context import Context
from core.engine.homes import is_home
from core.model.link import Seen
from core.model.names import SIDES, SideName, other, toward
from core.plan.facts import failure_key
from core.plan.normalise import exact_name
from core.plan.whynot import Known

_LOOK_BACK = 20


def known_of(contexts: Iterable[Context], side: SideName, record_id: str, *, running: bool) -> Known:
    """Return what is known of a record. The first part that has it linked, or has seen it, tells."""
    found = list(contexts)
    ctx = next((each for each in found if _knows(each, side, record_id)), found[0])
    link = ctx.store.link_of(ctx.setup.module, side, record_id)
    seen = ctx.store.seen(side, ctx.entity(side), record_id)
    module = ctx.setup.module
    ids = {each: link.id_on(each) for each in SIDES} if link is not None else {side: record_id}
    keys = [failure_key(ctx.setup, toward(other(each)), id_) for each, id_ in ids.items() if id_]
    failures = tuple(failure for key in keys if (failure := ctx.store.failure(key)) is not None)
    profile = ctx.store.profile()
    runs = [run for run in ctx.store.runs(_LOOK_BACK) if run.module == ctx.whole.module and run.state != "running"]
    return Known(
        side=side, record_id=record_id, setup=ctx.setup, seen=seen, link=link, failures=failures,
        other_shape=link is not None and not ctx.owns(module, link.crm_entity),
        held_for=tuple(each for each in ctx.store.failures(module) if record_id in each.candidates),
        namesakes=_namesakes(ctx, side, seen) if seen is not None and link is None else (),
        home=seen is None or module != "persons" or is_home(ctx, side, seen.parent),
        paused=profile is not None and profile.paused, disabled=profile is not None and profile.disabled,
        running=running, last_run=runs[0] if runs else None,
    )  # fmt: skip


def _knows(ctx: Context, side: SideName, record_id: str) -> bool:
    link = ctx.store.link_of(ctx.setup.module, side, record_id)
    if link is not None:
        return ctx.owns(link.module, link.crm_entity)
    seen = ctx.store.seen(side, ctx.entity(side), record_id)
    if seen is None:
        return False
    if ctx.setup == ctx.whole or ctx.whole.shape != "accounts_contacts_all":
        return True
    if seen.entity == "Contacts":
        return bool(seen.parent) == (ctx.setup.module == "persons")
    return seen.entity != "customers" or (seen.kind == "individual") == (ctx.setup.shape == "contacts")


def _namesakes(ctx: Context, side: SideName, seen: Seen) -> tuple[Seen, ...]:
    theirs = other(side)
    rows = ctx.store.seen_named(theirs, ctx.entity(theirs), exact_name(seen.name)) if seen.name else []
    apart = {(each.crm_id, each.books_id) for each in ctx.store.kept_apart(ctx.whole.module)}
    pairs = ((row, (seen.id, row.id) if side == "crm" else (row.id, seen.id)) for row in rows)
    return tuple(row for row, pair in pairs if pair not in apart and ctx.unlinked(theirs, row.id))
