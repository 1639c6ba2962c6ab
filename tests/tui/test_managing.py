"""Looking after a connection: off and on with its warnings, parting, keys, doctor, alerts, schedule, profiles."""

from typing import Any

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from core.model.link import Link
from core.model.mirror import MirrorSetup, MirrorStatus
from core.model.setup import Check
from core.model.text import Lang
from core.service import Service
from core.service_profiles import ProfileCard
from core.service_running import KeyScopes
from tests.tui.driving import NOW, Shown, TestApp, shown
from tests.tui.fake import FakeService, organisation
from tui.locale import STRINGS


def asked(screen: Shown, name: str) -> list[Any]:
    return [call[1] if len(call) > 1 else None for call in screen.service.calls if call[0] == name]


async def on_connection(screen: Shown) -> None:
    await screen.press("9")
    await screen.sees("Zylker KK   id 10234695", "Professional")


async def test_disabling_says_in_numbers_what_stops_and_what_stays() -> None:
    async with shown() as screen:
        await on_connection(screen)
        await screen.press("D")
        await screen.sees("instant sync of 1 modules", "188 links, 7 open failures", "y  Yes")
        await screen.press("n")
        assert not asked(screen, "disable")
        await screen.press("D", "y")
        await screen.sees("The integration is off. D switches it on again")
        assert len(asked(screen, "disable")) == 1


async def test_disabling_warns_of_documents_that_stay_in_crm() -> None:
    service = FakeService()
    service.mirror = MirrorStatus(setup=MirrorSetup(on=True), mirrored={"invoice": 9}, to_remove={"invoice": 9})
    async with shown(service) as screen:
        await on_connection(screen)
        await screen.press("D")
        await screen.sees("The 9 documents that Kakehashi put into CRM stay there")


async def test_enabling_needs_no_question_and_reads_anew() -> None:
    service = FakeService()
    service.disabled = True
    async with shown(service) as screen:
        await screen.press("9")
        await screen.sees("! The integration is off: nothing syncs")
        assert not asked(screen, "preflight")
        await screen.press("D")
        await screen.sees("The integration is on again", "Professional")
        assert asked(screen, "enable") and asked(screen, "preflight")


async def test_parting_is_for_the_disabled_alone_and_says_what_goes() -> None:
    service = FakeService()
    async with shown(service) as screen:
        await on_connection(screen)
        await screen.press("X")
        await screen.sees("Disable the integration first: D")
        await screen.press("D", "y")
        await screen.sees("The integration is off. D")
        await screen.press("X")
        await screen.sees("Part from Zylker KK and Zylker CRM?", "Goes: both keys", "Stays: 188 links")
        await screen.press("y")
        await screen.sees("Disconnected. C connects again.", "Three steps lead to the first")
        assert len(asked(screen, "disconnect")) == 1


@pytest.mark.parametrize("key", ["s", "v", "c", "p"])
async def test_while_disabled_a_key_that_would_sync_says_so(key: str) -> None:
    service = FakeService()
    service.disabled = True
    async with shown(service) as screen:
        await screen.press(key)
        await screen.sees("The integration is off: press 9, then D, to switch it on")


async def test_the_own_key_is_looked_into_without_entering_it() -> None:
    async with shown() as screen:
        await on_connection(screen)
        await screen.press("O")
        await screen.sees("The CRM key of this profile", "Another Books key")
        await screen.press("enter")
        await screen.sees("CRM key of sync@zylker.example", "Missing: the sync needs these", "ZohoCRM.settings.ALL")
        [given] = asked(screen, "key_scopes")
        assert (given.service, given.key) == ("crm", "")


async def test_a_whole_key_and_one_that_zoho_does_not_tell_of_say_so() -> None:
    service = FakeService()
    service.scopes = KeyScopes(held=("ZohoBooks.fullaccess.all",))
    async with shown(service) as screen:
        await on_connection(screen)
        await screen.press("O", "down", "enter")
        await screen.sees("+ Nothing is missing.")
        service.scopes = KeyScopes()
        await screen.press("escape", "O", "enter")
        await screen.sees("Zoho does not tell what this key allows")


async def test_a_pasted_key_is_revoked_after_a_question_and_never_shown() -> None:
    async with shown() as screen:
        await on_connection(screen)
        await screen.press("V", "down", "down", "enter")
        await screen.sees("Another CRM key")
        await screen.press(*"a@z.jp", "enter", *"zsc1.secret", "enter", "enter")
        text = await screen.sees("Revoke the CRM key of a@z.jp?")
        assert "secret" not in text
        await screen.press("y")
        await screen.sees("The key is revoked.")
        assert asked(screen, "revoke_key")[0].key == "zsc1.secret"


async def test_revoking_the_own_key_says_what_stops() -> None:
    async with shown() as screen:
        await on_connection(screen)
        await screen.press("V", "enter")
        await screen.sees("This profile is connected with it: syncing of 1 modules stops")
        await screen.press("n")
        assert not asked(screen, "revoke_key")


async def test_the_doctor_tells_what_is_in_the_way_first() -> None:
    service = FakeService()
    service.checks.append(Check(id="edition", state="stop", detail={"side": "CRM", "edition": "Free"}))
    async with shown(service) as screen:
        await on_connection(screen)
        await screen.press("I")
        text = await screen.sees("x Stop", "Upgrade CRM to Professional", "answers in 41 ms")
        assert text.index("x Stop") < text.index("answers in")
        service.checks.pop()
        await screen.press("l")
        await screen.sees("+ Nothing is in the way of a sync.")


async def test_alerts_are_stored_then_tried() -> None:
    async with shown() as screen:
        await on_connection(screen)
        await screen.sees("Told when something is wrong: nobody")
        await screen.press("L")
        await screen.sees("Both get the alert as JSON")
        await screen.press(*"tell-ops", "enter", "enter", *"x", "enter")
        await screen.sees("x is no number of hours")
        await screen.press("backspace", "6", "enter")
        await screen.sees("Send a test alert now?")
        await screen.press("y")
        await screen.sees("The test alert was sent.", "command tell-ops, no success for 6 h")
        assert asked(screen, "set_alerts")[0].silent_hours == 6
        assert asked(screen, "test_alert")


async def test_the_schedule_is_set_from_the_overview() -> None:
    async with shown() as screen:
        await screen.press("H")
        await screen.sees("Automatic sync: Customers", "> Every 2h (as Zoho's own integration)")
        await screen.press("up", "enter")
        await screen.sees("Customers: Every 1h")
        await screen.press("H", "end", "up", "enter")
        await screen.sees("Between the starts of two runs")
        await screen.press("ctrl+u", *"soon", "enter")
        await screen.sees("soon is no time")
        await screen.press("H", "end", "enter", *"22:00", "enter")
        await screen.until(lambda: len(asked(screen, "set_schedule")) == 2)
        assert asked(screen, "set_schedule")[1].not_before == "2026-11-24T22:00:00Z"
        await screen.press("H", "home", "enter")
        await screen.sees("Customers: Off")
        assert not asked(screen, "set_schedule")[-1].on


async def test_a_module_without_a_setup_has_no_schedule() -> None:
    async with shown() as screen:
        await screen.press("down", "H")
        await screen.sees("Vendors: not configured yet.")


async def test_a_later_organisation_says_that_it_is_one_way(lang: Lang) -> None:
    service = FakeService()
    service.later = True
    async with shown(service, lang=lang, size=(100, 30)) as screen:
        await screen.press("9")
        await screen.sees(STRINGS[lang].later_line[:20])


class Two:
    """Two profiles, each with its own service."""

    def __init__(self) -> None:
        self.first, self.second = FakeService(), FakeService(failed=0)
        self.second.profile_named = ("Zylker Osaka", "Zylker CRM")
        self.fresh = FakeService(failed=0)
        self.fresh.setups.clear()
        self.fresh.health, self.fresh.joined, self.fresh.last_run = "not_connected", False, None
        self.first.cards.append(
            ProfileCard(
                name="osaka", books=organisation("books", "Zylker Osaka"), crm=organisation("crm", "Zylker CRM"),
                later=True,
            )
        )  # fmt: skip

    def connect_to(self, name: str) -> Any:
        async def connect() -> Service:
            return {"acme-jp": self.first, "osaka": self.second}.get(name, self.fresh)

        return connect


def two_profiles() -> tuple[TestApp, Two]:
    two = Two()
    app = TestApp(
        two.connect_to("acme-jp"), "en", "acme-jp", now=lambda: NOW, gap=0, connect_to=two.connect_to
    )  # fmt: skip
    return app, two


async def test_another_profile_is_shown_whole_and_the_first_one_is_let_go() -> None:
    app, two = two_profiles()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Shown(app, pilot, two.first)
        await screen.press("2")
        await screen.sees("All customers 1/200")
        await screen.press("1", "P")
        await screen.sees("acme-jp", "Zylker Osaka <-> Zylker CRM", "CRM -> Books only")
        await screen.press("enter")
        await screen.sees("This profile is on the screen already")
        await screen.press("down", "enter")
        await screen.sees("Zylker Osaka <-> Zylker CRM", "Profile osaka", "Nothing: every record")
        assert two.first.closed == 1
        assert not two.first.queues
        await screen.press("2")
        await screen.until(lambda: any(call[0] == "open_list" for call in two.second.calls))


async def test_another_books_organisation_begins_with_its_connection_and_knows_the_crm() -> None:
    app, two = two_profiles()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Shown(app, pilot, two.first)
        await on_connection(screen)
        await screen.press("N")
        await screen.sees("Another Books organisation", "every later one only")
        await screen.press("a", "space", "b", "enter")
        await screen.sees("a b cannot name a profile")
        await screen.press("N", *"osaka", "enter")
        await screen.sees("There is a profile osaka already")
        await screen.press("N", *"nagoya", "enter")
        await screen.sees("Three steps lead to the first", "nagoya")
        await screen.press("C")
        await screen.sees("sync@zylker.example")


async def test_where_there_is_one_profile_only_another_one_is_refused() -> None:
    async with shown() as screen:
        await on_connection(screen)
        await screen.press("N")
        await screen.sees("Only one profile can be shown here")


async def test_transactions_say_what_they_will_make_then_are_switched_on() -> None:
    async with shown() as screen:
        await screen.press("down", "down", "down", "c")
        await screen.sees("Transactions in both places", "Off", "Invoice", "12")
        await screen.press("enter")
        await screen.sees("15 documents of Books appear in CRM: Estimate 3, Invoice 12", "key field of ours")
        await screen.press("n")
        assert not asked(screen, "switch_transactions")
        await screen.press("enter")
        await screen.sees("Switch transactions on?")
        await screen.press("y")
        await screen.sees("Transactions are on.", "On since 03:20")
        await screen.press("s")
        await screen.sees("Transactions: Done")
        await screen.press("escape")
        await screen.sees("+ 15 in CRM")


async def test_transactions_say_what_they_will_remove_then_are_switched_off() -> None:
    service = FakeService()
    await service.switch_transactions(True)
    async with shown(service) as screen:
        await screen.press("down", "down", "down", "c")
        await screen.sees("On since")
        await screen.press("enter")
        await screen.sees("15 documents that Kakehashi put into CRM are deleted there", "Books keeps everything")
        await screen.press("y")
        await screen.sees("Transactions are off.")
        assert asked(screen, "switch_transactions") == [True, False]


async def test_transactions_that_are_off_cannot_be_run_and_failures_have_a_remedy() -> None:
    service = FakeService()
    service.all_failures = [replace(service.all_failures[0], module="documents", name="INV-000014", reason="F16")]
    async with shown(service) as screen:
        await screen.press("down", "down", "down", "c")
        await screen.sees("Not brought over: 1", "INV-000014", "company_name")
        await screen.press("s")
        await screen.sees("not configured")


async def test_a_later_organisation_has_no_transactions() -> None:
    service = FakeService()
    service.later = True
    async with shown(service) as screen:
        await screen.press("down", "down", "down", "c")
        await screen.sees("Only the first Books organisation of a CRM")
        await screen.press("enter")
        await screen.sees("syncs transactions (E3).")
        assert not asked(screen, "switch_transactions")


@pytest.mark.parametrize("keys", ["9", "9D", "9O", "9V", "9I", "9L", "1H", "1P", "1jjjc"])
async def test_every_line_fits(keys: str, lang: Lang) -> None:
    for size in ((80, 24), (120, 40)):
        async with shown(lang=lang, size=size) as screen:
            await screen.press(*keys)
            await screen.pilot.pause()
            assert [line for line in screen.lines() if cell_len(line) != size[0]] == []


async def test_links_that_are_kept_after_parting_are_told() -> None:
    service = FakeService()
    service.health = "not_connected"
    kept = Link(module="customers", crm_id="1", books_id="2")
    assert kept.crm_id
    status = await service.status()
    assert status.profile is not None
    parted = replace(status, profile=replace(status.profile, crm=None, books=None, pair=("60001234", "10234695")))

    async def told() -> Any:
        return parted

    service.status = told  # type: ignore[method-assign]
    async with shown(service) as screen:
        await screen.sees("188 pairs, the settings and the history of 10234695 <-> 60001234")
