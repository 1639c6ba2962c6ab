"""What the steps of one run share."""

from collections.abc import Callable

from core.engine.ledger import Ledger
from core.engine.ports import Clock, Emit, Side, Store
from core.engine.report import Reporter
from core.model.catalogue import entity
from core.model.names import SideName
from core.model.run import Run
from core.model.setup import ModuleSetup
from core.plan.shapes import paths
from core.plan.tally import Tally


class Interrupted(Exception):
    """The run was asked to stop; everything acknowledged is committed."""


class Context:
    """One run of one module: its sides, store, settings, and what it counts and tells."""

    def __init__(
        self, *, crm: Side, books: Side, store: Store, clock: Clock, emit: Emit, setup: ModuleSetup, run: Run,
        stopped: Callable[[], bool],
    ) -> None:  # fmt: skip
        self.crm, self.books, self.store, self.clock, self.emit = crm, books, store, clock, emit
        self.setup, self.run = setup, run
        self.report = Reporter(run, clock, emit, (crm, books))
        self.ledger = Ledger(store, clock)
        self.tally = Tally()
        self.tops: dict[SideName, str] = {"crm": "", "books": ""}
        """Each server's time as the newest record of the pull has it."""
        self.stopped = stopped
        self._numbers = 0
        self._entities: dict[SideName, str] = {
            "crm": entity(setup.module, setup.shape, "crm"),
            "books": entity(setup.module, setup.shape, "books"),
        }
        self._fields: dict[SideName, tuple[str, ...]] = {"crm": paths(setup, "crm"), "books": paths(setup, "books")}

    def side(self, name: SideName) -> Side:
        """Return a side."""
        return self.crm if name == "crm" else self.books

    def entity(self, side: SideName) -> str:
        """Return what the module is on a side."""
        return self._entities[side]

    def fields(self, side: SideName) -> tuple[str, ...]:
        """Return the mapped fields of a side."""
        return self._fields[side]

    def cursor(self, name: str) -> str:
        """Return the stored name of one of this module's cursors."""
        return f"{self.setup.module}:{name}"

    def number(self) -> str:
        """Return an id that is unique within the store: the run's, counted on."""
        self._numbers += 1
        return f"{self.run.id}:{self._numbers:07d}"

    def check(self) -> None:
        """Go on, or raise Interrupted when the run was asked to stop."""
        if self.stopped():
            raise Interrupted
