"""The budget of one side: no call leaves without a place in it (I19: never over, a told wait never undercut)."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from core.model.names import SideName
from core.model.problems import Problem
from core.zoho.errors import NAMES
from core.zoho.ledger import Book, Ledger
from core.zoho.limits import Limits
from core.zoho.waiting import Waiter, instant_of, seconds_of

LONGEST_WAIT = 120.0
"""Seconds of a block that are waited out; a longer one stops the run, which is started again when it is over."""
RECOVER = 50
"""Good answers after which one more call may be in flight again."""


class Reading(Struct, frozen=True, kw_only=True):
    """What is left of a side's day; the twin of ``core.service.Budget``. ``day_limit`` None: not limited."""

    side: SideName
    used_today: int = 0
    day_limit: int | None = None
    resets_at: str = ""
    in_flight: int = 0


class Budget:
    """Lets calls go, one side's organisation, and counts them."""

    def __init__(
        self, side: SideName, limits: Limits, waiter: Waiter, *, organisation: str = "", file: Path | None = None
    ) -> None:
        self.side, self.limits, self._waiter = side, limits, waiter
        self._book = Book(f"{side}:{organisation}", file if limits.counted else None)
        self._holder = uuid.uuid4().hex
        self._start = seconds_of(waiter.clock.now()) - waiter.clock.monotonic()
        self._places = asyncio.Condition()
        self._flying = self._sub_flying = 0
        self._cap, self._good = limits.in_flight, 0
        self.calls = 0

    @asynccontextmanager
    async def place(self, cost: int = 1, *, sub: bool = False) -> AsyncIterator[None]:
        """Hold a place in flight and in the minute while a call is out. Waits for one.

        Raises ``Problem('daily_quota')`` when the day is used up, ``Problem('blocked')`` while a long block holds.
        """
        async with self._places:
            await self._places.wait_for(lambda: self._flying < self._cap and not (sub and self._sub_full()))
            self._flying += 1
            self._sub_flying += sub
        try:
            await self._pay(cost)
            self.calls += 1
            yield
        finally:
            self._flying -= 1
            self._sub_flying -= sub
            if self.limits.counted:
                self._book.change(lambda ledger: self._note_flying(ledger, self.now()))
            async with self._places:
                self._places.notify_all()

    def now(self) -> float:
        """Return the present in epoch seconds, which never goes back while this process lives."""
        return self._start + self._waiter.clock.monotonic()

    def reading(self) -> Reading:
        """Return what is left, for the screen."""
        now = self.now()

        def read(ledger: Ledger) -> Reading:
            ledger.settle(now, self.limits)
            limit = ledger.day_limit(self.limits)
            resets = instant_of(ledger.day_ends(now, self.limits)) if limit is not None else ""
            return Reading(
                side=self.side, used_today=ledger.used(), day_limit=limit, resets_at=resets, in_flight=self._flying
            )

        return self._book.change(read)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take from a reply what it says of the day (zoho-crm-api §8, zoho-books-api §2); nothing depends on it."""
        if not self.limits.counted:
            return
        crm = self.side == "crm"
        left = _whole(headers.get("x-api-credits-remaining" if crm else "x-rate-limit-remaining"))
        if left is None:
            return
        limit = None if crm else _whole(headers.get("x-rate-limit-limit"))
        resets = None if crm else _whole(headers.get("x-rate-limit-reset"))
        now = self.now()
        self._book.change(lambda ledger: ledger.learn(now, left, limit, resets, self.limits))

    def went_well(self) -> None:
        """Note a good answer: a cap that a refusal lowered rises again."""
        self._good += 1
        if self._cap < self.limits.in_flight and self._good >= RECOVER:
            self._cap, self._good = self._cap + 1, 0

    def too_many(self) -> None:
        """Note that too many calls were in flight: halve them."""
        self._cap, self._good = max(1, self._cap // 2), 0

    def block(self, seconds: float) -> None:
        """Let nothing go for so long, in every process that shares this budget."""
        until = self.now() + seconds

        def note(ledger: Ledger) -> None:
            ledger.blocked_until = max(ledger.blocked_until, until)

        self._book.change(note)

    def use_up(self) -> Problem:
        """Note that the server says the day is used up; return the problem to raise."""
        now = self.now()

        def note(ledger: Ledger) -> float:
            ledger.settle(now, self.limits)
            ledger.learn(now, 0, None, None, self.limits)
            return ledger.day_ends(now, self.limits)

        return Problem("daily_quota", side=NAMES[self.side], resets=instant_of(self._book.change(note)))

    async def _pay(self, cost: int) -> None:
        while True:
            now = self.now()
            code, seconds = self._book.change(lambda ledger, now=now: self._try(ledger, now, cost))  # type: ignore[misc]
            if not code:
                return
            if code == "quota":
                raise Problem("daily_quota", side=NAMES[self.side], resets=instant_of(now + seconds))
            if code == "blocked" and seconds > LONGEST_WAIT:
                raise Problem("blocked", side=NAMES[self.side], seconds=str(int(seconds)))
            await self._waiter.wait("rate_limit", seconds)

    def _try(self, ledger: Ledger, now: float, cost: int) -> tuple[str, float]:
        """Charge a call, or say what it has to wait for and how long."""
        ledger.settle(now, self.limits)
        if ledger.blocked_until > now:
            return "blocked", ledger.blocked_until - now
        if not self.limits.counted:
            ledger.charge(now, cost, self.limits)
            return "", 0.0
        limit = ledger.day_limit(self.limits)
        if limit is not None and ledger.used() + cost > limit - self.limits.reserve:
            return "quota", ledger.day_ends(now, self.limits) - now
        others = sum(much for holder, (much, _) in ledger.flying.items() if holder != self._holder)
        if others + self._flying > self.limits.in_flight and others:
            return "busy", 0.2
        wait = ledger.minute_free(now, self.limits)
        if wait:
            return "minute", wait
        ledger.charge(now, cost, self.limits)
        self._note_flying(ledger, now)
        return "", 0.0

    def _note_flying(self, ledger: Ledger, now: float) -> None:
        ledger.flying[self._holder] = (self._flying, now)
        if not self._flying:
            del ledger.flying[self._holder]

    def _sub_full(self) -> bool:
        return self._sub_flying >= self.limits.sub_in_flight


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().isdecimal() and len(text) < 12 else None
