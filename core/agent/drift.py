"""Drift: everything on both sides read anew and compared, pair by pair. Nothing is written, nor remembered."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

from core.engine.ports import Clock, Side, Store
from core.model.catalogue import entity, implied_crm_entity
from core.model.drift import Drifted, DriftKind, DriftReport, FieldDrift
from core.model.link import Link
from core.model.names import SIDES, ModuleName, SideName
from core.model.record import Record
from core.model.setup import FieldMap, ModuleSetup
from core.model.value import Value
from core.model.whynot import WhyNot
from core.plan.normalise import same
from core.plan.shapes import across, field_on, parts, paths, takes_part

WhyNotOf = Callable[[ModuleName, SideName, str], tuple[WhyNot, ...]]
_LEFT_ALONE = ("duplicate", "inactive", "shape", "unassociated", "one_way", "out_of_view", "ignored")
DETAILS = 50
"""Records whose details are read together."""


class Comparison:
    """One module's comparison. ``deep`` reads each paired Books record whose row lacks mapped fields: a call each."""

    def __init__(
        self, sides: tuple[Side, Side], store: Store, clock: Clock, why_not: WhyNotOf, *, deep: bool, limit: int
    ) -> None:
        self._sides: dict[SideName, Side] = dict(zip(SIDES, sides, strict=True))
        self._store, self._clock, self._deep, self._limit = store, clock, deep, limit
        self._counts: Counter[DriftKind] = Counter()
        self._found: list[Drifted] = []
        self._why_not = why_not
        self._left_alone = self._pairs = self._in_step = self._unread = 0

    async def run(self, setup: ModuleSetup) -> DriftReport:
        """Compare. Raises whatever reading may raise."""
        before = {side: each.calls for side, each in self._sides.items()}
        for part in parts(setup):
            await self._part(part)
        return DriftReport(
            module=setup.module,
            at=self._clock.now(),
            pairs=self._pairs,
            in_step=self._in_step,
            unread=self._unread,
            left_alone=self._left_alone,
            counts=dict(self._counts),
            found=tuple(self._found),
            api_calls={side: each.calls - before[side] for side, each in self._sides.items()},
        )

    async def _part(self, setup: ModuleSetup) -> None:
        crm, books = [await self._all(setup, side) for side in SIDES]
        view = await self._members(setup)
        entity_of = entity(setup.module, setup.shape, "crm")
        mark = "" if entity_of == implied_crm_entity(setup.module) else entity_of
        links = [each for each in self._store.links(setup.module) if each.crm_entity == mark]
        linked = [each for each in links if each.state == "linked"]
        for start in range(0, len(linked), DETAILS):
            batch = linked[start : start + DETAILS]
            if self._deep:
                await self._complete(setup, batch, books)
            for link in batch:
                self._compare(setup, link, crm.get(link.crm_id), books.get(link.books_id))
            await asyncio.sleep(0)
        for side, records in zip(SIDES, (crm, books), strict=True):
            known = {link.id_on(side) for link in links}
            self._alone(setup, [each for each in records.values() if each.id not in known], view)

    async def _all(self, setup: ModuleSetup, side: SideName) -> dict[str, Record]:
        """Return all records of a side that take part."""
        reading = self._sides[side].changes(entity(setup.module, setup.shape, side), paths(setup, side), None)
        return {each.id: each async for batch in reading for each in batch}

    async def _members(self, setup: ModuleSetup) -> set[str] | None:
        if setup.view is None:
            return None
        walk: AsyncIterator[list[str]] = self._sides["crm"].members(
            entity(setup.module, setup.shape, "crm"), setup.view
        )
        return {each async for batch in walk for each in batch}

    async def _complete(self, setup: ModuleSetup, links: Sequence[Link], books: dict[str, Record]) -> None:
        lacking = [each.books_id for each in links if (row := books.get(each.books_id)) and not row.complete]
        if lacking:
            name = entity(setup.module, setup.shape, "books")
            books |= {each.id: each for each in await self._sides["books"].read(name, paths(setup, "books"), lacking)}

    def _compare(self, setup: ModuleSetup, link: Link, crm: Record | None, books: Record | None) -> None:
        self._pairs += 1
        if crm is None or books is None:
            self._add("crm_missing" if crm is None else "books_missing", setup, link, ())
            return
        fields = tuple(self._fields(setup, link, crm, books))
        if fields:
            self._add("differs", setup, link, fields)
        else:
            self._in_step += 1

    def _fields(self, setup: ModuleSetup, link: Link, crm: Record, books: Record) -> Iterator[FieldDrift]:
        for row in setup.mapping:
            if row.create_only:
                continue
            if not books.complete and row.books not in books.fields:
                self._unread += 1
                continue
            one, other = crm.fields.get(row.crm), books.fields.get(row.books)
            if same(across(row, one, "books"), other, row.kind):
                continue
            moved = tuple(side for side in SIDES if _moved(row, link, side, one if side == "crm" else other))
            if moved or not (link.crm_base and link.books_base):
                # Values that differ although neither moved are a server's own way of writing the same (I6).
                yield FieldDrift(crm_field=row.crm, books_field=row.books, crm=one, books=other, moved=moved)

    def _alone(self, setup: ModuleSetup, records: Sequence[Record], view: set[str] | None) -> None:
        for each in records:
            hidden = each.side == "crm" and view is not None and each.id not in view
            one_way = each.side == "books" and setup.extent == "fetch"
            if hidden or one_way or not takes_part(setup, each):
                continue
            if self._meant(setup, each):
                self._left_alone += 1
                continue
            link = Link(
                module=setup.module,
                crm_id=each.id if each.side == "crm" else "",
                books_id=each.id if each.side == "books" else "",
                name=each.name,
            )
            self._add("crm_only" if each.side == "crm" else "books_only", setup, link, ())

    def _meant(self, setup: ModuleSetup, record: Record) -> bool:
        """Whether the settings leave a record alone, as far as a sync has seen it."""
        if self._store.seen(record.side, record.entity, record.id) is None:
            return False
        return any(each.code in _LEFT_ALONE for each in self._why_not(setup.module, record.side, record.id))

    def _add(self, kind: DriftKind, setup: ModuleSetup, link: Link, fields: tuple[FieldDrift, ...]) -> None:
        self._counts[kind] += 1
        if len(self._found) < self._limit:
            found = Drifted(
                kind=kind, module=setup.module, crm_id=link.crm_id, books_id=link.books_id, name=link.name,
                fields=fields,
            )  # fmt: skip
            self._found.append(found)


def _moved(row: FieldMap, link: Link, side: SideName, value: Value) -> bool:
    base = link.base_on(side)
    field = field_on(row, side)
    return bool(base) and not same(base.get(field), value, row.kind)
