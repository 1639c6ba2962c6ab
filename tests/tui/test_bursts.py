"""Keys typed ahead: a burst that arrives as one write goes where somebody typing slowly would have put it."""

import pytest
from textual.events import Key, Paste

from core.service import JoinRequest
from tests.tui.driving import Shown, shown
from tests.tui.ptys import dev
from tests.tui.test_connect import fresh
from tui.widgets.prompt import Prompt

NAMES = {"\r": "enter", "\x1b": "escape", " ": "space", "\t": "tab", "/": "slash", "=": "equals_sign"}


def burst(screen: Shown, text: str) -> None:
    """Give all keys at once, with no look at what they do."""
    for letter in text:
        screen.app.post_message(Key(NAMES.get(letter, letter), letter if letter.isprintable() else None))


def asked(screen: Shown, name: str) -> list[object]:
    return [call[1] for call in screen.service.calls if call[0] == name]


async def test_a_whole_form_in_one_burst() -> None:
    async with shown(fresh()) as screen:
        await screen.until(lambda: screen.app.current_mode == "connection")
        burst(screen, "Cc@z.jp\rzsc1.c\r600\rb@z.jp\rzsc1.b\r102\r")
        await screen.sees("To be joined")
        [request] = asked(screen, "examine")
        assert isinstance(request, JoinRequest)
        crm, books = request.crm, request.books
        assert (crm.email, crm.key, crm.organization_id) == ("c@z.jp", "zsc1.c", "600")
        assert (books.email, books.key, books.organization_id) == ("b@z.jp", "zsc1.b", "102")


async def test_what_is_typed_while_a_form_is_sent_waits_for_the_screen_it_leads_to() -> None:
    async with shown(fresh()) as screen:
        await screen.until(lambda: screen.app.current_mode == "connection")
        burst(screen, "Cc@z.jp\rzsc1.c\r\rb@z.jp\rzsc1.b\r\r\r")
        await screen.sees("Joined: Zylker KK")
        assert (len(asked(screen, "examine")), len(asked(screen, "join"))) == (1, 1)


async def test_the_window_that_a_form_opens_gets_what_was_typed_for_it() -> None:
    async with shown(fresh()) as screen:
        await screen.until(lambda: screen.app.current_mode == "connection")
        burst(screen, "Cc@z.jp\rlocked\r\rb@z.jp\rzsc1.b\r\rphrase\r")
        await screen.sees("To be joined")
        request = asked(screen, "examine")[-1]
        assert isinstance(request, JoinRequest)
        assert request.crm.key_passphrase == "phrase"
        assert request.books.organization_id == ""


async def test_arrows_between_the_lines_of_a_form() -> None:
    async with shown(fresh()) as screen:
        await screen.until(lambda: screen.app.current_mode == "connection")
        burst(screen, "C")
        for key in ("down", "x", "up", "y", "tab", "z"):
            screen.app.post_message(Key(key, key if len(key) == 1 else None))
        await screen.until(lambda: [each.value for each in screen.app.screen.query(Prompt)][:2] == ["y", "xz"])


async def test_a_paste_between_keys_keeps_its_place() -> None:
    async with shown(fresh()) as screen:
        await screen.until(lambda: screen.app.current_mode == "connection")
        burst(screen, "Ca")
        screen.app.post_message(Paste("@z"))
        burst(screen, ".jp\r")
        screen.app.post_message(Paste("zsc1.pasted"))
        burst(screen, "\r")
        values = ["a@z.jp", "zsc1.pasted"]
        await screen.until(lambda: [each.value for each in screen.app.screen.query(Prompt)][:2] == values)


async def test_a_menu_and_the_key_after_it() -> None:
    async with shown() as screen:
        await screen.press("2")
        await screen.sees("All customers 1/200")
        # The view menu, the third entry of it, and then the filter.
        burst(screen, "fjj\r/zylker\r")
        await screen.sees("Not in CRM", "zylker")
        assert len(screen.app.screen_stack) == 1


async def test_a_filter_and_the_record_that_it_leads_to() -> None:
    async with shown() as screen:
        await screen.press("2")
        await screen.sees("All customers 1/200")
        burst(screen, "/alder\r\r")
        await screen.sees("Account_Name")
        assert "Alder Optics" in screen.text


async def test_a_command_of_the_palette() -> None:
    async with shown() as screen:
        screen.app.post_message(Key("ctrl+p", None))
        burst(screen, "history\r\r")
        await screen.sees("run 20261124-030400")


async def test_a_jump_and_the_key_after_it() -> None:
    async with shown() as screen:
        burst(screen, "Jh")
        await screen.sees("Interrupted")
        burst(screen, "Jc/alder\r")
        await screen.sees("alder", "1/20")


async def test_a_question_is_answered_by_the_key_that_follows_it() -> None:
    async with shown() as screen:
        await screen.press("8")
        await screen.sees("F16")
        burst(screen, "Ry1")
        await screen.until(lambda: asked(screen, "sync"))
        await screen.until(lambda: screen.app.current_mode == "overview")


async def test_esc_is_never_kept_waiting() -> None:
    async with shown(fresh()) as screen:
        await screen.until(lambda: screen.app.current_mode == "connection")
        burst(screen, "Cc@z.jp")
        await screen.sees("c@z.jp")
        screen.app.hold_keys()
        burst(screen, "never\x1b")
        await screen.until(lambda: len(screen.app.screen_stack) == 1)
        screen.app.let_keys_go()
        await screen.sees("Joined organisations")


@pytest.mark.e2e
def test_a_key_is_made_by_one_write_to_a_real_terminal() -> None:
    with dev("--fresh", columns=100, rows=30) as terminal:
        terminal.until("ZSC")
        terminal.press(b"K\r\r\r")
        terminal.until("Passphrase of the key")
        terminal.press(b"me@z.jp\r1000.id\rcode-secret\rgrant\r\rCc@z.jp\r")
        terminal.until("me@z.jp")
        terminal.quiet()
        assert "code-secret" not in terminal.text()
