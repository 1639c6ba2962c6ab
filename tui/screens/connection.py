"""Connection (9): what this profile joins, and the preflight's result, a line a check."""

from collections.abc import Iterable

from textual.widget import Widget

from core.model.checks import finding, remedy
from core.model.setup import Check, OrganisationRef
from tui.actions import bindings
from tui.locale import word
from tui.screens.base import Base
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
            lines += self._organisation(side) if side else []
        if profile is not None and not profile.connected:
            lines += paragraph(say.not_connected_yet, cells - 2, role="warn", indent=1)
        if status is not None and status.vault:
            lines.append([(f"   {say.vault_line.format(kind=clean(status.vault))}", "plain")])
        lines += [(), [(f" {say.checks_title}", "title")]]
        if self.checking:
            lines.append([(f"   {say.checks_running}", "dim")])
        for check in self.checks or ():
            lines += check_lines(self, check, cells)
        return [*lines, (), *paragraph(say.change_connection, cells - 2, role="dim", indent=1)]

    def _organisation(self, side: OrganisationRef) -> list[Line]:
        say = self.say
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

    async def do_live(self) -> None:
        """Check again."""
        self._check()
        self.page.redraw()


def check_lines(screen: Base, check: Check, cells: int) -> list[Line]:
    """Return one check: state, what was found, and what to do about it."""
    lang = screen.kk.lang
    head = f"{symbol_of(check.state)} {word(screen.say, 'state', check.state)}"
    found = wrap(finding(check, lang), cells - 18)
    first: Line = [(f"   {fit(head, 12)} ", role_of(check.state)), (found[0], "plain")]
    rest: list[Line] = [[(" " * 16 + part, "plain")] for part in found[1:]]
    told = remedy(check, lang)
    return [first, *rest, *(paragraph(told, cells - 18, role="warn", indent=16) if told else [])]
