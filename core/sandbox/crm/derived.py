"""What CRM computes from what was written, and what it checks across fields. By module; to add one, add a line."""

from __future__ import annotations

from collections.abc import Callable

from core.sandbox.crm.check import Attempt, Checked
from core.sandbox.crm.errors import error
from core.sandbox.crm.inventory import DEFAULTS, DOCUMENTS
from core.sandbox.crm.stages import BY_NAME, STANDARD, pipeline
from core.sandbox.crm.state import Records
from core.sandbox.crm.subforms import read_taxes, store_rows, total_document
from core.sandbox.http import Call
from core.sandbox.sources import Row

Cross = Callable[[Attempt, Checked], None]
Derive = Callable[[Call, Records, Row | None, Row], None]


def cross_check(attempt: Attempt, checked: Checked) -> None:
    """Add to the errors of a record what only shows when its fields are seen together."""
    check = CROSS.get(attempt.records.module.api_name)
    if check is not None:
        check(attempt, checked)


def derive(call: Call, records: Records, old: Row | None, new: Row) -> Row:
    """The record as it will be stored, with what CRM fills in itself. It must have its id already."""
    number = records.module.number_field
    if number and old is None:
        new[number] = call.world.crm.ids.take()
    fill = DERIVED.get(records.module.api_name)
    if fill is not None:
        fill(call, records, old, new)
    return new


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


def _document_taxes(attempt: Attempt, checked: Checked) -> None:
    """`$line_tax` is no field of the metadata, but is written (zoho-crm-inventory-modules §3.4)."""
    if attempt.given.get("$line_tax") is not None:
        path = attempt.where("$line_tax")["json_path"]
        checked.values["$line_tax"], errors = read_taxes(attempt.call, attempt.given["$line_tax"], path)
        checked.errors += errors


def _document(call: Call, records: Records, old: Row | None, new: Row) -> None:
    """Defaults of a new document; rows into their module; totals."""
    if old is None:
        for name, value in DEFAULTS.items():
            if name in records.fields:
                new.setdefault(name, value)
    new.setdefault("Currency", "JPY")
    store_rows(call, records, new, old)
    total_document(call, records, new)


def _deal(call: Call, records: Records, old: Row | None, new: Row) -> None:
    """Probability follows the stage unless it was given with it; Expected_Revenue follows both."""
    moved = old is None or old.get("Stage") != new.get("Stage")
    given = "Probability" in new and (old is None or old.get("Probability") != new["Probability"])
    if moved and not given and new.get("Stage") in BY_NAME:
        new["Probability"] = BY_NAME[new["Stage"]].probability
    new.setdefault("Pipeline", STANDARD)
    new.pop("Expected_Revenue", None)
    if new.get("Amount") is not None:
        new["Expected_Revenue"] = new["Amount"] * new.get("Probability", 0) / 100


CROSS: dict[str, Cross] = {"Deals": _deal_stage, **dict.fromkeys(DOCUMENTS, _document_taxes)}
DERIVED: dict[str, Derive] = {"Deals": _deal, **dict.fromkeys(DOCUMENTS, _document)}
