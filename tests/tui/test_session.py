import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from core.model.problems import Problem
from core.service import Event, Service
from tests.tui.fake import FakeService, run
from tui.session import Connect, Session
from tui.state import State


class Watch:
    """A session, and what it told."""

    def __init__(self, connect: Connect, gap: float = 0.0) -> None:
        self.state = State()
        self.told = 0
        self.moved = asyncio.Event()
        self.session = Session(connect, self.state, self._changed, gap=gap, retry=(0.0,))

    def _changed(self) -> None:
        self.told += 1
        self.moved.set()

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                self.moved.clear()
                await self.moved.wait()


@asynccontextmanager
async def watching(connect: Connect, gap: float = 0.0) -> AsyncIterator[Watch]:
    watch = Watch(connect, gap)
    task = asyncio.create_task(watch.session.run())
    try:
        yield watch
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def always(service: Service) -> Connect:
    async def connect() -> Service:
        return service

    return connect


async def test_it_attaches_and_knows_the_status() -> None:
    async with watching(always(FakeService())) as watch:
        await watch.until(lambda: watch.state.attachment == "attached")
        assert watch.state.status is not None


async def test_a_lost_agent_is_told_and_found_again() -> None:
    first, second = FakeService(), FakeService(7)
    waiting = iter([first, second])

    async def connect() -> Service:
        return next(waiting)

    async with watching(connect) as watch:
        await watch.until(lambda: watch.state.attachment == "attached" and first.queues)
        seen: list[str] = []
        watch.session._changed = lambda: (seen.append(watch.state.attachment), watch._changed())[0]
        first.drop()
        await watch.until(lambda: "lost" in seen and watch.state.attachment == "attached")
        assert first.closed == 1
        assert watch.session.service is second


async def test_an_agent_that_cannot_be_reached_is_tried_again_and_its_problem_is_known() -> None:
    tries = 0

    async def connect() -> Service:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise Problem("agent_unreachable", profile="p", log="l")
        return FakeService()

    async with watching(connect) as watch:
        await watch.until(lambda: watch.state.problem is not None)
        await watch.until(lambda: watch.state.attachment == "attached")
        assert watch.state.problem is None


async def test_an_unexpected_error_does_not_end_it() -> None:
    tries = 0

    async def connect() -> Service:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ZeroDivisionError
        return FakeService()

    async with watching(connect) as watch:
        await watch.until(lambda: watch.state.attachment == "attached")


async def test_progress_and_the_end_of_a_run_are_followed() -> None:
    service = FakeService()
    async with watching(always(service)) as watch:
        await watch.until(lambda: service.queues)
        service.progress_to(40)
        await watch.until(lambda: watch.state.progress and watch.state.progress.done["to_books"] == 40)
        service.finish()
        await watch.until(lambda: not watch.state.running)
        assert watch.state.run is not None
        assert watch.state.run.state == "done"


async def test_a_started_run_is_shown_before_its_first_progress() -> None:
    service = FakeService()
    async with watching(always(service)) as watch:
        await watch.until(lambda: service.queues)
        service.tell(Event(kind="run", run=run("running"), generation=1))
        await watch.until(lambda: watch.state.running)


async def test_a_flood_of_news_is_told_once() -> None:
    service = FakeService()
    async with watching(always(service), gap=0.05) as watch:
        await watch.until(lambda: service.queues and watch.told)
        before = watch.told
        for done in range(500):
            service.progress_to(done)
        await watch.until(lambda: watch.state.progress and watch.state.progress.done["to_books"] == 499)
        assert watch.told - before <= 3


class EndsUnseen(FakeService):
    """Its run ends after it was asked for its status, before anybody follows its events."""

    async def events(self) -> AsyncIterator[Event]:
        self.running = None
        async for event in super().events():
            yield event


async def test_a_run_that_ends_while_we_attach_is_not_shown_for_ever() -> None:
    service = EndsUnseen()
    service.progress_to(190)
    async with watching(always(service)) as watch:
        await watch.until(lambda: watch.state.attachment == "attached" and not watch.state.running)
