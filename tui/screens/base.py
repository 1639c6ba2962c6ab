"""What every screen is: header, body, flash line, footer; and how a key becomes a deed."""

from collections.abc import Awaitable, Iterable
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.events import Resize, ScreenResume
from textual.screen import Screen
from textual.widget import Widget

from core.model.names import ModuleName
from core.model.problems import Problem
from core.service import Service
from tui.actions import BY_ID
from tui.host import Host, Refusal
from tui.locale.en import English
from tui.state import State
from tui.text import wrap
from tui.widgets.biglist import BigList
from tui.widgets.footer import Flash, Footer
from tui.widgets.header import Header
from tui.widgets.line import Lines
from tui.widgets.page import Page
from tui.widgets.room import LOW, LOWEST, NARROW
from tui.widgets.strips import Line

LEAST = (20, 5)
"""The smallest usable terminal, in columns and rows."""


class TooSmall(Lines):
    """Stands in for a screen that has no room."""

    def lines(self, cells: int) -> list[Line]:
        """Say how much room there is and how much it takes."""
        size = self.app.size
        text = cast(Host, self.app).say.too_small.format(
            columns=size.width, rows=size.height, need_columns=LEAST[0], need_rows=LEAST[1]
        )
        return [[(part, "warn")] for part in wrap(text, cells)]


class Base(Screen[None], inherit_bindings=False):
    """See the module's docstring. ``NAME`` is the screen's name in the table of actions."""

    NAME: ClassVar[str] = ""
    AUTO_FOCUS = "BigList, Page"

    def __init__(self, mode: str = "") -> None:
        super().__init__()
        self.mode = mode or self.NAME
        self.footer = Footer(self.NAME)

    # what it draws from

    @property
    def kk(self) -> Host:
        """The application."""
        return cast(Host, self.app)

    @property
    def say(self) -> English:
        """The words of the current language."""
        return self.kk.say

    @property
    def state(self) -> State:
        """What is known."""
        return self.kk.state

    @property
    def service(self) -> Service:
        """The agent's service. Raises ``Problem`` while not attached."""
        service = self.kk.service
        if service is None:
            raise Problem("agent_unreachable", profile=self.state.profile, log="-")
        return service

    @property
    def module_here(self) -> ModuleName:
        """The module that sync, preview and setup mean on this screen."""
        return self.state.module_now

    # layout

    def compose(self) -> ComposeResult:
        """Put the parts together."""
        yield Header(self.mode)
        yield from self.body()
        yield Flash()
        yield self.footer
        yield TooSmall()

    def body(self) -> Iterable[Widget]:
        """Return the widgets between header and flash line."""
        return ()

    def draw(self) -> None:
        """Show what is known now, in the current language."""

    def arrived(self) -> None:
        """Do what entering this screen asks for: called when it is shown, and when news came while it is shown."""

    def redraw(self) -> None:
        """Draw everything anew."""
        if self.is_mounted:
            for part in self.query(Lines):
                part.refresh()
            self.draw()

    def on_screen_resume(self, _event: ScreenResume) -> None:
        """Show what happened meanwhile."""
        self._measure()
        self.redraw()
        self.arrived()

    def on_resize(self, _event: Resize) -> None:
        """Say so when there is no room."""
        self._measure()

    def take_focus(self) -> None:
        """Give the keys to the screen's list or page if nothing has them yet."""
        if self.focused is None:
            for part in self.query(self.AUTO_FOCUS):
                if part.focusable:
                    self.set_focus(part)
                    return

    def _measure(self) -> None:
        """Give what matters the room there is: the list, the state, one line of keys (``app.tcss`` hides the rest)."""
        size = self.app.size
        self.set_class(size.width < LEAST[0] or size.height < LEAST[1], "-small")
        self.set_class(size.width < NARROW, "-narrow")
        self.set_class(size.height < LOW, "-low")
        self.set_class(size.height < LOWEST, "-lowest")
        self.set_class(bool(self.query("BigList, Prompt")), "-listed")
        self.footer.fit_news()
        self.measured()

    def measured(self) -> None:
        """Arrange what takes more than style sheets know to fit the terminal: called at every size."""

    def on_big_list_beyond(self, event: BigList.Beyond) -> None:
        """Scroll the page below a list that has come to its end."""
        for page in self.query(Page):
            if event.down:
                page.action_move_page_down()
            else:
                page.action_move_page_up()

    def on_big_list_troubled(self, event: BigList.Troubled) -> None:
        """Say why rows are missing."""
        self.trouble(event.error)

    def _on_timer_update(self) -> None:
        """Paint, unless the line is still busy with the frame before: then the next tick asks again."""
        if self.kk.may_paint():
            super()._on_timer_update()

    # deeds

    def trouble(self, error: Exception) -> None:
        """Tell what went wrong, and what to do."""
        if not isinstance(error, Problem):
            error = Problem("unexpected", what=type(error).__name__, log="-")
        lang = self.kk.lang
        self.kk.flash(f"{error.message(lang)} {error.remedy(lang)}", bad=True)

    def attempt(self, work: Awaitable[object]) -> None:
        """Do something in the background, and tell what goes wrong."""

        async def tried() -> None:
            try:
                await work
            except Refusal as refusal:
                self.kk.flash(str(refusal), bad=True)
            except Exception as error:
                self.trouble(error)
            finally:
                self.kk.let_keys_go()

        self.kk.hold_keys()

        # On the application: the work may end with this screen leaving, which waits for its own workers.
        self.app.run_worker(tried(), exit_on_error=False)

    def copy(self, text: str) -> None:
        """Put an id into the clipboard of the terminal in front of the user (OSC 52, so also over SSH)."""
        if text:
            self.app.copy_to_clipboard(text)
            self.kk.flash(self.say.copied.format(what=text))
        else:
            self.kk.flash(self.say.nothing_to_copy, bad=True)

    async def action_do(self, name: str) -> None:
        """Do an action of the table, or say why it cannot be done now."""
        action = BY_ID[name]
        why = "no_writing" if action.writes and self.state.read_only else action.why_not(self.state)
        if why:
            self.kk.flash(str(getattr(self.say, why)), bad=True)
            return
        self.kk.flash("")
        mode = name.removeprefix("mode_")
        try:
            if mode != name:
                await self.kk.go_mode(mode)
            else:
                await (getattr(self, f"do_{name}", None) or getattr(self.app, f"do_{name}"))()
        except Refusal as refusal:
            self.kk.flash(str(refusal), bad=True)
        except Problem as problem:
            self.trouble(problem)
