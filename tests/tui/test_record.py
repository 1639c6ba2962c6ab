from core.model.text import Lang
from tests.tui.driving import Shown, shown
from tests.tui.fake import FakeService
from tui.locale import STRINGS


async def opened(screen: Shown, downs: int = 1) -> None:
    await screen.press("2")
    await screen.sees("株式会社ザイルカー")
    await screen.press(*["down"] * downs, "enter")
    await screen.sees("Account_Name")


async def test_base_crm_and_books_stand_side_by_side(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        await opened(screen)
        head = next(line for line in screen.lines() if say.head_base in line)
        assert head.index(say.head_field) < head.index(say.head_base) < head.rindex("CRM") < head.rindex("Books")
        assert "03-5555-0100" in screen.text


async def test_two_bases_that_differ_are_both_shown() -> None:
    async with shown() as screen:
        await opened(screen)
        assert "Books base: +81 3-5555-0100" in screen.text


async def test_both_ids_and_the_history_are_shown() -> None:
    async with shown() as screen:
        await opened(screen)
        assert "CRM 480000000000001   Books 460000000026001" in screen.text
        assert "03:04:12  CRM -> Books  created, new" in screen.text
        assert "website: (empty) -> z.example" in screen.text


async def test_its_failure_stands_on_the_page_with_its_remedy() -> None:
    async with shown() as screen:
        await opened(screen, 7)
        assert "A value is too long for the target field." in screen.text
        assert "Shorten it on the source record." in screen.text


async def test_l_reads_both_sides_anew_and_only_l() -> None:
    async with shown() as screen:
        await opened(screen)
        assert ("record", "r1", True) not in screen.service.calls
        await screen.press("l")
        await screen.sees("Values read from both sides just now.", "03-5555-0199")
        assert ("record", "r1", True) in screen.service.calls


async def test_back_returns_to_the_same_row() -> None:
    async with shown() as screen:
        await opened(screen, 3)
        await screen.press("q")
        await screen.sees("All customers 4/200")


async def test_leaving_by_a_mode_and_returning_shows_the_record_again() -> None:
    async with shown() as screen:
        await opened(screen, 3)
        await screen.press("1")
        await screen.sees("Last run")
        await screen.press("2")
        await screen.sees("Harbour Freight Systems", "Account_Name")
        await screen.press("2")
        await screen.sees("All customers 4/200")


async def test_ids_are_copied_from_the_page() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("Y")
        assert screen.app.copied == "460000000026001"


async def test_a_long_page_scrolls() -> None:
    async with shown(FakeService(), size=(80, 16)) as screen:
        await opened(screen)
        assert "z.example" not in screen.text
        await screen.press("G")
        await screen.sees("z.example")
