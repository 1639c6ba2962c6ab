"""Profiles and their permissions (zoho-crm-api §3)."""

from __future__ import annotations

from typing import Any

from core.sandbox.clock import crm_time, start_of
from core.sandbox.crm.common import check_id, check_version
from core.sandbox.crm.modules import module_id, profile_ids
from core.sandbox.crm.org import CRM
from core.sandbox.crm.render import actor_ref
from core.sandbox.crm.state import OPERATIONS
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.world.ids import META, crm_id

PERMISSIONS = META - 6_000
CUSTOMISE = "Crm_Implied_Customize_Zoho_CRM"


@endpoint("GET", f"{CRM}/settings/profiles", scope="settings.profiles.READ", doc="Profiles")
def profiles(call: Call) -> Reply:
    """Two: the administrator's and the others'."""
    check_version(call)
    return Reply(
        200,
        {
            "profiles": [_show(call, name) for name in profile_ids(call)],
            "info": {
                "license_limit": len(call.world.crm.users),
                "per_page": 200,
                "count": len(profile_ids(call)),
                "page": 1,
                "more_records": False,
            },
        },
    )


@endpoint("GET", f"{CRM}/settings/profiles/{{id}}", scope="settings.profiles.READ", doc="One profile, with permissions")
def profile(call: Call) -> Reply:
    """204 for an unknown id."""
    check_version(call)
    wanted = check_id(call.params["id"], 2)
    for name, profile_id in profile_ids(call).items():
        if profile_id == wanted:
            detail = {"permissions_details": _permissions(call, name), "sections": []}
            return Reply(200, {"profiles": [_show(call, name) | detail]})
    return Reply(204)


def _show(call: Call, name: str) -> dict[str, Any]:
    me, born = actor_ref(call.world.crm.me), crm_time(start_of(call.world.seed) - 5 * 365 * 86_400)
    return {
        "id": profile_ids(call)[name], "name": name, "api_name": name, "display_label": name, "custom": False,
        "type": "normal_profile", "description": None,
        "created_by": me, "created_time": born, "modified_by": me, "modified_time": born,
    }  # fmt: skip


def _permissions(call: Call, name: str) -> list[dict[str, Any]]:
    crm, admin = call.world.crm, name == "Administrator"
    told: list[tuple[str, str | None, bool]] = [(CUSTOMISE, None, admin)]
    for module in crm.records:
        denied = crm.denied.get(module, set()) if admin else set()
        told += [(f"Crm_Implied_{verb.capitalize()}_{module}", module, verb not in denied)
                 for verb in OPERATIONS.values()]  # fmt: skip
    modules = {name: {"api_name": name, "id": module_id(call, held)} for name, held in crm.records.items()}
    return [
        {
            "id": crm_id(PERMISSIONS - place), "name": permission, "display_label": permission.split("_")[2],
            "module": modules.get(module or ""), "enabled": enabled, "customizable": True, "parent_permissions": [],
        }
        for place, (permission, module, enabled) in enumerate(told)
    ]  # fmt: skip
