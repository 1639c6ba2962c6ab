"""Progress: the running sync, live; or how the last one ended. Leaving does not stop it."""

from collections.abc import Iterable
from datetime import timedelta

from textual.widget import Widget

from core.model.problems import PROBLEMS, Problem
from core.model.run import Failure, Phase, Progress, Run
from tui.actions import bindings
from tui.locale import word
from tui.screens.attention import valve_text
from tui.screens.base import Base
from tui.screens.dialogs import Ask
from tui.screens.overview import count_lines
from tui.state import COUNTERS
from tui.text import clean, fit
from tui.theme import Role, role_of, symbol_of
from tui.when import clock, lasted, seconds_between
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph

PHASES: tuple[Phase, ...] = ("recover", "pull", "plan", "valve", "execute", "commit")
ALL_COUNTERS = (*COUNTERS["pull"], *COUNTERS["execute"])
BAR, LABEL = 20, 14
NEWEST = 200
"""Failures kept in sight; all of them stand in Attention."""


class ProgressScreen(Base):
    """See the module's docstring."""

    NAME = "progress"
    BINDINGS = bindings("progress")

    def __init__(self, mode: str) -> None:
        super().__init__(mode)
        self.page = Page(self.lines)
        self.failures: list[Failure] = []
        self._failed = -1
        self._run_id = ""

    def past(self) -> bool:
        """Return whether nothing is going on any more."""
        return not self.state.running

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show where the run stands."""
        self.page.redraw()

    def arrived(self) -> None:
        """Ask for the failures when there are more of them, or when the run has ended."""
        progress, run = self.state.progress, self.state.latest_run
        run_id = progress.run_id if progress else run.id if run else ""
        failed = progress.done.get("failed", 0) if progress else -2
        if self.kk.service is not None and run_id and (run_id, failed) != (self._run_id, self._failed):
            self._run_id, self._failed = run_id, failed
            self.run_worker(self._load(run_id), exclusive=True)

    async def _load(self, run_id: str) -> None:
        try:
            found = await self.service.failures(None, None)
        except Exception as error:  # The counts are right without the names.
            self.log.error(error)
            return
        mine = [each for each in found if each.run_id == run_id]
        self.failures = sorted(mine, key=lambda each: each.last_at, reverse=True)[:NEWEST]
        self.page.redraw()

    def lines(self, cells: int) -> list[Line]:
        """Return the page."""
        progress, run = self.state.progress, self.state.latest_run
        if progress is not None:
            lines = self._live(progress, cells)
        elif run is not None:
            lines = self._ended(run, cells)
        else:
            return [(), [(f" {self.say.progress_idle}", "dim")]]
        return [*lines, *self._failure_lines(cells)]

    # running

    def _live(self, progress: Progress, cells: int) -> list[Line]:
        say, run = self.say, self.state.run
        title = say.progress_of.format(module=word(say, "module", progress.module), state=say.state_running)
        lines: list[Line] = [[(f" {title}", "title"), (f"   {say.leave_hint}", "dim")]]
        if run is not None and run.id == progress.run_id:
            lines.append([(f" {self._run_text(run)}", "dim")])
        lines.append(())
        lines += [self._phases(progress), ()]
        lines += [self._counter(progress, name) for name in ALL_COUNTERS if name in {**progress.done, **progress.total}]
        return [*lines, (), *self._pace(progress)]

    def _run_text(self, run: Run) -> str:
        return self.say.progress_run.format(
            id=clean(run.id),
            time=clock(run.started, self.kk.now(), seconds=True),
            cause=word(self.say, "cause", run.cause),
        )

    def _phases(self, progress: Progress) -> Line:
        reached = PHASES.index(progress.phase) if progress.phase in PHASES else len(PHASES)
        spans: list[Span] = []
        for index, phase in enumerate(PHASES):
            name = word(self.say, "phase", phase)
            if index < reached:
                spans.append((f"  + {name}", "ok"))
            elif index == reached:
                spans.append((f"  > {name}", "busy"))
            else:
                spans.append((f"    {name}", "dim"))
        return spans

    def _counter(self, progress: Progress, counter: str) -> Line:
        say = self.say
        label = {"crm_pulled": say.fetched_crm, "books_pulled": say.fetched_books}.get(counter)
        label = label or str(getattr(say, counter))
        done, total = progress.done.get(counter, 0), progress.total.get(counter)
        spans: list[Span] = [(f"   {fit(label, LABEL)}", "plain")]
        if not total:
            return [*spans, (f" {done:,}", "strong")]
        filled = BAR * min(done, total) // total
        spans += [(f" [{'#' * filled}{'-' * (BAR - filled)}]", "bar")]
        return [*spans, (f" {done:,}/{total:,}  {100 * done // total} %", "strong")]

    def _pace(self, progress: Progress) -> list[Line]:
        say = self.say
        pace: list[Span] = [(f"   {fit(say.progress_rate, LABEL)} ", "dim")]
        pace.append(
            (say.progress_rate_value.format(rate=f"{progress.rate:,.1f}") if progress.rate > 0 else "-", "plain")
        )
        if progress.rate > 0 and (left := self._left(progress)):
            end = self.kk.now().astimezone() + timedelta(seconds=left / progress.rate)
            pace += [(f"   {say.progress_end} ", "dim"), (f"{end:%H:%M:%S}", "plain")]
        waits = getattr(say, f"wait_{progress.waiting or 'none'}", progress.waiting)
        role: Role = "warn" if progress.waiting else "plain"
        calls = "  ".join(f"{word(say, 'side', side)} {count:,}" for side, count in progress.api_calls.items())
        return [
            pace,
            [
                (f"   {fit(say.progress_waiting, LABEL)} ", "dim"),
                (waits.format(seconds=f"{progress.wait_seconds:.0f}"), role),
            ],
            [(f"   {fit(say.progress_calls, LABEL)} ", "dim"), (calls or "0", "plain")],
        ]

    def _left(self, progress: Progress) -> int:
        """Return how many records the current phase still has to go through, as far as is known."""
        counters = COUNTERS.get(progress.phase, ())
        return sum(max(0, progress.total.get(name, 0) - progress.done.get(name, 0)) for name in counters)

    # ended

    def _ended(self, run: Run, cells: int) -> list[Line]:
        say = self.say
        took = lasted(seconds_between(run.started, run.finished))
        result = say.run_result.format(state=word(say, "state", run.state), took=took)
        lines: list[Line] = [
            [
                (f" {word(say, 'module', run.module)}  ", "title"),
                (f"{symbol_of(run.state)} {result}", role_of(run.state)),
            ],
            [(f" {self._run_text(run)}", "dim")],
            (),
            *count_lines(self, run.counts),
        ]
        calls = "  ".join(f"{word(say, 'side', side)} {count:,}" for side, count in run.api_calls.items())
        lines.append([(f"   {fit(say.progress_calls, LABEL)}", "dim"), (f" {calls or 0}", "plain")])
        if run.problem in PROBLEMS:
            problem = Problem(run.problem, **run.problem_detail)
            told = f"{problem.message(self.kk.lang)} {problem.remedy(self.kk.lang)}"
            lines += [(), [(f" {say.run_problem}", "title")]]
            lines += paragraph(told, cells - 4, role="warn", indent=3)
        for trip in run.valve:
            lines += paragraph(valve_text(self, trip), cells - 4, role="warn", indent=3)
        if run.state == "needs_confirmation":
            lines += paragraph(say.valve_remedy, cells - 4, role="plain", indent=3)
        return lines

    def _failure_lines(self, cells: int) -> list[Line]:
        say, progress = self.say, self.state.progress
        failed = progress.done.get("failed", 0) if progress else len(self.failures)
        role: Role = "bad" if failed else "dim"
        lines: list[Line] = [
            (),
            [(f" {say.progress_failed}  ", "title"), (f"{failed:,}", role)],
        ]
        for failure in self.failures:
            text = f"{failure.name[:200]}  {failure.message[:200]}"
            when = clock(failure.last_at, self.kk.now(), seconds=True)
            lines.append([(f"   {when}  ", "dim"), (f"{failure.reason:<4} ", "bad"), (fit(text, cells - 20), "plain")])
        return lines

    # deeds

    async def do_cancel(self) -> None:
        """Stop the run, after saying what that means in numbers."""
        progress = self.state.progress
        done = sum(progress.done.get(name, 0) for name in ("to_books", "to_crm")) if progress else 0

        def answered(yes: object) -> None:
            if yes:
                self.run_worker(self._cancel(), exit_on_error=False)

        self.app.push_screen(Ask(self.say.ask_cancel, [self.say.ask_cancel_more.format(done=f"{done:,}")]), answered)

    async def _cancel(self) -> None:
        try:
            await self.service.cancel()
        except Exception as error:
            self.trouble(error)
