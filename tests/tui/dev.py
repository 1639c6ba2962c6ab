"""Open the screen on the fake service, to look at it: ``python -m tests.tui.dev [count] [--lang ja] [--read-only]``.

A sync started with ``s`` moves by itself.
"""

import argparse
import asyncio
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from tui.main import BEFORE_TEXTUAL

os.environ.update(BEFORE_TEXTUAL)

from core.model.run import Run
from core.service import SyncRequest
from tests.tui.fake import FakeService
from tui.app import KakehashiApp


class LiveService(FakeService):
    """Syncs 200 records in ten seconds."""

    async def sync(self, request: SyncRequest) -> Run:
        started = await super().sync(request)
        self.task = asyncio.create_task(self._work())
        return started

    async def _work(self) -> None:
        with suppress(asyncio.CancelledError):
            for done in range(0, 201, 10):
                await asyncio.sleep(0.5)
                self.progress_to(done, failed=done // 40)
            self.finish()

    async def cancel(self) -> None:
        self.task.cancel()
        await super().cancel()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, nargs="?", default=200)
    parser.add_argument("--lang", choices=("en", "ja"), default=None)
    parser.add_argument("--read-only", action="store_true")
    parser.add_argument("--fresh", action="store_true", help="nothing is joined yet")
    parser.add_argument("--home", type=Path, default=None)
    given = parser.parse_args()
    service = LiveService(given.count)
    if given.fresh:
        service.setups.clear()
        service.health, service.joined, service.last_run = "not_connected", False, None

    async def connect() -> FakeService:
        return service

    def now() -> datetime:
        return datetime(2026, 11, 24, 3, 30, tzinfo=UTC)

    app = KakehashiApp(connect, given.lang, "acme-jp", given.read_only, now=now, settings=given.home)
    app.run(mouse=False)
    if app.crash is not None:
        raise app.crash


if __name__ == "__main__":
    main()
