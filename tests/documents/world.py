"""A CRM with deals and a Books with documents, in memory: strict about statuses, and able to lose replies and die."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from msgspec import structs

from core.documents.run import Triggers
from core.engine.ports import Commit
from core.engine.times import shift
from core.model.documents import (
    Deal,
    DealProduct,
    DealRow,
    DealStage,
    Document,
    DocumentIntent,
    DocumentKind,
    Done,
    NewDocument,
    Preference,
    StageSeen,
    Tie,
)
from core.model.link import Link
from core.model.problems import Problem
from core.model.record import Gone, Refused, Unknown
from core.model.run import Run
from core.model.setup import KeyStrength
from tests.engine.memory import Killed, MemoryStore

STAGES = (
    DealStage("調査", 10), DealStage("提案", 50), DealStage("交渉", 80), DealStage("受注", 100), DealStage("失注", 0),
)  # fmt: skip
NAMES = tuple(each.name for each in STAGES)
BEFORE = {
    "estimate": {"sent": ("draft", "sent"), "accepted": ("sent", "expired", "accepted"),
                 "declined": ("sent", "expired", "declined")},
    "invoice": {"sent": ("draft", "sent"), "void": ("draft", "sent")},
}  # fmt: skip


class DeskMemory(MemoryStore):
    """The engine's store in memory, with deals and documents; commits can be the last thing a process does."""

    def __init__(self) -> None:
        super().__init__()
        self.preferences = [Preference()]
        self.deals: dict[str, DealRow] = {}
        self.papers: dict[str, Document] = {}
        self.tied: dict[str, Tie] = {}
        self.open: dict[str, DocumentIntent] = {}

    def commit(self, commit: Commit) -> None:
        super().commit(commit)
        self.preferences += commit.preferences
        self.deals |= {row.key: row for row in commit.deals}
        self.papers |= {each.ref: each for each in commit.documents}
        for key in commit.drop_ties:
            self.tied.pop(key, None)
        self.tied |= {tie.key: tie for tie in commit.ties}
        self.open |= {each.id: each for each in commit.document_intents}
        for key in commit.done_document_intents:
            self.open.pop(key, None)

    def preference(self) -> Preference:
        return self.preferences[-1]

    def deal_row(self, deal_id: str) -> DealRow | None:
        return self.deals.get(deal_id)

    def deal_rows(self, *, waiting: bool = False) -> Iterator[DealRow]:
        return iter([row for row in self.deals.values() if row.wanted or not waiting])

    def document(self, kind: DocumentKind, document_id: str) -> Document | None:
        return self.papers.get(f"{kind}:{document_id}")

    def documents(self, kind: DocumentKind | None = None) -> Iterator[Document]:
        return iter([each for each in self.papers.values() if kind in (None, each.kind)])

    def tie(self, kind: DocumentKind, document_id: str) -> Tie | None:
        return self.tied.get(f"{kind}:{document_id}")

    def ties(self) -> Iterator[Tie]:
        return iter(list(self.tied.values()))

    def document_intents(self) -> list[DocumentIntent]:
        return list(self.open.values())


class MemoryCrm:
    """Deals; every change takes a second of the server's time."""

    def __init__(self) -> None:
        self.deals: dict[str, Deal] = {}
        self.deleted: list[Gone] = []
        self.histories: dict[str, list[StageSeen]] | None = {}
        self.calls = 0
        self._seconds = itertools.count(1)

    def now(self) -> str:
        return shift("2026-02-01T00:00:00Z", next(self._seconds))

    def put(self, deal_id: str, **fields: Any) -> Deal:
        old = self.deals.get(deal_id)
        base = {"id": deal_id, "name": f"案件{deal_id}", "amount": "1000", "account_id": "a", "contact_id": "c"}
        deal = structs.replace(old, **fields) if old else Deal(**(base | fields))
        self.deals[deal_id] = structs.replace(deal, version=self.now())
        if self.histories is not None and (old is None or old.stage != deal.stage):
            step = StageSeen(deal.stage, None, self.deals[deal_id].version, deal.amount)
            self.histories.setdefault(deal_id, []).append(step)
        return self.deals[deal_id]

    def delete(self, deal_id: str) -> None:
        del self.deals[deal_id]
        self.deleted.append(Gone("crm", "Deals", deal_id, self.now()))

    async def stages(self) -> list[DealStage]:
        return list(STAGES)

    async def changes(self, since: str | None) -> AsyncIterator[list[Deal]]:
        found = [deal for deal in self.deals.values() if deal.version >= (since or "")]
        for at in range(0, len(found), 3):
            yield found[at : at + 3]

    async def gone(self, since: str | None) -> AsyncIterator[list[Gone]]:
        found = [each for each in self.deleted if each.when >= (since or "")]
        if found:
            yield found

    async def read(self, ids: Sequence[str]) -> list[Deal]:
        return [self.deals[each] for each in ids if each in self.deals]

    async def deals_of(self, entity: str, record_id: str) -> list[Deal]:
        field = "account_id" if entity == "Accounts" else "contact_id"
        return [deal for deal in self.deals.values() if getattr(deal, field) == record_id]

    async def products(self, deal_id: str) -> list[DealProduct]:
        return []

    async def history(self, deal_id: str) -> list[StageSeen] | None:
        return None if self.histories is None else list(self.histories.get(deal_id, ()))


class MemoryBooks:
    """Documents. ``trouble`` is asked before and after every write: it may raise, or return "lost"."""

    def __init__(self, *, unique: bool = False, converts: bool = False, loose: bool = False) -> None:
        self.papers: dict[str, Document] = {}
        self.unique, self.converts, self.loose = unique, converts, loose
        self.calls = 0
        self.trouble: Callable[[str], str] = lambda when: ""
        self.writes: list[tuple[str, str, str]] = []
        """(what, document id, status before)"""
        self._ids = itertools.count(1)

    def of(self, deal_id: str, kind: str = "estimate") -> list[Document]:
        return [each for each in self.papers.values() if each.kind == kind and each.deal_id == deal_id]

    def set(self, document_id: str, **fields: Any) -> None:
        old = self.papers[document_id]
        version = f"2026-02-02T00:00:{len(self.writes) % 60:02d}Z"
        self.papers[document_id] = structs.replace(old, version=version, **fields)

    async def prepare(self, kind: DocumentKind) -> KeyStrength:
        return "unique" if self.unique else "plain"

    async def changes(self, kind: DocumentKind, since: str | None) -> AsyncIterator[list[Document]]:
        found = [structs.replace(each, lines=None) for each in self.papers.values() if each.kind == kind]
        if found:
            yield found

    async def read(self, kind: DocumentKind, document_id: str) -> Document | None:
        return self.papers.get(document_id)

    async def find(self, kind: DocumentKind, key: str) -> list[Document]:
        return [each for each in self.papers.values() if each.kind == kind and each.key == key]

    async def create(self, new: NewDocument) -> Done | Refused | Unknown:
        self.trouble("before")
        there = await self.find(new.kind, new.key)
        if there and self.unique:
            return Done(document=there[0])
        number = str(next(self._ids))
        made = Document(
            kind=new.kind, id=number, number=f"N{number}", status="draft", party_id=new.party_id, key=new.key,
            deal_id=new.deal_id, total=new.lines[0].rate, salesperson=new.salesperson, lines=new.lines,
        )  # fmt: skip
        self.papers[number] = made
        self.writes.append(("create", number, ""))
        if self.trouble("after") == "lost":
            return Unknown(ref=new.key, message="no answer")
        return Done(document=made)

    async def mark(self, kind: DocumentKind, document_id: str, status: str) -> Done | Refused | Unknown:
        self.trouble("before")
        paper = self.papers.get(document_id)
        if paper is None:
            return Refused(ref="", reason="F29", message="gone")
        allowed = BEFORE[kind][status]
        if self.loose and kind == "estimate":
            allowed = (*allowed, "accepted", "declined")
        if paper.status not in allowed:
            return Refused(ref="", reason="F18", message=f"{paper.status} cannot be {status}")
        self.writes.append((status, document_id, paper.status))
        self.set(document_id, status=status)
        if status == "accepted" and self.converts:
            number = str(next(self._ids))
            self.papers[number] = Document(kind="invoice", id=number, status="draft", estimate_id=document_id)
            self.set(document_id, status="invoiced", invoices=(*paper.invoices, number))
        if self.trouble("after") == "lost":
            # The adapter reads again after a lost reply; what was done is then seen.
            return Done(document=self.papers[document_id])
        return Done(document=self.papers[document_id])

    async def tie(self, document: Document, deal_id: str, deal_name: str) -> Done | Refused | Unknown:
        self.trouble("before")
        self.set(document.id, deal_id=deal_id, native_deal_id=deal_id)
        self.writes.append(("tie", document.id, document.status))
        self.trouble("after")
        return Done(document=self.papers[document.id])


class Tick:
    """A clock that goes on by a second whenever it is looked at."""

    def __init__(self) -> None:
        self._seconds = itertools.count()

    def now(self) -> str:
        return shift("2026-03-01T00:00:00Z", next(self._seconds))

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here waits")


class Ground:
    """Both desks, a store, and the triggers over them, which can be made anew as after a restart."""

    def __init__(self, **books: bool) -> None:
        self.crm, self.books, self.store, self.clock = MemoryCrm(), MemoryBooks(**books), DeskMemory(), Tick()
        self.told: list[object] = []
        for party, customer in (("a", "300"), ("c", "301")):
            self.store.commit(Commit(links=[Link(module="customers", crm_id=party, books_id=customer)]))
        self.restart()

    def restart(self) -> None:
        self.store.dead, self.store.die_at = False, None
        self.triggers = Triggers(
            deals=self.crm, books=self.books, store=self.store, clock=self.clock, emit=self.told.append
        )

    async def switch(self, **wanted: Any) -> Preference:
        return await self.triggers.switch(Preference(**wanted))

    async def poll(self, **more: Any) -> Run:
        return await self.triggers.run(**more)

    async def poll_to_the_end(self, most: int = 40) -> None:
        """Run, restart after each death, until a run does everything and leaves nothing open."""
        for _ in range(most):
            try:
                run = await self.poll()
            except Killed:
                self.restart()
                continue
            if run.state == "done" and not self.store.open:
                return
        raise AssertionError("it does not come to an end")

    def counts(self, kind: str = "estimate") -> Counter[str]:
        return Counter(each.key for each in self.books.papers.values() if each.kind == kind and each.key)


def fails(*turns: str) -> Callable[[str], str]:
    """Trouble by turns, one for each time a write is about to be or has been done: "", "lost", "down" or "die"."""
    rest = iter(turns)

    def trouble(when: str) -> str:
        turn = next(rest, "")
        if turn == "die":
            raise Killed
        if turn == "down":
            raise Problem("server_trouble", side="Books", why="503")
        return turn

    return trouble
