"""How many calls a side allows, by plan and edition (zoho-crm-api §8, zoho-books-api §2).

``kakehashi sandbox`` prints a table of the same shape: ``{"mode", "books": {per_minute, per_day, in_flight}, "crm":
{credits, in_flight, sub_in_flight}}``; an administrator may add ``reserve`` to a side, the calls left to others.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from core.model.names import SideName

BOOKS_PER_DAY = {"free": 1_000, "standard": 2_000, "professional": 5_000, "premium": 10_000, "elite": 10_000,
                 "ultimate": 10_000}  # fmt: skip
CRM_BY_EDITION = {
    "free": (5_000, 5), "standard": (50_000, 10), "starter": (50_000, 10), "professional": (50_000, 15),
    "enterprise": (50_000, 20), "zohooneenterprise": (50_000, 20), "zohoonestandard": (50_000, 20),
    "ultimate": (50_000, 25), "crmplus": (50_000, 25), "crmplusstarter": (50_000, 25),
}  # fmt: skip
"""Credits without those that each user adds (nobody tells how many there are), and calls in flight."""
CAREFUL_PER_MINUTE, CAREFUL_IN_FLIGHT, SUB_IN_FLIGHT = 60, 5, 10
"""Books lets 100 a minute pass, but has blocked an organisation for an hour at 54 (§2): stay well below."""


class Limits(Struct, frozen=True, kw_only=True):
    """One side's limits. None: not limited so. ``rolling``: the day is the last 24 hours, not a calendar day."""

    in_flight: int
    per_minute: int | None = None
    per_day: int | None = None
    sub_in_flight: int = SUB_IN_FLIGHT
    reserve: int = 0
    rolling: bool = False

    @property
    def counted(self) -> bool:
        """Whether calls have to be counted at all."""
        return self.per_minute is not None or self.per_day is not None


def limits_of(side: SideName, given: Mapping[str, Any], edition: str) -> Limits:
    """Return a side's limits: as ``given`` where it says so, else by plan or edition. Mode ``off``: none."""
    if given.get("mode") == "off":
        return Limits(in_flight=10)
    own = given.get(side)
    told = own if isinstance(own, Mapping) else {}
    known = _books(edition) if side == "books" else _crm(edition)
    return Limits(
        in_flight=max(_number(told, "in_flight", known.in_flight) or 1, 1),
        per_minute=_number(told, "per_minute", known.per_minute),
        per_day=_number(told, "per_day" if side == "books" else "credits", known.per_day),
        sub_in_flight=max(_number(told, "sub_in_flight", SUB_IN_FLIGHT) or 1, 1),
        reserve=_number(told, "reserve", 0) or 0,
        rolling=side == "crm",
    )


def _books(plan: str) -> Limits:
    per_day = BOOKS_PER_DAY.get(plan.strip().lower(), BOOKS_PER_DAY["free"])
    return Limits(in_flight=CAREFUL_IN_FLIGHT, per_minute=CAREFUL_PER_MINUTE, per_day=per_day)


def _crm(edition: str) -> Limits:
    credits, in_flight = CRM_BY_EDITION.get(edition.strip().lower(), CRM_BY_EDITION["free"])
    return Limits(in_flight=in_flight, per_day=credits, rolling=True)


def _number(told: Mapping[str, Any], key: str, default: int | None) -> int | None:
    value = told.get(key, default)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default
