"""Connection (9): what this profile joins, and the preflight's result, a line a check."""

from collections.abc import Iterable

from textual.widget import Widget

from core.model.checks import finding, remedy
from core.model.names import SIDES, SideName
from core.model.setup import Check, OrganisationRef
from tui.actions import bindings
from tui.locale import word
from tui.screens.base import Base
from tui.screens.dialogs import Menu
from tui.text import clean, fit, wrap
from tui.theme import role_of, symbol_of
from tui.widgets.page import Page
from tui.widgets.strips import Line, paragraph


class Connection(Base):
    """See the module's docstring."""

    NAME = "connection"
    BINDINGS = bindings("connection")

    def __init__(self) -> None:
        super().__init__()
        self.page = Page(self.lines)
        self.checks: list[Check] | None = None
        self.checking = False
        self.made: dict[str, tuple[str, str]] = {}

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show what is known."""
        self.page.redraw()

    def arrived(self) -> None:
        """Check, the first time."""
        if self.kk.service is not None and self.checks is None and not self.checking:
            self._check()

    def _check(self) -> None:
        profile = self.state.status.profile if self.state.status else None
        if profile is not None and profile.connected:
            self.checking = True
            self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        try:
            self.checks = await self.service.preflight()
        except Exception as error:  # Told on the flash line; an earlier result stays.
            self.checks = self.checks or []
            self.trouble(error)
        finally:
            self.checking = False
        self.page.redraw()

    def lines(self, cells: int) -> list[Line]:
        """Return the page."""
        say, status = self.say, self.state.status
        profile = status.profile if status else None
        lines: list[Line] = [[(f" {say.joined_title}", "title")]]
        for side in (profile.books, profile.crm) if profile else ():
            lines += organisation_lines(self, side) if side else []
        if status is not None and (profile is None or not profile.connected):
            return [*lines, *self._first_start(cells)]
        if status is not None and status.vault:
            lines.append([(f"   {say.vault_line.format(kind=clean(status.vault))}", "plain")])
        lines += [(), [(f" {say.checks_title}", "title")]]
        if self.checking:
            lines.append([(f"   {say.checks_running}", "dim")])
        for check in self.checks or ():
            lines += check_lines(self, check, cells)
        return [*lines, (), *paragraph(say.change_connection, cells - 2, role="dim", indent=1)]

    def _first_start(self, cells: int) -> list[Line]:
        """Return the way from nothing to a first sync, a step a paragraph, with what is done."""
        say = self.say
        lines: list[Line] = [*paragraph(say.first_start, cells - 3, role="strong"), ()]
        for number, text in enumerate((say.first_keys, say.first_connect, say.first_setup), 1):
            lines += [*paragraph(f"{number}  {text}", cells - 5, indent=2), ()]
        for side in self.made:
            lines += paragraph(say.first_made.format(side=word(say, "side", side)), cells - 5, role="ok", indent=2)
        return lines

    async def do_live(self) -> None:
        """Check again."""
        self._check()
        self.page.redraw()

    async def do_open(self) -> None:
        """Connect, or update the credentials."""
        await self.do_connect()

    async def do_connect(self) -> None:
        """Enter e-mail and ZSC key of both sides (B12-B15, B107)."""
        from tui.screens.connect import Connect  # noqa: PLC0415

        self.app.push_screen(Connect(self.mode, self.made, self.state))

    async def do_make_key(self) -> None:
        """Make a ZSC key: for which side, in which data centre, and then step by step."""
        names = [word(self.say, "side", side) for side in SIDES]
        self.app.push_screen(Menu(self.say.key_which, names, 0), self._side_chosen)

    def _side_chosen(self, index: object) -> None:
        if isinstance(index, int):
            self.attempt(self._ask_centre(SIDES[index]))

    async def _ask_centre(self, side: SideName) -> None:
        guide = await self.service.key_guide(side)
        profile = self.state.status.profile if self.state.status else None
        joined = (profile.crm if side == "crm" else profile.books) if profile else None
        urls = [each.accounts_url for each in guide.centres]
        current = urls.index(joined.accounts_url) if joined and joined.accounts_url in urls else 0

        def chosen(index: object) -> None:
            from tui.screens.key import KeySteps  # noqa: PLC0415

            if isinstance(index, int):
                self.app.push_screen(KeySteps(self.mode, guide, guide.centres[index], self._made))

        names = [f"{each.name} ({each.accounts_url.removeprefix('https://accounts.')})" for each in guide.centres]
        self.app.push_screen(Menu(self.say.key_centre, names, current), chosen)

    def _made(self, side: str, email: str, key: str) -> None:
        self.made[side] = (email, key)


def organisation_lines(screen: Base, side: OrganisationRef) -> list[Line]:
    """Return a joined organisation."""
    say = screen.say
    head = say.organisation_line.format(name=clean(side.name), id=clean(side.organization_id))
    more = say.organisation_more.format(
        email=clean(side.email),
        edition=clean(side.edition),
        currency=clean(side.currency),
        location=clean(side.location),
    )
    return [
        [(f"   {word(say, 'side', side.side):<6}", "strong"), (f" {head}", "plain")],
        [(f"          {more.rstrip()}", "dim")],
    ]


def check_lines(screen: Base, check: Check, cells: int) -> list[Line]:
    """Return one check: state, what was found, and what to do about it."""
    lang = screen.kk.lang
    head = f"{symbol_of(check.state)} {word(screen.say, 'state', check.state)}"
    found = wrap(finding(check, lang), cells - 18)
    first: Line = [(f"   {fit(head, 12)} ", role_of(check.state)), (found[0], "plain")]
    rest: list[Line] = [[(" " * 16 + part, "plain")] for part in found[1:]]
    told = remedy(check, lang)
    return [first, *rest, *(paragraph(told, cells - 18, role="warn", indent=16) if told else [])]
