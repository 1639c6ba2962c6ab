"""What carrying out a plan costs in API calls, when nothing has to be sent twice (design.md §9)."""

from collections import Counter
from math import ceil

from core.model.names import SIDES, ModuleName, SideName
from core.model.plan import Plan
from core.plan.settle import unread

CRM_BATCH = 100
"""Records in one CRM write; each batch is read back by ids (design.md §3, step 4)."""
_READ_TOGETHER: dict[tuple[SideName, ModuleName], int] = {
    ("crm", "customers"): 100, ("crm", "persons"): 100, ("crm", "vendors"): 100, ("crm", "items"): 100,
    ("books", "items"): 100,
}  # fmt: skip
"""Records in one reading call; where nothing stands here, each takes a call (zoho-books-api §4.3, §5)."""
_LOOKED_UP = {"currency_code", "tax_name"}
"""Books fields that are written by an id, which one call finds for all records."""


def cost(plan: Plan) -> dict[SideName, int]:
    """Return the calls per side. What is not known before a record is read in full counts as if it were to be written.

    Books takes a call a create and two an update: it has no compare-and-set, so a record is read just before its PUT.
    CRM takes a call for a hundred, and one to read them back.
    """
    calls: dict[SideName, int] = dict.fromkeys(SIDES, 0)
    for (side, module), count in _reads(plan).items():
        calls[side] += ceil(count / _READ_TOGETHER.get((side, module), 1))
    writes = [each for each in plan.actions if each.verb in ("create", "update") and each.target is not None]
    for action in writes:
        if action.target == "books":
            calls["books"] += 1 if action.verb == "create" else 2
    batches = Counter((each.module, each.verb) for each in writes if each.target == "crm")
    calls["crm"] += sum(2 * ceil(count / CRM_BATCH) for count in batches.values())
    told = {change.field for each in writes if each.target == "books" for change in each.changes if change.new}
    calls["books"] += len(told & _LOOKED_UP)
    return calls


def _reads(plan: Plan) -> Counter[tuple[SideName, ModuleName]]:
    """Count the records that must be read in full first; those of one pair are read once."""
    wanted = {
        (side, action.module, action.crm_id if side == "crm" else action.books_id)
        for action in plan.actions
        for side in unread(action)
        if side == "crm" or action.books_id not in plan.at_hand
    }
    return Counter((side, module) for side, module, _ in wanted)
