"""A run, as the diagram of the architecture has it: recover → pull → plan → valve → execute → cursors."""

import asyncio

from msgspec import structs

from core.engine.adopt import adopt_native
from core.engine.awaken import awaken
from core.engine.context import Context
from core.engine.execute import execute, expect
from core.engine.gather import gather
from core.engine.homes import linked_count
from core.engine.ports import Commit
from core.engine.pull import Pulled, pull
from core.engine.recover import close_runs, recover
from core.engine.view import Membership, walk
from core.model.names import Direction
from core.model.plan import Count, Plan
from core.plan.facts import Facts
from core.plan.plan import make_plan
from core.plan.shapes import parts


class Considered:
    """What the first half of a run found for a part of its module: the facts, the plan, and where the cursors go."""

    def __init__(self, ctx: Context, pulled: Pulled, members: Membership, facts: Facts, plan: Plan) -> None:
        self.ctx, self.pulled, self.members, self.facts, self.plan = ctx, pulled, members, facts, plan


class Whole:
    """All parts of a run's module, parents first, and their plan as one."""

    def __init__(self, found: list[Considered]) -> None:
        self.parts = found
        self.plan = joined([each.plan for each in found])


async def consider(ctx: Context, retry: tuple[str, ...]) -> Whole:
    """Recover, pull and plan. Writes nothing to either side."""
    contexts = [ctx.part(setup) for setup in parts(ctx.setup)]
    ctx.report.phase("recover")
    close_runs(ctx)
    for each in contexts:
        await recover(each)
    found = []
    for each in contexts:
        found.append(await _consider(each, retry))
    return Whole(found)


async def _consider(ctx: Context, retry: tuple[str, ...]) -> Considered:
    ctx.report.phase("pull")
    pulled = await pull(ctx)
    members = await walk(ctx, pulled)
    await adopt_native(ctx, pulled, members)
    await awaken(ctx, pulled)
    facts = await gather(ctx, pulled, members, retry)
    ctx.report.phase("plan")
    # pure, so it may think in another thread while the agent answers whoever asks
    plan = await asyncio.to_thread(make_plan, facts)
    if ctx.entity("books") == "customers":
        ctx.family.note_kinds(pulled.records["books"].values())
    if ctx.entity("crm") == "Accounts":
        ctx.family.note_plan(plan, ctx.unlinked)
    return Considered(ctx, pulled, members, facts, plan)


def joined(plans: list[Plan]) -> Plan:
    """Return the plans of a module's parts as one."""
    counts: dict[Direction, Count] = {}
    for plan in plans:
        for way, count in plan.counts.items():
            sums = zip(structs.astuple(counts.get(way, Count())), structs.astuple(count), strict=True)
            counts[way] = Count(**dict(zip(Count.__struct_fields__, map(sum, sums), strict=True)))
    return Plan(
        module=plans[0].module, actions=tuple(action for plan in plans for action in plan.actions),
        valve=tuple(trip for plan in plans for trip in plan.valve),
        considered=sum(plan.considered for plan in plans), counts=counts,
    )  # fmt: skip


async def carry_out(found: Whole, *, confirm: bool) -> bool:
    """Pass the valve, execute, and move the cursors last; False: the valve is tripped and nothing was written (I15)."""
    report = found.parts[0].ctx.report
    report.phase("valve")
    if found.plan.valve and not confirm:
        return False
    report.phase("execute")
    expect(found.parts[0].ctx, [found.plan])
    for part in found.parts:
        await execute(part.ctx, part.facts, part.plan)
    report.phase("commit")
    for part in found.parts:
        _finish(part)
    return True


def _finish(found: Considered) -> None:
    ctx, flags = found.ctx, found.members.flags
    for start in range(0, len(flags), 200):
        ctx.store.commit(Commit(seen=flags[start : start + 200]))
    cursors = found.pulled.cursors
    if ctx.setup.module == "persons":
        cursors[ctx.cursor("parents")] = linked_count(ctx)
    moved = {name: value for name, value in cursors.items() if ctx.store.cursor(name) != value}
    if moved:
        ctx.store.commit(Commit(cursors=moved))
