"""Deals, the deal sidebar, triggers and the simulator (B66-B77, B94-B101)."""

import pytest
from rich.cells import cell_len

from core.model.documents import Preference
from core.model.problems import PROBLEMS
from core.model.text import Lang
from tests.tui.driving import Shown, shown
from tests.tui.fake import FakeService
from tui.locale import STRINGS


def line(screen: Shown, part: str) -> str:
    return next(text for text in screen.text.splitlines() if part in text)


async def loose(screen: Shown) -> None:
    await screen.press("6")
    await screen.sees("All deals 1/3")
    await screen.press("F", "F")
    await screen.sees("Documents without a deal 1/3")


async def test_6_lists_each_deal_with_its_money_and_the_gap() -> None:
    async with shown() as screen:
        await screen.press("6")
        await screen.sees("All deals 1/3", "A stage makes: nothing")
        assert line(screen, "100% Closed").split()[-5:] == ["1,200,000", "2", "700,000", "700,000", "500,000"]
        assert line(screen, " 75% Prop").split()[-5:] == ["480,000", "0", "0", "0", "480,000"]
        assert line(screen, "  0% Closed").split()[-3:] == ["0", "0", "0"]
        await screen.sees("INV-000014", "EST-000012")


async def test_what_changed_is_read_once_on_entering_and_again_with_l() -> None:
    async with shown() as screen:
        await screen.press("6")
        await screen.until(lambda: ("refresh_documents",) in screen.service.calls)
        screen.service.moved()
        await screen.sees_not("reading what changed")
        await screen.press("l")
        await screen.until(lambda: screen.service.calls.count(("refresh_documents",)) == 2)


async def test_f_shows_only_deals_with_a_gap() -> None:
    async with shown() as screen:
        await screen.press("6")
        await screen.sees("All deals 1/3")
        await screen.press("f", "down", "enter")
        await screen.sees("Deals with a gap 1/2")
        await screen.sees_not("Warehouse scanners")


async def test_text_finds_a_deal_by_its_stage_or_a_document_of_it() -> None:
    async with shown() as screen:
        await screen.press("6")
        await screen.sees("All deals 1/3")
        await screen.press("/", *"est-000012", "enter")
        await screen.sees("All deals 1/1", "基幹システム更新")


async def test_enter_opens_the_deal_and_its_documents() -> None:
    async with shown() as screen:
        await screen.press("6")
        await screen.sees("All deals 1/3")
        await screen.press("enter")
        await screen.sees("Invoiced: 700,000   Paid: 700,000", "Gap: 500,000", "INV-000014")
        await screen.press("down", "enter")
        await screen.sees("Estimate EST-000012", "Associated by a person.", "導入作業")


async def test_a_document_without_a_deal_tells_which_fits_and_why_and_a_ties_it() -> None:
    async with shown() as screen:
        await loose(screen)
        await screen.sees("Fits 保守 2027: same customer, same amount, named in the reference.")
        await screen.press("a")
        await screen.sees("INV-000011 belongs to 保守 2027 now", "Documents without a deal 1/2")
        assert ("associate", "invoice", "900011", "500002") in screen.service.calls


async def test_without_a_fit_a_opens_the_sidebar_to_choose() -> None:
    async with shown() as screen:
        await loose(screen)
        await screen.press("down", "a")
        await screen.sees("Potentials 3", "Order SAL-000009")
        assert not [call for call in screen.service.calls if call[0] == "associate"]


async def test_a_deal_cannot_be_associated_with_itself() -> None:
    async with shown() as screen:
        await screen.press("6")
        await screen.sees("All deals 1/3")
        await screen.press("a")
        await screen.sees("This is a deal. Press f for documents without a deal")


@pytest.mark.parametrize("key", ["d", "f4"])
async def test_the_sidebar_shows_the_customers_deals_and_a_ties_the_selected_one_b97(key: str, lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        await screen.press("5")
        await screen.sees("SAL-000009")
        await screen.press("down", "down", "down", key)
        await screen.sees(say.tab_potentials, "保守 2027", "480,000", "2026-12-02")
        await screen.press("down", "a")
        await screen.sees(say.associated.format(number="SAL-000009", deal="保守 2027"))
        assert line(screen, "Proposal").startswith(" * ")
        await screen.press(key)
        await screen.sees_not(say.sidebar_keys)


async def test_x_unties_a_document_b100() -> None:
    async with shown() as screen:
        await screen.press("5")
        await screen.sees("EST-000012")
        await screen.press("down", "d")
        await screen.sees("Deal: 基幹システム更新")
        await screen.press("x")
        await screen.sees("EST-000012 no longer belongs to 基幹システム更新", "Deal: -")
        assert ("disassociate", "estimate", "900012") in screen.service.calls


async def test_a_tie_made_by_a_trigger_says_why_it_stays_b101(lang: Lang) -> None:
    async with shown(lang=lang) as screen:
        await screen.press("5")
        await screen.sees("INV-000014")
        await screen.press("d")
        await screen.sees("基幹システム更新")
        await screen.press("x")
        await screen.sees("F26", {"en": "was tied to its deal by a trigger", "ja": "トリガーにより商談に"}[lang])
        assert screen.service.documents_there[0].deal_id == "500001"


async def test_the_details_tab_shows_the_customers_crm_record() -> None:
    async with shown() as screen:
        await screen.press("5")
        await screen.sees("INV-000014")
        await screen.press("d")
        await screen.sees("Potentials 3")
        await screen.press("left")
        await screen.sees("Zylker Manufacturing", "Owner: Sales 2", "Phone: 03-5555-0100")
        await screen.press("a")
        await screen.sees("press Right for the Potentials tab")
        await screen.press("right")
        await screen.sees("Warehouse scanners")


async def test_a_customer_that_is_not_linked_says_so_and_what_to_do_b96(lang: Lang) -> None:
    async with shown(lang=lang) as screen:
        await screen.press("5")
        await screen.sees("INV-000007")
        await screen.press("G", "d")
        problem = PROBLEMS["customer_not_linked"].message
        await screen.sees(problem.say(lang).format(customer="有限会社北浜印刷")[:30])


async def test_a_purchase_order_has_no_deal_b94(lang: Lang) -> None:
    async with shown(lang=lang) as screen:
        await screen.press("5")
        await screen.sees("PUR-000008")
        await screen.press("G", "k", "d")
        await screen.sees(STRINGS[lang].no_deal_for_orders)


async def test_read_only_ties_nothing() -> None:
    async with shown(read_only=True) as screen:
        await screen.press("5")
        await screen.sees("EST-000012")
        await screen.press("down", "d")
        await screen.sees("Potentials 3")
        await screen.press("x")
        await screen.sees("Read-only")
        await screen.press("down", "a")
        assert not [call for call in screen.service.calls if call[0] in ("associate", "disassociate")]


# triggers


async def test_triggers_are_edited_then_confirmed_in_numbers_b68_b71() -> None:
    async with shown() as screen:
        await screen.press("6")
        await screen.sees("All deals 1/3")
        await screen.press("c")
        await screen.sees("Document made by a stage", "3 deals: 2 resting, 1 waiting")
        await screen.press("enter", "up", "up", "enter")
        await screen.sees("unsaved changes", "Proposal/Price Quote", "estimate declined")
        await screen.press("down", "down", "down", "enter")
        await screen.sees("estimate made")
        await screen.press("down", "enter", "enter")
        await screen.sees("estimate accepted")
        assert not [call for call in screen.service.calls if call[0] == "switch_triggers"]
        await screen.press("G", "enter")
        await screen.sees("Let a deal's stage make: Estimate?", "3 deals act from their next stage on.")
        await screen.press("y")
        await screen.sees("Stored.")
        assert screen.service.preference == Preference(
            kind="estimate", create_at=("Qualification",), accept_at=("Proposal/Price Quote",), revision=1
        )


async def test_an_invoice_follows_the_probability_and_a_refusal_keeps_what_was_chosen_b76(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        await screen.press("6")
        await screen.sees(say.filter_deals_ledger)
        await screen.press("c")
        await screen.sees(say.triggers_kind)
        await screen.press("enter", "up", "enter")
        await screen.sees(say.stage_invoices, say.stage_voids)
        await screen.press("down", "down", "down", "enter")
        await screen.sees(say.stage_by_itself[:24])
        await screen.press("G", "enter", "y")
        await screen.sees("invoices need an item", say.unsaved)
        await screen.press("escape")
        await screen.sees(say.ask_leave_triggers)
        await screen.press("y")
        await screen.sees(say.filter_deals_ledger)


async def test_the_item_is_chosen_among_those_of_books() -> None:
    async with shown() as screen:
        await screen.press("6")
        await screen.sees("All deals 1/3")
        await screen.press("c")
        await screen.sees("Document made by a stage")
        await screen.press("enter", "up", "enter", "down", "enter")
        await screen.sees("Another, by its Books id")
        await screen.press("enter")
        await screen.sees_not("Another, by its Books id")
        await screen.press("G", "enter", "y")
        await screen.sees("Stored.")
        assert screen.service.preference.item_id == "801"


async def test_the_deals_products_are_chosen_for_lines() -> None:
    async with shown() as screen:
        await screen.press("6")
        await screen.sees("All deals 1/3")
        await screen.press("c")
        await screen.sees("Document made by a stage")
        await screen.press("enter", "up", "up", "enter")
        await screen.sees("one, of the deal (B74)")
        await screen.press("G", "k", "enter")
        await screen.sees("the deal's products", "where their prices do not")
        await screen.press("G", "enter", "y")
        await screen.sees("Stored.")
        assert screen.service.preference.products


async def test_an_item_is_searched_by_a_part_of_its_name() -> None:
    async with shown() as screen:
        await screen.press("6")
        await screen.sees("All deals 1/3")
        await screen.press("c")
        await screen.sees("Document made by a stage")
        await screen.press("enter", "up", "enter", "down", "enter")
        await screen.sees("Another, by a part of its name")
        await screen.press("down", "down", "enter", *"scan", "enter")
        await screen.sees("Scanner")
        await screen.press("g", "enter")
        await screen.sees("Item named by its line", "Scanner")


async def test_v_replays_the_past_under_what_is_on_the_screen_without_storing_it(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        await screen.press("6")
        await screen.sees(say.filter_deals_ledger)
        await screen.press("v")
        await screen.sees(say.simulate_needs_kind[:20], say.triggers_kind)
        await screen.press("enter", "up", "up", "enter", "v")
        await screen.sees(say.state_doc_accepted, "1,200,000", "2026-10-02", say.simulated_documents)
        await screen.press("f")
        await screen.sees(say.why_trigger_quiet[:12], say.verb_trigger_create)
        await screen.press("l")
        await screen.until(
            lambda: [call[2] for call in screen.service.calls if call[0] == "simulate_triggers"] == [200, 0]
        )
        assert not [call for call in screen.service.calls if call[0] == "switch_triggers"]


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (120, 30)])
async def test_every_line_fits(size: tuple[int, int], lang: Lang) -> None:
    say = STRINGS[lang]

    async def fits() -> None:
        assert [text for text in screen.lines() if cell_len(text) != size[0]] == []

    service = FakeService()
    service.preference = Preference(kind="estimate", create_at=("Qualification",))
    async with shown(service, lang=lang, size=size) as screen:
        await screen.press("6")
        await screen.sees("1/3")
        await fits()
        await screen.press("v")
        await screen.sees("2026-10-02")
        await fits()
        await screen.press("q", "c")
        await screen.sees(say.stage_creates)
        await fits()
        await screen.press("q", "enter")
        await screen.sees("INV-000014")
        await fits()
        await screen.press("d")
        await screen.sees(say.tab_potentials)
        await fits()
