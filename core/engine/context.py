"""What the steps of one run share."""

import copy
import itertools
from collections.abc import Callable
from typing import Self

from core.engine.family import Family
from core.engine.ledger import Ledger
from core.engine.ports import Clock, Emit, Side, Store
from core.engine.report import Reporter
from core.engine.shared import Shared
from core.model.catalogue import entity, implied_crm_entity
from core.model.names import ModuleName, SideName, other
from core.model.run import Run
from core.model.setup import ModuleSetup
from core.plan.shapes import paths
from core.plan.tally import Tally

PERSONAL: tuple[ModuleName, ...] = ("customers", "persons")
"""Modules among which a CRM contact stands in one link at most."""


class Interrupted(Exception):
    """The run was asked to stop; everything acknowledged is committed."""


class Context:
    """One run of one module, or of a part of it: its sides, store, settings, and what it counts and tells."""

    def __init__(
        self, *, crm: Side, books: Side, store: Store, clock: Clock, emit: Emit, setup: ModuleSetup, run: Run,
        stopped: Callable[[], bool],
    ) -> None:  # fmt: skip
        self.crm, self.books = Shared(crm, setup.name_order), Shared(books, setup.name_order)
        self.store, self.clock, self.emit = store, clock, emit
        self.run, self.whole = run, setup
        self.report = Reporter(run, clock, emit, (crm, books))
        self.ledger = Ledger(store, clock)
        self.tally = Tally()
        self.stopped = stopped
        self.family = Family()
        self.touched: dict[str, str] = {}
        """Customers whose contact persons this run wrote, and when."""
        self.chosen: set[tuple[str, str]] = set()
        """CRM and Books ids that this run makes a pair because somebody said so."""
        self._counter = itertools.count(1)
        self._take(setup)

    def _take(self, setup: ModuleSetup) -> None:
        self.setup = setup
        self.tops: dict[SideName, str] = {"crm": "", "books": ""}
        """Each server's time as the newest record of the pull has it."""
        self._entities: dict[SideName, str] = {
            "crm": entity(setup.module, setup.shape, "crm"),
            "books": entity(setup.module, setup.shape, "books"),
        }
        self._fields: dict[SideName, tuple[str, ...]] = {"crm": paths(setup, "crm"), "books": paths(setup, "books")}
        crm = self._entities["crm"]
        self.crm_mark = "" if crm == implied_crm_entity(setup.module) else crm
        """What links of this part carry as ``crm_entity``."""

    def part(self, setup: ModuleSetup) -> Self:
        """Return this run for a part of its module; what it counts, tells and numbers is shared."""
        made = copy.copy(self)
        made._take(setup)
        return made

    def side(self, name: SideName) -> Shared:
        """Return a side."""
        return self.crm if name == "crm" else self.books

    def entity(self, side: SideName) -> str:
        """Return what the module is on a side."""
        return self._entities[side]

    def fields(self, side: SideName) -> tuple[str, ...]:
        """Return the mapped fields of a side."""
        return self._fields[side]

    def cursor(self, name: str) -> str:
        """Return the stored name of one of this part's cursors."""
        mark = f".{self.crm_mark}" if self.crm_mark and self.setup != self.whole else ""
        return f"{self.setup.module}{mark}:{name}"

    def owns(self, module: ModuleName, crm_entity: str) -> bool:
        """Return whether a link, failure or intent is this part's business: one of another shape is left alone (?7)."""
        return module == self.setup.module and crm_entity == self.crm_mark

    def unlinked(self, side: SideName, record_id: str) -> bool:
        """Return whether a record is free to be paired: no module that it could belong to has it in a link."""
        modules = PERSONAL if self.setup.module in PERSONAL else (self.setup.module,)
        links = (self.store.link_of(module, side, record_id) for module in modules)
        return all(link is None or link.state == "ambiguous" for link in links)

    def partner_of(self, side: SideName, customer: str) -> str:
        """Return the counterpart of an account or a customer, empty when it has none."""
        link = self.store.link_of("customers", side, customer) if customer else None
        return link.id_on(other(side)) if link is not None and link.state != "ignored" else ""

    def number(self) -> str:
        """Return an id that is unique within the store: the run's, counted on."""
        return f"{self.run.id}:{next(self._counter):07d}"

    def check(self) -> None:
        """Go on, or raise Interrupted when the run was asked to stop."""
        if self.stopped():
            raise Interrupted
