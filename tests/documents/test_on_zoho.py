"""Triggers against the sandbox, over real HTTP: the documents there are what the stages call for."""

from __future__ import annotations

from typing import Any

import pytest

from core.model.documents import Preference
from core.model.problems import Problem
from core.zoho import codec
from core.zoho.caller import Call
from core.zoho.crm.entities import PREFIX
from core.zoho.desks import open_desks
from tests.documents.conftest import Office

ESTIMATE = Preference(
    kind="estimate", create_at=("Proposal/Price Quote",), accept_at=("Negotiation/Review", "Closed Won")
)


async def item(office: Office) -> str:
    return office.edit("books", "items", "create", name="役務一式", rate=0, product_type="service")


async def on(office: Office, preference: Preference = ESTIMATE) -> tuple[str, str]:
    parties = office.party()
    await office.triggers.switch(preference)
    return parties


async def moved(office: Office, deal: str, *stages: str) -> Any:
    for stage in stages:
        office.deal(deal, Stage=stage)
        run = await office.triggers.run()
        assert run.state == "done", (run.problem, run.problem_detail)
    return run


async def test_stages_have_their_probabilities(office: Office) -> None:
    stages = {each.name: each.probability for each in await office.crm.stages()}
    assert (stages["Qualification"], stages["Closed Won"], stages["Closed Lost"]) == (10, 100, 0)


async def test_b70_b74_an_estimate_carries_the_six_values(office: Office) -> None:
    account, customer = await on(office)
    deal = office.deal(Account_Name=account, Description="月次点検を含む <A&B>")
    await moved(office, deal, "Proposal/Price Quote")
    (paper,) = office.papers()
    (line,) = paper["line_items"]
    assert (paper["customer_id"], paper["status"], paper["zcrm_potential_id"]) == (customer, "draft", deal)
    assert (line["name"], line["description"], line["rate"]) == ("年間保守", "月次点検を含む <A&B>", 120_000)
    (found,) = await office.crm.read([deal])
    assert paper["salesperson_name"] == found.owner != ""


async def test_b71_b72_b73_statuses_follow_the_stage(office: Office) -> None:
    account, _ = await on(office)
    won, lost = office.deal(Account_Name=account), office.deal(Account_Name=account, Deal_Name="設備更新")
    await moved(office, won, "Proposal/Price Quote", "Closed Won")
    await moved(office, lost, "Proposal/Price Quote", "Closed Lost")
    assert {each["zcrm_potential_id"]: each["status"] for each in office.papers()} == {
        won: "accepted",
        lost: "declined",
    }
    assert not any(each.get("is_emailed") for each in office.papers())


async def test_b73_b76_a_won_deal_makes_an_invoice_with_the_chosen_item_and_losing_it_voids_it(office: Office) -> None:
    chosen = await item(office)
    office.zoho.switch("books.invoice_lines_need_item", True)
    account, _ = await on(office, Preference(kind="invoice", item_id=chosen))
    deal = office.deal(Account_Name=account)
    await moved(office, deal, "Closed Won")
    (invoice,) = office.papers("invoice")
    (line,) = invoice["line_items"]
    assert (line["item_id"], line["name"], line["rate"], invoice["total"]) == (chosen, "年間保守", 120_000, 120_000)
    await moved(office, deal, "Closed-Lost to Competition", "Closed Won")
    assert [each["status"] for each in office.papers("invoice")] == ["void"]


@pytest.mark.parametrize("ticked", [False, True])
@pytest.mark.parametrize("fault", ["lost_reply", "truncated", "malformed", "html"])
async def test_a_lost_reply_makes_no_second_document(office: Office, fault: str, ticked: bool) -> None:
    account, _ = await on(office)
    if ticked:
        office.zoho.control("POST", "books/fields/unique", {"field": "cf_kakehashi_key", "unique": True})
    deal = office.deal(Account_Name=account, Stage="Proposal/Price Quote")
    office.zoho.fault(kind=fault, side="books", method="POST", path="/estimates$", count=1)
    for _ in range(2):
        await office.triggers.run()
    assert [each["zcrm_potential_id"] for each in office.papers()] == [deal]
    assert office.store.document_intents() == []
    assert office.store.failures("documents") == []


@pytest.mark.parametrize("ticked", [False, True])
async def test_a_state_that_was_lost_makes_no_second_document(office: Office, ticked: bool) -> None:
    account, customer = await on(office)
    office.zoho.control("POST", "books/fields/unique", {"field": "cf_kakehashi_key", "unique": ticked})
    deal = office.deal(Account_Name=account)
    await moved(office, deal, "Proposal/Price Quote")
    office.folder = office.folder.with_name("empty")
    office.reopen()
    office.link(account, customer)
    await office.triggers.switch(ESTIMATE)
    await moved(office, deal, "Qualification", "Proposal/Price Quote")
    (paper,) = office.papers()
    row = office.store.deal_row(deal)
    assert row is not None and row.estimate is not None
    assert row.estimate.id == paper["estimate_id"]


async def test_a_state_that_is_closed_in_between_goes_on(office: Office) -> None:
    account, _ = await on(office)
    deal = office.deal(Account_Name=account)
    await moved(office, deal, "Proposal/Price Quote")
    office.reopen()
    await moved(office, deal, "Closed Won")
    assert [each["status"] for each in office.papers()] == ["accepted"]


@pytest.mark.parametrize("wish", ["draft", "send"])
async def test_the_invoice_that_books_makes_of_an_estimate_is_tied_and_never_doubled(office: Office, wish: str) -> None:
    office.zoho.control("PUT", "settings", {"books": {"estimate_to_invoice": wish}})
    account, _ = await on(office)
    deal = office.deal(Account_Name=account)
    await moved(office, deal, "Proposal/Price Quote", "Closed Won", "Qualification", "Closed Won")
    (invoice,) = office.papers("invoice")
    tie = office.store.tie("invoice", invoice["invoice_id"])
    assert tie is not None
    assert (tie.deal_id, tie.by) == (deal, "trigger")


async def test_b77_what_a_person_sent_is_untouched(office: Office) -> None:
    account, _ = await on(office)
    deal = office.deal(Account_Name=account)
    await moved(office, deal, "Proposal/Price Quote")
    (paper,) = office.papers()
    office.status("estimate", paper["estimate_id"], "sent")
    before = office.papers()
    await moved(office, deal, "Closed Won", "Closed Lost")
    assert office.papers() == before


async def test_the_deal_is_in_our_own_field_where_zohos_does_not_stick(office: Office) -> None:
    office.zoho.switch("books.potential_sticks", False)
    account, _ = await on(office)
    deal = office.deal(Account_Name=account, Stage="Proposal/Price Quote")
    await office.triggers.run()
    (paper,) = [each async for batch in office.books.changes("estimate", None) for each in batch]
    assert (paper.deal_id, paper.native_deal_id, paper.key) == (deal, "", f"deal:{deal}")
    tie = office.store.tie("estimate", paper.id)
    assert tie is not None and not tie.native


async def test_a_currency_that_books_does_not_have_is_f7(office: Office) -> None:
    account, _ = await on(office)
    office.deal(Account_Name=account, Stage="Proposal/Price Quote", Currency="XXX")
    await office.triggers.run()
    assert [each.reason for each in office.store.failures("documents")] == ["F7"]


async def test_a_salesperson_that_books_refuses_is_f28(office: Office) -> None:
    office.zoho.switch("books.unknown_salesperson", "refused")
    account, _ = await on(office)
    assert office.zoho.world is not None
    known = office.zoho.world.books.salespersons
    kept, known[:] = list(known), []
    office.deal(Account_Name=account, Stage="Proposal/Price Quote")
    await office.triggers.run()
    known[:] = kept
    assert [each.reason for each in office.store.failures("documents")] == ["F28"]


async def test_without_the_scope_nothing_is_made_and_that_is_said(office: Office) -> None:
    narrow = office.side("books", "ZohoBooks.contacts.ALL")
    _, books = open_desks(office.crm_side, narrow)
    with pytest.raises(Problem) as caught:
        await books.prepare("estimate")
    assert caught.value.code == "scope_missing"
    await narrow.close()


async def test_a_key_field_that_was_deleted_in_books_is_made_anew(office: Office) -> None:
    account, _ = await on(office)
    first = office.deal(Account_Name=account, Stage="Proposal/Price Quote")
    assert office.zoho.world is not None
    office.zoho.world.books.custom_fields.clear()
    for _ in range(3):
        await office.triggers.run()
    second = office.deal(Account_Name=account, Stage="Proposal/Price Quote")
    await office.triggers.run()
    assert [each["zcrm_potential_id"] for each in office.papers()] == [first, second]
    (found,) = await office.books.find("estimate", f"deal:{second}")
    assert found.deal_id == second


async def test_an_estimate_has_the_deals_products_where_that_was_chosen(office: Office) -> None:
    account, _ = office.party()
    deal = office.deal(Account_Name=account, Amount=150)
    products = [
        office.edit("crm", "Products", "create", Product_Name=name, Unit_Price=price)
        for name, price in (("Mast", 100), ("Sail", 50))
    ]
    body = codec.encoder.encode({"data": [{"id": each} for each in products]})
    await office.crm._caller.call(Call(method="PUT", path=f"{PREFIX}/Deals/{deal}/Products", body=body, write=True))
    await office.triggers.switch(
        Preference(kind="estimate", create_at=("Qualification",), products=True, existing=True)
    )
    await office.triggers.run()
    (paper,) = office.papers()
    assert sorted((each["name"], each["rate"]) for each in paper["line_items"]) == [("Mast", 100), ("Sail", 50)]
