"""The engine of one profile: it plans and runs syncs of its modules, one at a time, through its ports."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Collection

from msgspec import structs

from core.engine.context import Context, Interrupted
from core.engine.deciding import Deciding
from core.engine.explain import known_of
from core.engine.ports import Clock, Commit, Emit, Side, Store
from core.engine.recover import recover
from core.engine.run import carry_out, consider, narrow
from core.engine.settings import configured, prepared
from core.engine.undo import Part, carry_back, lines_of, prepare_undo, release, split
from core.model.names import SIDES, ModuleName, SideName
from core.model.plan import Plan
from core.model.problems import Problem
from core.model.run import Cause, Progress, Run, RunState
from core.model.setup import ModuleSetup
from core.model.undo import UndoPlan, UndoScope
from core.model.whynot import WhyNot
from core.plan.apply import choose
from core.plan.facts import Id
from core.plan.shapes import parts
from core.plan.whynot import why_not

_log = logging.getLogger(__name__)

_WAITABLE = frozenset({"daily_quota", "blocked", "unreachable", "server_trouble"})
"""Problems that pass by themselves: the run stops cleanly and the next one goes on."""


class Engine(Deciding):
    """See the module's docstring. ``emit`` receives Run (start and end), Progress and Failure objects."""

    def __init__(self, *, crm: Side, books: Side, store: Store, clock: Clock, emit: Emit) -> None:
        self._crm, self._books, self._store, self._clock, self._emit = crm, books, store, clock, emit
        self._stop = False
        self._turn = asyncio.Lock()
        self._context: Context | None = None
        self._prepared: set[tuple[ModuleName, int]] = set()
        self.left_over: Plan | None = None
        """What the latest run of a saved plan did not carry out."""

    @property
    def progress(self) -> Progress | None:
        """Where the running sync stands; None when none runs."""
        return self._context.report.progress if self._context is not None else None

    def waiting(self, code: str, seconds: float) -> None:
        """Take note of what a side waits for (its ``on_wait``)."""
        if self._context is not None:
            self._context.report.waiting(code, seconds)

    def stop(self) -> None:
        """Ask the running sync to finish what is in flight, commit, and end as interrupted."""
        self._stop = True

    async def prepare(self, setup: ModuleSetup) -> ModuleSetup:
        """Find or make both sides' key fields, store the setup with their strengths, and return it.

        Raises Problem; ``currencies_differ`` for items, and for two ways (B7, B45, E4).
        """
        made = await prepared(setup, self._crm, self._books, self._store.profile())
        self._store.commit(Commit(setups=[made]))
        self._prepared.add((made.module, made.revision))
        return made

    async def plan(self, module: ModuleName) -> Plan:
        """Return what the next run would do. Writes nothing to either side.

        Raises Problem; ``run_in_progress`` while a run executes: its open intents are not to be recovered under it.
        """
        self._refuse_second()
        async with self._turn:
            setup = await self._ready(self._setup(module))
            run = Run(id="", module=module, cause="manual", started=self._clock.now(), setup_revision=setup.revision)
            context = self._make_context(setup, run, emit=_nobody)
            context.stopped = _never
            return (await consider(context, ())).plan

    def begin(self, module: ModuleName, cause: Cause) -> Run:
        """Store and return a new run. Raises Problem ``paused`` (B84), ``not_configured`` or ``run_in_progress``."""
        self._refuse_second()
        profile = self._store.profile()
        if profile is not None and profile.paused:
            raise Problem("paused")
        setup = self._setup(module)
        now, self._stop = self._clock.now(), False
        run = Run(id=self._run_id(now), module=setup.module, cause=cause, started=now, setup_revision=setup.revision)
        self._store.commit(Commit(runs=[run]))
        self._emit(run)
        return run

    async def execute(
        self, run: Run, *, confirm: bool = False, retry: tuple[str, ...] = (), only: tuple[Id, ...] = (),
        saved: Plan | None = None, exclude: Collection[str] = (),
    ) -> Run:  # fmt: skip
        """Do everything and return the run as it ended; a Problem of the whole stands in it and is not raised.

        ``confirm`` lets a plan through a tripped valve; ``retry`` names failures to try again, ``"*"`` all of them.
        ``only`` fetches named records and what is linked to them, instead of what changed (B82, B89). ``saved`` is a
        plan to be carried out exactly, but for actions whose ids are in ``exclude`` (and what else is planned for
        their records); what of it no longer stands is left, planned anew and marked, as ``left_over``.
        """

        async def sync(context: Context) -> RunState:
            found = await consider(context, retry, only)
            context.run = structs.replace(context.run, valve=found.plan.valve)
            if saved is not None:
                chosen = choose(saved, found.plan, exclude)
                self.left_over = chosen.rest(found.plan)
                if not chosen.whole:
                    narrow(found, chosen.take)
            return "done" if await carry_out(found, confirm=confirm) else "needs_confirmation"

        async with self._turn:
            return await self._carry_through(run, sync)

    async def undo_plan(self, scope: UndoScope) -> UndoPlan:
        """Return what an undo would do. Writes nothing. Raises Problem; ``not_found`` for a scope without history."""
        self._refuse_second()
        async with self._turn:
            setup = await self._ready(self._setup(self._undone_module(scope)))
            run = Run(id="", module=setup.module, cause="undo", started=self._clock.now())
            context = self._make_context(setup, run, emit=_nobody)
            context.stopped = _never
            return await prepare_undo(self._undone(context, scope), scope)

    def begin_undo(self, scope: UndoScope) -> Run:
        """Store and return the run of an undo. Raises Problem as ``begin`` does, and ``not_found``."""
        module = self._undone_module(scope)
        return self.begin(module, "undo")

    async def execute_undo(self, run: Run, scope: UndoScope, *, exclude: tuple[str, ...] = ()) -> Run:
        """Carry an undo out but for the excluded steps (``UndoStep.id``), and return the run as it ended.

        Its counts: updated are records put back, gone are pairs left alone from now on, held are records that changed
        in the meantime, skipped is what cannot be taken back.
        """

        async def undo(context: Context) -> RunState:
            for part in parts(context.setup):
                await recover(context.part(part))
            found = self._undone(context, scope)
            plan = await prepare_undo(found, scope)
            context.report.phase("execute")
            await carry_back(found, plan, exclude)
            return "done"

        async with self._turn:
            return await self._carry_through(run, undo)

    def release(self, module: ModuleName, record_id: str) -> None:
        """Let an ignored pair take part again; the next run reads both records. Raises ``Problem('not_found')``."""
        setup = self._setup(module)
        run = Run(id="", module=setup.module, cause="manual", started=self._clock.now())
        context = self._make_context(setup, run, emit=_nobody)
        for part in (context.part(each) for each in parts(setup)):
            for side in SIDES:
                link = self._store.link_of(part.setup.module, side, record_id)
                if link is not None and link.state == "ignored":
                    self._store.commit(release(part, link))
                    return
        raise Problem("not_found", what=f"ignored record {record_id}")

    def why_not(self, module: ModuleName, side: SideName, record_id: str) -> tuple[WhyNot, ...]:
        """Return why a record is not in step, or not on the other side, from what is known here; asks no server."""
        setup = self._store.setup(configured(module))
        if setup is None or not setup.mapping:
            return (WhyNot(code="not_configured", detail={"module": module}),)
        run = Run(id="", module=setup.module, cause="manual", started=self._clock.now())
        context = self._make_context(setup, run, emit=_nobody)
        contexts = [context.part(each) for each in parts(setup)]
        return why_not(known_of(contexts, side, record_id, running=self._context is not None))

    def _undone_module(self, scope: UndoScope) -> ModuleName:
        run = self._store.run(scope.run_id) if scope.run_id else None
        return run.module if run is not None else scope.module

    def _undone(self, context: Context, scope: UndoScope) -> list[Part]:
        contexts = [context.part(each) for each in parts(context.setup)]
        return split(contexts, lines_of(context, scope))

    async def _carry_through(self, run: Run, work: Callable[[Context], Awaitable[RunState]]) -> Run:
        context: Context | None = None
        state: RunState
        problem: Problem | None = None
        try:
            setup = await self._ready(self._setup(run.module))
            context = self._context = self._make_context(setup, run, emit=self._emit)
            state = await work(context)
            run = context.run
        except Interrupted:
            state = "interrupted"
        except Problem as raised:
            problem, state = raised, "stopped" if raised.code in _WAITABLE else "failed"
        except Exception as error:
            # the text of an unforeseen error may quote anything, also a secret: the log gets its place alone
            places = (f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__))
            _log.error("%s at %s", type(error).__name__, " < ".join(places))
            problem, state = Problem("unexpected", what=type(error).__name__), "failed"
        finally:
            self._context = None
        return self._end(run, context, state, problem)

    def _end(self, run: Run, context: Context | None, state: RunState, problem: Problem | None) -> Run:
        if context is not None:
            report = context.report
            run = structs.replace(
                run, phase=report.progress.phase, counts=context.tally.counts(), api_calls=report.calls(),
                considered=context.tally.considered(),
            )  # fmt: skip
        run = structs.replace(
            run, state=state, finished=self._clock.now(), problem=problem.code if problem else "",
            problem_detail=problem.detail if problem else {}, phase="done" if state == "done" else run.phase,
        )  # fmt: skip
        try:
            self._store.commit(Commit(runs=[run]))
        except Problem as raised:
            run = structs.replace(run, state="failed", problem=raised.code, problem_detail=raised.detail)
        if context is not None:
            context.report.phase(run.phase)
        self._emit(run)
        return run

    def _make_context(self, setup: ModuleSetup, run: Run, *, emit: Emit) -> Context:
        return Context(
            crm=self._crm, books=self._books, store=self._store, clock=self._clock, emit=emit, setup=setup, run=run,
            stopped=lambda: self._stop,
        )  # fmt: skip

    def _refuse_second(self) -> None:
        if self._context is not None:
            raise Problem("run_in_progress", run=self._context.run.id)

    def _setup(self, module: ModuleName) -> ModuleSetup:
        setup = self._store.setup(configured(module))
        if setup is None or not setup.mapping:
            raise Problem("not_configured", module=module)
        return setup

    async def _ready(self, setup: ModuleSetup) -> ModuleSetup:
        """Let both sides learn of their key fields, once in this process and for each revision of the setup."""
        if (setup.module, setup.revision) in self._prepared:
            return setup
        made = await prepared(setup, self._crm, self._books, self._store.profile())
        if made != setup:
            self._store.commit(Commit(setups=[made]))
        self._prepared.add((setup.module, setup.revision))
        return made

    def _run_id(self, now: str) -> str:
        """Return an id that sorts by time and is new in the store."""
        base, number = now.replace("-", "").replace(":", ""), 1
        while self._store.run(f"{base}-{number}") is not None:
            number += 1
        return f"{base}-{number}"


def _nobody(_event: object) -> None:
    """Take an event and do nothing with it."""


def _never() -> bool:
    """Say that a plan is not stopped: it is soon over, and ``stop`` is meant for a run."""
    return False
