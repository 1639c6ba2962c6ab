"""The screen's application: modes, language, news, and the deeds that belong to no single screen."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.driver import Driver
from textual.events import Event, Key, Resize
from textual.screen import Screen

from core.model.names import ModuleName
from core.model.text import Lang
from core.service import ModuleStatus, Row, Service, SyncRequest
from core.service_records import FetchRequest, RecordRef
from tui.frames import Frames, SparseUpdate
from tui.host import Refusal
from tui.locale import STRINGS, guess, word
from tui.locale.en import English
from tui.screens.base import Base
from tui.screens.overview import Overview
from tui.session import GAP, Connect, Session
from tui.state import State
from tui.terminal import TerminalDriver
from tui.theme import TEXTUAL_THEME

if TYPE_CHECKING:
    from tui.screens.setup_steps import Step

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


class KakehashiApp(App[int], inherit_bindings=False):
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
    ) -> None:
        super().__init__(driver_class=TerminalDriver, ansi_color=True)
        self.lang: Lang = lang or guess()
        self.state = State(profile=profile, read_only=read_only)
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

    # life

    def on_ready(self) -> None:
        """Attach, now that the first frame is on its way."""
        self.run_worker(self.session.run(), exit_on_error=True)

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

    def _fatal_error(self) -> None:
        """End without Textual's report: it prints the values of all variables. ``tui.main`` passes the error on."""
        self._close_messages_no_wait()

    @property
    def crash(self) -> Exception | None:
        """What ended the screen, if it was an error."""
        return self._exception

    async def on_event(self, event: Event) -> None:
        """Let a key take the last news away, and a new size the memory of what is shown."""
        if isinstance(event, Key) and not event.is_forwarded:
            self._last_key = event.key
            self.flash("")
            if await self._do_key(event.key):
                return
        elif isinstance(event, Resize):
            self.frames.forget()
        await super().on_event(event)

    async def _do_key(self, key: str) -> bool:
        """Do what a key is bound to, here and now, so that keys typed ahead find the screen that the one before opened.

        Textual sends a key through the focused widget's queue first; there the next one overtakes it.
        """
        screen = self.screen
        if isinstance(screen, Base):
            screen.take_focus()
        if self.focused is not None and self.focused.check_consume_key("a", "a"):
            # Text is being typed: everything has to stay in the order of that queue.
            return False
        return await self._check_bindings(key)

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

    # deeds that belong everywhere

    async def action_do(self, name: str) -> None:
        """Do an action on the current screen."""
        screen = self.screen
        if isinstance(screen, Base):
            await screen.action_do(name)

    async def go_mode(self, mode: str) -> None:
        """Show a mode."""
        if mode == self.current_mode and len(self.screen_stack) > 1:
            # Pressed again inside a mode: back to where it begins.
            while len(self.screen_stack) > 1:
                await self.pop_screen()
            return
        await self.switch_mode(mode)

    async def action_back(self) -> None:
        """Leave a page for the one below, a mode for the Overview, the Overview for the shell (only by ``q``)."""
        if len(self.screen_stack) > 1:
            await self.pop_screen()
        elif self.current_mode != "overview":
            await self.switch_mode("overview")
        elif self._last_key == "escape":
            self.flash(self.say.no_back)
        else:
            self.exit(0)

    async def do_back(self) -> None:
        """Go back."""
        await self.action_back()

    async def do_quit(self) -> None:
        """Leave; a running sync goes on in the agent."""
        self.exit(0)

    async def do_language(self) -> None:
        """Switch between English and Japanese, at once."""
        self.lang = "en" if self.lang == "ja" else "ja"
        for screen in self.screen_stack:
            redraw = getattr(screen, "redraw", None)
            if redraw is not None:
                redraw()

    async def do_redraw(self) -> None:
        """Draw the screen anew."""
        self.frames.forget()
        self.screen.refresh()

    async def do_help(self) -> None:
        """Show the keys."""
        from tui.screens.help import Help  # noqa: PLC0415

        screen = self.screen
        if isinstance(screen, Base) and not isinstance(screen, Help):
            await self.push_screen(Help(screen.mode, screen.NAME))

    async def do_jump(self) -> None:
        """Show every place under a letter."""
        from tui.screens.jump import Jump  # noqa: PLC0415

        screen = self.screen

        def chosen(action: object) -> None:
            if isinstance(action, str) and isinstance(screen, Base):
                screen.call_later(screen.action_do, action)

        await self.push_screen(Jump(), chosen)

    async def do_palette(self) -> None:
        """Find a command by name."""
        from tui.screens.palette import Palette  # noqa: PLC0415

        screen = self.screen
        if isinstance(screen, Base):
            await self.push_screen(Palette(screen.mode, screen))

    async def do_track(self) -> None:
        """Show the progress of the running sync, or how the last one ended."""
        from tui.screens.progress import ProgressScreen  # noqa: PLC0415

        screen = self.screen
        if isinstance(screen, Base) and not isinstance(screen, ProgressScreen):
            await self.push_screen(ProgressScreen(screen.mode))

    async def do_sync(self) -> None:
        """Start a sync of the screen's module and watch it; one that the valve stopped is confirmed first."""
        from tui.screens.dialogs import Ask  # noqa: PLC0415

        screen = cast(Base, self.screen)
        name = screen.module_here
        module = self.configured(name)
        if module.state != "needs_confirmation" or module.last_run is None:
            await self.start_sync(name, confirm=False)
            return
        from tui.screens.attention import valve_text  # noqa: PLC0415

        more = [valve_text(screen, trip) for trip in module.last_run.valve]

        def answered(yes: object) -> None:
            if yes:
                screen.attempt(self.start_sync(name, confirm=True))

        await self.push_screen(Ask(self.say.ask_confirm, more), answered)

    def configured(self, name: ModuleName) -> ModuleStatus:
        """Return a module's status. Raises ``Refusal`` for one that is not configured."""
        module = self.state.module(name)
        if module is None or module.setup is None:
            what = word(self.say, "module", name)
            known = module is not None and module.state != "unavailable"
            raise Refusal((self.say.module_unset if known else self.say.not_there_yet).format(what=what))
        return module

    async def start_sync(self, module: ModuleName, *, confirm: bool) -> None:
        """Start a sync of a module and show its progress."""
        service = cast(Base, self.screen).service
        self.state.run = await service.sync(SyncRequest(module=module, confirm=confirm))
        await self.show_run()

    async def show_run(self) -> None:
        """Show the progress of the run that was started just now."""
        self.session.refresh()
        await self.do_track()

    async def fetch(self, module: ModuleName, records: list[Row]) -> None:
        """Start a run of these records alone, and show its progress."""
        refs = [RecordRef("crm", each.crm_id) if each.crm_id else RecordRef("books", each.books_id) for each in records]
        service = cast(Base, self.screen).service
        self.state.run = await service.fetch(FetchRequest(module=module, records=tuple(refs)))
        await self.show_run()

    async def release(self, module: ModuleName, record: Row) -> None:
        """Let an ignored record take part again. Raises ``Refusal`` for one that is not ignored."""
        if record.state != "ignored":
            raise Refusal(self.say.not_ignored)
        await cast(Base, self.screen).service.release(module, record.crm_id or record.books_id)
        self.flash(self.say.released)
        self.session.refresh()

    async def do_preview(self) -> None:
        """Show the plan of the next run of the screen's module."""
        from tui.screens.preview import Preview  # noqa: PLC0415

        screen = cast(Base, self.screen)
        self.configured(screen.module_here)
        await self.push_screen(Preview(screen.mode, screen.module_here))

    async def news_of_settings(self) -> None:
        """Ask for the status now: settings were stored here."""
        self.state.status = await cast(Base, self.screen).service.status()
        self.session.refresh()

    async def do_configure(self) -> None:
        """Set up the screen's module (B21)."""
        await self._set_up("shape")

    async def do_unlock(self) -> None:
        """Open the vault of a locked agent."""
        from tui.screens.dialogs import Enter  # noqa: PLC0415

        screen = cast(Base, self.screen)

        def typed(passphrase: object) -> None:
            if isinstance(passphrase, str) and passphrase:
                screen.attempt(self._unlock(screen.service, passphrase))

        await self.push_screen(Enter(self.say.unlock_title, self.say.unlock_tells, hidden=True), typed)

    async def _unlock(self, service: Service, passphrase: str) -> None:
        await service.unlock(passphrase)
        await self.news_of_settings()
        self.flash(self.say.unlocked)

    async def do_map(self) -> None:
        """Set up the fields of the screen's module."""
        await self._set_up("mapping")

    async def _set_up(self, step: "Step") -> None:
        from tui.screens.setup import SetupScreen  # noqa: PLC0415
        from tui.screens.setup_steps import modules_with_setup  # noqa: PLC0415

        screen = cast(Base, self.screen)
        if screen.module_here not in modules_with_setup():
            raise Refusal(self.say.not_there_yet.format(what=word(self.say, "module", screen.module_here)))
        await self.push_screen(SetupScreen(screen.mode, screen.module_here, step))

    async def _retry(self, service: Service, module: ModuleName) -> None:
        try:
            self.state.run = await service.sync(SyncRequest(module=module, retry=("*",)))
        except Exception as error:
            if isinstance(screen := self.screen, Base):
                screen.trouble(error)
        self.session.refresh()

    async def do_pause(self) -> None:
        """Pause, or end the pause (B84)."""
        service, status = cast(Base, self.screen).service, self.state.status
        if status is not None and status.profile is not None and status.profile.paused:
            await service.resume()
        else:
            await service.pause()
        self.session.refresh()

    async def do_open(self) -> None:
        """Open nothing: this screen has nothing to open."""
        self.flash(self.say.no_selection, bad=True)
