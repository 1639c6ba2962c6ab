"""How a document that was made or edited here gets to Books, and what becomes of it when Books does not take it."""

from msgspec.structs import replace

from core.model.documents import DocumentKind
from core.model.drafts import FREE, STATUSES, Draft
from core.model.problems import Problem
from tui.host import Refusal
from tui.locale import word
from tui.screens.base import Base
from tui.screens.dialogs import Menu
from tui.screens.document import DocumentScreen

SENT: dict[DocumentKind, str] = {"estimate": "sent", "invoice": "sent", "salesorder": "open", "purchaseorder": "open"}
"""The status of a document that has left the house (zoho-books-api §6.1)."""


class Sending(Base):
    """The part of the form that sends."""

    draft: Draft
    touched: bool
    sending: bool

    @property
    def kind(self) -> DocumentKind:
        """What is being made."""
        return self.draft.new.kind

    @property
    def sent_status(self) -> tuple[str, ...]:
        """The statuses on the way out of the house."""
        return (SENT[self.kind],)

    @property
    def needs_why(self) -> bool:
        """Whether the document has been sent, so that Books or its readers want to know why it changes."""
        return self.draft.base is not None and self.draft.base.status not in FREE

    def ways(self) -> list[tuple[str, ...]]:
        """Return the statuses that the document can be made in, each with the ones that it goes through."""
        sent = SENT[self.kind]
        return [(), (sent,), *((sent, each) for each in STATUSES[self.kind] if each != sent)]

    async def do_set_status(self) -> None:
        """Make the document in a status chosen from a menu."""
        if self.draft.base is not None:
            raise Refusal(self.say.edit_status_later)
        ways, say = self.ways(), self.say
        names = [word(say, "state_doc", way[-1] if way else "draft") for way in ways]

        def chosen(index: object) -> None:
            if isinstance(index, int):
                self.attempt(self.make(ways[index]))

        self.app.push_screen(Menu(say.status_title, names, 1), chosen)

    async def make(self, then: tuple[str, ...]) -> None:
        """Keep the draft, and let Books make the document; refused, the draft stays with the reason."""
        if not self.draft.new.party_id:
            raise Refusal(self.say.new_customer_first)
        if not self.draft.new.lines:
            raise Refusal(self.say.new_line_first)
        if self.sending:
            return
        if self.draft.moved:
            self._settle(then)
            return
        if self.needs_why and not self.draft.why:
            raise Refusal(self.say.new_why_first)
        self.sending = True
        self.draw()
        self.attempt(self._sent(then))

    def _settle(self, then: tuple[str, ...]) -> None:
        """Let the person choose whose values stay, then send."""
        say = self.say

        def chosen(index: object) -> None:
            if isinstance(index, int):
                self.attempt(self._settled(index, then))

        self.app.push_screen(Menu(say.settle_title, [say.settle_mine, say.settle_theirs], 0), chosen)

    async def _settled(self, index: int, then: tuple[str, ...]) -> None:
        self.draft = await self.service.settle_draft(self.draft.id, "theirs" if index else "mine")
        self.draw()
        await self.make(then)

    async def _sent(self, then: tuple[str, ...]) -> None:
        edited = self.draft.base is not None
        try:
            self.draft = await self.service.save_draft(replace(self.draft, then=then, reason="", problem=""))
            self.touched = False
            page = await self.service.send_draft(self.draft.id)
        except Problem:
            kept = {each.id: each for each in await self.service.drafts()}
            self.draft = kept.get(self.draft.id, self.draft)
            raise
        finally:
            self.sending = False
            self.draw()
        if edited and self.app.screen is self:
            await self.app.pop_screen()
        made = self.app.screen if edited else DocumentScreen(self.mode, page.document)
        if self.app.screen is self:
            await self.app.switch_screen(made)
        if isinstance(made, DocumentScreen):
            made.take(page)
        told = self.say.edit_made if edited else self.say.new_made
        self.kk.flash(told.format(number=page.document.number))
