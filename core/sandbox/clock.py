"""The sandbox's own time. Nothing in it reads the machine's clock unless the clock is told to run with it."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

Mode = Literal["ticks", "real", "frozen"]
FIRST = datetime(2026, 10, 1, tzinfo=UTC)
TICK = 0.1
"""Seconds that one request takes on the clock in mode `ticks`: ten requests share a second, as on a real server."""


def start_of(seed: int) -> float:
    """The instant a world begins, epoch seconds: fixed by its seed alone."""
    return (FIRST + timedelta(days=seed % 28, hours=seed % 9)).timestamp()


class Clock:
    """Virtual time in epoch seconds.

    `ticks`: moves by `TICK` with each request, so that the same requests give the same bytes. `real`: runs with the
    machine's clock instead, so that rate limits pass while one waits. `frozen`: moves only when told.
    """

    def __init__(self, seed: int, mode: Mode = "ticks") -> None:
        self.mode: Mode = mode
        self._at = start_of(seed)
        self._since = time.monotonic()

    def now(self) -> float:
        """The present, epoch seconds."""
        if self.mode == "real":
            return self._at + time.monotonic() - self._since
        return self._at

    def seconds(self) -> int:
        """The present in whole seconds, the precision of both APIs."""
        return int(self.now())

    def tick(self) -> None:
        """One request has come in."""
        if self.mode == "ticks":
            self._at += TICK

    def advance(self, seconds: float) -> None:
        """Move on (or back, for clock skew)."""
        self.set(self.now() + seconds)

    def set(self, moment: float) -> None:
        """Be at an instant."""
        self._at, self._since = moment, time.monotonic()

    def change_mode(self, mode: Mode) -> None:
        """Go on from now in another way."""
        self.set(self.now())
        self.mode = mode


OFFSET = 9 * 3_600
TWO = tuple(f"{number:02d}" for number in range(60))
MINUTES = tuple(f"{hour}:{minute}" for hour in TWO[:24] for minute in TWO)
"""The minutes of a day."""


@lru_cache(maxsize=4_096)
def _day(number: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()


def _local(moment: float) -> str:
    """Day and time in Tokyo. Lists are full of times, hence by hand."""
    day, second = divmod(int(moment) + OFFSET, 86_400)
    return f"{_day(day)}T{MINUTES[second // 60]}:{TWO[second % 60]}"


def crm_time(moment: float) -> str:
    """`2026-10-01T09:00:00+09:00`, in the token user's zone (zoho-crm-api §9)."""
    return f"{_local(moment)}+09:00"


def crm_times(moments: list[Any]) -> list[Any]:
    """`crm_time` of many, in one loop because lists are full of them; what is no moment stays."""
    shown = []
    for moment in moments:
        if isinstance(moment, int):
            day, second = divmod(moment + OFFSET, 86_400)
            shown.append(f"{_day(day)}T{MINUTES[second // 60]}:{TWO[second % 60]}+09:00")
        else:
            shown.append(crm_time(moment) if isinstance(moment, float) else moment)
    return shown


def books_time(moment: float) -> str:
    """`2026-10-01T09:00:00+0900`, in the organisation's zone (zoho-books-api §10.2)."""
    return f"{_local(moment)}+0900"


def books_day(moment: float) -> str:
    """`2026-10-01`, the organisation's day."""
    return _day((int(moment) + OFFSET) // 86_400)


def http_date(moment: float) -> str:
    """The Date header."""
    return datetime.fromtimestamp(int(moment), UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")


def parse_time(text: str) -> float:
    """Epoch seconds of an ISO 8601 instant with an offset; ValueError otherwise."""
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError("an offset is needed")
    return parsed.timestamp()
