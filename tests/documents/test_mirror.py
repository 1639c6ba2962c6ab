"""Transactions in both places, over real HTTP: Books' documents in CRM, CRM's in Books (B61–B64, B98, B103)."""

from __future__ import annotations

from typing import Any

import pytest

from core.documents.associate import Associations
from core.engine.ports import Commit
from core.model.documents import Document, DocumentKind, Line, NewDocument, Preference
from core.model.mirror import CRM_MODULES
from core.model.problems import Problem
from core.model.setup import Profile
from tests.documents.conftest import Office

ROWS = {"estimate": "Quoted_Items", "salesorder": "Ordered_Items", "invoice": "Invoiced_Items",
        "purchaseorder": "Purchase_Items"}  # fmt: skip
ALL: tuple[DocumentKind, ...] = ("estimate", "salesorder", "invoice", "purchaseorder")


async def on(office: Office) -> tuple[str, str]:
    parties = office.party()
    await office.transactions.switch_on()
    return parties


async def synced(office: Office) -> Any:
    run = await office.transactions.run()
    assert run.state == "done", (run.problem, run.problem_detail)
    return run


async def made(office: Office, party: str, kind: DocumentKind = "estimate", *lines: Line, **more: Any) -> Document:
    """A document as a person makes it in Books."""
    await office.books.prepare(kind)
    given = lines or (Line(name="保守", rate="500", quantity="2", description="月次"),)
    outcome = await office.books.create(NewDocument(kind=kind, key="", party_id=party, lines=given, **more))
    return outcome.document  # type: ignore[union-attr]


def crm(office: Office, kind: DocumentKind = "estimate") -> list[dict[str, Any]]:
    """What CRM has of a kind, with its rows."""
    module = CRM_MODULES[kind]
    found = office.zoho.control("GET", f"truth/crm/{module}")["records"]
    rows = {each["id"]: each for each in office.zoho.control("GET", f"truth/crm/{ROWS[kind]}")["records"]}
    return [each | {ROWS[kind]: [rows[row] for row in each[ROWS[kind]]]} for each in found]


async def insert(office: Office, kind: DocumentKind, **fields: Any) -> str:
    """A document as a person makes it in CRM: by the API, which is what computes its totals."""
    from tests.sandbox.client import Client

    client = Client(office.zoho)
    answer = client.crm("POST", CRM_MODULES[kind], json={"data": [{"Subject": "案件の見積"} | fields], "trigger": []})
    client.http.close()
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"][0]["details"]["id"])


def product(office: Office) -> dict[str, Any]:
    found: dict[str, Any] = office.zoho.control("GET", "truth/crm/Products")["records"][0]
    return found


async def tax(office: Office) -> str:
    return next(each.id for each in await office.books.taxes() if each.name == "消費税")


@pytest.mark.parametrize("kind", ALL)
async def test_b61_b63_a_books_document_appears_in_crm(office: Office, kind: DocumentKind) -> None:
    account, customer = await on(office)
    if kind == "purchaseorder":
        account = office.edit("crm", "Vendors", "create", Vendor_Name="部品商会")
        customer = office.edit("books", "contacts", "create", contact_name="部品商会", contact_type="vendor")
        office.link(account, customer, module="vendors")
    taxed = Line(name="部品", rate="105", quantity="3", tax_id=await tax(office))
    document = await made(office, customer, kind, Line(name="保守", rate="500", description="月次"), taxed)
    run = await synced(office)
    (shown,) = crm(office, kind)
    party = "Vendor_Name" if kind == "purchaseorder" else "Account_Name"
    assert (shown[party], shown["Grand_Total"], shown["Kakehashi_Books_ID"]) == (
        account, float(document.total), document.id,
    )  # fmt: skip
    assert (shown["Books_Number"], shown["Books_Status"]) == (document.number, "draft")
    assert document.id in shown["Books_Link"]
    assert [(row["Quantity"], row["List_Price"]) for row in shown[ROWS[kind]]] == [(1, 500), (3, 105)]
    assert run.counts["to_crm"].created == 1


async def test_a_second_run_writes_nothing(office: Office) -> None:
    account, customer = await on(office)
    await made(office, customer)
    await insert(office, "estimate", Account_Name={"id": account}, Quoted_Items=[
        {"Product_Name": {"id": product(office)["id"]}, "Quantity": 2, "List_Price": 300}])  # fmt: skip
    await synced(office)
    await synced(office)
    since = len(office.zoho.writes())
    await synced(office)
    assert len(office.zoho.writes()) == since


async def test_what_changes_in_books_changes_in_crm_and_rows_do_not_double(office: Office) -> None:
    _, customer = await on(office)
    document = await made(office, customer)
    await synced(office)
    office.status("estimate", document.id, "sent")
    office.status("estimate", document.id, "accepted")
    await synced(office)
    (shown,) = crm(office)
    assert (shown["Quote_Stage"], shown["Books_Status"], len(shown["Quoted_Items"])) == ("Confirmed", "accepted", 1)
    row = shown["Quoted_Items"][0]["id"]
    from tests.sandbox.client import Client

    client = Client(office.zoho)
    lines = [{"name": "別", "rate": 70, "quantity": 1}]
    client.books("PUT", f"estimates/{document.id}", json={"customer_id": customer, "line_items": lines})
    client.http.close()
    await synced(office)
    (shown,) = crm(office)
    assert [(each["List_Price"], each["id"] != row) for each in shown["Quoted_Items"]] == [(70, True)]
    assert shown["Grand_Total"] == 70


async def test_b98_a_tied_document_is_seen_from_its_deal(office: Office) -> None:
    account, customer = await on(office)
    deal = office.deal(Account_Name=account)
    for kind in ("estimate", "salesorder", "invoice"):
        document = await made(office, customer, kind)
        desk = Associations(deals=office.crm, books=office.books, store=office.store, clock=office.clock)
        await desk.associate(kind, document.id, deal)
    await synced(office)
    fields: tuple[tuple[DocumentKind, str], ...] = (
        ("estimate", "Deal_Name"), ("salesorder", "Deal_Name"), ("invoice", "Deal_Name__s"),
    )  # fmt: skip
    assert [crm(office, kind)[0][field] for kind, field in fields] == [deal] * 3


async def test_b75_what_a_trigger_made_is_seen_from_its_deal_in_crm(office: Office) -> None:
    account, _ = await on(office)
    await office.triggers.switch(Preference(kind="estimate", create_at=("Proposal/Price Quote",)))
    deal = office.deal(Account_Name=account, Stage="Proposal/Price Quote")
    await office.triggers.run()
    await synced(office)
    (shown,) = crm(office)
    assert (shown["Deal_Name"], shown["Grand_Total"]) == (deal, 120_000)


async def test_b61_only_documents_of_linked_customers_appear(office: Office) -> None:
    await on(office)
    stranger = office.edit("books", "contacts", "create", contact_name="窓口客")
    await made(office, stranger)
    await synced(office)
    assert crm(office) == []
    assert office.store.failures("documents") == []


async def test_b64_a_document_made_in_crm_becomes_a_books_draft(office: Office) -> None:
    account, customer = await on(office)
    item = office.edit("books", "items", "create", name="機器", rate=1)
    office.link(product(office)["id"], item, module="items")
    deal = office.deal(Account_Name=account)
    row = {"Product_Name": {"id": product(office)["id"]}, "Quantity": 3, "List_Price": 333, "Discount": 9,
           "Line_Tax": [{"name": "消費税", "percentage": 10}]}  # fmt: skip
    made_in_crm = await insert(
        office, "estimate", Account_Name={"id": account}, Deal_Name={"id": deal}, Quoted_Items=[row], Discount=5
    )
    run = await synced(office)
    (paper,) = office.papers()
    (shown,) = crm(office)
    (line,) = paper["line_items"]
    assert (paper["customer_id"], paper["total"], paper["status"], paper["zcrm_potential_id"]) == (
        customer, shown["Grand_Total"], "draft", deal,
    )  # fmt: skip
    assert (line["item_id"], line["rate"], line["quantity"], line["discount"]) == (item, 333, 3, 9)
    assert (shown["id"], shown["Kakehashi_Books_ID"], shown["Books_Number"]) == (
        made_in_crm, paper["estimate_id"], paper["estimate_number"],
    )  # fmt: skip
    assert paper["salesperson_name"]
    assert run.counts["to_books"].created == 1


async def test_b64_what_was_in_crm_before_stays_there(office: Office) -> None:
    account, _ = office.party()
    row = {"Product_Name": {"id": product(office)["id"]}}
    await insert(office, "estimate", Account_Name={"id": account}, Quoted_Items=[row])
    office.zoho.control("POST", "edit", {"side": "crm", "op": "change", "id": account, "fields": {}, "advance": 5})
    await office.transactions.switch_on()
    await synced(office)
    assert office.papers() == []


async def test_a_status_set_in_crm_is_reached_in_books(office: Office) -> None:
    account, _ = await on(office)
    row = {"Product_Name": {"id": product(office)["id"]}, "List_Price": 10}
    for stage in ("Confirmed", "Closed Lost", "Negotiation"):
        await insert(office, "estimate", Account_Name={"id": account}, Quoted_Items=[row], Quote_Stage=stage)
    await synced(office)
    assert sorted(each["status"] for each in office.papers()) == ["accepted", "declined", "draft"]
    assert sorted(each["Books_Status"] for each in crm(office)) == ["accepted", "declined", "draft"]


@pytest.mark.parametrize("fault", ["lost_reply", "truncated", "malformed"])
@pytest.mark.parametrize(("side", "method", "path"), [
    ("books", "POST", "/estimates$"), ("crm", "POST", "/Quotes$"), ("crm", "PUT", "/Quotes$"),
    ("books", "POST", "/status/accepted$"),
])  # fmt: skip
async def test_a_lost_reply_doubles_nothing_either_way(
    office: Office, fault: str, side: str, method: str, path: str
) -> None:
    account, customer = await on(office)
    row = {"Product_Name": {"id": product(office)["id"]}, "List_Price": 10}
    await insert(office, "estimate", Account_Name={"id": account}, Quoted_Items=[row], Quote_Stage="Confirmed")
    await made(office, customer)
    office.zoho.fault(kind=fault, side=side, method=method, path=path, count=1)
    for _ in range(3):
        await synced(office)
    assert (len(office.papers()), len(crm(office))) == (2, 2)
    assert [len(each["Quoted_Items"]) for each in crm(office)] == [1, 1]
    assert sorted(each["status"] for each in office.papers()) == ["accepted", "draft"]
    assert office.store.failures("documents") == []


@pytest.mark.parametrize("unique", [True, False])
async def test_a_state_that_was_lost_doubles_nothing(office: Office, unique: bool) -> None:
    account, customer = await on(office)
    row = {"Product_Name": {"id": product(office)["id"]}, "List_Price": 10}
    await insert(office, "estimate", Account_Name={"id": account}, Quoted_Items=[row])
    await made(office, customer)
    await synced(office)
    since = office.store.mirror_setup().since
    office.folder = office.folder.with_name("empty")
    office.reopen()
    office.link(account, customer)
    await office.transactions.switch_on()
    if not unique:
        office.papers_desk.unique = lambda kind: False  # type: ignore[method-assign]
    await synced(office)
    assert (len(office.papers()), len(crm(office))) == (2, 2)
    assert {each.origin for each in office.store.mirrors()} == {"books", "crm"}
    assert office.store.mirror_setup().since >= since


async def test_a_document_that_cannot_be_shown_is_held_and_shown_once_it_can(office: Office) -> None:
    _, customer = await on(office)
    taxes = office.zoho.world.books.taxes  # type: ignore[union-attr]
    vat = dict(taxes[0]) | {"tax_id": "99", "tax_name": "VAT"}
    taxes.append(vat)
    document = await made(office, customer, "estimate", Line(name="x", rate="1", tax_id="99"))
    run = await synced(office)
    taxes.remove(vat)
    (failure,) = office.store.failures("documents")
    assert (failure.reason, failure.held, failure.direction, failure.books_id) == ("F27", True, "to_crm", document.id)
    assert run.counts["to_crm"].held == 1
    calls = office.books.calls
    await synced(office)
    assert office.store.failures("documents")[0].attempts == 1
    assert office.books.calls - calls < 10


async def test_a_customer_that_is_linked_later_brings_its_documents(office: Office) -> None:
    await on(office)
    account = office.edit("crm", "Accounts", "create", Account_Name="後発")
    row = {"Product_Name": {"id": product(office)["id"]}, "List_Price": 10}
    await insert(office, "invoice", Account_Name={"id": account}, Invoiced_Items=[row])
    await synced(office)
    assert [each.reason for each in office.store.failures("documents")] == ["F21"]
    office.link(account, office.edit("books", "contacts", "create", contact_name="後発"))
    await synced(office)
    assert len(office.papers("invoice")) == 1
    assert office.store.failures("documents") == []


async def test_a_document_deleted_in_crm_is_not_made_again_and_stays_in_books(office: Office) -> None:
    _, customer = await on(office)
    document = await made(office, customer)
    await synced(office)
    idle = await synced(office)
    office.edit("crm", "Quotes", "delete", crm(office)[0]["id"])
    office.status("estimate", document.id, "sent")
    await synced(office)
    assert crm(office) == []
    assert len(office.papers()) == 1
    # It is not looked for again either.
    office.status("estimate", document.id, "accepted")
    assert (await synced(office)).api_calls == idle.api_calls


async def test_b103_switching_off_removes_from_crm_what_the_mirror_put_there_alone(office: Office) -> None:
    account, customer = await on(office)
    row = {"Product_Name": {"id": product(office)["id"]}, "List_Price": 10}
    theirs = await insert(office, "estimate", Account_Name={"id": account}, Quoted_Items=[row])
    for _ in range(3):
        await made(office, customer)
    await synced(office)
    before = office.papers()
    assert office.transactions.status().to_remove == {"estimate": 3}
    await office.transactions.switch_off()
    assert [each["id"] for each in crm(office)] == [theirs]
    assert office.papers() == before
    assert list(office.store.mirrors()) == []
    with pytest.raises(Problem) as caught:
        await office.transactions.run()
    assert caught.value.code == "not_configured"


async def test_b62_before_switching_on_it_says_what_would_appear(office: Office) -> None:
    _, customer = office.party()
    await made(office, customer)
    await made(office, customer, "invoice")
    from core.documents.office import Office as Desk

    await Desk(deals=office.crm, books=office.books, store=office.store, clock=office.clock).refresh()
    assert office.transactions.status().to_appear == {"estimate": 1, "invoice": 1}
    assert crm(office) == []


async def test_an_edition_without_the_modules_says_so(office: Office) -> None:
    office.party()
    office.zoho.control("PUT", "settings", {"crm": {"edition": "standard"}})
    try:
        with pytest.raises(Problem) as caught:
            await office.transactions.switch_on()
    finally:
        office.zoho.control("PUT", "settings", {"crm": {"edition": "enterprise"}})
    assert caught.value.code == "module_unavailable"
    assert not office.store.mirror_setup().on


async def test_a_paused_profile_mirrors_nothing(office: Office) -> None:
    await on(office)
    office.store.commit(Commit(profile=Profile(name="x", paused=True)))
    with pytest.raises(Problem) as caught:
        await office.transactions.run()
    assert caught.value.code == "paused"


async def test_a_document_of_two_hundred_lines_arrives_whole(office: Office) -> None:
    _, customer = await on(office)
    lines = [Line(name=f"部品 {each}", rate=str(each), tax_id=await tax(office)) for each in range(1, 201)]
    document = await made(office, customer, "invoice", *lines)
    await synced(office)
    (shown,) = crm(office, "invoice")
    assert (len(shown["Invoiced_Items"]), shown["Grand_Total"]) == (200, float(document.total))


CUSTOM = (("担当部署", "string"), ("Priority", "dropdown"), ("Pages", "number"), ("Margin", "decimal"),
          ("Due by", "date"), ("Urgent", "check_box"), ("Remarks", "multiline"))  # fmt: skip


async def test_b65_custom_fields_of_books_appear_in_crm_and_their_values_go_both_ways(office: Office) -> None:
    from tests.sandbox.client import Client

    client = Client(office.zoho)
    for label, data_type in (*CUSTOM, ("A label that is far too long for CRM", "string")):
        client.books("POST", "settings/fields", json={"label": label, "data_type": data_type, "entity": "estimate"})
    account, customer = await on(office)
    values = dict(
        zip((label for label, _ in CUSTOM), ("営業部", "High", 3, 12.5, "2026-12-01", True, "一行\n二行"), strict=True)
    )
    body = {"customer_id": customer, "line_items": [{"name": "保守", "rate": 5}],
            "custom_fields": [{"label": label, "value": value} for label, value in values.items()]}  # fmt: skip
    client.books("POST", "estimates", json=body)
    await synced(office)
    fields = {
        each["display_label"]: each["api_name"]
        for each in client.crm("GET", "settings/fields", module="Quotes").json()["fields"]
    }
    (shown,) = crm(office)
    assert {label: shown[fields[label]] for label in values} == values
    row = {"Product_Name": {"id": product(office)["id"]}, "List_Price": 10}
    theirs = {fields[label]: value for label, value in values.items()}
    await insert(office, "estimate", Account_Name={"id": account}, Quoted_Items=[row], **theirs)
    await synced(office)
    paper = max(office.papers(), key=lambda each: each["created_time"])
    ids = {each.label: each.field_id for each in office.zoho.world.books.custom_fields}  # type: ignore[union-attr]
    assert {label: paper["custom_values"].get(ids[label]) for label in values} == values
    client.http.close()
    since = len(office.zoho.writes())
    await synced(office)
    assert len(office.zoho.writes()) == since
