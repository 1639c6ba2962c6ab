"""A clock of a test's own: sleeping moves it at once, so that an hour's wait takes no time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta


class TestClock:
    __test__ = False

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def now(self) -> str:
        moment = datetime(2026, 10, 5, 3, 0, tzinfo=UTC) + timedelta(seconds=self.seconds)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)
