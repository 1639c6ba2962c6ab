"""The day's calls over real HTTP: the reserve is left to others, a run stops cleanly and goes on after the reset."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from core.model.catalogue import default_setup
from core.sandbox.testing import RunningSandbox
from tests.engine.wire import Wire, started

DAY = 60


@pytest.fixture(scope="module")
def zoho() -> Iterator[RunningSandbox]:
    with started(accounts=70, seed=3, planted=False) as made:
        yield made


@pytest.mark.parametrize(("side", "allowed"), [("books", 40), ("crm", 5)])
def test_I19_a_run_leaves_the_reserve_and_the_next_day_goes_on(zoho: RunningSandbox, side: str, allowed: int) -> None:
    own = {"credits" if side == "crm" else "per_day": DAY, "reserve": DAY - allowed}
    wire = Wire(zoho, default_setup("customers"), limits={"mode": "on", side: own})
    try:
        days = 0
        while (run := wire.sync()).state != "done":
            assert (run.state, run.problem) == ("stopped", "daily_quota")
            budget = wire.sides[side].budget()  # type: ignore[index]
            assert budget.used_today <= allowed, "what is left is the reserve"
            resets = datetime.fromisoformat(run.problem_detail["resets"])
            now = datetime.fromisoformat(wire.clock.now())
            assert resets.astimezone(UTC) > now
            wire.clock.seconds += (resets - now).total_seconds() + 1
            days += 1
            assert days < 4
        assert days > 0 and not wire.store.failures(), "a day that is over is nobody's failure"
        names = [each["contact_name"] for each in wire.truth("books", "contacts")]
        assert len(names) == len(set(names)) > 70
        wire.clock.seconds += 90_000
        wire.settled()
    finally:
        wire.close()


def test_what_is_wrong_is_put_right_before_what_is_new_when_the_day_is_short(zoho: RunningSandbox) -> None:
    wire = Wire(zoho, default_setup("customers"), limits={"mode": "on", "books": {"per_day": 1_000, "reserve": 0}})
    try:
        while wire.sync().state != "done":
            wire.clock.seconds += 90_000
        links = list(wire.store.links("customers", "linked"))[:10]
        new = [wire.edit("crm", "create", module="Accounts", Account_Name=f"新規 {at}") for at in range(10)]
        for link in links:
            wire.edit("crm", "change", link.crm_id, module="Accounts", Description="changed")
        wire.clock.seconds += 90_000
        used = wire.sides["books"].budget().used_today
        wire._limits = {"mode": "on", "books": {"per_day": 1_000, "reserve": 1_000 - used - 27}}
        wire.run(wire.sides["books"].close())
        wire.sides["books"] = wire._open("books")
        wire.engine = wire._engine()
        wire.run(wire.engine.prepare(wire.setup))
        run = wire.sync()
        assert (run.state, run.problem) == ("stopped", "daily_quota")
        notes = {each["contact_id"]: each.get("notes") for each in wire.truth("books", "contacts")}
        assert [notes[link.books_id] for link in links] == ["changed"] * 10
        made = [each for each in new if wire.store.link_of("customers", "crm", each) is not None]
        assert 0 < len(made) < 10
    finally:
        wire.close()
