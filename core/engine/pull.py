"""Pull: what changed on both sides since the cursors, without what was already handled."""

import hashlib

import msgspec
from msgspec import Struct, field

from core.engine.context import Context
from core.engine.homes import mine
from core.engine.times import elapsed, shift
from core.model.names import SIDES, SideName
from core.model.record import Gone, Record
from core.model.setup import ModuleSetup
from core.plan.bases import covers

OVERLAP: dict[SideName, int] = {"crm": 120, "books": 15}
"""Seconds by which a cursor is re-read, for records that become visible later than their time says. Few for Books:
there the weekly walk finds what slipped through, and each page of its list counts against the day's calls.
"""
WALK_EVERY = 7 * 86_400
"""Seconds after which a side without a feed of deletions is listed in full, to find what vanished."""
_NO_FEED: frozenset[SideName] = frozenset({"books"})


class Pulled(Struct, kw_only=True):
    """What a pull brought. ``cursors`` are to be committed last; ``full`` sides were listed from the beginning."""

    records: dict[SideName, dict[str, Record]]
    gone: list[Gone]
    cursors: dict[str, str]
    full: set[SideName]
    ids: dict[SideName, set[str]]
    """All ids of a full listing."""
    fresh: bool
    """The settings that say what is pulled and paired changed: nothing counts as handled but finished links."""
    orphans: set[str] = field(default_factory=set)
    """Books records whose native counterpart in CRM is no longer there."""
    homes: set[str] = field(default_factory=set)
    """Books customers whose contact persons were read, and they with them."""

    def dead(self) -> set[tuple[SideName, str]]:
        """Return the records that are gone."""
        return {(gone.side, gone.id) for gone in self.gone}

    def drop_gone(self) -> None:
        """Let each record stand on one side of life and death: a later version outlives an earlier deletion."""
        left = []
        for gone in self.gone:
            record = self.records[gone.side].get(gone.id)
            if record is not None and gone.when and record.version > gone.when:
                continue
            self.records[gone.side].pop(gone.id, None)
            left.append(gone)
        self.gone = left


def fingerprint(setup: ModuleSetup) -> str:
    """Return a short text that changes when the settings change what must be pulled and paired anew."""
    parts = (setup.mapping, setup.view, setup.shape, setup.extent, setup.duplicates, setup.name_order)
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]


async def pull(ctx: Context) -> Pulled:
    """Read both sides. Raises Problem and Interrupted; nothing is committed here."""
    mark = fingerprint(ctx.setup)
    fresh = ctx.store.cursor(ctx.cursor("setup")) != mark
    pulled = Pulled(
        records={"crm": {}, "books": {}}, gone=[], full=set(), ids={"crm": set(), "books": set()}, fresh=fresh,
        cursors={ctx.cursor("setup"): mark},
    )  # fmt: skip
    for side in SIDES:
        await _changes(ctx, pulled, side)
        await _gone(ctx, pulled, side)
    await _vanished(ctx, pulled)
    pulled.drop_gone()
    return pulled


async def _changes(ctx: Context, pulled: Pulled, side: SideName) -> None:
    name = ctx.cursor(side)
    since = _since(ctx, pulled, side)
    top = ctx.store.cursor(name) or ""
    if since is None:
        pulled.full.add(side)
        pulled.cursors[f"{name}:walk"] = ctx.clock.now()
    records, ids = pulled.records[side], pulled.ids[side]
    async for batch in ctx.side(side).changes(ctx.entity(side), ctx.fields(side), since):
        ctx.check()
        for record in batch:
            top = max(top, record.version)
            if record.parent and side == "books":
                pulled.homes.add(record.parent)
            if since is None:
                ids.add(record.id)
            before = records.get(record.id)
            if before is not None and (before.version, before.complete) >= (record.version, record.complete):
                continue
            if not mine(ctx, record):
                continue
            if not handled(ctx, record, fresh=pulled.fresh):
                records[record.id] = record
        ctx.report.count(f"{side}_pulled", len(batch))
    if top:
        pulled.cursors[name] = ctx.tops[side] = top
        _settle(ctx, pulled, side, top)


def _since(ctx: Context, pulled: Pulled, side: SideName) -> str | None:
    """Return where to read from: the cursor with its overlap, None for everything."""
    name = ctx.cursor(side)
    cursor = ctx.store.cursor(name)
    if pulled.fresh or not cursor:
        return None
    if side in _NO_FEED and elapsed(ctx.store.cursor(f"{name}:walk"), ctx.clock.now()) >= WALK_EVERY:
        return None
    settled = ctx.store.cursor(f"{name}:settled") == cursor
    return cursor if settled else shift(cursor, -OVERLAP[side])


def _settle(ctx: Context, pulled: Pulled, side: SideName, top: str) -> None:
    """Remember when the cursor came to where it is; once the overlap was re-read after its time, it is settled.

    Without this a burst of own writes just before the cursor would be listed by every run that follows.
    """
    name, now = ctx.cursor(side), ctx.clock.now()
    if ctx.store.cursor(name) != top:
        pulled.cursors[f"{name}:since"] = now
    elif elapsed(ctx.store.cursor(f"{name}:since"), now) >= OVERLAP[side]:
        pulled.cursors[f"{name}:settled"] = top


def handled(ctx: Context, record: Record, *, fresh: bool) -> bool:
    """Return whether this version of a record needs no thought: an echo, or what an earlier run dealt with."""
    link = ctx.store.link_of(ctx.setup.module, record.side, record.id)
    if link is not None and link.state != "ambiguous":
        if link.state == "ignored":
            return True
        version = link.crm_version if record.side == "crm" else link.books_version
        return version == record.version and link.state == "linked" and covers(link, ctx.setup)
    if fresh:
        return False
    seen = ctx.store.seen(record.side, record.entity, record.id)
    return seen is not None and seen.version == record.version


async def _gone(ctx: Context, pulled: Pulled, side: SideName) -> None:
    name, here = ctx.cursor(f"{side}:gone"), pulled.cursors.get(ctx.cursor(side), "")
    since = ctx.store.cursor(name) or ""
    if not since and not ctx.store.count_links(ctx.setup.module):
        # a first run starts from what exists: earlier deletions concern nobody
        pulled.cursors[name] = here
        return
    top, found = since or here, dict[str, Gone]()
    async for batch in ctx.side(side).gone(ctx.entity(side), shift(since, -OVERLAP[side]) or None):
        ctx.check()
        for gone in batch:
            top = max(top, gone.when)
            found[gone.id] = gone
    pulled.gone.extend(gone for gone in found.values() if _news(ctx, gone))
    pulled.cursors[name] = top


def _news(ctx: Context, gone: Gone) -> bool:
    """Return whether a deletion is not known yet: its record is in a living link, or in the catalogue."""
    link = ctx.store.link_of(ctx.setup.module, gone.side, gone.id)
    if link is not None and link.state != "ambiguous":
        return link.state in ("linked", "out_of_view") and ctx.owns(link.module, link.crm_entity)
    return ctx.unlinked(gone.side, gone.id) and ctx.store.seen(gone.side, gone.entity, gone.id) is not None


async def _vanished(ctx: Context, pulled: Pulled) -> None:
    """Find linked records that a full listing no longer holds; each is confirmed by reading it."""
    for side in pulled.full & _NO_FEED:
        ids = pulled.ids[side]
        if not ids:
            continue  # an empty listing is the valve's business, not proof of a hundred deletions
        links = (each for each in ctx.store.links(ctx.setup.module, "linked") if ctx.owns(each.module, each.crm_entity))
        missing = [link.id_on(side) for link in links if link.id_on(side) not in ids]
        for start in range(0, len(missing), 100):
            ctx.check()
            some = missing[start : start + 100]
            there = {record.id for record in await ctx.side(side).read(ctx.entity(side), ctx.fields(side), some)}
            pulled.gone.extend(Gone(side, ctx.entity(side), each) for each in some if each not in there)
