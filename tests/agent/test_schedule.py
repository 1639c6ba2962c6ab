"""Automatic runs over a real sandbox, by a clock that the test moves (B78-B86)."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.agent.local import LocalService
from core.agent.places import Place
from core.engine.ports import Commit
from core.model.problems import Problem
from core.model.run import Run
from core.model.schedule import Schedule
from core.sandbox.testing import RunningSandbox
from core.service import SyncRequest
from tests.agent.doubles import Hands
from tests.agent.test_local import join

MINUTE, HOUR = 60, 3_600


@pytest.fixture(scope="module")
def zoho() -> Any:
    with RunningSandbox(accounts=8, seed=7) as made:
        yield made


class Kept:
    """A service with a first run behind it, whose clock stands still until it is moved."""

    def __init__(self, place: Place) -> None:
        self.place, self.clock = place, Hands()
        self.service = LocalService(place, self.clock)

    async def load(self) -> None:
        await self.service.load()
        self.events = self.service.events()
        await anext(self.events)

    async def reload(self) -> None:
        """End the agent and begin a new one."""
        await self.service.close()
        self.service = LocalService(self.place, self.clock)
        await self.load()

    async def end_of(self, run_id: str = "") -> Run:
        """Wait for the end of a run, of the next one without an id."""
        async for event in self.events:
            if event.run is not None and event.run.state != "running" and run_id in ("", event.run.id):
                return event.run
        raise AssertionError("no end was told")

    async def first(self) -> Run:
        started = await self.service.sync(SyncRequest(module="customers"))
        return await self.end_of(started.id)

    async def pass_(self, seconds: float) -> None:
        await self.clock.someone_sleeps()
        await self.clock.advance(seconds)

    async def runs(self) -> list[Run]:
        return await self.service.runs(50)

    async def next_run(self) -> str:
        return (await self.service.status()).next_run


@pytest.fixture
async def fresh(place: Place, zoho: RunningSandbox) -> AsyncIterator[Kept]:
    made = Kept(place)
    await made.load()
    await join(made.service, zoho)
    await made.service.configure(await made.service.default_setup("customers"))
    yield made
    await made.service.close()


@pytest.fixture
async def kept(place: Place, zoho: RunningSandbox, prepared: Path) -> AsyncIterator[Kept]:
    """A first run is behind it: made once, and copied for each test."""
    if not prepared.exists():  # noqa: ASYNC240
        first = Kept(Place(prepared.with_name("made")))
        first.place.prepare()
        await first.load()
        await join(first.service, zoho)
        await first.service.configure(await first.service.default_setup("customers"))
        await first.first()
        await first.service.close()
        first.place.folder.rename(prepared)
    shutil.rmtree(place.folder)
    shutil.copytree(prepared, place.folder)
    made = Kept(place)
    await made.load()
    yield made
    await made.service.close()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prepared") / "profile"


async def test_nothing_runs_by_itself_before_the_first_run(fresh: Kept) -> None:
    assert await fresh.next_run() == ""
    assert not fresh.service.scheduled
    await fresh.clock.advance(24 * HOUR)
    assert await fresh.runs() == []


async def test_every_two_hours_from_the_first_run_on(kept: Kept) -> None:
    assert kept.service.scheduled
    for count in (2, 3):
        await kept.pass_(119 * MINUTE)
        assert len(await kept.runs()) == count - 1
        await kept.pass_(2 * MINUTE)
        ended = await kept.end_of()
        assert (ended.cause, ended.state) == ("scheduled", "done")
        assert len(await kept.runs()) == count


async def test_the_status_says_when_the_next_one_is(kept: Kept) -> None:
    assert "2026-01-01T02:16:40Z" <= await kept.next_run() <= "2026-01-01T02:17:40Z"


async def test_runs_missed_while_the_machine_slept_are_run_once(kept: Kept) -> None:
    kept.clock.set(11 * HOUR)
    await kept.pass_(MINUTE)
    await kept.end_of()
    await kept.pass_(MINUTE)
    assert len(await kept.runs()) == 2


async def test_runs_missed_while_no_agent_ran_are_run_once(kept: Kept) -> None:
    await kept.service.close()
    await kept.clock.advance(30 * HOUR)
    kept.service = LocalService(kept.place, kept.clock)
    await kept.load()
    assert (await kept.end_of()).cause == "scheduled"
    await kept.pass_(MINUTE)
    assert len(await kept.runs()) == 2


async def test_a_pause_stops_what_is_automatic_and_what_is_asked_for_and_survives_a_restart(kept: Kept) -> None:
    await kept.service.pause()
    await kept.reload()
    assert await kept.next_run() == ""
    await kept.clock.advance(5 * HOUR)
    with pytest.raises(Problem) as caught:
        await kept.service.sync(SyncRequest(module="customers"))
    assert caught.value.code == "paused"
    assert len(await kept.runs()) == 1
    assert kept.service.scheduled
    await kept.service.resume()
    assert (await kept.end_of()).cause == "scheduled"


async def test_a_pause_lets_a_running_sync_finish(fresh: Kept) -> None:
    started = await fresh.service.sync(SyncRequest(module="customers"))
    await fresh.service.pause()
    assert (await fresh.service.status()).health == "running"
    assert (await fresh.end_of(started.id)).state == "done"
    assert (await fresh.service.status()).health == "paused"


async def test_another_interval_holds_from_the_next_run(kept: Kept) -> None:
    row = await kept.service.set_schedule(Schedule(module="customers", minutes=30, jitter=0))
    assert row.next_run == "2026-01-01T00:46:40Z" == await kept.next_run()
    await kept.reload()
    assert await kept.next_run() == "2026-01-01T00:46:40Z"
    await kept.pass_(30 * MINUTE)
    await kept.end_of()
    assert await kept.next_run() == "2026-01-01T01:16:40Z"


async def test_edited_settings_take_effect_from_the_next_run(kept: Kept) -> None:
    before = await kept.service.default_setup("customers")
    edited = await kept.service.configure(msgspec.structs.replace(before, extent="fetch"))
    assert (await kept.runs())[0].setup_revision == before.revision
    await kept.pass_(3 * HOUR)
    await kept.end_of()
    assert (await kept.runs())[0].setup_revision == edited.revision == before.revision + 1


async def test_a_schedule_that_is_off_runs_nothing_and_lets_the_agent_go(kept: Kept) -> None:
    await kept.service.set_schedule(Schedule(module="customers", on=False))
    assert (await kept.next_run(), kept.service.scheduled) == ("", False)
    await kept.clock.advance(24 * HOUR)
    assert len(await kept.runs()) == 1


async def test_a_run_that_a_killed_agent_left_open_is_made_good_at_once(kept: Kept) -> None:
    profile = await kept.service._ready()
    open_run = msgspec.structs.replace((await kept.runs())[0], id="20260101T003000Z-9", state="running", finished="")
    profile.store.commit(Commit(runs=[open_run]))
    await kept.reload()
    assert (await kept.end_of()).cause == "recovery"
    assert (await kept.service.run(open_run.id)).state == "interrupted"


async def test_a_network_that_fails_is_tried_again_in_five_minutes(kept: Kept) -> None:
    last = (await kept.runs())[0]
    profile = await kept.service._ready()
    stopped = msgspec.structs.replace(last, id=last.id + "9", state="stopped", problem="unreachable")
    profile.store.commit(Commit(runs=[stopped]))
    profile.changed()
    assert await kept.next_run() == "2026-01-01T00:21:40Z"


async def test_a_budget_that_is_too_small_for_two_hours_makes_it_less_often_and_says_so(
    place: Place, zoho: RunningSandbox
) -> None:
    limits = {"mode": "on", "books": {"per_minute": 10_000, "per_day": 60, "in_flight": 5}}
    kept = Kept(place)
    await kept.load()
    try:
        await join(kept.service, zoho, limits=limits)
        await kept.service.configure(await kept.service.default_setup("customers"))
        profile = await kept.service._ready()
        done = Run(
            id="1", module="customers", cause="manual", started=kept.clock.now(), finished=kept.clock.now(),
            state="done", api_calls={"crm": 3, "books": 12},
        )  # fmt: skip
        profile.store.commit(Commit(runs=[done]))
        row = (await kept.service.timetable())[0]
        assert (row.minutes, row.bound, row.cost) == (360, "books", {"crm": 3, "books": 12})
    finally:
        await kept.service.close()


async def test_a_run_due_while_the_keys_are_locked_waits_and_is_told_once(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = await kept.service._ready()
    told: list[str] = []
    monkeypatch.setattr(profile.alarm, "locked", lambda: told.append("locked"))
    monkeypatch.setattr(type(profile.connections.vault), "locked", True)
    await kept.pass_(3 * HOUR)
    await asyncio.sleep(0)
    assert (told, len(await kept.runs())) == (["locked"], 1)
    monkeypatch.setattr(type(profile.connections.vault), "locked", False)
    profile.changed()
    assert (await kept.end_of()).state == "done"


@pytest.mark.parametrize(
    "wrong",
    [{"minutes": 0}, {"minutes": 10**7}, {"jitter": -1}, {"not_before": "tomorrow"}, {"not_before": "2026-01-01"}],
)
async def test_a_schedule_that_cannot_be_is_refused(kept: Kept, wrong: dict[str, Any]) -> None:
    with pytest.raises(Problem) as caught:
        await kept.service.set_schedule(Schedule(module="customers", **wrong))
    assert caught.value.code == "bad_request"


async def test_only_what_is_configured_has_a_schedule(kept: Kept) -> None:
    assert [each.schedule.module for each in await kept.service.timetable()] == ["customers"]
    with pytest.raises(Problem) as caught:
        await kept.service.set_schedule(Schedule(module="vendors"))
    assert caught.value.code == "not_configured"


async def test_joining_anew_keeps_the_schedule(kept: Kept, zoho: RunningSandbox) -> None:
    await kept.service.set_schedule(Schedule(module="customers", minutes=45))
    await join(kept.service, zoho)
    assert (await kept.service.timetable())[0].schedule.minutes == 45
