"""The custom views an organisation starts with (zoho-crm-api §4.4). To add one, add a line to `standard_views`."""

from __future__ import annotations

from dataclasses import dataclass

from core.sandbox.crm.catalogue import Module
from core.sandbox.crm.criteria import Criteria, Group, Leaf
from core.sandbox.world.ids import Counter


@dataclass(frozen=True, slots=True)
class View:
    """A view of one module. `system_name` is empty for a view that somebody made."""

    id: str
    name: str
    system_name: str
    criteria: Criteria | None
    default: bool = False
    created_by: str | None = None


def standard_views(module: Module, ids: Counter, admin: str) -> list[View]:
    """Zoho's own four, and what the people of this organisation added."""
    plural = module.plural
    recent = "${LAST 30 DAYS}"
    views = [
        View(ids.take(), f"All {plural}", "ALLVIEWS", None, default=True),
        View(ids.take(), f"My {plural}", "MYVIEWS", Leaf("Owner", "equal", "${CURRENTUSER}")),
        View(
            ids.take(), f"Recently Created {plural}", "RECENTLYCREATED", Leaf("Created_Time", "greater_equal", recent)
        ),
        View(
            ids.take(),
            f"Recently Modified {plural}",
            "RECENTLYMODIFIED",
            Leaf("Modified_Time", "greater_equal", recent),
        ),
    ]
    if module.api_name == "Accounts":
        tokyo = Leaf("Billing_State", "equal", "東京都")
        far = Group(
            "AND", (Leaf("Billing_Country", "not_equal", "日本"), Leaf("Account_Type", "in", ("Customer", "Partner")))
        )
        views.append(View(ids.take(), "東京の取引先", "", tokyo, created_by=admin))
        views.append(View(ids.take(), "Overseas customers and partners", "", far, created_by=admin))
    return views
