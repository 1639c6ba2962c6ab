"""Which CRM records the selected view holds: walked when something moved, and every few hours (B37, F32)."""

from core.engine.context import Context
from core.engine.homes import mine
from core.engine.pull import Pulled
from core.engine.times import elapsed
from core.model.link import Link, Seen

WALK_EVERY = 4 * 3_600
"""Seconds after which the view is walked although nothing moved: its criteria may depend on the day."""


class Membership:
    """The view's ids, None where no walk was due, and the links that left or came back without being modified."""

    def __init__(self) -> None:
        self.ids: frozenset[str] | None = None
        self.left: list[Link] = []
        self.flags: list[Seen] = []


async def walk(ctx: Context, pulled: Pulled) -> Membership:
    """Read the view where that is due, and add records that entered it to what was pulled.

    Raises ``Problem('view_missing')``.
    """
    found, view = Membership(), ctx.setup.view
    name, now = ctx.cursor("crm:view"), ctx.clock.now()
    moved = pulled.records["crm"] or any(gone.side == "crm" for gone in pulled.gone)
    if view is None or not (moved or pulled.fresh or elapsed(ctx.store.cursor(name), now) >= WALK_EVERY):
        return found
    ids: set[str] = set()
    async for batch in ctx.crm.members(ctx.entity("crm"), view):
        ctx.check()
        ids.update(batch)
    found.ids = frozenset(ids)
    pulled.cursors[name] = now
    entered = _compare(ctx, found, pulled)
    for start in range(0, len(entered), 100):
        ctx.check()
        records = await ctx.crm.read(ctx.entity("crm"), ctx.fields("crm"), entered[start : start + 100])
        pulled.records["crm"].update({record.id: record for record in records if mine(ctx, record)})
    return found


def _compare(ctx: Context, found: Membership, pulled: Pulled) -> list[str]:
    """Set links and catalogue against the walk; return the ids of unmodified records that entered the view."""
    ids, here = found.ids or frozenset(), pulled.records["crm"]
    gone = {each.id for each in pulled.gone if each.side == "crm"}
    entered = []
    for link in ctx.store.links(ctx.setup.module):
        if link.crm_id in here or link.crm_id in gone or not ctx.owns(link.module, link.crm_entity):
            continue
        if link.state == "linked" and link.crm_id not in ids:
            found.left.append(link)
        elif link.state == "out_of_view" and link.crm_id in ids:
            entered.append(link.crm_id)
    for seen in ctx.store.seen_all("crm", ctx.entity("crm")):
        inside = seen.id in ids
        if inside == seen.in_view or seen.id in here or seen.id in gone:
            continue
        if inside and ctx.unlinked("crm", seen.id):
            entered.append(seen.id)
        elif not inside:
            found.flags.append(_flagged(seen, inside))
    return sorted(set(entered))


def _flagged(seen: Seen, inside: bool) -> Seen:
    return Seen(
        side=seen.side, entity=seen.entity, id=seen.id, name=seen.name, folded=seen.folded, version=seen.version,
        kind=seen.kind, active=seen.active, owner=seen.owner, receivable=seen.receivable, in_view=inside,
        parent=seen.parent, hints=seen.hints,
    )  # fmt: skip
