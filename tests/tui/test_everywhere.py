"""Language, help, palette, a lost agent, a small terminal, hostile records: what holds on every screen."""

import asyncio

import pytest
from rich.cells import cell_len

from core.model.text import Lang
from core.service import Service
from tests.tui.driving import NOW, TestApp, shown
from tests.tui.fake import FakeService
from tests.tui.test_text import HOSTILE
from tui.actions import MODE_KEYS
from tui.locale import STRINGS

KEYS = ["1", "2", "7", "8", "9"]


@pytest.mark.parametrize("key", [*KEYS, "3"])
async def test_f2_switches_everything_at_once(key: str) -> None:
    async with shown() as screen:
        await screen.press(key)
        await screen.sees("Overview")
        await screen.press("f2")
        text = await screen.sees("1 概要", "ヘルプ", "要対応")
        assert "Overview" not in text
        assert "Help" not in text
        await screen.press("f2")
        await screen.sees_not("概要")


async def test_f2_works_in_a_dialog_and_on_the_screen_below() -> None:
    async with shown() as screen:
        await screen.press("2", "f")
        await screen.sees("CRM customers")
        await screen.press("f2", "escape")
        await screen.sees("すべての顧客")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 16)])
@pytest.mark.parametrize("key", KEYS)
async def test_every_line_has_exactly_the_terminals_width(key: str, size: tuple[int, int], lang: Lang) -> None:
    async with shown(lang=lang, size=size, ready=False) as screen:
        await screen.until(lambda: screen.app.state.attachment == "attached")
        await screen.press(key)
        await screen.sees("7")
        assert [line for line in screen.lines() if cell_len(line) != size[0]] == []
        assert len(screen.lines()) == size[1]


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_comes_from_a_record_is_text(name: str) -> None:
    service = FakeService()
    service.names[1] = HOSTILE[name]
    async with shown(service) as screen:
        await screen.press("2")
        await screen.sees("株式会社ザイルカー")
        assert [line for line in screen.lines() if cell_len(line) != 80] == []
        await screen.press("down", "enter")
        await screen.sees("Account_Name")
        assert [line for line in screen.lines() if cell_len(line) != 80] == []
        assert not [letter for letter in screen.text if ord(letter) < 32 and letter != "\n"]


async def test_a_hostile_raw_answer_is_text() -> None:
    from msgspec.structs import replace

    service = FakeService()
    service.all_failures = [replace(service.all_failures[0], raw='[bold]\x1b[2J{"a": "\\u202e"}', message="\x07bell")]
    async with shown(service) as screen:
        await screen.press("8")
        await screen.sees("F16")
        await screen.press("enter")
        await screen.sees("\u2407bell")
        await screen.press("enter")
        await screen.sees("[bold]\u241b[2J")


async def test_help_lists_the_keys_of_the_screen_it_was_opened_from(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang, size=(120, 60)) as screen:
        await screen.press("2")
        await screen.sees("株式会社ザイルカー")
        await screen.press("?")
        await screen.sees(say.help_here.format(screen=say.mode_customers), say.tip_next_view, say.tip_redraw)
        await screen.press("q")
        await screen.sees_not(say.help_everywhere)


async def test_help_says_why_a_key_cannot_work_now() -> None:
    service = FakeService()
    service.paused = True
    async with shown(service) as screen:
        await screen.press("?")
        await screen.sees("Paused: press p to resume")


async def test_the_palette_finds_a_command_in_either_language_and_does_it() -> None:
    async with shown() as screen:
        await screen.press("ctrl+p")
        await screen.sees("Commands")
        await screen.press(*"即時")
        await screen.sees_not("Progress")
        await screen.press("enter")
        await screen.until(lambda: any(call[0] == "sync" for call in screen.service.calls))


async def test_the_palette_finds_names_before_explanations() -> None:
    async with shown() as screen:
        await screen.press("ctrl+p", *"over")
        await screen.press("enter")
        await screen.sees("Last run")


async def test_the_palette_can_be_left() -> None:
    async with shown() as screen:
        await screen.press("ctrl+p", "x", "escape")
        await screen.sees("Last run")


async def test_a_lost_agent_is_said_and_found_again_by_itself() -> None:
    services = [FakeService(), FakeService(failed=0)]
    gate = asyncio.Event()
    tries = 0

    async def connect() -> Service:
        nonlocal tries
        tries += 1
        if tries == 2:
            await gate.wait()
        return services[min(tries, 2) - 1]

    app = TestApp(connect, "en", "acme-jp", now=lambda: NOW, gap=0)
    from tests.tui.driving import Shown

    async with app.run_test(size=(80, 24)) as pilot:
        screen = Shown(app, pilot, services[0])
        await screen.sees("Attention(7)")
        services[0].drop()
        await screen.sees("x Connection lost, reattaching")
        await screen.press("s")
        await screen.sees("Not attached to the agent yet")
        gate.set()
        await screen.sees("+ OK 03:04")


async def test_every_mode_can_be_reached_and_left() -> None:
    async with shown() as screen:
        for mode, key in MODE_KEYS.items():
            await screen.press(key)
            await screen.until(lambda mode=mode: screen.app.current_mode == mode)
        await screen.press("q")
        await screen.until(lambda: screen.app.current_mode == "overview")


async def test_history_leads_to_what_a_run_wrote() -> None:
    async with shown() as screen:
        await screen.press("7")
        await screen.sees("! Interrupted", "3 min 20 s")
        await screen.press("enter")
        await screen.sees("run 20261124-030400", "created, new", "contact_name: (empty) -> 株式会社ザイルカー")


async def test_connection_shows_what_is_joined_and_the_preflight() -> None:
    async with shown() as screen:
        await screen.press("9")
        await screen.sees(
            "Zylker KK   id 10234695", "sync@zylker.example", "+ OK         CRM edition Professional", "! Warning"
        )
        await screen.sees("two syncs fight over the same records")
        await screen.press("l")
        await screen.until(lambda: len([call for call in screen.service.calls if call[0] == "preflight"]) == 2)


async def test_news_stays_until_the_next_key() -> None:
    async with shown() as screen:
        await screen.press("escape")
        await screen.sees("This is the first screen")
        await screen.press("down")
        await screen.sees_not("This is the first screen")


async def test_before_the_agent_answers_the_frame_is_there_and_keys_are_acknowledged() -> None:
    never = asyncio.Event()

    async def connect() -> Service:
        await never.wait()
        return FakeService()

    app = TestApp(connect, "en", "acme-jp", now=lambda: NOW, gap=0)
    from tests.tui.driving import Shown

    async with app.run_test(size=(80, 24)) as pilot:
        screen = Shown(app, pilot, FakeService())
        await screen.sees("> Connecting", "Customers", "Help")
        await screen.press("s")
        await screen.sees("Not attached to the agent yet")
        await screen.press("2")
        await screen.sees("All customers ...")
