"""History (7): the runs, and what each of them wrote."""

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from core.model.run import HistoryLine, Run
from core.model.undo import UndoScope
from tui.actions import bindings
from tui.locale import word
from tui.screens.base import Base
from tui.screens.loaded import Listed
from tui.screens.overview import count_lines
from tui.screens.record import history_lines
from tui.screens.undo import UndoScreen
from tui.text import clean
from tui.theme import role_of, symbol_of
from tui.when import clock, lasted, seconds_between
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span
from tui.widgets.table import Column, Heading, row
from tui.widgets.window import Window

RUNS = 200
CAUSES = 92
"""From this width on, why a run was started has a column of its own."""
LINES = 10_000
"""Lines of one run that can be leafed through here; all of them are in ``kakehashi history``."""


class History(Listed):
    """See the module's docstring."""

    NAME = "history"
    BINDINGS = bindings("history")

    DETAILS = False

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[Run] | None = None

    def titled(self) -> list[Span]:
        """Return the title."""
        text = self.say.runs_none if self.runs == [] else "" if self.runs else self.say.list_waiting
        return [(f" {self.say.mode_history}", "title"), (f"  {text}", "dim")]

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [
            Column(say.head_when, 11),
            Column(say.head_module, 10),
            Column(say.head_cause, 13, since=CAUSES),
            Column(say.head_state),
            Column(say.count_created, 7, right=True),
            Column(say.count_updated, 7, right=True),
            Column(say.count_failed, 6, right=True),
            Column(say.head_took, 10),
        ]

    def row(self, run: Run, cells: int) -> Line:
        """Return a run's line (B83)."""
        say, counts = self.say, run.counts.values()
        failed = sum(count.failed for count in counts)
        state = f"{symbol_of(run.state)} {word(say, 'state', run.state)}"
        if cells < CAUSES:
            state += f"  {word(say, 'cause', run.cause)}"
        values: list[Span] = [
            (clock(run.started, self.kk.now()), "plain"),
            (word(say, "module", run.module), "plain"),
            (word(say, "cause", run.cause), "plain"),
            (state, role_of(run.state)),
            (f"{sum(count.created for count in counts):,}", "plain"),
            (f"{sum(count.updated for count in counts):,}", "plain"),
            (f"{failed:,}", "bad" if failed else "plain"),
            (lasted(seconds_between(run.started, run.finished)) if run.finished else "", "plain"),
        ]
        return row(self.columns(), values, cells)

    async def load(self) -> None:
        """Ask for the runs."""
        self.runs = await self.service.runs(RUNS)
        self.list.show(Window(rows=self.runs))

    async def do_open(self) -> None:
        """Open the run's lines."""
        if self.runs is None:
            await self.reload()
        self.app.push_screen(RunScreen(self.mode, self.selected()))

    async def do_undo(self) -> None:
        """Show what taking the selected run back would do."""
        run: Run = self.selected()
        self.app.push_screen(UndoScreen(self.mode, UndoScope(module=run.module, run_id=run.id)))


class RunScreen(Base):
    """What one run wrote: a line a record, and below it the fields of the selected one, old -> new."""

    NAME = "run"
    BINDINGS = bindings("run")

    def __init__(self, mode: str, run: Run) -> None:
        super().__init__(mode)
        self.run_shown = run
        self.head = Page(self.head_lines, focusable=False, classes="fixed")
        self.heading = Heading()
        self.list = BigList(self.row, classes="half")
        self.page = Page(self.details, focusable=False)
        self.entries: Sequence[HistoryLine] | None = None

    def body(self) -> Iterable[Widget]:
        """Return the counts, the lines and the selected line's fields."""
        yield self.head
        yield self.heading
        yield self.list
        yield self.page

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [
            Column(say.head_when, 9),
            Column(say.head_direction, 14),
            Column(say.head_change, 24),
            Column(say.head_name),
        ]

    def row(self, entry: HistoryLine, cells: int) -> Line:
        """Return a line's line."""
        say = self.say
        change = f"{word(say, 'verb', entry.verb)}, {word(say, 'why', entry.why)}"
        at = clock(entry.at, self.kk.now(), seconds=True)
        values: list[Span] = [
            (at[-8:], "plain"),
            (getattr(say, entry.direction) if entry.direction else "", "plain"),
            (change, "plain"),
            (entry.name, "plain"),
        ]
        return row(self.columns(), values, cells)

    def head_lines(self, _cells: int) -> list[Line]:
        """Return the run's result and counts."""
        run, say = self.run_shown, self.say
        result = f"{symbol_of(run.state)} {word(say, 'state', run.state)}"
        took = lasted(seconds_between(run.started, run.finished))
        text = say.progress_run.format(
            id=clean(run.id), time=clock(run.started, self.kk.now(), seconds=True), cause=word(say, "cause", run.cause)
        )
        return [[(f" {result}", role_of(run.state)), (f"  {took}   {text}", "plain")], *count_lines(self, run.counts)]

    def details(self, cells: int) -> list[Line]:
        """Return the selected line's fields."""
        entry: HistoryLine | None = self.list.selected
        if entry is None:
            text = self.say.list_waiting if self.entries is None else self.say.run_lines_none
            return [[(f" {text}", "dim")]]
        return [(), [(f" {clean(entry.name[:cells])}", "strong")], *history_lines(self, entry, cells)]

    def draw(self) -> None:
        """Show the lines."""
        self.heading.columns = self.columns()
        self.heading.refresh()
        self.head.styles.height = len(self.head_lines(0)) + 1
        self.head.redraw()
        self.list.show(Window(rows=self.entries or ()))
        self.page.redraw()

    def arrived(self) -> None:
        """Ask for the lines, once: a run's past does not change."""
        if self.kk.service is not None and self.entries is None:
            self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        try:
            self.entries = await self.service.history(self.run_shown.id, 0, LINES)
        except Exception as error:
            self.trouble(error)
        self.draw()

    def on_big_list_moved(self, _event: BigList.Moved) -> None:
        """Show the selected line's fields."""
        self.page.redraw()

    async def do_undo(self) -> None:
        """Show what taking this run back would do."""
        run = self.run_shown
        self.app.push_screen(UndoScreen(self.mode, UndoScope(module=run.module, run_id=run.id)))
