"""Making a custom module: Enterprise and above, one a call, 500 credits (zoho-crm-api §4.1)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from core.sandbox.crm.catalogue import COMMON, Field, Module
from core.sandbox.crm.common import check_version, rows_of
from core.sandbox.crm.errors import CrmRefusal, Result, error
from core.sandbox.crm.fields import derive_api_name
from core.sandbox.crm.modules import module_id
from core.sandbox.crm.org import CRM
from core.sandbox.crm.state import Records
from core.sandbox.crm.viewsets import standard_views
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Empty

EDITIONS = ("enterprise", "ultimate", "crmplus", "zohooneenterprise")
COST = 500
LABEL = re.compile(r"^[A-Za-z0-9 ]{1,25}$")
API_NAME = re.compile(r"^[A-Za-z](?:_?[A-Za-z0-9])*$")
LONGEST_NAME, CAP = 50, 200
RESERVED = ("users", "org", "settings", "coql", "deleted", "search")


@endpoint("POST", f"{CRM}/settings/modules", scope="settings.modules.CREATE", credits=lambda call: COST,
          doc="Make a custom module (Enterprise and above)")  # fmt: skip
def create(call: Call) -> Reply:
    """201 with its id; 400 NOT_SUPPORTED below Enterprise."""
    check_version(call)
    if call.world.crm.edition not in EDITIONS:
        raise CrmRefusal(400, "NOT_SUPPORTED", "the edition does not support custom modules")
    (wanted,) = rows_of(call, "modules", 1)
    result = _create(call, wanted)
    status = 201 if result["status"] == "success" else 403 if result["code"] == "RESERVED_KEYWORD_NOT_ALLOWED" else 400
    return Reply(status, {"modules": [result]})


def _create(call: Call, wanted: dict[str, Any]) -> Result:
    org = call.world.crm
    problem = _problem(call, wanted)
    if problem is not None:
        return problem
    plural, singular = wanted["plural_label"], wanted["singular_label"]
    api_name = wanted.get("api_name") or derive_api_name(plural, set(org.records))
    display = wanted.get("display_field") or {}
    kind = display.get("data_type", "text")
    name = Field("Name", display.get("field_label") or f"{singular} Name", kind, 120, mandatory=kind == "text",
                 read_only=kind == "autonumber")  # fmt: skip
    number = "Name" if kind == "autonumber" else ""
    module = Module(api_name, singular, plural, "Name", "Name", (name, *COMMON), kind="custom", number_field=number)
    records = Records(module, Empty())
    for each in module.fields:
        records.add_field(replace(each, id=org.meta_ids.take()))
    org.adopt(records)
    org.views[api_name] = standard_views(module, org.meta_ids, org.me.id)
    details = {"id": module_id(call, records)}
    return {"code": "SUCCESS", "details": details, "message": "module created successfully", "status": "success"}


def _problem(call: Call, wanted: dict[str, Any]) -> Result | None:
    org = call.world.crm
    for key in ("plural_label", "singular_label"):
        if not wanted.get(key):
            return error("MANDATORY_NOT_FOUND", _where(key))
        if not isinstance(wanted[key], str) or not LABEL.match(wanted[key]):
            return error("INVALID_DATA", _where(key))
    profiles = wanted.get("profiles")
    if not isinstance(profiles, list) or not profiles:
        return error("MINIMUM_DATA_NOT_FOUND", _where("profiles"))
    api_name = wanted.get("api_name")
    if api_name is not None and (
        not isinstance(api_name, str) or not API_NAME.match(api_name) or len(api_name) > LONGEST_NAME
    ):
        return error("INVALID_DATA", _where("api_name"))
    if str(api_name).lower() in RESERVED or wanted["plural_label"].lower() in RESERVED:
        return error("RESERVED_KEYWORD_NOT_ALLOWED", _where("api_name"))
    labels = {each.module.plural.casefold() for each in org.records.values()}
    if api_name in org.records or wanted["plural_label"].casefold() in labels:
        return error("DUPLICATE_DATA", _where("plural_label"))
    display = wanted.get("display_field")
    if display is not None and (
        not isinstance(display, dict) or display.get("data_type", "text") not in ("text", "autonumber")
    ):
        return error("INVALID_DATA", _where("display_field.data_type"))
    if sum(each.module.kind == "custom" for each in org.records.values()) >= CAP:
        return error("LIMIT_EXCEEDED", {"limit": CAP})
    return None


def _where(key: str) -> dict[str, str]:
    return {"api_name": key.rpartition(".")[2], "json_path": f"$.modules[0].{key}"}
