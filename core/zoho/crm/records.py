"""Reading CRM records: changes, deletions, members of a view, by id, by key (zoho-crm-api §5)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from core.engine.ports import Found, Key
from core.model.problems import Problem
from core.model.record import Gone, Record
from core.model.whys import why
from core.zoho import codec
from core.zoho.caller import Answer, Call, Caller
from core.zoho.crm.entities import PREFIX, Entity
from core.zoho.crm.guard import Guard
from core.zoho.crm.metadata import Metadata, check, rows
from core.zoho.crm.rows import RowPlan
from core.zoho.together import parts, together

PER_PAGE, PER_IDS, PER_QUERY = 200, 100, 2_000
LIST_COST, DELETED_COST, QUERY_COST, COUNT_COST = 3, 2, 3, 2
"""Credits (zoho-crm-api §8); of two conflicting figures the higher one."""
BREATH = 20
"""Rows that are read in one go, before others have their turn."""
RESTARTS = 3
"""How often a list whose page token died is begun anew."""
CONCURRENT_READS = 4
FEW_IDS, FEW = 20, 10
FULL_NAME = "Full_Name"
FORBIDDEN = ("NO_PERMISSION", "INVALID_MODULE", "NOT_SUPPORTED", "API_NOT_SUPPORTED", "PERMISSION_DENIED")
TOKEN_DEAD = ("EXPIRED_VALUE", "TOKEN_BOUND_DATA_MISMATCH")
BEYOND_TOKENS = "PAGINATION_LIMIT_EXCEEDED"
COQL = "ZohoCRM.coql.READ"
SEARCH = "ZohoSearch.securesearch.READ"


class CrmRecords:
    """Reads of one organisation's records."""

    def __init__(self, caller: Caller, metadata: Metadata, guard: Guard) -> None:
        self._caller, self._metadata, self._guard = caller, metadata, guard

    async def changes(self, entity: Entity, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        """Yield batches modified at or after ``since``; the next page is on its way while one is looked at."""
        plan = RowPlan(entity, await self._metadata.mapped(entity, fields), fields)
        watch = self._guard.begin(entity.name, since)
        last = ""
        for _ in range(RESTARTS + 1):
            end: list[str] = []
            async for records in self._walk(plan, since, end):
                last = records[-1].id
                if fresh := watch.fresh(records):
                    yield fresh
            if not any(code in TOKEN_DEAD for code in end):
                break
        else:
            raise Problem("server_trouble", side="CRM", why=why("page_tokens"))
        if BEYOND_TOKENS in end:
            async for records in self._beyond(plan, since, last):
                yield watch.fresh(records)
        watch.complete()

    async def _walk(self, plan: RowPlan, since: str | None, end: list[str]) -> AsyncIterator[list[Record]]:
        """Yield page after page; ``end`` takes the code of a refusal that ends the list early."""
        params = {"fields": ",".join(plan.asked[0]), "per_page": str(PER_PAGE)}
        headers = {"If-Modified-Since": codec.crm_instant(codec.earlier(since, 1))} if since else {}
        first = True
        ahead: asyncio.Task[Answer] | None = asyncio.ensure_future(self._list(plan, params, headers))
        try:
            while ahead is not None:
                answer = await ahead
                ahead = None
                if answer.refused:
                    end.append(self._end(answer, plan.entity))
                    return
                if answer.data is None or not answer.data.data:
                    return
                info = answer.data.info
                if info.more_records and info.next_page_token:
                    follow = self._list(plan, {**params, "page_token": info.next_page_token}, headers)
                    ahead = asyncio.ensure_future(follow)
                if first:
                    self._guard.dated(plan.entity.name, answer.reply.date())
                    await self._present(plan, answer.reply.content)
                    first = False
                yield await self._records(plan, answer.data.data)
        finally:
            if ahead is not None:
                ahead.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await ahead

    def _end(self, answer: Answer, entity: Entity) -> str:
        code, _ = answer.code()
        if code in (*TOKEN_DEAD, BEYOND_TOKENS):
            return code
        check(answer, entity.name)
        return code

    async def _list(self, plan: RowPlan, params: dict[str, str], headers: dict[str, str]) -> Answer:
        return await self._caller.call(
            Call(method="GET", path=f"{PREFIX}/{plan.entity.name}", params=params, headers=headers, decode=plan.decode,
                 scope=plan.entity.scope("READ"))
        )  # fmt: skip

    async def _present(self, plan: RowPlan, content: bytes) -> None:
        """A mapped field that a row lacks was deleted or hidden: say so instead of taking it for empty (F20)."""
        if plan.absent(content):
            await self._metadata.mapped(plan.entity, plan.paths, fresh=True)

    async def _records(self, plan: RowPlan, found: Sequence[dict[str, Any]]) -> list[Record]:
        records: list[Record] = []
        for some in parts(found, BREATH):
            # meanwhile the request for the next page gets on its way
            await asyncio.sleep(0)
            records += [plan.record(row) for row in some]
        for asked in plan.asked[1:]:
            await self._widen(plan, asked, records)
        return records

    async def _widen(self, plan: RowPlan, asked: list[str], records: list[Record]) -> None:
        """Bring the fields that did not fit into the first call. A record that moved meanwhile comes again anyway."""
        by_id = {each.id: each for each in records}
        ids = list(by_id)
        for at in range(0, len(ids), PER_IDS):
            for row in await self._by_ids(plan.entity, asked, ids[at : at + PER_IDS]):
                record = by_id.get(str(row.get("id")))
                if record is not None:
                    plan.more(row, record.fields)

    async def _by_ids(self, entity: Entity, asked: Sequence[str], ids: Sequence[str]) -> list[dict[str, Any]]:
        call = Call(method="GET", path=f"{PREFIX}/{entity.name}", scope=entity.scope("READ"),
                    params={"ids": ",".join(ids), "fields": ",".join(asked), "per_page": str(PER_PAGE)})  # fmt: skip
        answer = await self._caller.call(call)
        check(answer, entity.name)
        return rows(answer, "data")

    async def _beyond(self, plan: RowPlan, since: str | None, last: str) -> AsyncIterator[list[Record]]:
        """Go on where page tokens end, at 100,000 records: by query, downwards from the last id (§5.4)."""
        while last:
            where = (
                f"id < {last}" if since is None else f"(id < {last} and Modified_Time >= '{codec.crm_instant(since)}')"
            )
            names = ", ".join(plan.asked[0])
            answer = await self._query(_select(names, plan.entity, f"{where} order by id desc", PER_QUERY), plan.decode)
            check(answer, plan.entity.name)
            if answer.data is None or not answer.data.data:
                return
            records = await self._records(plan, answer.data.data)
            last = records[-1].id if len(records) == PER_QUERY else ""
            yield records

    async def _query(self, query: str, decode: Any = codec.decode_any) -> Answer:
        return await self._caller.call(
            Call(method="POST", path=f"{PREFIX}/coql", body=codec.encoder.encode({"select_query": query}),
                 decode=decode, cost=QUERY_COST, sub=True, scope=COQL)
        )  # fmt: skip

    async def gone(self, entity: Entity, since: str | None) -> AsyncIterator[list[Gone]]:
        """Yield what was deleted at or after ``since``, newest first."""
        headers = {"If-Modified-Since": codec.crm_instant(codec.earlier(since, 1))} if since else {}
        page = 1
        while True:
            params = {"type": "all", "page": str(page), "per_page": str(PER_PAGE)}
            answer = await self._caller.call(
                Call(method="GET", path=f"{PREFIX}/{entity.name}/deleted", params=params, headers=headers,
                     cost=DELETED_COST, scope=entity.scope("READ"))
            )  # fmt: skip
            check(answer, entity.name)
            found = [
                Gone("crm", entity.name, str(each.get("id", "")), codec.instant_or_empty(each.get("deleted_time")))
                for each in rows(answer, "data")
            ]
            if found:
                yield found
            if not (isinstance(answer.data, dict) and (answer.data.get("info") or {}).get("more_records")):
                return
            page += 1

    async def members(self, entity: Entity, view: str) -> AsyncIterator[list[str]]:
        """Yield the ids in a view. Raises ``Problem('view_missing')`` (F33)."""
        params = {"cvid": view, "fields": "id", "per_page": str(PER_PAGE)}
        token: str | None = ""
        restarts = 0
        while token is not None:
            asked = {**params, "page_token": token} if token else params
            answer = await self._caller.call(
                Call(method="GET", path=f"{PREFIX}/{entity.name}", params=asked, cost=LIST_COST, sub=True,
                     scope=entity.scope("READ"))
            )  # fmt: skip
            if answer.refused:
                code, _ = answer.code()
                if token and code in TOKEN_DEAD and restarts < RESTARTS:
                    token, restarts = "", restarts + 1
                    continue
                if code in ("INVALID_DATA", "NO_PERMISSION", "PERMISSION_DENIED"):
                    raise Problem("view_missing", view=view)
                check(answer, entity.name)
            found = [str(each["id"]) for each in rows(answer, "data") if "id" in each]
            if found:
                yield found
            info = answer.data.get("info") if isinstance(answer.data, dict) else None
            token = (info or {}).get("next_page_token") if (info or {}).get("more_records") else None

    async def sample(self, entity: Entity, fields: Sequence[str], most: int) -> list[Record]:
        """Return the newest records, so many at most, 200 at best, in one call."""
        plan = RowPlan(entity, await self._metadata.mapped(entity, fields), fields)
        answer = await self._list(plan, {"fields": ",".join(plan.asked[0]), "per_page": str(min(most, PER_PAGE))}, {})
        check(answer, entity.name)
        return await self._records(plan, answer.data.data) if answer.data is not None else []

    async def count(self, entity: Entity, view: str | None) -> int | None:
        """Return how many records a view holds, None: the module; for two credits (§5.10, §8; Books' are not told).

        None where the credential has no search scope, which the call needs and a ZSC key may lack. Raises
        ``Problem('view_missing')`` (F33).
        """
        params = {"cvid": view} if view else {}
        call = Call(method="GET", path=f"{PREFIX}/{entity.name}/actions/count", params=params, cost=COUNT_COST,
                    scope=SEARCH)  # fmt: skip
        try:
            answer = await self._caller.call(call)
        except Problem as problem:
            if problem.code == "scope_missing":
                return None
            raise
        if answer.refused and view and answer.code()[0] in ("INVALID_DATA", "NO_PERMISSION", "PERMISSION_DENIED"):
            raise Problem("view_missing", view=view)
        check(answer, entity.name)
        found = answer.data.get("count") if isinstance(answer.data, dict) else None
        return found if isinstance(found, int) else None

    async def read(self, entity: Entity, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
        """Return complete records by id, 100 to a call; ids that are gone are absent."""
        plan = RowPlan(entity, await self._metadata.mapped(entity, fields), fields)
        wanted = list(dict.fromkeys(each for each in ids if each.isdecimal()))

        async def part(some: Sequence[str]) -> list[Record]:
            params = {"ids": ",".join(some), "fields": ",".join(plan.asked[0]), "per_page": str(PER_PAGE)}
            answer = await self._list(plan, params, {})
            if answer.refused and len(some) > FEW_IDS and answer.code()[0] not in FORBIDDEN:
                # How many ids a call takes is UNCONFIRMED (§5.1): take half as many.
                half = len(some) // 2
                return [*await part(some[:half]), *await part(some[half:])]
            check(answer, entity.name)
            return await self._records(plan, answer.data.data) if answer.data is not None else []

        parts = [partial(part, wanted[at : at + PER_IDS]) for at in range(0, len(wanted), PER_IDS)]
        return [record async for records in together(parts, CONCURRENT_READS) for record in records]

    async def find(self, entity: Entity, fields: Sequence[str], key: Key) -> Found:
        """Look up a create by its key field; without one by name and the time since which it can have been made."""
        module = await self._metadata.load(entity)
        if module.key:
            ids = await self._ids(entity, f"{module.key} = '{_quoted(key.source_id)}'", FEW)
        elif entity.name_field == FULL_NAME:
            ids = await self._of_full_name(entity, key)
        else:
            ids = await self._ids(entity, _since(f"{entity.name_field} = '{_quoted(key.name)}'", key), FEW)
        records = await self.read(entity, fields, ids) if ids else []
        found = [each for each in records if (each.key == key.source_id if module.key else _same(each, key))]
        if len(found) > 1:
            return Found(None, sure=False, candidates=tuple(sorted(each.id for each in found)))
        return Found(found[0] if found else None)

    async def _of_full_name(self, entity: Entity, key: Key) -> list[str]:
        """A full name is put together, not kept, and whether a query finds it is not documented: look at the newest."""
        where = _since("Last_Name is not null", key)
        answer = await self._query(_select("id, First_Name, Last_Name", entity, f"{where} order by id desc", PER_QUERY))
        check(answer, entity.name)
        named = [
            (
                str(each.get("id", "")),
                " ".join(part for part in (each.get("First_Name"), each.get("Last_Name")) if part),
            )
            for each in rows(answer, "data")
        ]
        return [record_id for record_id, name in named if name == key.name][:PER_IDS]

    async def _ids(self, entity: Entity, where: str, most: int) -> list[str]:
        answer = await self._query(_select("id", entity, where, most))
        check(answer, entity.name)
        return [str(each["id"]) for each in rows(answer, "data") if "id" in each]


def _since(where: str, key: Key) -> str:
    return f"({where} and Created_Time >= '{codec.crm_instant(key.since)}')" if key.since else where


def _same(record: Record, key: Key) -> bool:
    """Whether a record has the name of a create, and belongs where that was made."""
    return record.name == key.name and (not key.parent or record.parent == key.parent)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _select(names: str, entity: Entity, where: str, limit: int) -> str:
    return " ".join(("select", names, "from", entity.name, "where", where, "limit", str(limit)))
