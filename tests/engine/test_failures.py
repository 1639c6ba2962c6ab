"""Failures, their retries, and Problems of the whole."""

from collections.abc import AsyncIterator

import pytest
from msgspec import structs

from core.engine.ports import Commit
from core.model.problems import Problem
from core.model.record import Record, Refused, Write
from core.model.run import Failure
from tests.engine.memory import Killed
from tests.engine.world import World


def too_long(write: Write) -> Refused | None:
    if write.name != "Aoba Foods":
        return None
    return Refused(ref="", reason="F16", message="too long", raw='{"code": 15}', code="15", field="city")


async def refused() -> tuple[World, str]:
    world = World()
    account = world.crm.add("Aoba Foods")
    world.crm.add("Minato Steel")
    world.books.refuse = too_long
    await world.sync()
    return world, account


async def test_a_refusal_is_filed_with_reason_raw_answer_and_attempts() -> None:
    world, account = await refused()
    failure = world.failure(account)
    assert (failure.direction, failure.reason, failure.message) == ("to_books", "F16", "too long")
    assert (failure.raw, failure.code, failure.field) == ('{"code": 15}', "15", "city")
    assert (failure.attempts, failure.held) == (1, False)
    assert failure in [event for event in world.events if isinstance(event, Failure)]


async def test_an_unchanged_source_is_counted_as_failed_and_not_sent_again() -> None:
    world, account = await refused()
    sent = len(world.books.sent)
    run = await world.sync()
    assert world.count(run, "to_books") == {"failed": 1} and len(world.books.sent) == sent
    assert world.failure(account).attempts == 1


async def test_a_changed_source_is_tried_again() -> None:
    world, account = await refused()
    world.crm.edit(account, Phone="1")
    await world.sync()
    assert world.failure(account).attempts == 2
    world.books.refuse = lambda _write: None
    world.crm.edit(account, Phone="2")
    await world.sync()
    assert not world.failures() and world.partner("crm", account)


@pytest.mark.parametrize("everything", [True, False])
async def test_a_failure_is_tried_again_on_demand(everything: bool) -> None:
    world, account = await refused()
    first = world.failure(account).first_at
    world.clock.pass_(60)
    await world.sync(retry=("*",) if everything else (world.failure(account).key,))
    assert world.failure(account).attempts == 2 and world.failure(account).first_at == first
    world.books.refuse = lambda _write: None
    await world.sync(retry=("*",))
    assert not world.failures()


async def test_an_edited_setup_tries_failures_again() -> None:
    world, _ = await refused()
    world.books.refuse = lambda _write: None
    world.setup(conflict="books")
    await world.sync()
    assert not world.failures()


async def test_F12_is_tried_again_when_the_name_is_set_free() -> None:
    world = World()
    account, taken = world.crm.add("Aoba Foods"), world.books.add("Aoba Foods", kind="individual")
    await world.sync()
    assert world.failures() == {account: "F12"}
    world.books.edit(taken, contact_name="A. Person")
    await world.sync()
    assert not world.failures()


async def test_the_failure_of_a_deleted_source_is_forgotten() -> None:
    world, account = await refused()
    world.crm.delete(account)
    await world.sync()
    assert not world.failures()
    await world.settled()


async def test_F41_a_lost_request_is_looked_up_and_sent_again_once() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    fates = iter(["before"])
    world.books.lose = lambda _write: next(fates, None)
    await world.sync()
    assert world.partner("crm", account) and len(world.books.records) == 1
    assert [key.source_id for key in world.books.looked_up] == [account]


async def test_F41_a_lost_reply_is_looked_up_and_adopted() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    fates = iter(["after"])
    world.books.lose = lambda _write: next(fates, None)
    run = await world.sync()
    assert world.partner("crm", account) and len(world.books.sent) == 1
    assert world.count(run, "to_books") == {"created": 1}
    await world.settled()


async def test_F41_a_server_that_never_answers_leaves_a_failure_that_later_heals() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    world.books.lose = lambda _write: "before"
    await world.sync()
    assert world.failures() == {account: "F41"}
    world.books.lose = lambda _write: None
    await world.sync()
    assert not world.failures() and len(world.books.records) == 1


async def test_F41_without_a_key_several_candidates_are_held() -> None:
    world = World(strength="none")
    world.books.unique_names = False
    account = world.crm.add("Aoba Foods")

    def meddle(write: Write) -> str | None:
        world.books.add("Aoba Foods")
        return "after"

    world.books.lose = meddle
    await world.sync()
    failure = world.failure(account)
    assert failure.reason == "F41" and failure.held and len(failure.candidates) == 2
    assert len(world.books.sent) == 1
    world.books.lose = lambda _write: None
    await world.settled()


async def test_F41_a_lost_update_is_read_again_and_not_doubled() -> None:
    world = World()
    account = world.crm.add("Aoba Foods")
    await world.sync()
    world.crm.edit(account, Phone="2")
    fates = iter(["after"])
    world.books.lose = lambda _write: next(fates, None)
    await world.sync()
    assert not world.failures()
    assert world.books.records[world.partner("crm", account)].fields["billing_address.phone"] == "2"
    await world.settled()


async def test_the_end_of_the_quota_stops_the_run_with_everything_done_committed() -> None:
    world = World()
    for at in range(30):
        world.crm.add(f"Branch {at:02}")
    world.books.problem_after = 12
    run = await world.sync()
    assert (run.state, run.problem) == ("stopped", "daily_quota")
    assert len(world.links()) == 12 and world.count(run, "to_books") == {"created": 12}
    world.books.problem_after = None
    again = await world.sync()
    assert again.state == "done" and len(world.books.records) == 30
    await world.settled()


@pytest.mark.parametrize(
    ("code", "state"), [("unreachable", "stopped"), ("server_trouble", "stopped"), ("credential_refused", "failed")]
)
async def test_a_problem_while_pulling_ends_the_run_and_is_told(code: str, state: str) -> None:
    world = World()
    world.crm.add("Aoba Foods")

    def trouble(*_: object) -> None:
        raise Problem(code, side="books", host="books", why="why")

    world.books.changes = trouble  # type: ignore[method-assign, assignment]
    run = await world.sync()
    assert (run.state, run.problem) == (state, code) and not world.writes()
    assert world.store.run(run.id) == run


async def test_a_full_disk_ends_the_run_and_nothing_is_done_twice_afterwards() -> None:
    world = World()
    for at in range(5):
        world.crm.add(f"Branch {at}")
    world.store.full_at = world.store.commits + 2
    run = await world.engine.execute(world.engine.begin("customers", "manual"))
    assert (run.state, run.problem) == ("failed", "store_full")
    world.store.full_at = None
    await world.sync()
    assert len(world.books.records) == 5
    await world.settled()


async def test_an_unforeseen_error_ends_the_run_without_quoting_it(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    world.crm.add("Aoba Foods")

    def trouble(_write: Write) -> None:
        raise RuntimeError("Zoho-oauthtoken 1000.secret")

    world.books.on_write = trouble
    run = await world.sync()
    assert (run.state, run.problem, run.problem_detail) == ("failed", "unexpected", {"what": "RuntimeError"})
    assert "secret" not in caplog.text and "fake.py" in caplog.text


async def test_F33_a_view_that_is_gone_ends_the_run() -> None:
    world = World(view="42")
    world.crm.add("Aoba Foods")
    run = await world.sync()
    assert (run.state, run.problem) == ("failed", "view_missing") and not world.writes()


async def test_stop_finishes_what_is_in_flight_and_commits_it() -> None:
    world = World()
    for at in range(250):
        world.crm.add(f"Branch {at:03}")
    world.books.on_write = lambda _write: world.engine.stop()
    run = await world.sync()
    assert run.state == "interrupted" and len(world.links()) == len(world.books.records) == 100
    assert not world.store.intents()
    world.books.on_write = lambda _write: None
    await world.sync()
    assert len(world.links()) == 250


async def test_a_killed_run_is_told_as_interrupted_and_its_intents_are_closed() -> None:
    world = World()
    for at in range(5):
        world.crm.add(f"Branch {at}")
    world.books.die_after = 2
    with pytest.raises(Killed):
        await world.engine.execute(world.engine.begin("customers", "manual"))
    world.store.dead = True
    world.restart()
    assert world.store.intents()
    run = await world.sync()
    assert [each.state for each in world.store.runs(9)] == ["done", "interrupted"]
    assert not world.store.intents() and len(world.books.records) == 5
    assert world.count(run, "to_books") == {"created": 3}, "one of them found, two made; the other two were told before"


async def test_a_module_that_is_not_configured_cannot_begin() -> None:
    world = World()
    with pytest.raises(Problem, match="vendors"):
        world.engine.begin("vendors", "manual")


async def test_prepare_learns_the_strength_of_both_keys() -> None:
    world = World(strength="unique")
    setup = world.store.setup("customers")
    assert setup is not None
    made = await world.engine.prepare(setup)
    assert (made.crm_key, made.books_key) == ("unique", "unique") and world.store.setup("customers") == made


async def test_an_intent_of_another_module_is_left_alone() -> None:
    world = World()
    world.crm.add("Aoba Foods")
    world.books.die_after = 0
    await world.sync_until_killed()
    (intent,) = world.store.intents()
    foreign = type(intent)(
        id="other", run_id="r", action=type(intent.action)(
            verb="create", why="new", module="vendors", target="books", crm_id="v1", books_id=None, name="V"
        ), entity="vendors", fields={}, written_at="",
    )  # fmt: skip
    world.store.commit(Commit(intents=[foreign]))
    await world.engine.execute(world.engine.begin("customers", "manual"))
    assert [each.id for each in world.store.intents()] == ["other"]


async def test_nobody_plans_or_begins_while_a_run_executes() -> None:
    world = World()
    world.crm.add("Aoba Foods")
    refused: list[str] = []

    async def meanwhile() -> None:
        for attempt in (lambda: world.engine.plan("customers"), lambda: _begin(world)):
            try:
                await attempt()
            except Problem as problem:
                refused.append(problem.code)

    read = world.books.changes

    async def changes(*given: object) -> AsyncIterator[list[Record]]:
        await meanwhile()
        async for batch in read(*given):  # type: ignore[arg-type]
            yield batch

    world.books.changes = changes  # type: ignore[method-assign, assignment]
    assert (await world.sync()).state == "done"
    assert refused == ["run_in_progress", "run_in_progress"]


async def _begin(world: World) -> None:
    world.engine.begin("customers", "manual")


async def test_what_a_killed_run_sent_stands_in_the_history_of_that_run() -> None:
    world = World()
    world.crm.add("Aoba Foods")
    killed = world.engine.begin("customers", "manual")
    world.books.die_after = 0
    with pytest.raises(Killed):
        await world.engine.execute(killed)
    world.restart()
    await world.engine.plan("customers")
    (line,) = world.store.history(run_id=killed.id)
    assert (line.verb, line.name) == ("create", "Aoba Foods")


async def test_F41_what_is_held_is_looked_up_before_it_is_sent_again() -> None:
    world = World(strength="none")
    world.books.unique_names = False
    account = world.crm.add("Aoba Foods")
    meddled = []

    def meddle(_write: Write) -> str:
        meddled.append(world.books.add("Aoba Foods"))
        return "after"

    world.books.lose = meddle
    await world.sync()
    await world.sync()
    assert len(world.books.sent) == 1, "nothing is sent by itself"
    world.books.lose = lambda _write: None
    world.books.delete(meddled[0])
    await world.sync(retry=(world.failure(account).key,))
    assert len(world.books.sent) == 1 and len(world.books.records) == 1
    assert not [each for each in world.store.failures() if each.reason == "F41"]


async def test_an_upsert_that_finds_another_s_counterpart_steals_nothing() -> None:
    world = World(strength="unique")
    first = world.crm.add("Aoba Foods")
    await world.sync()
    customer = world.partner("crm", first)
    second = world.crm.add("Minato Steel")
    stolen = world.books.records[customer]
    world.books.on_write = lambda _write: world.books.records.update({customer: structs.replace(stolen, key=second)})
    await world.sync()
    assert world.partner("crm", first) == customer
    failure = world.failure(second)
    assert (failure.reason, failure.held, failure.candidates) == ("F13", True, (customer,))
