"""The automatic runs of one profile (B78–B86), on the injected clock.

Times are wall-clock times, looked at again at least once a minute: while a machine sleeps, no timer runs, and a run
that was missed is due when it wakes, once.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping

import msgspec

from core.agent.alarm import Alarm
from core.agent.connections import Connections
from core.agent.runs import Runner
from core.agent.timetable import Due, cost, due, floors, reserve_of
from core.engine.ports import Clock, Commit, Store
from core.model.catalogue import default_mapping
from core.model.names import MODULES, ModuleName, SideName
from core.model.problems import Problem
from core.model.run import Cause, Run
from core.model.schedule import Schedule
from core.model.setup import Profile
from core.service import SyncRequest
from core.service_running import Timetable
from core.zoho.waiting import instant_of, seconds_of

logger = logging.getLogger(__name__)
LOOK_SECONDS = 60.0
RECENT_RUNS = 200
SCHEDULED: tuple[ModuleName, ...] = tuple(each for each in MODULES if default_mapping(each, "accounts"))
"""Documents keep a rhythm of their own (B79)."""
LONGEST_MINUTES, LONGEST_JITTER = 60 * 24 * 31, 3_600


class Scheduler:
    """Starts a run when it is due. ``poke`` when anything it goes by may have changed."""

    def __init__(self, store: Store, runner: Runner, connections: Connections, alarm: Alarm, clock: Clock) -> None:
        self._store, self._runner, self._connections, self._alarm = store, runner, connections, alarm
        self._clock = clock
        self._poked = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._read: tuple[int, dict[ModuleName, list[Run]]] = (-1, {})
        self._left = set(runner.left_open)
        self._said: tuple[ModuleName, str] | None = None

    @property
    def on(self) -> bool:
        """Whether there is a schedule to keep, so that the agent must not go; a pause does not end it."""
        profile = self._store.profile()
        return profile is not None and not profile.disabled and any(self._begun(each) for each in self._on(profile))

    def next_runs(self) -> dict[ModuleName, Due]:
        """Return when each module's next automatic run is due; empty while paused or disabled (B84, B102)."""
        profile = self._store.profile()
        if profile is None or profile.paused or profile.disabled or not profile.connected:
            return {}
        now, limits = self._now(), self._limits(profile)
        return {each: self._due(profile, each, now, limits) for each in self._on(profile) if self._begun(each)}

    def timetable(self) -> list[Timetable]:
        """Return the schedule of every configured module as it holds now."""
        profile = self._store.profile()
        coming = self.next_runs()
        configured = [each for each in SCHEDULED if profile is not None and self._store.setup(each) is not None]
        return [self._row(profile, each, coming) for each in configured if profile is not None]

    def set(self, schedule: Schedule) -> Timetable:
        """Store a schedule. Raises ``Problem``: ``bad_request``, ``not_connected``, ``not_configured``."""
        check_schedule(schedule)
        profile = self._store.profile()
        if profile is None:
            raise Problem("not_connected", profile="default")
        if self._store.setup(schedule.module) is None:
            raise Problem("not_configured", module=schedule.module)
        others = tuple(each for each in profile.schedules if each.module != schedule.module)
        stored = msgspec.structs.replace(profile, schedules=(*others, schedule))
        self._store.commit(Commit(profile=stored))
        self.poke()
        return self._row(stored, schedule.module, self.next_runs())

    def start(self) -> None:
        """Keep the schedule from now."""
        self._task = asyncio.create_task(self._keep(), name="schedule")

    def poke(self) -> None:
        """Look again what is due."""
        self._poked.set()

    async def stop(self) -> None:
        """Start nothing more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _keep(self) -> None:
        while True:
            self._poked.clear()
            try:
                wait = await self._look()
            except Exception:
                # A schedule that ended on one bad moment would go unnoticed for days.
                logger.exception("the schedule stumbled")
                wait = LOOK_SECONDS
            await self._pause(wait)

    async def _look(self) -> float | None:
        """Start what is due; return seconds until the next look, None: only when poked."""
        self._alarm.watch_silence()
        coming = self.next_runs()
        if not coming:
            return LOOK_SECONDS if self._silence_counts() else None
        now = self._now()
        # Of those that are late, customers go before what hangs on them.
        order = sorted(coming, key=lambda each: (max(coming[each].at, now), MODULES.index(each)))
        if self._runner.busy:
            return LOOK_SECONDS
        if (left := coming[order[0]].at - now) > 0:
            return min(left, LOOK_SECONDS)
        await self._begin(order[0])
        return LOOK_SECONDS

    async def _begin(self, module: ModuleName) -> None:
        cause: Cause = "recovery" if module in self._left else "scheduled"
        try:
            await self._runner.start(SyncRequest(module=module, cause=cause))
        except Problem as problem:
            if problem.code == "vault_locked":
                self._alarm.locked()
            if (module, problem.code) != self._said:
                logger.info("no automatic run of %s: %s", module, problem.code)
            self._said = module, problem.code
        else:
            self._left.discard(module)
            self._said = None

    async def _pause(self, seconds: float | None) -> None:
        poked = asyncio.ensure_future(self._poked.wait())
        waits: list[asyncio.Future[object]] = [asyncio.ensure_future(poked)]
        if seconds is not None:
            waits.append(asyncio.ensure_future(self._clock.sleep(seconds)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()

    def _row(self, profile: Profile, module: ModuleName, coming: Mapping[ModuleName, Due]) -> Timetable:
        found = self._due(profile, module, self._now(), self._limits(profile))
        return Timetable(
            schedule=schedule_of(profile, module),
            next_run=instant_of(coming[module].at) if module in coming else "",
            minutes=-(-int(found.interval) // 60),
            cost=cost(self._runs(module)),
            bound=found.bound,
        )

    def _limits(self, profile: Profile) -> dict[SideName, int]:
        """Return the calls of a day that are ours, of each side that has a limit."""
        return {
            each.side: max(each.day_limit - reserve_of(profile.limits, each.side), 1)
            for each in self._connections.readings()
            if each.day_limit
        }

    def _due(self, profile: Profile, module: ModuleName, now: float, limits: Mapping[SideName, int]) -> Due:
        runs = self._runs(module)
        bounds = floors(cost(runs), limits, len(self._on(profile)))
        return due(schedule_of(profile, module), runs, now, floors=bounds, left=module in self._left)

    def _on(self, profile: Profile) -> list[ModuleName]:
        return [each for each in SCHEDULED if self._store.setup(each) is not None and schedule_of(profile, each).on]

    def _begun(self, module: ModuleName) -> bool:
        """Whether the first run, which somebody has to ask for, is done (B78)."""
        return bool(self._store.cursor(f"{module}:crm")) or any(each.state == "done" for each in self._runs(module))

    def _runs(self, module: ModuleName) -> list[Run]:
        generation = self._store.generation()
        if self._read[0] != generation:
            found: dict[ModuleName, list[Run]] = {}
            for each in self._store.runs(RECENT_RUNS):
                found.setdefault(each.module, []).append(each)
            self._read = generation, found
        return self._read[1].get(module, [])

    def _silence_counts(self) -> bool:
        profile = self._store.profile()
        return profile is not None and bool(profile.alerts.silent_hours)

    def _now(self) -> float:
        return seconds_of(self._clock.now())


def schedule_of(profile: Profile, module: ModuleName) -> Schedule:
    """Return a module's schedule; every two hours where nothing was set (B78)."""
    return next((each for each in profile.schedules if each.module == module), Schedule(module=module))


def check_schedule(schedule: Schedule) -> None:
    """Raise ``Problem('bad_request')`` for a schedule that cannot be kept."""
    if not 1 <= schedule.minutes <= LONGEST_MINUTES:
        raise Problem("bad_request", what=f"an interval of {schedule.minutes} minutes")
    if not 0 <= schedule.jitter <= LONGEST_JITTER:
        raise Problem("bad_request", what=f"a jitter of {schedule.jitter} seconds")
    if schedule.not_before:
        try:
            if not schedule.not_before.endswith("Z"):
                raise ValueError
            seconds_of(schedule.not_before)
        except ValueError:
            raise Problem("bad_request", what=f"{schedule.not_before!r} is no instant") from None
