"""Contacts that were left out because their account was not linked, once it is (F21)."""

from core.engine.context import Context
from core.engine.homes import is_home, linked_count
from core.engine.pull import Pulled
from core.model.names import SIDES

_READ = 100


async def awaken(ctx: Context, pulled: Pulled) -> None:
    """Read unlinked contacts and contact persons again whose account is linked now, or is about to be.

    Looked for when an account is about to be linked, or was since the last run: a run without either looks at nothing.
    """
    if ctx.setup.module != "persons":
        return
    if not ctx.family.coming and ctx.store.cursor(ctx.cursor("parents")) == linked_count(ctx):
        return
    dead = pulled.dead()
    for side in SIDES:
        rows = ctx.store.seen_all(side, ctx.entity(side))
        ids = [
            row.id
            for row in rows
            if row.parent and row.id not in pulled.records[side] and (side, row.id) not in dead
            and ctx.unlinked(side, row.id) and is_home(ctx, side, row.parent)
        ]  # fmt: skip
        for start in range(0, len(ids), _READ):
            ctx.check()
            records = await ctx.side(side).read(ctx.entity(side), ctx.fields(side), ids[start : start + _READ])
            pulled.records[side].update({record.id: record for record in records})
