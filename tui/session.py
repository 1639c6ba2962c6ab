"""The attachment to the agent: connects, follows its events, and connects again when it goes.

News reaches the screen at once when it has been quiet, and then at most once per ``gap`` (ui.md: twice a second), with
everything that came meanwhile folded together.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from core.model.problems import Problem
from core.model.run import Progress
from core.service import Event, Service
from tui.state import State

Connect = Callable[[], Awaitable[Service]]

GAP = 0.5
RETRY = (0.25, 0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts to attach; the last one repeats."""


class Session:
    """Fills a ``State`` and calls ``changed`` whenever it is worth drawing anew."""

    def __init__(
        self,
        connect: Connect,
        state: State,
        changed: Callable[[], None],
        *,
        gap: float = GAP,
        retry: tuple[float, ...] = RETRY,
    ) -> None:
        self.service: Service | None = None
        self._connect, self._state, self._changed = connect, state, changed
        self._gap, self._retry = gap, retry
        self._news = asyncio.Event()
        self._stale = False
        self._attempt = 0
        self._taken = 0
        self._unsure = False
        """The run that was going on when we attached can have ended before we heard of anything."""

    async def run(self) -> None:
        """Attach, follow and reattach until cancelled."""
        pump = asyncio.create_task(self._pump())
        try:
            while True:
                await self._once()
                self._lose()
                await asyncio.sleep(self._retry[min(self._attempt, len(self._retry) - 1)])
                self._attempt += 1
        finally:
            pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pump
            await self._close()

    def refresh(self) -> None:
        """Ask for the status again, with the next news."""
        self._stale = True
        self._news.set()

    async def _once(self) -> None:
        """Be attached for as long as it lasts."""
        try:
            service = await self._connect()
            self.service = service
            status = await service.status()
            self._state.status, self._state.progress = status, status.running
            self._state.attachment, self._state.problem = "attached", None
            self._attempt, self._unsure = 0, True
            self._news.set()
            async for event in service.events():
                if event.kind == "closing":
                    return
                self._take(event)
        except Problem as problem:
            self._state.problem = problem
        except Exception as error:  # A screen outlives whatever its line does.
            self._state.problem = Problem("unexpected", what=type(error).__name__, log="-")
        finally:
            await self._close()

    async def _close(self) -> None:
        service, self.service = self.service, None
        close = getattr(service, "close", None)
        if close is not None:
            with contextlib.suppress(Exception):
                await close()

    def _lose(self) -> None:
        if self._state.attachment == "attached":
            self._state.attachment = "lost"
        self._news.set()

    def _take(self, event: Event) -> None:
        state = self._state
        self._taken += 1
        state.generation = max(state.generation, event.generation)
        if event.kind == "progress":
            if event.progress is None or event.progress.phase != "done":
                state.progress = event.progress
        elif event.kind == "run" and event.run is not None:
            state.run = event.run
            started = event.run.state == "running"
            blank = Progress(run_id=event.run.id, module=event.run.module, phase=event.run.phase)
            state.progress = blank if started else None
            self._stale = True
        else:
            self._stale = True
        self._news.set()

    async def _pump(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            if self._stale and self.service is not None:
                self._stale = False
                await self._reload(self.service)
            self._changed()
            await asyncio.sleep(self._gap)
            if self._state.status is not None and self._state.status.health == "loading":
                self.refresh()

    async def _reload(self, service: Service) -> None:
        taken = self._taken
        try:
            status = self._state.status = await service.status()
        except Exception:
            # The event stream ends for the same cause, and that is where losing the agent is handled.
            self._stale = True
            return
        if self._unsure and taken == self._taken:
            self._unsure = False
            if status.running is None and status.health != "running":
                self._state.progress = None
