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
from tui.theme import role_of, symbol_of
from tui.when import clock, lasted, seconds_between
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph

PHASES: tuple[Phase, ...] = ("recover", "pull", "plan", "valve", "execute", "commit")
BAR = 20
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
        reached = PHASES.index(progress.phase) if progress.phase in PHASES else len(PHASES)
        for index, phase in enumerate(PHASES):
            lines += self._phase(progress, phase, index - reached)
        lines += [(), *self._pace(progress)]
        return lines

    def _run_text(self, run: Run) -> str:
        return self.say.progress_run.format(
            id=clean(run.id),
            time=clock(run.started, self.kk.now(), seconds=True),
            cause=word(self.say, "cause", run.cause),
        )

    def _phase(self, progress: Progress, phase: Phase, ahead: int) -> list[Line]:
        mark, role = ("+", "ok") if ahead < 0 else (">", "busy") if ahead == 0 else (" ", "dim")
        name = fit(word(self.say, "phase", phase), 14)
        head: list[Span] = [(f"  {mark} {name}", role)]  # type: ignore[list-item]
        counters = [name for name in COUNTERS.get(phase, ()) if name in progress.done or name in progress.total]
        if ahead > 0 or not counters:
            return [head]
        lines: list[Line] = []
        for index, counter in enumerate(counters):
            start = head if index == 0 else [(" " * 18, "plain")]
            lines.append([*start, *self._counter(progress, counter)])
        return lines

    def _counter(self, progress: Progress, counter: str) -> list[Span]:
        say = self.say
        label = {"crm_pulled": say.fetched_crm, "books_pulled": say.fetched_books}.get(counter)
        label = label or str(getattr(say, counter))
        done, total = progress.done.get(counter, 0), progress.total.get(counter)
        spans: list[Span] = [(" " + fit(label, 14), "plain")]
        if not total:
            return [*spans, (f" {done:,}", "strong")]
        filled = BAR * min(done, total) // total
        spans += [(f" [{'#' * filled}{'-' * (BAR - filled)}]", "bar")]
        return [*spans, (f" {done:,}/{total:,}  {100 * done // total} %", "strong")]

    def _pace(self, progress: Progress) -> list[Line]:
        say = self.say
        pairs: list[tuple[str, str]] = []
        if progress.rate > 0:
            pairs.append((say.progress_rate, say.progress_rate_value.format(rate=f"{progress.rate:,.1f}")))
            counters = COUNTERS.get(progress.phase, ())
            left = sum(max(0, progress.total.get(name, 0) - progress.done.get(name, 0)) for name in counters)
            if left:
                end = self.kk.now().astimezone() + timedelta(seconds=left / progress.rate)
                pairs.append((say.progress_end, f"{end:%H:%M:%S}"))
        waits = getattr(say, f"wait_{progress.waiting or 'none'}", progress.waiting)
        pairs.append((say.progress_waiting, waits.format(seconds=f"{progress.wait_seconds:.0f}")))
        calls = "  ".join(f"{word(say, 'side', side)} {count:,}" for side, count in progress.api_calls.items())
        pairs.append((say.progress_calls, calls or "0"))
        lines: list[Line] = []
        for label, value in pairs:
            role = "warn" if label == say.progress_waiting and progress.waiting else "plain"
            lines.append([(f"   {fit(label, 14)}", "dim"), (f" {value}", role)])  # type: ignore[list-item]
        return lines

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
            *count_lines(self, run),
        ]
        calls = "  ".join(f"{word(say, 'side', side)} {count:,}" for side, count in run.api_calls.items())
        lines.append([(f"   {fit(say.progress_calls, 14)}", "dim"), (f" {calls or 0}", "plain")])
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
        role = "bad" if failed else "dim"
        lines: list[Line] = [
            (),
            [(f" {say.progress_failed}  ", "title"), (f"{failed:,}", role)],  # type: ignore[list-item]
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
