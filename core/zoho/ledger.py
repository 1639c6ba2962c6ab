"""What was spent of an organisation's calls: plain data with arithmetic, kept in memory or in one shared file.

Times are epoch seconds. The file holds a ledger for each organisation, under one lock, so that every profile and
process that touches an organisation draws on the same account.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct, field

from core.zoho.limits import Limits

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
SLACK = 1.0
"""Seconds by which our minute is longer than theirs: calls do not arrive as evenly as they leave."""
BUCKET = 600.0
LEASE = 180.0
"""Seconds after which a place in flight of a process that vanished is free again."""
LOCK_WAIT = 5.0

T = TypeVar("T")


class Ledger(Struct):
    """One organisation's account."""

    minute: list[float] = field(default_factory=list)
    """When the calls of the last minute were let go."""
    spent: list[tuple[float, int]] = field(default_factory=list)
    """(when, calls or credits), in buckets of ten minutes."""
    blocked_until: float = 0.0
    learned_limit: int | None = None
    learned_at: float = -DAY
    learned_left: int | None = None
    """What a reply said was left, at ``learned_at``; calls counted since then are taken off it."""
    since_learned: int = 0
    resets_at: float = 0.0
    flying: dict[str, tuple[int, float]] = field(default_factory=dict)
    """holder → (calls in flight, when that was said)."""

    def settle(self, now: float, limits: Limits) -> None:
        """Forget what no longer counts."""
        self.minute = [each for each in self.minute if each > now - MINUTE - SLACK]
        if limits.rolling:
            self.spent = [(when, much) for when, much in self.spent if when > now - DAY - BUCKET]
        else:
            self.spent = [(when, much) for when, much in self.spent if when // DAY == now // DAY]
        stale = self.learned_at + (HOUR if limits.rolling else DAY)
        if self.learned_left is not None and now >= (self.resets_at or stale):
            self.learned_left, self.since_learned, self.resets_at = None, 0, 0.0
            if not limits.rolling:
                self.spent = []
        self.flying = {holder: (much, when) for holder, (much, when) in self.flying.items() if when > now - LEASE}

    def used(self) -> int:
        """Return the calls or credits of the day, as far as known."""
        counted = sum(much for _, much in self.spent)
        if self.learned_left is None or self.learned_limit is None:
            return counted
        return max(self.learned_limit - self.learned_left + self.since_learned, 0)

    def day_limit(self, limits: Limits) -> int | None:
        """Return what the day allows."""
        return self.learned_limit if self.learned_limit is not None else limits.per_day

    def day_ends(self, now: float, limits: Limits) -> float:
        """Return when calls come back: as told, else the next day; rolling: when the oldest bucket falls out."""
        if self.resets_at > now:
            return self.resets_at
        if limits.rolling:
            return (self.spent[0][0] if self.spent else now) + DAY + BUCKET
        return (now // DAY + 1) * DAY

    def minute_free(self, now: float, limits: Limits) -> float:
        """Return the seconds until one more call fits into the minute; 0 when it does now."""
        most = limits.per_minute
        if most is None or len(self.minute) < most:
            return 0.0
        return max(self.minute[len(self.minute) - most] + MINUTE + SLACK - now, 0.001)

    def charge(self, now: float, cost: int, limits: Limits) -> None:
        """Count one call that is let go now."""
        if limits.per_minute is not None:
            self.minute.append(now)
        if self.spent and now - self.spent[-1][0] < BUCKET and self.spent[-1][0] // DAY == now // DAY:
            when, much = self.spent[-1]
            self.spent[-1] = (when, much + cost)
        else:
            self.spent.append((now, cost))
        if self.learned_left is not None:
            self.since_learned += cost

    def learn(self, now: float, left: int, limit: int | None, resets_in: float | None, limits: Limits) -> None:
        """Believe what a reply says is left of the day: others draw on it as well."""
        if limit is not None:
            self.learned_limit = limit
        elif self.learned_limit is None:
            self.learned_limit = limits.per_day
        self.learned_left, self.learned_at, self.since_learned = left, now, 0
        if resets_in is not None:
            self.resets_at = now + resets_in


class Book:
    """Where a ledger is: in memory alone, or in a file that others share (``key`` names the organisation in it)."""

    def __init__(self, key: str, path: Path | None = None) -> None:
        self._key, self._path = key, path
        self._own = Ledger()
        self._lock = FileLock(f"{path}.lock", timeout=LOCK_WAIT, mode=0o600) if path is not None else None

    def change(self, act: Callable[[Ledger], T]) -> T:
        """Apply ``act`` to the ledger. Where the file cannot be used, the one in memory holds: never none at all."""
        if self._lock is None or self._path is None:
            return act(self._own)
        try:
            with self._lock:
                return self._changed(self._path, act)
        except (OSError, Timeout):
            return act(self._own)

    def _changed(self, path: Path, act: Callable[[Ledger], T]) -> T:
        try:
            known = msgspec.json.decode(path.read_bytes(), type=dict[str, Ledger])
        except (FileNotFoundError, msgspec.DecodeError, UnicodeError):
            known = {}
        ledger = self._own = known.setdefault(self._key, Ledger())
        result = act(ledger)
        aside = path.with_name(path.name + ".new")
        aside.write_bytes(msgspec.json.encode(known))
        aside.chmod(0o600)
        aside.replace(path)
        return result
