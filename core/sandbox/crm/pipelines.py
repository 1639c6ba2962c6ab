"""Pipelines and their stages (zoho-crm-api §4.5). Probabilities stand in the fields' metadata, not here."""

from __future__ import annotations

from typing import Any

from core.sandbox.crm.common import check_id, check_version
from core.sandbox.crm.errors import CrmRefusal
from core.sandbox.crm.modules import layout_id
from core.sandbox.crm.org import CRM
from core.sandbox.crm.stages import BY_NAME, PIPELINES, STAGES, Pipeline
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.world.ids import META, crm_id

PIPELINE_IDS, STAGE_IDS, CATEGORY_IDS = META - 4_000, META - 4_100, META - 4_200
CATEGORIES = ("Pipeline", "Closed", "Omitted", "Best Case", "Committed")


@endpoint("GET", f"{CRM}/settings/pipeline", scope="settings.pipeline.READ", doc="Pipelines of a layout (layout_id)")
def pipelines(call: Call) -> Reply:
    """400 without a layout or for one that is not the Deals module's."""
    _check_layout(call)
    return Reply(200, {"pipeline": [_show(place, each) for place, each in enumerate(PIPELINES)]})


@endpoint("GET", f"{CRM}/settings/pipeline/{{id}}", scope="settings.pipeline.READ", doc="One pipeline of a layout")
def one(call: Call) -> Reply:
    """204 for an unknown id."""
    _check_layout(call)
    wanted = check_id(call.params["id"], 2)
    found = [_show(place, each) for place, each in enumerate(PIPELINES) if crm_id(PIPELINE_IDS + place) == wanted]
    return Reply(200, {"pipeline": found}) if found else Reply(204)


def forecast_category(name: str) -> dict[str, str]:
    """A category with its id."""
    return {"name": name, "id": crm_id(CATEGORY_IDS + CATEGORIES.index(name))}


def _check_layout(call: Call) -> None:
    check_version(call)
    if "layout_id" not in call.query:
        raise CrmRefusal(400, "REQUIRED_PARAM_MISSING", param_name="layout_id")
    if call.query["layout_id"] != layout_id(call, call.world.crm.records["Deals"]):
        raise CrmRefusal(400, "INVALID_DATA", "Invalid layoutid", param_name="layout_id")


def _show(place: int, each: Pipeline) -> dict[str, Any]:
    order = [stage.shown for stage in STAGES]
    maps = [
        {
            "id": crm_id(STAGE_IDS + order.index(name)), "display_value": name, "actual_value": BY_NAME[name].actual,
            "sequence_number": at + 1, "forecast_type": BY_NAME[name].forecast_type,
            "forecast_category": forecast_category(BY_NAME[name].category), "colour_code": BY_NAME[name].colour,
        }
        for at, name in enumerate(each.stages)
    ]  # fmt: skip
    return {
        "id": crm_id(PIPELINE_IDS + place), "display_value": each.name, "actual_value": each.name,
        "default": each.default, "maps": maps,
    }  # fmt: skip
