"""Documents (5): estimates, orders and invoices, narrowed by kind, status, customer, lack of a deal, and text."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from textual.worker import Worker

from core.model.documents import KINDS, Document, DocumentKind
from core.model.papers import PaperListing, PaperQuery
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.dialogs import Menu
from tui.screens.document_list import PaperList
from tui.screens.document_new import NewDocumentScreen, drafted
from tui.screens.document_rows import deal_of, document_columns, document_row, money
from tui.text import clean
from tui.widgets.strips import Line
from tui.widgets.table import Column
from tui.widgets.window import Window

VIEWS: tuple[DocumentKind | None, ...] = (None, *KINDS)


class Documents(PaperList):
    """See the module's docstring. The list is the agent's: a window of it is here, however long it is."""

    NAME = "documents"
    BINDINGS = bindings("documents")

    def __init__(self) -> None:
        super().__init__()
        self.query_now = PaperQuery()
        self.party_name = ""
        self.listing: PaperListing | None = None

    def view_name(self) -> str:
        """Return in words what the list is narrowed to, but for text."""
        query, say = self.query_now, self.say
        parts = [word(say, "filter_documents", query.kind or "all")]
        parts += [word(say, "state_doc", query.status)] if query.status else []
        parts += [say.filter_documents_loose] if query.loose else []
        parts += [clean(self.party_name)] if query.party_id else []
        return ", ".join(parts)

    def columns(self, cells: int) -> list[Column]:
        """Return the columns."""
        return document_columns(self.kk)

    def row(self, each: Any, cells: int) -> Line:
        """Return a document's line."""
        return document_row(self.kk, each, cells)

    def key(self, each: Any) -> str:
        """Return the document's id in our state."""
        return str(each.ref)

    def window(self) -> Window | None:
        """Leave the lines that are shown: ``_take`` shows others."""
        return None

    def narrow(self, text: str) -> None:
        """Ask for the documents that have these words."""
        self._ask_for(replace(self.query_now, text=text))

    def _ask_for(self, query: PaperQuery) -> None:
        self.query_now = query
        _: Worker[None] = self.run_worker(self._reopen, exclusive=True, group="open")

    async def _reopen(self) -> None:
        query = self.query_now
        try:
            listing = await self.service.open_papers(query)
        except Exception as error:  # Told on the flash line; the old lines stay.
            self.trouble(error)
            return
        if query is self.query_now:
            self._take(listing, top=True)

    def _take(self, listing: PaperListing, *, top: bool = False) -> None:
        self.listing = listing
        self.list.show(Window(listing.count, lambda start, stop: self._rows(listing, start, stop)), top=top)
        self.draw()

    async def _rows(self, listing: PaperListing, start: int, stop: int) -> Sequence[Document]:
        answer = await self.service.papers(listing.id, start, stop)
        if answer.listing.count != listing.count and self.listing is listing:
            # Documents came or went between the two questions: take the list that the agent answered with.
            self.call_later(self._take, answer.listing)
        return answer.rows

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
        """Open the list."""
        query = self.query_now
        listing = await self.service.open_papers(query)
        if query is self.query_now:
            self._take(listing)

    async def here(self) -> Document:
        """Return the selected document, waiting for it first. Raises ``Refusal`` when there is none."""
        if self.listing is None:
            await self.ask()
        await self.list.arrive()
        return self.document_here()

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
        """Choose from a menu: a kind, those without a deal, those of the selected document's customer."""
        query, say = self.query_now, self.say
        kinds = self.listing.kinds if self.listing else {}
        counts = [sum(kinds.values()), *(kinds.get(kind, 0) for kind in KINDS)]
        names = [
            f"{word(say, 'filter_documents', kind or 'all')}  {count:,}"
            for kind, count in zip(VIEWS, counts, strict=True)
        ]  # fmt: skip
        names.append(say.filter_documents_loose)
        choices = [PaperQuery(kind=kind, text=query.text) for kind in VIEWS]
        choices.append(replace(query, loose=True, status=""))
        selected: Document | None = self.list.selected
        if selected is not None and not query.party_id:
            names.append(say.only_party.format(name=clean(selected.party_name)))
            choices.append(replace(query, party_id=selected.party_id, status=""))

        def chosen(index: object) -> None:
            if isinstance(index, int):
                if choices[index].party_id and selected is not None:
                    self.party_name = selected.party_name
                self._ask_for(choices[index])

        self.app.push_screen(Menu(say.view_title, names, VIEWS.index(query.kind)), chosen)

    async def do_next_view(self) -> None:
        """Go to the next kind."""
        kind = VIEWS[(VIEWS.index(self.query_now.kind) + 1) % len(VIEWS)]
        self._ask_for(PaperQuery(kind=kind, text=self.query_now.text))

    async def do_status(self) -> None:
        """Choose a status from those that there are."""
        counts = self.listing.statuses if self.listing else {}
        statuses = ["", *sorted(counts)]
        names = [self.say.status_any, *(word(self.say, "state_doc", status) for status in statuses[1:])]
        told = [
            f"{name}  {counts.get(status, 0) if status else sum(counts.values()):,}"
            for name, status in zip(names, statuses, strict=True)
        ]  # fmt: skip

        def chosen(index: object) -> None:
            if isinstance(index, int):
                self._ask_for(replace(self.query_now, status=statuses[index]))

        now = self.query_now.status
        self.app.push_screen(Menu(self.say.status_title, told, statuses.index(now) if now in statuses else 0), chosen)

    async def do_new(self) -> None:
        """Make a new document, or go on with one that is not in Books yet."""
        drafts = await self.service.drafts()
        say = self.say
        going_on = [
            (say.edit_go_on if each.base else say.new_go_on).format(
                kind=word(say, "kind", each.new.kind),
                count=len(each.new.lines),
                id=each.id,
                name=clean(each.base.number if each.base else each.party_name),
            )
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

        at = KINDS.index(self.query_now.kind or "invoice")
        self.app.push_screen(Menu(say.do_new, names, at), chosen)

    async def do_copy(self) -> None:
        """Copy the document's id."""
        self.copy((await self.here()).id)
