"""Arithmetic on instants (``YYYY-MM-DDTHH:MM:SSZ``), which otherwise only compare as text."""

from datetime import UTC, datetime, timedelta

_FORM = "%Y-%m-%dT%H:%M:%SZ"


def shift(instant: str, seconds: float) -> str:
    """Return the instant ``seconds`` later (earlier when negative); the empty one stays empty."""
    if not instant:
        return ""
    return (datetime.strptime(instant, _FORM).replace(tzinfo=UTC) + timedelta(seconds=seconds)).strftime(_FORM)


def elapsed(since: str | None, now: str) -> float:
    """Return the seconds between two instants; without a beginning, for ever."""
    if not since:
        return float("inf")
    return (datetime.strptime(now, _FORM) - datetime.strptime(since, _FORM)).total_seconds()
