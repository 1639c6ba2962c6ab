"""How a run goes about its work: intents before writes, batches, calls, events, the catalogue."""

from core.model.run import Intent, Progress, Run
from tests.engine.world import World


async def test_an_intent_is_durable_before_its_write_is_sent() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    open_intents: list[list[Intent]] = []
    world.books.on_write = lambda _write: open_intents.append(world.store.intents())
    await world.sync()
    ((intent,),) = open_intents
    assert intent.action.crm_id == account and intent.fields["contact_name"] == "Aoba Foods"


async def test_outcomes_are_committed_in_parts_of_two_hundred_at_most() -> None:
    world = World()
    for at in range(450):
        world.books.add(f"Branch {at}")
    await world.sync()
    assert len(world.links()) == 450 and max(world.store.sizes) <= 200
    assert world.store.commits < 40


async def test_a_run_without_changes_looks_at_no_link_and_sends_nothing() -> None:
    world = World()
    for at in range(300):
        world.crm.add(f"Branch {at}")
    await world.sync()
    await world.sync()
    world.store.iterated, world.crm.listed, world.books.listed = 0, 0, 0
    world.time.tick(600)
    calls = world.crm.calls, world.books.calls
    world.crm.add("One more")
    run = await world.sync()
    assert world.store.iterated == 0
    assert run.considered == {"crm": 1, "books": 0}
    assert (world.crm.calls - calls[0], world.books.calls - calls[1]) == (2, 2)
    assert run.api_calls == {"crm": 2, "books": 2}


async def test_details_are_read_only_of_records_about_to_be_merged() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    world.books.add("Minato Steel")
    world.books.add("Aoba Person", kind="individual")
    await world.sync()
    world.books.reads.clear()
    world.crm.edit(account, Phone="2")
    await world.sync()
    assert not world.books.reads, "the base says what an unchanged customer holds"


async def test_the_events_of_a_run_are_its_start_its_progress_and_its_end() -> None:
    world = World()
    for at in range(2_000):
        world.crm.add(f"Branch {at}")
    ended = await world.sync()
    runs = [event for event in world.events if isinstance(event, Run)]
    assert [run.state for run in runs] == ["running", "done"] and runs[-1] == ended
    told = world.progress()
    assert (
        told[-1].done == {"crm_pulled": 2_000, "books_pulled": 0, "to_books": 2_000}
        or told[-1].done["to_books"] == 2_000
    )
    assert told[-1].total["to_books"] == 2_000 and told[-1].api_calls == ended.api_calls
    # LocalClock passes a millisecond a look: no more than four events a second beside one for each phase
    assert len(told) <= world.clock.seconds * 4 + 12
    assert any(each.rate > 0 for each in told)
    assert world.engine.progress is None


async def test_waiting_is_told_and_over_with_the_next_record() -> None:
    world = World()
    world.crm.add("Aoba Foods")
    world.books.on_write = lambda _write: world.engine.waiting("rate_limit", 12.0)
    await world.sync()
    waits = [event for event in world.events if isinstance(event, Progress) and event.waiting]
    assert [(each.waiting, each.wait_seconds) for each in waits] == [("rate_limit", 12.0)]
    assert world.progress()[-1].waiting == ""


async def test_history_keeps_what_a_write_replaced() -> None:
    world = World()
    account = world.crm.add("Aoba Foods", fields={"Phone": "1"})
    await world.sync()
    world.crm.edit(account, Phone="2")
    run = await world.sync()
    (line,) = world.store.history(run_id=run.id)
    assert (line.verb, line.direction, line.before, line.after) == (
        "update", "to_books", {"billing_address.phone": "1"}, {"billing_address.phone": "2"},
    )  # fmt: skip


async def test_the_catalogue_tells_of_every_record_considered() -> None:
    world = World()
    world.crm.add(" Aoba  FOODS", owner="keeper", fields={"Phone": "1"})
    world.books.add("Aoba Person", kind="individual", receivable="1200", active=False)
    await world.sync()
    (account,) = world.store.seen_all("crm", "Accounts")
    assert (account.name, account.folded, account.owner) == ("Aoba  FOODS", "aoba foods", "keeper")
    rows = {row.name: row for row in world.store.seen_all("books", "customers")}
    person, made = rows["Aoba Person"], rows["Aoba  FOODS"]
    assert (person.kind, person.receivable, person.active) == ("individual", "1200", False)
    assert made.kind == "business" and made.version == world.links()[0].books_version


async def test_planning_writes_to_neither_side() -> None:
    world = World()
    world.crm.add("Aoba Foods")
    plan = await world.engine.plan("customers")
    assert [(each.verb, each.target) for each in plan.actions] == [("create", "books")]
    assert not world.writes() and not world.store.runs(9) and not world.links()


async def test_the_overlap_is_read_again_until_its_time_has_passed() -> None:
    world = World()
    world.crm.add("Aoba Foods")
    await world.sync()
    await world.sync()
    world.crm.listed = world.books.listed = 0
    await world.sync()
    assert (world.crm.listed, world.books.listed) == (1, 1), "the newest records might have company that shows late"
    world.clock.pass_(121)
    await world.sync()
    late = world.crm.add("Late", record_id="late")
    world.crm.listed = 0
    await world.sync()
    assert world.partner("crm", late) and world.crm.listed == 2, "what is as new as the cursor is always read"
