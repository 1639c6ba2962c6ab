"""A profile in memory: two fake sides, a store and an engine, and the questions tests ask of them."""

from typing import Any

from msgspec import structs

from core.engine.engine import Engine
from core.engine.ports import Commit
from core.model.catalogue import default_mapping, default_setup, entity
from core.model.link import Link
from core.model.names import SIDES, Direction, ModuleName, SideName, other, toward
from core.model.plan import Count
from core.model.run import Failure, Progress, Run
from core.model.setup import ModuleSetup
from core.plan.settle import unread
from tests.engine.fake import FakeSide, LocalClock, ServerTime
from tests.engine.memory import Killed, MemoryStore


class World:
    """Everything but the wire."""

    def __init__(
        self, *, strength: str = "plain", store: Any = None, module: ModuleName = "customers", **setup: Any
    ) -> None:
        self.module = module
        self.time, self.clock = ServerTime(), LocalClock()
        self.store: MemoryStore = store or MemoryStore()
        self.crm = FakeSide("crm", self.time, strength=strength)  # type: ignore[arg-type]
        self.books = FakeSide("books", self.time, strength=strength)  # type: ignore[arg-type]
        self.events: list[object] = []
        made = self.setup(**setup)
        for side in SIDES:
            self.side(side).entity = entity(module, made.shape, side)
        self.engine = self._engine()

    def __repr__(self) -> str:
        rows = [(each.id, each.name, each.kind, each.active, each.fields) for side in (self.crm, self.books)
                for each in side.records.values()]  # fmt: skip
        return f"World({rows}, unique_names={self.books.unique_names}, silent={self.crm.silent})"

    def _engine(self) -> Engine:
        return Engine(crm=self.crm, books=self.books, store=self.store, clock=self.clock, emit=self.events.append)

    def setup(self, **changes: Any) -> ModuleSetup:
        old = self.store.setup(self.module)
        base = structs.replace(old, revision=old.revision + 1) if old else default_setup(self.module)
        if "shape" in changes and "mapping" not in changes:
            changes["mapping"] = default_mapping(self.module, changes["shape"])
        made = structs.replace(base, **changes)
        self.store.commit(Commit(setups=[made]))
        return made

    def side(self, name: SideName) -> FakeSide:
        return self.crm if name == "crm" else self.books

    async def sync(self, **options: Any) -> Run:
        run = await self.engine.execute(self.engine.begin(self.module, "manual"), **options)
        self.check(run)
        return run

    async def sync_until_killed(self) -> bool:
        """Sync in a process that may be killed, and start the next one; True: it was killed."""
        try:
            await self.engine.execute(self.engine.begin(self.module, "manual"))
        except Killed:
            killed = True
        else:
            killed = False
        self.restart()
        return killed

    def restart(self) -> None:
        self.store.dead, self.store.die_at = False, None
        self.crm.die_after = self.books.die_after = None
        self.engine = self._engine()

    def check(self, run: Run) -> None:
        """What holds after every run that was not killed: counts add up, failures have reasons (I17)."""
        for side in SIDES:
            counts = run.counts.get(toward(other(side)), Count())
            assert sum(structs.astuple(counts)) == run.considered.get(side, 0), (side, run)
        assert all(failure.reason for failure in self.store.failures())
        if run.state == "done":
            assert not self.store.intents()
            held = [each for each in self.store.failures() if each.held]
            assert len(held) == sum(count.held for count in run.counts.values()), run
            assert len(self.store.failures()) - len(held) == sum(count.failed for count in run.counts.values()), run

    def writes(self) -> int:
        return len(self.crm.sent) + len(self.books.sent)

    async def settled(self) -> None:
        """A further run plans nothing and writes nothing (I1)."""
        before = self.writes()
        plan = await self.engine.plan(self.module)
        assert not [
            each for each in plan.actions if each.verb in ("create", "update", "link", "unlink") and not unread(each)
        ]
        run = await self.sync()
        assert run.state == "done"
        assert self.writes() == before, (self.crm.sent + self.books.sent)[-3:]

    def links(self) -> list[Link]:
        return list(self.store.links(self.module))

    def partner(self, side: SideName, record_id: str) -> str:
        link = self.store.link_of(self.module, side, record_id)
        assert link is not None, f"{side} {record_id} has no link"
        return link.id_on(other(side))

    def failures(self) -> dict[str, str]:
        """Record id → reason."""
        return {failure.record: failure.reason for failure in self.store.failures()}

    def failure(self, record_id: str) -> Failure:
        return next(each for each in self.store.failures() if each.record == record_id)

    def count(self, run: Run, direction: Direction) -> dict[str, int]:
        counts = run.counts[direction]
        return {name: value for name, value in structs.asdict(counts).items() if value}

    def progress(self) -> list[Progress]:
        return [event for event in self.events if isinstance(event, Progress)]
