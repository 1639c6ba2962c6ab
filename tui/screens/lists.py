"""Customers, Vendors, Items (2-4): one big list each, narrowed by view and text, ordered by a column."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import get_args

from msgspec.structs import replace
from textual.widget import Widget
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from core.model.names import ModuleName
from core.service import Listing, ListQuery, RecordFilter, Row, SortColumn
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.dialogs import Ask, Menu
from tui.screens.exporting import Exporting
from tui.screens.record import RecordScreen
from tui.screens.rows import columns, record_row
from tui.screens.whynot import WhyNotScreen
from tui.text import clean
from tui.widgets.biglist import BigList
from tui.widgets.prompt import PromptLine
from tui.widgets.strips import Line, Span
from tui.widgets.table import Heading, Title
from tui.widgets.window import Window

VIEWS: tuple[RecordFilter, ...] = (
    "all", "crm", "not_in_crm", "not_in_books", "individual", "business", "inactive", "failures",
)  # fmt: skip
ONLY_CUSTOMERS = frozenset({"individual", "business"})
ORDERS: tuple[SortColumn, ...] = get_args(SortColumn)


class RecordList(Exporting):
    """See the module's docstring. Subclasses name the module."""

    def __init__(self) -> None:
        super().__init__()
        self.title_line = Title()
        self.heading = Heading()
        self.list = BigList(self.row, key=lambda record: record.key)
        self.marked: dict[str, Row] = {}
        self.query_now = ListQuery(module=self.MODULE)
        self.listing: Listing | None = None
        self.views = tuple(each for each in VIEWS if self.MODULE == "customers" or each not in ONLY_CUSTOMERS)
        self.opening: Worker[None] | None = None
        self._generation = -1

    @property
    def module_here(self) -> ModuleName:
        """The list's module."""
        return self.MODULE

    def view_name(self, name: RecordFilter) -> str:
        """Return a view in words (B88)."""
        module = "" if self.MODULE == "customers" else f"_{self.MODULE}"
        return word(self.say, "filter", f"{name}{module}" if name in ("all", "crm") else name)

    def body(self) -> Iterable[Widget]:
        """Return what the list is narrowed to, its columns, and the list."""
        yield self.title_line
        yield self.heading
        yield self.list

    def row(self, record: Row, cells: int) -> Line:
        """Return a record's line; a marked one begins with a star."""
        line = record_row(self.kk, record, cells)
        return [("*", "changed"), *line[1:]] if record.key in self.marked else line

    def draw(self) -> None:
        """Show title and columns."""
        self.heading.columns = columns(self.kk)
        self.heading.refresh()
        self.footer.notes["view"] = self.view_name(self.query_now.filter)
        self.footer.refresh()
        self.list.refresh()
        self._title()

    def _title(self) -> None:
        say, query = self.say, self.query_now
        view = self.view_name(query.filter)
        count = f"{self.list.cursor + 1:,}/{self.list.count:,}" if self.list.count else "0"
        count = count if self.listing else say.list_waiting
        spans: list[Span] = [(" " + say.filter_line.format(view=view, count=count), "title")]
        if query.text:
            spans.append(("  " + say.filter_text.format(text=clean(query.text)), "changed"))
        if self.marked:
            spans.append((f"  {say.marked.format(count=f'{len(self.marked):,}')}", "changed"))
        order = say.sorted_by.format(column=word(say, "sort", query.sort))
        spans.append((f"  {order}{' ' + say.down if query.descending else ''}", "dim"))
        if self.listing is not None and not self.list.count:
            spans.append(("  " + (say.list_empty_text if query.text else say.list_empty), "warn"))
        self.title_line.set(spans)
        for line in self.query(PromptLine):
            line.say((f"{view} {count}", "dim"))

    def arrived(self) -> None:
        """Open the list, or open it anew when records moved."""
        if self.kk.service is None:
            self._generation = -1
        elif self._generation != self.state.generation:
            self._generation = self.state.generation
            self._open()

    def on_big_list_moved(self, _event: BigList.Moved) -> None:
        """Show where the cursor is."""
        self._title()

    # the listing

    def _open(self, *, top: bool = False) -> None:
        # A function, not a coroutine: of a burst of letters, most are given up before they have begun.
        self.opening = self.run_worker(partial(self._reopen, self.query_now, top), exclusive=True, group="open")

    async def _reopen(self, query: ListQuery, top: bool) -> None:
        try:
            listing = await self.service.open_list(query)
        except Exception as error:  # Told on the flash line; the old rows stay.
            self._generation = -1
            self.trouble(error)
            return
        if query is self.query_now:
            self._take(listing, top=top)

    def _take(self, listing: Listing, *, top: bool = False) -> None:
        self.listing = listing
        self.list.show(Window(listing.count, lambda start, stop: self._rows(listing, start, stop)), top=top)
        self._title()

    async def _rows(self, listing: Listing, start: int, stop: int) -> Sequence[Row]:
        answer = await self.service.rows(listing.id, start, stop)
        moved = answer.listing.id != listing.id or answer.listing.count != listing.count
        if moved and self.listing is listing:
            # The records moved on between the two questions: take the fresh listing the agent answered with.
            self.call_later(self._take, answer.listing)
        return answer.rows

    def _ask_for(self, query: ListQuery) -> None:
        self.query_now = query
        self.draw()
        self._open(top=True)

    # deeds

    async def do_open(self) -> None:
        """Open the record's page."""
        await self._here()
        self.app.push_screen(RecordScreen(self.MODULE, self.mode, self._selected()))

    async def _here(self) -> None:
        """Wait for the list that was asked for last, and for the row under the cursor."""
        if self.opening is not None and not self.opening.is_finished:
            with suppress(WorkerFailed, WorkerCancelled):
                await self.opening.wait()
        if self.listing is None:
            await self._reopen(self.query_now, top=True)
        await self.list.arrive()

    def _selected(self) -> Row:
        record: Row | None = self.list.selected
        if record is None:
            raise Refusal(self.say.no_selection)
        return record

    def narrow(self, text: str) -> None:
        """Ask for the names that have these words."""
        self.query_now = replace(self.query_now, text=text)
        self._open(top=True)

    async def do_view(self) -> None:
        """Choose a view from a menu."""
        names = [self.view_name(name) for name in self.views]
        menu = Menu(self.say.view_title, names, self.views.index(self.query_now.filter))
        self.app.push_screen(menu, self._viewed)

    def _viewed(self, index: object) -> None:
        if isinstance(index, int):
            self._ask_for(replace(self.query_now, filter=self.views[index]))

    async def do_next_view(self) -> None:
        """Go to the next view."""
        self._viewed((self.views.index(self.query_now.filter) + 1) % len(self.views))

    async def do_order(self) -> None:
        """Choose the column to order by."""
        names = [word(self.say, "sort", name) for name in ORDERS]
        self.app.push_screen(Menu(self.say.order_title, names, ORDERS.index(self.query_now.sort)), self._ordered)

    def _ordered(self, index: object) -> None:
        if isinstance(index, int):
            turned = ORDERS[index] == self.query_now.sort and not self.query_now.descending
            self._ask_for(replace(self.query_now, sort=ORDERS[index], descending=turned))

    async def do_mark(self) -> None:
        """Mark the record, or take the mark away, and go to the next one."""
        await self._here()
        record = self._selected()
        if self.marked.pop(record.key, None) is None:
            self.marked[record.key] = record
        self.list.refresh_lines(self.list.cursor)
        self.list.go(self.list.cursor + 1)
        self._title()

    async def do_unmark(self) -> None:
        """Take all marks away."""
        if not self.marked:
            raise Refusal(self.say.no_marks)
        self.marked.clear()
        self.draw()

    async def do_fetch(self) -> None:
        """Fetch the marked records, or the selected one, from both sides now (B82, B89)."""
        await self._here()
        records = list(self.marked.values()) or [self._selected()]
        if len(records) == 1:
            await self._fetch(records)
            return

        def answered(yes: object) -> None:
            if yes:
                self.attempt(self._fetch(records))

        question = self.say.ask_fetch.format(count=f"{len(records):,}")
        self.app.push_screen(Ask(question, [self.say.ask_fetch_more]), answered)

    async def _fetch(self, records: list[Row]) -> None:
        await self.kk.fetch(self.MODULE, records)
        self.marked.clear()

    async def do_why(self) -> None:
        """Tell why the record is not in step."""
        await self._here()
        self.app.push_screen(WhyNotScreen(self.mode, self.MODULE, self._selected()))

    async def do_release(self) -> None:
        """Let an ignored record take part again."""
        await self._here()
        await self.kk.release(self.MODULE, self._selected())

    async def do_copy(self) -> None:
        """Copy the record's id."""
        record = self._selected()
        self.copy(record.crm_id or record.books_id)

    async def do_copy_books(self) -> None:
        """Copy the record's Books id."""
        self.copy(self._selected().books_id)


class Customers(RecordList):
    """Customers (2)."""

    NAME = "customers"
    BINDINGS = bindings("customers")


class Vendors(RecordList):
    """Vendors (3)."""

    NAME = "vendors"
    MODULE = "vendors"
    BINDINGS = bindings("vendors")


class Items(RecordList):
    """Items (4)."""

    NAME = "items"
    MODULE = "items"
    BINDINGS = bindings("items")
