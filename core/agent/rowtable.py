"""Every row of one module's big list, in memory, kept up with the store's commits.

A row is a pair, or a record of one side that has no counterpart. Rows stand in slots; ``order`` holds the slots by
folded name. A commit only notes which records it touched; ``refresh`` then makes those rows anew.
"""

import asyncio
import heapq
from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from core.agent.state import ListedStore, Pair
from core.engine.ports import Commit
from core.model.catalogue import entity
from core.model.link import Seen
from core.model.names import SIDES, ModuleName, Shape, SideName
from core.plan.normalise import fold_name
from core.service import Row

SLICE = 400
"""Rows made before the loop gets its turn: a few milliseconds."""
_FEW = 2_000
"""New rows that are put in their places one by one; more are merged."""
_RUN = 10_000
_CROWDED = 1_000
"""Dead slots above which, and above the living, they are taken out."""


async def breathe() -> None:
    """Give the loop its turn."""
    await asyncio.sleep(0)


class RowTable:
    """The rows of ``module``. ``version`` grows whenever a row changes."""

    def __init__(self, store: ListedStore, module: ModuleName, shape: Shape) -> None:
        self._store, self._module = store, module
        self._entities: dict[SideName, str] = {side: entity(module, shape, side) for side in SIDES}
        self._touched: dict[tuple[SideName, str], None] = {}
        self._lock = asyncio.Lock()
        self._built = False
        self.version = 0
        self._clear()

    def _clear(self) -> None:
        self.rows: list[Row | None] = []
        self.folded: list[str] = []
        self._by: list[str] = []
        self._slots: dict[SideName, dict[str, int]] = {"crm": {}, "books": {}}
        self.order: list[int] = []
        self._fresh: list[int] = []
        self._dead = 0
        self._left = False

    def note(self, commit: Commit) -> None:
        """Remember which records a commit touched."""
        if not self._built:
            return
        touched = self._touched
        for side, id_ in chain(self._of_links(commit), self._of_seen(commit), self._of_failures(commit)):
            if id_:
                touched[side, id_] = None

    async def refresh(self) -> None:
        """Bring the rows up to date, a slice at a time."""
        async with self._lock:
            if not self._built:
                try:
                    await self._build()
                except BaseException:
                    self._built = False
                    raise
            elif self._touched:
                await self._remake()

    def find(self, key: str) -> Row | None:
        """Return the row of ``Row.key``: a pair's by its link, a lone record's by its catalogue key."""
        for side, id_ in self._ids(key):
            slot = self._slots[side].get(id_)
            if slot is not None:
                return self.rows[slot]
        return None

    def _ids(self, key: str) -> Iterator[tuple[SideName, str]]:
        head, _, rest = key.partition(":")
        middle, _, last = rest.partition(":")
        if head == self._module:
            yield from (("crm", middle), ("books", last))
        for side in SIDES:
            if head == side and middle == self._entities[side]:
                yield side, last

    async def _build(self) -> None:
        # Commits made while this runs are noted, and their rows made once more.
        self._clear()
        self._built = True
        for count, link in enumerate(self._store.pairs(self._module), 1):
            self._put(link, self._seen("crm", link.crm_id), self._seen("books", link.books_id))
            if count % SLICE == 0:
                await breathe()
        for side in SIDES:
            known = self._slots[side]
            for count, id_ in enumerate(self._store.seen_ids(side, self._entities[side]), 1):
                if id_ not in known:
                    seen = self._seen(side, id_)
                    self._put(None, *((seen, None) if side == "crm" else (None, seen)))
                if count % SLICE == 0:
                    await breathe()
        await self._settle()
        if self._touched:
            await self._remake()

    async def _remake(self) -> None:
        while self._touched:
            (side, id_), _ = self._touched.popitem()
            self._remake_one(side, id_)
            if len(self._touched) % SLICE == 0:
                await breathe()
        await self._settle()

    def _remake_one(self, side: SideName, id_: str) -> None:
        link = self._store.pair_of(self._module, side, id_)
        ids = {"crm": link.crm_id, "books": link.books_id} if link else {side: id_}
        for each in SIDES:
            other = self._drop(each, ids.get(each, ""))
            if other is not None and ids.get(other[0]) != other[1]:
                # The pair has parted: its other half becomes a row of its own.
                self._touched[other] = None
        self._put(link, self._seen("crm", ids.get("crm", "")), self._seen("books", ids.get("books", "")))

    def _drop(self, side: SideName, id_: str) -> tuple[SideName, str] | None:
        """Take the record's row out; return the other record that stood in it."""
        slot = self._slots[side].pop(id_, None)
        row = None if slot is None else self.rows[slot]
        if slot is None or row is None:
            return None
        self.rows[slot] = None
        self._dead += 1
        self._left = True
        other: tuple[SideName, str] = ("books", row.books_id) if side == "crm" else ("crm", row.crm_id)
        return other if other[1] and self._slots[other[0]].pop(other[1], None) is not None else None

    def _put(self, link: Pair | None, crm: Seen | None, books: Seen | None) -> None:
        if link is None and crm is None and books is None:
            return
        row = self._row(link, crm, books)
        slot = len(self.rows)
        first = crm or books
        folded = first.folded if first is not None else fold_name(row.name)
        self.rows.append(row)
        self.folded.append(folded)
        self._by.append(f"{folded}\0{row.key}")
        for side, id_ in (("crm", row.crm_id), ("books", row.books_id)):
            if id_:
                self._slots[side][id_] = slot  # type: ignore[index]
        self._fresh.append(slot)

    def _row(self, link: Pair | None, crm: Seen | None, books: Seen | None) -> Row:
        crm_id = link.crm_id if link else crm.id if crm else ""
        books_id = link.books_id if link else books.id if books else ""
        first = crm or books
        lone = first.key if first is not None else ""
        return Row(
            key=link.key if link else lone,
            name=first.name if first is not None else link.name if link else "",
            kind=(books or crm).kind if first is not None else "other",  # type: ignore[union-attr]
            state=link.state if link else "crm_only" if crm else "books_only",
            crm_id=crm_id,
            books_id=books_id,
            owner=crm.owner if crm else "",
            receivable=books.receivable if books else "",
            synced_at=link.synced_at if link else "",
            active=all(each.active for each in (crm, books) if each is not None),
            failed=self._reason(crm_id, books_id),
        )

    def _reason(self, crm_id: str, books_id: str) -> str:
        for direction, id_ in (("to_books", crm_id), ("to_crm", books_id)):
            failure = self._store.failure(f"{self._module}:{direction}:{id_}") if id_ else None
            if failure is not None:
                return failure.reason
        return ""

    def _seen(self, side: SideName, id_: str) -> Seen | None:
        return self._store.seen(side, self._entities[side], id_) if id_ else None

    async def _settle(self) -> None:
        """Put new slots in their places and leave dead ones out."""
        self.version += 1
        if self._dead > _CROWDED and self._dead * 2 > len(self.rows):
            self._compact()
        rows, by = self.rows, self._by.__getitem__
        kept = await self._living() if self._left else self.order
        self._left = False
        fresh = [slot for slot in self._fresh if rows[slot] is not None]
        self._fresh = []
        self.order = await merge_sorted(kept, fresh, by)

    async def _living(self) -> list[int]:
        rows, kept = self.rows, list[int]()
        for start in range(0, len(self.order), _RUN):
            kept += [slot for slot in self.order[start : start + _RUN] if rows[slot] is not None]
            await breathe()
        return kept

    def _compact(self) -> None:
        moved: dict[int, int] = {}
        for old, row in enumerate(self.rows):
            if row is not None:
                moved[old] = len(moved)
        self.rows = [self.rows[old] for old in moved]
        self.folded = [self.folded[old] for old in moved]
        self._by = [self._by[old] for old in moved]
        for slots in self._slots.values():
            for id_, old in slots.items():
                slots[id_] = moved[old]
        self.order = [moved[old] for old in self.order if old in moved]
        self._fresh = [moved[old] for old in self._fresh if old in moved]
        self._dead = 0

    def _of_links(self, commit: Commit) -> Iterator[tuple[SideName, str]]:
        for link in commit.links:
            if link.module == self._module:
                yield "crm", link.crm_id
                yield "books", link.books_id
        for key in commit.drop_links:
            module, crm_id, books_id = key.split(":")
            if module == self._module:
                yield "crm", crm_id.strip("-")
                yield "books", books_id.strip("-")

    def _of_seen(self, commit: Commit) -> Iterator[tuple[SideName, str]]:
        for seen in commit.seen:
            if seen.entity == self._entities[seen.side]:
                yield seen.side, seen.id
        for key in commit.drop_seen:
            _, entity_name, id_ = key.split(":")
            for side in SIDES:
                if key.startswith(side) and entity_name == self._entities[side]:
                    yield side, id_

    def _of_failures(self, commit: Commit) -> Iterator[tuple[SideName, str]]:
        keys = chain((each.key for each in commit.failures), commit.clear_failures)
        for module, direction, id_ in (key.split(":") for key in keys):
            if module == self._module:
                yield ("crm" if direction == "to_books" else "books"), id_


async def merge_sorted(kept: list[int], fresh: list[int], by: Callable[[int], str]) -> list[int]:
    """Return ``kept`` (sorted) and ``fresh`` (any order) as one sorted list, a slice at a time.

    One sort of 100,000 strings would hold the loop for a tenth of a second.
    """
    if not fresh:
        return kept
    if len(fresh) <= _FEW:
        merged = kept.copy()
        for count, slot in enumerate(fresh, 1):
            insort(merged, slot, key=by)
            if count % (SLICE // 4) == 0:
                await breathe()
        return merged
    runs = [kept]
    for start in range(0, len(fresh), _RUN):
        runs.append(sorted(fresh[start : start + _RUN], key=by))
        await breathe()
    merged = []
    for slots in batched(heapq.merge(*runs, key=by), _RUN // 4):
        merged += slots
        await breathe()
    return merged


def batched(items: Iterable[int], size: int) -> Iterator[list[int]]:
    """Yield lists of at most ``size`` items."""
    walk = iter(items)
    while part := list(islice(walk, size)):
        yield part
