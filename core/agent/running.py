"""The service's methods about running for real: schedule and alerts."""

from abc import abstractmethod

import msgspec

from core.agent.alarm import check_alerts
from core.agent.opened import OpenProfile
from core.engine.ports import Commit
from core.model.problems import Problem
from core.model.schedule import Alerts, Schedule
from core.service_running import RunningService, Timetable


class Running(RunningService):
    """See ``RunningService``. Everything waits until the state is loaded."""

    @abstractmethod
    async def _ready(self) -> OpenProfile:
        """Return the profile, once the state is loaded."""

    async def timetable(self) -> list[Timetable]:
        """See ``RunningService``."""
        return (await self._ready()).scheduler.timetable()

    async def set_schedule(self, schedule: Schedule) -> Timetable:
        """See ``RunningService``."""
        profile = await self._ready()
        row = profile.scheduler.set(schedule)
        profile.changed()
        return row

    async def alerts(self) -> Alerts:
        """See ``RunningService``."""
        joined = (await self._ready()).store.profile()
        return joined.alerts if joined is not None else Alerts()

    async def set_alerts(self, alerts: Alerts) -> Alerts:
        """See ``RunningService``."""
        profile = await self._ready()
        joined = profile.store.profile()
        if joined is None:
            raise Problem("not_connected", profile="default")
        profile.store.commit(Commit(profile=msgspec.structs.replace(joined, alerts=check_alerts(alerts))))
        profile.changed()
        return alerts

    async def test_alert(self) -> None:
        """See ``RunningService``."""
        await (await self._ready()).alarm.test()
