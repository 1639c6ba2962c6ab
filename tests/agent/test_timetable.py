"""When the next automatic run is due: arithmetic, without any waiting."""

import pytest

from core.agent.timetable import SHARE, cost, due, floors, jitter
from core.model.run import Run
from core.model.schedule import Schedule
from core.zoho.waiting import seconds_of

HOUR = 3_600
NOON = seconds_of("2026-03-01T12:00:00Z")
TWO_HOURLY = Schedule(module="customers", jitter=0)


def run(started: str = "2026-03-01T11:00:00Z", finished: str = "2026-03-01T11:10:00Z", **more: object) -> Run:
    values = {"id": started, "module": "customers", "cause": "scheduled", "state": "done"} | more
    return Run(started=started, finished=finished, **values)  # type: ignore[arg-type]


def stopped(problem: str, **detail: str) -> Run:
    return run(state="stopped", problem=problem, problem_detail=detail)


def test_it_is_two_hours_after_the_last_one_began() -> None:
    assert due(TWO_HOURLY, [run()], NOON, floors={}).at == NOON + HOUR


def test_a_missed_one_is_due_at_once() -> None:
    assert due(TWO_HOURLY, [run("2026-02-20T00:00:00Z")], NOON, floors={}).at < NOON


def test_one_that_somebody_asked_for_counts_as_well() -> None:
    assert due(TWO_HOURLY, [run(cause="manual"), run("2026-02-20T00:00:00Z")], NOON, floors={}).at == NOON + HOUR


def test_one_that_runs_now_is_not_the_last() -> None:
    running = run("2026-03-01T11:59:00Z", "", state="running")
    assert due(TWO_HOURLY, [running, run()], NOON, floors={}).at == NOON + HOUR


def test_not_before_puts_it_off() -> None:
    held = Schedule(module="customers", jitter=0, not_before="2026-03-01T22:00:00Z")
    assert due(held, [run()], NOON, floors={}).at == seconds_of("2026-03-01T22:00:00Z")


def test_a_clock_set_back_puts_it_off_by_no_more_than_the_interval() -> None:
    assert due(TWO_HOURLY, [run("2027-01-01T00:00:00Z")], NOON, floors={}).at == NOON + 2 * HOUR


def test_what_a_killed_agent_left_open_is_due_at_once() -> None:
    assert due(TWO_HOURLY, [run(state="interrupted")], NOON, floors={}, left=True).at == NOON


def test_after_the_days_quota_it_goes_on_when_that_resets() -> None:
    ended = stopped("daily_quota", resets="2026-03-01T15:00:00Z")
    assert due(TWO_HOURLY, [ended], NOON, floors={}).at == seconds_of("2026-03-01T15:00:00Z")


def test_a_block_is_waited_out() -> None:
    assert due(TWO_HOURLY, [stopped("blocked", seconds="3600")], NOON, floors={}).at == NOON + 10 * 60


@pytest.mark.parametrize(("times", "minutes"), [(1, 5), (2, 10), (3, 20), (4, 40), (9, 110)])
def test_a_network_that_fails_is_tried_again_ever_more_seldom(times: int, minutes: int) -> None:
    runs = [stopped("unreachable")] * times + [run("2026-02-20T00:00:00Z")]
    ended = seconds_of("2026-03-01T11:10:00Z")
    assert due(TWO_HOURLY, runs, NOON, floors={}).at == ended + minutes * 60


def test_jitter_stays_within_its_bound_and_is_the_same_for_the_same_run() -> None:
    schedule = Schedule(module="customers", jitter=600)
    found = {jitter(schedule, f"run-{number}") for number in range(50)}
    assert found == {jitter(schedule, f"run-{number}") for number in range(50)}
    assert len(found) == 50
    assert all(0 <= each < 600 for each in found)


def test_the_budget_bounds_how_often() -> None:
    calls = {"crm": 10, "books": 100}
    bounds = floors(calls, {"books": 1_000}, 1)  # type: ignore[arg-type]
    often = Schedule(module="customers", minutes=30, jitter=0)
    found = due(often, [run()], NOON, floors=bounds)
    assert found.bound == "books"
    assert 24 * HOUR / found.interval * 100 == pytest.approx(1_000 * SHARE)


def test_a_budget_that_does_is_no_bound() -> None:
    found = due(TWO_HOURLY, [run()], NOON, floors=floors({"books": 2}, {"books": 1_000}, 3))
    assert (found.bound, found.interval) == (None, 2 * HOUR)


def test_the_cost_is_learned_from_runs_like_the_next_one() -> None:
    def spent(books: int, **more: object) -> Run:
        return run(api_calls={"crm": 4, "books": books}, **more)

    runs = [spent(2), spent(5), spent(900, cause="first"), spent(1, state="failed")]
    assert cost(runs) == {"crm": 4, "books": 4}
    assert cost([spent(900, cause="first")]) == {}
