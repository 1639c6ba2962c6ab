"""Why not: an explanation for any record of either side."""

import string
from typing import get_args

import pytest
from msgspec import structs

from core.engine.ports import Commit
from core.model.names import SideName
from core.model.run import Run
from core.model.setup import Profile
from core.model.undo import UndoScope
from core.model.whynot import WHY_NOT, WhyNot, WhyNotCode
from tests.engine.test_persons import both, contact
from tests.engine.world import World


def codes(world: World, side: SideName, record_id: str) -> list[str]:
    return [each.code for each in world.engine.why_not(world.module, side, record_id)]


def test_every_reason_is_told_in_both_languages_with_the_same_places() -> None:
    assert set(WHY_NOT) == set(get_args(WhyNotCode))
    for text in (each for pair in WHY_NOT.values() for each in pair):
        places = [{name for _, name, _, _ in string.Formatter().parse(way) if name} for way in (text.en, text.ja)]
        assert places[0] == places[1], text


async def test_a_record_in_step_says_so() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    assert codes(world, "crm", account) == ["unseen"]
    await world.sync()
    (found,) = world.engine.why_not("customers", "crm", account)
    assert found.code == "in_step" and world.links()[0].synced_at in found.message("en")
    assert codes(world, "books", world.partner("crm", account)) == ["in_step"]


async def test_a_failure_is_told_with_its_reason_and_remedy() -> None:
    world = World()
    world.books.add("Aoba Foods", entity="vendors")
    account = world.crm.add("Aoba Foods")
    await world.sync()
    (found,) = world.engine.why_not("customers", "crm", account)
    assert (found.code, found.reason) == ("failed", "F12")
    assert "F12" in found.message("en") and found.remedy("ja")


async def test_a_held_record_and_its_candidates() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    one, _ = world.books.add("Aoba Foods"), world.books.add("Aoba Foods")
    await world.sync()
    assert codes(world, "crm", account) == ["held"]
    assert codes(world, "books", one) == ["candidate"]


async def test_view_shape_extent_activity_and_policy() -> None:
    world = World(extent="fetch", view="key", duplicates="skip")
    world.crm.view = lambda record: record.fields.get("Rating") == "A"
    outside = world.crm.add("Aoba Foods")
    twin = world.crm.add("Minato Steel", fields={"Rating": "A"})
    person = world.books.add("Hana Sato", kind="individual")
    only, same = world.books.add("Only in Books"), world.books.add("Minato Steel")
    world.setup()
    await world.sync()
    assert codes(world, "crm", outside) == ["out_of_view"]
    assert codes(world, "crm", twin) == ["duplicate"]
    assert codes(world, "books", person) == ["shape"]
    assert codes(world, "books", only) == ["one_way"]
    assert codes(world, "books", same) == ["one_way"]


async def test_an_inactive_customer_and_one_that_left_the_view() -> None:
    world = World(view="key")
    world.crm.view = lambda record: record.fields.get("Rating") == "A"
    account = world.crm.add("Aoba Foods", fields={"Rating": "A"})
    idle = world.books.add("Minato Steel", active=False)
    await world.sync()
    world.crm.edit(account, Rating="B")
    await world.sync()
    assert codes(world, "crm", account) == ["out_of_view"]
    assert codes(world, "books", idle) == ["inactive"]


async def test_what_is_gone_undone_or_of_another_shape() -> None:
    world = World()
    one, two, three = (world.crm.add(name) for name in ("Aoba Foods", "Minato Steel", "Kita Shoji"))
    await world.sync()
    customer = world.partner("crm", one)
    world.crm.delete(one)
    await world.sync()
    scope = UndoScope(record=two)
    await world.engine.execute_undo(world.engine.begin_undo(scope), scope)
    assert codes(world, "books", customer) == ["crm_gone"]
    assert codes(world, "crm", two) == ["ignored"]
    world.setup(shape="contacts")
    await world.sync()
    assert codes(world, "books", world.partner("crm", three)) == ["other_shape"]


async def test_contacts_tell_of_their_account() -> None:
    world = both()
    world.books.add("Aoba Foods", entity="vendors")
    account, alone = world.crm.add("Aoba Foods"), contact(world, "Ken Mori")
    waiting = contact(world, "Hana Sato", account)
    await world.sync()
    assert codes(world, "crm", alone) == ["unassociated"]
    assert [each.reason for each in world.engine.why_not("customers", "crm", waiting)] == ["F21"]


async def test_a_contact_whose_account_is_outside_the_view_names_it() -> None:
    world = both(view="key")
    world.crm.view = lambda record: record.entity == "Contacts"
    account = world.crm.add("Aoba Foods")
    one = contact(world, "Hana Sato", account)
    await world.sync()
    (found,) = world.engine.why_not("customers", "crm", one)
    assert found.code == "parent" and account in found.message("en")


async def test_quota_pause_and_a_running_sync_come_on_top() -> None:
    world = World()
    for at in range(3):
        world.crm.add(f"Branch {at}")
    world.books.problem_after = 0
    await world.sync()
    world.store.commit(Commit(profile=Profile(name="default", paused=True)))
    last = sorted(world.crm.records)[-1]
    assert codes(world, "crm", last) == ["unseen", "paused", "stopped"]
    (_, _, stopped) = world.engine.why_not("customers", "crm", last)
    assert stopped.detail == {"problem": "daily_quota"}
    told: list[str] = []
    world.store.commit(Commit(profile=Profile(name="default")))
    world.books.problem_after = None
    world.books.on_write = lambda _write: told.extend(codes(world, "crm", last))
    await world.sync()
    assert "running" in told


def test_an_unconfigured_module_says_so() -> None:
    world = World()
    (found,) = world.engine.why_not("vendors", "crm", "1")
    assert found == WhyNot(code="not_configured", detail={"module": "vendors"})


@pytest.mark.parametrize("state", ["done", "needs_confirmation"])
async def test_a_run_that_ended_well_is_no_reason(state: str) -> None:
    world = World()
    world.books.add("Hana Sato", kind="individual")
    run = await world.sync()
    assert isinstance(run, Run)
    world.store.commit(Commit(runs=[structs.replace(run, state=state)]))
    assert codes(world, "books", "b0001") == ["shape"]
