"""Records as they were shown before, so that reading the same list again costs little."""

from __future__ import annotations

from typing import Any

MOST = 200_000
"""So many rendered records are kept at most; then all are forgotten."""
VARIANTS = 8


class Shown:
    """JSON of records by what was asked for (the fields, say) and id."""

    def __init__(self) -> None:
        self._kept: dict[Any, dict[str, bytes]] = {}

    def of(self, variant: Any) -> dict[str, bytes]:
        """What is kept of one variant; add to it freely."""
        if sum(map(len, self._kept.values())) > MOST or (variant not in self._kept and len(self._kept) >= VARIANTS):
            self.clear()
        return self._kept.setdefault(variant, {})

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
