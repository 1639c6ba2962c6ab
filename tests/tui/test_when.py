from datetime import UTC, datetime

import pytest

from tui.when import clock, lasted, seconds_between

NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)


def test_today_shows_the_time_alone() -> None:
    local = datetime(2026, 11, 24, 3, 4, 31, tzinfo=UTC).astimezone()
    assert clock("2026-11-24T03:04:31Z", local) == f"{local:%H:%M}"
    assert clock("2026-11-24T03:04:31Z", local, seconds=True) == f"{local:%H:%M:%S}"


def test_another_day_shows_its_date() -> None:
    local = datetime(2026, 11, 20, 3, 4, tzinfo=UTC).astimezone()
    assert clock("2026-11-20T03:04:00Z", NOW) == f"{local:%m-%d %H:%M}"


@pytest.mark.parametrize("instant", ["", "yesterday"])
def test_no_instant_shows_nothing(instant: str) -> None:
    assert clock(instant, NOW) == ""


@pytest.mark.parametrize(("seconds", "text"), [(0, "0 s"), (42.4, "42 s"), (200, "3 min 20 s"), (7500, "2 h 05 min")])
def test_durations(seconds: float, text: str) -> None:
    assert lasted(seconds) == text


def test_a_run_that_has_not_ended_has_no_duration() -> None:
    assert seconds_between("2026-11-24T03:04:00Z", "") == 0
