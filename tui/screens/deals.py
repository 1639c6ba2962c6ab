"""Deals (6): the ledger of every deal, those with a gap, and documents without a deal with the deal that fits."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

from core.model.documents import Document
from core.model.ledger import LedgerEntry, LooseDocument, TriggerStatus
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.deal import DealScreen, documents_of
from tui.screens.dialogs import Menu
from tui.screens.document_list import PaperList
from tui.screens.document_rows import (
    deal_columns,
    deal_row,
    fit_text,
    gathered,
    loose_columns,
    loose_row,
    money,
    money_cells,
    number,
    stage_of,
)
from tui.screens.triggers import Triggers
from tui.text import clean
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column

View = Literal["ledger", "gap", "loose"]
VIEWS: tuple[View, ...] = get_args(View)


class Deals(PaperList):
    """See the module's docstring."""

    NAME = "deals"
    DETAILS = "seven"
    BINDINGS = bindings("deals")

    def __init__(self) -> None:
        super().__init__()
        self.view: View = "ledger"
        self.entries: list[LedgerEntry] = []
        self.loose: list[LooseDocument] = []
        self.money = 0
        self.triggers: TriggerStatus | None = None

    def view_name(self) -> str:
        """Return the view in words."""
        return word(self.say, "filter_deals", self.view)

    def columns(self, cells: int) -> list[Column]:
        """Return the columns of the view."""
        return loose_columns(self.kk) if self.view == "loose" else deal_columns(self.kk, cells, self.money)

    def row(self, each: Any, cells: int) -> Line:
        """Return a deal's or a document's line."""
        if isinstance(each, LooseDocument):
            return loose_row(self.kk, each, cells)
        return deal_row(self.kk, each, cells, self.money)

    def key(self, each: Any) -> str:
        """Return the deal's id or the document's."""
        return str(each.document.ref if isinstance(each, LooseDocument) else each.deal.id)

    def listed(self) -> Sequence[Any]:
        """Return the deals or documents of the view."""
        if self.view == "loose":
            return self.loose
        # Nobody invoices a deal that is lost.
        open_gap = [each for each in self.entries if number(each.gap) and each.deal.probability != 0]
        return self.entries if self.view == "ledger" else open_gap

    def words_of(self, each: Any) -> str:
        """Return names, stage and numbers."""
        if isinstance(each, LooseDocument):
            document = each.document
            fit = each.fit.deal_name if each.fit else ""
            return f"{word(self.say, 'kind', document.kind)} {document.number} {document.party_name} {fit}"
        numbers = " ".join(document.number for document in each.documents)
        return f"{each.deal.name} {each.deal.stage} {each.deal.owner} {numbers}"

    def title_more(self) -> list[Span]:
        """Tell what a deal's stage makes."""
        if self.triggers is None:
            return []
        kind = word(self.say, "kind", self.triggers.preference.kind)
        return [("   " + self.say.triggers_are.format(kind=kind), "dim")]

    def details(self, cells: int) -> list[Line]:
        """Return the deal's documents, or which deal fits the document and why."""
        each: LedgerEntry | LooseDocument | None = self.list.selected
        if each is None:
            return []
        if isinstance(each, LooseDocument):
            document = each.document
            head = f"{word(self.say, 'kind', document.kind)} {document.number}  {document.date}  {document.reference}"
            lines: list[Line] = [(), [(f" {clean(head)}", "strong")]]
            lines += paragraph(document.party_name, cells - 2, most=1)
            lines += paragraph(fit_text(self.kk, each), cells - 2, most=2, role="changed" if each.fit else "dim")
            return lines
        deal = each.deal
        more = f"{stage_of(deal).strip()}   {money(deal.amount)} {deal.currency}   {deal.closing_date}   {deal.owner}"
        lines = [[(f" {clean(deal.name)}", "strong")], [(f" {clean(more)}", "plain")]]
        if each.other_currencies:
            lines += paragraph(self.say.other_currencies, cells - 2, most=1, role="warn")
        found = documents_of(self.kk, each.documents, cells)
        room = 7 - len(lines)
        if len(found) > room:
            hidden = len(found) - room + 1
            found = [*found[: room - 1], [(f"   {self.say.more_documents.format(count=hidden)}", "dim")]]
        return lines + found

    async def ask(self) -> None:
        """Ask for the ledger, the loose documents and how the triggers stand."""
        service = self.service
        self.entries = await gathered(service.deal_ledger)
        self.money = money_cells(self.entries)
        self.loose = await gathered(service.loose_documents)
        self.known = True
        self.draw()
        try:
            self.triggers = await service.triggers()
        except Exception as error:  # The ledger stands without it.
            self.triggers = None
            self.trouble(error)

    def document_here(self) -> Document:
        """Return the selected document without a deal."""
        each = self.list.selected
        if not isinstance(each, LooseDocument):
            raise Refusal(self.say.deal_documents_first)
        return each.document

    # deeds

    async def do_open(self) -> None:
        """Open the deal, or the document."""
        each = await self.here()
        if isinstance(each, LooseDocument):
            await self.open_document(each.document)
        else:
            self.app.push_screen(DealScreen(self.mode, each))

    async def do_associate(self) -> None:
        """Tie the selected document to the deal that fits it; without one, let the deal be chosen."""
        each = await self.here()
        if not isinstance(each, LooseDocument):
            raise Refusal(self.say.no_loose_here)
        if each.fit is None:
            await self.do_sidebar()
            return
        document = each.document
        await self.service.associate(document.kind, document.id, each.fit.deal_id)
        self.loose = [other for other in self.loose if other.document.ref != document.ref]
        self.draw()
        self.kk.flash(self.say.associated.format(number=document.number, deal=each.fit.deal_name))
        self.run_worker(self._load(anew=False), exclusive=True, group="papers")

    async def do_view(self) -> None:
        """Choose a view from a menu."""
        names = [word(self.say, "filter_deals", name) for name in VIEWS]
        self.app.push_screen(Menu(self.say.view_title, names, VIEWS.index(self.view)), self._viewed)

    def _viewed(self, index: object) -> None:
        if isinstance(index, int):
            self.view = VIEWS[index]
            self.list.go(0)
            self.draw()

    async def do_next_view(self) -> None:
        """Go to the next view."""
        self._viewed((VIEWS.index(self.view) + 1) % len(VIEWS))

    async def do_copy(self) -> None:
        """Copy the id of the deal or document."""
        each = await self.here()
        self.copy(each.document.id if isinstance(each, LooseDocument) else each.deal.id)

    async def do_configure(self) -> None:
        """Say what a deal's stage makes (B66-B77)."""
        self.app.push_screen(Triggers(self.mode))

    async def do_preview(self) -> None:
        """Replay the stages of the past under the preference that is set; without one, choose one first."""
        from tui.screens.simulator import Simulator  # noqa: PLC0415

        status = self.triggers or await self.service.triggers()
        if status.preference.kind == "none":
            self.app.push_screen(Triggers(self.mode))
            self.kk.flash(self.say.simulate_needs_kind)
        else:
            self.app.push_screen(Simulator(self.mode, status.preference))
