import pytest

from core.model.text import Lang
from tests.tui.driving import Shown, shown
from tests.tui.fake import FakeService
from tui.locale import STRINGS
from tui.screens.lists import VIEWS, Customers
from tui.widgets.biglist import BigList


def the_list(screen: Shown) -> BigList:
    found: Customers = screen.app.screen  # type: ignore[assignment]
    return found.list


async def opened(screen: Shown) -> BigList:
    await screen.press("2")
    await screen.sees("株式会社ザイルカー")
    return the_list(screen)


async def test_a_row_tells_name_type_state_receivables_and_time() -> None:
    async with shown() as screen:
        await opened(screen)
        line = next(line for line in screen.lines() if "Zylker Manufacturing " in line)
        assert "Business" in line
        assert "+ Linked" in line
        assert "JPY 1,700" in line
        assert "03:04" in line


async def test_a_wide_terminal_shows_the_owner_too() -> None:
    async with shown(size=(120, 24)) as screen:
        await opened(screen)
        assert "Sales 1" in screen.text


async def test_a_failed_record_shows_its_reason() -> None:
    async with shown() as screen:
        await opened(screen)
        assert "x Failed F16" in screen.text


async def test_only_windows_of_a_huge_list_are_asked_for() -> None:
    async with shown(FakeService(100_000)) as screen:
        await opened(screen)
        await screen.press("G")
        await screen.sees("100,000/100,000", "99,999")
        asked = sum(stop - start for name, *rest in screen.service.calls if name == "rows" for start, stop in [rest])
        assert asked <= 4 * 128


async def test_the_cursor_moves_by_row_page_and_end() -> None:
    async with shown() as screen:
        rows = await opened(screen)
        await screen.press("down", "j", "j", "k", "up")
        assert rows.cursor == 1
        await screen.press("pagedown")
        assert rows.cursor == rows.size.height
        await screen.press("pageup", "end")
        assert rows.cursor == 199
        await screen.press("g")
        assert rows.cursor == 0


async def test_at_the_edge_the_list_jumps_half_a_page() -> None:
    async with shown() as screen:
        rows = await opened(screen)
        height = rows.size.height
        await screen.press(*["down"] * (height - 1))
        assert rows.scroll_offset.y == 0
        await screen.press("down")
        await screen.until(lambda: rows.scroll_offset.y == height // 2)
        await screen.press(*["down"] * (height // 2 - 1))
        assert rows.scroll_offset.y == height // 2


async def test_filtering_happens_as_one_types() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("/", "a", "l", "d")
        await screen.sees("All customers 1/20", "Alder Optics")
        await screen.sees_not("Northgate")
        await screen.press("enter")
        await screen.sees("/ald")
        await screen.press("down", "enter")
        await screen.sees("Alder Optics 19", "Fields")


async def test_wide_characters_can_be_typed_into_the_filter() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("/", *"株式会社")
        await screen.sees("1/40")


async def test_esc_clears_the_filter_first_and_leaves_then() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("/", "a", "l", "d", "enter", "escape")
        await screen.sees("All customers 1/200")
        await screen.press("escape")
        await screen.sees("Last run")


async def test_esc_while_typing_shows_all_again() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("/", "z", "z", "z")
        await screen.sees("All customers 0")
        await screen.press("escape")
        await screen.sees("All customers 1/200")


async def test_arrows_move_the_list_while_typing() -> None:
    async with shown() as screen:
        rows = await opened(screen)
        await screen.press("/", "down", "down")
        assert rows.cursor == 2


async def test_nothing_found_says_how_to_get_back() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("/", "z", "z", "z", "enter")
        await screen.sees("Nothing matches. Esc clears the filter.")


async def test_the_menu_of_views_narrows_the_list(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        await opened(screen)
        await screen.press("f")
        await screen.sees(say.view_title, say.filter_not_in_crm, say.filter_inactive)
        await screen.press("down", "enter")
        await screen.sees(say.filter_line.format(view=say.filter_crm, count="1/190"))
        assert say.filter_crm in screen.lines()[-1]


async def test_every_view_can_be_reached_by_pressing_on() -> None:
    async with shown() as screen:
        await opened(screen)
        seen = []
        for _ in VIEWS:
            await screen.press("F")
            seen.append(screen.app.screen.query_now.filter)  # type: ignore[attr-defined]
        assert sorted(seen) == sorted(VIEWS)


async def test_the_order_can_be_chosen_and_turned_round() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("o", "enter")
        await screen.sees("by Name descending")
        await screen.press("o", "down", "down", "enter")
        await screen.sees("by State")
        query = screen.app.screen.query_now  # type: ignore[attr-defined]
        assert (query.sort, query.descending) == ("state", False)


async def test_ids_are_copied() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("down", "y")
        assert screen.app.copied == "480000000000001"
        await screen.sees("Copied 480000000000001")
        await screen.press("Y")
        assert screen.app.copied == "460000000026001"


async def test_a_record_without_that_id_says_so() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("Y")
        await screen.sees("There is no id to copy here")


async def test_rows_follow_the_records_and_the_cursor_stays() -> None:
    async with shown() as screen:
        rows = await opened(screen)
        await screen.press("down", "down")
        screen.service.names[4] = "Renamed KK"
        screen.service.moved()
        await screen.sees("Renamed KK")
        assert rows.cursor == 2


async def test_the_cursor_stays_on_its_record_when_others_come_before_it() -> None:
    service = FakeService()
    async with shown(service) as screen:
        rows = await opened(screen)
        await screen.press(*["down"] * 5)
        assert rows.selected.key == "r5"
        service.first = -3
        service.moved()
        await screen.sees("All customers 9/203")
        assert rows.selected.key == "r5"
        await screen.press("down")
        assert rows.selected.key == "r6"


async def test_a_list_that_shrank_keeps_the_cursor_inside() -> None:
    async with shown() as screen:
        rows = await opened(screen)
        await screen.press("G")
        screen.service.count = 50
        screen.service.moved()
        await screen.sees("50/50")
        assert rows.cursor == 49


async def test_trouble_with_rows_is_told_and_the_list_stays_usable() -> None:
    service = FakeService()
    async with shown(service) as screen:
        await opened(screen)

        async def broken(*_: object) -> None:
            raise OSError

        service.open_list = broken  # type: ignore[method-assign, assignment]
        service.moved()
        await screen.sees("Something unexpected happened: OSError.")
        await screen.press("down")
        assert the_list(screen).cursor == 1


@pytest.mark.parametrize("columns", [80, 120])
async def test_columns_align_under_wide_names(columns: int) -> None:
    from tui.text import width

    async with shown(size=(columns, 24)) as screen:
        await opened(screen)
        ends = {width(line[: line.index("Business")]) for line in screen.lines() if "Business" in line}
        assert len(ends) == 1
