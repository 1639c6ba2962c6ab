"""Documents that are in Books, edited here, over real HTTP: only what was changed is sent, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from core.documents.drafts import Drafts
from core.documents.editing import draft_of, merged, new_of, settled
from core.documents.prices import Prices
from core.model.documents import Document, DocumentKind, Done, Line, NewDocument
from core.model.drafts import Draft, Edit
from core.model.problems import Problem
from core.zoho.books.papers import KINDS, Ours, edit_body
from tests.documents.conftest import Office
from tests.documents.test_drafts import desk

LINES = (
    Line(name="導入作業", rate="500000", quantity="2"),
    Line(name="Scanner", rate="20000", quantity="10", description="with cradle"),
)


async def made(office: Office, kind: DocumentKind = "invoice", **more: Any) -> Document:
    """A document of two lines in Books."""
    _, customer = office.party()
    new = NewDocument(kind=kind, key="", party_id=customer, lines=LINES, **more)
    return (await desk(office).send(desk(office).save(Draft(new=new)).id)).document


async def edited(office: Office, draft: Draft) -> Document:
    drafts = desk(office)
    return (await drafts.send(drafts.save(draft).id)).document


async def somebody(office: Office, document: Document, **fields: str) -> None:
    """Somebody else changes a document."""
    now = await office.books.read(document.kind, document.id)
    assert now is not None
    assert isinstance(await office.books.change(now, Edit(fields=fields), ""), Done)


def puts(office: Office) -> list[dict[str, Any]]:
    return [each for each in office.zoho.writes() if each["method"] == "PUT"]


async def test_a_draft_is_edited_freely_and_only_what_changed_is_sent(office: Office) -> None:
    document = await made(office, notes="as agreed")
    draft = await desk(office).edit("invoice", document.id)
    first = replace(draft.new.lines[0], quantity="3")
    new = replace(draft.new, reference="PO-77", lines=(first, *draft.new.lines[1:]))
    after = await edited(office, replace(draft, new=new))
    assert (after.reference, after.notes, after.total) == ("PO-77", "as agreed", "1700000")
    (paper,) = office.papers("invoice")
    assert [each["quantity"] for each in paper["line_items"]] == [3, 10]
    assert [each["line_item_id"] for each in paper["line_items"]] == [each.id for each in document.lines or ()]
    assert paper["line_items"][1]["description"] == "with cradle"
    assert office.store.drafts() == []


async def test_an_edit_without_a_change_sends_nothing(office: Office) -> None:
    document = await made(office)
    before = len(puts(office))
    await edited(office, await desk(office).edit("invoice", document.id))
    assert len(puts(office)) == before


async def test_what_somebody_else_changed_meanwhile_stays(office: Office) -> None:
    document = await made(office)
    draft = await desk(office).edit("invoice", document.id)
    await somebody(office, document, notes="theirs", reference="R-1")
    after = await edited(office, replace(draft, new=replace(draft.new, terms="mine")))
    assert (after.notes, after.reference, after.terms) == ("theirs", "R-1", "mine")


@pytest.mark.parametrize(("take", "kept"), [("mine", "mine"), ("theirs", "theirs")])
async def test_what_both_changed_is_shown_and_settled_by_a_person(office: Office, take: Any, kept: str) -> None:
    document = await made(office)
    drafts = desk(office)
    draft = await drafts.edit("invoice", document.id)
    draft = drafts.save(replace(draft, new=replace(draft.new, reference="mine", terms="30 days")))
    await somebody(office, document, reference="theirs")
    before = len(puts(office))
    with pytest.raises(Problem) as caught:
        await drafts.send(draft.id)
    assert (caught.value.code, caught.value.detail["fields"], len(puts(office))) == (
        "document_moved", "reference", before,
    )  # fmt: skip
    (held,) = office.store.drafts()
    (moved,) = held.moved
    assert (moved.was, moved.mine, moved.theirs) == ("", "mine", "theirs")
    await drafts.settle(held.id, take)
    after = (await drafts.send(held.id)).document
    assert (after.reference, after.terms) == (kept, "30 days")


async def test_a_sent_invoice_is_edited_with_a_reason_that_books_is_told(office: Office) -> None:
    document = await made(office)
    await desk(office).mark("invoice", document.id, "sent")
    draft = await desk(office).edit("invoice", document.id)
    draft = desk(office).save(replace(draft, new=replace(draft.new, reference="PO-78")))
    with pytest.raises(Problem) as caught:
        await desk(office).send(draft.id)
    assert caught.value.code == "edit_needs_why"
    assert (await edited(office, replace(draft, why="wrong order number"))).reference == "PO-78"


def test_only_an_invoice_takes_a_reason() -> None:
    edit = Edit(fields={"reference": "R"})
    invoice = edit_body(KINDS["invoice"], Ours(), {"customer_id": "1"}, edit, "wrong number")
    estimate = edit_body(KINDS["estimate"], Ours(), {"customer_id": "1"}, edit, "wrong number")
    assert (invoice["reason"], "reason" in estimate) == ("wrong number", False)


def test_a_line_goes_back_with_all_that_it_has() -> None:
    raw = {"line_item_id": "7", "name": "A", "rate": 1, "quantity": 1, "account_id": "55", "tags": [{"tag_id": "1"}]}
    given = {"customer_id": "1", "line_items": [raw, {"line_item_id": "8", "name": "B", "rate": 2, "quantity": 1}]}
    body = edit_body(KINDS["invoice"], Ours(), given, Edit(fields={"notes": "n"}), "")
    assert [each["line_item_id"] for each in body["line_items"]] == ["7", "8"]
    assert (body["line_items"][0]["account_id"], body["line_items"][0]["tags"]) == ("55", [{"tag_id": "1"}])
    emptied = Edit(lines=(Line(id="7", name="A", rate="1"),))
    (line,) = edit_body(KINDS["invoice"], Ours(), given, emptied, "")["line_items"]
    assert (line["account_id"], line["description"], line["tax_id"]) == ("55", "", "")


@pytest.mark.parametrize("statuses", [("sent", "void"), ("void",)])
async def test_a_closed_document_is_not_edited(office: Office, statuses: tuple[str, ...]) -> None:
    document = await made(office)
    draft = await desk(office).edit("invoice", document.id)
    draft = desk(office).save(replace(draft, new=replace(draft.new, reference="late")))
    for status in statuses:
        office.status("invoice", document.id, status)
    with pytest.raises(Problem) as sent:
        await desk(office).send(draft.id)
    desk(office).drop(draft.id)
    with pytest.raises(Problem) as begun:
        await desk(office).edit("invoice", document.id)
    assert {sent.value.code, begun.value.code} == {"document_closed"}


async def test_an_edit_goes_on_after_a_lost_reply_and_doubles_no_line(office: Office) -> None:
    document = await made(office)
    draft = await desk(office).edit("invoice", document.id)
    added = replace(draft.new, lines=(*draft.new.lines, Line(name="Freight", rate="3000")))
    draft = desk(office).save(replace(draft, new=added))
    office.zoho.fault(kind="lost_reply", side="books", method="PUT", path="/invoices/", count=9)
    try:
        await desk(office).send(draft.id)
    except Problem:
        office.zoho.fault()
        await desk(office).send(draft.id)
    (paper,) = office.papers("invoice")
    assert [each["name"] for each in paper["line_items"]] == ["導入作業", "Scanner", "Freight"]


async def test_what_is_emptied_is_empty_in_books(office: Office) -> None:
    document = await made(office, notes="as agreed")
    draft = await desk(office).edit("invoice", document.id)
    lines = draft.new.lines
    new = replace(draft.new, notes="", lines=(lines[0], replace(lines[1], description="")))
    after = await edited(office, replace(draft, new=new))
    assert after.lines is not None
    assert ([each.description for each in after.lines], after.notes) == (["", ""], "")


async def test_an_edit_that_is_kept_is_gone_on_with(office: Office) -> None:
    document = await made(office)
    draft = await desk(office).edit("invoice", document.id)
    kept = desk(office).save(replace(draft, new=replace(draft.new, notes="half done")))
    office.reopen()
    assert (await desk(office).edit("invoice", document.id)).id == kept.id


async def test_a_total_that_books_makes_otherwise_stops_before_it_is_sent(office: Office) -> None:
    _, customer = office.party()
    new = NewDocument(kind="invoice", key="", party_id=customer, lines=LINES)
    drafts = Drafts(deals=office.crm, books=office.books, store=office.store, clock=office.clock)
    draft = drafts.save(Draft(new=new, then=("sent",)))

    async def other(*_: object) -> Any:
        return replace(await Prices(office.books, office.clock).of(draft), total="7")

    drafts.prices.of = other  # type: ignore[method-assign]
    with pytest.raises(Problem) as caught:
        await drafts.send(draft.id)
    (paper,) = office.papers("invoice")
    assert (caught.value.code, paper["status"]) == ("total_differs", "draft")
    assert (await drafts.send(draft.id)).document.status == "sent"
    assert len(office.papers("invoice")) == 1


# the merge alone

BASE = Document(
    kind="estimate", id="1", number="E-1", status="draft", party_id="9", date="2026-11-01",
    lines=(Line(id="a", name="A", rate="10"), Line(id="b", name="B", rate="20"), Line(id="c", name="C", rate="30")),
)  # fmt: skip


def lines(**changes: Any) -> Document:
    """The base with lines changed by id: a rate, None for one that is gone, `new` for one that is added."""
    found = [
        replace(each, rate=changes[each.id]) if changes.get(each.id) else each
        for each in BASE.lines or ()
        if changes.get(each.id, "") is not None
    ]
    found += [Line(id="n", name="N", rate=changes["new"])] if "new" in changes else []
    return replace(BASE, lines=tuple(found))


def rates(edit: Any) -> list[tuple[str, str]] | None:
    return None if edit.lines is None else [(each.name, each.rate) for each in edit.lines]


@pytest.mark.parametrize(
    ("theirs", "mine", "sent", "moved"),
    [
        ({}, {"a": "11"}, [("A", "11"), ("B", "20"), ("C", "30")], []),
        ({"b": "21"}, {"a": "11"}, [("A", "11"), ("B", "21"), ("C", "30")], []),
        ({"new": "5"}, {"a": "11"}, [("A", "11"), ("B", "20"), ("C", "30"), ("N", "5")], []),
        ({"b": "21"}, {}, None, []),
        ({"c": None}, {"a": "11"}, [("A", "11"), ("B", "20")], []),
        ({}, {"c": None}, [("A", "10"), ("B", "20")], []),
        ({"a": "12"}, {"a": "12"}, None, []),
        ({"a": "12"}, {"a": "11"}, [("A", "11"), ("B", "20"), ("C", "30")], ["line 1"]),
        ({"c": "31"}, {"c": None}, [("A", "10"), ("B", "20")], ["line 3"]),
        ({"a": None}, {"a": "11"}, [("A", "11"), ("B", "20"), ("C", "30")], ["line 1"]),
    ],
)
def test_lines_are_merged_by_who_changed_them(theirs: Any, mine: Any, sent: Any, moved: list[str]) -> None:
    found = merged(BASE, lines(**theirs), new_of(lines(**mine)))
    assert [each.field for each in found.moved] == moved
    assert rates(found.edit) == sent


def test_theirs_can_be_taken_for_lines_and_fields() -> None:
    draft = draft_of(BASE)
    mine = replace(draft, new=replace(new_of(lines(a="11", b="25")), notes="mine"))
    now = replace(lines(a="12"), notes="theirs")
    after = settled(mine, now, "theirs")
    assert ([each.rate for each in after.new.lines], after.new.notes) == (["12", "25", "30"], "theirs")
    assert merged(now, now, after.new).moved == ()


def test_a_number_written_otherwise_is_no_change() -> None:
    same = replace(BASE, discount="10.0%", adjustment="0.00")
    wanted = replace(new_of(replace(BASE, discount="10%")), adjustment="")
    assert merged(replace(BASE, discount="10%"), same, wanted).edit.empty
