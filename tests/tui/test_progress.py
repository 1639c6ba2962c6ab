from core.model.text import Lang
from tests.tui.driving import Shown, shown
from tests.tui.fake import FakeService
from tui.locale import STRINGS


async def started(screen: Shown) -> None:
    await screen.press("s")
    await screen.sees("Customers: Syncing")


async def test_s_starts_a_sync_and_shows_it(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        await screen.press("s")
        await screen.sees(say.progress_of.format(module=say.module_customers, state=say.state_running))
        assert [call[0] for call in screen.service.calls if call[0] == "sync"] == ["sync"]


async def test_phases_counts_rate_end_and_calls_move() -> None:
    async with shown() as screen:
        await started(screen)
        screen.service.progress_to(50)
        text = await screen.sees("50/200  25 %")
        assert "+ Fetch" in text
        assert "> Write" in text
        assert "38.0 records/s" in text
        assert "Ends about 03:30:04" in text
        assert "CRM 3  Books 50" in text
        assert "> Syncing 24 %" in screen.lines()[0]


async def test_what_it_waits_for_is_told() -> None:
    from msgspec.structs import replace

    from core.service import Event

    async with shown() as screen:
        await started(screen)
        screen.service.progress_to(50)
        assert screen.service.running is not None
        waiting = replace(screen.service.running, waiting="rate_limit", wait_seconds=23.0)
        screen.service.tell(Event(kind="progress", progress=waiting, generation=1))
        await screen.sees("for the rate limit, 23 s")


async def test_failures_show_as_they_come() -> None:
    from msgspec.structs import replace

    async with shown() as screen:
        await started(screen)
        screen.service.all_failures = [replace(screen.service.all_failures[0], run_id="20261124-050000")]
        screen.service.progress_to(50, failed=1)
        await screen.sees("Failures  1", "03:04:10  F16", "Northgate Foods")


async def test_leaving_does_not_stop_it_and_t_leads_back() -> None:
    async with shown() as screen:
        await started(screen)
        await screen.press("q")
        await screen.sees("Module")
        assert not any(call[0] == "cancel" for call in screen.service.calls)
        screen.service.progress_to(100)
        await screen.sees("> Syncing 49 %")
        await screen.press("t")
        await screen.sees("100/200  50 %")


async def test_stopping_asks_and_says_in_numbers_what_stays() -> None:
    async with shown() as screen:
        await started(screen)
        screen.service.progress_to(120)
        await screen.sees("120/200")
        await screen.press("x")
        await screen.sees("Stop the running sync?", "120 records are written and stay.")
        await screen.press("escape")
        await screen.sees_not("Stop the running sync?")
        assert not any(call[0] == "cancel" for call in screen.service.calls)
        await screen.press("x", "y")
        await screen.sees("! Interrupted")
        assert any(call[0] == "cancel" for call in screen.service.calls)


async def test_the_end_shows_the_result() -> None:
    async with shown() as screen:
        await started(screen)
        screen.service.finish()
        await screen.sees("+ Done in 42 s", "created 180", "CRM 23  Books 188")


async def test_a_failed_run_says_why_and_what_to_do() -> None:
    async with shown() as screen:
        await started(screen)
        screen.service.finish("failed", problem="unreachable", problem_detail={"host": "crm.example", "why": "refused"})
        await screen.sees("x Failed", "crm.example cannot be reached: refused.", "Check the network")


async def test_a_second_sync_is_refused_with_its_reason() -> None:
    async with shown() as screen:
        await started(screen)
        await screen.press("s")
        await screen.sees("A sync is already running: press t to watch it")


async def test_nothing_running_has_nothing_to_stop() -> None:
    async with shown() as screen:
        await screen.press("t")
        await screen.sees("+ Done in 42 s")
        await screen.press("x")
        await screen.sees("No sync is running")


async def test_a_run_started_elsewhere_is_seen() -> None:
    async with shown() as screen:
        screen.service.progress_to(20)
        await screen.sees("> Syncing 9 %")


async def test_reopening_the_screen_shows_the_running_sync() -> None:
    service = FakeService()
    service.progress_to(40)
    async with shown(service) as screen:
        await screen.sees("> Syncing 19 %")
        await screen.press("t")
        await screen.sees("40/200")


async def test_a_mode_does_not_bring_back_the_progress_of_a_run_that_is_over() -> None:
    async with shown() as screen:
        await screen.press("s")
        await screen.sees("Customers: Syncing")
        await screen.press("7")
        await screen.sees("When")
        await screen.press("1")
        await screen.sees("Customers: Syncing")
        screen.service.finish()
        await screen.sees("42 s")
        await screen.press("7")
        await screen.sees("When")
        await screen.press("1")
        await screen.sees("API calls today")
