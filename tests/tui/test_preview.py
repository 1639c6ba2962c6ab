"""The plan of the next run, read before anything is written."""

import pytest

from core.model.plan import ValveTrip
from core.model.text import Lang
from tests.tui.driving import Shown, shown
from tests.tui.fake import FakeService
from tui.locale import STRINGS


async def opened(screen: Shown) -> None:
    await screen.press("v")
    await screen.sees("Next sync of Customers", "What would change 1/182")


async def test_v_shows_counts_cost_and_what_would_change() -> None:
    async with shown() as screen:
        await opened(screen)
        text = await screen.sees("updated, changed", "held, several candidates", "created, new")
        assert "CRM -> Books   created 180  updated 1  held 1  failed 0" in text
        assert "about 4 CRM and 182 Books calls" in text
        assert "in step" not in text
        assert not [call for call in screen.service.calls if call[0] in ("sync", "configure")]


async def test_it_opens_from_the_list_too_and_in_both_languages(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        await screen.press("2")
        await screen.sees(say.filter_all)
        await screen.press("v")
        await screen.sees(say.preview_of.format(module=say.module_customers), say.preview_changes)


async def test_enter_shows_the_fields_old_and_new_and_what_is_overruled() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("enter")
        text = await screen.sees("billing_address.phone", "Overrules the other side's 03-5555-0111")
        line = next(line for line in text.splitlines() if "billing_address.phone" in line)
        assert line.index("03-5555-0100") < line.index("03-5555-0199")
        await screen.press("q", "down", "enter")
        await screen.sees("F13", "Candidates", "460000000026006", "No field of either side is written by this.")


async def test_f_narrows_to_one_kind_of_action() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("f")
        await screen.sees("CRM -> Books: created  180", "Kakehashi only: in step  1")
        await screen.press("down", "enter")
        await screen.sees("All actions 1/183")
        await screen.press("F")
        await screen.sees("CRM -> Books: created 1/180")
        await screen.sees_not("updated, changed")


async def test_text_narrows_it_as_it_is_typed() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("/", *"cedar")
        await screen.sees("Cedar & Stone Ltd")
        await screen.sees_not("Northgate")
        await screen.press("escape")
        await screen.sees("What would change 1/182")


async def test_only_windows_of_a_large_plan_are_asked_for() -> None:
    from tests.tui.fake import plan

    service = FakeService()
    service.plan_made = plan(5000)
    async with shown(service) as screen:
        await screen.press("v")
        await screen.sees("1/5,002")
        await screen.press("G")
        await screen.sees("5,002/5,002")
        widths = [stop - start for name, *rest in service.calls if name == "plan_window" for _, start, stop in [rest]]
        assert sum(widths) <= 4 * 128


async def test_s_starts_the_sync_from_there() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("s")
        await screen.sees("Customers: Syncing")
        assert [call[1].confirm for call in screen.service.calls if call[0] == "sync"] == [False]


async def test_a_plan_that_the_valve_would_stop_is_confirmed_in_numbers() -> None:
    service = FakeService()
    service.valve = (ValveTrip(rule="create_cap", side="books", count=180, limit=50),)
    async with shown(service) as screen:
        await screen.press("v")
        await screen.sees("180 records would be created on Books; the cap is 50")
        await screen.press("s")
        await screen.sees("Write although")
        await screen.press("n", "s", "y")
        await screen.sees("Customers: Syncing")
        assert [call[1].confirm for call in service.calls if call[0] == "sync"] == [True]


async def test_a_plan_older_than_a_sync_says_so_and_l_plans_anew() -> None:
    async with shown() as screen:
        await opened(screen)
        screen.service.finish()
        await screen.sees("Press l to plan anew")
        await screen.press("l")
        await screen.until(lambda: [call[0] for call in screen.service.calls].count("plan") == 2)


async def test_nothing_to_write_is_said() -> None:
    service = FakeService()
    service.plan_made = service.plan_made[-1:]
    async with shown(service) as screen:
        await screen.press("v")
        await screen.sees("Nothing would change: both sides are in step.")


async def test_a_module_not_configured_says_what_to_do() -> None:
    async with shown() as screen:
        await screen.press("down", "v")
        await screen.sees("Vendors: not configured yet. Press c to set it up.")
        await screen.press("s")
        await screen.sees("Vendors: not configured yet.")


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_every_line_fits(size: tuple[int, int], lang: Lang) -> None:
    from rich.cells import cell_len

    async with shown(lang=lang, size=size) as screen:
        await screen.press("v")
        await screen.sees("1/182")
        await screen.press("enter")
        await screen.sees("03-5555-0199")
        assert [line for line in screen.lines() if cell_len(line) != size[0]] == []
