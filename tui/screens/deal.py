"""A deal's page: what CRM says of it, its money, and its documents."""

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from core.model.documents import Document
from core.model.ledger import LedgerEntry
from tui.actions import bindings
from tui.host import Host, Refusal
from tui.locale import word
from tui.screens.base import Base
from tui.screens.document import DocumentScreen
from tui.screens.document_rows import document_columns, document_row, gathered, money, number, stage_of, status_span
from tui.screens.sidebar import sidebar_of
from tui.text import clean
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span
from tui.widgets.table import Column, Heading, Title, row
from tui.widgets.window import Window


def documents_of(kk: Host, documents: Sequence[Document], cells: int) -> list[Line]:
    """Return a line for each document of a deal."""
    say = kk.say
    if not documents:
        return [[(f"   {say.deal_without_documents}", "dim")]]
    columns = [Column("", 9), Column("", 14), Column("", 12), Column("", 13, right=True), Column("", 0)]
    lines: list[Line] = []
    for each in documents:
        balance = say.still_due.format(amount=money(each.balance)) if number(each.balance) else ""
        values: list[Span] = [
            (word(say, "kind", each.kind), "plain"),
            (each.number, "plain"),
            status_span(kk, each.status),
            (money(each.total), "plain"),
            (f"{each.currency} {balance}", "dim"),
        ]
        lines.append([("  ", "plain"), *row(columns, values, cells - 2)])
    return lines


class DealScreen(Base):
    """See the module's docstring."""

    NAME = "deal"
    BINDINGS = bindings("deal")

    def __init__(self, mode: str, entry: LedgerEntry) -> None:
        super().__init__(mode)
        self.entry = entry
        self.head = Page(self.head_lines, focusable=False, classes="seven")
        self.title_line, self.heading = Title(), Heading()
        self.list = BigList(lambda each, cells: document_row(self.kk, each, cells), key=lambda each: each.ref)
        self._generation: int | None = None

    def body(self) -> Iterable[Widget]:
        """Return the deal and its documents."""
        yield self.head
        yield self.title_line
        yield self.heading
        yield self.list

    def draw(self) -> None:
        """Show the deal."""
        self.heading.columns = document_columns(self.kk)
        self.heading.refresh()
        self.title_line.set([(f" {self.say.mode_documents}  {len(self.entry.documents):,}", "title")])
        self.list.show(Window(rows=self.entry.documents))
        self.head.redraw()

    def arrived(self) -> None:
        """Look again when something moved, and when a page above this one may have moved it."""
        if self._generation is None:
            self._generation = self.state.generation
        elif self.kk.service is not None and self._generation != self.state.generation:
            self._generation = self.state.generation
            self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        try:
            entries = await gathered(self.service.deal_ledger)
            self.entry = next((each for each in entries if each.deal.id == self.entry.deal.id), self.entry)
        except Exception as error:  # Told on the flash line; what was shown stays.
            self.trouble(error)
        self.draw()

    def head_lines(self, _cells: int) -> list[Line]:
        """Return what is known of the deal, and its money."""
        say, deal, entry = self.say, self.entry.deal, self.entry
        pairs = [
            (say.head_stage, stage_of(deal).strip()),
            (say.head_closes, f"{deal.closing_date}   {say.sort_owner}: {deal.owner}"),
            (say.head_amount, f"{money(deal.amount) or '-'} {deal.currency}"),
            (say.head_invoiced, f"{money(entry.invoiced)}   {say.head_paid}: {money(entry.paid)}"),
        ]
        lines: list[Line] = [[(f" {clean(deal.name)}", "strong")]]
        lines += [[(f"   {name}: ", "dim"), (clean(text), "plain")] for name, text in pairs]
        gap = money(entry.gap)
        lines.append([(f"   {say.head_gap}: ", "dim"), (gap or "-", "warn" if number(entry.gap) else "plain")])
        if entry.other_currencies:
            lines.append([(f"   {say.other_currencies}", "warn")])
        return lines

    def _selected(self) -> Document:
        document: Document | None = self.list.selected
        if document is None:
            raise Refusal(self.say.no_selection)
        return document

    # deeds

    async def do_open(self) -> None:
        """Open the selected document."""
        self._generation = -1
        self.app.push_screen(DocumentScreen(self.mode, self._selected()))

    async def do_sidebar(self) -> None:
        """Open the deal sidebar of the selected document."""
        self._generation = -1
        self.app.push_screen(sidebar_of(self, self._selected()))

    async def do_copy(self) -> None:
        """Copy the deal's id."""
        self.copy(self.entry.deal.id)

    async def do_copy_books(self) -> None:
        """Copy the selected document's id."""
        self.copy(self._selected().id)
