"""Connect both sides: e-mail and ZSC key of each, what was found and what is shared, and then the confirmation."""

from collections.abc import Iterable

import msgspec
from textual.widget import Widget

from core.model.problems import Problem
from core.service import ConnectRequest, Joined, JoinRequest
from tui.actions import bindings
from tui.host import Refusal
from tui.screens.base import Base
from tui.screens.dialogs import Enter
from tui.screens.form import Ask, Form
from tui.screens.organisations import by_urgency, check_lines, organisation_lines
from tui.state import State
from tui.widgets.page import Page
from tui.widgets.strips import Line, paragraph

Made = dict[str, tuple[str, str]]
"""E-mail and ZSC key by side, of keys that were made on this screen just now."""


def lines_of(made: Made, state: State) -> list[Ask]:
    """Return the form's lines: e-mail, key and organisation of both sides, with what is known already."""
    profile = state.status.profile if state.status else None
    asks: list[Ask] = []
    for side, joined in (("crm", profile.crm if profile else None), ("books", profile.books if profile else None)):
        known = joined.email if joined else state.crm_email if side == "crm" else ""
        email, key = made.get(side, (known, ""))
        organisation = joined.organization_id if joined else ""
        asks += [
            Ask(f"{side}_email", "form_email", email, side=side),
            Ask(f"{side}_key", "form_key", key, hidden=True, side=side),
            Ask(f"{side}_organisation", "form_organisation", organisation, optional=True, side=side),
        ]
    return asks


class Connect(Form):
    """The form."""

    NAME = "connect"

    def __init__(self, mode: str, made: Made, state: State) -> None:
        super().__init__(mode, lines_of(made, state))
        self.passphrase = ""

    def lines(self, cells: int) -> list[Line]:
        """Return what to enter."""
        lines: list[Line] = [[(f" {self.say.connect_title}", "title")]]
        for text in (self.say.connect_tells, self.say.connect_owner, self.say.connect_bearer):
            lines += paragraph(text, cells - 3)
        return lines

    async def send(self, values: dict[str, str]) -> None:
        """Check both keys, and show what was found. Nothing is stored by this."""
        profile = self.state.status.profile if self.state.status else None
        sides = {
            side: ConnectRequest(
                email=values[f"{side}_email"],
                key=values[f"{side}_key"],
                organization_id=values[f"{side}_organisation"],
                key_passphrase=self.passphrase,
            )
            for side in ("crm", "books")
        }
        request = JoinRequest(crm=sides["crm"], books=sides["books"])
        if profile is not None and profile.sandbox:
            request = msgspec.structs.replace(request, sandbox=True, limits=profile.limits)
        self.kk.flash(self.say.connect_checking)
        try:
            found = await self.service.examine(request)
        except Problem as problem:
            if problem.code != "key_passphrase" or self.passphrase:
                self.passphrase = ""
                raise
            self.app.push_screen(Enter(self.say.form_phrase, self.say.connect_phrase, hidden=True), self._again)
            return
        self.kk.flash("")
        self.app.push_screen(Review(self.mode, request, found))

    def _again(self, passphrase: object) -> None:
        if isinstance(passphrase, str) and passphrase:
            self.passphrase = passphrase
            self.attempt(self.send(self.values()))


class Review(Base):
    """What was found, what will be shared (B8, B9), and the confirmation."""

    NAME = "review"
    BINDINGS = bindings("review")

    def __init__(self, mode: str, request: JoinRequest, found: Joined) -> None:
        super().__init__(mode)
        self.request, self.found = request, found
        self.page = Page(self.lines)

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show what was found."""
        self.page.redraw()

    def lines(self, cells: int) -> list[Line]:
        """Return organisations, checks, and what is shared."""
        say, found = self.say, self.found
        lines: list[Line] = [[(f" {say.review_title}", "title")]]
        for side in (found.books, found.crm):
            lines += organisation_lines(self, side)
        lines += [(), [(f" {say.checks_title}", "title")]]
        for check in by_urgency(found.checks):
            lines += check_lines(self, check, cells)
        lines += [(), [(f" {say.review_shared}", "title")]]
        lines += paragraph(say.review_shares, cells - 5, indent=3)
        text, role = (say.review_confirm, "strong") if found.done else (say.review_stops, "bad")
        return [*lines, (), *paragraph(text, cells - 3, role=role)]  # type: ignore[arg-type]

    async def do_open(self) -> None:
        """Join the organisations."""
        if not self.found.done:
            raise Refusal(self.say.review_stops)
        await self._join()

    async def _join(self) -> None:
        try:
            joined = await self.service.join(self.request)
        except Problem as problem:
            if problem.code != "vault_locked":
                raise
            self.app.push_screen(Enter(self.say.unlock_title, self.say.vault_new, hidden=True), self._unlocked)
            return
        if not joined.done:
            self.found = joined
            self.draw()
            raise Refusal(self.say.review_stops)
        await self.kk.news_of_settings()
        told = self.say.joined_done.format(books=joined.books.name, crm=joined.crm.name)
        while len(self.app.screen_stack) > 1 and isinstance(self.app.screen, (Review, Connect)):
            await self.app.pop_screen()
        await self.kk.go_mode("overview")
        self.kk.flash(told)

    def _unlocked(self, passphrase: object) -> None:
        if isinstance(passphrase, str) and passphrase:
            self.attempt(self._unlock(passphrase))

    async def _unlock(self, passphrase: str) -> None:
        await self.service.unlock(passphrase)
        await self._join()
