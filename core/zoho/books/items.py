"""Reading items: the whole list, details a hundred at a time, look-ups (zoho-books-api §5)."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from core.engine.ports import Found, Key
from core.model.record import Record
from core.zoho.books.entities import PREFIX, SETTINGS_READ, Entity
from core.zoho.books.metadata import Metadata, check, rows
from core.zoho.books.paging import PER_PAGE, pages
from core.zoho.books.rows import RowPlan, detail_record
from core.zoho.budget import Budget
from core.zoho.caller import Answer, Call, Caller
from core.zoho.refusals import books_refusal
from core.zoho.together import parts, together

PER_DETAILS = 100
NAME_FILTER = 100


class Items:
    """Reads of one organisation's items."""

    def __init__(self, caller: Caller, metadata: Metadata, budget: Budget) -> None:
        self._caller, self._metadata, self._budget = caller, metadata, budget

    async def changes(self, entity: Entity, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        """Yield list rows modified at or after ``since``; None: all of them, inactive ones too.

        The list is always read whole: it can be neither filtered nor sorted by modification. Rows that do not tell when
        they were modified (nobody documents that they do) are read in detail.
        """
        plan = RowPlan(entity, await self._metadata.mapped(entity, fields), fields)
        ahead = 1 if self._budget.limits.counted else self._budget.limits.in_flight
        seen: set[str] = set()
        async for found in pages(plan, partial(self._page, plan, {}), ahead, sure=True):
            records = [each for each in map(plan.record, found) if each.id not in seen]
            seen.update(each.id for each in records)
            undated = [each.id for each in records if not each.version]
            if undated:
                records = [each for each in records if each.version] + await self.read(entity, fields, undated)
            fresh = [each for each in records if since is None or each.version >= since]
            if fresh:
                yield fresh

    async def _page(self, plan: RowPlan, params: dict[str, str], page: int) -> Answer:
        asked = {"filter_by": "Status.All", "sort_column": "name", "sort_order": "A", **params}
        asked |= {"page": str(page), "per_page": str(PER_PAGE)}
        return await self._caller.call(
            Call(method="GET", path=PREFIX + plan.entity.path, params=asked, decode=plan.decode, scope=SETTINGS_READ)
        )

    async def sample(self, entity: Entity, fields: Sequence[str], most: int) -> list[Record]:
        """Return the first records in full, in two calls."""
        plan = RowPlan(entity, await self._metadata.mapped(entity, fields), fields)
        async for found in pages(plan, partial(self._page, plan, {})):
            return await self.read(entity, fields, [plan.record(each).id for each in found[:most]])
        return []

    async def read(self, entity: Entity, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
        """Return details, a hundred to a call; ids that are gone are absent."""
        known = await self._metadata.mapped(entity, fields)
        wanted = list(dict.fromkeys(each for each in ids if each.isdecimal()))
        jobs = [partial(self._details, entity, some) for some in parts(wanted, PER_DETAILS)]
        found: list[Record] = []
        async for details in together(jobs, self._budget.limits.in_flight):
            found += [detail_record(entity, known, each, fields) for each in details]
        return found

    async def detail(self, entity: Entity, record_id: str) -> dict[str, Any] | None:
        """Return one item as Books shows it, None when there is none. Raises ``Problem``."""
        return next(iter(await self._details(entity, [record_id])), None)

    async def _details(self, entity: Entity, ids: Sequence[str]) -> list[dict[str, Any]]:
        params = {"item_ids": ",".join(ids), "per_page": str(PER_PAGE)}
        answer = await self._caller.call(
            Call(method="GET", path=f"{PREFIX}/itemdetails", params=params, scope=SETTINGS_READ)
        )
        if answer.refused and books_refusal(answer.data, answer.reply.content).reason == "F29":
            # What one unknown id does to the others is UNCONFIRMED (§5): ask for fewer, down to each alone.
            half = len(ids) // 2
            some = (ids[:half], ids[half:]) if half else ()
            return [each for part in some for each in await self._details(entity, part)]
        check(answer, entity.name)
        wanted = set(ids)
        return [each for each in rows(answer, entity.many) if str(each.get(entity.id_key)) in wanted]

    async def find(self, entity: Entity, fields: Sequence[str], key: Key) -> Found:
        """Look up a create: by exact name, then by the key field, which an item's rows carry.

        Names are unique among items, so that without a key field the one of that name, made since ``key.since``, is it.
        """
        known = await self._metadata.load(entity)
        plan = RowPlan(entity, known, fields)
        found: list[Record] = []
        if key.name.strip():
            word = "name" if len(key.name) <= NAME_FILTER else "name_startswith"
            named = [each async for each in self._listed(plan, {word: key.name[:NAME_FILTER]}) if each.name == key.name]
            found = [each for each in named if (each.key == key.source_id if known.key else each.created >= key.since)]
        if known.key and not found:
            # A filter by custom field is not documented for items: where it is ignored, the list is walked.
            filtered = self._listed(plan, {known.key: key.source_id})
            found = [each async for each in filtered if each.key == key.source_id]
        if len(found) > 1:
            return Found(None, sure=False, candidates=tuple(sorted(each.id for each in found)))
        whole = await self.read(entity, fields, [found[0].id]) if found else []
        return Found(whole[0] if whole else None)

    async def _listed(self, plan: RowPlan, params: dict[str, str]) -> AsyncIterator[Record]:
        async for found in pages(plan, partial(self._page, plan, params)):
            for each in found:
                yield plan.record(each)
