"""The machine's clock, as ``core.engine.ports.Clock``."""

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """Local time. Server times never come from here (?11)."""

    def now(self) -> str:
        """Return the instant as ``YYYY-MM-DDTHH:MM:SSZ``."""
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def monotonic(self) -> float:
        """Return seconds that never go back, for rates and waits."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
