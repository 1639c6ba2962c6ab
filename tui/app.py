"""The screen's application: its modes, its news, and how keys and frames pass through."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, cast

from textual import on
from textual._compositor import CompositorUpdate
from textual.driver import Driver
from textual.screen import Screen

from core.model.names import ModuleName
from core.model.text import Lang
from core.service import Service
from tui.deeds import Deeds
from tui.frames import Frames, SparseUpdate
from tui.keyboard import Keyboard
from tui.locale import STRINGS, guess
from tui.locale.en import English
from tui.screens.base import Base
from tui.screens.overview import Overview
from tui.session import GAP, Connect, Session
from tui.state import State
from tui.switching import ConnectTo
from tui.terminal import TerminalDriver
from tui.theme import TEXTUAL_THEME, use, used
from tui.widgets.footer import Footer

LAZY = {
    "customers": ("tui.screens.lists", "Customers"),
    "vendors": ("tui.screens.lists", "Vendors"),
    "items": ("tui.screens.lists", "Items"),
    "documents": ("tui.screens.documents", "Documents"),
    "deals": ("tui.screens.deals", "Deals"),
    "history": ("tui.screens.history", "History"),
    "attention": ("tui.screens.attention", "Attention"),
    "connection": ("tui.screens.connection", "Connection"),
}
"""Imported when first shown: the first paint waits for nothing that it does not show."""


def _lazy(module: str, name: str) -> Callable[[], Screen[Any]]:
    def make() -> Screen[Any]:
        return cast(Screen[Any], getattr(import_module(module), name)())

    return make


class KakehashiApp(Keyboard, Deeds, inherit_bindings=False):
    """See the module's docstring. ``connect`` finds the agent; it is called after the first paint."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, Any]] = {"overview": Overview, **{mode: _lazy(*place) for mode, place in LAZY.items()}}
    DEFAULT_MODE: ClassVar[str] = "overview"

    def __init__(
        self,
        connect: Connect,
        lang: Lang | None = None,
        profile: str = "default",
        read_only: bool = False,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        gap: float = GAP,
        connect_to: ConnectTo | None = None,
        settings: Path | None = None,
    ) -> None:
        super().__init__(driver_class=TerminalDriver, ansi_color=True)
        self.lang: Lang = lang or guess()
        self.state = State(profile=profile, read_only=read_only)
        self.gap, self.connect_to, self.settings = gap, connect_to, settings
        self.session = Session(connect, self.state, self.on_news, gap=gap)
        self.frames = Frames()
        self.now: Callable[[], datetime] = now
        self._news = ("", False)
        self.retries: list[ModuleName] = []
        """Modules whose failures are still to be tried again."""
        self._was_lost = False
        self._led = False
        self._last_key = ""
        self.theme = TEXTUAL_THEME
        use(used())

    # what its parts ask of it (tui.host)

    @property
    def say(self) -> English:
        """The words of the current language."""
        return STRINGS[self.lang]

    @property
    def service(self) -> Service | None:
        """The agent's service while attached."""
        return self.session.service

    @property
    def news(self) -> tuple[str, bool]:
        """The flash line."""
        return self._news

    def flash(self, text: str, *, bad: bool = False) -> None:
        """Show one line of news until the next key."""
        if (text, bad) != self._news:
            self._news = (text, bad)
            for part in self.screen.query("Flash"):
                part.refresh()
            for footer in self.screen.query(Footer):
                footer.fit_news()

    # life

    def on_ready(self) -> None:
        """Attach, now that the first frame is on its way."""
        self.attach()

    @on(Driver.SignalResume)
    async def draw_again(self) -> None:
        """Draw everything: while the program was suspended, the terminal showed something else."""
        await self.do_redraw()

    def on_news(self) -> None:
        """Draw what has changed: called by the session, at most twice a second."""
        if not self.is_running:
            return
        lost = self.state.attachment == "lost"
        if self._was_lost and not lost:
            self.flash(self.say.back_again)
        self._was_lost = lost
        if not self._led and self.state.status is not None:
            self._led = True
            if self.state.status.health == "not_connected" and len(self.screen_stack) == 1:
                # A first start leads through the connection.
                self.call_later(self.go_mode, "connection")
        if self.retries and not self.state.running and self.service is not None:
            # One run at a time: the next module's failures once the run before has ended.
            self.run_worker(self._retry(self.service, self.retries.pop(0)), exit_on_error=False)
        if isinstance(screen := self.screen, Base):
            screen.redraw()
            screen.arrived()

    def forget(self) -> None:
        """Forget what was known of the profile before."""
        self.retries.clear()
        self._was_lost = self._led = False

    def _fatal_error(self) -> None:
        """End without Textual's report: it prints the values of all variables. ``tui.main`` passes the error on."""
        self._close_messages_no_wait()

    @property
    def crash(self) -> Exception | None:
        """What ended the screen, if it was an error."""
        return self._exception

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Send a frame: only what is new in it, and then ask the terminal to say when it is shown."""
        driver = self._driver
        ours = isinstance(driver, TerminalDriver) and isinstance(renderable, CompositorUpdate)
        if not ours or self._batch_count or not self._running or self._closed or self.is_headless:
            super()._display(screen, renderable)
            return
        assert isinstance(driver, TerminalDriver)
        sparse: Any = self.frames.sparse(renderable, self.console)
        same_place = self.cursor_position == self._previous_cursor_position
        if isinstance(sparse, SparseUpdate) and not sparse.text and same_place:
            self.post_display_hook()
            return
        super()._display(screen, sparse)
        driver.end_frame()

    def may_paint(self) -> bool:
        """Return whether the line has room for a frame (``tui.pacing``)."""
        driver = self._driver
        return not isinstance(driver, TerminalDriver) or driver.may_paint()
