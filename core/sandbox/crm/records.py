"""Insert, update, upsert and delete, with a result for each record (zoho-crm-api §5.5 to §5.8)."""

from __future__ import annotations

from typing import Any

from core.sandbox.clock import crm_time
from core.sandbox.crm.check import Attempt, Checked, check, duplicate_of
from core.sandbox.crm.common import holders_of, json_body, module_of, record_id, rows_of, time_header, writable
from core.sandbox.crm.derived import cross_check, derive
from core.sandbox.crm.errors import CrmRefusal, Result, error
from core.sandbox.crm.org import CRM
from core.sandbox.crm.render import actor_ref, display_name
from core.sandbox.crm.state import Deleted, Records
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row

MOST = 100
TRIGGERS = ("approval", "blueprint", "orchestration", "pathfinder", "workflow")


def write_credits(call: Call) -> int:
    """One for every ten records."""
    return -(-_size(call) // 10) or 1


def large(call: Call) -> bool:
    """More than ten records count against sub-concurrency."""
    return _size(call) > 10


def _size(call: Call) -> int:
    try:
        body = json_body(call)
    except CrmRefusal:
        return 1
    return len(body["data"]) if isinstance(body, dict) and isinstance(body.get("data"), list) else 1


@endpoint("POST", f"{CRM}/{{module}}", scope="modules.{module}.CREATE", credits=write_credits, sub=large,
          doc="Insert up to 100 records")  # fmt: skip
def insert(call: Call) -> Reply:
    """201, 207 when some failed, 400 when all did."""
    records = writable(module_of(call))
    rows = _rows(call)
    return _reply([_insert(call, records, place, row) for place, row in enumerate(rows)], 201)


@endpoint("PUT", f"{CRM}/{{module}}", scope="modules.{module}.UPDATE", credits=write_credits, sub=large,
          doc="Update up to 100 records, each by its id")  # fmt: skip
def update(call: Call) -> Reply:
    """`If-Unmodified-Since` holds for each of them."""
    records = writable(module_of(call))
    rows = _rows(call)
    return _reply(
        [_update(call, records, place, row, _named(call, records, row)) for place, row in enumerate(rows)], 200
    )


@endpoint(
    "PUT",
    f"{CRM}/{{module}}/{{id}}",
    scope="modules.{module}.UPDATE",
    doc="Update one record; If-Unmodified-Since: 412",
)
def update_one(call: Call) -> Reply:
    """The id is in the path."""
    records = writable(module_of(call))
    return _reply([_update(call, records, 0, _rows(call)[0], record_id(call, records))], 200)


@endpoint("POST", f"{CRM}/{{module}}/upsert", scope="modules.{module}.CREATE modules.{module}.UPDATE",
credits=write_credits,
          sub=large, doc="Insert or update up to 100 records by duplicate_check_fields")  # fmt: skip
def upsert(call: Call) -> Reply:
    """Unique fields are always compared as well, the named ones first."""
    records = writable(module_of(call))
    rows = _rows(call)
    named = json_body(call).get("duplicate_check_fields") or [records.module.duplicate_field]
    allowed = [records.module.duplicate_field, *(each.api_name for each in records.fields.values() if each.unique)]
    if not isinstance(named, list) or not all(name in allowed for name in named):
        raise CrmRefusal(400, "INVALID_DATA", api_name="duplicate_check_fields", json_path="$.duplicate_check_fields")
    keys = [*named, *(name for name in allowed if records.fields[name].unique and name not in named)]
    return _reply([_upsert(call, records, place, row, keys) for place, row in enumerate(rows)], 200)


@endpoint(
    "DELETE", f"{CRM}/{{module}}", scope="modules.{module}.DELETE", credits=lambda call: 1, doc="Delete records by ids"
)
def delete(call: Call) -> Reply:
    """They go to the bin."""
    records = writable(module_of(call))
    if not call.query.get("ids"):
        raise CrmRefusal(400, "REQUIRED_PARAM_MISSING", param_name="ids")
    ids = call.query["ids"].split(",")
    if not all(each.isdecimal() for each in ids):
        raise CrmRefusal(400, "UNABLE_TO_PARSE_DATA_TYPE", "either the request body or parameters is in wrong format")
    return _reply([_delete(call, records, each) for each in ids[:MOST]], 200)


@endpoint("DELETE", f"{CRM}/{{module}}/{{id}}", scope="modules.{module}.DELETE", doc="Delete one record")
def delete_one(call: Call) -> Reply:
    """It goes to the bin."""
    records = writable(module_of(call))
    return _reply([_delete(call, records, record_id(call, records))], 200)


def stamp(call: Call, row: Row, old: Row | None) -> Row:
    """Times and people that CRM itself fills in."""
    me = call.world.crm.me.id
    if old is None:
        row |= {"Created_Time": call.now, "Created_By": me}
        row.setdefault("Owner", me)
        row.setdefault("Currency", "JPY")
        row.setdefault("Exchange_Rate", 1.0)
    return row | {"Modified_Time": call.now, "Modified_By": me}


def bin_record(call: Call, records: Records, row: Row) -> None:
    """Move a record to the bin."""
    records.table.remove(row["id"])
    rows: dict[str, list[Row]] = {}
    if records.module.subform:
        held = call.world.crm.records[records.module.subform].table
        rows[records.module.subform] = [
            gone for each in row.get(records.module.subform, ()) if (gone := held.remove(each)) is not None
        ]
    name, me = display_name(records, row), call.world.crm.me.id
    records.deleted.append(Deleted(row["id"], name, call.now, me, row.get("Created_By", ""), row, rows))


def save(call: Call, records: Records, old: Row | None, new: Row) -> Row:
    """Store a record with what CRM fills in itself; its modification time moves."""
    filled = {name: value for name, value in new.items() if value is not None}
    stored = stamp(call, derive(call, records, old, filled), old)
    records.table.put(stored)
    return stored


def _named(call: Call, records: Records, row: dict[str, Any]) -> Any:
    """The id of a record in a batch: its own, or found by the external field that `X-EXTERNAL` names."""
    named = call.headers.get("x-external")
    if named is None or row.get("id") is not None:
        return row.get("id")
    held = holders_of(records, named, str(row.get(named.partition(".")[2], "")))
    return held[0] if held else "0"


def _rows(call: Call) -> list[dict[str, Any]]:
    rows = rows_of(call, "data", MOST)
    trigger = json_body(call).get("trigger")
    if trigger is not None and (not isinstance(trigger, list) or not all(each in TRIGGERS for each in trigger)):
        raise CrmRefusal(
            400, "INVALID_DATA", api_name="trigger", json_path="$.trigger", supported_values=list(TRIGGERS)
        )
    return rows


def _reply(results: list[Result], good: int) -> Reply:
    failed = sum(result["status"] == "error" for result in results)
    if failed and failed == len(results):
        moved = all(result["code"] == "ALREADY_MODIFIED" for result in results)
        return Reply(412 if moved else 400, {"data": results})
    return Reply(207 if failed else good, {"data": results})


def _checked(attempt: Attempt) -> Checked:
    checked = check(attempt)
    cross_check(attempt, checked)
    return checked


def _insert(call: Call, records: Records, place: int, given: dict[str, Any]) -> Result:
    checked = _checked(Attempt(call, records, place, given, None))
    if (verdict := checked.verdict(call)) is not None:
        return verdict
    stored = save(call, records, None, checked.values | {"id": call.world.crm.ids.take()})
    return _success(call, stored, "record added")


def _update(call: Call, records: Records, place: int, given: dict[str, Any], wanted: Any) -> Result:
    where = {"api_name": "id", "json_path": f"$.data[{place}].id"}
    if wanted is None:
        return error("MANDATORY_NOT_FOUND", where)
    old = records.table.get(str(wanted))
    if old is None:
        return error("INVALID_DATA", where, "the id given seems to be invalid")
    if old.get("Locked__s"):
        return error("RECORD_LOCKED", {"id": old["id"]})
    unmodified = time_header(call, "if-unmodified-since")
    if unmodified is not None and old["Modified_Time"] > unmodified:
        message = "Record updated time has already passed if-unmodified-since time"
        return error("ALREADY_MODIFIED", _details(call, old), message)
    checked = _checked(Attempt(call, records, place, given, old))
    if (verdict := checked.verdict(call)) is not None:
        return verdict
    return _success(call, save(call, records, old, old | checked.values), "record updated")


def _upsert(call: Call, records: Records, place: int, given: dict[str, Any], keys: list[str]) -> Result:
    found: dict[str, list[str]] = {}
    for key in keys:
        if given.get(key) not in (None, ""):
            for holder in records.holders(key, given[key]):
                found.setdefault(holder, []).append(key)
    if len(found) > 1:
        key = next(iter(found.values()))[0]
        where = {"api_name": key, "json_path": f"$.data[{place}].{key}"}
        return error("DUPLICATE_DATA", where | duplicate_of(call, records, list(found)))
    extra: dict[str, str | None]
    if found:
        ((holder, matched),) = found.items()
        result = _update(call, records, place, given, holder)
        extra = {"action": "update", "duplicate_field": matched[0]}
    else:
        result = _insert(call, records, place, given)
        extra = {"action": "insert", "duplicate_field": None}
    return result | extra if result["status"] == "success" else result


def _delete(call: Call, records: Records, wanted: str) -> Result:
    row = records.table.get(wanted)
    if row is None:
        return error("INVALID_DATA", {"id": wanted}, "record not deleted")
    if row.get("Locked__s"):
        return error("RECORD_LOCKED", {"id": wanted})
    bin_record(call, records, row)
    return {"code": "SUCCESS", "details": {"id": wanted}, "message": "record deleted", "status": "success"}


def _details(call: Call, row: Row) -> dict[str, Any]:
    org = call.world.crm
    creator, modifier = org.user(row["Created_By"]) or org.me, org.user(row["Modified_By"]) or org.me
    return {
        "Modified_Time": crm_time(row["Modified_Time"]), "Modified_By": actor_ref(modifier),
        "Created_Time": crm_time(row["Created_Time"]), "id": row["id"], "Created_By": actor_ref(creator),
    }  # fmt: skip


def _success(call: Call, row: Row, message: str) -> Result:
    details = _details(call, row) | {"$approval_state": "approved"}
    return {"code": "SUCCESS", "details": details, "message": message, "status": "success"}
