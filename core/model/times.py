"""Times as people write them: how often (``30m``, ``2h``, ``1d``) and from when on (``22:00``)."""

import re
from datetime import UTC, datetime, timedelta

_UNITS = {"": 1, "m": 1, "h": 60, "d": 60 * 24}


def minutes_of(text: str) -> int:
    """Return a time such as ``2h`` in minutes; a bare number is minutes. Raises ValueError."""
    found = re.fullmatch(r"(\d{1,6})([mhd]?)", text.strip().lower())
    if found is None:
        raise ValueError(text)
    return int(found[1]) * _UNITS[found[2]]


def instant_of(text: str, now: datetime) -> str:
    """Return a time that a person wrote as an instant: a date and time, or a time of day (the next one); local unless
    it ends in Z. Empty for ``none`` and for nothing. Raises ValueError.
    """
    text = text.strip()
    if text in ("", "none"):
        return ""
    if re.fullmatch(r"\d{1,2}:\d\d", text):
        hour, minute = map(int, text.split(":"))
        local = now.astimezone().replace(hour=hour, minute=minute, second=0, microsecond=0)
        when = local if local > now else local + timedelta(days=1)
    else:
        when = datetime.fromisoformat(text)
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def every(count: int) -> str:
    """Return minutes as a person writes them: 90m, 2h, 1d."""
    for unit, size in (("d", 60 * 24), ("h", 60)):
        if count and count % size == 0:
            return f"{count // size}{unit}"
    return f"{count}m"


__all__ = ["every", "instant_of", "minutes_of"]
