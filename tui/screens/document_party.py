"""Whom a new document is for: type the name; F3 searches in Zoho CRM for one not yet imported (B90-B93)."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from core.model.documents import DocumentKind
from core.model.drafts import Party
from core.model.names import ModuleName
from core.service import ListQuery, Row
from core.service_records import FetchRequest, RecordRef
from tui.host import Refusal
from tui.screens.base import Base
from tui.screens.form import TYPING
from tui.widgets.biglist import BigList
from tui.widgets.prompt import Prompt
from tui.widgets.strips import Line, Span
from tui.widgets.table import Column, Title, row
from tui.widgets.window import Window

FOUND = 100
"""Customers shown of those that match; more text finds the others."""


@dataclass(frozen=True)
class Chosen:
    """A customer or vendor in Books."""

    books_id: str
    name: str


class PartyScreen(Base):
    """See the module's docstring. ``chosen`` gets who was chosen, once it is in Books."""

    NAME = "party"
    BINDINGS: ClassVar[list[BindingType]] = [
        *TYPING,
        Binding("f3", "do('search_crm')", show=False),
    ]
    AUTO_FOCUS = "Prompt"

    def __init__(self, mode: str, kind: DocumentKind, chosen: Callable[[Chosen], object]) -> None:
        super().__init__(mode)
        self.kind, self.chosen = kind, chosen
        self.module: ModuleName = "vendors" if kind == "purchaseorder" else "customers"
        self.title_line, self.told = Title(), Title()
        self.prompt = Prompt()
        self.list = BigList(self.row)
        self.list.can_focus = False
        self.in_crm = False
        self.searched = ""
        self.busy = False
        self.news = asyncio.Event()
        """Something was told: the run that imports may have ended."""
        self.rows: list[Row] | list[Party] = []

    def body(self) -> Iterable[Widget]:
        """Return the line to type in and who was found."""
        yield self.title_line
        yield self.prompt
        yield self.told
        yield self.list

    def row(self, each: Row | Party, cells: int) -> Line:
        """Return a customer's line; of an account, all its contacts are shown (B92)."""
        say = self.say
        if isinstance(each, Party):
            state = say.party_in_books if each.books_id else say.party_only_crm
            values: list[Span] = [(each.name, "plain"), (", ".join(each.contacts), "dim"), (state, "dim")]
        else:
            values = [(each.name, "plain"), (each.owner, "dim"), (each.receivable, "dim")]
        if self.list.selected is each:
            values[0] = (values[0][0], "current")
        return row([Column(""), Column(""), Column("", 16)], values, cells)

    def draw(self) -> None:
        """Show where is searched and who was found."""
        say = self.say
        self.title_line.set([
            (f" {say.party_title}  ", "title"), (say.party_crm if self.in_crm else say.party_books, "strong"),
        ])  # fmt: skip
        text = say.party_press_enter if self.in_crm and self.prompt.value != self.searched else ""
        if self.busy:
            text = say.party_busy
        elif not text:
            text = f"{len(self.rows):,}" if self.rows else say.party_none_crm if self.in_crm else say.party_none
        self.told.set([(f" {text}", "dim")])
        self.list.show(Window(rows=self.rows), top=True)

    def arrived(self) -> None:
        """List the customers that there are."""
        self.news.set()
        if self.kk.service is not None and not self.rows and not self.in_crm:
            self.run_worker(self._find(), exclusive=True, group="find")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look among the customers in Books as it is typed; CRM is asked with Enter."""
        event.stop()
        if self.in_crm:
            self.draw()
        else:
            self.run_worker(self._find(), exclusive=True, group="find")

    def on_prompt_stepped(self, event: Prompt.Stepped) -> None:
        """Move among those found."""
        event.stop()
        self.list.go(self.list.cursor + event.by)
        self.list.refresh()

    def on_prompt_left(self, event: Prompt.Left) -> None:
        """Leave without choosing."""
        event.stop()
        self.attempt(self.app.run_action("back"))

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Search in CRM, or take the selected one."""
        event.stop()
        if not self.busy:
            self.attempt(self._entered())

    async def _find(self) -> None:
        text = self.prompt.value.strip()
        try:
            listing = await self.service.open_list(ListQuery(module=self.module, text=text))
            found = (await self.service.rows(listing.id, 0, FOUND)).rows
        except Exception as error:
            self.trouble(error)
            return
        if not self.in_crm and text == self.prompt.value.strip():
            self.rows = [each for each in found if each.books_id]
            self.draw()

    async def _entered(self) -> None:
        if self.in_crm and self.prompt.value != self.searched:
            await self._search()
            return
        if not self.in_crm:
            # Keys typed ahead: what was typed is looked up before the first one found is taken.
            await self._find()
        each: Row | Party | None = self.list.selected
        if each is None:
            raise Refusal(self.say.no_selection)
        if not each.books_id:
            await self._import(each.crm_id)
            return
        await self._take(Chosen(each.books_id, each.name))

    async def _search(self) -> None:
        self.busy, text = True, self.prompt.value
        self.draw()
        try:
            self.rows = await self.service.search_parties(self.kind, text)
            self.searched = text
        finally:
            self.busy = False
            self.draw()

    async def _import(self, crm_id: str) -> None:
        """Bring a record into Books (B91): a run of it alone, whose end is waited for."""
        self.busy = True
        self.draw()
        try:
            started = await self.service.fetch(FetchRequest(module=self.module, records=(RecordRef("crm", crm_id),)))
            while True:
                self.news.clear()
                if (await self.service.run(started.id)).state != "running":
                    break
                await self.news.wait()
            found = await self.service.search_parties(self.kind, self.searched)
        finally:
            self.busy = False
            self.draw()
        mine = next((each for each in found if each.crm_id == crm_id and each.books_id), None)
        if mine is None:
            failures = await self.service.failures(self.module, None)
            why = next((each.message for each in failures if each.crm_id == crm_id), "")
            raise Refusal(self.say.party_refused.format(why=why or self.say.party_see_attention))
        await self._take(Chosen(mine.books_id, mine.name))

    async def _take(self, chosen: Chosen) -> None:
        if self.app.screen is self:
            await self.app.pop_screen()
        self.chosen(chosen)

    async def do_search_crm(self) -> None:
        """Search in Zoho CRM instead, and back."""
        self.in_crm = not self.in_crm
        self.rows, self.searched = [], ""
        self.draw()
        if self.in_crm and self.prompt.value.strip():
            self.attempt(self._search())
        elif not self.in_crm:
            self.arrived()
