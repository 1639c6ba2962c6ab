"""The stages that deals went through (zoho-crm-api §5.11, UNCONFIRMED throughout)."""

from __future__ import annotations

from typing import Any

from core.sandbox.sources import Row
from core.sandbox.table import Table
from core.sandbox.world.deals import base_history

Entry = dict[str, Any]
KEPT = ("Stage", "Amount", "Probability", "Expected_Revenue", "Closing_Date")


class StageHistory:
    """Watches the deals: an entry when one is made and whenever its stage moves. Times are epoch seconds."""

    def __init__(self, deals: Table) -> None:
        self._deals = deals
        self.written: dict[str, list[Entry]] = {}
        deals.watchers.append(self._follow)

    def entries(self, deal_id: str) -> list[Entry]:
        """Oldest first. A deal that nobody wrote to has what its world made up."""
        if deal_id in self.written:
            return self.written[deal_id]
        row = self._deals.get(deal_id)
        return [] if row is None else self._base(row)

    def _base(self, row: Row) -> list[Entry]:
        return base_history(row) if self._deals.source.index_of(row["id"]) is not None else []

    def _follow(self, deal_id: str, old: Row | None, new: Row | None) -> None:
        if new is None:
            return
        if deal_id not in self.written:
            self.written[deal_id] = [] if old is None else self._base(old)
        trail = self.written[deal_id]
        if old is None or old.get("Stage") != new.get("Stage") or not trail:
            entry = {name: new.get(name) for name in KEPT}
            trail.append(entry | {"Modified_Time": new["Modified_Time"], "Modified_By": new["Modified_By"]})
