"""The service of one profile, in this process: over store and engine, served to others by ``core.agent.server``."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable

from core import __version__
from core.agent.connecting import Connecting
from core.agent.deciding import Deciding
from core.agent.figure_service import Figures
from core.agent.hub import Hub
from core.agent.listing import query_of
from core.agent.opened import OpenProfile
from core.agent.papers import PaperService
from core.agent.paperwork import Paperwork
from core.agent.places import Place
from core.agent.profiles import Profiles
from core.agent.reversing import Reversing
from core.agent.running import Running
from core.agent.setting_up import SettingUp
from core.agent.state import ListedStore
from core.engine.ports import Clock
from core.model.link import Link
from core.model.names import LinkState, ModuleName
from core.model.plan import Action
from core.model.problems import Problem
from core.model.run import Failure, HistoryLine, Progress, Run
from core.service import (
    Event,
    FailureGroup,
    Listing,
    ListQuery,
    PlanSummary,
    RecordPage,
    Rows,
    Service,
    Status,
    SyncRequest,
)

logger = logging.getLogger(__name__)


class LocalService(Connecting, PaperService, SettingUp, Running, Reversing, Deciding, Figures, Profiles, Service):
    """The service. Make it, then ``load``: until that is done ``status`` says so, and everything else waits for it.

    When loading fails with a ``Problem``, every method raises that.
    """

    def __init__(
        self,
        place: Place,
        clock: Clock,
        *,
        version: str = __version__,
        on_shutdown: Callable[[], None] = lambda: None,
    ) -> None:
        self._place, self._clock, self._version = place, clock, version
        self._on_shutdown = on_shutdown
        self._on_settled: Callable[[], None] = lambda: None
        self._hub = Hub(clock)
        self._loaded = asyncio.Event()
        self._percent = 0
        self._profile: OpenProfile | None = None
        self._problem: Problem | None = None

    # Life

    async def load(self) -> None:
        """Open the state. Raises ``Problem`` (``store_…``), which every other method raises from then on, too."""
        try:
            store = await asyncio.to_thread(ListedStore.load, self._place.folder, self._note_percent)
            self._profile = OpenProfile(self._place, self._clock, store, self._hub, self._version, self._settled)
        except Problem as problem:
            self._problem = problem
            raise
        except Exception as error:
            logger.exception("the state cannot be loaded")
            self._problem = Problem("unexpected", what=type(error).__name__, log=str(self._place.log))
            raise self._problem from error
        finally:
            self._percent = 100
            self._loaded.set()
        self._profile.paperwork.start()
        self._profile.figures.start()
        self._profile.scheduler.start()
        self._hub.changed(store.generation())

    async def close(self) -> None:
        """Finish what is in flight, commit, tell the watchers, and release the state."""
        await self._end_searches()
        if self._profile is not None:
            await self._profile.close()
        self._hub.close()
        if self._profile is not None:
            profile, self._profile = self._profile, None
            self._problem = Problem("agent_unreachable", profile=self._place.profile, log=str(self._place.log))
            await asyncio.to_thread(profile.store.close)

    @property
    def busy(self) -> bool:
        """Whether there is work that an idle agent must not leave."""
        return self._profile is not None and (self._profile.runner.busy or self._profile.figures.busy)

    @property
    def scheduled(self) -> bool:
        """Whether there is work to come that nobody has to ask for: an agent with a schedule is never idle."""
        profile = self._profile
        return profile is not None and (profile.paperwork.on or profile.figures.on or profile.scheduler.on)

    def on_settled(self, call: Callable[[], None]) -> None:
        """Call back whenever a run has ended."""
        self._on_settled = call

    async def status(self) -> Status:
        """See ``Service``."""
        if self._profile is None and self._problem is None:
            return Status(
                version=self._version,
                pid=os.getpid(),
                health="loading",
                profile=None,
                profile_name=self._place.profile,
                loading=self._percent,
            )
        return (await self._ready()).overview.status()

    async def shutdown(self) -> None:
        """See ``Service``."""
        self._on_shutdown()

    async def events(self) -> AsyncIterator[Event]:
        """See ``Service``."""
        if self._profile is not None:
            # Whoever watches will look at a list before long.
            self._profile.warm()
        async for event in self._hub.watch(self._generation()):
            yield event

    # Syncing

    async def plan(self, module: ModuleName) -> PlanSummary:
        """See ``Service``."""
        profile = await self._ready()
        self._refuse_unconfigured(profile, module)
        return await profile.runner.plan(module)

    async def plan_actions(self, plan_id: str, start: int, stop: int) -> list[Action]:
        """See ``Service``."""
        return (await self._ready()).runner.actions(plan_id, start, stop)

    async def sync(self, request: SyncRequest) -> Run:
        """See ``Service``."""
        profile = await self._ready()
        self._refuse_unconfigured(profile, request.module)
        return await profile.runner.start(request)

    async def cancel(self) -> None:
        """See ``Service``."""
        (await self._ready()).runner.cancel()

    async def progress(self) -> Progress | None:
        """See ``Service``."""
        return (await self._ready()).runner.progress()

    # Reading

    async def runs(self, limit: int) -> list[Run]:
        """See ``Service``."""
        return (await self._ready()).store.runs(limit)

    async def run(self, run_id: str) -> Run:
        """See ``Service``."""
        found = (await self._ready()).store.run(run_id)
        if found is None:
            raise Problem("not_found", what=f"run {run_id}")
        return found

    async def history(self, run_id: str, start: int, stop: int) -> list[HistoryLine]:
        """See ``Service``."""
        profile = await self._ready()
        await self.run(run_id)
        store = profile.store
        return await profile.lines.window(
            (run_id, store.generation()), lambda: store.history(run_id=run_id), start, stop
        )

    async def failures(self, module: ModuleName | None, reason: str | None) -> list[Failure]:
        """See ``Service``."""
        found = (await self._ready()).store.failures(module)
        return [each for each in found if reason in (None, each.reason)]

    async def failure_groups(self) -> list[FailureGroup]:
        """See ``Service``."""
        return (await self._ready()).overview.groups()

    async def links(self, module: ModuleName, state: LinkState | None, start: int, stop: int) -> list[Link]:
        """See ``Service``."""
        profile = await self._ready()
        store = profile.store
        return await profile.links.window(
            (module, state, store.generation()), lambda: store.links(module, state), start, stop
        )

    async def open_list(self, query: ListQuery) -> Listing:
        """See ``Service``."""
        return await (await self._ready()).lists(query.module)[1].open(query)

    async def rows(self, listing_id: str, start: int, stop: int) -> Rows:
        """See ``Service``."""
        query = query_of(listing_id)
        return await (await self._ready()).lists(query.module)[1].window(query, start, stop)

    async def record(self, module: ModuleName, key: str, live: bool) -> RecordPage:
        """See ``Service``."""
        profile = await self._ready()
        table, _ = profile.lists(module)
        await table.refresh()
        return await profile.records.page(module, key, table.find(key), live=live)

    # What they share

    async def _paperwork(self) -> Paperwork:
        return (await self._ready()).paperwork

    async def _ready(self) -> OpenProfile:
        """Return the profile once it is loaded. Raises the ``Problem`` that kept it from loading."""
        await self._loaded.wait()
        if self._profile is None:
            assert self._problem is not None
            raise self._problem
        return self._profile

    def _refuse_unconfigured(self, profile: OpenProfile, module: ModuleName) -> None:
        joined = profile.store.profile()
        if joined is None or not joined.connected:
            raise Problem("not_connected", profile=self._place.profile)
        if joined.disabled:
            raise Problem("disabled")
        if profile.store.setup(module) is None:
            raise Problem("not_configured", module=module)

    def _generation(self) -> int:
        return self._profile.store.generation() if self._profile is not None else 0

    def _settled(self) -> None:
        self._on_settled()

    def _note_percent(self, percent: int) -> None:
        self._percent = percent
