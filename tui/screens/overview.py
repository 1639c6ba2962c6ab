"""Overview (1): a row a module; below it the last run, what waits for a person, the budgets."""

from collections.abc import Iterable, Mapping
from typing import Literal

from textual.widget import Widget

from core.model.mirror import MirrorStatus
from core.model.names import Direction, ModuleName
from core.model.plan import Count
from core.model.reasons import reason
from core.model.run import Run
from core.service import FailureGroup, ModuleStatus
from core.service_running import Timetable
from tui.actions import bindings
from tui.locale import word
from tui.screens.base import Base
from tui.screens.outlook import SHOWN, sparkline, to_come
from tui.text import clean, fit
from tui.theme import Role, role_of, symbol_of
from tui.when import clock, lasted, seconds_between
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.room import is_low
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, Heading, row
from tui.widgets.window import Window

ModuleKey = Literal["customers", "vendors", "items", "documents", "triggers"]
ROWS: tuple[ModuleKey, ...] = ("customers", "vendors", "items", "documents", "triggers")
SYNCED: tuple[ModuleName, ...] = ("customers", "vendors", "items")
ELSEWHERE: dict[str, str] = {"documents": "documents", "triggers": "deals"}
"""Rows that have no sync of their own, and the mode where they are looked after."""
DIRECTIONS: tuple[Direction, ...] = ("to_books", "to_crm")
ROLES: dict[str, Role] = {"failed": "bad", "held": "warn"}
COUNTS = ("created", "updated", "linked", "gone", "skipped", "unchanged", "held", "failed")


class Overview(Base):
    """See the module's docstring."""

    NAME = "overview"
    BINDINGS = bindings("overview")

    def __init__(self) -> None:
        super().__init__()
        self.heading = Heading()
        self.list = BigList(self.row, classes="fixed")
        self.page = Page(self.details, focusable=False)
        self.groups: list[FailureGroup] = []
        self.runs: list[Run] = []
        self.timetables: list[Timetable] = []
        self.mirror: MirrorStatus | None = None
        self._told = -1

    def body(self) -> Iterable[Widget]:
        """Return the table of modules and the details below it."""
        yield self.heading
        yield self.list
        yield self.page

    def draw(self) -> None:
        """Show the status."""
        self.heading.columns = self.columns()
        self.heading.refresh()
        self.list.show(Window(rows=ROWS))
        self.page.redraw()

    def measured(self) -> None:
        """Give the table its rows, or all the room where there is little."""
        self.list.styles.height = "1fr" if is_low(self.app.size) else len(ROWS) + 1

    def arrived(self) -> None:
        """Ask for the failures behind the count."""
        if self.kk.service is not None and self._told != self.state.generation:
            self._told = self.state.generation
            self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        try:
            self.groups = await self.service.failure_groups()
            self.runs = await self.service.runs(SHOWN)
            self.timetables = await self.service.timetable()
            if self.state.connected and not self.state.disabled and not self.state.running:
                self.mirror = await self.service.transactions()
        except Exception as error:  # The rest of the screen is right without it.
            self._told = -1
            self.log.error(error)
        self.list.refresh()
        self.page.redraw()

    @property
    def module_here(self) -> ModuleName:
        """The module of the selected row; what has no sync of its own is told by its status."""
        name: ModuleKey = self.list.selected or "customers"
        return "documents" if name == "triggers" else name

    # the table

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [
            Column(say.head_module, 14, keep=True),
            Column(say.head_state, 20, keep=True),
            Column(say.head_extent, 14),
            Column(say.head_last_run),
            Column(say.head_failures, 6, right=True),
            Column(say.head_links, 7, right=True),
            Column(say.head_next, 12, right=True, since=100),
        ]

    def row(self, name: ModuleKey, cells: int) -> Line:
        """Return a module's line."""
        say = self.say
        module = self.state.module(name)
        state = module.state if module else "unavailable"
        if module is None and name in SYNCED:
            state = "not_configured" if self.state.status else "unavailable"
        if module is not None and self.state.running and self.state.progress and self.state.progress.module == name:
            state = "running"
        shown: Span = (f"{symbol_of(state)} {word(say, 'state', state)}", role_of(state))
        if self.state.status is None:
            shown = (f"  {say.list_waiting}", "dim")
        elif name in ELSEWHERE:
            shown = self._elsewhere(name)
        role = "dim" if state == "unavailable" else "plain"
        label: Span = (word(say, "module", name), "strong" if role == "plain" else "dim")
        blank: Span = ("", "plain")
        if module is None or state == "unavailable":
            last = self._last(module.last_run, cells) if name == "documents" and module and module.last_run else ""
            return row(self.columns(), [label, shown, blank, (last, "plain"), blank, blank, blank], cells)
        next_run = self._next(name)
        return row(
            self.columns(),
            [
                label,
                shown,
                (self._direction(module), "plain"),
                (self._last(module.last_run, cells), "plain"),
                (f"{module.failures:,}", "bad" if module.failures else "dim"),
                (f"{module.links:,}", "plain"),
                (clock(next_run, self.kk.now()), "plain"),
            ],
            cells,
        )

    def _elsewhere(self, name: ModuleKey) -> Span:
        """Return what is known of a row that has no sync of its own; transactions say whether they are on (B62)."""
        say, mirror = self.say, self.mirror
        if name != "documents" or mirror is None:
            return f"- {word(say, 'elsewhere', name)}", "dim"
        if not mirror.setup.on:
            return f"- {say.transactions_off}", "dim"
        return f"+ {say.transactions_shown.format(count=f'{sum(mirror.mirrored.values()):,}')}", "ok"

    def _next(self, name: ModuleKey) -> str:
        """Return the instant of a module's next automatic run."""
        return next((each.next_run for each in self.timetables if each.schedule.module == name), "")

    def _direction(self, module: ModuleStatus) -> str:
        if module.setup is None:
            return ""
        return word(self.say, "extent", module.setup.extent)

    def _last(self, run: Run | None, cells: int) -> str:
        if run is None:
            return "-"
        if cells < 92:
            return clock(run.started, self.kk.now())
        counts = run.counts.values()
        added, updated = sum(count.created for count in counts), sum(count.updated for count in counts)
        return f"{clock(run.started, self.kk.now())} +{added:,} ~{updated:,}"

    # the details

    def details(self, cells: int) -> list[Line]:
        """Return what stands below the table."""
        say, state = self.say, self.state
        lines: list[Line] = []
        if state.status is None:
            text = say.no_service if state.attachment == "lost" or state.problem else say.connecting
            lines += [[(" " + text, "dim")]]
            if state.problem is not None:
                told = f"{state.problem.message(self.kk.lang)} {state.problem.remedy(self.kk.lang)}"
                lines += paragraph(told, cells - 2, role="warn", indent=1)
            return lines
        lines += self._advice(cells)
        lines += self._run_lines()
        lines += self._attention_lines()
        lines += self._budget_lines()
        if not state.status.survives_logout:
            lines += [(), *paragraph(say.logout_kills, cells - 2, role="warn", indent=1)]
        lines += [[(" " + say.agent_line.format(version=state.status.version, pid=state.status.pid), "dim")]]
        return lines

    def _advice(self, cells: int) -> list[Line]:
        say, status = self.say, self.state.status
        told = {
            "not_connected": say.not_connected_yet, "not_configured": say.not_configured_yet, "locked": say.locked_yet,
        }  # fmt: skip
        text = told.get(status.health, "") if status else ""
        return [*paragraph(text, cells - 2, role="warn", indent=1), ()] if text else []

    def _run_lines(self) -> list[Line]:
        say, run = self.say, self.state.latest_run
        if run is None:
            return [[(" " + say.last_run, "title")], [("   " + say.never_ran, "plain")]]
        took = lasted(seconds_between(run.started, run.finished)) if run.finished else ""
        head: Line = [
            (f" {say.last_run}  ", "title"),
            (f"{symbol_of(run.state)} {word(say, 'state', run.state)}", role_of(run.state)),
            (f"  {clock(run.started, self.kk.now())}  {took}  {word(say, 'cause', run.cause)}", "plain"),
        ]
        lines = [head, *count_lines(self, run.counts)]
        if len(self.runs) > 1:
            title = fit(say.last_runs, 13)
            lines.append([(f"   {title} ", "strong"), *sparkline(self.runs), (f"  {say.last_runs_key}", "dim")])
        return lines

    def _attention_lines(self) -> list[Line]:
        say = self.say
        if self.state.latest_run is None and not self.groups:
            return []
        if not self.groups and not (self.state.status and self.state.status.attention):
            return [(), [(f" {say.waits_for_you}  ", "title"), (say.nothing_waits, "ok")]]
        lines: list[Line] = [(), [(f" {say.waits_for_you}  ", "title"), (say.see_attention, "dim")]]
        for group in self.groups[:5]:
            title = reason(group.reason).title.say(self.kk.lang)
            text = say.records_of.format(count=f"{group.count:,}", title=title)
            lines.append([(f"   {group.reason:<4}", "warn"), (clean(text), "plain")])
        return lines

    def _budget_lines(self) -> list[Line]:
        say = self.say
        lines: list[Line] = [(), [(f" {say.budget}", "title")]]
        for budget in self.state.status.budgets if self.state.status else ():
            side = word(say, "side", budget.side)
            if budget.day_limit is None:
                text = say.budget_open.format(side=side, used=f"{budget.used_today:,}")
            else:
                text = say.budget_limited.format(
                    side=side,
                    used=f"{budget.used_today:,}",
                    limit=f"{budget.day_limit:,}",
                    left=f"{max(0, budget.day_limit - budget.used_today):,}",
                    resets=clock(budget.resets_at, self.kk.now()) or "-",
                )
            calls = to_come(budget, self.timetables, self.kk.now())
            short = calls is not None and budget.day_limit is not None and calls > budget.day_limit - budget.used_today
            told = "" if calls is None or short else f"  {say.budget_to_come.format(calls=f'{calls:,}')}"
            lines.append([("   " + text, "plain"), (told, "dim")])
            if short:
                lines.append([("     " + say.budget_short.format(calls=f"{calls:,}"), "warn")])
        return lines

    # deeds

    async def do_open(self) -> None:
        """Go where the module's records are."""
        name: ModuleKey | None = self.list.selected
        module = self.state.module(name) if name else None
        if name in SYNCED:
            running = module is not None and module.state == "running"
            await self.app.run_action("do('track')" if running else f"do('mode_{name}')")
        elif name == "triggers":
            await self._show_triggers()
        elif name:
            await self.app.run_action(f"do('mode_{ELSEWHERE[name]}')")

    async def do_configure(self) -> None:
        """Set up the selected module; what a deal's stage makes has a screen of its own."""
        if self.list.selected == "triggers":
            await self._show_triggers()
        else:
            await self.kk.do_configure()

    async def _show_triggers(self) -> None:
        from tui.screens.triggers import Triggers  # noqa: PLC0415

        self.app.push_screen(Triggers(self.mode))


def count_lines(screen: Base, counts: Mapping[Direction, Count]) -> list[Line]:
    """Return the counts of a run or plan, a line a direction."""
    say = screen.say
    lines: list[Line] = []
    for direction in DIRECTIONS:
        count = counts.get(direction)
        if count is None:
            continue
        spans: list[Span] = [(f"   {getattr(say, direction)}  ", "strong")]
        for name in COUNTS:
            number = getattr(count, name)
            if number or name in ("created", "updated", "failed"):
                role: Role = "plain" if not number else ROLES.get(name, "plain")
                spans.append((f" {word(say, 'count', name)} {number:,} ", role))
        lines.append(spans)
    return lines
