"""What carrying out a plan is expected to cost in API calls (design.md §9: K changes cost about 2⌈K/100⌉ and 2K)."""

from math import ceil

from core.model.names import SideName
from core.model.plan import Plan

CRM_BATCH = 100
"""Records in one CRM write; each batch is read back by ids (design.md §3, step 4)."""


def forecast(plan: Plan) -> dict[SideName, int]:
    """Return the calls per side that executing ``plan`` takes, when nothing has to be sent twice.

    Books takes one call a create and two an update: there is no compare-and-set, so a record is read just before its
    PUT. An update of CRM reads the Books record's details once, because list rows lack them (zoho-books-api §4.3).
    """
    creates: dict[SideName, int] = {"crm": 0, "books": 0}
    updates: dict[SideName, int] = {"crm": 0, "books": 0}
    for action in plan.actions:
        if action.target is not None and action.verb in ("create", "update"):
            (creates if action.verb == "create" else updates)[action.target] += 1
    batches = ceil(creates["crm"] / CRM_BATCH) + ceil(updates["crm"] / CRM_BATCH)
    details = creates["crm"] + updates["crm"]
    return {"crm": 2 * batches, "books": creates["books"] + 2 * updates["books"] + details}
