"""Drives the application without a terminal: keys in, the drawn screen out as text."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from textual.pilot import Pilot

from core.model.text import Lang
from core.service import Service
from tests.tui.fake import FakeService
from tui.app import KakehashiApp

NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
PATIENCE = 5.0


class TestApp(KakehashiApp):
    """Tells when a frame was drawn."""

    __test__ = False
    copied = ""

    def post_display_hook(self) -> None:
        self.drawn.set()

    @property
    def drawn(self) -> asyncio.Event:
        event: asyncio.Event = self.__dict__.setdefault("_drawn_event", asyncio.Event())
        return event

    def copy_to_clipboard(self, text: str) -> None:
        self.copied = text


class Shown:
    """The application on a screen."""

    def __init__(self, app: TestApp, pilot: Pilot[int], service: FakeService | None = None) -> None:
        self.app, self.pilot, self.service = app, pilot, service or FakeService()

    def lines(self) -> list[str]:
        """The drawn lines; a wide character's second cell is not in them."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines())

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def until(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait for frames until the condition holds."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not condition():
            if self.app.crash is not None:
                raise self.app.crash
            self.app.drawn.clear()
            left = deadline - asyncio.get_running_loop().time()
            try:
                # A state can also change without a frame: look again soon.
                await asyncio.wait_for(self.app.drawn.wait(), min(0.05, max(left, 0)))
            except TimeoutError:
                assert left > 0, f"never came; the screen shows\n{self.text}"

    async def sees(self, *texts: str, seconds: float = PATIENCE) -> str:
        await self.until(lambda: all(text in self.text for text in texts), seconds)
        return self.text

    async def sees_not(self, text: str) -> str:
        await self.until(lambda: text not in self.text)
        return self.text


@asynccontextmanager
async def shown(
    service: FakeService | None = None,
    *,
    lang: Lang = "en",
    size: tuple[int, int] = (80, 24),
    read_only: bool = False,
    ready: bool = True,
) -> AsyncIterator[Shown]:
    """Show the screen on a fake service, attached unless ``ready`` is False."""
    service = service or FakeService()

    async def connect() -> Service:
        return service

    app = TestApp(connect, lang, "acme-jp", read_only, now=lambda: NOW, gap=0)
    async with app.run_test(size=size) as pilot:
        screen = Shown(app, pilot, service)
        if ready:
            await screen.until(lambda: app.state.attachment == "attached" and app.say.connecting not in screen.text)
        yield screen
