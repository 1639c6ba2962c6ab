"""A run, as the diagram of the architecture has it: recover → pull → plan → valve → execute → cursors."""

import asyncio

from core.engine.adopt import adopt_native
from core.engine.context import Context
from core.engine.execute import execute
from core.engine.gather import gather
from core.engine.ports import Commit
from core.engine.pull import Pulled, pull
from core.engine.recover import close_runs, recover
from core.engine.view import Membership, walk
from core.model.plan import Plan
from core.plan.facts import Facts
from core.plan.plan import make_plan


class Considered:
    """What the first half of a run found: the facts, the plan, and where the cursors go once it is carried out."""

    def __init__(self, pulled: Pulled, members: Membership, facts: Facts, plan: Plan) -> None:
        self.pulled, self.members, self.facts, self.plan = pulled, members, facts, plan


async def consider(ctx: Context, retry: tuple[str, ...]) -> Considered:
    """Recover, pull and plan. Writes nothing to either side."""
    ctx.report.phase("recover")
    close_runs(ctx)
    await recover(ctx)
    ctx.report.phase("pull")
    pulled = await pull(ctx)
    members = await walk(ctx, pulled)
    await adopt_native(ctx, pulled, members)
    facts = await gather(ctx, pulled, members, retry)
    ctx.report.phase("plan")
    # pure, so it may think in another thread while the agent answers whoever asks
    plan = await asyncio.to_thread(make_plan, facts)
    return Considered(pulled, members, facts, plan)


async def carry_out(ctx: Context, found: Considered, *, confirm: bool) -> bool:
    """Pass the valve, execute, and move the cursors last; False: the valve is tripped and nothing was written (I15)."""
    ctx.report.phase("valve")
    if found.plan.valve and not confirm:
        return False
    ctx.report.phase("execute")
    await execute(ctx, found.facts, found.plan)
    ctx.report.phase("commit")
    _finish(ctx, found)
    return True


def _finish(ctx: Context, found: Considered) -> None:
    flags = found.members.flags
    for start in range(0, len(flags), 200):
        ctx.store.commit(Commit(seen=flags[start : start + 200]))
    moved = {name: value for name, value in found.pulled.cursors.items() if ctx.store.cursor(name) != value}
    if moved:
        ctx.store.commit(Commit(cursors=moved))
