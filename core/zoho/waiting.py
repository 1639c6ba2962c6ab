"""Waiting: on an injected clock, always reported, with full jitter where many might wait for the same."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from core.engine.ports import Clock

OnWait = Callable[[str, float], None]
"""Takes a code (``rate_limit``, ``retry``, ``quota``) and seconds when a wait begins, ``("", 0.0)`` when it is over."""

ATTEMPTS = 5
BASE, MOST = 0.5, 30.0


class Waiter:
    """One side's waits."""

    def __init__(self, clock: Clock, on_wait: OnWait | None = None, seed: int | None = None) -> None:
        self.clock = clock
        self._on_wait = on_wait or _nobody
        self._dice = random.Random(seed)  # noqa: S311  # spreads retries; nothing secret hangs on it

    async def wait(self, code: str, seconds: float) -> None:
        """Sleep at least so long."""
        self._on_wait(code, seconds)
        try:
            await self.clock.sleep(seconds)
        finally:
            self._on_wait("", 0.0)

    async def back_off(self, code: str, attempt: int, least: float = 0.0) -> None:
        """Sleep a random part of an exponentially growing time, on top of what the server asked for (``least``)."""
        await self.wait(code, least + self._dice.uniform(0, min(MOST, BASE * 2**attempt)))


def seconds_of(moment: str) -> float:
    """Return an instant (``…Z``) as epoch seconds."""
    return datetime.fromisoformat(moment).timestamp()


def instant_of(seconds: float) -> str:
    """Return epoch seconds as an instant."""
    return (datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(seconds))).strftime("%Y-%m-%dT%H:%M:%SZ")


def _nobody(code: str, seconds: float) -> None:
    """Nobody watches."""
