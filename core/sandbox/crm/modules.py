"""Modules and layouts (zoho-crm-api §4.1, §4.3)."""

from __future__ import annotations

from typing import Any

from core.sandbox.clock import crm_time, start_of
from core.sandbox.crm.check import needed
from core.sandbox.crm.common import check_version, module_of, module_param, offered
from core.sandbox.crm.inventory import CONVERTS
from core.sandbox.crm.org import CRM
from core.sandbox.crm.state import Records
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.world.ids import META, crm_id


@endpoint(
    "GET", f"{CRM}/settings/modules", scope="settings.modules.READ", doc="Modules and what this user may do in them"
)
def modules(call: Call) -> Reply:
    """Unpaged."""
    check_version(call)
    held = enumerate(call.world.crm.records.values())
    shown = [_show(call, place, records) for place, records in held if offered(call, records)]
    return Reply(200, {"modules": shown})


@endpoint(
    "GET", f"{CRM}/settings/modules/{{module}}", scope="settings.modules.READ", doc="One module, by api_name or id"
)
def module(call: Call) -> Reply:
    """400 INVALID_MODULE for an unknown one."""
    by_id = {module_id(call, each): each.module.api_name for each in call.world.crm.records.values()}
    records = module_of(call, by_id.get(call.params["module"], call.params["module"]))
    place = list(call.world.crm.records).index(records.module.api_name)
    return Reply(200, {"modules": [_show(call, place, records) | {"source": "crm"}]})


@endpoint(
    "GET", f"{CRM}/settings/layouts", scope="settings.layouts.READ", doc="Layouts of a module, with required fields"
)
def layouts(call: Call) -> Reply:
    """Every module has the Standard one."""
    records = module_param(call)
    return Reply(200, {"layouts": [_layout(call, records)]})


@endpoint("GET", f"{CRM}/settings/layouts/{{id}}", scope="settings.layouts.READ", doc="One layout")
def layout(call: Call) -> Reply:
    """204 for an unknown id."""
    shown = _layout(call, module_param(call))
    return Reply(200, {"layouts": [shown]}) if call.params["id"] == shown["id"] else Reply(204)


SECTION_ACTIONS = (
    "add_field", "rename", "change_tab_traversal", "reorder", "delete", "remove_field", "change_column_count",
)  # fmt: skip
LAYOUT_ACTIONS = ("edit", "rename", "clone", "downgrade", "delete", "deactivate", "set_layout_permissions")


def layout_id(call: Call, records: Records) -> str:
    """The id of a module's Standard layout."""
    return crm_id(META - 1_000 + list(call.world.crm.records).index(records.module.api_name))


def module_id(call: Call, records: Records) -> str:
    """The id of a module."""
    return crm_id(META - 2_000 + list(call.world.crm.records).index(records.module.api_name))


def profile_ids(call: Call) -> dict[str, str]:
    """The profiles by name."""
    head = call.world.crm.me.id[:-3]
    return {"Administrator": f"{head}901", "Standard": f"{head}902"}


def _profiles(call: Call) -> list[dict[str, str]]:
    return [{"name": name, "id": profile_id} for name, profile_id in profile_ids(call).items()]


def _show(call: Call, place: int, records: Records) -> dict[str, Any]:
    module, denied = records.module, call.world.crm.denied.get(records.module.api_name, set())
    rows, parent = module.kind == "subform", call.world.crm.records.get(module.parent)
    above = {"api_name": module.parent, "id": module_id(call, parent)} if parent else None
    return {
        "id": crm_id(META - 2_000 + place), "api_name": module.api_name, "module_name": module.plural,
        "singular_label": module.singular, "plural_label": module.plural, "actual_singular_label": module.singular,
        "actual_plural_label": module.plural, "generated_type": module.kind, "status": "visible", "visibility": 1,
        "api_supported": True, "creatable": not rows and "create" not in denied, "viewable": "view" not in denied,
        "editable": not rows and "edit" not in denied, "deletable": not rows and "delete" not in denied,
        "convertable": module.api_name in CONVERTS, "parent_module": above or {},
        "profiles": _profiles(call), "modified_time": None, "modified_by": None, "sequence_number": place + 1,
        "show_as_tab": True, "quick_create": True, "global_search_supported": True, "recycle_bin_on_delete": True,
        "lookupable": True, "access_type": "org_based", "description": None,
        "profile_count": 2, "has_more_profiles": False, "public_fields_configured": False, "sub_menu_available": False,
    }  # fmt: skip


def _layout(call: Call, records: Records) -> dict[str, Any]:
    fields = [
        {
            "id": each.id,
            "api_name": each.api_name,
            "required": needed(call, records, each),
            "sequence_number": place + 1,
        }
        for place, each in enumerate(records.fields.values())
        if each.api_name != call.world.switches.text("crm.other_layout")
    ]
    view = {"id": layout_id(call, records), "name": "Standard", "type": "layout"}
    profiles = [
        each | {"default": each["name"] == "Standard", "_default_view": view, "_default_assignment_view": view}
        for each in _profiles(call)
    ]
    section = {
        "id": crm_id(META - 3_000), "name": f"{records.module.singular} Information", "sequence_number": 1,
        "mode": "view",
        "display_label": f"{records.module.singular} Information", "isSubformSection": False, "fields": fields,
        "api_name": f"{records.module.api_name}_Information", "column_count": 2, "generated_type": "default",
        "tab_traversal": "left_to_right", "actions_allowed": dict.fromkeys(SECTION_ACTIONS, True),
    }  # fmt: skip
    return {
        "id": layout_id(call, records), "name": "Standard", "api_name": "Standard__s", "display_label": "Standard",
        "status": "active", "visible": True, "source": "crm", "profiles": profiles, "sections": [section],
        "has_more_profiles": False, "created_for": None, "generated_type": "system", "show_business_card": False,
        "actions_allowed": dict.fromkeys(LAYOUT_ACTIONS, True),
        "convert_mapping": None, "created_time": crm_time(start_of(call.world.seed) - 5 * 365 * 86_400),
        "created_by": None,
        "modified_time": None, "modified_by": None,
    }  # fmt: skip
