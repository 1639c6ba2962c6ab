"""Converting quotes and sales orders (zoho-crm-inventory-modules §5): one target a call, and each record once."""

from __future__ import annotations

from typing import Any

from core.sandbox.crm.common import check_id, module_of, rows_of
from core.sandbox.crm.errors import CrmRefusal, error
from core.sandbox.crm.inventory import CONVERTS, DEFAULTS, SOURCES
from core.sandbox.crm.modules import module_id
from core.sandbox.crm.org import CRM
from core.sandbox.crm.records import save
from core.sandbox.crm.render import display_name
from core.sandbox.crm.state import Records
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row

OWN = ("id", "Created_Time", "Created_By", "Modified_Time", "Modified_By", "$converted", *DEFAULTS)


@endpoint("POST", f"{CRM}/{{module}}/{{id}}/actions/convert", scope="modules.{module}.CREATE",
          doc="Convert a quote to a sales order or an invoice, or a sales order to an invoice")  # fmt: skip
def convert(call: Call) -> Reply:
    """200 with the new record's id; 400 ID_ALREADY_CONVERTED the second time."""
    records = module_of(call)
    targets = CONVERTS.get(records.module.api_name)
    if targets is None:
        raise CrmRefusal(400, "NOT_SUPPORTED", "records of this module cannot be converted")
    row = records.table.get(check_id(call.params["id"], 1))
    if row is None:
        raise CrmRefusal(400, "INVALID_DATA", "the id given seems to be invalid", resource_path_index=1)
    (given,) = rows_of(call, "data", 1)
    target = _target(call, given, targets)
    if row.get("Locked__s"):
        return Reply(400, {"data": [error("RECORD_LOCKED", {"id": row["id"]})]})
    if row.get("$converted"):
        result = error("ID_ALREADY_CONVERTED", {"resource_path_index": 1}, "id already converted")
        return Reply(400, {"data": [result]})
    made = _make(call, records, target, row)
    records.table.put(row | {"$converted": True, "Modified_Time": call.now, "Modified_By": call.world.crm.me.id})
    details = {target.module.api_name: {"id": made["id"], "name": display_name(target, made)}}
    message = "The record has been converted successfully"
    return Reply(200, {"data": [{"code": "SUCCESS", "details": details, "message": message, "status": "success"}]})


def _target(call: Call, given: dict[str, Any], targets: tuple[str, ...]) -> Records:
    wanted = given.get("convert_to")
    path = "$.data[0].convert_to"
    if not isinstance(wanted, list) or not wanted or not isinstance(wanted[0], dict):
        raise CrmRefusal(400, "MANDATORY_NOT_FOUND", api_name="convert_to", json_path=path)
    if len(wanted) > 1:
        raise CrmRefusal(400, "AMBIGUITY_DURING_PROCESSING", ambiguity_due_to=[{"json_path": path}])
    module = wanted[0].get("module")
    module = module if isinstance(module, dict) else {}
    for key in ("api_name", "id"):
        if not module.get(key):
            raise CrmRefusal(400, "MANDATORY_NOT_FOUND", api_name=key, json_path=f"{path}[0].module.{key}")
    if module["api_name"] not in targets:
        raise CrmRefusal(400, "INVALID_DATA", api_name="api_name", json_path=f"{path}[0].module.api_name")
    records = module_of(call, module["api_name"])
    if module["id"] != module_id(call, records):
        raise CrmRefusal(400, "INVALID_DATA", api_name="id", json_path=f"{path}[0].module.id")
    return records


def _make(call: Call, source: Records, target: Records, row: Row) -> Row:
    """The target with what both modules have; the rows are copied, and it says where it came from."""
    new = {name: value for name, value in row.items() if name in target.fields and name not in OWN}
    new.pop(source.module.number_field, None)
    if "Deal_Name" in row and "Deal_Name__s" in target.fields:
        new["Deal_Name__s"] = row["Deal_Name"]
    link = SOURCES.get((source.module.api_name, target.module.api_name))
    if link is not None:
        new[link] = row["id"]
    table = call.world.crm.records[source.module.subform].table
    rows = [table.get(row_id) or {} for row_id in row.get(source.module.subform, ())]
    new[target.module.subform] = [{name: value for name, value in each.items() if name != "id"} for each in rows]
    if "$line_tax" in row:
        new["$line_tax"] = row["$line_tax"]
    return save(call, target, None, new | {"id": call.world.crm.ids.take()})
