"""What the steps of one trigger run share: where things are kept, what was done, and how it is told."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from msgspec import structs

from core.documents.ports import BookDesk, DealDesk, DocumentStore
from core.documents.triggers import party_of
from core.engine.ports import Clock, Commit, Emit
from core.model.documents import Deal, DealRow, Decision, Preference
from core.model.names import Shape
from core.model.plan import Count
from core.model.record import Refused
from core.model.run import Failure, HistoryLine, Run

T = TypeVar("T")
WIDTH = 4
"""Deals worked on at once."""


class Interrupted(Exception):
    """The run was asked to stop; everything acknowledged is committed."""


class Work:
    """One run of the triggers."""

    def __init__(
        self, *, deals: DealDesk, books: BookDesk, store: DocumentStore, clock: Clock, emit: Emit, run: Run,
        stopped: Callable[[], bool], retry: bool = False,
    ) -> None:  # fmt: skip
        self.deals, self.books, self.store, self.clock, self.emit, self.run = deals, books, store, clock, emit, run
        self.preference: Preference = store.preference()
        self.retry = retry
        self.counts: dict[str, int] = {}
        self._stopped = stopped
        self._lines = 0

    @property
    def shape(self) -> Shape:
        """What a customer is in CRM (B25–B28)."""
        setup = self.store.setup("customers")
        return setup.shape if setup is not None else "accounts"

    def check(self) -> None:
        """Go on, or raise Interrupted when the run was asked to stop."""
        if self._stopped():
            raise Interrupted

    def customer(self, deal: Deal) -> str:
        """Return the Books customer of a deal's account or contact, empty when there is none yet."""
        party, _ = party_of(self.shape, deal)
        link = self.store.link_of("customers", "crm", party) if party else None
        return link.books_id if link is not None and link.state in ("linked", "out_of_view") else ""

    def count(self, what: str) -> None:
        """Count one more of ``created``, ``updated``, ``skipped``, ``held``, ``failed``."""
        self.counts[what] = self.counts.get(what, 0) + 1

    def counted(self) -> Count:
        """Return the counts so far."""
        return Count(**self.counts)

    def line(self, row: DealRow, verb: str, why: str, books_id: str = "", **after: str) -> HistoryLine:
        """Return a line of the history for one step of a deal."""
        self._lines += 1
        return HistoryLine(
            id=f"{self.run.id}:{self._lines:07d}", run_id=self.run.id, at=self.clock.now(), module="documents",
            verb=verb, why=why, direction="to_books", crm_id=row.deal.id, books_id=books_id, name=row.deal.name,
            after={**after, "stage": row.deal.stage},
        )  # fmt: skip

    def failure_of(self, deal_id: str) -> Failure | None:
        """Return the failure that stands against a deal."""
        return self.store.failure(f"documents:to_books:{deal_id}")

    def standing(self, row: DealRow) -> bool:
        """Return whether a deal was refused and nothing has changed since, so that it is not sent again by itself."""
        found = self.failure_of(row.deal.id)
        if found is None or self.retry or found.reason in ("F21", "F41"):
            return False
        return found.source_version == row.deal.version and found.setup_revision == self.preference.revision

    def fail(self, row: DealRow, refused: Refused, *, held: bool = False, books_id: str = "") -> Failure:
        """Return the failure of a deal, told to whoever watches; the caller commits it."""
        before, now = self.failure_of(row.deal.id), self.clock.now()
        failure = Failure(
            module="documents", direction="to_books", crm_id=row.deal.id, books_id=books_id, name=row.deal.name,
            reason=refused.reason, message=refused.message, raw=refused.raw, code=refused.code,
            field=refused.field or "", attempts=before.attempts + 1 if before else 1, held=held,
            first_at=before.first_at if before else now, last_at=now, run_id=self.run.id,
            source_version=row.deal.version, setup_revision=self.preference.revision,
        )  # fmt: skip
        self.count("held" if held else "failed")
        self.emit(failure)
        return failure

    def advanced(self, row: DealRow, why: str) -> DealRow:
        """Return a row whose first wanted verb has been dealt with."""
        return structs.replace(row, wanted=row.wanted[1:], note=why, note_at=self.clock.now())

    def settle(self, row: DealRow, decision: Decision, part: Commit, books_id: str = "") -> DealRow:
        """Store that a wanted verb needs nothing done, and why."""
        row = self.advanced(row, decision.why)
        part.deals.append(row)
        part.history.append(self.line(row, "none", decision.why, books_id))
        if self.failure_of(row.deal.id) is not None:
            part.clear_failures.append(f"documents:to_books:{row.deal.id}")
        self.store.commit(part)
        self.count("skipped")
        return row


async def spread(items: Iterable[T], work: Callable[[T], Awaitable[None]], width: int = WIDTH) -> None:
    """Do ``work`` for every item, ``width`` at a time. When one raises, no new one is begun; it is raised at the end.

    What is under way is waited for: a write that was sent is not left without its outcome.
    """
    waiting = iter(items)
    failed: list[BaseException] = []

    async def worker() -> None:
        for item in waiting:
            if failed:
                return
            try:
                await work(item)
            except BaseException as wrong:
                failed.append(wrong)
                return

    await asyncio.gather(*(worker() for _ in range(width)))
    if failed:
        raise failed[0]
