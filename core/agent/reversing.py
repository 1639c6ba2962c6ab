"""The service's methods about single records, held plans, and taking back."""

from abc import abstractmethod

from core.agent.opened import OpenProfile
from core.engine.engine import Engine
from core.model.names import ModuleName, SideName
from core.model.plan import SavedPlan
from core.model.problems import Problem
from core.model.run import Run
from core.model.undo import UndoPlan, UndoScope
from core.model.whynot import WhyNot
from core.service_records import ApplyRequest, FetchRequest, RecordService, UndoRequest


class Reversing(RecordService):
    """See ``RecordService``. Everything waits until the state is loaded."""

    @abstractmethod
    async def _ready(self) -> OpenProfile:
        """Return the profile, once the state is loaded."""

    async def why_not(self, module: ModuleName, side: SideName, record_id: str) -> list[WhyNot]:
        """See ``RecordService``."""
        return list((await self._ready()).runner.engine().why_not(module, side, record_id))

    async def fetch(self, request: FetchRequest) -> Run:
        """See ``RecordService``."""
        if not request.records:
            raise Problem("bad_request", what="no record is named")
        only = tuple((each.side, each.id) for each in request.records)
        runner = (await self._ready()).runner
        return await runner.launch(
            lambda engine: engine.begin(request.module, "fetch"), lambda engine, run: engine.execute(run, only=only)
        )

    async def undo_plan(self, scope: UndoScope) -> UndoPlan:
        """See ``RecordService``."""
        runner = (await self._ready()).runner
        async with runner.reading():
            return await runner.engine().undo_plan(scope)

    async def undo(self, request: UndoRequest) -> Run:
        """See ``RecordService``."""
        runner = (await self._ready()).runner
        return await runner.launch(
            lambda engine: engine.begin_undo(request.scope),
            lambda engine, run: engine.execute_undo(run, request.scope, exclude=request.exclude),
        )

    async def release(self, module: ModuleName, record_id: str) -> None:
        """See ``RecordService``."""
        profile = await self._ready()
        async with profile.runner.reading():
            profile.runner.engine().release(module, record_id)
        profile.changed()

    async def saved_plan(self, plan_id: str) -> SavedPlan:
        """See ``RecordService``."""
        profile = await self._ready()
        plan = profile.runner.held_plan(plan_id)
        setup = profile.store.setup(plan.module)
        return SavedPlan(plan=plan, made_at=profile.clock.now(), setup_revision=setup.revision if setup else 0)

    async def keep_plan(self, saved: SavedPlan) -> str:
        """See ``RecordService``."""
        return (await self._ready()).runner.hold(saved.plan)

    async def apply(self, request: ApplyRequest) -> Run:
        """See ``RecordService``."""
        runner = (await self._ready()).runner
        plan = runner.held_plan(request.plan_id)

        async def work(engine: Engine, run: Run) -> Run:
            ended = await engine.execute(run, confirm=request.confirm, saved=plan, exclude=request.exclude)
            if engine.left_over is not None and engine.left_over.actions:
                runner.hold(engine.left_over, f"rest-{run.id}")
            return ended

        return await runner.launch(lambda engine: engine.begin(plan.module, "manual"), work)
