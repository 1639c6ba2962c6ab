"""Fields that changed on both sides, pair by pair (F40): the list that leads to the resolver."""

from collections.abc import Sequence

from core.model.deciding import Conflict
from core.model.names import ModuleName
from tui.actions import bindings
from tui.screens.loaded import ListedOf
from tui.screens.record import shown
from tui.screens.resolver import Resolver
from tui.text import clean
from tui.when import clock
from tui.widgets.strips import Line, Span
from tui.widgets.table import Column, row
from tui.widgets.window import Window


class Conflicts(ListedOf):
    """See the module's docstring."""

    NAME = "conflicts"
    BINDINGS = bindings("conflicts")

    def __init__(self, mode: str, module: ModuleName) -> None:
        super().__init__(mode, module, key=lambda conflict: conflict.key)

    def titled(self) -> list[Span]:
        """Return the title."""
        return self.counted(self.say.conflicts_of, self.say.conflicts_none)

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [Column(say.head_name), Column(say.head_fields), Column(say.head_since, 11, right=True)]

    def row(self, conflict: Conflict, cells: int) -> Line:
        """Return a pair's line."""
        fields = ", ".join(each.crm_field for each in conflict.fields)
        since = clock(conflict.since, self.kk.now())
        return row(self.columns(), [(conflict.name, "plain"), (fields, "warn"), (since, "dim")], cells)

    async def load(self) -> None:
        """Ask how many there are; the rows come as they are looked at."""
        found = await self.service.undecided()
        self.count = sum(each.conflicts for each in found if each.module == self.module)

        async def fetch(start: int, stop: int) -> Sequence[Conflict]:
            return await self.service.conflicts(self.module, start, stop)

        self.list.show(Window(self.count, fetch))

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
        self.app.push_screen(Resolver(self.mode, await self.here()))
