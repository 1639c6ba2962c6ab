"""A saved plan is applied exactly, also when a person has decided in between on what it holds."""

from core.model.deciding import Choice, SettleRequest
from tests.engine.test_saved_plans import apply, names, planned
from tests.engine.test_settling import CITY, conflict, disputed, held, settle, take
from tests.engine.world import World


async def test_a_conflict_that_was_settled_since_is_over_and_the_rest_is_applied() -> None:
    world, crm, books = await disputed()
    other = world.crm.add("Minato Steel")
    world.crm.edit(crm, Website="new.example")
    plan = await planned(world)
    assert [each.verb for each in plan.actions if each.crm_id == crm] == ["update"], "to be read in full first"
    await settle(world, take(CITY, "books"))
    assert (await apply(world, plan)).get("created") == 1
    assert world.partner("crm", other)
    assert held(world, crm, books) == ("Iwanuma", "Iwanuma")
    assert world.books.records[books].fields["website"] == "aoba.example", "its records moved: planned anew, not taken"
    assert names(world.engine.left_over) == {"Aoba Foods": True}
    await world.sync()
    assert world.books.records[books].fields["website"] == "new.example"
    assert not world.store.conflicts()
    await world.settled()


async def test_a_conflict_that_still_stands_is_held_again_and_can_be_settled_afterwards() -> None:
    world, crm, books = await disputed()
    world.crm.add("Minato Steel")
    plan = await planned(world)
    assert await apply(world, plan) == {"created": 1, "held": 1}
    assert world.engine.left_over is not None and not world.engine.left_over.actions
    request = SettleRequest(
        module="customers",
        key=conflict(world).key,
        choices=(Choice(crm_field=CITY[0], books_field=CITY[1], take="crm"),),
    )
    await world.engine.execute_settle(world.engine.begin("customers", "decision"), request)
    assert held(world, crm, books) == ("Natori", "Natori")
    await world.settled()


async def test_an_ambiguity_that_was_chosen_since_is_over() -> None:
    world = World(duplicates="overwrite")
    world.books.unique_names = False
    crm = world.crm.add("Aoba Foods", fields={"Phone": "1"})
    one, two = world.books.add("Aoba Foods"), world.books.add("Aoba Foods")
    world.crm.add("Minato Steel")
    plan = await planned(world)
    assert [each.why for each in plan.actions if each.crm_id == crm] == ["ambiguous"]
    await world.engine.execute_choose(world.engine.begin("customers", "decision"), crm, two)
    sent = len(world.books.sent)
    assert await apply(world, plan) == {"created": 1}
    assert len(world.books.sent) == sent + 1
    assert world.partner("crm", crm) == two
    assert world.store.link_of("customers", "books", one) is None
    await world.sync()
    assert world.partner("books", one) != crm
    await world.settled()


async def test_a_pair_that_was_kept_apart_since_is_planned_anew_and_marked() -> None:
    world = World(duplicates="skip")
    world.books.unique_names = False
    crm, books = world.crm.add("Aoba Foods", fields={"Phone": "1"}), world.books.add("Aoba Foods")
    await world.sync()
    world.setup(duplicates="overwrite")
    plan = await planned(world)
    assert {(each.crm_id, each.books_id) for each in plan.actions} == {(crm, books)}
    await world.engine.keep_apart("customers", crm, books)
    before = world.writes()
    await apply(world, plan)
    assert world.writes() == before
    left = world.engine.left_over
    assert left is not None
    assert {(each.crm_id, each.books_id, each.verb, each.moved) for each in left.actions} == {
        (crm, None, "create", True), (None, books, "create", True),
    }  # fmt: skip
    await world.sync()
    assert world.partner("crm", crm) != books
    await world.settled()
