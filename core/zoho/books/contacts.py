"""Reading contacts: lists newest first or whole, details, look-ups (zoho-books-api §4.3, §4.4)."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from core.engine.ports import Found, Key
from core.model.record import Record
from core.zoho import codec
from core.zoho.books.entities import CONTACTS_READ, PREFIX, Entity
from core.zoho.books.metadata import Known, Metadata, check
from core.zoho.books.paging import PER_PAGE, pages
from core.zoho.books.rows import RowPlan, detail_record
from core.zoho.budget import Budget
from core.zoho.caller import Answer, Call, Caller
from core.zoho.refusals import books_refusal
from core.zoho.together import together

NAME_FILTER = 100
"""Characters that a filter takes (§4.4)."""
KEPT, KEPT_FOR = 500, 120.0
"""Details read for their persons that are kept for whoever reads the customer next, and for how many seconds."""


class Contacts:
    """Reads of one organisation's contacts."""

    def __init__(self, caller: Caller, metadata: Metadata, budget: Budget) -> None:
        self._caller, self._metadata, self._budget = caller, metadata, budget
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    async def changes(self, entity: Entity, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        """Yield list rows modified at or after ``since``; None: all of them, inactive ones too.

        There is no filter by modification: the list is read newest first until past ``since``. A whole list goes by the
        time of creation, which no change moves.
        """
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
