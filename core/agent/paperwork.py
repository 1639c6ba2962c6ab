"""Documents, deals and triggers of one profile, in the agent: one thing at a time that reads or writes what changed."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

from core.agent.connections import Connections
from core.agent.hub import Hub
from core.agent.paperlist import PaperLists
from core.agent.state import ListedStore
from core.documents.associate import Associations
from core.documents.drafts import Drafts
from core.documents.mirror.run import Transactions
from core.documents.office import Office
from core.documents.run import Triggers
from core.engine.ports import Clock
from core.model.documents import Document, DocumentKind, Preference
from core.model.drafts import Draft
from core.model.ledger import Ledger, LedgerEntry, LooseDocument
from core.model.mirror import MirrorStatus
from core.model.problems import Problem
from core.model.run import Cause, Run
from core.zoho.connect import ZohoSide
from core.zoho.desks import book_pages, open_desks, open_papers

logger = logging.getLogger(__name__)
POLL_SECONDS = 300.0
"""Between two looks at both sides while triggers or transactions are on. Idle, triggers cost four CRM credits a look,
transactions four CRM and some six Books calls.
"""
T = TypeVar("T")


class _Desks:
    """What works on one pair of open sides."""

    def __init__(self, sides: tuple[ZohoSide, ZohoSide], store: ListedStore, clock: Clock, hub: Hub) -> None:
        self.sides = sides
        deals, books = open_desks(*sides)
        self.office = Office(deals=deals, books=books, store=store, clock=clock)
        self.books = books
        self.drafts = Drafts(deals=deals, books=books, store=store, clock=clock)
        self.associations = Associations(deals=deals, books=books, store=store, clock=clock)
        self.triggers = Triggers(
            deals=deals, books=books, store=store, clock=clock, emit=lambda event: hub.changed(store.generation())
        )
        profile = store.profile()
        self.transactions = Transactions(
            papers=open_papers(sides[0]), books=books, store=store, clock=clock,
            emit=lambda event: hub.changed(store.generation()),
            link=book_pages(profile.books if profile is not None else None),
        )  # fmt: skip


class Paperwork:
    """Owns the desks. ``turn`` is held by whatever writes."""

    def __init__(self, store: ListedStore, connections: Connections, hub: Hub, clock: Clock) -> None:
        self._store, self._connections, self._hub, self._clock = store, connections, hub, clock
        self._desks: _Desks | None = None
        self._turn = asyncio.Lock()
        self._ledger: tuple[int, Ledger] = (-1, Ledger())
        self._newest: tuple[int, list[Document]] = (-1, [])
        self.lists = PaperLists(store)
        self._poller: asyncio.Task[None] | None = None

    @property
    def on(self) -> bool:
        """Whether triggers or transactions are on, so that there is something to do without anybody asking."""
        profile = self._store.profile()
        wanted = self._store.preference().kind != "none" or self._store.mirror_setup().on
        return profile is not None and profile.connected and wanted

    def desks(self) -> _Desks:
        """Return the desks. Raises ``Problem``: ``not_connected``, ``vault_locked`` and its kin."""
        sides = self._connections.sides(self._store.profile())
        if self._desks is None or self._desks.sides != sides:
            self._desks = _Desks(sides, self._store, self._clock, self._hub)
        return self._desks

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[_Desks]:
        """Hold the turn, and tell the watchers afterwards that things moved."""
        async with self._turn:
            before = self._store.generation()
            try:
                yield self.desks()
            finally:
                if self._store.generation() != before:
                    self._hub.changed(self._store.generation())

    async def run(self, cause: Cause, *, retry: bool = False) -> Run:
        """Run the triggers. Raises ``Problem``: ``paused``, ``not_connected`` and its kin."""
        async with self.turn() as desks:
            return await desks.triggers.run(cause, retry=retry)

    async def switch(self, preference: Preference) -> Preference:
        """Store a preference, and look at the deals from then on where it is one."""
        async with self.turn() as desks:
            stored = await desks.triggers.switch(preference)
        self.start()
        return stored

    async def switch_transactions(self, on: bool) -> MirrorStatus:
        """Switch the mirror, and keep it up to date from then on."""
        async with self.turn() as desks:
            status = await (desks.transactions.switch_on() if on else desks.transactions.switch_off())
        self.start()
        return status

    def start(self) -> None:
        """Look at both sides every so often, as long as anything is on."""
        if self.on and (self._poller is None or self._poller.done()):
            self._poller = asyncio.create_task(self._poll(), name="triggers")

    async def stop(self) -> None:
        """Finish what is in flight, and commit it."""
        if self._poller is not None:
            self._poller.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._poller
        self._stop_runs()
        async with self._turn:
            return

    def _stop_runs(self) -> None:
        if self._desks is not None:
            self._desks.triggers.stop()
            self._desks.transactions.stop()

    async def _poll(self) -> None:
        while self.on:
            await self._clock.sleep(POLL_SECONDS)
            work = asyncio.ensure_future(self._look())
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                # What was sent is not left without its outcome: the run ends by itself, and soon.
                self._stop_runs()
                await work
                raise

    async def _look(self) -> None:
        if not self.on:
            return
        try:
            if self._store.preference().kind != "none":
                await self.run("scheduled")
            if self._store.mirror_setup().on:
                async with self.turn() as desks:
                    await desks.transactions.run("scheduled")
        except Problem as problem:
            logger.info("no look at deals and documents: %s", problem.code)

    def drafts(self) -> list[Draft]:
        """Return the documents that persons are making, oldest first."""
        return self._store.drafts()

    def ledger(self) -> Ledger:
        """Return the ledger of the present state, made once for each state."""
        generation = self._store.generation()
        if self._ledger[0] != generation:
            self._ledger = generation, self.desks().office.ledger()
        return self._ledger[1]

    def entries(self, start: int, stop: int) -> list[LedgerEntry]:
        """Return a window of the ledger, the deals that changed last first."""
        found = sorted(self.ledger().entries, key=lambda each: (each.deal.version, each.deal.id), reverse=True)
        return window(found, start, stop)

    def loose(self, start: int, stop: int) -> list[LooseDocument]:
        """Return a window of documents without a deal, newest first."""
        return window(sorted(self.ledger().loose, key=lambda each: newest(each.document)), start, stop)

    def documents(self, kind: DocumentKind | None, start: int, stop: int) -> list[Document]:
        """Return a window of documents, newest first."""
        generation = self._store.generation()
        if self._newest[0] != generation:
            self._newest = generation, sorted(self._store.documents(), key=newest)
        return window([each for each in self._newest[1] if kind in (None, each.kind)], start, stop)


def newest(document: Document) -> tuple[int, str]:
    """Return what sorts documents newest first, and equal days by their ids."""
    return -int(document.date.replace("-", "") or 0), document.ref


def window(found: Sequence[T], start: int, stop: int) -> list[T]:
    """Return items ``start`` to ``stop``."""
    return list(found[max(start, 0) : max(stop, 0)])
