"""Deals and documents tied by a person, over real HTTP (B94–B101)."""

from __future__ import annotations

import pytest

from core.documents.associate import Associations
from core.documents.office import Office as Desk
from core.model.documents import Document, DocumentKind, NewDocument, Preference
from core.model.documents import Line as DocumentLine
from core.model.problems import Problem
from tests.documents.conftest import Office

CREATE_AT = ("Proposal/Price Quote",)


def desk(office: Office) -> Associations:
    return Associations(deals=office.crm, books=office.books, store=office.store, clock=office.clock)


def ledger_of(office: Office) -> Desk:
    return Desk(deals=office.crm, books=office.books, store=office.store, clock=office.clock)


async def made(office: Office, party: str, kind: DocumentKind = "invoice") -> Document:
    """A document as a person makes it in Books; its key is only what makes it."""
    await office.books.prepare(kind)
    outcome = await office.books.create(
        NewDocument(kind=kind, key="", party_id=party, lines=(DocumentLine(name="保守", rate="500"),))
    )
    return outcome.document  # type: ignore[union-attr]


@pytest.mark.parametrize("sticks", [True, False])
@pytest.mark.parametrize("kind", ["estimate", "salesorder", "invoice"])
async def test_b94_b97_a_document_is_tied_to_a_deal_of_its_customer(
    office: Office, kind: DocumentKind, sticks: bool
) -> None:
    office.zoho.switch("books.potential_sticks", sticks)
    account, customer = office.party()
    deal = office.deal(Account_Name=account)
    document = await made(office, customer, kind)
    assert [each.deal.id for each in await desk(office).choices_for(kind, document.id)] == [deal]
    tie = await desk(office).associate(kind, document.id, deal)
    assert (tie.deal_id, tie.by, tie.native) == (deal, "person", sticks or kind == "salesorder")
    page = await desk(office).page(kind, document.id)
    assert page.deal is not None
    assert (page.deal.id, page.document.deal_id, page.document.total) == (deal, deal, document.total)
    assert page.document.lines == document.lines


async def test_b99_a_deal_takes_several_documents(office: Office) -> None:
    account, customer = office.party()
    deal = office.deal(Account_Name=account)
    for kind in ("estimate", "invoice", "invoice"):
        document = await made(office, customer, kind)
        await desk(office).associate(kind, document.id, deal)
    (choice,) = await desk(office).choices(customer)
    assert (choice.deal.id, choice.documents) == (deal, 3)


async def test_associating_again_changes_nothing(office: Office) -> None:
    account, customer = office.party()
    deal = office.deal(Account_Name=account)
    document = await made(office, customer)
    await desk(office).associate("invoice", document.id, deal)
    writes = len(office.zoho.writes())
    await desk(office).associate("invoice", document.id, deal)
    assert len(office.zoho.writes()) == writes


async def test_b100_a_tie_is_undone(office: Office) -> None:
    account, customer = office.party()
    document = await made(office, customer)
    await desk(office).associate("invoice", document.id, office.deal(Account_Name=account))
    await desk(office).disassociate("invoice", document.id)
    (paper,) = office.papers("invoice")
    assert paper["zcrm_potential_id"] == ""
    assert (await desk(office).page("invoice", document.id)).deal is None
    assert office.store.tie("invoice", document.id) is None
    with pytest.raises(Problem) as caught:
        await desk(office).disassociate("invoice", document.id)
    assert caught.value.code == "not_found"


async def test_b101_what_a_trigger_tied_cannot_be_untied_or_given_to_another_deal(office: Office) -> None:
    account, _ = office.party()
    await office.triggers.switch(Preference(kind="estimate", create_at=CREATE_AT))
    deal = office.deal(Account_Name=account, Stage=CREATE_AT[0])
    other = office.deal(Account_Name=account)
    await office.triggers.run()
    (paper,) = office.papers()
    for attempt in (
        desk(office).disassociate("estimate", paper["estimate_id"]),
        desk(office).associate("estimate", paper["estimate_id"], other),
    ):
        with pytest.raises(Problem) as caught:
            await attempt
        assert caught.value.code == "tied_by_trigger"
    assert (await desk(office).associate("estimate", paper["estimate_id"], deal)).by == "trigger"
    # Also when the state that knew of the tie is lost.
    office.folder = office.folder.with_name("empty")
    office.reopen()
    with pytest.raises(Problem):
        await desk(office).disassociate("estimate", paper["estimate_id"])


async def test_b96_a_deal_of_another_customer_is_refused(office: Office) -> None:
    account, customer = office.party()
    stranger = office.edit("crm", "Accounts", "create", Account_Name="別会社")
    document = await made(office, customer)
    office.deal(Account_Name=account)
    with pytest.raises(Problem) as caught:
        await desk(office).associate("invoice", document.id, office.deal(Account_Name=stranger))
    assert caught.value.code == "deal_of_another"


async def test_b96_a_customer_that_crm_does_not_have_has_no_deals(office: Office) -> None:
    lone = office.edit("books", "contacts", "create", contact_name="窓口客")
    document = await made(office, lone)
    with pytest.raises(Problem) as caught:
        await desk(office).choices_for("invoice", document.id)
    assert caught.value.code == "customer_not_linked"


async def test_b94_a_purchase_order_has_no_deal(office: Office) -> None:
    with pytest.raises(Problem) as caught:
        await desk(office).associate("purchaseorder", "1", "2")
    assert caught.value.code == "bad_request"


async def test_b95_e24_where_crm_shows_no_deals_that_is_said(office: Office) -> None:
    _, customer = office.party()
    office.zoho.control("PUT", "settings", {"crm": {"denied": {"Accounts": ["view"], "Deals": ["view"]}}})
    with pytest.raises(Problem) as caught:
        await desk(office).choices(customer)
    office.zoho.control("PUT", "settings", {"crm": {"denied": {}}})
    assert caught.value.code == "module_unavailable"


async def test_e24_a_deleted_deal_is_not_offered(office: Office) -> None:
    account, customer = office.party()
    office.edit("crm", "Deals", "delete", office.deal(Account_Name=account))
    assert await desk(office).choices(customer) == []


async def test_contacts_have_their_own_deals_where_they_are_the_customers(office: Office) -> None:
    contact = office.edit("crm", "Contacts", "create", Last_Name="窓口")
    customer = office.edit("books", "contacts", "create", contact_name="窓口")
    office.link(contact, customer, shape="contacts")
    deal = office.deal(Contact_Name=contact)
    assert [each.deal.id for each in await desk(office).choices(customer)] == [deal]


async def test_a_lost_reply_to_a_tie_is_seen_to(office: Office) -> None:
    account, customer = office.party()
    document = await made(office, customer)
    deal = office.deal(Account_Name=account)
    office.zoho.fault(kind="lost_reply", side="books", method="PUT", count=1)
    tie = await desk(office).associate("invoice", document.id, deal)
    assert tie.deal_id == deal


async def test_a_document_that_was_sent_keeps_its_lines_and_status(office: Office) -> None:
    account, customer = office.party()
    document = await made(office, customer)
    office.status("invoice", document.id, "sent")
    await desk(office).associate("invoice", document.id, office.deal(Account_Name=account))
    after = await office.books.read("invoice", document.id)
    assert after is not None
    assert (after.status, after.total, after.lines) == ("sent", document.total, document.lines)


async def test_the_ledger_follows_books(office: Office) -> None:
    account, customer = office.party()
    deal = office.deal(Account_Name=account, Amount=800)
    document = await made(office, customer)
    await ledger_of(office).refresh()
    (loose,) = ledger_of(office).ledger().loose
    assert loose.fit is not None
    assert (loose.fit.deal_id, loose.fit.why) == (deal, ("customer", "only"))
    await desk(office).associate("invoice", document.id, deal)
    office.status("invoice", document.id, "sent")
    office.zoho.control("POST", "books/pay", {"invoice_id": document.id, "amount": 200})
    await ledger_of(office).refresh()
    found = ledger_of(office).ledger()
    entry = next(each for each in found.entries if each.deal.id == deal)
    assert (entry.invoiced, entry.paid, entry.gap, found.loose) == ("500", "200", "300", ())


@pytest.mark.parametrize("kind", ["estimate", "salesorder", "invoice"])
async def test_every_kind_of_document_without_a_deal_is_in_the_ledger(office: Office, kind: DocumentKind) -> None:
    _, customer = office.party()
    document = await made(office, customer, kind)
    await ledger_of(office).refresh()
    assert [each.document.id for each in ledger_of(office).ledger().loose] == [document.id]


async def test_refreshing_again_reads_only_what_changed(office: Office) -> None:
    _, customer = office.party()
    await made(office, customer)
    await ledger_of(office).refresh()
    commits = office.store.generation()
    await ledger_of(office).refresh()
    assert office.store.generation() == commits


async def test_simulating_reads_crms_history_of_stages(office: Office) -> None:
    account, _ = office.party()
    deal = office.deal(Account_Name=account)
    for stage in ("Proposal/Price Quote", "Closed Won"):
        office.deal(deal, Stage=stage)
    wanted = Preference(kind="estimate", create_at=CREATE_AT, accept_at=("Closed Won",))
    writes = len(office.zoho.writes())
    found = await ledger_of(office).simulate(wanted)
    mine = [(each.stage, each.verb) for each in found.steps if each.deal_id == deal]
    assert mine == [("Proposal/Price Quote", "create"), ("Closed Won", "accept")]
    assert found.from_seen == 0
    assert len(office.zoho.writes()) == writes


@pytest.mark.parametrize(("name", "told"), [("DealHistory", True), ("absent", False)])
async def test_the_history_of_stages_may_be_called_otherwise_or_be_absent(
    office: Office, name: str, told: bool
) -> None:
    deal = office.deal()
    office.zoho.switch("crm.stage_history", name)
    steps = await office.crm.history(deal)
    assert (steps is not None) == told
    if steps is not None:
        assert [(each.stage, each.probability) for each in steps] == [("Qualification", 10)]
