"""What the Overview tells of past and coming runs: a line of the last ones, and what the day's calls will do."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.model.run import Run
from core.service import Budget
from core.service_running import Timetable
from tui.theme import Role
from tui.when import local
from tui.widgets.strips import Span

LEVELS = ".:-=+*#"
"""ASCII: block characters are of ambiguous width in Japanese terminals."""
SHOWN = 24
ENDED_BADLY: dict[str, tuple[str, Role]] = {
    "failed": ("x", "bad"), "needs_confirmation": ("!", "warn"), "stopped": ("!", "warn"), "interrupted": ("/", "warn"),
}  # fmt: skip


def written(run: Run) -> int:
    """Return how many records a run wrote."""
    return sum(count.created + count.updated + count.linked for count in run.counts.values())


def sparkline(runs: Sequence[Run]) -> list[Span]:
    """Return a character for each run, the newest on the right: by what it wrote, or how it ended badly."""
    shown = [run for run in runs if run.state != "running"][:SHOWN][::-1]
    most = max((written(run) for run in shown if run.state not in ENDED_BADLY), default=0)
    spans: list[Span] = []
    for run in shown:
        if run.state in ENDED_BADLY:
            spans.append(ENDED_BADLY[run.state])
        elif not written(run):
            spans.append(("_", "dim"))
        else:
            failed = any(count.failed for count in run.counts.values())
            level = LEVELS[(len(LEVELS) - 1) * written(run) // most]
            spans.append((level, "warn" if failed else "ok"))
    return spans


def to_come(budget: Budget, timetables: Iterable[Timetable], now: datetime) -> int | None:
    """Return the calls that the schedule will take of a budget until it is reset; None: nothing is known."""
    end = local(budget.resets_at)
    calls, known = 0, False
    for table in timetables:
        cost, first = table.cost.get(budget.side), local(table.next_run)
        if end is None or first is None or cost is None or table.minutes <= 0:
            continue
        known = True
        left = (end - max(first, now.astimezone())).total_seconds()
        calls += cost * (1 + int(left // (60 * table.minutes)) if left >= 0 else 0)
    return calls if known else None
