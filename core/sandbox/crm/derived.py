"""What CRM computes from what was written, and what it checks across fields. By module; to add one, add a line."""

from __future__ import annotations

from collections.abc import Callable

from core.sandbox.crm.check import Attempt, Checked
from core.sandbox.crm.errors import error
from core.sandbox.crm.stages import BY_NAME, STANDARD, pipeline
from core.sandbox.table import Row

Cross = Callable[[Attempt, Checked], None]
Derive = Callable[[Row | None, Row], Row]


def cross_check(attempt: Attempt, checked: Checked) -> None:
    """Add to the errors of a record what only shows when its fields are seen together."""
    check = CROSS.get(attempt.records.module.api_name)
    if check is not None:
        check(attempt, checked)


def derive(module: str, old: Row | None, new: Row) -> Row:
    """The record as it will be stored, with what CRM fills in itself."""
    fill = DERIVED.get(module)
    return new if fill is None else fill(old, new)


def _deal_stage(attempt: Attempt, checked: Checked) -> None:
    """The stage belongs to the pipeline (zoho-crm-api §4.5)."""
    merged = (attempt.old or {}) | checked.values
    line, stage = pipeline(merged.get("Pipeline")), merged.get("Stage")
    if "Stage" not in checked.values and "Pipeline" not in checked.values:
        return
    if line is None:
        where = attempt.where("Pipeline") | {"mapped_field": {"api_name": "Layout"}}
        checked.errors.append(error("MAPPING_MISMATCH", where, "Layout doesn't contain the Pipeline"))
    elif stage in BY_NAME and stage not in line.stages:
        where = attempt.where("Stage") | {"mapped_field": {"api_name": "Pipeline"}}
        checked.errors.append(error("MAPPING_MISMATCH", where, "Pipeline doesn't contain the Stage"))
    probability = checked.values.get("Probability")
    if probability is not None and not 0 <= probability <= 100:
        checked.errors.append(error("INVALID_DATA", attempt.where("Probability"), "Given Probability is not valid"))


def _deal(old: Row | None, new: Row) -> Row:
    """Probability follows the stage unless it was given with it; Expected_Revenue follows both."""
    moved = old is None or old.get("Stage") != new.get("Stage")
    given = "Probability" in new and (old is None or old.get("Probability") != new["Probability"])
    if moved and not given and new.get("Stage") in BY_NAME:
        new["Probability"] = BY_NAME[new["Stage"]].probability
    new.setdefault("Pipeline", STANDARD)
    new.pop("Expected_Revenue", None)
    if new.get("Amount") is not None:
        new["Expected_Revenue"] = new["Amount"] * new.get("Probability", 0) / 100
    return new


CROSS: dict[str, Cross] = {"Deals": _deal_stage}
DERIVED: dict[str, Derive] = {"Deals": _deal}
