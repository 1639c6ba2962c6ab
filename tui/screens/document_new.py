"""A new estimate, order or invoice: customer, deal, date, lines; kept as a draft here until Books has it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from msgspec.structs import replace
from textual.widget import Widget

from core.model.documents import DEAL_KINDS, DocumentKind, NewDocument
from core.model.documents import Line as PaperLine
from core.model.drafts import Draft
from core.model.problems import Problem
from core.service import ListQuery
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.base import Base
from tui.screens.dialogs import Enter, Menu
from tui.screens.document import DocumentScreen
from tui.screens.document_party import Chosen, PartyScreen
from tui.screens.document_rows import money
from tui.screens.form import Ask, Form
from tui.text import clean
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, Title, row
from tui.widgets.window import Window

SENT: dict[DocumentKind, str] = {"estimate": "sent", "invoice": "sent", "salesorder": "open", "purchaseorder": "open"}
"""The status of a document that has left the house (zoho-books-api §6.1)."""


def drafted(kind: DocumentKind, today: date) -> Draft:
    """Return an empty draft."""
    return Draft(new=NewDocument(kind=kind, key="", party_id="", lines=(), date=today.isoformat()))


@dataclass(frozen=True)
class Entry:
    """One line of the form; ``index`` is that of a document's line."""

    id: Literal["customer", "deal", "date", "reference", "line", "add", "draft", "send"]
    index: int = -1


class NewDocumentScreen(Base):
    """See the module's docstring."""

    NAME = "new"
    BINDINGS = bindings("new")

    def __init__(self, mode: str, draft: Draft, party_name: str = "") -> None:
        super().__init__(mode)
        self.draft, self.party_name = draft, party_name
        self.title_line = Title()
        self.list = BigList(self.row)
        self.page = Page(self.details, focusable=False, classes="three")
        self.touched = False
        self.sending = False

    def body(self) -> Iterable[Widget]:
        """Return the form and what went wrong the last time."""
        yield self.title_line
        yield self.list
        yield self.page

    @property
    def kind(self) -> DocumentKind:
        """What is being made."""
        return self.draft.new.kind

    def entries(self) -> list[Entry]:
        """Return the lines of the form."""
        lines = [Entry("line", index) for index in range(len(self.draft.new.lines))]
        deal = [Entry("deal")] if self.kind in DEAL_KINDS else []
        return [
            Entry("customer"), *deal, Entry("date"), Entry("reference"), *lines, Entry("add"), Entry("draft"),
            Entry("send"),
        ]  # fmt: skip

    def row(self, entry: Entry, cells: int) -> Line:
        """Return a line of the form."""
        say, new = self.say, self.draft.new
        if entry.id == "line":
            each = new.lines[entry.index]
            text = f"{money(each.quantity)} x {money(each.rate)}"
            values: list[Span] = [(f"{entry.index + 1}", "dim"), (each.name, "plain"), (text, "plain")]
            return row([Column("", 3, right=True), Column(""), Column("", 30, right=True)], values, cells)
        texts = {
            "customer": (say.head_party, self.party_name or new.party_id or say.new_choose),
            "deal": (say.head_deal, new.deal_name or "-"),
            "date": (say.head_date, new.date),
            "reference": (say.document_reference, new.reference or "-"),
            "add": (say.new_add_line, ""),
            "draft": (say.new_make_draft, ""),
            "send": (say.new_make_sent, ""),
        }
        name, text = texts[entry.id]
        return row([Column("", 34), Column("")], [(name, "strong"), (text, "plain")], cells)

    def draw(self) -> None:
        """Show the form."""
        say = self.say
        total = sum((Decimal(each.rate) * Decimal(each.quantity) for each in self.draft.new.lines), Decimal(0))
        self.title_line.set([
            (f" {say.new_title.format(kind=word(say, 'kind', self.kind))}", "title"),
            (f"   {say.new_total.format(amount=money(str(total)))}", "plain"),
            (f"   {say.new_sending}" if self.sending else "", "dim"),
        ])  # fmt: skip
        self.list.show(Window(rows=self.entries()))
        self.page.redraw()

    def details(self, cells: int) -> list[Line]:
        """Return why the last sending did not succeed."""
        if self.draft.problem:
            text = self.say.new_refused.format(why=clean(self.draft.problem))
            return paragraph(text, cells - 2, most=3, role="warn")
        return paragraph(self.say.new_tells, cells - 2, most=2, role="dim")

    # deeds

    async def do_open(self) -> None:
        """Change the selected line, or make the document."""
        entry: Entry | None = self.list.selected
        if entry is None:
            raise Refusal(self.say.no_selection)
        if entry.id in ("draft", "send"):
            await self._make(sent=entry.id == "send")
        elif entry.id in ("line", "add"):
            self._line(entry.index)
        else:
            await getattr(self, f"_change_{entry.id}")()

    async def _change_customer(self) -> None:
        self.app.push_screen(PartyScreen(self.mode, self.kind, self._for))

    def _for(self, chosen: Chosen) -> None:
        self.party_name = chosen.name
        self._set(party_id=chosen.books_id, deal_id="", deal_name="")
        self.list.go(self.list.cursor + 1)

    async def _change_deal(self) -> None:
        if not self.draft.new.party_id:
            raise Refusal(self.say.new_customer_first)
        choices = [each.deal for each in await self.service.customer_deals(self.draft.new.party_id)]
        if not choices:
            raise Refusal(self.say.customer_without_deals)
        names = [f"{clean(each.name)}  {clean(each.stage)}  {money(each.amount)}" for each in choices]

        def chosen(index: object) -> None:
            if isinstance(index, int):
                deal = choices[index - 1] if index else None
                self._set(deal_id=deal.id if deal else "", deal_name=deal.name if deal else "")

        at = next((i for i, each in enumerate(choices, 1) if each.id == self.draft.new.deal_id), min(1, len(choices)))
        self.app.push_screen(Menu(self.say.mode_sidebar, ["-", *names], at), chosen)

    async def do_sidebar(self) -> None:
        """Choose the deal."""
        if self.kind not in DEAL_KINDS:
            raise Refusal(self.say.no_deal_for_orders)
        await self._change_deal()

    async def _change_date(self) -> None:
        def typed(text: object) -> None:
            if isinstance(text, str):
                try:
                    self._set(date=date.fromisoformat(text.strip()).isoformat())
                except ValueError:
                    self.kk.flash(self.say.new_bad_date, bad=True)

        self.app.push_screen(Enter(self.say.head_date, self.say.new_date_tells, self.draft.new.date), typed)

    async def _change_reference(self) -> None:
        def typed(text: object) -> None:
            if isinstance(text, str):
                self._set(reference=text.strip())

        title = self.say.document_reference
        self.app.push_screen(Enter(title, title, self.draft.new.reference), typed)

    def _line(self, index: int) -> None:
        lines = self.draft.new.lines
        known = lines[index] if index >= 0 else PaperLine(rate="")

        def done(line: PaperLine | None) -> None:
            there = list(lines)
            at = index if index >= 0 else len(there)
            there[at : at + 1] = [line] if line else []
            self._set(lines=tuple(there))
            self.list.go(next(i for i, each in enumerate(self.entries()) if each.id == "add"))

        self.app.push_screen(LineForm(self.mode, known, done))

    def _set(self, **changes: object) -> None:
        self.touched = True
        self.draft = replace(self.draft, new=replace(self.draft.new, **changes))
        self.draw()

    async def _make(self, *, sent: bool) -> None:
        """Keep the draft, and let Books make the document; refused, the draft stays with the reason."""
        new = self.draft.new
        if not new.party_id:
            raise Refusal(self.say.new_customer_first)
        if not new.lines:
            raise Refusal(self.say.new_line_first)
        if self.sending:
            return
        self.sending = True
        self.draw()
        self.attempt(self._sent((SENT[self.kind],) if sent else ()))

    async def _sent(self, then: tuple[str, ...]) -> None:
        try:
            self.draft = await self.service.save_draft(replace(self.draft, then=then))
            self.touched = False
            page = await self.service.send_draft(self.draft.id)
        except Problem:
            kept = {each.id: each for each in await self.service.drafts()}
            self.draft = kept.get(self.draft.id, self.draft)
            raise
        finally:
            self.sending = False
            self.draw()
        made = DocumentScreen(self.mode, page.document)
        if self.app.screen is self:
            await self.app.switch_screen(made)
            made.take(page)
        self.kk.flash(self.say.new_made.format(number=page.document.number))

    async def do_back(self) -> None:
        """Leave; what was typed is kept as a draft, and ``n`` goes on with it."""
        if self.touched and (self.draft.new.party_id or self.draft.new.lines):
            self.draft = await self.service.save_draft(self.draft)
            self.touched = False
            self.kk.flash(self.say.new_kept)
        await self.app.run_action("back")


class LineForm(Form):
    """One line: name, quantity, rate. An item's name stands for the item of Books; without a name the line goes."""

    NAME = "line"

    def __init__(self, mode: str, line: PaperLine, done: Callable[[PaperLine | None], object]) -> None:
        asks = [
            Ask("name", "form_line_name", line.name, optional=True),
            Ask("quantity", "head_quantity", line.quantity),
            Ask("rate", "head_rate", line.rate),
        ]
        super().__init__(mode, asks)
        self.line, self.done = line, done

    def lines(self, cells: int) -> list[Line]:
        """Say what the lines are for."""
        return [(), *paragraph(self.say.new_line_tells, cells - 2, most=4)]

    async def send(self, values: dict[str, str]) -> None:
        """Take the line."""
        for name in ("quantity", "rate"):
            try:
                Decimal(values[name])
            except InvalidOperation:
                raise Refusal(self.say.new_bad_number.format(text=clean(values[name]))) from None
        line = replace(self.line, **values, item_id=await self._item(values["name"])) if values["name"] else None
        await self.app.pop_screen()
        self.done(line)

    async def _item(self, name: str) -> str:
        """Return the Books id of the item of that name, empty where there is none."""
        listing = await self.service.open_list(ListQuery(module="items", text=name))
        found = (await self.service.rows(listing.id, 0, 20)).rows
        return next((each.books_id for each in found if each.name == name and each.books_id), "")
