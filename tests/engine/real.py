"""The machine's clock, for tests over the real wire."""

import asyncio
import time
from datetime import UTC, datetime


class RealClock:
    """``core.engine.ports.Clock``."""

    def now(self) -> str:
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
