"""Documents (5): estimates, sales orders, invoices, purchase orders, narrowed by kind, status and text."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from core.model.documents import KINDS, Document, DocumentKind
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.dialogs import Menu
from tui.screens.document_list import PaperList
from tui.screens.document_new import NewDocumentScreen, drafted
from tui.screens.document_rows import deal_of, document_columns, document_row, gathered, money
from tui.text import clean
from tui.widgets.strips import Line
from tui.widgets.table import Column

VIEWS: tuple[DocumentKind | None, ...] = (None, *KINDS)


class Documents(PaperList):
    """See the module's docstring."""

    NAME = "documents"
    BINDINGS = bindings("documents")

    def __init__(self) -> None:
        super().__init__()
        self.kind: DocumentKind | None = None
        self.status = ""
        self.all: list[Document] = []

    def kind_name(self, kind: DocumentKind | None) -> str:
        """Return a kind in words."""
        return word(self.say, "filter_documents", kind or "all")

    def view_name(self) -> str:
        """Return kind and status in words."""
        kind = self.kind_name(self.kind)
        return f"{kind}, {word(self.say, 'state_doc', self.status)}" if self.status else kind

    def columns(self, cells: int) -> list[Column]:
        """Return the columns."""
        return document_columns(self.kk)

    def row(self, each: Any, cells: int) -> Line:
        """Return a document's line."""
        return document_row(self.kk, each, cells)

    def key(self, each: Any) -> str:
        """Return the document's id in our state."""
        return str(each.ref)

    def _of_kind(self) -> list[Document]:
        return [each for each in self.all if self.kind in (None, each.kind)]

    def listed(self) -> Sequence[Any]:
        """Return the documents of kind and status."""
        return [each for each in self._of_kind() if self.status in ("", each.status)]

    def words_of(self, each: Any) -> str:
        """Return number, customer, reference, kind and status."""
        kind, status = word(self.say, "kind", each.kind), word(self.say, "state_doc", each.status)
        return f"{each.number} {each.party_name} {each.reference} {kind} {status}"

    def details(self, cells: int) -> list[Line]:
        """Return the selected document's customer, money and deal."""
        each: Document | None = self.list.selected
        if each is None:
            return []
        say = self.say
        due = f"   {say.still_due.format(amount=money(each.balance))}" if money(each.balance) not in ("", "0") else ""
        head = f"{word(say, 'kind', each.kind)} {each.number}  {money(each.total)} {each.currency}{due}"
        deal = f"{say.head_deal}: {deal_of(each) or say.document_no_deal}"
        return [
            [(f" {clean(head)}", "strong")],
            [(f" {clean(each.party_name)}", "plain")],
            [(f" {clean(deal)}", "dim")],
        ]

    async def ask(self) -> None:
        """Ask for all documents."""
        service = self.service
        self.all = await gathered(lambda start, stop: service.documents(None, start, stop))

    def document_here(self) -> Document:
        """Return the selected document."""
        document: Document | None = self.list.selected
        if document is None:
            raise Refusal(self.say.no_selection)
        return document

    # deeds

    async def do_open(self) -> None:
        """Open the document's page."""
        await self.open_document(await self.here())

    async def do_view(self) -> None:
        """Choose a kind from a menu."""
        counts = Counter(each.kind for each in self.all)
        names = [f"{self.kind_name(kind)}  {counts[kind] if kind else len(self.all):,}" for kind in VIEWS]
        self.app.push_screen(Menu(self.say.view_title, names, VIEWS.index(self.kind)), self._viewed)

    def _viewed(self, index: object) -> None:
        if isinstance(index, int):
            self.kind, self.status = VIEWS[index], ""
            self.list.go(0)
            self.draw()

    async def do_next_view(self) -> None:
        """Go to the next kind."""
        self._viewed((VIEWS.index(self.kind) + 1) % len(VIEWS))

    async def do_status(self) -> None:
        """Choose a status from those that there are."""
        counts = Counter(each.status for each in self._of_kind())
        statuses = ["", *sorted(counts)]
        total = sum(counts.values())
        names = [self.say.status_any, *(word(self.say, "state_doc", status) for status in statuses[1:])]
        told = [
            f"{name}  {counts[status] if status else total:,}" for name, status in zip(names, statuses, strict=True)
        ]

        def chosen(index: object) -> None:
            if isinstance(index, int):
                self.status = statuses[index]
                self.list.go(0)
                self.draw()

        at = statuses.index(self.status) if self.status in statuses else 0
        self.app.push_screen(Menu(self.say.status_title, told, at), chosen)

    async def do_new(self) -> None:
        """Make a new document, or go on with one that is not in Books yet."""
        drafts = await self.service.drafts()
        say = self.say
        going_on = [
            say.new_go_on.format(kind=word(say, "kind", each.new.kind), count=len(each.new.lines), id=each.id)
            for each in drafts
        ]
        names = [*(say.new_title.format(kind=word(say, "kind", kind)) for kind in KINDS), *going_on]

        def chosen(index: object) -> None:
            if isinstance(index, int):
                fresh = index < len(KINDS)
                today = self.kk.now().astimezone().date()
                draft = drafted(KINDS[index], today) if fresh else drafts[index - len(KINDS)]
                self._generation = -1
                self.app.push_screen(NewDocumentScreen(self.mode, draft))

        at = KINDS.index(self.kind or "invoice")
        self.app.push_screen(Menu(say.do_new, names, at), chosen)

    async def do_copy(self) -> None:
        """Copy the document's id."""
        self.copy((await self.here()).id)
