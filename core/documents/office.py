"""All that screens and commands ask about deals and documents, over the desks and the store."""

from msgspec import structs

from core.documents.ledger import ledger
from core.documents.ports import BookDesk, DealDesk, DocumentStore
from core.documents.pull import pull_deals, pull_document_rows
from core.documents.run import check
from core.documents.simulate import Way, simulate
from core.documents.stages import Stages
from core.documents.work import Work, spread
from core.engine.ports import Clock
from core.model.documents import DEAL_KINDS, KINDS, Deal, Preference
from core.model.ledger import Ledger, Simulation, TriggerStatus
from core.model.run import Run

MOST_SIMULATED = 200
"""Deals replayed unless more are asked for: each costs a call for its history."""


class Office:
    """See the module's docstring. The caller sees to it that one at a time reads what changed."""

    def __init__(self, *, deals: DealDesk, books: BookDesk, store: DocumentStore, clock: Clock) -> None:
        self._deals, self._books, self._store, self._clock = deals, books, store, clock

    async def refresh(self) -> None:
        """Read what changed: deals, with what their stages call for, and the documents of all kinds."""
        work = self._work()
        await pull_deals(work, Stages(await self._deals.stages()))
        for kind in KINDS:
            await pull_document_rows(self._store, self._books, kind)

    def ledger(self) -> Ledger:
        """Return the ledger of what was last read."""
        work = self._work()
        deals = [row.deal for row in self._store.deal_rows() if not row.gone]
        documents = (each for kind in DEAL_KINDS for each in self._store.documents(kind))
        return ledger(deals, documents, self._store.ties(), work.customer)

    async def simulate(self, preference: Preference, limit: int = MOST_SIMULATED) -> Simulation:
        """Return what a preference would have done of the ``limit`` deals that changed last (0: all).

        Their stages are CRM's own history where it has one, else those that polls have seen. Writes nothing to either
        side. Raises ``Problem('bad_request')`` for a preference that cannot work.
        """
        stages = Stages(await self._deals.stages())
        check(structs.replace(preference, item_id=preference.item_id or "-"), stages)
        work = self._work()
        await pull_deals(work, stages)
        rows = sorted((row for row in self._store.deal_rows() if not row.gone), key=lambda row: row.deal.version)
        chosen = rows[-limit:] if limit > 0 else rows
        ways: dict[str, Way] = {}

        async def follow(deal: Deal) -> None:
            told = await self._deals.history(deal.id)
            row = self._store.deal_row(deal.id)
            seen = row.trail if row is not None else ()
            trail = seen if told is None else tuple(told)
            known = tuple(structs.replace(each, probability=stages.probability(each.stage, each.probability))
                          for each in trail)  # fmt: skip
            ways[deal.id] = Way(deal, known, told is not None)

        await spread([row.deal for row in chosen], follow)
        in_order = (ways[row.deal.id] for row in chosen)
        return simulate(preference, stages, work.shape, in_order, work.customer)

    async def status(self) -> TriggerStatus:
        """Return what the triggers are set to, with the stages to choose from, as CRM has them now."""
        stages = await self._deals.stages()
        rows = list(self._store.deal_rows())
        failed = [row for row in rows if self._store.failure(f"documents:to_books:{row.deal.id}") is not None]
        return TriggerStatus(
            preference=self._store.preference(), stages=tuple(stages), deals=len(rows),
            resting=sum(row.resting for row in rows), waiting=sum(bool(row.wanted) for row in rows),
            made=sum((row.estimate is not None) + (row.invoice is not None) for row in rows),
            failures=len(failed), open_intents=len(self._store.document_intents()),
        )  # fmt: skip

    def _work(self) -> Work:
        run = Run(id="", module="documents", cause="manual", started="")
        return Work(
            deals=self._deals, books=self._books, store=self._store, clock=self._clock, emit=lambda event: None,
            run=run, stopped=lambda: False,
        )  # fmt: skip
