"""Custom views: reading them, and whom they hold (zoho-crm-api §4.4)."""

from __future__ import annotations

from typing import Any

from core.sandbox.clock import crm_time, start_of
from core.sandbox.crm.common import check_id, module_param, number_param
from core.sandbox.crm.criteria import DAY, Criteria, Ground, Leaf, compile_criteria
from core.sandbox.crm.errors import CrmRefusal
from core.sandbox.crm.modules import module_id
from core.sandbox.crm.org import CRM
from core.sandbox.crm.render import actor_ref
from core.sandbox.crm.state import Records
from core.sandbox.crm.viewsets import View
from core.sandbox.http import Call, Reply, endpoint

TRANSLATION = {
    "public_views": "Public Views", "created_by_me": "Created By Me", "shared_with_me": "Shared With Me",
    "other_users_views": "Other Users' Views",
}  # fmt: skip


@endpoint("GET", f"{CRM}/settings/custom_views", scope="settings.custom_views.READ", doc="Views of a module")
def views(call: Call) -> Reply:
    """Predefined ones first; without their criteria."""
    records = module_param(call)
    found = call.world.crm.views[records.module.api_name]
    per_page, page = number_param(call, "per_page", 200, 200), number_param(call, "page", 1, 1_000)
    shown = found[(page - 1) * per_page : page * per_page]
    if not shown:
        return Reply(204)
    info = {
        "per_page": per_page, "count": len(shown), "page": page, "more_records": len(found) > page * per_page,
        "default": next(view.id for view in found if view.default),
        "translation": TRANSLATION,
    }  # fmt: skip
    module = {"api_name": records.module.api_name, "id": module_id(call, records)}
    return Reply(200, {"custom_views": [_show(call, view) | {"module": module} for view in shown], "info": info})


@endpoint(
    "GET", f"{CRM}/settings/custom_views/{{id}}", scope="settings.custom_views.READ", doc="One view with its criteria"
)
def view(call: Call) -> Reply:
    """204 for an unknown id."""
    records = module_param(call)
    found = find(call, records, check_id(call.params["id"], 2))
    if found is None:
        return Reply(204)
    names = [records.module.name_field, "Phone", "Website", "Owner"]
    detail = {
        "criteria": _criteria(records, found.criteria), "cross_filters": [], "sort_by": None, "sort_order": None,
        "fields": [{"id": records.fields[name].id, "api_name": name,
        "_pin": False} for name in names if name in records.fields],
        "shared_to": None,
    }  # fmt: skip
    info = {"translation": TRANSLATION}
    return Reply(200, {"custom_views": [_show(call, found) | detail], "info": info})


def find(call: Call, records: Records, view_id: str) -> View | None:
    """A view of a module by its id."""
    return next((view for view in call.world.crm.views[records.module.api_name] if view.id == view_id), None)


def members(call: Call, records: Records, view_id: str) -> list[str] | None:
    """Ids in a view, ascending, or None when it holds every record; INVALID_DATA when there is no such view."""
    found = find(call, records, view_id)
    if found is None:
        raise CrmRefusal(400, "INVALID_DATA", "Customview not accessible", param_name="cvid")
    if found.criteria is None:
        return None
    ground = Ground(call.world.crm.me.id, call.now)
    return records.members(found, compile_criteria(found.criteria, records.fields, ground), call.now // DAY)


def _show(call: Call, view: View) -> dict[str, Any]:
    mine, born = view.created_by is not None, crm_time(start_of(call.world.seed) - 5 * 365 * 86_400)
    return {
        "id": view.id, "name": view.name, "display_value": view.name, "system_name": view.system_name or None,
        "system_defined": not mine, "default": view.default, "category": "created_by_me" if mine else "public_views",
        "access_type": "only_to_me" if mine else "public", "locked": False, "favorite": None,
        "created_by": actor_ref(call.world.crm.me) if mine else None, "created_time": born,
        "modified_by": actor_ref(call.world.crm.me) if mine else None, "modified_time": born,
        "last_accessed_time": born,
    }  # fmt: skip


def _criteria(records: Records, tree: Criteria | None) -> dict[str, Any] | None:
    if tree is None:
        return None
    if isinstance(tree, Leaf):
        field = {"api_name": tree.api_name, "id": records.fields[tree.api_name].id}
        value = list(tree.value) if isinstance(tree.value, tuple) else tree.value
        return {"field": field, "comparator": tree.comparator, "value": value, "type": "value"}
    return {"group": [_criteria(records, part) for part in tree.parts], "group_operator": tree.operator.upper()}
