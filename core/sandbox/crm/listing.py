"""Get Records, get one, and count (zoho-crm-api §5.1, §5.2, §5.10).

A page is found by seeking, never by counting up to it: a page token holds the position of the last record given out.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any

import orjson

from core.sandbox.clock import crm_time
from core.sandbox.crm.common import PER_PAGE, check_id, module_of, number_param, record_id, since_header
from core.sandbox.crm.errors import CrmRefusal
from core.sandbox.crm.org import CRM
from core.sandbox.crm.render import Renderer
from core.sandbox.crm.state import PageToken, Records
from core.sandbox.crm.views import members
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.table import By, Position

MOST_FIELDS = 50
PAGED_BY_NUMBER = 2_000
PAGED_BY_TOKEN = 100_000
TOKEN_LIFE = 86_400
OLD = ("v2", "v2.0", "v2.1")
"""Versions before page tokens: `fields` may be left out, and pages go on by number (zoho-crm-api §10.3)."""
FEW_CHANGES = 5_000
SORTS: dict[str, By] = {"id": "id", "Created_Time": "created", "Modified_Time": "modified"}
PARAMS = ("fields", "per_page", "sort_by", "sort_order", "cvid", "ids", "converted", "approved")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list request, checked. `since` is epoch seconds, already moved so that it is exclusive."""

    fields: list[str]
    by: By
    descending: bool
    per_page: int
    page: int
    after: Position | None
    skip: int
    seen: int
    since: int | None
    bound: tuple[Any, ...]


def list_credits(call: Call) -> int:
    """Reads with a view or an order may cost more (zoho-crm-api §8)."""
    return call.world.switches.number("crm.list_read_credits") if weighs(call) else 1


def weighs(call: Call) -> bool:
    """Whether the call counts against sub-concurrency."""
    return "cvid" in call.query or "sort_by" in call.query


@endpoint("GET", f"{CRM}/{{module}}", scope="modules.{module}.READ", credits=list_credits, sub=weighs,
          doc="Records: fields, page or page_token, sort_by, cvid, ids, If-Modified-Since")  # fmt: skip
def listing(call: Call) -> Reply:
    """204 when there is nothing, 304 when nothing changed since."""
    records = module_of(call)
    wanted = _wanted(call, records)
    ids = list(
        islice(_unconverted(call, records, _ids(call, records, wanted)), wanted.skip, wanted.skip + wanted.per_page + 1)
    )
    if not ids:
        if wanted.since is not None and wanted.after is None:
            return Reply(call.world.switches.number("crm.not_modified_status"))
        return Reply(204)
    more, ids = len(ids) > wanted.per_page, ids[: wanted.per_page]
    data = b",".join(_shown(call, records, wanted.fields, ids))
    info = orjson.dumps(_info(call, records, wanted, ids, more))
    return Reply(200, raw=b'{"data":[' + data + b'],"info":' + info + b"}")


@endpoint("GET", f"{CRM}/{{module}}/{{id}}", scope="modules.{module}.READ", doc="One record; 204 for an unknown id")
def one(call: Call) -> Reply:
    """All fields unless `fields` names some."""
    records = module_of(call)
    row = records.table.get(record_id(call, records))
    if row is None:
        if call.world.switches.number("crm.unknown_id") == 400:
            raise CrmRefusal(400, "INVALID_DATA", "the id given seems to be invalid", resource_path_index=1)
        return Reply(204)
    names = call.query["fields"].split(",") if "fields" in call.query else None
    shown = Renderer(call.world.crm, records, names, rows=True)(row)
    if names is None and records.module.subform:
        shown |= {"$line_tax": row.get("$line_tax", []), "$converted": bool(row.get("$converted"))}
    if names is None:
        shown |= {
            "$currency_symbol": "¥",
            "$editable": not row.get("Locked__s"),
            "$approved": True,
            "$approval_state": "approved",
        }
    return Reply(200, {"data": [shown]})


def _shown(call: Call, records: Records, names: list[str], ids: list[str]) -> Iterator[bytes]:
    """Each record as JSON. What nobody wrote to is kept for the next time; what points elsewhere until those change."""
    org, table = call.world.crm, records.table
    show = Renderer(org, records, names)
    targets = [field.lookup for name in names if (field := records.fields.get(name)) and field.data_type == "lookup"]
    versions = [held.table.version for each in targets if (held := org.records.get(each)) is not None]
    kept = records.shown.of((*names, *versions))
    fresh = [each for each in ids if each not in kept and table.untouched(each)]
    kept.update(zip(fresh, show.untouched(fresh), strict=True))
    return (kept[each] if table.untouched(each) else orjson.dumps(show(table.get(each) or {})) for each in ids)


def _wanted(call: Call, records: Records) -> Wanted:
    query = call.query
    old = call.params["version"] in OLD
    fields = list(records.fields) if old and not query.get("fields") else _fields(query)
    if "cvid" in query and "sort_by" in query:
        _ambiguous("cvid", "sort_by")
    if "page" in query and "page_token" in query:
        _ambiguous("page", "page_token")
    sort = query.get("sort_by", "id")
    if sort not in SORTS:
        raise CrmRefusal(400, "INVALID_DATA", param_name="sort_by", supported_values=list(SORTS))
    since = since_header(call)
    if since is not None and call.world.switches.text("crm.modified_since") == "inclusive":
        since -= 1
    bound = (records.module.api_name, since, *(query.get(name) for name in PARAMS))
    per_page, page = number_param(call, "per_page", PER_PAGE, PER_PAGE), number_param(call, "page", 1, 1_000_000)
    after, skip, seen = None, (page - 1) * per_page, (page - 1) * per_page
    if "page_token" in query:
        token = _token(call, bound)
        after, skip, page, seen = token.after, 0, token.page, token.seen
    elif page * per_page > PAGED_BY_NUMBER and not old:
        message = "You can only get the first 2000 records without using page_token param"
        raise CrmRefusal(400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED", message, limit=PAGED_BY_NUMBER)
    descending = query.get("sort_order", "desc") == "desc"
    return Wanted(fields, SORTS[sort], descending, per_page, page, after, skip, seen, since, bound)


def _fields(query: dict[str, str]) -> list[str]:
    if not query.get("fields"):
        raise CrmRefusal(400, "REQUIRED_PARAM_MISSING", param_name="fields")
    names = query["fields"].split(",")
    if len(names) > MOST_FIELDS:
        raise CrmRefusal(
            400, "LIMIT_EXCEEDED", "the limit of fields is exceeded", param_name="fields", limit=MOST_FIELDS
        )
    return names


def _ambiguous(*names: str) -> None:
    raise CrmRefusal(400, "AMBIGUITY_DURING_PROCESSING", ambiguity_due_to=[{"param_name": name} for name in names])


def _token(call: Call, bound: tuple[Any, ...]) -> PageToken:
    token = call.world.crm.page_tokens.get(call.query["page_token"])
    if token is None or token.expires <= call.world.clock.now():
        raise CrmRefusal(400, "EXPIRED_VALUE", "the page token has expired or is not known", param_name="page_token")
    if token.bound != bound:
        message = "the parameters differ from those of the page token"
        raise CrmRefusal(400, "TOKEN_BOUND_DATA_MISMATCH", message, param_name="page_token")
    if token.seen >= PAGED_BY_TOKEN:
        message = "page_token reaches the first 100000 records only"
        raise CrmRefusal(400, "PAGINATION_LIMIT_EXCEEDED", message, limit=PAGED_BY_TOKEN)
    return token


def _ids(call: Call, records: Records, wanted: Wanted) -> Iterator[str]:
    """Ids in the wanted order, from just beyond `after`."""
    table, since = records.table, wanted.since
    if "ids" in call.query:
        chosen = [check_id(each, 1) for each in call.query["ids"].split(",")]
        return iter(_ordered((each for each in dict.fromkeys(chosen) if each in table), records, wanted))
    if "cvid" in call.query:
        inside = members(call, records, call.query["cvid"])
        if inside is not None:
            return _changed(records, _slice(inside, wanted), since)
    if since is None:
        return table.walk(wanted.by, descending=wanted.descending, after=wanted.after)
    oldest = (since, "~")
    if wanted.by == "modified" and not wanted.descending:
        return table.walk("modified", after=max(oldest, wanted.after or oldest))
    if wanted.by == "modified":
        newest_first = table.walk("modified", descending=True, after=wanted.after)
        return takewhile(lambda each: table.modified(each) > since, newest_first)
    if table.count_after("modified", oldest) <= FEW_CHANGES:
        return iter(_ordered(table.walk("modified", after=oldest), records, wanted))
    return _changed(records, table.walk(wanted.by, descending=wanted.descending, after=wanted.after), since)


def _unconverted(call: Call, records: Records, ids: Iterator[str]) -> Iterator[str]:
    """`converted` of the query; whether converted quotes are hidden without it is a switch."""
    wanted = call.query.get("converted", "false")
    hides = call.world.switches.on("crm.converted_hidden") or wanted == "true"
    if not records.module.subform or not hides or wanted == "both":
        return ids
    return (each for each in ids if bool((records.table.get(each) or {}).get("$converted")) == (wanted == "true"))


def _ordered(ids: Iterable[str], records: Records, wanted: Wanted) -> list[str]:
    """A few ids, sorted and cut after the position."""
    places = sorted((records.table.position(each, wanted.by) for each in ids), reverse=wanted.descending)
    if wanted.after is not None:
        places = [place for place in places if (place < wanted.after if wanted.descending else place > wanted.after)]
    return [place[1] for place in places]


def _slice(inside: list[str], wanted: Wanted) -> Iterator[str]:
    """The members of a view from just beyond the position, by id."""
    last = None if wanted.after is None else wanted.after[1]
    if wanted.descending:
        at = len(inside) if last is None else bisect_left(inside, last)
        return (inside[place] for place in range(at - 1, -1, -1))
    at = 0 if last is None else bisect_right(inside, last)
    return (inside[place] for place in range(at, len(inside)))


def _changed(records: Records, ids: Iterator[str], since: int | None) -> Iterator[str]:
    return ids if since is None else (each for each in ids if records.table.modified(each) > since)


def _info(call: Call, records: Records, wanted: Wanted, ids: list[str], more: bool) -> dict[str, Any]:
    names = {by: name for name, by in SORTS.items()}
    token, expiry = None, None
    if more:
        expires = call.now + TOKEN_LIFE
        after = records.table.position(ids[-1], wanted.by)
        held = PageToken(wanted.bound, wanted.by, after, expires, wanted.page + 1, wanted.seen + len(ids))
        token, expiry = _keep(call, held), crm_time(expires)
    return {
        "per_page": wanted.per_page, "count": len(ids), "page": wanted.page, "sort_by": names[wanted.by],
        "sort_order": "desc" if wanted.descending else "asc", "more_records": more, "call": False, "email": False,
        "next_page_token": token, "previous_page_token": None, "page_token_expiry": expiry,
    }  # fmt: skip


def _keep(call: Call, token: PageToken) -> str:
    org = call.world.crm
    org.tokens_made += 1
    name = hashlib.sha256(f"{call.world.seed}:page:{org.tokens_made}".encode()).hexdigest()
    org.page_tokens[name] = token
    return name
