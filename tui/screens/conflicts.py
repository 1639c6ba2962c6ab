"""Fields that changed on both sides, pair by pair (F40): the list that leads to the resolver."""

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from core.model.deciding import Conflict
from core.model.names import ModuleName
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.loaded import Loaded
from tui.screens.record import shown
from tui.screens.resolver import Resolver
from tui.text import clean
from tui.when import clock
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span
from tui.widgets.table import Column, Heading, Title, row
from tui.widgets.window import Window


class Conflicts(Loaded):
    """See the module's docstring."""

    NAME = "conflicts"
    BINDINGS = bindings("conflicts")

    def __init__(self, mode: str, module: ModuleName) -> None:
        super().__init__(mode)
        self.module = module
        self.title_line, self.heading = Title(), Heading()
        self.list = BigList(self.row, key=lambda conflict: conflict.key, classes="half")
        self.page = Page(self.details, focusable=False)
        self.count: int | None = None

    @property
    def module_here(self) -> ModuleName:
        """The module whose conflicts these are."""
        return self.module

    def body(self) -> Iterable[Widget]:
        """Return the list and what the selected pair holds."""
        yield self.title_line
        yield self.heading
        yield self.list
        yield self.page

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [Column(say.head_name), Column(say.head_fields), Column(say.head_since, 11, right=True)]

    def row(self, conflict: Conflict, cells: int) -> Line:
        """Return a pair's line."""
        fields = ", ".join(each.crm_field for each in conflict.fields)
        since = clock(conflict.since, self.kk.now())
        return row(self.columns(), [(conflict.name, "plain"), (fields, "warn"), (since, "dim")], cells)

    def draw(self) -> None:
        """Show title and columns."""
        say = self.say
        self.heading.columns = self.columns()
        self.heading.refresh()
        count = say.list_waiting if self.count is None else f"{self.count:,}"
        spans: list[Span] = [(f" {say.conflicts_of.format(module=word(say, 'module', self.module))}  ", "title")]
        spans.append((count, "dim") if self.count != 0 else (say.conflicts_none, "ok"))
        self.title_line.set(spans)
        self.list.refresh()
        self.page.redraw()

    async def load(self) -> None:
        """Ask how many there are; the rows come as they are looked at."""
        found = await self.service.undecided()
        self.count = sum(each.conflicts for each in found if each.module == self.module)

        async def fetch(start: int, stop: int) -> Sequence[Conflict]:
            return await self.service.conflicts(self.module, start, stop)

        self.list.show(Window(self.count, fetch))

    def on_big_list_moved(self, _event: BigList.Moved) -> None:
        """Show the selected pair."""
        self.page.redraw()

    def details(self, cells: int) -> list[Line]:
        """Return the held fields of the selected pair, both sides."""
        conflict: Conflict | None = self.list.selected
        if conflict is None:
            return []
        columns = [Column(self.say.head_field, 20), Column(self.say.side_crm), Column(self.say.side_books)]
        lines: list[Line] = [(), [(f" {clean(conflict.name)}", "strong")]]
        lines.append(row(columns, [(each.head, "dim") for each in columns], cells))
        for each in conflict.fields:
            values: list[Span] = [(each.crm_field, "plain"), (shown(each.crm), "plain"), (shown(each.books), "plain")]
            lines.append(row(columns, values, cells))
        return lines

    async def do_open(self) -> None:
        """Decide about the selected pair."""
        if self.count is None:
            await self.reload()
        await self.list.arrive()
        if self.list.selected is None:
            raise Refusal(self.say.no_selection)
        self.app.push_screen(Resolver(self.mode, self.list.selected))
