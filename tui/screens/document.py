"""A document's page: what it is, its lines, and its deal; read just now."""

from collections.abc import Iterable

from textual.widget import Widget

from core.model.documents import Document
from core.model.documents import Line as PaperLine
from core.model.drafts import STATUSES
from core.model.ledger import DocumentPage
from tui.actions import bindings
from tui.locale import word
from tui.screens.base import Base
from tui.screens.dialogs import Ask, Menu
from tui.screens.document_rows import deal_of, money, number, stage_of, status_span
from tui.screens.sidebar import sidebar_of
from tui.text import clean
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, row


class DocumentScreen(Base):
    """See the module's docstring. Starts from the list's row, so that it has something to show at once."""

    NAME = "document"
    BINDINGS = bindings("document")

    def __init__(self, mode: str, document: Document) -> None:
        super().__init__(mode)
        self.document = document
        self.known: DocumentPage | None = None
        self.page = Page(self.lines)
        self.reading = False
        self._generation = -1

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show what is known."""
        self.page.redraw()

    def arrived(self) -> None:
        """Read the document, again when something moved: the sidebar may have tied it."""
        if self.kk.service is not None and self._generation != self.state.generation and not self.reading:
            self._generation = self.state.generation
            self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        self.reading = True
        try:
            self.take(await self.service.document(self.document.kind, self.document.id))
        except Exception as error:  # Told on the flash line; what was shown stays.
            self.trouble(error)
        finally:
            self.reading = False
        self.page.redraw()

    def take(self, known: DocumentPage) -> None:
        """Show a document as it was read."""
        self.known, self.document = known, known.document
        self.page.redraw()

    # the page

    def lines(self, cells: int) -> list[Line]:
        """Return the page."""
        say, document = self.say, self.document
        head = f" {word(say, 'kind', document.kind)} {document.number}  "
        lines: list[Line] = [[(clean(head), "strong"), status_span(self.kk, document.status)]]
        lines += paragraph(document.party_name, cells - 2, most=2)
        lines += [[(f"   {name}: ", "dim"), (clean(text), "plain")] for name, text in self._pairs() if text]
        lines += [(), [(f" {say.head_deal}", "title")], *self._deal_lines(cells)]
        lines += [(), [(f" {say.document_lines}", "title")]]
        if document.lines is None:
            return [*lines, [(f"   {say.list_waiting}", "dim")]]
        lines += self._line_lines(document.lines, cells)
        for name, text in ((say.document_notes, document.notes), (say.document_terms, document.terms)):
            if text:
                lines += [(), [(f" {name}", "title")], *paragraph(text, cells - 4, most=8, indent=3)]
        return lines

    def _pairs(self) -> list[tuple[str, str]]:
        say, document = self.say, self.document
        total = f"{money(document.total)} {document.currency}"
        if money(document.balance):
            total += f"   {say.head_balance}: {money(document.balance)}"
        dates = f"{document.date}   {say.document_due}: {document.due}" if document.due else document.date
        return [
            (say.head_date, dates),
            (say.head_total, total),
            (say.document_reference, document.reference),
            (say.document_salesperson, document.salesperson),
            *document.custom.items(),
        ]

    def _deal_lines(self, cells: int) -> list[Line]:
        say, known = self.say, self.known
        if self.document.kind == "purchaseorder":
            return [[(f"   {say.no_deal_for_orders}", "dim")]]
        if known is None or known.deal is None:
            text = deal_of(self.document) or say.document_no_deal
            return [[(f"   {clean(text)}", "dim")]]
        deal = known.deal
        more = f"{stage_of(deal).strip()}   {money(deal.amount)} {deal.currency}   {deal.closing_date}"
        lines: list[Line] = [*paragraph(deal.name, cells - 4, most=2, indent=3, role="strong")]
        lines.append([(f"   {clean(more)}", "plain")])
        if known.tie is not None:
            told = say.tied_by_trigger if known.tie.by == "trigger" else say.tied_by_person
            native = say.tied_natively if known.tie.native else say.tied_here
            lines.append([(f"   {told} {native}", "dim")])
        return lines

    def _line_lines(self, found: tuple[PaperLine, ...], cells: int) -> list[Line]:
        say = self.say
        columns = [
            Column("", 3, right=True),
            Column(say.sort_name),
            Column(say.head_quantity, 8, right=True),
            Column(say.head_rate, 12, right=True),
            Column(say.head_discount, 8, right=True, since=72),
            Column(say.head_tax, 14),
        ]
        heads: list[Span] = [(column.head, "dim") for column in columns]
        lines: list[Line] = [row(columns, heads, cells)]
        for index, each in enumerate(found, 1):
            tax = each.tax_name or (f"{each.tax_percentage}%" if number(each.tax_percentage) else "")
            values: list[Span] = [
                (str(index), "dim"),
                (each.name or each.description, "plain"),
                (money(each.quantity), "plain"),
                (money(each.rate), "plain"),
                (each.discount, "plain"),
                (tax, "plain"),
            ]
            lines.append(row(columns, values, cells))
            if each.name and each.description:
                lines += paragraph(each.description, cells - 8, most=2, indent=6, role="dim")
        return lines

    # deeds

    async def do_sidebar(self) -> None:
        """Open the deal sidebar; the document is read again on return."""
        self._generation = -1
        self.app.push_screen(sidebar_of(self, self.document))

    async def do_configure(self) -> None:
        """Edit the document, or go on with the edit that is kept of it; a closed one says why not."""
        from tui.screens.document_new import NewDocumentScreen  # noqa: PLC0415

        draft = await self.service.edit_document(self.document.kind, self.document.id)
        self._generation = -1
        self.app.push_screen(NewDocumentScreen(self.mode, draft))

    async def do_set_status(self) -> None:
        """Put the document into a status; asked first, as not every status can be left again."""
        document, say = self.document, self.say
        statuses = STATUSES[document.kind]
        names = [word(say, "state_doc", status) for status in statuses]
        number = document.number

        def chosen(index: object) -> None:
            if isinstance(index, int):
                more = [say.ask_status_more.format(total=f"{money(document.total)} {document.currency}")]
                question = say.ask_status.format(number=number, status=names[index])
                self.app.push_screen(Ask(question, more), lambda yes: answered(yes, statuses[index]))

        def answered(yes: object, status: str) -> None:
            if yes:
                self.attempt(self._mark(status))

        self.app.push_screen(Menu(say.status_title, names, 0), chosen)

    async def _mark(self, status: str) -> None:
        marked = await self.service.mark_document(self.document.kind, self.document.id, status)
        await self._load()
        status = word(self.say, "state_doc", marked.status)
        self.kk.flash(self.say.status_now.format(number=marked.number, status=status))

    async def do_live(self) -> None:
        """Read the document anew."""
        self.kk.flash(self.say.reading_live)
        await self._load()
        self.kk.flash("")

    async def do_copy(self) -> None:
        """Copy the document's id."""
        self.copy(self.document.id)

    async def do_copy_books(self) -> None:
        """Copy the document's id, which is a Books id."""
        self.copy(self.document.id)
