from textual.events import Key

from core.model.plan import ValveTrip
from core.model.text import Lang
from core.service import SyncRequest
from tests.tui.driving import Shown, shown
from tests.tui.fake import FakeService, run
from tui.locale import STRINGS


async def opened(screen: Shown) -> None:
    await screen.press("8")
    await screen.sees("F16", "F12")


def syncs(service: FakeService) -> list[SyncRequest]:
    return [call[1] for call in service.calls if call[0] == "sync"]


async def test_three_keys_lead_from_the_overview_to_the_raw_answer() -> None:
    async with shown() as screen:
        await screen.press("8")
        await screen.sees("F16")
        await screen.press("enter")
        await screen.sees("Northgate Foods")
        await screen.press("enter")
        await screen.sees("Raw answer", '"code": 15,')


async def test_the_three_keys_may_come_at_once() -> None:
    async with shown() as screen:
        for key in ("8", "enter", "enter"):
            screen.app.post_message(Key(key, None))
        await screen.sees('"error_info": [')


async def test_a_group_tells_count_remedy_and_examples(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        await opened(screen)
        await screen.sees(say.group_count.format(count=5), "Northgate Foods")


async def test_the_remedy_follows_the_cursor() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.sees("Shorten it on the source record.")
        await screen.press("down")
        await screen.sees("Rename one of them")


async def test_a_failure_tells_reason_remedy_message_and_tries() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("enter")
        await screen.sees("Northgate Foods")
        await screen.press("enter")
        text = await screen.sees("Raw answer")
        assert "F16" in text
        assert "Shorten it on the source record." in text
        assert "code 15" in text
        assert "field company_name" in text
        assert "Tried 2 x, first 03:04, last 03:04" in text


async def test_r_retries_the_group() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("down", "r")
        await screen.sees("Retrying 2 records")
        keys = tuple(each.key for each in screen.service.all_failures if each.reason == "F12")
        assert syncs(screen.service) == [SyncRequest(module="customers", retry=keys)]


async def test_r_retries_one_record() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("enter")
        await screen.sees("Northgate Foods")
        await screen.press("r")
        await screen.until(lambda: syncs(screen.service))
        assert syncs(screen.service)[0].retry == ("customers:to_books:480000000000007",)


async def test_retrying_all_asks_first_and_names_the_numbers() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("R")
        await screen.sees("Retry all 7 records of 2 groups?")
        await screen.press("n")
        await screen.sees_not("Retry all 7 records")
        assert not syncs(screen.service)
        await screen.press("R")
        await screen.sees("Retry all 7 records of 2 groups?")
        await screen.press("y")
        await screen.until(lambda: syncs(screen.service))
        assert syncs(screen.service)[0].retry == ("*",)


async def test_enter_is_not_a_yes() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("R", "enter")
        await screen.sees("Retry all 7 records of 2 groups?")
        assert not syncs(screen.service)


async def test_nothing_waiting_is_said_and_not_retried() -> None:
    async with shown(FakeService(failed=0)) as screen:
        await screen.press("8")
        await screen.sees("Nothing waits for you.")
        await screen.press("r")
        await screen.sees("There is no failure here to retry")


async def test_failures_that_go_away_leave_the_list() -> None:
    async with shown() as screen:
        await opened(screen)
        screen.service.all_failures = screen.service.all_failures[-2:]
        screen.service.moved()
        await screen.sees_not("F16")
        await screen.sees("Attention(2)")


async def test_the_records_of_a_group_can_be_filtered() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("enter")
        await screen.sees("Northgate Foods")
        await screen.press("/", *"ａｌｄｅｒ")
        await screen.sees_not("Northgate Foods")
        await screen.press("enter")
        await screen.sees("Alder Optics 89", "1 records")


async def test_a_run_stopped_by_the_valve_waits_here_and_is_confirmed_in_numbers() -> None:
    service = FakeService(failed=0)
    service.module_state = "needs_confirmation"
    trip = ValveTrip(rule="create_cap", side="books", count=1204, limit=500)
    service.last_run = run("needs_confirmation", valve=(trip,), counts={})
    async with shown(service) as screen:
        await screen.press("8")
        await screen.sees("the run stopped before writing", "1,204 records would be created on Books; the cap is 500")
        await screen.press("enter")
        await screen.sees("! Needs confirmation")
        await screen.press("s")
        await screen.sees("Write although the safety check stopped the run?", "1,204 records would be created")
        assert not syncs(service)
        await screen.press("y")
        await screen.until(lambda: syncs(service))
        assert syncs(service)[0].confirm


async def test_a_failure_that_was_retried_says_how_that_ended() -> None:
    from msgspec.structs import replace

    service = FakeService()
    async with shown(service) as screen:
        await screen.press("8")
        await screen.sees("F16")
        await screen.press("enter", "enter")
        await screen.sees("Raw answer")
        await screen.press("r")
        await screen.sees("Retrying 1 records")
        service.all_failures = [replace(service.all_failures[0], attempts=3), *service.all_failures[1:]]
        service.finish()
        await screen.sees("It failed again", "Tried 3 x")
        await screen.press("r")
        service.all_failures = service.all_failures[1:]
        service.finish()
        await screen.sees("+ Solved: the record was written.", "+ Solved: this record has not failed")
        await screen.press("r")
        await screen.sees("has not failed any more since.")
        assert len(syncs(service)) == 2
