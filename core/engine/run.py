"""A run, as the diagram of the architecture has it: recover → pull → plan → valve → execute → cursors."""

import asyncio

from msgspec import structs

from core.engine.adopt import adopt_native
from core.engine.awaken import awaken
from core.engine.context import Context
from core.engine.execute import execute, expect
from core.engine.fetch import pull_only, read_released
from core.engine.gather import gather
from core.engine.homes import linked_count
from core.engine.ports import Commit
from core.engine.pull import Pulled, pull
from core.engine.recover import close_runs, recover
from core.engine.view import Membership, walk
from core.model.names import SIDES, Direction
from core.model.plan import Action, Count, Plan
from core.plan.facts import Facts, Id
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
        at_hand = frozenset(each for part in found for each in part.pulled.homes)
        self.plan = structs.replace(joined([each.plan for each in found]), at_hand=at_hand)


async def consider(ctx: Context, retry: tuple[str, ...], only: tuple[Id, ...] = ()) -> Whole:
    """Recover, pull and plan; ``only`` named records where there are any. Writes nothing to either side."""
    contexts = [ctx.part(setup) for setup in parts(ctx.setup)]
    ctx.report.phase("recover")
    close_runs(ctx)
    for each in contexts:
        await recover(each)
    found = []
    for side in SIDES:
        ctx.side(side).share((each.entity(side), each.fields(side)) for each in contexts)
    for each in contexts:
        first = each is contexts[0]
        if only:
            found.append(await _fetched(each, only, first=first))
        else:
            found.append(await _considered(each, retry, first=first))
    for side in SIDES:
        ctx.side(side).forget()
    return Whole(found)


async def _considered(ctx: Context, retry: tuple[str, ...], *, first: bool) -> Considered:
    """Consider what changed."""
    ctx.report.phase("pull")
    pulled = await pull(ctx)
    await read_released(ctx, pulled, first=first)
    members = await walk(ctx, pulled)
    await adopt_native(ctx, pulled, members)
    await awaken(ctx, pulled)
    return await _planned(ctx, pulled, members, await gather(ctx, pulled, members, retry))


async def _fetched(ctx: Context, only: tuple[Id, ...], *, first: bool) -> Considered:
    """Consider named records, whatever is known of them. The view does not keep out what was asked for (B82)."""
    ctx.report.phase("pull")
    pulled, members = await pull_only(ctx, only, first=first), Membership()
    await adopt_native(ctx, pulled, members)
    return await _planned(ctx, pulled, members, await gather(ctx, pulled, members, (), only=only))


async def _planned(ctx: Context, pulled: Pulled, members: Membership, facts: Facts) -> Considered:
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


def narrow(found: Whole, take: tuple[Action, ...]) -> None:
    """Let only these actions be carried out, and no cursor move past the others."""
    wanted = {action.id for action in take}
    for part in found.parts:
        part.plan = structs.replace(part.plan, actions=tuple(each for each in part.plan.actions if each.id in wanted))
        part.pulled.cursors.clear()
    found.plan = joined([part.plan for part in found.parts])


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
    if ctx.setup.module == "persons" and cursors:
        cursors[ctx.cursor("parents")] = linked_count(ctx)
    moved = {name: value for name, value in cursors.items() if ctx.store.cursor(name) != value}
    if moved:
        ctx.store.commit(Commit(cursors=moved))
