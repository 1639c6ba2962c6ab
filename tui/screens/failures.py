"""The records of one failure group."""

import unicodedata
from collections.abc import Iterable

from textual.widget import Widget

from core.model.reasons import reason
from core.model.run import Failure
from core.service import FailureGroup, SyncRequest
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.failure import FailureScreen
from tui.screens.filtered import Filtered
from tui.screens.loaded import Loaded
from tui.text import clean
from tui.when import clock
from tui.widgets.biglist import BigList
from tui.widgets.strips import Line, Span
from tui.widgets.table import Column, Heading, Title, row
from tui.widgets.window import Window


def folded(text: str) -> str:
    """Return text as filters compare it."""
    return unicodedata.normalize("NFKC", text).casefold()


class Failures(Filtered, Loaded):
    """See the module's docstring."""

    NAME = "failures"
    HIDES_TITLE = False
    BINDINGS = bindings("failures")

    def __init__(self, mode: str, group: FailureGroup) -> None:
        super().__init__(mode)
        self.group = group
        self.title_line, self.heading = Title(), Heading()
        self.list = BigList(self.row)
        self.all: list[Failure] | None = None

    def body(self) -> Iterable[Widget]:
        """Return the list."""
        yield self.title_line
        yield self.heading
        yield self.list

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [
            Column(say.head_name),
            Column(say.head_message),
            Column(say.head_tries, 5, right=True),
            Column(say.head_when, 11, right=True),
        ]

    def row(self, failure: Failure, cells: int) -> Line:
        """Return a failure's line."""
        values: list[Span] = [
            (failure.name, "plain"),
            (failure.message or word(self.say, "state", "held"), "dim"),
            (f"{failure.attempts}", "plain"),
            (clock(failure.last_at, self.kk.now()), "plain"),
        ]
        return row(self.columns(), values, cells)

    def draw(self) -> None:
        """Show the records that match."""
        say = self.say
        self.heading.columns = self.columns()
        self.heading.refresh()
        found = self._matching()
        self.list.show(Window(rows=found))
        title = f" {self.group.reason}  {reason(self.group.reason).title.say(self.kk.lang)}"
        spans: list[Span] = [(title, "title"), ("  " + say.group_count.format(count=f"{len(found):,}"), "dim")]
        if self.text:
            spans.append(("  " + say.filter_text.format(text=clean(self.text)), "changed"))
        if self.all is not None and not found:
            spans.append(("  " + (say.list_empty_text if self.text else say.groups_none), "ok"))
        self.title_line.set(spans)

    def _matching(self) -> list[Failure]:
        words = folded(self.text).split()
        return [each for each in self.all or () if all(part in folded(each.name) for part in words)]

    async def load(self) -> None:
        """Ask for the records."""
        found = await self.service.failures(self.group.module, self.group.reason)
        self.all = [each for each in found if each.direction == self.group.direction]

    def _selected(self) -> Failure:
        failure: Failure | None = self.list.selected
        if failure is None:
            raise Refusal(self.say.no_failures)
        return failure

    # deeds

    async def do_open(self) -> None:
        """Open the failure."""
        if self.all is None:
            await self.reload()
        self.app.push_screen(FailureScreen(self.mode, self._selected()))

    async def do_retry(self) -> None:
        """Send the selected record again."""
        failure = self._selected()
        await self.service.sync(SyncRequest(module=failure.module, retry=(failure.key,)))
        self.kk.flash(self.say.retrying.format(count=1))

    async def do_copy(self) -> None:
        """Copy the source record's id."""
        self.copy(self._selected().record)

    def narrow(self, text: str) -> None:
        """Show the records whose name has these words."""
        self.draw()
