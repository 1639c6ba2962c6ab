"""Related lists: their metadata, their records, and linking (zoho-crm-api §4.6, §5.10)."""

from __future__ import annotations

from typing import Any

from core.sandbox.clock import crm_time
from core.sandbox.crm.common import PER_PAGE, check_id, json_body, module_of, module_param, number_param, since_header
from core.sandbox.crm.errors import CrmRefusal, Result, error
from core.sandbox.crm.listing import MOST_FIELDS
from core.sandbox.crm.modules import layout_id, module_id
from core.sandbox.crm.org import CRM
from core.sandbox.crm.records import MOST, save
from core.sandbox.crm.relations import Relation, relations_of
from core.sandbox.crm.render import Renderer, actor_ref
from core.sandbox.crm.state import Records
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row
from core.sandbox.world.ids import META, crm_id

LISTS = META - 5_000
PATH = f"{CRM}/{{module}}/{{id}}/{{related}}"
MOST_COUNTED = 20


@endpoint("GET", f"{CRM}/settings/related_lists", scope="settings.related_lists.READ", doc="Related lists of a module")
def lists(call: Call) -> Reply:
    """Unpaged; the Standard layout's. `href` is the path to call."""
    records = module_param(call)
    if call.query.get("layout_id", layout_id(call, records)) != layout_id(call, records):
        raise CrmRefusal(400, "INVALID_DATA", "Invalid layoutid", param_name="layout_id")
    found = _relations(call, records)
    shown = [_show(call, records, place, each) for place, each in enumerate(found)]
    return Reply(200, {"related_lists": shown}) if shown else Reply(204)


@endpoint("GET", PATH, scope="modules.{module}.READ", doc="Related records: fields, page, If-Modified-Since")
def related(call: Call) -> Reply:
    """204 when there are none, 404 for an unknown parent, 400 for an unknown list."""
    records, relation = _find(call)
    parent = check_id(call.params["id"], 1)
    if parent not in records.table:
        raise CrmRefusal(404, "INVALID_DATA", "the id given seems to be invalid", resource_path_index=1)
    if not call.query.get("fields"):
        raise CrmRefusal(400, "REQUIRED_PARAM_MISSING", param_name="fields")
    names = call.query["fields"].split(",")
    if len(names) > MOST_FIELDS:
        raise CrmRefusal(400, "LIMIT_EXCEEDED", "the limit of fields is exceeded", limit=MOST_FIELDS)
    rows = _history(call, parent, names) if relation.history else _rows(call, relation, parent, names)
    per_page = number_param(call, "per_page", PER_PAGE, PER_PAGE)
    page = number_param(call, "page", 1, 1_000)
    shown = rows[(page - 1) * per_page : page * per_page]
    if not shown:
        changed = since_header(call) is not None and page == 1
        return Reply(call.world.switches.number("crm.not_modified_status") if changed else 204)
    info = {"per_page": per_page, "count": len(shown), "page": page, "more_records": len(rows) > page * per_page,
            "next_page_token": None, "previous_page_token": None, "page_token_expiry": None}  # fmt: skip
    return Reply(200, {"data": shown, "info": info})


@endpoint("PUT", PATH, scope="modules.{module}.UPDATE", doc="Link up to 100 records")
def link(call: Call) -> Reply:
    """Sets the lookup where there is one, else notes the link with what else was sent."""
    _, relation = _writable(call)
    body = json_body(call)
    rows = body.get("data") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST or not all(isinstance(row, dict) for row in rows):
        raise CrmRefusal(400, "INVALID_DATA", api_name="data", json_path="$.data")
    return _reply([_link(call, relation, place, row) for place, row in enumerate(rows)])


@endpoint("DELETE", PATH, scope="modules.{module}.UPDATE", doc="Unlink records by ids; they survive")
def unlink(call: Call) -> Reply:
    """Clears the lookup, or forgets the link."""
    _, relation = _writable(call)
    if not call.query.get("ids"):
        raise CrmRefusal(400, "REQUIRED_PARAM_MISSING", param_name="ids")
    return _reply([_unlink(call, relation, each) for each in call.query["ids"].split(",")[:MOST]])


@endpoint("POST", f"{CRM}/{{module}}/{{id}}/actions/get_related_records_count", scope="modules.{module}.READ",
          write=False, credits=lambda call: 2, doc="How many records up to 20 related lists hold")  # fmt: skip
def counts(call: Call) -> Reply:
    """A count for each list asked for."""
    records = module_of(call)
    body = json_body(call)
    wanted = body.get("get_related_records_count") if isinstance(body, dict) else None
    if not isinstance(wanted, list) or not 0 < len(wanted) <= MOST_COUNTED:
        raise CrmRefusal(400, "MANDATORY_NOT_FOUND", api_name="get_related_records_count",
                         json_path="$.get_related_records_count")  # fmt: skip
    by_name = {each.api_name: each for each in _relations(call, records)}
    shown = []
    for each in wanted:
        named = each.get("related_list") if isinstance(each, dict) else None
        named = named if isinstance(named, dict) else {}
        relation = by_name.get(str(named.get("api_name")))
        if relation is None:
            raise CrmRefusal(400, "INVALID_DATA", "The relation name given seems to be invalid")
        parent = call.params["id"]
        rows = _history(call, parent, []) if relation.history else _rows(call, relation, parent, [])
        named_so = {"api_name": relation.api_name, "id": str(named.get("id"))}
        shown.append([{"count": len(rows), "related_list": named_so}])
    return Reply(200, {"get_related_records_count": shown})


def _relations(call: Call, records: Records) -> list[Relation]:
    return relations_of(records.module.api_name, call.world.switches, call.world.crm.records)


def _find(call: Call) -> tuple[Records, Relation]:
    records = module_of(call)
    for each in _relations(call, records):
        if each.api_name == call.params["related"]:
            return records, each
    message = "The relation name given seems to be invalid"
    raise CrmRefusal(400, "INVALID_DATA", message, resource_path_index=2)


def _writable(call: Call) -> tuple[Records, Relation]:
    records, relation = _find(call)
    if relation.history:
        raise CrmRefusal(400, "NOT_SUPPORTED", "records of this list cannot be changed")
    if call.params["id"] not in records.table:
        raise CrmRefusal(404, "INVALID_DATA", "the id given seems to be invalid", resource_path_index=1)
    return records, relation


def _rows(call: Call, relation: Relation, parent: str, names: list[str]) -> list[dict[str, Any]]:
    org = call.world.crm
    target, since = org.records[relation.module], since_header(call)
    if relation.lookup:
        ids = target.holders(relation.lookup, parent)
    else:
        ids = sorted(org.links.get((relation.module, parent), {}))
    found = [row for each in reversed(ids) if (row := target.table.get(each)) is not None]
    if since is not None:
        found = [row for row in found if row["Modified_Time"] > since]
    show = Renderer(org, target, names)
    return [show(row) | org.links.get((relation.module, parent), {}).get(row["id"], {}) for row in found]


def _history(call: Call, parent: str, names: list[str]) -> list[dict[str, Any]]:
    """Newest first; an entry's id is made from the deal's."""
    org, since = call.world.crm, since_header(call)
    shown = []
    for place, entry in enumerate(org.history.entries(parent)):
        if since is not None and entry["Modified_Time"] <= since:
            continue
        told = entry | {
            "Modified_Time": crm_time(entry["Modified_Time"]),
            "Modified_By": actor_ref(org.user(entry["Modified_By"]) or org.me),
        }
        shown.append({name: told[name] for name in names if name in told} | {"id": f"{parent[:-3]}{place:03d}"})
    return shown[::-1]


def _link(call: Call, relation: Relation, place: int, row: Row) -> Result:
    target, child = call.world.crm.records[relation.module], row.get("id")
    found = target.table.get(child) if isinstance(child, str) else None
    if found is None:
        return error(
            "INVALID_DATA",
            {"api_name": "id", "json_path": f"$.data[{place}].id"},
            "the related id given seems to be invalid",
        )
    if relation.lookup:
        save(call, target, found, found | {relation.lookup: call.params["id"]})
    else:
        extra = {key: value for key, value in row.items() if key != "id" and isinstance(value, (str, int, float))}
        _note(call, relation, str(child), extra)
    return {"code": "SUCCESS", "details": {"id": child}, "message": "relation added", "status": "success"}


def _unlink(call: Call, relation: Relation, child: str) -> Result:
    target = call.world.crm.records[relation.module]
    found, parent = target.table.get(child), call.params["id"]
    linked = found is not None and (
        found.get(relation.lookup) == parent
        if relation.lookup
        else child in call.world.crm.links.get((relation.module, parent), {})
    )
    if found is None or not linked:
        return error("INVALID_DATA", {"id": child}, "the relation could not be found")
    if relation.lookup:
        save(call, target, found, {name: value for name, value in found.items() if name != relation.lookup})
    else:
        _note(call, relation, child, None)
    return {"code": "SUCCESS", "details": {"id": child}, "message": "relation removed", "status": "success"}


def _note(call: Call, relation: Relation, child: str, extra: dict[str, Any] | None) -> None:
    """Keep a link from both ends, or forget it (`extra` None)."""
    links, parent = call.world.crm.links, call.params["id"]
    for key, value in (((relation.module, parent), child), ((call.params["module"], child), parent)):
        held = links.setdefault(key, {})
        held.pop(value, None)
        if extra is not None:
            held[value] = extra


def _reply(results: list[Result]) -> Reply:
    failed = sum(result["status"] == "error" for result in results)
    return Reply(400 if failed == len(results) else 207 if failed else 200, {"data": results})


def _show(call: Call, records: Records, place: int, each: Relation) -> dict[str, Any]:
    target = call.world.crm.records.get(each.module)
    module = None if target is None else {
        "api_name": each.module, "id": module_id(call, target), "plural_label": target.module.plural,
    }  # fmt: skip
    return {
        "id": crm_id(LISTS + list(call.world.crm.records).index(records.module.api_name) * 20 + place),
        "sequence_number": str(place + 1), "display_label": each.label, "api_name": each.api_name, "module": module,
        "name": each.label, "action": None, "href": f"{records.module.api_name}/{{ENTITYID}}/{each.api_name}",
        "type": "default", "customize_sort": True, "customize_fields": True, "customize_display_label": True,
        "status": "visible", "connectedmodule": None, "linkingmodule": None,
    }  # fmt: skip
