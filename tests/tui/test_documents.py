"""The list of documents, and a document's page."""

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from core.model.problems import Problem
from core.model.text import Lang
from tests.tui.driving import Shown, shown
from tests.tui.fake import FakeService
from tests.tui.fake_papers import paper
from tests.tui.test_text import HOSTILE
from tui.locale import STRINGS
from tui.screens.document_rows import money


async def opened(screen: Shown) -> None:
    await screen.press("5")
    await screen.sees("All documents 1/6", "INV-000014")


async def test_5_lists_documents_with_status_total_and_deal() -> None:
    async with shown() as screen:
        await opened(screen)
        row = next(line for line in screen.text.splitlines() if "SAL-000009" in line)
        assert row.split()[-2:] == ["12,345.67", "-"]
        assert "- Draft" in row
        paid = next(line for line in screen.text.splitlines() if line.startswith(" Invoice   INV-000014"))
        assert paid.split()[-2:] == ["700,000", "yes"]
        assert "+ Paid" in paid


async def test_it_is_narrowed_by_kind_and_then_by_status() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("f")
        await screen.sees("Invoices  3", "Purchase orders  1")
        await screen.press("down", "down", "down", "enter")
        await screen.sees("Invoices 1/3")
        await screen.sees_not("EST-000012")
        await screen.press("S")
        await screen.sees("Any status  3", "Overdue  1")
        await screen.press("down", "enter")
        await screen.sees("Invoices, Overdue 1/1", "480,000 still due")


async def test_text_matches_number_customer_status_and_reference() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("/", *"ｶｷﾞ", "escape")
        await screen.sees("All documents 1/6")
        await screen.press("/", *"有限 void", "enter")
        await screen.sees("All documents 1/1", "INV-000007")
        await screen.press("escape")
        await screen.sees("All documents 1/6")


async def test_enter_shows_lines_and_deal_with_who_tied_it(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        await screen.press("5")
        await screen.sees("INV-000014")
        await screen.press("enter")
        await screen.sees("導入作業", "Two days on site", "消費税 10%", "基幹システム更新", say.tied_by_trigger)
        await screen.sees("500,000", "5%")


async def test_a_document_tied_in_the_sidebar_shows_its_deal_on_return() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("down", "down", "enter")
        await screen.sees("Invoice INV-000011", "press d to associate one")
        await screen.press("d")
        await screen.sees("Potentials 3")
        await screen.press("down", "a")
        await screen.sees("INV-000011 belongs to 保守 2027 now")
        await screen.press("d")
        await screen.sees("Associated by a person.", "保守 2027")


async def test_y_copies_the_id() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("y")
        await screen.until(lambda: screen.app.copied == "900014")


async def test_all_of_a_long_list_is_there_and_asked_for_in_windows() -> None:
    service = FakeService()
    service.papers = [paper("invoice", number, "sent", "1") for number in range(5_000)]
    async with shown(service) as screen:
        await screen.press("5")
        await screen.sees("1/5,000")
        await screen.press("G")
        await screen.sees("5,000/5,000", "INV-004999")
        assert max(call[3] - call[2] for call in service.calls if call[0] == "documents") <= 2_000


async def test_what_a_document_says_is_text() -> None:
    service = FakeService()
    hostile = "".join(HOSTILE.values())
    service.papers = [replace(service.papers[0], number=hostile[:40], party_name=hostile, reference=hostile)]
    async with shown(service) as screen:
        await screen.press("5")
        await screen.sees("1/1")
        await screen.press("enter")
        await screen.sees("導入作業")
        assert "\x1b" not in screen.text


@pytest.mark.parametrize(
    ("amount", "shown_as"),
    [
        ("1200000", "1,200,000"),
        ("480000.00", "480,000"),
        ("12345.67", "12,345.67"),
        ("-0.5", "-0.5"),
        (None, ""),
        ("x", "x"),
    ],
)
def test_money_is_told_exactly(amount: str | None, shown_as: str) -> None:
    assert money(amount) == shown_as


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (120, 30)])
async def test_every_line_fits(size: tuple[int, int], lang: Lang) -> None:
    async with shown(lang=lang, size=size) as screen:
        await screen.press("5")
        await screen.sees("1/6")
        assert [line for line in screen.lines() if cell_len(line) != size[0]] == []
        await screen.press("enter")
        await screen.sees("INV-000014", "基幹システム更新")
        assert [line for line in screen.lines() if cell_len(line) != size[0]] == []


async def test_a_status_is_set_after_it_was_asked(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        await screen.press("5")
        await screen.sees("INV-000011")
        await screen.press("down", "down", "enter")
        await screen.sees(say.document_lines, "INV-000011")
        await screen.press("E", "down", "enter")
        await screen.sees(say.ask_status.format(number="INV-000011", status=say.state_doc_void))
        assert not [call for call in screen.service.calls if call[0] == "mark_document"]
        await screen.press("y")
        await screen.sees(say.status_now.format(number="INV-000011", status=say.state_doc_void))
        assert ("mark_document", "invoice", "900011", "void") in screen.service.calls


# new


async def begun(screen: Shown) -> None:
    await screen.press("5")
    await screen.sees("All documents 1/6")
    await screen.press("n")
    await screen.sees("New: Invoice", "New: Purchase")
    await screen.press("enter")
    await screen.sees("Enter chooses", "2026-11-24")


async def test_an_invoice_for_one_only_in_crm_in_few_keys_b90_b91() -> None:
    async with shown() as screen:
        await begun(screen)
        await screen.press("enter")
        await screen.sees("F3 In Zoho CRM")
        await screen.press(*"tidew", "f3")
        await screen.sees("in Zoho CRM", "Tidewater Trading", "Purchasing, Accounting", "only in CRM")
        await screen.press("enter")
        await screen.sees("New: Invoice", "Tidewater Trading")
        await screen.press("enter")
        await screen.sees("基幹システム更新  Closed Won  1,200,000")
        await screen.press("enter", "down", "down", "down", "enter")
        await screen.sees("Item or name")
        await screen.press(*"Setup", "enter", "enter", *"1200000", "enter")
        await screen.sees("1,200,000 before tax", "1 x 1,200,000")
        await screen.press("down", "down", "enter")
        await screen.sees("Invoice INV-000020", "> Sent", "INV-000020 is made")
        [saved] = [call[1] for call in screen.service.calls if call[0] == "save_draft"]
        assert (saved.new.party_id, saved.new.deal_id, saved.then) == ("460000000026777", "500001", ("sent",))
        [request] = [call[1] for call in screen.service.calls if call[0] == "fetch"]
        assert [(each.side, each.id) for each in request.records] == [("crm", "480000000000777")]


async def test_the_customer_is_found_as_it_is_typed_without_asking_crm() -> None:
    async with shown() as screen:
        await begun(screen)
        await screen.press("enter", *"zylker man", "enter")
        await screen.sees("New: Invoice", "Zylker Manufacturing")
        assert not [call for call in screen.service.calls if call[0] == "search_parties"]


async def test_what_books_refuses_stays_as_a_draft_with_the_reason(lang: Lang) -> None:
    say = STRINGS[lang]
    service = FakeService()
    service.refused = Problem("document_refused", number="d1", why="The line's name is too long.")
    async with shown(service, lang=lang) as screen:
        await screen.press("5")
        await screen.sees("INV-000014")
        await screen.press("n", "enter")
        await screen.sees(say.new_choose)
        await screen.press("enter", *"zylker man", "enter")
        await screen.sees(say.new_add_line)
        await screen.press("down", "down", "down", "enter")
        await screen.sees(say.form_line_name)
        await screen.press("S", "enter", "enter", "5", "enter")
        await screen.sees("1 x 5")
        await screen.press("down", "enter")
        await screen.sees(say.new_refused.format(why="The line's name is too long.")[:40])
        service.refused = None
        await screen.press("escape", "n")
        await screen.sees(say.new_go_on.format(kind=say.kind_invoice, count=1, id="d1"))
        await screen.press("G", "enter")
        await screen.sees("1 x 5")
        await screen.press("G", "k", "enter")
        await screen.sees("INV-000020", say.state_doc_draft)
        assert not service.kept


async def test_leaving_keeps_what_was_typed() -> None:
    async with shown() as screen:
        await begun(screen)
        await screen.press("enter", *"zylker man", "enter")
        await screen.sees("New: Invoice", "Zylker Manufacturing")
        await screen.press("escape")
        await screen.sees("Kept as a draft here")
        assert [each.new.party_id for each in screen.service.kept.values()] == ["460000000026001"]


async def test_a_document_lacks_a_customer_or_a_line_and_says_so(lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang) as screen:
        await screen.press("5")
        await screen.sees("INV-000014")
        await screen.press("n", "enter")
        await screen.sees(say.new_choose)
        await screen.press("G", "enter")
        await screen.sees(say.new_customer_first)
        await screen.press("g", "enter", *"zylker man", "enter")
        await screen.sees(say.new_add_line)
        await screen.press("G", "enter")
        await screen.sees(say.new_line_first)
        assert not [call for call in screen.service.calls if call[0] == "send_draft"]


async def test_read_only_makes_nothing() -> None:
    async with shown(read_only=True) as screen:
        await opened(screen)
        await screen.press("n")
        await screen.sees("Read-only")
