"""Undo from before-images (design.md §3, Undo)."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from core.model.names import ModuleName
from core.model.problems import Problem
from core.model.run import Run
from core.model.undo import UndoScope
from tests.engine.memory import Killed
from tests.engine.strategies import apply, edits, moderately, worlds
from tests.engine.test_persons import both, contact, link
from tests.engine.world import World


async def undo(world: World, run_id: str = "", record: str = "", **options: Any) -> Run:
    scope = UndoScope(module=world.module, run_id=run_id, record=record)
    return await world.engine.execute_undo(world.engine.begin_undo(scope), scope, **options)


async def one_update(world: World) -> tuple[str, str, Run]:
    account = world.crm.add("Aoba Foods", fields={"Phone": "1", "Billing_City": "Kobe"})
    await world.sync()
    world.crm.edit(account, Phone="2", Billing_City="Nara")
    return account, world.partner("crm", account), await world.sync()


async def test_an_update_is_put_back_and_the_next_run_leaves_it_so() -> None:
    world = World()
    account, customer, updated = await one_update(world)
    ended = await undo(world, updated.id)
    fields = world.books.records[customer].fields
    assert (fields["billing_address.phone"], fields["billing_address.city"]) == ("1", "Kobe")
    assert (ended.state, ended.cause, world.count(ended, "to_books")) == ("done", "undo", {"updated": 1})
    await world.settled()
    assert world.crm.records[account].fields["Phone"] == "2", "the source of the update is as it was"
    world.crm.edit(account, Phone="3")
    await world.sync()
    assert world.books.records[customer].fields["billing_address.phone"] == "3", "and later changes flow again"
    assert world.books.records[customer].fields["billing_address.city"] == "Kobe"


async def test_fields_changed_since_are_left_and_told() -> None:
    world = World()
    _, customer, updated = await one_update(world)
    world.books.edit(customer, billing_address__phone="by hand")
    plan = await world.engine.undo_plan(UndoScope(run_id=updated.id))
    (step,) = plan.steps
    assert step.kept == ("billing_address.phone",)
    assert [(each.field, each.old, each.new) for each in step.changes] == [("billing_address.city", "Nara", "Kobe")]
    await undo(world, updated.id)
    fields = world.books.records[customer].fields
    assert (fields["billing_address.phone"], fields["billing_address.city"]) == ("by hand", "Kobe")
    await world.sync()
    assert world.books.records[customer].fields["billing_address.phone"] == "by hand"


async def test_planning_an_undo_writes_nothing() -> None:
    world = World()
    _, _, updated = await one_update(world)
    before = world.writes(), world.store.commits
    await world.engine.undo_plan(UndoScope(run_id=updated.id))
    assert (world.writes(), world.store.commits) == before


@pytest.mark.parametrize("module", ["customers", "vendors", "items"])
async def test_what_a_run_made_in_books_is_made_inactive_and_not_made_again(module: ModuleName) -> None:
    world = World(module=module)
    account = world.crm.add("Aoba Foods")
    created = await world.sync()
    customer = world.partner("crm", account)
    plan = await world.engine.undo_plan(UndoScope(module=module, run_id=created.id))
    assert [(each.verb, each.side) for each in plan.steps] == [("ignore", None), ("retire", "books")]
    assert not plan.by_hand
    ended = await undo(world, created.id)
    assert world.count(ended, "to_books") == {"gone": 1}
    assert world.links()[0].state == "ignored" and not world.books.records[customer].active
    world.crm.edit(account, Description="1")
    await world.settled()
    assert len(world.books.records) == 1


async def test_an_undone_undo_makes_it_active_again() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    undone = await undo(world, (await world.sync()).id)
    await undo(world, undone.id)
    assert world.books.records[world.partner("crm", account)].active


async def test_what_somebody_has_worked_on_since_stays_active_for_them_to_decide() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    created = await world.sync()
    customer = world.partner("crm", account)
    world.books.edit(customer, notes="by hand")
    plan = await world.engine.undo_plan(UndoScope(run_id=created.id))
    assert [(each.verb, each.made) for each in plan.by_hand] == [("ignore", customer)]
    await undo(world, created.id)
    assert world.books.records[customer].active


async def test_what_a_run_made_in_crm_stands_on_for_somebody_to_delete() -> None:
    world = World()
    customer = world.books.add("Only in Books")
    created = await world.sync()
    account = world.partner("books", customer)
    plan = await world.engine.undo_plan(UndoScope(run_id=created.id))
    assert [(each.verb, each.made) for each in plan.steps] == [("ignore", account)]
    await undo(world, created.id)
    assert account in world.crm.records and world.books.records[customer].active


async def test_a_created_record_that_was_deleted_is_not_made_again() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    created = await world.sync()
    customer = world.partner("crm", account)
    await undo(world, created.id)
    world.books.delete(customer)
    world.crm.edit(account, Phone="1")
    await world.settled()
    assert not world.books.records


async def test_a_released_pair_takes_part_again() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    await undo(world, (await world.sync()).id)
    customer = world.partner("crm", account)
    world.engine.release("customers", account)
    await world.sync()
    assert world.failures() == {account: "F31"}, "it is inactive in Books since the undo"
    world.books.records[customer] = structs.replace(world.books.records[customer], active=True)
    world.books.edit(customer)
    await world.sync()
    assert world.partner("crm", account) == customer and world.links()[0].state == "linked"
    with pytest.raises(Problem, match="no ignored record"):
        world.engine.release("customers", account)
    await world.settled()


async def test_what_was_released_after_its_copy_was_deleted_is_made_anew() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    await undo(world, (await world.sync()).id)
    world.books.delete(world.partner("crm", account))
    world.engine.release("customers", account)
    await world.sync()
    assert world.partner("crm", account) in world.books.records
    await world.settled()


async def test_a_pairing_is_taken_apart_and_what_it_overwrote_is_back() -> None:
    world = World(duplicates="overwrite")
    account = world.crm.add("Aoba Foods", fields={"Phone": "1"})
    customer = world.books.add("Aoba Foods", fields={"billing_address.phone": "2"})
    paired = await world.sync()
    await undo(world, paired.id)
    assert world.books.records[customer].fields["billing_address.phone"] == "2"
    assert world.links()[0].state == "ignored"
    world.crm.edit(account, Phone="3")
    await world.settled()
    assert world.books.records[customer].fields["billing_address.phone"] == "2"


async def test_one_record_alone_is_undone() -> None:
    world = World()
    one, two = world.crm.add("Aoba Foods", fields={"Phone": "1"}), world.crm.add("Minato", fields={"Phone": "1"})
    await world.sync()
    for each in (one, two):
        world.crm.edit(each, Phone="2")
    await world.sync()
    await undo(world, record=one)
    phones = [world.books.records[world.partner("crm", each)].fields["billing_address.phone"] for each in (one, two)]
    assert phones == ["1", "2"]


async def test_an_excluded_step_is_not_taken() -> None:
    world = World()
    _, customer, updated = await one_update(world)
    (step,) = (await world.engine.undo_plan(UndoScope(run_id=updated.id))).steps
    await undo(world, updated.id, exclude=(step.id,))
    assert world.books.records[customer].fields["billing_address.phone"] == "2"


async def test_an_undo_can_be_undone() -> None:
    world = World()
    _, customer, updated = await one_update(world)
    undone = await undo(world, updated.id)
    await undo(world, undone.id)
    assert world.books.records[customer].fields["billing_address.phone"] == "2"
    await world.settled()


async def test_writes_to_crm_are_undone_too() -> None:
    world = World()
    account, customer, _ = await one_update(world)
    world.books.edit(customer, billing_address__phone="9")
    run = await world.sync()
    await undo(world, run.id)
    assert world.crm.records[account].fields["Phone"] == "2"
    assert world.books.records[customer].fields["billing_address.phone"] == "9"
    await world.settled()


async def test_a_record_that_is_gone_and_a_deletion_cannot_be_taken_back() -> None:
    world = World()
    account, customer, updated = await one_update(world)
    world.books.delete(customer)
    (step,) = (await world.engine.undo_plan(UndoScope(run_id=updated.id))).steps
    assert (step.verb, step.why) == ("nothing", "gone")
    world.crm.delete(account)
    noted = await world.sync()
    (step,) = (await world.engine.undo_plan(UndoScope(run_id=noted.id))).steps
    assert (step.verb, step.why) == ("nothing", "deleted")


async def test_an_undo_of_nothing_is_refused() -> None:
    world = World()
    with pytest.raises(Problem, match="There is no history"):
        await world.engine.undo_plan(UndoScope(run_id="20250401T000000Z-1"))


async def test_contact_persons_are_undone_with_their_run() -> None:
    world = both()
    one = contact(world, "Hana Sato", world.crm.add("Aoba Foods"), Phone="1")
    await world.sync()
    world.crm.edit(one, Phone="2")
    run = await world.sync()
    await undo(world, run.id)
    assert world.books.records[link(world, one).books_id].fields["phone"] == "1"
    await world.settled()


async def test_an_undo_killed_after_its_write_leaves_what_it_wrote_alone() -> None:
    world = World()
    account, customer, updated = await one_update(world)
    world.books.die_after = len(world.books.sent)
    with pytest.raises(Killed):
        await undo(world, updated.id)
    world.restart()
    await world.sync()
    assert world.books.records[customer].fields["billing_address.phone"] == "1"
    assert world.crm.records[account].fields["Phone"] == "2", "the restored value is no change of Books"
    await world.settled()


@moderately
@given(worlds(), edits(), st.sampled_from(("overwrite", "skip", "clone")))
def test_an_undone_run_leaves_no_written_field_changed_and_nothing_to_do(
    world: World, changes: Any, duplicates: str
) -> None:
    async def story() -> None:
        world.setup(duplicates=duplicates)
        await world.sync()
        apply(world, changes)
        before = {side: {k: v.fields for k, v in world.side(side).records.items()} for side in ("crm", "books")}
        run = await world.sync()
        updated = [line for line in world.store.history(run_id=run.id) if line.verb == "update"]
        if not list(world.store.history(run_id=run.id)):
            return
        ended = await undo(world, run.id)
        assert ended.state == "done"
        for line in updated:
            side = "books" if line.direction == "to_books" else "crm"
            record = world.side(side).records[line.books_id if side == "books" else line.crm_id]
            bend = world.side(side).bend
            for field in line.before:
                was = before[side][record.id].get(field)
                assert record.fields.get(field) == bend(field, was), (field, was)
        await world.sync()  # a server that tells nothing back may have bent what was put back
        await world.settled()

    asyncio.run(story())
