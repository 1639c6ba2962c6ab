"""News for whoever watches: one mailbox a watcher, in which progress is coalesced."""

import asyncio
from collections.abc import AsyncIterator

from core.engine.ports import Clock
from core.model.run import Progress, Run
from core.service import Event

INTERVAL = 0.5
"""Seconds between two ``progress`` or ``changed`` events of one watcher (ui.md, Everywhere)."""


class _Mailbox:
    """What one watcher has not been told yet, in order: every run event, and the latest of each other kind."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.closing = False
        self.news, self.urgent = asyncio.Event(), asyncio.Event()

    def put(self, event: Event) -> None:
        if event.kind == "run":
            self.urgent.set()
        else:
            self.events = [each for each in self.events if each.kind != event.kind]
        self.events.append(event)
        self.news.set()

    def close(self) -> None:
        self.closing = True
        self.news.set()
        self.urgent.set()

    def take(self) -> list[Event]:
        taken, self.events = self.events, []
        if not self.closing:
            self.news.clear()
            self.urgent.clear()
        return taken


class Hub:
    """Takes news from the engine and hands it to every watcher. Nothing here waits for a slow one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._boxes: set[_Mailbox] = set()
        self._closed = False

    def run(self, run: Run, generation: int) -> None:
        """A run has started or ended."""
        self._put(Event(kind="run", run=run, generation=generation))

    def progress(self, progress: Progress, generation: int) -> None:
        """A run has moved."""
        self._put(Event(kind="progress", progress=progress, generation=generation))

    def changed(self, generation: int) -> None:
        """Lists and counts have moved."""
        self._put(Event(kind="changed", generation=generation))

    def close(self) -> None:
        """The agent goes: tell everybody, and end their streams."""
        self._closed = True
        for box in self._boxes:
            box.close()

    async def watch(self, generation: int) -> AsyncIterator[Event]:
        """Yield ``hello`` and then news, until ``close``; run events at once, the rest at most twice a second."""
        box = _Mailbox()
        if self._closed:
            box.close()
        self._boxes.add(box)
        try:
            yield Event(kind="hello", generation=generation)
            told = float("-inf")
            while not box.closing or box.events:
                await box.news.wait()
                await self._pace(box, told)
                for each in box.take():
                    yield each
                told = self._clock.monotonic()
            yield Event(kind="closing", generation=generation)
        finally:
            self._boxes.discard(box)

    def _put(self, event: Event) -> None:
        for box in self._boxes:
            box.put(event)

    async def _pace(self, box: _Mailbox, told: float) -> None:
        """Wait until the watcher may be told again, or must be."""
        left = told + INTERVAL - self._clock.monotonic()
        if left <= 0 or box.urgent.is_set():
            return
        waits = [asyncio.ensure_future(self._clock.sleep(left)), asyncio.ensure_future(box.urgent.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
