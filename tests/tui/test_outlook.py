"""Past and coming runs on the Overview."""

from datetime import UTC, datetime

from core.model.plan import Count
from core.model.schedule import Schedule
from core.model.text import Lang
from core.service import Budget
from core.service_running import Timetable
from tests.tui.driving import shown
from tests.tui.fake import FakeService, run
from tui.locale import STRINGS
from tui.screens.outlook import sparkline, to_come
from tui.widgets.strips import plain

NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)


def table(**changes: object) -> Timetable:
    given: dict[str, object] = {"next_run": "2026-11-24T04:00:00Z", "minutes": 120, "cost": {"books": 40}}
    return Timetable(schedule=Schedule(module="customers"), **given | changes)  # type: ignore[arg-type]


def test_each_run_is_a_character_the_newest_on_the_right() -> None:
    some = run(counts={"to_books": Count(created=1)})
    many = run(counts={"to_books": Count(created=100)})
    none = run(counts={})
    assert plain(sparkline([many, none, some, run("failed"), run("running"), run("needs_confirmation")])) == "!x._#"


def test_the_calls_to_come_are_those_of_every_run_before_the_reset() -> None:
    budget = Budget(side="books", day_limit=1000, resets_at="2026-11-24T15:00:00Z")
    assert to_come(budget, [table()], NOW) == 40 * 6
    assert to_come(budget, [table(next_run="2026-11-24T16:00:00Z")], NOW) == 0
    assert to_come(budget, [table(next_run="")], NOW) is None
    assert to_come(budget, [table(cost={})], NOW) is None


async def test_the_overview_tells_them(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        await screen.sees(say.budget_to_come.format(calls="240"), say.last_runs, "/#")


async def test_a_budget_that_will_not_do_is_told() -> None:
    service = FakeService()
    service.day_limit = 300
    async with shown(service, size=(100, 30)) as screen:
        await screen.sees("about 240 more by schedule until then: not enough")
