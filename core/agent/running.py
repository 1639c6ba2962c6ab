"""The service's methods about running for real: schedule and alerts."""

from abc import abstractmethod

import msgspec

from core.agent.alarm import check_alerts
from core.agent.doctor import examine_all
from core.agent.drift import Comparison
from core.agent.opened import OpenProfile
from core.agent.places import Place
from core.agent.switching import part, switch
from core.engine.ports import Commit, Store
from core.model.drift import DriftReport
from core.model.link import Link
from core.model.names import SIDES, ModuleName
from core.model.problems import Problem
from core.model.schedule import Alerts, Schedule
from core.model.setup import Check
from core.service_running import KeyGiven, KeyScopes, LinksTaken, RunningService, Timetable
from core.zoho import zsc_key
from core.zoho.credential import Credential
from core.zoho.keys import revoke, scopes_of
from core.zoho.scopes import ASKED, SCOPES, not_held


def _credential(given: KeyGiven, profile: OpenProfile) -> Credential:
    """Return a key's credential, that of the profile's own key where none is given."""
    if not given.key:
        kept = profile.connections.vault.get(f"credential.{given.service}")
        if kept is None:
            raise Problem("not_connected", profile="default")
        return Credential.from_json(kept)
    return zsc_key.decode(given.key, service=given.service, email=given.email, passphrase=given.key_passphrase)


def take_links(store: Store, links: list[Link]) -> LinksTaken:
    """Store the links of which neither record stands in another one."""
    fresh: dict[str, Link] = {}
    ids: set[tuple[str, str, str]] = set()
    refused: list[str] = []
    known = 0
    for link in links:
        held = [store.link_of(link.module, side, link.id_on(side)) for side in SIDES if link.id_on(side)]
        mine = {(link.module, side, link.id_on(side)) for side in SIDES if link.id_on(side)}
        if not mine or (mine & ids) or any(each is not None and each.key != link.key for each in held):
            refused.append(link.key)
        elif any(held):
            known += 1
        else:
            fresh[link.key] = link
            ids |= mine
    if fresh:
        store.commit(Commit(links=list(fresh.values())))
    return LinksTaken(taken=len(fresh), known=known, refused=tuple(refused))


class Running(RunningService):
    """See ``RunningService``. Everything waits until the state is loaded."""

    _place: Place

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

    async def doctor(self) -> list[Check]:
        """See ``RunningService``."""
        return await examine_all(await self._ready(), self._place)

    async def key_scopes(self, given: KeyGiven) -> KeyScopes:
        """See ``RunningService``."""
        profile = await self._ready()
        held = await scopes_of(_credential(given, profile), profile.clock)
        told = " ".join(held)
        missing = not_held(told, SCOPES[given.service])
        lacking = [each for each in not_held(told, ASKED[given.service]) if each not in missing]
        return KeyScopes(held=tuple(held), missing=tuple(missing), lacking=tuple(lacking))

    async def revoke_key(self, given: KeyGiven) -> bool:
        """See ``RunningService``."""
        return await revoke(_credential(given, await self._ready()))

    async def disable(self) -> None:
        """See ``RunningService``."""
        await switch(await self._ready(), self._place, off=True)

    async def enable(self) -> None:
        """See ``RunningService``."""
        await switch(await self._ready(), self._place, off=False)

    async def disconnect(self) -> None:
        """See ``RunningService``."""
        await part(await self._ready(), self._place)

    async def drift(self, module: ModuleName, deep: bool, limit: int) -> DriftReport:
        """See ``RunningService``."""
        profile = await self._ready()
        sides = profile.connections.sides(profile.store.profile())
        setup = profile.store.setup(module)
        if setup is None:
            raise Problem("not_configured", module=module)
        async with profile.runner.reading():
            why_not = profile.runner.engine().why_not
            comparison = Comparison(sides, profile.store, profile.clock, why_not, deep=deep, limit=max(limit, 0))
            return await comparison.run(setup)

    async def import_links(self, links: list[Link]) -> LinksTaken:
        """See ``RunningService``."""
        profile = await self._ready()
        joined = profile.store.profile()
        if joined is None or not joined.connected:
            raise Problem("not_connected", profile=joined.name if joined is not None else "default")
        async with profile.runner.reading():
            taken = take_links(profile.store, links)
        profile.changed()
        return taken

    async def test_alert(self) -> None:
        """See ``RunningService``."""
        await (await self._ready()).alarm.test()
