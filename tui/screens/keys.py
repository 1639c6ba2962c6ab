"""What a ZSC key allows, and taking one out of use: the profile's own keys, or one that is pasted."""

from collections.abc import Awaitable, Callable, Iterable

from textual.widget import Widget

from core.model.names import SIDES, SideName
from core.service_running import KeyGiven, KeyScopes
from tui.actions import bindings
from tui.locale import word
from tui.screens.base import Base
from tui.screens.dialogs import Ask, Menu
from tui.screens.form import Ask as Entry
from tui.screens.form import Form
from tui.text import clean
from tui.widgets.page import Page
from tui.widgets.strips import Line, paragraph

Taken = Callable[[KeyGiven], Awaitable[None]]


def choose_key(screen: Base, taken: Taken) -> None:
    """Ask which key is meant; the profile's own ones need not be entered again."""
    say = screen.say
    profile = screen.state.status.profile if screen.state.status else None
    joined = {"crm": profile.crm, "books": profile.books} if profile else {}
    own = [(side, found.email) for side in SIDES if (found := joined.get(side)) is not None]
    names = [say.key_in_use.format(side=word(say, "side", side)) for side, _ in own]
    names += [say.key_other.format(side=word(say, "side", side)) for side in SIDES]

    def chosen(index: object) -> None:
        if isinstance(index, int) and index < len(own):
            side, email = own[index]
            screen.attempt(taken(KeyGiven(service=side, email=email, key="")))
        elif isinstance(index, int):
            screen.app.push_screen(KeyGivenForm(screen.mode, SIDES[index - len(own)], taken))

    screen.app.push_screen(Menu(say.which_key, names, 0), chosen)


class KeyGivenForm(Form):
    """A key that this profile may not know."""

    NAME = "key_given"

    def __init__(self, mode: str, side: SideName, taken: Taken) -> None:
        super().__init__(
            mode,
            [
                Entry("email", "form_email", side=side),
                Entry("key", "form_key", hidden=True, side=side),
                Entry("key_passphrase", "form_phrase", hidden=True, optional=True),
            ],
        )
        self.side, self.taken = side, taken

    def lines(self, cells: int) -> list[Line]:
        """Return what to enter."""
        title = self.say.key_other.format(side=word(self.say, "side", self.side))
        return [[(f" {title}", "title")], *paragraph(self.say.key_given_tells, cells - 3)]

    async def send(self, values: dict[str, str]) -> None:
        """Leave the form, and go on with the key."""
        if self.app.screen is self:
            await self.app.pop_screen()
        await self.taken(KeyGiven(service=self.side, **values))


async def check_key(screen: Base, given: KeyGiven) -> None:
    """Ask Zoho what a key allows, and show it."""
    found = await screen.service.key_scopes(given)
    screen.app.push_screen(KeyCheck(screen.mode, given, found))


async def revoke_key(screen: Base, given: KeyGiven) -> None:
    """Ask, telling what stops, and take a key out of use."""
    say, status = screen.say, screen.state.status
    set_up = sum(each.setup is not None for each in status.modules) if status else 0
    more = say.ask_revoke_other if given.key else say.ask_revoke_own.format(modules=set_up)

    async def revoke() -> None:
        known = await screen.service.revoke_key(given)
        screen.kk.flash(say.key_revoked if known else say.key_unknown, bad=not known)

    def answered(yes: object) -> None:
        if yes:
            screen.attempt(revoke())

    question = say.ask_revoke.format(side=word(say, "side", given.service), email=clean(given.email))
    screen.app.push_screen(Ask(question, [more]), answered)


class KeyCheck(Base):
    """What a key allows."""

    NAME = "key_check"
    BINDINGS = bindings("key_check")

    def __init__(self, mode: str, given: KeyGiven, found: KeyScopes) -> None:
        super().__init__(mode)
        self.given, self.found = given, found
        self.page = Page(self.lines)

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show what was found."""
        self.page.redraw()

    def lines(self, cells: int) -> list[Line]:
        """Return what is missing first, then what is allowed."""
        say, found = self.say, self.found
        side = word(say, "side", self.given.service)
        title = say.key_check_title.format(side=side, email=clean(self.given.email))
        lines: list[Line] = [[(f" {title}", "title")], ()]
        if not found.held:
            return [*lines, *paragraph(say.key_not_told, cells - 3)]
        if not found.missing and not found.lacking:
            lines += [*paragraph(say.key_all, cells - 3, role="ok"), ()]
        for head, scopes, bad in ((say.key_missing, found.missing, True), (say.key_lacking, found.lacking, False)):
            if scopes:
                lines += [[(f" {head}", "title")]]
                lines += paragraph(clean(", ".join(scopes)), cells - 5, role="bad" if bad else "warn", indent=3)
                lines += [()]
        if found.missing or found.lacking:
            lines += [*paragraph(say.key_remedy, cells - 3, role="strong"), ()]
        lines += [[(f" {say.key_held}", "title")]]
        return [*lines, *paragraph(clean(", ".join(found.held)), cells - 5, indent=3)]
