import pytest

from core.model.text import Lang
from core.service import ModuleStatus
from tests.tui.driving import shown
from tests.tui.fake import FakeService
from tui.locale import STRINGS


async def test_the_header_tells_profile_organisations_state_next_and_budget() -> None:
    async with shown(size=(120, 30)) as screen:
        first, second = screen.lines()[:2]
        assert "acme-jp" in first
        assert "Zylker KK <-> Zylker CRM" in first
        assert "! Attention 03:04" in first
        assert "next 04:41" in first
        assert "Books 812/1000" in first
        assert "1 Overview" in second
        assert "8 Attention(7)" in second


@pytest.mark.parametrize("columns", [60, 70, 80, 100, 120])
async def test_the_header_never_overflows(columns: int, lang: Lang) -> None:
    from tui.text import width
    from tui.widgets.header import modes_line, status_line
    from tui.widgets.strips import plain

    service = FakeService()
    service.profile_named = ("株式会社ザイルカー" * 5, "Zylker CRM" * 5)
    async with shown(service, lang=lang, size=(columns, 24)) as screen:
        for mode in ("overview", "connection", "attention"):
            assert width(plain(modes_line(screen.app, mode, columns))) <= columns
        assert width(plain(status_line(screen.app, columns))) <= columns
        assert "812/1000" in screen.lines()[0]


async def test_rows_without_a_sync_of_their_own_say_where_to_look_and_lead_there(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        rows = ((say.module_documents, say.elsewhere_documents), (say.module_triggers, say.elsewhere_triggers))
        for name, where in rows:
            line = next(line for line in screen.lines() if line.strip().startswith(name))
            assert where in line
        for name in (say.module_vendors, say.module_items):
            line = next(line for line in screen.lines() if line.strip().startswith(name))
            assert say.state_not_configured in line
        await screen.press("down", "down", "down", "enter")
        assert screen.app.current_mode == "documents"


@pytest.mark.parametrize(("key", "title"), [("3", "All vendors"), ("4", "All items")])
async def test_vendors_and_items_have_their_lists(key: str, title: str) -> None:
    async with shown() as screen:
        await screen.press(key)
        await screen.sees(f"{title} 1/200")
        assert screen.service.calls[0][1].module == title.split()[1]
        await screen.press("f")
        await screen.sees("Not in CRM")
        assert "Business" not in [line.strip() for line in screen.app.screen.options]  # type: ignore[attr-defined]


async def test_the_last_run_is_told_with_its_counts() -> None:
    async with shown() as screen:
        assert "Last run  + Done  03:04  42 s  by hand" in screen.text
        assert "CRM -> Books   created 180  updated 3  linked 6  skipped 2  failed 7" in screen.text
        assert "Books -> CRM   created 4  updated 1  failed 0" in screen.text


async def test_budgets_of_both_sides_are_told() -> None:
    async with shown() as screen:
        assert "CRM: 23 used, no daily limit known" in screen.text
        assert "Books: 188 of 1,000 used, 812 left, resets 15:00" in screen.text


async def test_a_budget_without_limit_is_told_as_calls() -> None:
    service = FakeService()
    service.day_limit = None
    async with shown(service) as screen:
        assert "Books 188 calls" in screen.lines()[0]


async def test_failures_are_told_by_reason() -> None:
    async with shown() as screen:
        await screen.sees("F16 5 x A value is too long for the target field.")


async def test_nothing_to_do_is_said() -> None:
    async with shown(FakeService(failed=0)) as screen:
        await screen.sees("Nothing: every record that can sync has.", "+ OK 03:04")


async def test_enter_on_customers_opens_their_list() -> None:
    async with shown() as screen:
        await screen.press("enter")
        await screen.sees("All customers 1/200")


async def test_a_profile_that_never_ran_says_how_to_start() -> None:
    service = FakeService(failed=0)
    service.last_run = None
    async with shown(service) as screen:
        assert "No sync has run yet. Press s to start the first one." in screen.text


@pytest.mark.parametrize(
    ("health", "text"),
    [
        ("not_connected", "Press 9 to connect it"),
        ("not_configured", "Press c to set up"),
        ("locked", "Press U to unlock"),
    ],
)
async def test_what_is_missing_is_said_with_its_remedy(health: str, text: str) -> None:
    service = FakeService(failed=0)
    service.health = health
    async with shown(service) as screen:
        await screen.press("1")
        await screen.sees(text)
        await screen.press("s")
        await screen.sees("press")
        assert not any(call[0] == "sync" for call in service.calls)


async def test_p_pauses_and_resumes() -> None:
    async with shown() as screen:
        await screen.press("p")
        await screen.sees("= Paused" if "= Paused" in screen.text else "Paused")
        await screen.press("s")
        await screen.sees("Paused: press p to resume")
        await screen.press("p")
        await screen.until(lambda: not screen.service.paused)
        await screen.sees("! Attention")
        assert [call[0] for call in screen.service.calls if call[0] in ("pause", "resume")] == ["pause", "resume"]


async def test_read_only_refuses_and_shows_it() -> None:
    async with shown(read_only=True) as screen:
        assert "read-only" in screen.lines()[0]
        assert "Sync now" not in screen.lines()[-1]
        await screen.press("s")
        await screen.sees("Read-only")
        assert not any(call[0] == "sync" for call in screen.service.calls)


async def test_an_unknown_module_state_does_not_break_the_table() -> None:
    service = FakeService()
    service.module_state = "failed"
    async with shown(service) as screen:
        await screen.sees("x Failed")
        assert isinstance(screen.app.state.module("customers"), ModuleStatus)


async def test_esc_on_the_first_screen_does_not_leave_but_q_does() -> None:
    async with shown() as screen:
        await screen.press("escape")
        await screen.sees("This is the first screen")
        await screen.press("q")
        await screen.until(lambda: screen.app.return_value == 0)
