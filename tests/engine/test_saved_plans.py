"""A plan can be saved, shown, partly excluded, and applied exactly."""

import msgspec
from msgspec import structs

from core.model.names import SIDES
from core.model.plan import Action, Plan, SavedPlan
from core.plan.apply import choose
from tests.engine.test_persons import both, contact
from tests.engine.world import World


async def planned(world: World) -> Plan:
    """Plan, save as a file would, and load."""
    plan = await world.engine.plan(world.module)
    saved = SavedPlan(plan=plan, made_at=world.clock.now(), setup_revision=1)
    return msgspec.json.decode(msgspec.json.encode(saved), type=SavedPlan).plan


async def apply(world: World, plan: Plan, *exclude: str) -> dict[str, int]:
    run = await world.engine.execute(world.engine.begin(world.module, "manual"), saved=plan, exclude=exclude)
    assert run.state == "done", run
    return world.count(run, "to_books")


def names(plan: Plan | None) -> dict[str, bool]:
    assert plan is not None
    return {action.name: action.moved for action in plan.actions}


async def test_a_plan_that_still_stands_is_applied_whole() -> None:
    world = World()
    for at in range(3):
        world.crm.add(f"Branch {at}")
    plan = await planned(world)
    assert await apply(world, plan) == {"created": 3}
    assert names(world.engine.left_over) == {}
    await world.settled()


async def test_what_came_since_is_not_done_and_not_forgotten() -> None:
    world = World()
    world.crm.add("Aoba Foods")
    plan = await planned(world)
    world.crm.add("Minato Steel")
    assert await apply(world, plan) == {"created": 1}
    assert [each.name for each in world.books.records.values()] == ["Aoba Foods"]
    assert names(world.engine.left_over) == {"Minato Steel": False}
    await world.sync()
    assert len(world.books.records) == 2
    await world.settled()


async def test_what_moved_since_is_planned_anew_and_marked() -> None:
    world = World()
    one, two = world.crm.add("Aoba Foods"), world.crm.add("Minato Steel")
    plan = await planned(world)
    world.crm.edit(one, Phone="1")
    assert await apply(world, plan) == {"created": 1}
    assert world.partner("crm", two)
    assert names(world.engine.left_over) == {"Aoba Foods": True}
    again = await planned(world)
    assert [(each.name, each.moved) for each in again.actions] == [("Aoba Foods", False)]
    await apply(world, again)
    assert world.books.records[world.partner("crm", one)].fields["billing_address.phone"] == "1"
    await world.settled()


async def test_a_create_whose_counterpart_turned_up_is_marked_though_it_is_another_action() -> None:
    world = World(duplicates="overwrite")
    world.crm.add("Aoba Foods")
    plan = await planned(world)
    world.books.add("Aoba Foods")
    assert await apply(world, plan) == {}
    assert names(world.engine.left_over) == {"Aoba Foods": True}
    assert len(world.books.records) == 1


async def test_excluded_actions_are_left_for_another_time() -> None:
    world = World()
    for at in range(3):
        world.crm.add(f"Branch {at}")
    plan = await planned(world)
    assert await apply(world, plan, plan.actions[1].id) == {"created": 2}
    assert names(world.engine.left_over) == {"Branch 1": False}
    await world.sync()
    assert len(world.books.records) == 3
    await world.settled()


async def test_an_excluded_pair_keeps_the_changes_of_both_sides() -> None:
    world = World()
    account = world.crm.add("Aoba Foods", fields={"Phone": "1"})
    await world.sync()
    customer = world.partner("crm", account)
    world.crm.edit(account, Phone="2")
    world.books.edit(customer, notes="VIP")
    plan = await planned(world)
    before = world.writes()
    await apply(world, plan, *(each.id for each in plan.actions))
    assert world.writes() == before
    await world.sync()
    assert world.crm.records[account].fields["Description"] == "VIP"
    assert world.books.records[customer].fields["billing_address.phone"] == "2"
    await world.settled()


def test_the_actions_of_a_pair_stand_or_fall_together() -> None:
    both_ways = tuple(
        Action(verb="update", why="changed", module="items", target=side, crm_id="c1", books_id="b1", name="Bolt")
        for side in SIDES
    )
    other = Action(verb="create", why="new", module="items", target="crm", crm_id=None, books_id="b2", name="Nut")
    plan = Plan(module="items", actions=(*both_ways, other))
    chosen = choose(plan, plan, (both_ways[0].id,))
    assert chosen.take == (other,) and chosen.left == both_ways
    changed = Plan(module="items", actions=(structs.replace(both_ways[0], name="Bolts"), both_ways[1], other))
    assert [each.moved for each in choose(plan, changed).moved] == [True, True]


async def test_what_is_over_is_told() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    plan = await planned(world)
    world.crm.delete(account)
    fresh = await world.engine.plan("customers")
    assert [each.crm_id for each in choose(plan, fresh).over] == [account]
    assert await apply(world, plan) == {}


async def test_a_saved_plan_of_all_parts_goes_through_in_order() -> None:
    world = both("accounts_contacts_all")
    contact(world, "Hana Sato", world.crm.add("Aoba Foods"))
    contact(world, "Ken Mori")
    plan = await planned(world)
    assert await apply(world, plan) == {"created": 3}
    await world.settled()
