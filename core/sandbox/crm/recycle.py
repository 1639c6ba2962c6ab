"""The recycle bin: what was deleted can be read, restored, or deleted for good (zoho-crm-api §5.10)."""

from __future__ import annotations

from typing import Any

from core.sandbox.clock import crm_time
from core.sandbox.crm.common import check_id, check_version, json_body, number_param
from core.sandbox.crm.deleted import BIN_LIFE
from core.sandbox.crm.errors import CrmRefusal, Result, error
from core.sandbox.crm.modules import module_id
from core.sandbox.crm.org import CRM
from core.sandbox.crm.render import actor_ref
from core.sandbox.crm.state import Deleted, Records
from core.sandbox.http import Call, Reply, endpoint

BIN = f"{CRM}/settings/recycle_bin"
AT_ONCE = 1_000
Held = tuple[Records, Deleted]


@endpoint("GET", BIN, scope="settings.recycle_bin.READ", doc="What is in the bin, newest first: page, filters by ids")
def listing(call: Call) -> Reply:
    """204 when it is empty."""
    found = _chosen(call)
    per_page, page = number_param(call, "per_page", 200, 200), number_param(call, "page", 1, 1_000)
    shown = found[(page - 1) * per_page : page * per_page]
    if not shown:
        return Reply(204)
    info = {"per_page": per_page, "count": len(shown), "page": page, "more_records": len(found) > page * per_page}
    return Reply(200, {"recycle_bin": [_show(call, each) for each in shown], "info": info})


@endpoint("GET", f"{BIN}/{{id}}", scope="settings.recycle_bin.READ", doc="One record of the bin")
def one(call: Call) -> Reply:
    """204 when it is not there."""
    found = _of(call, [call.params["id"]])
    if not found:
        return Reply(204)
    ((records, _),) = found
    module = {"api_name": records.module.api_name, "id": module_id(call, records)}
    info = {"per_page": 1, "count": 1, "page": 1, "more_records": False}
    return Reply(200, {"recycle_bin": [_show(call, found[0]) | {"module": module}], "info": info})


@endpoint("GET", f"{BIN}/actions/count", scope="settings.recycle_bin.READ", doc="How many records are in the bin")
def count(call: Call) -> Reply:
    """A number; 0 is one too."""
    return Reply(200, {"count": len(_all(call))})


@endpoint("POST", f"{BIN}/actions/restore", scope="settings.recycle_bin.UPDATE",
          doc="Bring records back: ids, or restore_all_records")  # fmt: skip
def restore(call: Call) -> Reply:
    """202 when there are more than a thousand (it is done at once all the same)."""
    wanted = _named(call, "restore_all_records")
    results = [_restore(call, each) for each in wanted]
    if len(wanted) > AT_ONCE:
        return Reply(202, {"recycle_bin": [_scheduled("restore scheduled")]})
    return _reply(results)


@endpoint("POST", f"{BIN}/{{id}}/actions/restore", scope="settings.recycle_bin.UPDATE", doc="Bring one record back")
def restore_one(call: Call) -> Reply:
    """400 when it is not in the bin."""
    return _reply([_restore(call, each) for each in _of(call, [check_id(call.params["id"], 2)])])


@endpoint("DELETE", BIN, scope="settings.recycle_bin.DELETE", doc="Delete records of the bin for good: ids")
def purge(call: Call) -> Reply:
    """They are shown as permanently deleted from then on."""
    if not call.query.get("ids"):
        raise CrmRefusal(400, "REQUIRED_PARAM_MISSING", param_name="ids")
    return _reply([_purge(each) for each in _of(call, call.query["ids"].split(","))])


@endpoint("DELETE", f"{BIN}/{{id}}", scope="settings.recycle_bin.DELETE", doc="Delete one record of the bin for good")
def purge_one(call: Call) -> Reply:
    """400 when it is not in the bin."""
    return _reply([_purge(each) for each in _of(call, [check_id(call.params["id"], 2)])])


@endpoint("POST", f"{BIN}/actions/empty", scope="settings.recycle_bin.DELETE", doc="Empty the bin")
def empty(call: Call) -> Reply:
    """202 when there were more than a thousand."""
    found = _all(call)
    for each in found:
        _purge(each)
    message = "recycle bin emptied"
    status = 202 if len(found) > AT_ONCE else 200
    return Reply(status, {"code": "SUCCESS", "details": {}, "message": message, "status": "success"})


def _all(call: Call) -> list[Held]:
    check_version(call)
    found = [
        (records, each)
        for records in call.world.crm.records.values()
        for each in records.deleted
        if each.row is not None and call.now - each.moment < BIN_LIFE
    ]
    return sorted(found, key=lambda held: (-held[1].moment, held[1].id))


def _of(call: Call, ids: list[str]) -> list[Held]:
    return [held for held in _all(call) if held[1].id in ids]


def _chosen(call: Call) -> list[Held]:
    return _of(call, call.query["ids"].split(",")) if call.query.get("ids") else _all(call)


def _named(call: Call, everything: str) -> list[Held]:
    """What a body names, be it bare or the one element of `recycle_bin`."""
    body = json_body(call)
    given = body.get("recycle_bin", body) if isinstance(body, dict) else None
    first = given[0] if isinstance(given, list) and given else given
    if not isinstance(first, dict):
        raise CrmRefusal(400, "MANDATORY_NOT_FOUND", api_name="recycle_bin", json_path="$.recycle_bin")
    if first.get(everything) is True:
        return _all(call)
    ids = first.get("ids")
    if not isinstance(ids, list) or not ids:
        raise CrmRefusal(400, "EXPECTED_FIELD_MISSING", expected_fields=[{"api_name": "ids"}, {"api_name": everything}])
    return _of(call, [str(each) for each in ids])


def _restore(call: Call, held: Held) -> Result:
    records, gone = held
    assert gone.row is not None
    records.deleted.remove(gone)
    records.table.put(gone.row | {"Modified_Time": call.now, "Modified_By": call.world.crm.me.id})
    for subform, rows in gone.rows.items():
        for row in rows:
            call.world.crm.records[subform].table.put(row)
    return {"code": "SUCCESS", "details": {"id": gone.id}, "message": "record restored", "status": "success"}


def _purge(held: Held) -> Result:
    records, gone = held
    at = records.deleted.index(gone)
    records.deleted[at] = Deleted(gone.id, gone.name, gone.moment, gone.by, gone.created_by, purged=True)
    return {"code": "SUCCESS", "details": {"id": gone.id}, "message": "record deleted permanently", "status": "success"}


def _scheduled(message: str) -> Result:
    return {"code": "SCHEDULED", "details": {}, "message": message, "status": "success"}


def _reply(results: list[Result]) -> Reply:
    if not results:
        return Reply(400, {"recycle_bin": [error("INVALID_DATA", {}, "the id given seems to be invalid")]})
    return Reply(200, {"recycle_bin": results})


def _show(call: Call, held: Held) -> dict[str, Any]:
    records, gone = held
    org = call.world.crm
    owner = org.user(str((gone.row or {}).get("Owner", ""))) or org.me
    return {
        "id": gone.id, "display_name": gone.name, "module": records.module.api_name, "owner": actor_ref(owner),
        "deleted_by": actor_ref(org.user(gone.by) or org.me), "deleted_time": crm_time(gone.moment),
    }  # fmt: skip
