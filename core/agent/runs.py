"""Plans and runs of one profile: one at a time, in the background, told of to whoever watches."""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec

from core.agent.connections import Connections
from core.agent.forecast import forecast
from core.agent.hub import Hub
from core.engine.engine import Engine
from core.engine.ports import Clock, Commit, Store
from core.engine.settings import refuse_currencies
from core.model.names import SIDES, ModuleName, SideName
from core.model.plan import Action, Plan
from core.model.problems import Problem
from core.model.run import Progress, Run
from core.model.setup import ModuleSetup
from core.service import PlanSummary, SyncRequest

logger = logging.getLogger(__name__)
Begin = Callable[[Engine], Run]
Work = Callable[[Engine, Run], Awaitable[Run]]
KEPT_PLANS = 4
"""Plans held for reading; a plan of 100,000 actions is large, and an older one is of no use."""
ENOUGH_RUNS = 20
STOP_AGAIN_SECONDS = 0.5


class Runner:
    """Owns the engine. ``settled`` is called with every run that has ended.

    ``left_open``: modules whose last run a killed agent left open.
    """

    def __init__(
        self, store: Store, connections: Connections, hub: Hub, clock: Clock, log: str, settled: Callable[[Run], None]
    ) -> None:
        self._store, self._connections, self._hub, self._clock = store, connections, hub, clock
        self._log, self._settled = log, settled
        self.left_open: tuple[ModuleName, ...] = ()
        self._engine: Engine | None = None
        self._plans: OrderedDict[str, Plan] = OrderedDict()
        self._planned = 0
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._running: Run | None = None
        self._last: Progress | None = None

    @property
    def busy(self) -> bool:
        """Whether a run is going on."""
        return self._running is not None

    @property
    def running(self) -> Run | None:
        """The run that is going on."""
        return self._running

    def close_open_runs(self) -> None:
        """Note that runs which a killed agent left open are interrupted. The next run recovers their intents."""
        left = [each for each in self._store.runs(ENOUGH_RUNS) if each.state == "running"]
        self.left_open = tuple({each.module for each in left})
        if left:
            now = self._clock.now()
            ended = [msgspec.structs.replace(each, state="interrupted", finished=now) for each in left]
            self._store.commit(Commit(runs=ended))

    def engine(self) -> Engine:
        """Return the engine over both sides. Raises ``Problem``: ``not_connected``, ``vault_locked`` and its kin."""
        crm, books = self._connections.sides(self._store.profile())
        if self._engine is None:
            self._engine = Engine(crm=crm, books=books, store=self._store, clock=self._clock, emit=self._emit)
        return self._engine

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Keep plans and runs out while the sides are replaced; the engine is made anew when it is next needed.

        Raises ``Problem('run_in_progress')``.
        """
        async with self._turn:
            self.refuse_while_running()
            yield
            self._engine = None
            self._plans.clear()

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Keep plans and runs out while both sides are read. Raises ``Problem('run_in_progress')``."""
        self.refuse_while_running()
        async with self._turn:
            self.refuse_while_running()
            yield

    def refuse_while_running(self) -> None:
        """Raise ``Problem('run_in_progress')`` while a run goes on."""
        if self._running is not None:
            raise Problem("run_in_progress", run=self._running.id)

    async def prepare(self, setup: ModuleSetup) -> ModuleSetup:
        """Make the key fields of a module's settings, and store them. While a run goes on they are only stored: it
        goes by those that it began with, and the next one makes the key fields (B85).
        """
        if self._running is not None:
            # One turn of the loop: a run that was started just now has then taken the settings it goes by.
            await asyncio.sleep(0)
            refuse_currencies(setup, self._store.profile())
            self._store.commit(Commit(setups=[setup]))
            stored = setup
        else:
            async with self._turn:
                stored = await self.engine().prepare(setup)
        self._plans.clear()
        self._hub.changed(self._store.generation())
        return stored

    async def plan(self, module: ModuleName) -> PlanSummary:
        """Make the plan of the next run and hold it. Raises ``Problem('run_in_progress')`` while one goes on."""
        self.refuse_while_running()
        async with self._turn:
            engine = self.engine()
            before = self._calls()
            plan = await engine.plan(module)
            spent = {side: count - before[side] for side, count in self._calls().items()}
        plan_id = self.hold(plan)
        self._hub.changed(self._store.generation())
        return PlanSummary(
            id=plan_id,
            module=module,
            made_at=self._clock.now(),
            actions=len(plan.actions),
            counts=plan.counts,
            valve=plan.valve,
            api_calls=spent,
            forecast=forecast(plan),
        )

    def hold(self, plan: Plan, plan_id: str = "") -> str:
        """Hold a plan for reading and applying, under a new id unless one is given; return the id."""
        self._planned += 1
        plan_id = plan_id or f"{plan.module}-{self._store.generation()}-{self._planned}"
        self._plans[plan_id] = plan
        while len(self._plans) > KEPT_PLANS:
            self._plans.popitem(last=False)
        return plan_id

    def actions(self, plan_id: str, start: int, stop: int) -> list[Action]:
        """Return a window of a plan. Raises ``Problem('not_found')`` for one that is no longer held."""
        return list(self.held_plan(plan_id).actions[max(start, 0) : stop])

    def held_plan(self, plan_id: str) -> Plan:
        """Return a plan. Raises ``Problem('not_found')`` for one that is no longer held."""
        if plan_id not in self._plans:
            raise Problem("not_found", what=f"plan {plan_id}")
        return self._plans[plan_id]

    async def start(self, request: SyncRequest) -> Run:
        """Start a run and return it as started. Raises ``Problem``: ``run_in_progress``, ``paused`` and its kin."""
        first = request.cause == "manual" and not self._store.runs(1)
        return await self.launch(
            lambda engine: engine.begin(request.module, "first" if first else request.cause),
            lambda engine, run: engine.execute(run, confirm=request.confirm, retry=request.retry),
        )

    async def launch(self, begin: Begin, work: Work) -> Run:
        """Start whatever ``work`` does as a run, and return it as started."""
        self.refuse_while_running()
        async with self._turn:
            self.refuse_while_running()
            engine = self.engine()
            run = begin(engine)
            self._running, self._last = run, None
        self._task = asyncio.create_task(self._execute(engine, run, work), name=f"run {run.id}")
        return run

    def progress(self) -> Progress | None:
        """Return where the run stands."""
        if self._running is None:
            return None
        latest = (self._engine.progress if self._engine is not None else None) or self._last
        return latest or Progress(run_id=self._running.id, module=self._running.module, phase=self._running.phase)

    def waiting(self, code: str, seconds: float) -> None:
        """Take note of what a side waits for."""
        if self._engine is not None:
            self._engine.waiting(code, seconds)

    def cancel(self) -> None:
        """Let the run finish what is in flight and end as interrupted; without one, nothing."""
        if self._running is not None and self._engine is not None:
            self._engine.stop()

    async def stop(self) -> None:
        """Cancel, and wait for the end."""
        while self._task is not None and not self._task.done():
            # Once more, until it is heard: an engine that is still getting ready forgets what it was told.
            self.cancel()
            await asyncio.wait({self._task}, timeout=STOP_AGAIN_SECONDS)

    async def _execute(self, engine: Engine, run: Run, work: Work) -> None:
        """Carry a run through. Whatever happens, it ends, and is told to have ended."""
        try:
            ended = await work(engine, run)
        except Exception as error:
            logger.exception("run %s ended on something unexpected", run.id)
            ended = self._failed(run, error)
        self._running, self._task = None, None
        logger.info("run %s: %s %s", ended.id, ended.state, ended.problem)
        self._hub.run(ended, self._store.generation())
        self._hub.changed(self._store.generation())
        self._settled(ended)

    def _failed(self, run: Run, error: Exception) -> Run:
        detail = {"what": type(error).__name__, "log": self._log}
        if isinstance(error, Problem):
            code, detail = error.code, error.detail
        else:
            code = "unexpected"
        ended = msgspec.structs.replace(
            run, state="failed", finished=self._clock.now(), problem=code, problem_detail=detail
        )
        try:
            self._store.commit(Commit(runs=[ended]))
        except Problem:
            logger.exception("the end of run %s cannot be stored", run.id)
        return ended

    def _emit(self, news: object) -> None:
        """Take news from the engine. A run's end is told by ``_execute``, once the run is truly over."""
        generation = self._store.generation()
        if isinstance(news, Progress):
            self._last = news
            self._hub.progress(news, generation)
        elif isinstance(news, Run):
            if news.state == "running":
                self._running = news
                self._hub.run(news, generation)
        else:
            self._hub.changed(generation)

    def _calls(self) -> dict[SideName, int]:
        crm, books = self._connections.sides(self._store.profile())
        return dict(zip(SIDES, (crm.calls, books.calls), strict=True))
