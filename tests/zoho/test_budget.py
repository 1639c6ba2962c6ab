from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.model.problems import Problem
from core.zoho.budget import Budget
from core.zoho.limits import Limits, limits_of
from core.zoho.waiting import Waiter
from tests.zoho.clock import TestClock


def make(limits: Limits, clock: TestClock | None = None, file: Path | None = None, side: Any = "books") -> Budget:
    return Budget(side, limits, Waiter(clock or TestClock(), seed=1), organisation="1", file=file)


class Server:
    """Counts what arrives, as Zoho does: by sliding minute, by day, at once."""

    def __init__(self, clock: TestClock) -> None:
        self.clock, self.arrived = clock, list[float]()
        self.flying = self.most_flying = self.most_in_a_minute = 0

    async def call(self, budget: Budget, lasts: float) -> None:
        async with budget.place():
            self.arrived.append(self.clock.seconds)
            self.flying += 1
            self.most_flying = max(self.most_flying, self.flying)
            recent = [each for each in self.arrived if each > self.clock.seconds - 60]
            self.most_in_a_minute = max(self.most_in_a_minute, len(recent))
            self.clock.seconds += lasts
            await asyncio.sleep(0)
            self.flying -= 1


@settings(max_examples=60, deadline=None)
@given(
    some.integers(1, 12), some.integers(1, 4),
    some.lists(some.tuples(some.integers(1, 15), some.floats(0, 40)), min_size=1, max_size=6),
)  # fmt: skip
def test_I19_never_over_budget(per_minute: int, in_flight: int, bursts: list[tuple[int, float]]) -> None:
    clock = TestClock()
    budget, server = make(Limits(in_flight=in_flight, per_minute=per_minute), clock), Server(clock)

    async def run() -> None:
        for calls, pause in bursts:
            await asyncio.gather(*(server.call(budget, 0.01) for _ in range(calls)))
            clock.seconds += pause

    asyncio.run(run())
    assert server.most_flying <= in_flight
    assert server.most_in_a_minute <= per_minute
    assert budget.calls == sum(calls for calls, _ in bursts)


@settings(max_examples=30, deadline=None)
@given(some.integers(1, 30), some.integers(0, 5), some.integers(1, 60))
def test_I19_never_over_the_day(per_day: int, reserve: int, wanted: int) -> None:
    clock = TestClock()
    budget = make(Limits(in_flight=2, per_day=per_day, reserve=reserve), clock)
    gone = 0

    async def run() -> None:
        nonlocal gone
        for _ in range(wanted):
            async with budget.place():
                gone += 1

    try:
        asyncio.run(run())
    except Problem as problem:
        assert problem.code == "daily_quota" and problem.detail["resets"] == "2026-10-06T00:00:00Z"
        assert gone == max(per_day - reserve, 0)
    assert gone <= max(per_day - reserve, 0)


async def test_the_day_begins_anew() -> None:
    clock = TestClock()
    budget = make(Limits(in_flight=2, per_day=1), clock)
    async with budget.place():
        pass
    with pytest.raises(Problem, match="used up"):
        async with budget.place():
            pass
    clock.seconds += 86_400
    async with budget.place():
        pass
    assert budget.reading().used_today == 1


async def test_crm_credits_come_back_over_a_rolling_day() -> None:
    clock = TestClock()
    budget = make(Limits(in_flight=2, per_day=10, rolling=True), clock, side="crm")
    async with budget.place(cost=8):
        pass
    clock.seconds += 20 * 3_600
    with pytest.raises(Problem):
        async with budget.place(cost=8):
            pass
    clock.seconds += 5 * 3_600
    async with budget.place(cost=8):
        pass


async def test_two_profiles_share_one_account(tmp_path: Path) -> None:
    clock, file = TestClock(), tmp_path / "budget.json"
    limits = Limits(in_flight=5, per_minute=10, per_day=15)
    one, other = make(limits, clock, file), make(limits, clock, file)
    for budget in (one, other) * 5:
        async with budget.place():
            pass
    assert clock.slept == []
    async with one.place():
        pass
    assert clock.slept and clock.slept[0] >= 60
    assert one.reading().used_today == other.reading().used_today == 11
    assert file.stat().st_mode & 0o777 == 0o600


async def test_a_spoiled_budget_file_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "budget.json"
    file.write_bytes(b"\xff{")
    budget = make(Limits(in_flight=5, per_day=5), file=file)
    async with budget.place():
        pass
    assert make(Limits(in_flight=5, per_day=5), file=file).reading().used_today == 1


async def test_a_budget_file_that_cannot_be_written_leaves_the_count_in_memory(tmp_path: Path) -> None:
    budget = make(Limits(in_flight=5, per_day=1), file=tmp_path / "missing" / "budget.json")
    async with budget.place():
        pass
    with pytest.raises(Problem):
        async with budget.place():
            pass


async def test_a_place_of_a_process_that_vanished_is_free_again(tmp_path: Path) -> None:
    clock, file = TestClock(), tmp_path / "budget.json"
    limits = Limits(in_flight=1, per_day=100)
    gone, here = make(limits, clock, file), make(limits, clock, file)
    place = gone.place()
    await place.__aenter__()
    async with here.place():
        pass
    assert clock.seconds >= 170, "it waited for the lease to end"
    await place.__aexit__(None, None, None)


async def test_a_long_block_stops_and_a_short_one_is_waited_out() -> None:
    clock = TestClock()
    budget = make(Limits(in_flight=5), clock)
    budget.block(45)
    async with budget.place():
        pass
    assert clock.seconds >= 45
    budget.block(3_600)
    with pytest.raises(Problem) as caught:
        async with budget.place():
            pass
    assert (caught.value.code, caught.value.detail["seconds"]) == ("blocked", "3600")
    clock.seconds += 3_601
    async with budget.place():
        pass


async def test_headers_are_believed_over_our_own_count() -> None:
    budget = make(Limits(in_flight=5, per_day=1_000))
    budget.learn({"x-rate-limit-limit": "2000", "x-rate-limit-remaining": "1", "x-rate-limit-reset": "600"})
    reading = budget.reading()
    assert (reading.used_today, reading.day_limit, reading.resets_at) == (1_999, 2_000, "2026-10-05T03:10:00Z")
    async with budget.place():
        pass
    with pytest.raises(Problem) as caught:
        async with budget.place():
            pass
    assert caught.value.detail["resets"] == "2026-10-05T03:10:00Z"


@pytest.mark.parametrize("headers", [{}, {"x-rate-limit-remaining": "many"}, {"x-rate-limit-remaining": "9" * 40}])
async def test_headers_that_say_nothing(headers: dict[str, str]) -> None:
    budget = make(Limits(in_flight=5, per_day=1_000))
    budget.learn(headers)
    assert budget.reading().used_today == 0


async def test_sub_concurrency() -> None:
    clock = TestClock()
    budget = make(Limits(in_flight=20, sub_in_flight=2), clock, side="crm")
    flying = most = 0

    async def call() -> None:
        nonlocal flying, most
        async with budget.place(sub=True):
            flying += 1
            most = max(most, flying)
            await asyncio.sleep(0)
            flying -= 1

    await asyncio.gather(*(call() for _ in range(10)))
    assert most == 2


async def test_a_cap_that_was_lowered_rises_again() -> None:
    budget = make(Limits(in_flight=8))
    budget.too_many()
    assert budget._cap == 4
    for _ in range(50):
        budget.went_well()
    assert budget._cap == 5


@pytest.mark.parametrize(
    ("side", "given", "edition", "expected"),
    [
        ("books", {"mode": "off"}, "", Limits(in_flight=10)),
        ("books", {}, "PREMIUM", Limits(in_flight=5, per_minute=60, per_day=10_000)),
        ("books", {}, "???", Limits(in_flight=5, per_minute=60, per_day=1_000)),
        ("books", {"books": {"per_minute": 100, "per_day": 7, "in_flight": 3, "reserve": 2}}, "FREE",
         Limits(in_flight=3, per_minute=100, per_day=7, reserve=2)),
        ("crm", {}, "Enterprise", Limits(in_flight=20, per_day=50_000, rolling=True)),
        ("crm", {"crm": {"credits": 5, "in_flight": 2, "sub_in_flight": 1}}, "",
         Limits(in_flight=2, per_day=5, sub_in_flight=1, rolling=True)),
        ("crm", {"crm": {"credits": "many", "in_flight": True}}, "free",
         Limits(in_flight=5, per_day=5_000, rolling=True)),
    ],
)  # fmt: skip
def test_limits(side: Any, given: dict[str, Any], edition: str, expected: Limits) -> None:
    assert limits_of(side, given, edition) == expected
