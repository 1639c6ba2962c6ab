"""News reach every watcher: run events at once, the rest at most twice a second, and never the last one lost."""

import asyncio

from core.agent.hub import Hub
from core.model.run import Progress, Run
from core.service import Event
from tests.agent.doubles import Hands


def progress(done: int) -> Progress:
    return Progress(run_id="r1", module="customers", phase="pull", done={"crm_pulled": done})


def run(state: str) -> Run:
    return Run(id="r1", module="customers", cause="manual", started="2026-01-01T00:00:00Z", state=state)  # type: ignore[arg-type]


class Watcher:
    """Collects events in the background."""

    def __init__(self, hub: Hub) -> None:
        self.events: list[Event] = []
        self._task = asyncio.create_task(self._watch(hub))

    async def _watch(self, hub: Hub) -> None:
        async for each in hub.watch(generation=1):
            self.events.append(each)

    async def end(self) -> None:
        await self._task


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_progress_is_told_at_once_and_then_twice_a_second() -> None:
    clock = Hands()
    hub = Hub(clock)
    watcher = Watcher(hub)
    await settle()
    for count in range(1, 50):
        hub.progress(progress(count), 1)
        await settle()
    assert [each.progress for each in watcher.events if each.progress] == [progress(1)]
    await clock.advance(0.5)
    assert [each.progress for each in watcher.events if each.progress] == [progress(1), progress(49)]
    hub.close()
    await watcher.end()


async def test_a_runs_end_comes_at_once_and_after_its_last_progress() -> None:
    hub = Hub(Hands())
    watcher = Watcher(hub)
    await settle()
    hub.run(run("running"), 1)
    hub.progress(progress(1), 1)
    await settle()
    hub.progress(progress(2), 1)
    hub.run(run("done"), 2)
    await settle()
    assert [(each.kind, each.run.state if each.run else "") for each in watcher.events] == [
        ("hello", ""), ("run", "running"), ("progress", ""), ("progress", ""), ("run", "done"),
    ]  # fmt: skip
    assert watcher.events[3].progress == progress(2)
    hub.close()
    await watcher.end()


async def test_closing_is_the_last_word_and_what_was_pending_comes_before_it() -> None:
    hub = Hub(Hands())
    watcher = Watcher(hub)
    await settle()
    hub.changed(7)
    await settle()
    hub.changed(8)
    hub.close()
    await watcher.end()
    assert [(each.kind, each.generation) for each in watcher.events[1:]] == [
        ("changed", 7),
        ("changed", 8),
        ("closing", 1),
    ]


async def test_a_watcher_that_comes_after_the_end_is_told_so() -> None:
    hub = Hub(Hands())
    hub.close()
    assert [each.kind async for each in hub.watch(1)] == ["hello", "closing"]


async def test_one_watcher_does_not_wait_for_another() -> None:
    hub = Hub(Hands())
    slow = hub.watch(1)
    await anext(slow)
    watcher = Watcher(hub)
    await settle()
    for count in range(1_000):
        hub.run(run("running" if count % 2 else "done"), 1)
    await settle()
    assert len([each for each in watcher.events if each.kind == "run"]) == 1_000
    hub.close()
    await watcher.end()
    assert len([each async for each in slow]) == 1_001
