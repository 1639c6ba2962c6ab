"""The deal sidebar of a document: the customer's CRM details, and all its deals to tie the document to (B94-B101)."""

from collections.abc import Callable, Iterable

from msgspec.structs import replace
from textual.widget import Widget

from core.model.documents import DEAL_KINDS, Deal, Document
from core.model.ledger import DealChoice
from core.model.problems import Problem
from core.service import ListQuery, RecordPage
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.base import Base
from tui.screens.document_rows import money, status_span
from tui.screens.record import shown
from tui.text import clean
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, Heading, Title, row
from tui.widgets.window import Window

LOOKED_AT = 50
"""Customers of the document's name that are looked at to find its own."""


def sidebar_of(screen: Base, document: Document) -> "Sidebar":
    """Return the sidebar of a document. Raises ``Refusal`` for a purchase order, which has no deal (B94)."""
    if document.kind not in DEAL_KINDS:
        raise Refusal(screen.say.no_deal_for_orders)
    return Sidebar(screen.mode, document)


class Sidebar(Base):
    """See the module's docstring."""

    NAME = "sidebar"
    BINDINGS = bindings("sidebar")

    def __init__(self, mode: str, document: Document, chosen: Callable[[Deal | None], object] | None = None) -> None:
        """``chosen``: the document is not in Books yet; its deal is handed over there, None to untie it."""
        super().__init__(mode)
        self.document, self.chosen = document, chosen
        self.head = Page(self.head_lines, focusable=False, classes="three")
        self.tabs, self.heading = Title(), Heading()
        self.list = BigList(self.row, key=lambda choice: choice.deal.id)
        self.page = Page(self.details)
        self.told = Page(self.told_lines, focusable=False, classes="three")
        self.choices: list[DealChoice] | None = None
        self.customer: RecordPage | None = None
        self.asked_customer = False
        self.problem: Problem | None = None
        self.on_details = False
        self._generation = -1

    def body(self) -> Iterable[Widget]:
        """Return the document in short, the tabs, and what waits below for news."""
        yield self.head
        yield self.tabs
        yield self.heading
        yield self.list
        yield self.page
        yield self.told

    def columns(self) -> list[Column]:
        """Return the columns of the Potentials tab (B97)."""
        say = self.say
        return [
            Column(" ", 2),
            Column(say.sort_name),
            Column(say.head_stage, 20),
            Column(say.head_amount, 13, right=True),
            Column(say.head_closes, 10),
            Column(say.head_documents, 4, right=True),
        ]

    def row(self, choice: DealChoice, cells: int) -> Line:
        """Return a deal's line; the document's own deal is marked."""
        deal = choice.deal
        values: list[Span] = [
            ("*" if choice.tied else "", "ok"),
            (deal.name, "strong" if choice.tied else "plain"),
            (deal.stage, "plain"),
            (money(deal.amount), "plain"),
            (deal.closing_date, "plain"),
            (str(choice.documents) if choice.documents else "", "dim"),
        ]
        return row(self.columns(), values, cells)

    def draw(self) -> None:
        """Show the tab in front."""
        say = self.say
        front = (say.tab_details, say.tab_potentials)
        count = f" {len(self.choices):,}" if self.choices is not None else ""
        self.tabs.set([
            (" ", "plain"), (f" {front[0]} ", "current" if self.on_details else "mode"), (" ", "plain"),
            (f" {front[1]}{count} ", "mode" if self.on_details else "current"),
            (f"  {say.sidebar_keys}", "dim"),
        ])  # fmt: skip
        self.heading.display = self.list.display = not self.on_details
        self.page.display = self.on_details
        self.heading.columns = self.columns()
        self.heading.refresh()
        self.list.show(Window(rows=self.choices or ()))
        for part in (self.head, self.page, self.told):
            part.redraw()

    def head_lines(self, cells: int) -> list[Line]:
        """Return which document it is about, and its deal."""
        say, document = self.say, self.document
        head = f" {word(say, 'kind', document.kind)} {document.number}  "
        total = f"  {money(document.total)} {document.currency}"
        tied = next((choice.deal.name for choice in self.choices or () if choice.tied), "")
        return [
            [(clean(head), "strong"), status_span(self.kk, document.status), (clean(total), "plain")],
            [(f" {clean(document.party_name)}", "plain")],
            [(f" {say.head_deal}: ", "dim"), (clean(tied) or "-", "ok" if tied else "dim")],
        ]

    def details(self, cells: int) -> list[Line]:
        """Return the customer's CRM details."""
        say, known = self.say, self.customer
        if known is None:
            return [[(f" {say.customer_unknown if self.asked_customer else say.list_waiting}", "dim")]]
        record = known.row
        lines: list[Line] = paragraph(record.name, cells - 2, most=2, role="strong")
        kind = word(say, "kind", record.kind)
        lines.append([(f" {kind}   {say.sort_owner}: {clean(record.owner) or '-'}", "plain")])
        ids = say.record_ids.format(crm=clean(record.crm_id) or "-", books=clean(record.books_id) or "-")
        lines += [[(f" {ids}", "dim")], ()]
        # A CRM field may be mapped twice.
        for name, value in {field.crm_field: field.crm for field in known.fields if field.crm}.items():
            lines += paragraph(f"{name}: {shown(value)}", cells - 4, most=3, indent=2)
        return lines

    def told_lines(self, cells: int) -> list[Line]:
        """Return why the last deed was refused, in full: a flash line may be too short for it."""
        if self.problem is None:
            if self.choices == [] and not self.on_details:
                return paragraph(self.say.customer_without_deals, cells - 2, most=2, role="dim")
            return []
        lang = self.kk.lang
        text = f"{self.problem.message(lang)} {self.problem.remedy(lang)}"
        return paragraph(text, cells - 2, most=3, role="warn")

    # what it asks for

    def arrived(self) -> None:
        """Ask for the customer and its deals."""
        if self.kk.service is not None and self._generation != self.state.generation:
            self._generation = self.state.generation
            self.run_worker(self._load(), exclusive=True, group="deals")
            if not self.asked_customer:
                self.run_worker(self._find_customer(), exclusive=True, group="customer")

    async def _load(self) -> None:
        try:
            self.choices = await self._choices()
            if self.choices and self.list.count == 0:
                self.draw()
                self.list.go(next((index for index, each in enumerate(self.choices) if each.tied), 0))
        except Problem as problem:
            self.problem = problem
        except Exception as error:
            self.trouble(error)
        self.draw()

    async def _choices(self) -> list[DealChoice]:
        if self.chosen is None:
            return await self.service.document_deals(self.document.kind, self.document.id)
        found = await self.service.customer_deals(self.document.party_id)
        return [replace(each, tied=each.deal.id == self.document.deal_id) for each in found]

    async def _find_customer(self) -> None:
        """Find the customer's record by its name and Books id: a list answers by name only."""
        try:
            listing = await self.service.open_list(ListQuery(module="customers", text=self.document.party_name))
            found = await self.service.rows(listing.id, 0, LOOKED_AT)
            key = next((each.key for each in found.rows if each.books_id == self.document.party_id), "")
            if key:
                self.customer = await self.service.record("customers", key, False)
        except Exception as error:
            self.trouble(error)
        self.asked_customer = True
        self.draw()

    async def _deals(self) -> list[DealChoice]:
        if self.choices is None and self.problem is None:
            await self._load()
        return self.choices or []

    # deeds

    async def do_associate(self) -> None:
        """Tie the document to the selected deal (B97)."""
        await self._deals()
        choice: DealChoice | None = self.list.selected
        if self.on_details or choice is None:
            raise Refusal(self.say.no_deal_selected)
        if self.chosen is not None:
            await self._hand(choice.deal)
            return
        self.problem = None
        try:
            await self.service.associate(self.document.kind, self.document.id, choice.deal.id)
        except Problem as problem:
            self._refused(problem)
            return
        await self._load()
        self.kk.flash(self.say.associated.format(number=self.document.number, deal=choice.deal.name))

    async def do_disassociate(self) -> None:
        """Untie the document from its deal (B100); one tied by a trigger says why it stays (B101)."""
        tied = next((each for each in await self._deals() if each.tied), None)
        if tied is None:
            raise Refusal(self.say.no_deal_tied)
        if self.chosen is not None:
            await self._hand(None)
            return
        self.problem = None
        try:
            await self.service.disassociate(self.document.kind, self.document.id)
        except Problem as problem:
            self._refused(problem)
            return
        await self._load()
        self.kk.flash(self.say.disassociated.format(number=self.document.number, deal=tied.deal.name))

    async def _hand(self, deal: Deal | None) -> None:
        """Hand the deal to the form that this is the sidebar of, and close."""
        if self.app.screen is self:
            await self.app.pop_screen()
        if self.chosen is not None:
            self.chosen(deal)

    def _refused(self, problem: Problem) -> None:
        self.problem = problem
        self.kk.flash(problem.message(self.kk.lang), bad=True)
        self.draw()

    async def do_step_back(self) -> None:
        """Show the customer's details."""
        self._show(details=True)

    async def do_step_on(self) -> None:
        """Show the deals."""
        self._show(details=False)

    def _show(self, *, details: bool) -> None:
        if self.on_details == details:
            self.kk.flash(self.say.already_here)
            return
        self.on_details = details
        self.draw()
        self.set_focus(self.page if details else self.list)

    async def do_sidebar(self) -> None:
        """Close the sidebar: the key that opened it closes it."""
        await self.app.run_action("back")
