"""What the service works on once a profile's state is loaded."""

import asyncio
import contextlib
from collections.abc import Callable

from core.agent.alarm import Alarm
from core.agent.connections import Connections
from core.agent.cursors import Windows
from core.agent.figuring import FigureKeeper
from core.agent.hub import Hub
from core.agent.listing import Lists
from core.agent.overview import Overview
from core.agent.paperwork import Paperwork
from core.agent.places import Place
from core.agent.records import Records
from core.agent.rowtable import RowTable
from core.agent.runs import Runner
from core.agent.scheduler import Scheduler
from core.agent.state import ListedStore
from core.engine.ports import Clock
from core.model.catalogue import default_setup
from core.model.link import Link
from core.model.names import MODULES, ModuleName
from core.model.problems import Problem
from core.model.run import HistoryLine, Run


class OpenProfile:
    """The store and everything over it: sides, runs, lists, pages."""

    def __init__(
        self, place: Place, clock: Clock, store: ListedStore, hub: Hub, version: str, settled: Callable[[], None]
    ) -> None:
        self.store = store
        profile = store.profile()
        sandbox = profile is not None and profile.sandbox
        self.connections = Connections(place, clock, self._waiting, sandbox=sandbox)
        self._settled = settled
        self.alarm = Alarm(store, clock, place.profile)
        self.runner = Runner(store, self.connections, hub, clock, str(place.log), self._ended)
        self.runner.close_open_runs()
        self.scheduler = Scheduler(store, self.runner, self.connections, self.alarm, clock)
        self.overview = Overview(
            store, self.runner, self.connections, place.profile, version, next_runs=self.scheduler.next_runs
        )
        self.records = Records(store, self.connections)
        self.paperwork = Paperwork(store, self.connections, hub, clock)
        self.figures = FigureKeeper(store, self.connections, hub, clock, settled)
        self._hub = hub
        self.links: Windows[Link] = Windows()
        self.lines: Windows[HistoryLine] = Windows()
        self.clock = clock
        self._lists: dict[tuple[ModuleName, str], tuple[RowTable, Lists]] = {}
        self._warming: asyncio.Task[None] | None = None
        with contextlib.suppress(Problem):
            # The budgets stand in the header from the start; nothing is sent by this.
            self.connections.sides(profile)

    def _waiting(self, code: str, seconds: float) -> None:
        self.runner.waiting(code, seconds)

    def changed(self) -> None:
        """Tell the watchers that something was set, and let the schedule look at it."""
        self._hub.changed(self.store.generation())
        self.scheduler.poke()

    def _ended(self, run: Run) -> None:
        self.alarm.note(run)
        self.scheduler.poke()
        self._settled()

    def lists(self, module: ModuleName) -> tuple[RowTable, Lists]:
        """Return the big list of a module in its present shape."""
        shape = (self.store.setup(module) or default_setup(module)).shape
        if (module, shape) not in self._lists:
            table = RowTable(self.store, module, shape)
            self.store.listeners.append(table.note)
            self._lists[module, shape] = table, Lists(table, self.clock, self.store.generation)
        return self._lists[module, shape]

    def warm(self) -> None:
        """Begin to make the rows of the big lists, once."""
        if self._warming is None:
            self._warming = asyncio.create_task(self._warm())

    async def _warm(self) -> None:
        for module in MODULES:
            if self.store.setup(module) is not None:
                await self.lists(module)[0].refresh()

    async def close(self) -> None:
        """Finish what is in flight, commit, and release everything."""
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.gather(self._warming, return_exceptions=True)
        await self.scheduler.stop()
        await self.runner.stop()
        await self.figures.stop()
        await self.paperwork.stop()
        await self.alarm.close()
        await self.connections.close()
