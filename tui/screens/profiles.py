"""The profiles of this home: show another one, or join another Books organisation to the CRM (B18, B106, E3)."""

import re
from collections.abc import Iterable

from textual.widget import Widget

from core.service_profiles import ProfileCard
from tui.actions import bindings
from tui.host import Refusal
from tui.screens.base import Base
from tui.screens.dialogs import Enter
from tui.text import clean
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, Heading, Title, row
from tui.widgets.window import Window

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What can name a profile: it names a folder."""


async def add_books(screen: Base) -> None:
    """Ask for a name, and show a new profile of it, which begins with its connection."""
    say = screen.say
    taken = {each.name for each in await screen.service.profiles()}
    if not screen.kk.can_switch:
        raise Refusal(say.add_read_only)

    def typed(text: object) -> None:
        if not isinstance(text, str) or not (name := text.strip()):
            return
        if not NAME.fullmatch(name):
            screen.kk.flash(say.add_bad_name.format(name=clean(name)), bad=True)
        elif name in taken:
            screen.kk.flash(say.add_taken.format(name=name), bad=True)
        else:
            screen.attempt(screen.kk.switch_profile(name))

    screen.app.push_screen(Enter(say.add_title, say.add_tells), typed)


class Profiles(Base):
    """See the module's docstring."""

    NAME = "profiles"
    BINDINGS = bindings("profiles")

    def __init__(self, mode: str) -> None:
        super().__init__(mode)
        self.title_line, self.heading = Title(), Heading()
        self.list = BigList(self.row, key=lambda card: card.name)
        self.page = Page(self.details, focusable=False, classes="three")
        self.cards: list[ProfileCard] = []

    def body(self) -> Iterable[Widget]:
        """Return the list of profiles."""
        yield self.title_line
        yield self.heading
        yield self.list
        yield self.page

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [Column(say.head_profile, 20), Column(say.head_organisations), Column(say.head_note, 22)]

    def draw(self) -> None:
        """Show the profiles."""
        self.title_line.set([(f" {self.say.profiles_title}", "title")])
        self.heading.columns = self.columns()
        self.heading.refresh()
        self.list.show(Window(rows=self.cards))
        self.page.redraw()

    def row(self, card: ProfileCard, cells: int) -> Line:
        """Return a profile's line."""
        say = self.say
        joined = card.books is not None and card.crm is not None
        both = f"{card.books.name} <-> {card.crm.name}" if card.books and card.crm else say.profile_apart
        notes = [
            text
            for text, there in (
                (say.profile_here, card.here),
                (say.profile_disabled, joined and card.disabled),
                (say.profile_later, joined and card.later),
            )
            if there
        ]
        values: list[Span] = [
            (card.name, "strong" if card.here else "plain"),
            (both, "plain" if joined else "dim"),
            (", ".join(notes), "dim"),
        ]
        return row(self.columns(), values, cells)

    def details(self, cells: int) -> list[Line]:
        """Return what can be done here."""
        return [(), *paragraph(self.say.profiles_tells, cells - 3, role="dim", most=2)]

    def arrived(self) -> None:
        """Ask for the profiles."""
        if self.kk.service is not None:
            self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        try:
            self.cards = await self.service.profiles()
        except Exception as error:  # Told on the flash line; an earlier list stays.
            self.trouble(error)
        self.draw()

    async def do_open(self) -> None:
        """Show the selected profile."""
        card: ProfileCard | None = self.list.selected
        if card is None:
            raise Refusal(self.say.no_selection)
        if card.here:
            raise Refusal(self.say.profile_already)
        if not self.kk.can_switch:
            raise Refusal(self.say.add_read_only)
        self.attempt(self.kk.switch_profile(card.name))

    async def do_add_books(self) -> None:
        """Join another Books organisation."""
        await add_books(self)
