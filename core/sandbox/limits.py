"""Zoho's limits, by plan and edition, on the virtual clock (zoho-crm-api §8, zoho-books-api §2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from core.sandbox.clock import Clock
from core.sandbox.http import Call, Endpoint, Refusal, Reply
from core.sandbox.switches import Switches

DAY = 86_400
HOUR = 3_600
MINUTE = 60
BOOKS_PER_MINUTE = 100
SUB_CONCURRENCY = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What one subscription allows: CRM credits a rolling day and calls in flight, Books calls a day and in flight."""

    crm_edition: str
    crm_credits: int
    crm_in_flight: int
    books_plan: str
    books_per_day: int
    books_in_flight: int


PLANS = {
    "free": Plan("free", 5_000, 5, "FREE", 1_000, 5),
    "standard": Plan("standard", 50_750, 10, "STANDARD", 2_000, 10),
    "professional": Plan("professional", 51_500, 15, "PROFESSIONAL", 5_000, 10),
    "enterprise": Plan("enterprise", 53_000, 20, "PREMIUM", 10_000, 10),
    "ultimate": Plan("ultimate", 56_000, 25, "ULTIMATE", 10_000, 10),
}
"""With three users: 50,000 credits and 250, 500, 1,000 or 2,000 for each."""
MODES = ("off", *PLANS)


def plan_of(mode: str) -> Plan:
    """The subscription of a mode; without limits the organisation is an Enterprise one."""
    return PLANS["enterprise" if mode == "off" else mode]


def for_budget(mode: str) -> dict[str, Any]:
    """What a client's budget needs to know: `limits` in the line that the sandbox prints."""
    if mode == "off":
        return {"mode": "off"}
    plan = plan_of(mode)
    return {
        "mode": mode,
        "books": {"per_minute": BOOKS_PER_MINUTE, "per_day": plan.books_per_day, "in_flight": plan.books_in_flight},
        "crm": {"credits": plan.crm_credits, "in_flight": plan.crm_in_flight, "sub_in_flight": SUB_CONCURRENCY},
    }


def crm_throttle(why: str) -> Reply:
    """429 as CRM says it; the text is INVENTED, the code is not. There is no Retry-After."""
    body = {"code": "TOO_MANY_REQUESTS", "details": {}, "message": f"Too many requests: {why}", "status": "error"}
    return Reply(429, body)


BOOKS_MESSAGES = {
    43: "For security reasons you have been blocked for some time as you have exceeded the maximum number of requests "
    "per minute.",
    44: "For security reasons this organization has been blocked for some time as you have exceeded the maximum number "
    "of requests per minute.",
    45: "The API call for this organization has exceeded the maximum call rate limit of {limit}.",
    1070: "You have reached the maximum number of in process requests allowed. Kindly try again after some time.",
}


def books_throttle(code: int, limit: int = 0) -> Reply:
    """429 as Books says it; code 43 tells to wait an hour."""
    headers = {"Retry-After": str(HOUR)} if code == 43 else {}
    return Reply(429, {"code": code, "message": BOOKS_MESSAGES[code].format(limit=limit)}, headers)


class Limits:
    """Counts what came in and refuses what is too much. In mode `off` it refuses nothing."""

    def __init__(self, mode: str, clock: Clock, switches: Switches) -> None:
        self.mode, self._clock, self._switches = mode, clock, switches
        self.plan = plan_of(mode)
        self.credits: deque[tuple[float, int]] = deque()
        self.spent = 0
        self.minute: deque[float] = deque()
        self.day = (0, 0)
        self.blocked_until = 0.0
        self._flying = {"crm": 0, "sub": 0, "books": 0}

    @contextmanager
    def admit(self, call: Call, endpoint: Endpoint) -> Iterator[None]:
        """Hold a place while a call is answered; Refusal with the side's own 429 when there is none."""
        if self.mode == "off" or endpoint.side not in ("crm", "books"):
            yield
            return
        places = self._enter_books() if endpoint.side == "books" else self._enter_crm(call, endpoint)
        for place in places:
            self._flying[place] += 1
        try:
            yield
        finally:
            for place in places:
                self._flying[place] -= 1

    def in_flight(self, side: str) -> int:
        """How many calls of a side (`crm`, `books`) are being answered at this moment."""
        return self._flying[side]

    def headers(self, endpoint: Endpoint) -> dict[str, str]:
        """What a reply tells of the rest of the allowance."""
        if self.mode == "off":
            return {}
        if endpoint.side == "crm" and self.spent * 2 >= self.plan.crm_credits:
            return {"X-API-CREDITS-REMAINING": str(max(self.plan.crm_credits - self.spent, 0))}
        if endpoint.side == "books" and endpoint.org and self._switches.on("books.rate_headers"):
            limit, now = self.plan.books_per_day, self._clock.seconds()
            used = self.day[1] if self.day[0] == now // DAY else 0
            return {
                "X-Rate-Limit-Limit": str(limit),
                "X-Rate-Limit-Remaining": str(max(limit - used, 0)),
                "X-Rate-Limit-Reset": str(DAY - now % DAY),
            }
        return {}

    def _enter_crm(self, call: Call, endpoint: Endpoint) -> tuple[str, ...]:
        now = self._clock.now()
        while self.credits and self.credits[0][0] <= now - DAY:
            self.spent -= self.credits.popleft()[1]
        cost = endpoint.credits(call)
        if self.spent + cost > self.plan.crm_credits:
            raise Refusal(crm_throttle("the API credits of the day are used up"))
        places = ("crm", "sub") if endpoint.sub(call) else ("crm",)
        if self._flying["crm"] >= self.plan.crm_in_flight:
            raise Refusal(crm_throttle("the concurrency limit is reached"))
        if "sub" in places and self._flying["sub"] >= SUB_CONCURRENCY:
            raise Refusal(crm_throttle("the sub-concurrency limit is reached"))
        self.credits.append((now, cost))
        self.spent += cost
        return places

    def _enter_books(self) -> tuple[str, ...]:
        now = self._clock.now()
        self.minute.append(now)
        while self.minute[0] <= now - MINUTE:
            self.minute.popleft()
        if len(self.minute) > self._switches.number("books.burst_calls"):
            self.blocked_until = now + HOUR
        if now < self.blocked_until:
            raise Refusal(books_throttle(43))
        if len(self.minute) > BOOKS_PER_MINUTE:
            code = self._switches.number("books.minute_code")
            if code == 43:
                self.blocked_until = now + HOUR
            raise Refusal(books_throttle(code))
        today = int(now) // DAY
        used = self.day[1] + 1 if self.day[0] == today else 1
        if used > self.plan.books_per_day:
            raise Refusal(books_throttle(45, self.plan.books_per_day))
        if self._flying["books"] >= self.plan.books_in_flight:
            raise Refusal(books_throttle(1070))
        self.day = (today, used)
        return ("books",)
