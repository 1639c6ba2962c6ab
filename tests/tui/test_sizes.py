"""Every screen from 120x40 down to 20x5 and back: it stays useful, and nothing is lost."""

import pytest
from rich.cells import cell_len

from core.model.text import Lang
from tests.tui.driving import Shown
from tests.tui.gallery import PLACES, Place, at, settle
from tests.tui.ptys import DOWN, dev
from tui.screens.base import Base
from tui.screens.form import Form
from tui.widgets.biglist import BigList

SMALL = ((59, 24), (80, 15), (40, 10), (30, 7), (20, 5))


async def resized(screen: Shown, size: tuple[int, int]) -> None:
    await screen.pilot.resize_terminal(*size)
    await settle(screen)
    await screen.until(lambda: len(screen.lines()) == size[1])
    assert [line for line in screen.lines() if cell_len(line) != size[0]] == []


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.id)
async def test_down_to_20x5_and_back(place: Place) -> None:
    async with at(place) as screen:
        # news stands where the keys do until the next key
        screen.app.flash("")
        await settle(screen)
        before = screen.text
        for size in SMALL:
            await resized(screen, size)
        small = [line.strip() for line in screen.text.splitlines()]
        assert any(small), "nothing is shown"
        shown_now = screen.app.screen
        if isinstance(shown_now, Base):
            assert "?" in small[-1] or "Esc" in small[-1] or "Enter" in small[-1], "no line of keys"
            assert small[0], "no state"
            lists = [each for each in shown_now.query(BigList) if each.display and each.count]
            if isinstance(shown_now, Form):
                lists = []
            for each in lists[:1]:
                row = each.text_at(each.cursor).strip().lstrip("*!x->? ")
                assert row[:6].strip() in screen.text, "the selected row is not in sight"
        for size in (*reversed(SMALL), (80, 24)):
            await resized(screen, size)
        assert screen.text == before


@pytest.mark.parametrize("size", [(40, 10), (20, 5)])
async def test_japanese_keeps_its_columns_when_it_is_small(size: tuple[int, int]) -> None:
    for name in ("overview", "customers", "attention", "setup"):
        place = next(each for each in PLACES if each.id == name)
        async with at(place, lang="ja", size=size) as screen:
            assert [line for line in screen.lines() if cell_len(line) != size[0]] == []


async def test_news_is_told_where_it_has_no_line_of_its_own(lang: Lang) -> None:
    async with at(PLACES[0], lang=lang, size=(20, 5)) as screen:
        say = screen.app.say
        await screen.press("escape")
        await screen.until(lambda: say.no_back[:8] in screen.text)
        assert len(screen.lines()) == 5
        await screen.press("down")
        await screen.until(lambda: say.no_back[:8] not in screen.text)


async def test_the_cursor_can_be_moved_and_opened_at_20x5() -> None:
    customers = next(each for each in PLACES if each.id == "customers")
    async with at(customers, size=(20, 5)) as screen:
        await screen.press("j", "j", "j")
        await screen.sees("Harbour Freight")
        await screen.press("enter")
        await settle(screen)
        await screen.press("q")
        await settle(screen)
        await screen.pilot.resize_terminal(80, 24)
        await screen.sees("All customers 4/200")


async def test_a_form_shows_the_line_that_is_typed_at_20x5() -> None:
    connect = next(each for each in PLACES if each.id == "connect")
    async with at(connect, size=(20, 5)) as screen:
        await screen.press(*"c@z.jp", "enter", "tab", "tab")
        await screen.press(*"b@z")
        await screen.sees("b@z")
        await screen.pilot.resize_terminal(80, 24)
        await screen.sees("c@z.jp", "b@z")


async def test_under_20x5_it_says_so(lang: Lang) -> None:
    async with at(PLACES[0], lang=lang) as screen:
        await screen.pilot.resize_terminal(19, 4)
        await screen.sees("19x4")
        await screen.pilot.resize_terminal(80, 24)
        await screen.sees("4242")


@pytest.mark.e2e
def test_a_real_terminal_down_to_20x5_and_back() -> None:
    with dev() as terminal:
        terminal.until("Attention(7)")
        terminal.press(b"2")
        terminal.until("All customers 1/200")
        terminal.press(DOWN * 3)
        terminal.until("All customers 4/200")
        terminal.quiet()
        before = terminal.text()
        for columns, rows in (*SMALL, *reversed(SMALL)):
            terminal.resize(columns, rows)
            terminal.quiet(0.2)
            # The cursor's row is there at every size.
            assert "Harbour" in terminal.text(), f"{columns}x{rows}\n{terminal.text()}"
        terminal.resize(80, 24)
        terminal.until("All customers 4/200")
        terminal.quiet()
        assert terminal.text() == before


@pytest.mark.e2e
@pytest.mark.long
@pytest.mark.parametrize(
    "keys", ["1", "2", "2\r", "3", "4", "5", "6", "7", "7\r", "8", "8\r", "8\r\r", "9", "c", "v", "t", "?"]
)
def test_every_mode_in_a_real_terminal_down_to_20x5_and_back(keys: str) -> None:
    with dev() as terminal:
        terminal.until("Attention(7)")
        terminal.press(keys.encode())
        terminal.quiet()
        before = terminal.text()
        for columns, rows in (*SMALL, *reversed(SMALL)):
            terminal.resize(columns, rows)
            terminal.quiet(0.3)
            lines = terminal.text().splitlines()
            assert lines[0].strip() and lines[-1].strip(), f"{columns}x{rows}\n{terminal.text()}"
        terminal.resize(80, 24)
        terminal.quiet()
        assert terminal.text() == before
