"""The list of documents, and a document's page."""

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from core.model.drafts import Moved
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
    service.documents_there = [paper("invoice", number, "sent", "1") for number in range(5_000)]
    async with shown(service) as screen:
        await screen.press("5")
        await screen.sees("1/5,000")
        await screen.press("G")
        await screen.sees("5,000/5,000", "INV-004999")
        asked = [call[2] - call[1] for call in service.calls if call[0] == "papers"]
        assert max(asked) <= 128 and len(asked) < 8


async def test_what_a_document_says_is_text() -> None:
    service = FakeService()
    hostile = "".join(HOSTILE.values())
    service.documents_there = [
        replace(service.documents_there[0], number=hostile[:40], party_name=hostile, reference=hostile)
    ]
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


async def test_an_invoice_for_one_only_in_crm_in_few_keys_b90_b91_b97() -> None:
    async with shown() as screen:
        await begun(screen)
        await screen.press("enter")
        await screen.sees("F3 In Zoho CRM")
        await screen.press(*"tidew", "f3")
        await screen.sees("in Zoho CRM", "Tidewater Trading", "Purchasing, Accounting", "only in CRM")
        await screen.press("enter")
        await screen.sees("New: Invoice", "Tidewater Trading")
        await screen.press("d")
        await screen.sees("Potentials 3", "Invoice (new)", "基幹システム更新")
        await screen.press("a")
        await screen.sees("New: Invoice", "基幹システム更新")
        await screen.press("enter")
        await screen.sees("Item or name")
        await screen.press(*"Training", "enter", *"1200000", "enter", "enter")
        await screen.sees("1 x 1,200,000", "Total 1,200,000 JPY")
        await screen.press("E", "enter")
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
        await screen.press("plus")
        await screen.sees(say.form_line_name)
        await screen.press("T", "enter", "5", "enter", "enter")
        await screen.sees("1 x 5")
        await screen.press("G", "k", "enter")
        await screen.sees(say.new_refused.format(why="The line's name is too long.")[:40])
        service.refused = None
        await screen.press("escape", "n")
        await screen.sees(say.new_go_on.format(kind=say.kind_invoice, count=1, id="d1", name="Zylker Manufacturing"))
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


async def lined(screen: Shown, kind: str = "") -> None:
    """A new invoice for a known customer, at its lines."""
    await begun(screen)
    await screen.press("enter", *"zylker man", "enter")
    await screen.sees("New: Invoice", "Zylker Manufacturing")


async def test_an_item_of_books_brings_rate_tax_and_description_along() -> None:
    async with shown() as screen:
        await lined(screen)
        await screen.press("plus")
        await screen.sees("Setup on site", "50,000")
        await screen.press(*"setup", "down", "enter", "enter", "2", "enter")
        await screen.sees("12 x 50,000", "消費税 10% 60,000", "Total 660,000 JPY")
        await screen.press("G", "enter")
        await screen.sees("INV-000020 is made")
        [saved] = [call[1] for call in screen.service.calls if call[0] == "save_draft"]
        [line] = saved.new.lines
        assert (line.item_id, line.tax_id, line.description, line.quantity) == ("801", "71", "One day", "12")


async def test_discounts_and_taxes_are_computed_as_books_will() -> None:
    async with shown() as screen:
        await lined(screen)
        await screen.press("plus", *"A", "enter", *"1000", "enter", "tab", "8", "tab", *"10%", "enter")
        await screen.press("enter")
        await screen.sees("1 x 1,000", "-10%", "Total 972 JPY", "消費税 8% 72")
        await screen.press("G", "k", "k", "k", "k", "enter", *"5%", "enter")
        await screen.sees("Either lines have discounts or the whole document has one")
        await screen.press("g", "j", "j", "j", "j", "j", "minus", "plus", *"B", "enter", *"1000", "enter", "tab")
        await screen.press("8", "tab", "tab", "enter")
        await screen.sees("1 x 1,000", "Total 1,080 JPY")
        await screen.press("j", "enter", *"10%", "enter")
        await screen.sees("Total 972 JPY", "before tax")
        await screen.press("j", "enter")
        await screen.sees("Total 980 JPY", "after tax")


async def test_dates_and_texts_are_typed_and_wrong_ones_are_told() -> None:
    async with shown() as screen:
        await lined(screen)
        await screen.press("g", "j", "j", "j", "enter", *"2026-13-01", "enter")
        await screen.sees("A date is written like 2026-11-24")
        await screen.press("enter", *"2026-12-31", "enter")
        await screen.sees("Due date", "2026-12-31")
        await screen.press("G", "k", "k", "k", "enter", *"Thank you\\nSoon", "enter")
        await screen.sees("Thank you / Soon")
        await screen.press("escape")
        await screen.sees("Kept as a draft here")
        [kept] = screen.service.kept.values()
        assert (kept.new.due, kept.new.notes) == ("2026-12-31", "Thank you\nSoon")


async def test_a_tax_that_books_does_not_have_is_refused() -> None:
    async with shown() as screen:
        await lined(screen)
        await screen.press("plus", *"A", "enter", *"1000", "enter", "tab", *"VAT", "tab", "tab", "enter")
        await screen.sees("Books has no tax VAT", "消費税 10%")


async def test_a_draft_is_forgotten_after_it_was_asked() -> None:
    async with shown() as screen:
        await lined(screen)
        await screen.press("escape")
        await screen.sees("Kept as a draft here")
        await screen.press("n", "G", "enter")
        await screen.sees("New: Invoice", "Zylker Manufacturing")
        await screen.press("Z")
        await screen.sees("Forget this draft?")
        await screen.press("y")
        await screen.sees("The draft is forgotten", "All documents")
        assert not screen.service.kept


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (120, 40)])
async def test_the_form_fits(size: tuple[int, int], lang: Lang) -> None:
    say = STRINGS[lang]
    async with shown(lang=lang, size=size) as screen:
        await screen.press("5")
        await screen.sees("INV-000014")
        await screen.press("n", "enter")
        await screen.sees(say.new_choose)
        assert [line for line in screen.lines() if cell_len(line) != size[0]] == []
        await screen.press("enter", *"zylker man", "enter", "plus")
        await screen.sees(say.form_line_description)
        assert [line for line in screen.lines() if cell_len(line) != size[0]] == []


# editing


async def test_c_edits_a_document_that_is_in_books() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("/", *"sal-", "enter", "enter")
        await screen.sees("Order SAL-000009", "導入作業")
        await screen.press("c")
        await screen.sees("Edit: Order SAL-000009 (Draft)", "1 x 500,000", "Shipment date")
        await screen.press("g", "enter")
        await screen.sees("A document keeps its customer")
        await screen.press("j", "j", "j", "j", "enter", *"PO-5", "enter")
        await screen.sees("PO-5")
        await screen.press("G", "enter")
        await screen.sees("SAL-000009 is changed in Books", "Reference: PO-5")
        [saved] = [call[1] for call in screen.service.calls if call[0] == "save_draft"]
        assert (saved.document_id, saved.base.id, saved.then) == ("900009", "900009", ())


async def test_what_was_sent_asks_why_and_what_is_closed_says_so() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("/", *"000011", "enter", "enter")
        await screen.sees("Invoice INV-000011", "導入作業")
        await screen.press("c")
        await screen.sees("Edit: Invoice INV-000011 (Overdue)", "Why it is changed")
        await screen.press("G", "enter")
        await screen.sees("say first why it is changed")
        await screen.press("k", "enter", *"wrong number", "enter", "G", "enter")
        await screen.sees("INV-000011 is changed in Books")
        [saved] = [call[1] for call in screen.service.calls if call[0] == "save_draft"]
        assert saved.why == "wrong number"
        await screen.press("escape", "escape", "/", *"000014", "enter", "enter")
        await screen.sees("Invoice INV-000014")
        await screen.press("c")
        await screen.sees("INV-000014 is paid: it cannot be edited")


@pytest.mark.parametrize(("key", "take"), [("enter", "mine"), ("down", "theirs")])
async def test_what_changed_meanwhile_is_shown_and_settled(key: str, take: str) -> None:
    service = FakeService()
    service.refused = Problem("document_moved", number="SAL-000009", fields="reference")
    service.moved_since = (Moved(field="reference", mine="PO-5", theirs="PO-9"),)
    async with shown(service) as screen:
        await opened(screen)
        await screen.press("/", *"sal-", "enter", "enter")
        await screen.sees("Order SAL-000009", "導入作業")
        await screen.press("c")
        await screen.sees("Edit: Order")
        await screen.press("j", "j", "j", "j", "enter", *"PO-5", "enter", "G", "enter")
        await screen.sees("Reference changed in Books meanwhile: yours PO-5, theirs PO-9.")
        await screen.press("enter")
        await screen.sees("Keep what I typed", "Take what Books has now")
        await screen.press(*([key] if key == "down" else []), "enter")
        await screen.sees("SAL-000009 is changed in Books")
        [call] = [call for call in service.calls if call[0] == "settle_draft"]
        assert call[2] == take


# narrowing


async def test_documents_are_narrowed_to_a_customer_and_to_those_without_a_deal() -> None:
    async with shown() as screen:
        await opened(screen)
        await screen.press("f")
        await screen.sees("without a deal", "Only of Zylker Manufacturing")
        await screen.press("G", "enter")
        await screen.sees("All documents, Zylker Manufacturing 1/5")
        await screen.press("f", "down", "down", "down", "down", "down", "enter")
        await screen.sees("without a deal, Zylker Manufacturing 1/2", "INV-000011", "SAL-000009")
        await screen.press("f", "g", "enter")
        await screen.sees("All documents 1/6")


async def test_a_purchase_order_is_for_a_vendor_and_has_no_deal_b93() -> None:
    async with shown() as screen:
        await screen.press("5")
        await screen.sees("All documents 1/6")
        await screen.press("n", "down", "enter")
        await screen.sees("New: Purchase", "Delivery date")
        assert "Deal  " not in "\n".join(screen.lines()[3:12])
        await screen.press("d")
        await screen.sees("A purchase order has no deal.")
        await screen.press("enter", *"tide", "f3")
        await screen.sees("in Zoho CRM", "Tidewater Trading")
        assert ("search_parties", "purchaseorder", "tide") in screen.service.calls
        await screen.press("enter")
        await screen.sees("New: Purchase", "Tidewater Trading")
        [request] = [call[1] for call in screen.service.calls if call[0] == "fetch"]
        assert request.module == "vendors"
        await screen.press("plus", *"scan", "down", "enter", "enter", "enter")
        await screen.sees("1 x 14,000", "Total 15,400 JPY")
