"""Make a ZSC key, step by step (B14, B16): where to click, what to enter, and the key to pass on or to use here."""

from collections.abc import Callable, Iterable

from textual.widget import Widget

from core.model.names import SideName
from core.service import KeyRequest
from core.service_setup import DataCentreRef, KeyGuide
from tui.actions import bindings
from tui.locale import word
from tui.screens.base import Base
from tui.screens.form import Ask, Form
from tui.text import clean
from tui.widgets.page import Page
from tui.widgets.strips import Line, paragraph

Taken = Callable[[str, str, str], None]
"""Gets side, e-mail and key."""


class KeySteps(Base):
    """The steps in Zoho's own console; Enter goes on to the values."""

    NAME = "key_steps"
    BINDINGS = bindings("key_steps")

    def __init__(self, mode: str, guide: KeyGuide, centre: DataCentreRef, taken: Taken) -> None:
        super().__init__(mode)
        self.guide, self.centre, self.taken = guide, centre, taken
        self.page = Page(self.lines)

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show the steps."""
        self.page.redraw()

    def lines(self, cells: int) -> list[Line]:
        """Return the steps."""
        say = self.say
        side = word(say, "side", self.guide.service)
        lines: list[Line] = [[(f" {say.key_title.format(side=side)}", "title")], ()]
        lines += paragraph(say.key_step_1.format(console=self.centre.console_url), cells - 5, indent=2)
        lines += paragraph(say.key_step_2, cells - 5, indent=2)
        lines += paragraph(say.key_step_3, cells - 5, indent=2)
        lines += [(), *paragraph(self.guide.scopes.replace(",", ", "), cells - 8, role="key", indent=5), ()]
        lines += paragraph(say.key_step_4, cells - 5, indent=2)
        return [*lines, (), *paragraph(say.key_steps_hint, cells - 3, role="dim")]

    async def do_copy(self) -> None:
        """Copy the scopes, as the console's form takes them."""
        self.app.copy_to_clipboard(self.guide.scopes)
        self.kk.flash(self.say.scopes_copied)

    async def do_open(self) -> None:
        """Go on to the values."""
        self.app.push_screen(KeyForm(self.mode, self.guide.service, self.centre, self.taken))


class KeyForm(Form):
    """The values that the console gave."""

    NAME = "key_form"

    def __init__(self, mode: str, side: SideName, centre: DataCentreRef, taken: Taken) -> None:
        super().__init__(
            mode,
            [
                Ask("email", "form_email"),
                Ask("client_id", "form_client_id"),
                Ask("client_secret", "form_client_code", hidden=True),
                Ask("grant_code", "form_code", hidden=True),
                Ask("passphrase", "form_phrase", hidden=True, optional=True),
            ],
        )
        self.side, self.centre, self.taken = side, centre, taken

    def lines(self, cells: int) -> list[Line]:
        """Return what to enter."""
        say = self.say
        title = f"{say.key_title.format(side=word(say, 'side', self.side))} ({clean(self.centre.name)})"
        return [[(f" {title}", "title")], *paragraph(say.key_form_tells, cells - 3)]

    async def send(self, values: dict[str, str]) -> None:
        """Exchange the code for a key, and show it."""
        self.kk.flash(self.say.key_making)
        key = await self.service.make_key(
            KeyRequest(service=self.side, accounts_url=self.centre.accounts_url, **values)
        )
        self.kk.flash("")
        self.taken(self.side, values["email"], key)
        self.app.push_screen(KeyMade(self.mode, self.side, values["email"], key))


class KeyMade(Base):
    """The key, once: to pass on, or to use here."""

    NAME = "key_made"
    BINDINGS = bindings("key_made")

    def __init__(self, mode: str, side: SideName, email: str, key: str) -> None:
        super().__init__(mode)
        self.side, self.email, self.key = side, email, key
        self.page = Page(self.lines)

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show the key."""
        self.page.redraw()

    def lines(self, cells: int) -> list[Line]:
        """Return the key, and what it is."""
        say = self.say
        told = say.key_made_for.format(side=word(say, "side", self.side), email=clean(self.email))
        lines: list[Line] = [[(f" {told}", "title")], (), *paragraph(self.key, cells - 6, role="strong", indent=3), ()]
        lines += paragraph(say.key_bearer, cells - 3, role="warn")
        return [*lines, (), *paragraph(say.key_made_hint, cells - 3, role="dim")]

    async def do_copy(self) -> None:
        """Copy the key."""
        self.app.copy_to_clipboard(self.key)
        self.kk.flash(self.say.key_copied)

    async def do_open(self) -> None:
        """Go back to the connection, where the key is filled in."""
        while len(self.app.screen_stack) > 1 and isinstance(self.app.screen, (KeyMade, KeyForm, KeySteps)):
            await self.app.pop_screen()
        self.kk.flash(self.say.key_kept)
