"""Reading contacts: lists newest first or whole, details, look-ups (zoho-books-api §4.3, §4.4)."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from msgspec import structs

from core.engine.ports import Found, Key
from core.model.record import Record
from core.zoho import codec
from core.zoho.books.entities import CONTACTS_READ, CUSTOMERS, PREFIX, Entity
from core.zoho.books.fields import PRIMARY
from core.zoho.books.metadata import Known, Metadata, check
from core.zoho.books.paging import PER_PAGE, pages
from core.zoho.books.rows import RowPlan, detail_record
from core.zoho.budget import Budget
from core.zoho.caller import Answer, Call, Caller
from core.zoho.refusals import books_refusal
from core.zoho.together import together

ECHO = tuple(PRIMARY + name for name in ("first_name", "last_name", "email", "phone", "mobile"))
"""What list rows tell of the primary person: where all of it is empty, there is no person at all."""
NAME_FILTER = 100
"""Characters that a filter takes (§4.4)."""
NEWEST = 1_000
"""List rows that are kept for whoever asks for the same ones next."""
KEPT, KEPT_FOR = 500, 120.0
"""Details read for their persons that are kept for whoever reads the customer next, and for how many seconds."""


class Newest:
    """The customers that were modified last, as a list just told. ``floor``: it holds all at or after this instant."""

    def __init__(self, at: float) -> None:
        self.at, self.floor, self.rows = at, "9999", dict[str, Record]()
        self.too_many = False

    def take(self, records: list[Record]) -> None:
        """Add a page; what would be too much is not kept."""
        self.too_many = self.too_many or len(self.rows) + len(records) > NEWEST
        if self.too_many:
            self.rows.clear()
            return
        self.rows.update((each.id, each) for each in records if each.id not in self.rows)
        self.floor = min((each.version for each in records), default=self.floor)

    def reaches(self, since: str, now: float) -> bool:
        """Return whether everything since then is here, and fresh."""
        return not self.too_many and self.floor <= since and now - self.at <= KEPT_FOR


class Contacts:
    """Reads of one organisation's contacts."""

    def __init__(self, caller: Caller, metadata: Metadata, budget: Budget) -> None:
        self._caller, self._metadata, self._budget = caller, metadata, budget
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}
        self._newest: Newest | None = None

    async def changes(self, entity: Entity, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        """Yield list rows modified at or after ``since``; None: all of them, inactive ones too.

        There is no filter by modification: the list is read newest first until past ``since``. A whole list goes by the
        time of creation, which no change moves.
        """
        self._newest = None
        if since is not None and entity is CUSTOMERS:
            async for batch in self._changed_customers(fields, since):
                yield batch
            return
        plan = RowPlan(entity, await self._metadata.mapped(entity, fields), fields)
        ahead = 1 if since is not None or self._budget.limits.counted else self._budget.limits.in_flight
        seen: set[str] = set()
        async for rows in pages(plan, partial(self._page, plan, since), ahead, sure=since is None):
            records = [plan.record(row) for row in rows]
            for each in records if self._kept else ():
                self._check(each)
            fresh = [each for each in records if each.id not in seen and (since is None or each.version >= since)]
            seen.update(each.id for each in fresh)
            if fresh:
                yield fresh
            if since is not None and records and min(each.version for each in records) < since:
                return

    async def _changed_customers(self, fields: Sequence[str], since: str) -> AsyncIterator[list[Record]]:
        """Yield changed customers, and keep what the list told for ``latest``: persons ask for the same pages."""
        known = await self._metadata.mapped(CUSTOMERS, fields)
        plan, newest = RowPlan(CUSTOMERS, known, tuple(dict.fromkeys((*fields, *ECHO)))), Newest(self._budget.now())
        wanted, seen = frozenset(fields), set[str]()
        async for rows in pages(plan, partial(self._page, plan, since), 1, sure=False):
            records = [plan.record(row) for row in rows]
            for each in records:
                self._check(each)
            newest.take(records)
            fresh = [each for each in records if each.id not in seen and each.version >= since]
            seen.update(each.id for each in fresh)
            if fresh:
                yield [_narrowed(each, wanted) for each in fresh]
            if records and min(each.version for each in records) < since:
                self._newest = newest
                return
        newest.floor = ""
        self._newest = newest

    async def latest(self, since: str | None) -> AsyncIterator[list[Record]]:
        """Yield customers as ``changes`` does, with ``ECHO``; from the list just read, where that reaches so far."""
        held = self._newest
        if since is not None and held is not None and held.reaches(since, self._budget.now()):
            yield [each for each in held.rows.values() if each.version >= since]
            return
        async for batch in self.changes(CUSTOMERS, ECHO, since):
            yield batch

    async def _page(self, plan: RowPlan, since: str | None, page: int) -> Answer:
        column, order = ("created_time", "A") if since is None else ("last_modified_time", "D")
        params = {
            "filter_by": "Status.All", "sort_column": column, "sort_order": order, "page": str(page),
            "per_page": str(PER_PAGE),
        }  # fmt: skip
        return await self._list(plan, params)

    async def _list(self, plan: RowPlan, params: dict[str, str]) -> Answer:
        asked = {"contact_type": plan.entity.contact_type, **params}
        path = PREFIX + plan.entity.path
        return await self._caller.call(
            Call(method="GET", path=path, params=asked, decode=plan.decode, scope=CONTACTS_READ)
        )

    async def sample(self, entity: Entity, fields: Sequence[str], most: int) -> list[Record]:
        """Return the first records in full: a call, and one for each."""
        plan = RowPlan(entity, await self._metadata.mapped(entity, fields), fields)
        found = await self._rows(plan, {"per_page": str(most)})
        return await self.read(entity, fields, [each.id for each in found[:most]])

    async def read(self, entity: Entity, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
        """Return details, several at once; ids that are gone, or of another contact type, are absent."""
        known = await self._metadata.mapped(entity, fields)
        wanted = {each: self._taken(each) for each in ids if each.isdecimal()}
        jobs = [partial(self.detail, entity, each) for each, kept in wanted.items() if kept is None]
        found = [detail_record(entity, known, kept, fields) for kept in wanted.values() if kept is not None]
        async for detail in together(jobs, self._budget.limits.in_flight):
            if detail is not None:
                found.append(detail_record(entity, known, detail, fields))
        return found

    def keep(self, detail: dict[str, Any]) -> None:
        """Keep a customer's detail for one ``read``: a run that looks at persons reads the same customers again. What a
        merge makes of it is guarded like anything read: by the version, just before the write.
        """
        self._kept[str(detail.get("contact_id", ""))] = self._budget.now(), detail
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]

    def forget(self, contact_id: str) -> None:
        """Keep a customer's detail no longer: it was written to."""
        self._kept.pop(contact_id, None)

    def _check(self, row: Record) -> None:
        """Forget what is kept of a customer that a list tells to be at another version."""
        held = self._kept.get(row.id)
        if held is not None and codec.instant_or_empty(held[1].get("last_modified_time")) != row.version:
            self.forget(row.id)

    def _taken(self, contact_id: str) -> dict[str, Any] | None:
        """Take out what is kept of a customer; None where it is nothing, or too old."""
        at, detail = self._kept.pop(contact_id, (0.0, None))
        return detail if self._budget.now() - at <= KEPT_FOR else None

    async def detail(self, entity: Entity, record_id: str) -> dict[str, Any] | None:
        """Return one contact as Books shows it; None when there is none, or of another type. Raises ``Problem``."""
        found, _ = await self.dated_detail(entity, record_id)
        return found

    async def dated_detail(self, entity: Entity, record_id: str) -> tuple[dict[str, Any] | None, str]:
        """Return ``detail`` and the server's time of the answer, empty where it did not say."""
        answer = await self._caller.call(Call(method="GET", path=f"{PREFIX}/contacts/{record_id}", scope=CONTACTS_READ))
        if answer.refused and books_refusal(answer.data, answer.reply.content).reason == "F29":
            return None, ""
        check(answer, "contacts")
        found = answer.data.get("contact") if isinstance(answer.data, dict) else None
        if not isinstance(found, dict) or found.get("contact_type", entity.contact_type) != entity.contact_type:
            return None, ""
        return found, answer.reply.date()

    async def find(self, entity: Entity, fields: Sequence[str], key: Key) -> Found:
        """Look up a create: by exact name with the key in the rows, then by the key field (§3.6).

        Without a key field a record of that name, made since ``key.since`` and the only one, is taken for it.
        """
        known = await self._metadata.load(entity)
        plan = RowPlan(entity, known, fields)
        named = await self._named(plan, key.name)
        if known.key:
            found = [each for each in named if each.key == key.source_id]
            if not found:
                rows = await self._rows(plan, {known.key: key.source_id})
                found = [each for each in rows if each.key == key.source_id]
        else:
            found = [each for each in named if each.created >= key.since]
        if len(found) > 1:
            return Found(None, sure=False, candidates=tuple(sorted(each.id for each in found)))
        return Found(await self._whole(entity, known, fields, found[0].id) if found else None)

    async def _named(self, plan: RowPlan, name: str) -> list[Record]:
        if not name.strip():
            return []
        filtered = (
            {"contact_name": name} if len(name) <= NAME_FILTER else {"contact_name_startswith": name[:NAME_FILTER]}
        )
        return [each for each in await self._rows(plan, filtered) if each.name == name]

    async def _rows(self, plan: RowPlan, params: dict[str, str]) -> list[Record]:
        """The first page is enough: nobody gives 200 contacts one name, and an ignored filter shows there."""
        answer = await self._list(plan, {"filter_by": "Status.All", "per_page": str(PER_PAGE), **params})
        check(answer, plan.entity.name)
        return [plan.record(row) for row in answer.data.rows] if answer.data is not None else []

    async def _whole(self, entity: Entity, known: Known, fields: Sequence[str], record_id: str) -> Record | None:
        detail = await self.detail(entity, record_id)
        return None if detail is None else detail_record(entity, known, detail, fields)


def _narrowed(record: Record, wanted: frozenset[str]) -> Record:
    """Return a record that tells only what it was asked for."""
    return structs.replace(record, fields={path: value for path, value in record.fields.items() if path in wanted})
