"""How a document that is made or edited looks: the lines of its form, what it comes to, what went wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from textual.widget import Widget

from core.model.documents import DEAL_KINDS
from core.model.documents import Line as PaperLine
from core.model.drafts import Draft, Totals
from core.model.mirror import Tax
from tui.locale import word
from tui.screens.document_rows import money
from tui.screens.document_send import Sending
from tui.text import clean
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, Title, row
from tui.widgets.window import Window

EntryName = Literal[
    "customer", "deal", "date", "due", "reference", "line", "add", "discount", "taxed", "notes", "terms", "why",
    "draft", "send", "save",
]  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line of the form; ``index`` is that of a document's line."""

    id: EntryName
    index: int = -1


class DocumentForm(Sending):
    """The form, as it is drawn."""

    def __init__(self, mode: str, draft: Draft) -> None:
        super().__init__(mode)
        self.draft = draft
        self.title_line = Title()
        self.list = BigList(self.row, key=lambda entry: (entry.id, entry.index))
        self.page = Page(self.details, focusable=False)
        self.page.styles.height = 5
        self.taxes: list[Tax] | None = None
        self.totals: Totals | None = None
        self.touched = False
        self.sending = False

    def body(self) -> Iterable[Widget]:
        """Return the form, what it comes to, and what went wrong the last time."""
        yield self.title_line
        yield self.list
        yield self.page

    def entries(self) -> list[Entry]:
        """Return the lines of the form."""
        new, edits = self.draft.new, self.draft.base is not None
        deal = [Entry("deal")] if self.kind in DEAL_KINDS else []
        found = [Entry("customer"), *deal, Entry("date"), Entry("due"), Entry("reference")]
        found += [Entry("line", index) for index in range(len(new.lines))]
        found += [Entry("add"), Entry("discount")]
        if new.discount:
            found.append(Entry("taxed"))
        found += [Entry("notes"), Entry("terms")]
        if edits:
            return [*found, *([Entry("why")] if self.needs_why else []), Entry("save")]
        return [*found, Entry("draft"), Entry("send")]

    def row(self, entry: Entry, cells: int) -> Line:
        """Return a line of the form."""
        say, new = self.say, self.draft.new
        if entry.id == "line":
            return self._line_row(entry.index, new.lines[entry.index], cells)
        texts = {
            "customer": (say.head_party, self.draft.party_name or new.party_id or say.new_choose),
            "deal": (say.head_deal, new.deal_name or new.deal_id or "-"),
            "date": (say.head_date, new.date),
            "due": (word(say, "due", self.kind), new.due or "-"),
            "reference": (say.document_reference, new.reference or "-"),
            "add": (say.new_add_line, ""),
            "discount": (say.new_discount, new.discount or "-"),
            "taxed": (say.new_taxed, say.taxed_before if new.discount_before_tax else say.taxed_after),
            "notes": (say.document_notes, new.notes or "-"),
            "terms": (say.document_terms, new.terms or "-"),
            "why": (say.new_why, self.draft.why or "-"),
            "draft": (say.new_make_draft, ""),
            "send": (say.new_make_sent, ""),
            "save": (say.edit_save, ""),
        }
        name, text = texts[entry.id]
        return row([Column("", 34), Column("")], [(name, "strong"), (text.replace("\n", " / "), "plain")], cells)

    def _line_row(self, index: int, each: PaperLine, cells: int) -> Line:
        tax = next((tax.name for tax in self.taxes or () if tax.id == each.tax_id), each.tax_name)
        off = f"-{each.discount}" if each.discount else ""
        values: list[Span] = [
            (f"{index + 1}", "dim"), (each.name or each.description, "plain"),
            (f"{money(each.quantity)} x {money(each.rate)}", "plain"), (off, "plain"), (tax, "dim"),
        ]  # fmt: skip
        columns = [Column("", 3, right=True), Column(""), Column("", 22, right=True), Column("", 8), Column("", 12)]
        return row(columns, values, cells)

    def draw(self) -> None:
        """Show the form."""
        say, base = self.say, self.draft.base
        kind = word(say, "kind", self.kind)
        title = say.new_title.format(kind=kind)
        if base is not None:
            status = word(say, "state_doc", base.status)
            title = say.edit_title.format(kind=kind, number=clean(base.number), status=status)
        spans: list[Span] = [(f" {title}", "title")]
        if self.totals is not None:
            spans.append((f"   {say.new_comes_to.format(amount=self.money_of(self.totals.total))}", "strong"))
        spans.append((f"   {say.new_sending}" if self.sending else "", "dim"))
        self.title_line.set(spans)
        self.list.show(Window(rows=self.entries()))
        self.page.redraw()

    def money_of(self, amount: str) -> str:
        """Return an amount in the document's currency."""
        return f"{money(amount)} {self.totals.currency if self.totals else ''}".strip()

    def details(self, cells: int) -> list[Line]:
        """Return what the document comes to, and why the last sending did not succeed."""
        lines = self._sums(cells) if self.totals is not None and self.draft.new.lines else []
        if self.draft.moved:
            say = self.say
            told = [
                say.edit_moved.format(
                    field=word(say, "field", each.field), mine=each.mine or "-", theirs=each.theirs or "-"
                )
                for each in self.draft.moved
            ]
            return [*lines[:1], *paragraph("   ".join(map(clean, told)), cells - 2, most=4, role="warn")]
        if self.draft.problem:
            text = self.say.new_refused.format(why=clean(self.draft.problem))
            return [*lines, *paragraph(text, cells - 2, most=5 - len(lines), role="warn")]
        return [*lines, *paragraph(self.say.new_tells, cells - 2, most=2, role="dim")]

    def _sums(self, cells: int) -> list[Line]:
        say, sums = self.say, self.totals
        assert sums is not None
        parts = [f"{say.sums_lines} {money(sums.sub_total)}"]
        parts += [f"{say.head_discount} -{money(sums.discount)}"] if sums.discount != "0" else []
        parts += [f"{clean(each.name)} {money(each.amount)}" for each in sums.taxes]
        parts += [f"{say.sums_more} {money(sums.adjustment)}"] if sums.adjustment != "0" else []
        parts.append(f"{say.head_total} {self.money_of(sums.total)}")
        return paragraph("   ".join(parts), cells - 2, most=2, role="strong")
