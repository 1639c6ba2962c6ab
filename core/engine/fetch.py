"""Reading named records instead of what changed: single-record and bulk fetch (B82, B89), and what was released."""

from collections.abc import Iterable

from core.engine.context import Context
from core.engine.homes import mine
from core.engine.pull import Pulled
from core.model.names import SIDES, SideName
from core.model.record import Gone
from core.plan.facts import Id

_READ = 100


def owned(ctx: Context, wanted: Iterable[Id], *, first: bool) -> list[Id]:
    """Return the records of ``wanted``, and those linked to them, that are this part's; the first part takes those that
    nobody knows.
    """
    found: dict[Id, None] = {}
    for side, record_id in wanted:
        link = ctx.store.link_of(ctx.setup.module, side, record_id)
        if link is not None:
            if ctx.owns(link.module, link.crm_entity):
                found.update({(each, link.id_on(each)): None for each in SIDES if link.id_on(each)})
        elif ctx.store.seen(side, ctx.entity(side), record_id) is not None or (first and ctx.unlinked(side, record_id)):
            found[side, record_id] = None
    return list(found)


async def read_into(ctx: Context, pulled: Pulled, wanted: Iterable[Id]) -> None:
    """Read records in full and put them to what was pulled; one that is no longer there is gone."""
    ids: dict[SideName, list[str]] = {side: [] for side in SIDES}
    for side, record_id in wanted:
        ids[side].append(record_id)
    for side in SIDES:
        for start in range(0, len(ids[side]), _READ):
            ctx.check()
            some = ids[side][start : start + _READ]
            records = await ctx.side(side).read(ctx.entity(side), ctx.fields(side), some)
            pulled.records[side].update({record.id: record for record in records if mine(ctx, record)})
            missing = set(some) - {record.id for record in records}
            pulled.gone += [Gone(side, ctx.entity(side), each) for each in sorted(missing) if _known(ctx, side, each)]


def _known(ctx: Context, side: SideName, record_id: str) -> bool:
    link = ctx.store.link_of(ctx.setup.module, side, record_id)
    if link is not None:
        return link.state in ("linked", "out_of_view")
    return ctx.store.seen(side, ctx.entity(side), record_id) is not None


async def pull_only(ctx: Context, wanted: Iterable[Id], *, first: bool) -> Pulled:
    """Return a pull of the named records alone. It moves no cursor."""
    pulled = Pulled(
        records={"crm": {}, "books": {}}, gone=[], cursors={}, full=set(), ids={"crm": set(), "books": set()},
        fresh=False,
    )  # fmt: skip
    await read_into(ctx, pulled, owned(ctx, wanted, first=first))
    ctx.report.count("fetched", sum(map(len, pulled.records.values())))
    return pulled


async def read_released(ctx: Context, pulled: Pulled, *, first: bool) -> None:
    """Read what was released since the last run (``core.engine.undo.release``)."""
    released = (ctx.store.cursor(f"{ctx.setup.module}:wanted") or "").split()
    if not released:
        return
    wanted: list[Id] = []
    for each in released:
        side, _, record_id = each.partition(":")
        wanted.append(("crm" if side == "crm" else "books", record_id))
    mine_ = [(side, each) for side, each in owned(ctx, wanted, first=first) if each not in pulled.records[side]]
    await read_into(ctx, pulled, mine_)
    pulled.cursors[f"{ctx.setup.module}:wanted"] = ""
