"""What carrying out a plan is expected to cost in API calls (design.md §9: K changes cost about 2⌈K/100⌉ and 2K)."""

from core.model.names import SideName
from core.model.plan import Plan
from core.plan.cost import cost


def forecast(plan: Plan) -> dict[SideName, int]:
    """Return the calls per side that executing ``plan`` takes, when nothing has to be sent twice."""
    return cost(plan)
