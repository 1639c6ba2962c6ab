"""When the next automatic run of a module is due: arithmetic alone, from what the store holds and what time it is."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from core.model.names import SIDES, SideName
from core.model.run import Run
from core.model.schedule import Schedule
from core.zoho.waiting import seconds_of

DAY = 86_400
SHARE = 0.8
"""How much of a day's calls the schedule may plan with; the rest is for runs that somebody asks for."""
RETRY_SECONDS = 300
"""The first wait after a run that the network stopped; doubled each time, up to the interval."""
LEARNED_FROM = 5
"""Runs whose cost is looked at."""
_PARTIAL = ("fetch", "undo", "decision")
"""Runs of a few records, which are no reason to put the next one off."""
_NETWORK = ("unreachable", "server_trouble")


class Due(Struct, frozen=True):
    """A module's next run. ``at``: epoch seconds. ``interval``: seconds in effect; ``bound`` as in ``Timetable``."""

    at: float
    interval: float
    bound: SideName | None = None


def due(
    schedule: Schedule, runs: Sequence[Run], now: float, *, floors: Mapping[SideName, float], left: bool = False
) -> Due:
    """Return when the next run of a module begins. A missed one is due at once, and only once.

    ``runs``: the module's, newest first. ``floors``: seconds that each side's budget asks for between two runs.
    ``left``: a killed agent left the last run open, so that it is made good at once.
    """
    wanted = schedule.minutes * 60.0
    bound = max(floors, key=lambda side: floors[side], default=None)
    interval = max(wanted, floors[bound]) if bound is not None else wanted
    runs = [each for each in runs if each.cause not in _PARTIAL]
    last = next((each for each in runs if each.state != "running"), None)
    at = now if last is None or left else _after(schedule, runs, last, now, interval)
    if schedule.not_before:
        at = max(at, seconds_of(schedule.not_before))
    return Due(at, interval, bound if interval > wanted else None)


def _after(schedule: Schedule, runs: Sequence[Run], last: Run, now: float, interval: float) -> float:
    # A clock that was set back must not put off the next run by as much.
    started, ended = min(seconds_of(last.started), now), min(seconds_of(last.finished or last.started), now)
    resets = _instant(last.problem_detail.get("resets", "")) if last.problem == "daily_quota" else None
    if last.state == "stopped" and resets is not None:
        return resets
    if last.state == "stopped" and last.problem == "blocked":
        seconds = last.problem_detail.get("seconds", "")
        return ended + (int(seconds) if seconds.isdecimal() else RETRY_SECONDS)
    if last.state == "stopped" and last.problem in _NETWORK:
        return min(ended + RETRY_SECONDS * 2.0 ** (_in_a_row(runs) - 1), started + interval)
    return started + interval + jitter(schedule, last.id)


def jitter(schedule: Schedule, run_id: str) -> float:
    """Return seconds from 0 to the schedule's: the same for the same run, so that what is shown is what is done."""
    dice = hashlib.sha256(f"{schedule.module}:{run_id}".encode()).digest()
    return schedule.jitter * int.from_bytes(dice[:4], "big") / 2**32


def cost(runs: Sequence[Run]) -> dict[SideName, int]:
    """Return the calls that one of a module's runs takes on each side: the mean of the last ones, the first aside."""
    known = [each for each in runs if each.state == "done" and each.cause not in ("first", *_PARTIAL)][:LEARNED_FROM]
    if not known:
        return {}
    return {side: -(-sum(each.api_calls.get(side, 0) for each in known) // len(known)) for side in SIDES}


def floors(costs: Mapping[SideName, int], limits: Mapping[SideName, int], modules: int) -> dict[SideName, float]:
    """Return the seconds that each side's daily limit asks for between two runs, when ``modules`` share it."""
    return {
        side: DAY * calls * max(modules, 1) / (limit * SHARE)
        for side, calls in costs.items()
        if (limit := limits.get(side)) and calls
    }


def reserve_of(limits: Mapping[str, Any], side: SideName) -> int:
    """Return the calls that an administrator leaves to others."""
    own = limits.get(side)
    found = own.get("reserve", 0) if isinstance(own, Mapping) else 0
    return found if isinstance(found, int) else 0


def _in_a_row(runs: Sequence[Run]) -> int:
    """Count the latest runs that the network stopped."""
    count = 0
    for each in runs:
        if each.state == "running":
            continue
        if each.state != "stopped" or each.problem not in _NETWORK:
            break
        count += 1
    return min(max(count, 1), 16)


def _instant(text: str) -> float | None:
    try:
        return seconds_of(text)
    except ValueError:
        return None
