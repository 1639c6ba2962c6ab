"""``schedule`` and ``alerts``: what they show, set and refuse."""

from datetime import UTC, datetime

import pytest

from core.commands.schedule import every, instant
from core.model.problems import Problem
from core.sandbox.testing import RunningSandbox
from tests.cli.conftest import Commands


def test_a_schedule_is_shown_and_set(kakehashi: Commands, zoho: RunningSandbox) -> None:
    kakehashi.connect(zoho)
    (row,) = kakehashi("schedule", "--json").json
    assert (row["schedule"]["module"], row["minutes"], row["next_run"]) == ("customers", 120, "")
    assert "after the first run" in kakehashi("schedule").out
    done = kakehashi("schedule", "customers", "--every", "90m", "--jitter", "5")
    assert done.code == 0, done.err
    assert "90m" in done.out
    assert "off" in kakehashi("schedule", "customers", "--off").out
    (row,) = kakehashi("schedule", "--json").json
    assert row["schedule"] == {"module": "customers", "minutes": 90, "on": False, "jitter": 5, "not_before": ""}
    for words, code in (
        (("--every", "2h"), 2),
        (("customers", "--every", "soon"), 2),
        (("customers", "--every", "0"), 2),
        (("customers", "--not-before", "soon"), 2),
        (("vendors", "--every", "2h"), 3),
    ):
        assert kakehashi("schedule", *words).code == code


def test_alerts_are_shown_set_and_tried(kakehashi: Commands, zoho: RunningSandbox) -> None:
    assert kakehashi("alerts", "--command", "true").code == 3
    kakehashi.connect(zoho)
    assert kakehashi("alerts").out.count("none") == 3
    assert kakehashi("alerts", "--test").code == 2
    done = kakehashi("alerts", "--command", "true", "--silent-hours", "26", "--test")
    assert (done.code, done.err.strip()) == (0, "Sent.")
    assert kakehashi("alerts", "--json").json == {"command": "true", "webhook": "", "silent_hours": 26}
    done = kakehashi("alerts", "--command", "false", "--test")
    assert (done.code, "exit code 1" in done.err) == (9, True)
    assert kakehashi("alerts", "--webhook", "mailto:x").code == 2


@pytest.mark.parametrize(
    ("text", "told"), [("none", ""), ("2026-01-31T22:00Z", "2026-01-31T22:00:00Z"), ("2026-02-01", None)]
)
def test_times_that_a_person_writes(text: str, told: str | None) -> None:
    found = instant(text, datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert found == told or (told is None and found.startswith("2026-0"))


def test_an_hour_alone_is_the_next_one() -> None:
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    local = now.astimezone()
    soon = datetime.fromisoformat(instant(f"{local.hour:02}:{local.minute:02}", now))
    assert (soon - now).total_seconds() == 24 * 3_600


@pytest.mark.parametrize("wrong", ["soon", "25:00", "12:99", "2026-13-01"])
def test_what_is_no_time(wrong: str) -> None:
    with pytest.raises(Problem):
        instant(wrong, datetime(2026, 1, 1, tzinfo=UTC))


def test_intervals_as_a_person_writes_them() -> None:
    assert [every(each) for each in (45, 90, 120, 1_440, 4_320)] == ["45m", "90m", "2h", "1d", "3d"]
