"""Reading contacts: lists newest first or whole, details, look-ups (zoho-books-api §4.3, §4.4)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from core.engine.ports import Found, Key
from core.model.record import Record
from core.zoho.books.entities import CONTACTS_READ, PREFIX, Entity
from core.zoho.books.metadata import Known, Metadata, check
from core.zoho.books.rows import RowPlan, detail_record
from core.zoho.budget import Budget
from core.zoho.caller import Answer, Call, Caller
from core.zoho.refusals import books_refusal
from core.zoho.together import together

PER_PAGE = 200
NAME_FILTER = 100
"""Characters that a filter takes (§4.4)."""


class Contacts:
    """Reads of one organisation's contacts."""

    def __init__(self, caller: Caller, metadata: Metadata, budget: Budget) -> None:
        self._caller, self._metadata, self._budget = caller, metadata, budget

    async def changes(self, entity: Entity, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        """Yield list rows modified at or after ``since``; None: all of them, inactive ones too.

        There is no filter by modification: the list is read newest first until past ``since``. A whole list goes by the
        time of creation, which no change moves.
        """
        plan = RowPlan(entity, await self._metadata.mapped(entity, fields), fields)
        ahead = 1 if since is not None or self._budget.limits.counted else self._budget.limits.in_flight
        seen: set[str] = set()
        async for rows in self._pages(plan, since, ahead):
            records = [plan.record(row) for row in rows]
            fresh = [each for each in records if each.id not in seen and (since is None or each.version >= since)]
            seen.update(each.id for each in fresh)
            if fresh:
                yield fresh
            if since is not None and records and min(each.version for each in records) < since:
                return

    async def _pages(self, plan: RowPlan, since: str | None, ahead: int) -> AsyncIterator[list[Any]]:
        """Yield page after page. ``ahead`` pages are asked for at once: where calls cost nothing, more than one."""
        tasks: list[asyncio.Task[Answer]] = []
        try:
            page, width = 1, 1
            while True:
                while len(tasks) < width:
                    tasks.append(asyncio.create_task(self._page(plan, since, page)))
                    page += 1
                answer = await tasks.pop(0)
                check(answer, plan.entity.name)
                more = bool(answer.data is not None and answer.data.page_context.has_more_page)
                width = ahead
                while more and since is None and len(tasks) < width:
                    # One more page is certain to be needed: let it come while this one is looked at.
                    tasks.append(asyncio.create_task(self._page(plan, since, page)))
                    page += 1
                yield [] if answer.data is None else answer.data.contacts
                if not more:
                    return
        finally:
            for each in tasks:
                each.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _page(self, plan: RowPlan, since: str | None, page: int) -> Answer:
        column, order = ("created_time", "A") if since is None else ("last_modified_time", "D")
        params = {
            "contact_type": plan.entity.contact_type, "filter_by": "Status.All", "sort_column": column,
            "sort_order": order, "page": str(page), "per_page": str(PER_PAGE),
        }  # fmt: skip
        return await self._list(plan, params)

    async def _list(self, plan: RowPlan, params: dict[str, str]) -> Answer:
        path = PREFIX + plan.entity.path
        return await self._caller.call(
            Call(method="GET", path=path, params=params, decode=plan.decode, scope=CONTACTS_READ)
        )

    async def read(self, entity: Entity, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
        """Return details, several at once; ids that are gone, or of another contact type, are absent."""
        known = await self._metadata.mapped(entity, fields)
        jobs = [partial(self.detail, each) for each in dict.fromkeys(ids) if each.isdecimal()]
        found: list[Record] = []
        async for detail in together(jobs, self._budget.limits.in_flight):
            if detail is not None and detail.get("contact_type", entity.contact_type) == entity.contact_type:
                found.append(detail_record(entity, known, detail, fields))
        return found

    async def detail(self, contact_id: str) -> dict[str, Any] | None:
        """Return one contact as Books shows it, None when there is none. Raises ``Problem``."""
        answer = await self._caller.call(
            Call(method="GET", path=f"{PREFIX}/contacts/{contact_id}", scope=CONTACTS_READ)
        )
        if answer.refused and books_refusal(answer.data, answer.reply.content).reason == "F29":
            return None
        check(answer, "contacts")
        found = answer.data.get("contact") if isinstance(answer.data, dict) else None
        return found if isinstance(found, dict) else None

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

    async def by_key(self, entity: Entity, fields: Sequence[str], name: str, source_id: str) -> Record | None:
        """Return the record that holds this key, if it can be found."""
        return (await self.find(entity, fields, Key(source_id=source_id, name=name))).record

    async def _named(self, plan: RowPlan, name: str) -> list[Record]:
        if not name.strip():
            return []
        filtered = (
            {"contact_name": name} if len(name) <= NAME_FILTER else {"contact_name_startswith": name[:NAME_FILTER]}
        )
        return [each for each in await self._rows(plan, filtered) if each.name == name]

    async def _rows(self, plan: RowPlan, params: dict[str, str]) -> list[Record]:
        """The first page is enough: nobody gives 200 contacts one name, and an ignored filter shows there."""
        asked = {"contact_type": plan.entity.contact_type, "filter_by": "Status.All", **params}
        answer = await self._list(plan, {**asked, "per_page": str(PER_PAGE)})
        check(answer, plan.entity.name)
        return [plan.record(row) for row in answer.data.contacts] if answer.data is not None else []

    async def _whole(self, entity: Entity, known: Known, fields: Sequence[str], contact_id: str) -> Record | None:
        detail = await self.detail(contact_id)
        return None if detail is None else detail_record(entity, known, detail, fields)
