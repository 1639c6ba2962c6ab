"""The service's methods about joining two organisations and setting modules up."""

import asyncio
from abc import abstractmethod

import msgspec

from core.agent.fitting import fitted
from core.agent.joining import examine, make_key, preflight_of
from core.agent.neighbours import keep_card
from core.agent.opened import OpenProfile
from core.agent.places import Place
from core.agent.settings import check_setup
from core.agent.switching import joined_as, refuse_later
from core.engine.ports import Clock, Commit
from core.model.catalogue import default_setup, entity
from core.model.names import ModuleName, SideName
from core.model.problems import Problem
from core.model.record import FieldMeta, View
from core.model.setup import Check, ModuleSetup
from core.service import Joined, JoinRequest, KeyRequest


class Connecting:
    """See ``Service``. Everything waits until the state is loaded."""

    _place: Place
    _clock: Clock

    @abstractmethod
    async def _ready(self) -> OpenProfile:
        """Return the profile, once the state is loaded."""

    async def make_key(self, request: KeyRequest) -> str:
        """See ``Service``."""
        return await make_key(request)

    async def join(self, request: JoinRequest) -> Joined:
        """See ``Service``."""
        profile = await self._ready()
        profile.runner.refuse_while_running()
        vault = profile.connections.vault_for(sandbox=request.sandbox)
        if vault.locked:
            # Before anything is asked of Zoho: there is no place for what it would answer.
            raise Problem("vault_locked")
        found = await examine(request, self._clock)
        if found.joined.done:
            joined = found.profile(self._place.profile, request, profile.store.profile())
            wanted = joined_as(profile, self._place, joined)
            async with profile.runner.alone():
                await profile.connections.close()
                profile.connections.vault = vault
                profile.connections.keep("crm", found.crm.credential)
                profile.connections.keep("books", found.books.credential)
                profile.store.commit(Commit(profile=wanted))
                keep_card(self._place, wanted, self._clock.now())
            profile.changed()
        return found.joined

    async def examine(self, request: JoinRequest) -> Joined:
        """See ``Service``."""
        await self._ready()
        return (await examine(request, self._clock)).joined

    async def preflight(self) -> list[Check]:
        """See ``Service``."""
        profile = await self._ready()
        joined = profile.store.profile()
        sides = profile.connections.sides(joined)
        assert joined is not None
        return await preflight_of(sides, joined)

    async def unlock(self, passphrase: str) -> None:
        """See ``Service``."""
        profile = await self._ready()
        # Making a key of a passphrase takes memory and time by design, which the loop does not have.
        await asyncio.to_thread(profile.connections.unlock, passphrase)
        profile.changed()

    async def views(self, module: ModuleName) -> list[View]:
        """See ``Service``."""
        profile, setup = await self._setup(module)
        crm, _ = profile.connections.sides(profile.store.profile())
        return await crm.views(entity(module, setup.shape, "crm"))

    async def describe(self, module: ModuleName, side: SideName) -> list[FieldMeta]:
        """See ``Service``."""
        profile, setup = await self._setup(module)
        crm, books = profile.connections.sides(profile.store.profile())
        return await (crm if side == "crm" else books).describe(entity(module, setup.shape, side))

    async def default_setup(self, module: ModuleName) -> ModuleSetup:
        """See ``Service``."""
        profile, setup = await self._setup(module)
        joined = profile.store.profile()
        if profile.store.setup(module) is None and joined is not None and joined.later:
            return msgspec.structs.replace(setup, extent="fetch")
        return setup

    async def configure(self, setup: ModuleSetup) -> ModuleSetup:
        """See ``Service``."""
        profile = await self._ready()
        stored = profile.store.setup(setup.module)
        refuse_later(profile.store.profile(), setup)
        wanted = check_setup(setup, stored)
        if wanted.view is not None and wanted.view not in {each.id for each in await self.views(setup.module)}:
            raise Problem("view_missing", view=wanted.view_name or wanted.view)
        wanted = await fitted(profile.connections.sides(profile.store.profile()), wanted, stored)
        made = await profile.runner.prepare(wanted)
        profile.scheduler.poke()
        return made

    async def pause(self) -> None:
        """See ``Service``."""
        await self._set_paused(True)

    async def resume(self) -> None:
        """See ``Service``."""
        await self._set_paused(False)

    async def _setup(self, module: ModuleName) -> tuple[OpenProfile, ModuleSetup]:
        profile = await self._ready()
        return profile, profile.store.setup(module) or default_setup(module)

    async def _set_paused(self, paused: bool) -> None:
        profile = await self._ready()
        joined = profile.store.profile()
        if joined is None:
            raise Problem("not_connected", profile=self._place.profile)
        if joined.disabled:
            raise Problem("disabled")
        profile.store.commit(Commit(profile=msgspec.structs.replace(joined, paused=paused)))
        profile.changed()
