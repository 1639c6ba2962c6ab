"""Progress as it is told: coalesced to a few events a second, the last one never missed."""

from collections import deque

from msgspec import structs

from core.engine.ports import Clock, Emit, Side
from core.model.names import SideName
from core.model.run import Phase, Progress, Run

PAUSE = 0.25
"""Seconds between two progress events."""
_WINDOW = 5.0


class Reporter:
    """Counts what is done in a run and tells of it."""

    def __init__(self, run: Run, clock: Clock, emit: Emit, sides: tuple[Side, ...]) -> None:
        self._clock, self._emit, self._sides = clock, emit, sides
        self._began = {side.name: side.calls for side in sides}
        self._told = float("-inf")
        self._marks: deque[tuple[float, int]] = deque()
        self._sum = 0
        self.progress = Progress(run_id=run.id, module=run.module, phase=run.phase)

    def phase(self, phase: Phase) -> None:
        """Begin a phase."""
        self._marks.clear()
        self.progress = structs.replace(self.progress, phase=phase, rate=0.0)
        self.tell(at_once=True)

    def count(self, counter: str, by: int = 1) -> None:
        """Add to a counter."""
        done = dict(self.progress.done)
        done[counter] = done.get(counter, 0) + by
        self._sum += by
        self.progress = structs.replace(self.progress, done=done, waiting="", wait_seconds=0.0)
        self.tell()

    def expect(self, counter: str, total: int) -> None:
        """Say where a counter will end."""
        self.progress = structs.replace(self.progress, total={**self.progress.total, counter: total})

    def waiting(self, code: str, seconds: float) -> None:
        """Say what the run waits for, and how long at most."""
        self.progress = structs.replace(self.progress, waiting=code, wait_seconds=seconds)
        self.tell(at_once=True)

    def tell(self, *, at_once: bool = False) -> None:
        """Emit where the run stands, unless the last event was a moment ago."""
        now = self._clock.monotonic()
        if not at_once and now - self._told < PAUSE:
            return
        self._told = now
        self.progress = structs.replace(self.progress, rate=self._rate(now), api_calls=self.calls())
        self._emit(self.progress)

    def calls(self) -> dict[SideName, int]:
        """Return the API calls of this run so far, per side."""
        return {side.name: side.calls - self._began[side.name] for side in self._sides}

    def _rate(self, now: float) -> float:
        self._marks.append((now, self._sum))
        while len(self._marks) > 2 and now - self._marks[0][0] > _WINDOW:
            self._marks.popleft()
        began, count = self._marks[0]
        return round((self._sum - count) / (now - began), 1) if now > began else 0.0
