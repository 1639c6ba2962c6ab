"""Instants as people read them: local time, the date only where it is not today."""

from datetime import datetime


def local(instant: str) -> datetime | None:
    """Return a server's or our instant (``…Z``) in local time; None for empty or unreadable text."""
    try:
        return datetime.fromisoformat(instant).astimezone() if instant else None
    except ValueError:
        return None


def clock(instant: str, now: datetime, *, seconds: bool = False) -> str:
    """Return ``12:04`` (``12:04:31`` with ``seconds``) today, ``11-23 12:04`` on another day, empty for no instant."""
    at = local(instant)
    if at is None:
        return ""
    time = at.strftime("%H:%M:%S" if seconds else "%H:%M")
    return time if at.date() == now.astimezone().date() else f"{at:%m-%d} {time}"


def seconds_between(start: str, end: str) -> float:
    """Return the seconds from one instant to another; 0 where either is missing."""
    first, last = local(start), local(end)
    return 0.0 if first is None or last is None else max(0.0, (last - first).total_seconds())


def lasted(seconds: float) -> str:
    """Return a duration: ``42 s``, ``3 min 20 s``, ``2 h 05 min``. The units are the same in both languages."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"
