"""Bulk read: a job, its states, and a zipped CSV (zoho-crm-api §7.2)."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import orjson

from core.sandbox.clock import crm_time
from core.sandbox.crm.common import ID, VERSIONS, json_body, offered
from core.sandbox.crm.criteria import Criteria, Ground, compile_criteria, from_json
from core.sandbox.crm.errors import CrmRefusal
from core.sandbox.crm.modules import module_id
from core.sandbox.crm.render import actor_ref, display_name
from core.sandbox.crm.state import Records
from core.sandbox.crm.views import find, members
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.outbox import on_loopback
from core.sandbox.sources import Row

BULK = "/crm/bulk/{version}/read"
PER_JOB = 200_000
PER_MINUTE = 10
TOKEN_LIFE = 86_400
STATES = ("ADDED", "QUEUED", "IN PROGRESS", "COMPLETED")


@dataclass(slots=True)
class Job:
    """One job. `asked` counts how often its state was read; each reading moves it on."""

    id: str
    query: dict[str, Any]
    module: str
    fields: list[str]
    criteria: Criteria | None
    page: int
    created: int
    callback: str = ""
    asked: int = 0
    count: int = 0
    more: bool = False
    content: bytes | None = None


@endpoint("POST", BULK, scope="bulk.READ", write=False, doc="Make a bulk read job: query, callback on this machine")
def create(call: Call) -> Reply:
    """201 with its id; 415 for a body that is not called JSON."""
    _check(call)
    if "json" not in call.headers.get("content-type", ""):
        raise CrmRefusal(415, "UNSUPPORTED_MEDIA_TYPE", "the media type is not supported")
    body = json_body(call)
    query = body.get("query") if isinstance(body, dict) else None
    if not isinstance(query, dict):
        raise CrmRefusal(400, "MANDATORY_NOT_FOUND", api_name="query", json_path="$.query")
    if body.get("file_type", "csv") != "csv":
        raise CrmRefusal(400, "INVALID_DATA", api_name="file_type", supported_values=["csv"])
    job = _job(call, query, body.get("callback"))
    call.world.crm.jobs[job.id] = job
    details = {"id": job.id, "operation": "read", "state": "ADDED", "created_by": actor_ref(call.world.crm.me),
               "created_time": crm_time(job.created)}  # fmt: skip
    result = {"status": "success", "code": "ADDED_SUCCESSFULLY", "message": "Added successfully.", "details": details}
    return Reply(201, {"data": [result], "info": {}})


@endpoint("GET", f"{BULK}/{{id}}", scope="bulk.READ", doc="State of a job: ADDED, QUEUED, IN PROGRESS, COMPLETED")
def state(call: Call) -> Reply:
    """Each reading moves it on, in so many steps as crm.bulk_steps says."""
    job = _find(call)
    job.asked += 1
    now = _state(call, job)
    shown: dict[str, Any] = {
        "id": job.id, "operation": "read", "state": now, "query": job.query | {"page": job.page},
        "created_by": actor_ref(call.world.crm.me), "created_time": crm_time(job.created), "file_type": "csv",
        "Attachment_Source__s": "custom_file", "File_Id__s": None,
    }  # fmt: skip
    if now == "COMPLETED":
        _run(call, job)
        url = f"/crm/bulk/{call.params['version']}/read/{job.id}/result"
        shown["result"] = {
            "page": job.page, "count": job.count, "download_url": url, "per_page": PER_JOB,
            "more_records": job.more,
        }  # fmt: skip
        if job.more:
            shown["result"]["next_page_token"] = _token(call, job)
    elif now == "FAILURE":
        message = {"code": "INTERNAL_ERROR", "message": "Internal Server Error", "status": "error", "details": {}}
        shown["result"] = {"error_message": message}
    return Reply(200, {"data": [shown]})


@endpoint("GET", f"{BULK}/{{id}}/result", scope="bulk.READ", doc="The result of a job: a ZIP with one CSV")
def result(call: Call) -> Reply:
    """404 until it is completed; ten downloads a minute."""
    job, downloads = _find(call), call.world.crm.downloads
    if _state(call, job) != "COMPLETED":
        raise CrmRefusal(404, "RESOURCE_NOT_FOUND", "The requested resource doesn't exist.")
    while downloads and downloads[0] <= call.now - 60:
        downloads.popleft()
    if len(downloads) >= PER_MINUTE:
        raise CrmRefusal(429, "TOO_MANY_REQUESTS", "Too many requests fired within a minute")
    downloads.append(call.now)
    _run(call, job)
    headers = {"Content-Disposition": f"attachment;filename={job.id}.zip"}
    return Reply(200, raw=job.content, headers=headers, media_type="application/zip")


def _check(call: Call) -> None:
    if not VERSIONS.match(call.params["version"]):
        raise CrmRefusal(404, "INVALID_URL_PATTERN")


def _job(call: Call, query: dict[str, Any], callback: Any) -> Job:
    org, page = call.world.crm, query.get("page", 1)
    if "page_token" in query:
        held = org.bulk_tokens.get(str(query["page_token"]))
        if held is None or held[0] <= call.now:
            raise CrmRefusal(400, "EXPIRED_VALUE", "the page token has expired or is not known", api_name="page_token")
        earlier = org.jobs[held[1]]
        query, page = earlier.query, earlier.page + 1
    named = query.get("module")
    module = named.get("api_name") if isinstance(named, dict) else named
    records = org.records.get(str(module))
    if records is None or not offered(call, records):
        raise CrmRefusal(400, "MODULE_NOT_AVAILABLE", "the module is not available", module=str(module))
    if call.token is None or not call.token.allows(f"ZohoCRM.modules.{module}.READ"):
        raise CrmRefusal(401, "OAUTH_SCOPE_MISMATCH", "Unauthorized")
    if isinstance(page, bool) or not isinstance(page, int) or not 1 <= page <= 500:
        raise CrmRefusal(400, "PAGE_RANGE_EXCEEDED", "the page is out of range", api_name="page")
    url = callback.get("url") if isinstance(callback, dict) else None
    if callback is not None and not on_loopback(url):
        raise CrmRefusal(400, "INVALID_CALLBACK_URL", "the callback url is not valid")
    shown = query | {"module": {"api_name": str(module), "id": module_id(call, records)}}
    fields = _fields(records, query.get("fields"), org.records)
    criteria = _criteria(call, records, query)
    return Job(org.ids.take(), shown, str(module), fields, criteria, page, call.now, str(url or ""))


def _fields(records: Records, given: Any, modules: dict[str, Records]) -> list[str]:
    """Those asked for, or all of the module; a dot reaches into a lookup."""
    if given is None:
        return [name for name, field in records.fields.items() if field.data_type not in ("subform", "linetax")]
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise CrmRefusal(400, "INVALID_DATA", api_name="fields", json_path="$.query.fields")
    for name in given:
        head, _, tail = name.partition(".")
        field = records.fields.get(head)
        target = modules.get(field.lookup) if field else None
        known = head == "id" or (field is not None and (not tail or (target is not None and tail in target.fields)))
        if not known:
            raise CrmRefusal(400, "INVALID_DATA", "invalid field", api_name=name, json_path="$.query.fields")
    return [name for name in given if name != "id"]


def _criteria(call: Call, records: Records, query: dict[str, Any]) -> Criteria | None:
    if query.get("cvid") and query.get("criteria"):
        raise CrmRefusal(400, "AMBIGUOUS_CRITERIA", "cvid and criteria cannot be given together")
    if query.get("cvid"):
        if find(call, records, str(query["cvid"])) is None:
            raise CrmRefusal(400, "CVID_NOT_SUPPORTED", "the custom view is not supported")
        return None
    if not query.get("criteria"):
        return None
    try:
        tree = from_json(query["criteria"], records.fields)
        compile_criteria(tree, records.fields, Ground(call.world.crm.me.id, call.now))
    except (ValueError, TypeError, KeyError):
        raise CrmRefusal(400, "INVALID_DATA", api_name="criteria", json_path="$.query.criteria") from None
    return tree


def _find(call: Call) -> Job:
    _check(call)
    job: Job | None = call.world.crm.jobs.get(call.params["id"]) if ID.match(call.params["id"]) else None
    if job is None:
        raise CrmRefusal(404, "RESOURCE_NOT_FOUND", "The requested resource doesn't exist.")
    return job


def _state(call: Call, job: Job) -> str:
    steps = call.world.switches.number("crm.bulk_steps")
    if job.asked >= steps:
        return "FAILURE" if call.world.switches.on("crm.bulk_fails") else "COMPLETED"
    return STATES[min(job.asked, len(STATES) - 2)]


def _run(call: Call, job: Job) -> None:
    """Make the file, the first time that it is wanted; and tell the callback."""
    if job.content is not None:
        return
    records = call.world.crm.records[job.module]
    begin = (job.page - 1) * PER_JOB
    rows = list(islice(_rows(call, job, records), begin, begin + PER_JOB + 1))
    job.more, rows = len(rows) > PER_JOB, rows[:PER_JOB]
    job.count = len(rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["Id", *job.fields])
    for row in rows:
        writer.writerow([row["id"], *(_cell(call, records, row, name) for name in job.fields)])
    packed = io.BytesIO()
    moment = datetime.fromtimestamp(job.created, UTC)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        stamped = zipfile.ZipInfo(f"{job.id}.csv", moment.timetuple()[:6])
        stamped.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(stamped, text.getvalue())
    job.content = packed.getvalue()
    if job.callback:
        told = orjson.dumps({"job_id": job.id, "operation": "read", "state": "COMPLETED"})
        call.world.outbox.post("crm", "POST", job.callback, told, {"Content-Type": "application/json"})


def _rows(call: Call, job: Job, records: Records) -> Iterator[Row]:
    if job.query.get("cvid"):
        inside = members(call, records, str(job.query["cvid"]))
        if inside is not None:
            return (row for each in inside if (row := records.table.get(each)) is not None)
    test = compile_criteria(job.criteria, records.fields, Ground(call.world.crm.me.id, call.now))
    return (row for row in records.table.rows() if test(row))


def _cell(call: Call, records: Records, row: Row, name: str) -> Any:
    """Lookups and owners as bare ids; a dot reaches into the record a lookup points to."""
    head, _, tail = name.partition(".")
    field = records.fields[head]
    if tail:
        target = call.world.crm.records[field.lookup]
        other = target.table.get(row.get(head, ""))
        return "" if other is None else _cell(call, target, other, tail)
    if field.api_name == records.module.name_field == "Full_Name":
        return display_name(records, row)
    value = row.get(head)
    if value is None:
        return ""
    if field.data_type == "datetime":
        return crm_time(value)
    if isinstance(value, bool):
        return str(value).lower()
    return ";".join(map(str, value)) if isinstance(value, list) else value


def _token(call: Call, job: Job) -> str:
    token = f"bulk{job.id}"
    call.world.crm.bulk_tokens[token] = (job.created + TOKEN_LIFE, job.id)
    return token
