"""Going about: modes, pages and the way back, help, palette and language; what every screen has."""

from pathlib import Path
from typing import Protocol, cast, runtime_checkable

from core.model.text import Lang
from tui import theme
from tui.frames import Frames
from tui.host import Refusal
from tui.locale import word
from tui.screens.base import Base
from tui.switching import Switching


@runtime_checkable
class Passing(Protocol):
    """A page that loses its point by itself."""

    def past(self) -> bool:
        """Return whether coming back to it would show what is over: a run that has ended, a plan of before it."""
        ...


class Going(Switching, inherit_bindings=False):
    """The part of the application that leads from screen to screen."""

    lang: Lang
    settings: Path | None = None
    """The folder that what is chosen here is remembered in; None: it is not."""
    frames: Frames
    _last_key: str = ""

    def flash(self, text: str, *, bad: bool = False) -> None:
        """Show one line of news."""
        raise NotImplementedError

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
        if mode == self.current_mode:
            self.flash(self.say.already_here)
            return
        await self.switch_mode(mode)
        while len(self.screen_stack) > 1 and isinstance(page := self.screen, Passing) and page.past():
            await self.pop_screen()

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

    async def do_theme(self) -> None:
        """Draw in the next theme, at once, and remember it."""
        if theme.colourless():
            raise Refusal(self.say.theme_no_color)
        names = list(theme.THEMES)
        name = names[(names.index(theme.used()) + 1) % len(names)]
        theme.use(name)
        self.frames.forget()
        for screen in self.screen_stack:
            for part in screen.query("*"):
                part.refresh()
        self.flash(self.say.theme_now.format(name=word(self.say, "theme", name)))
        if self.settings is not None:
            from tui.settings import remember  # noqa: PLC0415

            try:
                remember(self.settings, name)
            except OSError as error:
                raise Refusal(self.say.theme_not_kept.format(why=error.strerror or "-")) from None

    async def do_redraw(self) -> None:
        """Draw the screen anew."""
        self.frames.forget()
        self.screen.refresh()

    async def do_help(self) -> None:
        """Show the keys."""
        from tui.screens.help import Help  # noqa: PLC0415

        screen = self.screen
        if isinstance(screen, Help):
            self.flash(self.say.already_here)
        elif isinstance(screen, Base):
            await self.push_screen(Help(screen.mode, screen.NAME))

    async def do_jump(self) -> None:
        """Show every place under a letter."""
        from tui.screens.jump import Jump  # noqa: PLC0415

        screen = self.screen

        async def chosen(action: object) -> None:
            if isinstance(action, str) and isinstance(screen, Base):
                await screen.action_do(action)

        await self.push_screen(Jump(), chosen)

    async def do_palette(self) -> None:
        """Find a command by name."""
        from tui.screens.palette import Palette  # noqa: PLC0415

        screen = self.screen
        if isinstance(screen, Base) and not isinstance(screen, Palette):
            await self.push_screen(Palette(screen.mode, screen))

    async def do_track(self) -> None:
        """Show the progress of the running sync, or how the last one ended."""
        from tui.screens.progress import ProgressScreen  # noqa: PLC0415

        screen = self.screen
        if isinstance(screen, Base) and not isinstance(screen, ProgressScreen):
            await self.push_screen(ProgressScreen(screen.mode))

    async def do_profiles(self) -> None:
        """Show the profiles of this home."""
        from tui.screens.profiles import Profiles  # noqa: PLC0415

        await self.push_screen(Profiles(cast(Base, self.screen).mode))
