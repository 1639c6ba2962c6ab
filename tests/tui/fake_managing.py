"""What looking after a connection asks of the fake service: off and on, profiles, keys, doctor, alerts, schedule."""

from typing import Any

from msgspec.structs import replace

from core.model.documents import DocumentKind
from core.model.mirror import MirrorSetup, MirrorStatus
from core.model.plan import Count
from core.model.problems import Problem
from core.model.run import Run
from core.model.schedule import Alerts, Schedule
from core.model.setup import Check
from core.service_profiles import ProfileCard
from core.service_running import KeyGiven, KeyScopes, Timetable

KIND: DocumentKind = "invoice"


class FakeManaging:
    """``calls`` is the fake service's."""

    calls: list[tuple[Any, ...]]
    timetables: list[Timetable]
    last_run: Run | None
    joined: bool
    health: Any

    def __init__(self) -> None:
        self.disabled = self.later = False
        self.mirror = MirrorStatus(setup=MirrorSetup(), to_appear={"invoice": 12, "estimate": 3})
        self.kept_alerts = Alerts()
        self.cards = [ProfileCard(name="acme-jp", here=True)]
        self.scopes = KeyScopes(held=("ZohoCRM.modules.ALL",), missing=("ZohoCRM.settings.ALL",))
        self.checks = [Check(id="reachable", state="ok", detail={"side": "CRM", "host": "zohoapis.jp", "ms": "41"})]

    def moved(self) -> None:
        """Tell the watchers."""
        raise NotImplementedError

    async def profiles(self) -> list[ProfileCard]:
        return self.cards

    async def transactions(self) -> MirrorStatus:
        if self.disabled:
            raise Problem("disabled")
        return self.mirror

    async def refresh_documents(self) -> None:
        self.calls.append(("refresh_documents",))

    async def switch_transactions(self, on: bool) -> MirrorStatus:
        self.calls.append(("switch_transactions", on))
        there = {"invoice": 12, "estimate": 3}
        self.mirror = MirrorStatus(
            setup=MirrorSetup(on=on, since="2026-11-24T03:20:00Z"), to_appear={} if on else there,
            mirrored=there if on else {}, to_remove=there if on else {},
        )  # fmt: skip
        self.moved()
        return self.mirror

    async def run_transactions(self) -> Run:
        self.calls.append(("run_transactions",))
        return Run(
            id="m1", module="documents", cause="manual", started="2026-11-24T03:25:00Z", state="done",
            finished="2026-11-24T03:25:09Z", counts={"to_crm": Count(created=15)},
        )  # fmt: skip

    async def disable(self) -> None:
        self.calls.append(("disable",))
        self.disabled = True

    async def enable(self) -> None:
        self.calls.append(("enable",))
        self.disabled = False

    async def disconnect(self) -> None:
        self.calls.append(("disconnect",))
        self.joined, self.disabled, self.health = False, False, "not_connected"

    async def key_scopes(self, given: KeyGiven) -> KeyScopes:
        self.calls.append(("key_scopes", given))
        return self.scopes

    async def revoke_key(self, given: KeyGiven) -> bool:
        self.calls.append(("revoke_key", given))
        return given.key != "zsc1.gone"

    async def doctor(self) -> list[Check]:
        self.calls.append(("doctor",))
        return self.checks

    async def alerts(self) -> Alerts:
        return self.kept_alerts

    async def set_alerts(self, alerts: Alerts) -> Alerts:
        self.calls.append(("set_alerts", alerts))
        self.kept_alerts = alerts
        return alerts

    async def test_alert(self) -> None:
        self.calls.append(("test_alert",))

    async def timetable(self) -> list[Timetable]:
        return self.timetables

    async def set_schedule(self, schedule: Schedule) -> Timetable:
        self.calls.append(("set_schedule", schedule))
        found = next(each for each in self.timetables if each.schedule.module == schedule.module)
        table = replace(found, schedule=schedule, minutes=schedule.minutes)
        self.timetables = [table if each is found else each for each in self.timetables]
        return table
