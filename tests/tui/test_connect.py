"""From nothing to a connection, on the screen: the key, both sides, what is shared, the confirmation; and unlocking."""

from typing import Any

import pytest
from rich.cells import cell_len

from core.model.text import Lang
from core.service import JoinRequest
from tests.tui.driving import Shown, shown
from tests.tui.fake import FakeService
from tui.locale import STRINGS


def fresh() -> FakeService:
    service = FakeService(failed=0)
    service.setups.clear()
    service.health, service.joined, service.last_run = "not_connected", False, None
    return service


def asked(screen: Shown, name: str) -> list[Any]:
    return [call[1] for call in screen.service.calls if call[0] == name]


async def typed(screen: Shown, *lines: str) -> None:
    for line in lines:
        await screen.press(*line, "enter")


async def form(screen: Shown) -> None:
    await screen.press("9", "C")
    await screen.sees("Connect Zoho Books and Zoho CRM", "CRM e-mail address")


async def fill(screen: Shown, crm_key: str = "zsc1.c") -> None:
    await typed(screen, "c@z.jp", crm_key, "", "b@z.jp", "zsc1.b", "")


async def test_a_first_start_leads_to_the_connection(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(fresh(), lang=lang) as screen:
        await screen.until(lambda: screen.app.current_mode == "connection")
        await screen.sees(say.first_start[:12], "3  ")


async def test_both_sides_are_checked_then_confirmed_then_joined() -> None:
    async with shown(fresh()) as screen:
        await form(screen)
        await fill(screen)
        await screen.sees("To be joined", "Zylker KK   id 10234695", "What will be shared", "Press Enter to agree")
        assert len(asked(screen, "examine")) == 1 and not asked(screen, "join")
        await screen.press("enter")
        await screen.sees("Joined: Zylker KK <-> Zylker CRM. Press c to set up customers.")
        [request] = asked(screen, "join")
        assert isinstance(request, JoinRequest)
        assert (request.crm.email, request.crm.key, request.books.key) == ("c@z.jp", "zsc1.c", "zsc1.b")
        assert screen.app.current_mode == "overview"


async def test_a_key_is_never_shown_while_it_is_typed() -> None:
    async with shown(fresh()) as screen:
        await form(screen)
        await typed(screen, "c@z.jp")
        await screen.press(*"zsc1.verysecret")
        await screen.sees("c@z.jp")
        assert "verysecret" not in screen.text


async def test_what_is_missing_or_wrong_is_said_and_nothing_is_stored() -> None:
    async with shown(fresh()) as screen:
        await form(screen)
        await typed(screen, "c@z.jp", "", "", "b@z.jp", "zsc1.b", "")
        await screen.sees("CRM ZSC key is missing")
        await screen.press(*"nonsense", "enter", "enter", "enter", "enter", "enter")
        await screen.sees("This is not a whole ZSC key.")
        assert not asked(screen, "join")


async def test_a_check_that_says_stop_stores_nothing() -> None:
    service = fresh()
    service.stops = True
    async with shown(service) as screen:
        await form(screen)
        await fill(screen)
        await screen.sees("x Stop", "Upgrade CRM to Professional", "A check above says stop")
        await screen.press("enter")
        await screen.sees("nothing is stored")
        assert not asked(screen, "join")


async def test_a_key_under_a_passphrase_asks_for_it() -> None:
    async with shown(fresh()) as screen:
        await form(screen)
        await fill(screen, "locked.c")
        await screen.sees("These keys are under a passphrase.")
        await screen.press(*"journey", "enter")
        await screen.sees("To be joined")
        assert asked(screen, "examine")[-1].crm.key_passphrase == "journey"


async def test_a_vault_without_a_passphrase_asks_for_a_new_one() -> None:
    service = fresh()
    service.vault_locked = True
    async with shown(service) as screen:
        await form(screen)
        await fill(screen)
        await screen.sees("To be joined")
        await screen.press("enter")
        await screen.sees("Enter the passphrase that the keys")
        await screen.press(*"vault", "enter")
        await screen.sees("Joined:")
        assert asked(screen, "unlock") == ["vault"]


async def test_a_key_is_made_step_by_step_and_filled_in() -> None:
    async with shown(fresh()) as screen:
        await screen.press("9", "K")
        await screen.sees("A ZSC key for which side?")
        await screen.press("enter")
        await screen.sees("Japan (zoho.jp)")
        await screen.press("enter")
        await screen.sees("https://api-console.zoho.jp", "ZohoCRM.settings.ALL")
        await screen.press("y")
        assert screen.app.copied == "ZohoCRM.modules.ALL,ZohoCRM.settings.ALL"
        await screen.press("enter")
        await screen.sees("Client Secret")
        await typed(screen, "c@z.jp", "1000.ID", "hush", "1000.code", "")
        await screen.sees("zsc1.crm.made", "Whoever has this key can use it")
        assert "hush" not in screen.text
        [request] = asked(screen, "make_key")
        assert (request.client_secret, request.accounts_url) == ("hush", "https://accounts.zoho.jp")
        await screen.press("y", "enter")
        assert screen.app.copied == "zsc1.crm.made"
        await screen.sees("press C to connect", "A CRM key was made here")
        await screen.press("C")
        await screen.sees("c@z.jp")
        assert "zsc1.crm.made" not in screen.text


async def test_updating_credentials_starts_from_what_is_joined() -> None:
    async with shown() as screen:
        await form(screen)
        await screen.sees("sync@zylker.example", "10234695")
        await screen.press("escape")
        await screen.sees("Preflight")


async def test_a_locked_agent_is_unlocked_from_the_overview(lang: Lang) -> None:
    service = FakeService(failed=0)
    service.health = "locked"
    async with shown(service, lang=lang) as screen:
        say = STRINGS[lang]
        await screen.press("U")
        await screen.sees(say.unlock_title)
        await screen.press(*"opensesame")
        await screen.pilot.pause()
        assert "opensesame" not in screen.text
        await screen.press("enter")
        await screen.sees(say.unlocked, say.state_ok)
        await screen.press("U")
        await screen.sees(say.no_lock)


@pytest.mark.parametrize("size", [(80, 24), (60, 16)])
async def test_every_line_fits(size: tuple[int, int], lang: Lang) -> None:
    async with shown(fresh(), lang=lang, size=size) as screen:
        await screen.press("9", "C")
        await screen.sees("ZSC")
        assert [line for line in screen.lines() if cell_len(line) != size[0]] == []
        await fill(screen)
        await screen.sees("Zylker KK   ")
        assert [line for line in screen.lines() if cell_len(line) != size[0]] == []
