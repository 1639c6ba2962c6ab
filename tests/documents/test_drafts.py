"""Documents that a person makes here, over real HTTP: kept until they are made, made once, tied and sent (B90–B94)."""

from __future__ import annotations

from typing import Any

import pytest

from core.documents.drafts import Drafts
from core.model.documents import DocumentKind, Line, NewDocument
from core.model.drafts import Draft
from core.model.problems import Problem
from tests.documents.conftest import Office


def desk(office: Office) -> Drafts:
    return Drafts(deals=office.crm, books=office.books, store=office.store, clock=office.clock)


def new(party: str, kind: DocumentKind = "invoice", *, then: tuple[str, ...] = (), **more: Any) -> Draft:
    lines = (Line(name="導入作業", rate="1200000", quantity="1"),)
    return Draft(new=NewDocument(kind=kind, key="", party_id=party, lines=lines, **more), then=then)


async def test_b79_b97_an_invoice_is_made_tied_and_sent_in_one_go(office: Office) -> None:
    account, customer = office.party()
    deal = office.deal(Account_Name=account)
    draft = desk(office).save(new(customer, deal_id=deal, then=("sent",)))
    page = await desk(office).send(draft.id)
    (paper,) = office.papers("invoice")
    assert (page.document.id, page.document.status, page.document.total) == (paper["invoice_id"], "sent", "1200000")
    assert page.deal is not None and page.tie is not None
    assert (page.deal.id, page.tie.by, paper["zcrm_potential_id"]) == (deal, "person", deal)
    assert not paper.get("is_emailed")
    assert office.store.drafts() == []


async def test_a_draft_is_kept_with_the_reason_when_books_refuses_it(office: Office) -> None:
    _, customer = office.party()
    draft = desk(office).save(new(customer, currency="XXX"))
    with pytest.raises(Problem) as caught:
        await desk(office).send(draft.id)
    assert caught.value.code == "document_refused"
    office.reopen()
    (kept,) = office.store.drafts()
    assert (kept.id, kept.reason, kept.new.lines) == (draft.id, "F7", draft.new.lines)
    assert office.papers("invoice") == []


@pytest.mark.parametrize("ticked", [True, False])
@pytest.mark.parametrize("path", ["/invoices$", "/status/sent$"])
async def test_a_lost_reply_makes_one_document(office: Office, path: str, ticked: bool) -> None:
    _, customer = office.party()
    draft = desk(office).save(new(customer, then=("sent",)))
    await office.books.prepare("invoice")
    office.zoho.control("POST", "books/fields/unique", {"field": "cf_kakehashi_key", "unique": ticked})
    office.zoho.fault(kind="lost_reply", side="books", method="POST", path=path, count=1)
    page = await desk(office).send(draft.id)
    assert page.document.status == "sent"
    assert len(office.papers("invoice")) == 1


async def test_sending_again_goes_on_where_it_was_cut_off(office: Office) -> None:
    _, customer = office.party()
    draft = desk(office).save(new(customer, then=("sent",)))
    office.zoho.fault(kind="status", side="books", method="POST", path="/status/sent$", status=503)
    with pytest.raises(Problem):
        await desk(office).send(draft.id)
    office.zoho.fault()
    (kept,) = office.store.drafts()
    assert kept.document_id
    assert (await desk(office).send(draft.id)).document.status == "sent"
    assert len(office.papers("invoice")) == 1


async def test_a_deal_of_another_customer_is_refused_before_anything_is_made(office: Office) -> None:
    _, customer = office.party()
    stranger = office.edit("crm", "Accounts", "create", Account_Name="別会社")
    draft = desk(office).save(new(customer, deal_id=office.deal(Account_Name=stranger)))
    with pytest.raises(Problem) as caught:
        await desk(office).send(draft.id)
    assert (caught.value.code, office.papers("invoice")) == ("deal_of_another", [])


async def test_a_document_is_marked_as_its_person_wants(office: Office) -> None:
    _, customer = office.party()
    page = await desk(office).send(desk(office).save(new(customer, "estimate")).id)
    for status in ("sent", "declined"):
        assert (await desk(office).mark("estimate", page.document.id, status)).status == status
    with pytest.raises(Problem) as caught:
        await desk(office).mark("estimate", page.document.id, "accepted")
    assert caught.value.code == "document_refused"


@pytest.mark.parametrize("then", [("paid",), ("sent", "open")])
def test_statuses_that_a_document_does_not_have_are_refused(office: Office, then: tuple[str, ...]) -> None:
    with pytest.raises(Problem) as caught:
        desk(office).save(new("1", then=then))
    assert caught.value.code == "bad_request"


def test_a_draft_can_be_changed_and_dropped(office: Office) -> None:
    first = desk(office).save(new("1"))
    second = desk(office).save(new("2"))
    changed = desk(office).save(Draft(id=first.id, new=NewDocument(kind="estimate", key="", party_id="3", lines=())))
    assert (changed.id, changed.new.key) == (first.id, f"own:{first.id}")
    desk(office).drop(second.id)
    assert [each.new.party_id for each in office.store.drafts()] == ["3"]
    with pytest.raises(Problem):
        desk(office).drop(second.id)


async def test_b90_b92_accounts_are_searched_by_name_and_shown_with_all_their_contacts(office: Office) -> None:
    account, customer = office.party()
    for name in ("山田", "川村"):
        office.edit("crm", "Contacts", "create", Last_Name=name, Full_Name=name, Account_Name=account)
    other = office.edit("crm", "Accounts", "create", Account_Name="北浜運輸's 50%")
    found = {each.crm_id: each for each in await desk(office).parties("invoice", "北浜")}
    assert set(found) == {account, other}
    assert (set(found[account].contacts), found[account].books_id) == ({"山田", "川村"}, customer)
    assert found[other].books_id == ""
    assert [each.crm_id for each in await desk(office).parties("invoice", "運輸's 50%")] == [other]
    assert await desk(office).parties("invoice", "  ") == []


async def test_b92_contacts_are_searched_by_first_and_last_name(office: Office) -> None:
    office.party(shape="contacts")
    one = office.edit("crm", "Contacts", "create", First_Name="Aoi", Last_Name="Zeta", Full_Name="Aoi Zeta")
    for text in ("Aoi", "Zeta"):
        assert one in [each.crm_id for each in await desk(office).parties("estimate", text)]


async def test_b93_vendors_are_searched_for_purchase_orders(office: Office) -> None:
    vendor = office.edit("crm", "Vendors", "create", Vendor_Name="部品商会")
    (found,) = await desk(office).parties("purchaseorder", "部品商")
    assert (found.entity, found.crm_id, found.name) == ("Vendors", vendor, "部品商会")


@pytest.mark.parametrize(
    ("shape", "kind", "entity"),
    [
        ("accounts", "invoice", "Accounts"),
        ("accounts_contacts", "estimate", "Accounts"),
        ("contacts", "salesorder", "Contacts"),
        ("contacts", "purchaseorder", "Vendors"),
    ],
)
async def test_b87_who_a_document_can_be_for_goes_by_the_chosen_mode(
    office: Office, shape: str, kind: DocumentKind, entity: str
) -> None:
    office.party(shape=shape)
    office.edit("crm", "Accounts", "create", Account_Name="港北 One")
    office.edit("crm", "Contacts", "create", Last_Name="港北 One", Full_Name="港北 One")
    office.edit("crm", "Vendors", "create", Vendor_Name="港北 One")
    assert [(each.entity, each.name) for each in await desk(office).parties(kind, "港北")] == [(entity, "港北 One")]
