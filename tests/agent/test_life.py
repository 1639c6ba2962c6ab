"""The life of an agent: it goes when nobody needs it, makes room for another version, and says why it cannot load."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from core.agent.client import RemoteService
from core.agent.life import IDLE_SECONDS, Life
from core.agent.places import Place
from core.agent.sockets import listen
from core.model.problems import Problem
from core.service import Event
from tests.agent.doubles import Hands


class Living:
    """An agent in this loop."""

    def __init__(self, life: Life, clock: Hands, task: "asyncio.Task[int]") -> None:
        self.life, self.clock, self.task = life, clock, task


@contextlib.asynccontextmanager
async def living(place: Place, version: str = "1.0") -> AsyncIterator[Living]:
    clock = Hands()
    life = Life(place, clock, version=version)
    opened = listen(place.socket)
    task = asyncio.create_task(life.run(opened))
    try:
        yield Living(life, clock, task)
    finally:
        life.stop()
        await task
        opened.close()


@pytest.fixture
async def agent(place: Place) -> AsyncIterator[Living]:
    async with living(place) as made:
        yield made


def client(place: Place, version: str = "1.0") -> RemoteService:
    remote = RemoteService.at(place, place.socket)
    remote._headers["kakehashi-version"] = version
    return remote


async def first(remote: RemoteService) -> tuple[RemoteService, AsyncIterator[Event]]:
    events = remote.events()
    await anext(events)
    return remote, events


async def test_with_neither_schedule_nor_client_it_goes_after_ten_minutes(agent: Living) -> None:
    await agent.clock.someone_sleeps()
    await agent.clock.advance(IDLE_SECONDS - 1)
    assert not agent.task.done()
    await agent.clock.advance(1)
    assert await agent.task == 0


async def test_ten_minutes_count_from_the_last_call(place: Place, agent: Living) -> None:
    await agent.clock.someone_sleeps()
    await agent.clock.advance(IDLE_SECONDS - 1)
    async with client(place) as remote:
        await remote.status()
    await agent.clock.advance(1)
    assert not agent.task.done()
    await agent.clock.advance(IDLE_SECONDS)
    assert await agent.task == 0


async def test_a_watching_client_keeps_it(place: Place, agent: Living) -> None:
    async with client(place) as remote:
        _, events = await first(remote)
        for _ in range(5):
            await agent.clock.someone_sleeps()
            await agent.clock.advance(IDLE_SECONDS)
        assert not agent.task.done()
        await events.aclose()  # type: ignore[attr-defined]


async def test_a_running_sync_keeps_it(agent: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(agent.life.service), "busy", True)
    for _ in range(3):
        await agent.clock.someone_sleeps()
        await agent.clock.advance(IDLE_SECONDS)
    assert not agent.task.done()


async def test_its_end_is_told_to_whoever_watches(place: Place, agent: Living) -> None:
    async with client(place) as remote:
        _, events = await first(remote)
        agent.life.stop()
        assert [each.kind async for each in events][-1] == "closing"
    assert await agent.task == 0


async def test_shutdown_is_answered_before_it_goes(place: Place, agent: Living) -> None:
    async with client(place) as remote:
        await remote.shutdown()
    assert await agent.task == 0


async def test_it_makes_room_for_a_client_of_another_version(place: Place, agent: Living) -> None:
    async with client(place, "2.0") as remote:
        with pytest.raises(Problem) as caught:
            await remote.status()
    assert caught.value.code == "agent_outdated"
    assert await agent.task == 0


async def test_it_finishes_its_run_before_it_makes_room(
    place: Place, agent: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(agent.life.service), "busy", True)
    async with client(place, "2.0") as remote:
        with pytest.raises(Problem):
            await remote.status()
    assert not agent.task.done()
    monkeypatch.setattr(type(agent.life.service), "busy", False)
    agent.life.settle()
    assert await agent.task == 0


async def test_what_keeps_it_from_loading_is_what_every_call_says(place: Place) -> None:
    (place.folder / "somebody's.txt").write_text("not ours")
    async with living(place) as agent, client(place) as remote:
        with pytest.raises(Problem) as caught:
            await remote.runs(1)
        assert caught.value.code == "store_not_ours"
        assert await agent.task == 7
    assert (place.folder / "somebody's.txt").read_text() == "not ours"


async def test_an_agent_that_cannot_load_and_is_not_asked_goes_by_itself(place: Place) -> None:
    (place.folder / "somebody's.txt").write_text("not ours")
    async with living(place) as agent:
        while not agent.life._problem:
            await agent.clock.someone_sleeps()
            await asyncio.sleep(0.01)
        await agent.clock.advance(11)
        assert await agent.task == 7


async def test_status_is_answered_while_the_state_loads(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, loop = asyncio.Event(), asyncio.get_running_loop()

    def wait(*_: object) -> None:
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()
        raise Problem("store_damaged", path="x", offset="1", copy="y")

    monkeypatch.setattr("core.agent.local.ListedStore.load", wait)
    async with living(place), client(place) as remote:
        status = await remote.status()
        assert (status.health, status.profile_name) == ("loading", "default")
        assert status.loading < 100
        waiting = asyncio.create_task(remote.runs(1))
        await remote.status()
        assert not waiting.done()
        go_on.set()
        with pytest.raises(Problem) as caught:
            await waiting
        assert caught.value.code == "store_damaged"
