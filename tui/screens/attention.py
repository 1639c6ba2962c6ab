"""Attention (8): what waits for a person: runs that were stopped, what is to be decided, failures by reason."""

from collections.abc import Iterable

from textual.widget import Widget

from core.model.plan import ValveTrip
from core.model.reasons import reason
from core.service import FailureGroup, ModuleStatus, SyncRequest
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.base import Base
from tui.screens.dialogs import Ask
from tui.screens.failures import Failures
from tui.screens.loaded import Loaded
from tui.screens.waiting import REASONS, SIGNS, Waiting, told_elsewhere, what_waits
from tui.text import clean
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, Heading, row
from tui.widgets.window import Window

Entry = FailureGroup | ModuleStatus | Waiting
"""A module here is one whose run the valve stopped."""


def key_of(entry: Entry) -> str:
    """Return what names an entry, so that the cursor stays on it."""
    if isinstance(entry, FailureGroup):
        return f"{entry.module} {entry.direction} {entry.reason}"
    return entry.key if isinstance(entry, Waiting) else entry.module


class Attention(Loaded):
    """See the module's docstring."""

    NAME = "attention"
    BINDINGS = bindings("attention")

    def __init__(self) -> None:
        super().__init__()
        self.heading = Heading()
        self.list = BigList(self.row, key=key_of, classes="half")
        self.page = Page(self.details, focusable=False)
        self.groups: list[FailureGroup] | None = None
        self.waiting: list[Waiting] = []

    def body(self) -> Iterable[Widget]:
        """Return the groups and what belongs to the selected one."""
        yield self.heading
        yield self.list
        yield self.page

    def draw(self) -> None:
        """Show the groups."""
        self.heading.columns = self.columns()
        self.heading.refresh()
        stopped = [module for module in self._modules() if module.state == "needs_confirmation"]
        groups = [each for each in self.groups or () if not told_elsewhere(each, self.waiting)]
        holding = [each for each in self.waiting if REASONS[each.matter]]
        others = [each for each in self.waiting if not REASONS[each.matter]]
        self.list.show(Window(rows=[*stopped, *holding, *groups, *others]))
        self.page.redraw()

    def _modules(self) -> tuple[ModuleStatus, ...]:
        return self.state.status.modules if self.state.status else ()

    async def load(self) -> None:
        """Ask what waits."""
        self.groups = await self.service.failure_groups()
        self.waiting = await what_waits(self.service)

    def on_big_list_moved(self, _event: BigList.Moved) -> None:
        """Show what belongs to the selected group."""
        self.page.redraw()

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [
            Column(say.head_reason, 6),
            Column(""),
            Column(say.head_direction, 14),
            Column(say.head_records, 8, right=True),
        ]

    def row(self, entry: Entry, cells: int) -> Line:
        """Return a group's line."""
        if isinstance(entry, ModuleStatus):
            title = self.say.valve_waits.format(module=word(self.say, "module", entry.module))
            values: list[Span] = [("!", "warn"), (title, "warn"), ("", "plain"), ("", "plain")]
        elif isinstance(entry, Waiting):
            sign, role = SIGNS[entry.matter]
            count = self.say.waiting_unknown if entry.count is None else f"{entry.count:,}"
            title = word(self.say, "waiting", entry.matter).format(module=word(self.say, "module", entry.module))
            values = [(f"{sign} {REASONS[entry.matter]}", role), (title, "plain"), ("", "plain"), (count, "plain")]
        else:
            title = reason(entry.reason).title.say(self.kk.lang)
            values = [
                (entry.reason, "bad" if entry.count > entry.held else "warn"),
                (title, "plain"),
                (getattr(self.say, entry.direction), "plain"),
                (f"{entry.count:,}", "plain"),
            ]
        return row(self.columns(), values, cells)

    def details(self, cells: int) -> list[Line]:
        """Return remedy and samples of the selected group."""
        say, entry = self.say, self.list.selected
        if entry is None:
            text = say.list_waiting if self.groups is None else say.groups_none
            return [[(f" {text}", "dim" if self.groups is None else "ok")]]
        wide = cells - 4
        lines: list[Line] = [()]
        if isinstance(entry, ModuleStatus):
            for trip in entry.last_run.valve if entry.last_run else ():
                lines += paragraph(valve_text(self, trip), wide, role="warn", indent=1)
            return [*lines, *paragraph(say.valve_remedy, wide, role="plain", indent=1)]
        if isinstance(entry, Waiting):
            return [*lines, *paragraph(word(say, "waiting", f"{entry.matter}_tells"), wide, role="plain", indent=1)]
        found = reason(entry.reason)
        lines += paragraph(f"{entry.reason}  {found.title.say(self.kk.lang)}", wide, role="strong", indent=1)
        lines += paragraph(found.remedy.say(self.kk.lang), wide, role="plain", indent=1)
        told = say.group_frees.format(count=f"{entry.count + entry.waiting:,}")
        if entry.held:
            told += "  " + say.group_frees_held.format(held=f"{entry.held:,}")
        lines += [(), [(f" {word(say, 'module', entry.module)}  {told}", "plain")]]
        names = ", ".join(clean(name[:100]) for name in entry.sample)
        lines += paragraph(say.group_samples.format(names=names), wide, most=3, role="dim", indent=1)
        return lines

    # deeds

    def _selected(self) -> Entry:
        entry: Entry | None = self.list.selected
        if entry is None:
            raise Refusal(self.say.no_failures)
        return entry

    async def do_open(self) -> None:
        """Open the records of the group, or the run that was stopped."""
        if self.groups is None:
            await self.reload()
        entry = self._selected()
        if isinstance(entry, ModuleStatus):
            await self.app.run_action("do('track')")
        elif isinstance(entry, Waiting):
            self.app.push_screen(entry.screen(self.mode))
        else:
            self.app.push_screen(Failures(self.mode, entry))

    async def do_retry(self) -> None:
        """Send the group's records again."""
        entry = self._selected()
        if isinstance(entry, ModuleStatus):
            raise Refusal(self.say.no_failures)
        if isinstance(entry, Waiting):
            raise Refusal(self.say.no_retry_here)
        failures = await self.service.failures(entry.module, entry.reason)
        keys = tuple(each.key for each in failures if each.direction == entry.direction)
        await self.service.sync(SyncRequest(module=entry.module, retry=keys))
        self.kk.flash(self.say.retrying.format(count=f"{len(keys):,}"))

    async def do_retry_all(self) -> None:
        """Send everything that failed again, after asking."""
        groups = [each for each in self.groups or () if not told_elsewhere(each, self.waiting)]
        if not groups:
            raise Refusal(self.say.no_failures)
        count = sum(group.count for group in groups)
        question = self.say.ask_retry.format(count=f"{count:,}", groups=len(groups))

        def answered(yes: object) -> None:
            if yes:
                self.kk.retries[:] = list(dict.fromkeys(group.module for group in groups))
                self.kk.flash(self.say.retrying.format(count=f"{count:,}"))
                self.kk.on_news()

        self.app.push_screen(Ask(question, [self.say.ask_retry_more]), answered)


def valve_text(screen: Base, trip: ValveTrip) -> str:
    """Return why the valve closed, in numbers."""
    side = word(screen.say, "side", trip.side)
    text: str = getattr(screen.say, f"valve_{trip.rule}")
    return text.format(side=side, count=f"{trip.count:,}", limit=f"{trip.limit:,}")
