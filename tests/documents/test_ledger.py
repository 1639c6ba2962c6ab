"""The deal ledger: what belongs to a deal, what was invoiced and paid, the gap, and what has no deal."""

from __future__ import annotations

from typing import Any

import pytest

from core.documents.ledger import entry, fit, ledger, tied_deal
from core.model.documents import Deal, Document, Tie


def deal(deal_id: str = "1", **more: Any) -> Deal:
    base = {"name": "年間保守", "amount": "1000", "account_id": "a", "currency": "JPY",
            "created": "2026-03-01T00:00:00Z", "closing_date": "2026-04-30"}  # fmt: skip
    return Deal(id=deal_id, **(base | more))


def paper(document_id: str = "7", kind: str = "invoice", **more: Any) -> Document:
    base = {"status": "sent", "total": "400", "balance": "400", "party_id": "300", "currency": "JPY"}
    return Document(kind=kind, id=document_id, **(base | more))  # type: ignore[arg-type]


def test_invoiced_paid_and_gap() -> None:
    found = entry(
        deal(),
        [
            paper("1"),
            paper("2", status="partially_paid", balance="150"),
            paper("3", status="void"),
            paper("4", status="draft", total="70.50"),
            paper("5", kind="estimate", total="999"),
        ],
    )
    assert (found.invoiced, found.paid, found.gap, found.drafted) == ("800", "250", "200", "70.5")
    assert len(found.documents) == 5


def test_a_deal_that_was_invoiced_beyond_its_amount_has_a_negative_gap() -> None:
    assert entry(deal(), [paper(total="1200.5", balance="0")]).gap == "-200.5"


def test_a_deal_without_an_amount_has_no_gap() -> None:
    assert entry(deal(amount=None), [paper()]).gap is None


def test_documents_in_another_currency_are_listed_and_not_counted() -> None:
    found = entry(deal(), [paper(), paper("8", currency="USD")])
    assert (found.invoiced, found.other_currencies, len(found.documents)) == ("400", True, 2)


@pytest.mark.parametrize(
    ("document", "ties", "expected"),
    [
        (paper(deal_id="1", native_deal_id="2"), {}, "1"),
        (paper(native_deal_id="2"), {}, "2"),
        (paper(key="deal:3"), {}, "3"),
        (paper(deal_id="1"), {"invoice:7": Tie(kind="invoice", document_id="7", deal_id="9", by="person")}, "9"),
        (paper(estimate_id="5"), {}, "4"),
        (paper(), {}, ""),
    ],
)
def test_where_the_deal_of_a_document_is_written(document: Document, ties: dict, expected: str) -> None:
    assert tied_deal(document, ties, {"estimate:5": paper("5", kind="estimate", deal_id="4")}) == expected


def test_b99_one_deal_has_several_documents_and_each_document_one_deal() -> None:
    papers = [paper(str(each), kind, deal_id="1") for each, kind in enumerate(("estimate", "salesorder", "invoice"))]
    found = ledger([deal()], [*papers, paper("9"), paper("10", kind="purchaseorder")], [], lambda deal: "300")
    assert [len(each.documents) for each in found.entries] == [3]
    assert ([each.document.id for each in found.loose], found.tied) == (["9"], 3)


def test_a_document_of_a_deal_that_is_gone_has_none() -> None:
    found = ledger([deal()], [paper(deal_id="99")], [], lambda deal: "")
    assert len(found.loose) == 1


def test_the_deal_that_fits_is_of_the_same_customer_and_says_why() -> None:
    deals = [deal("1", amount="1"), deal("2", amount="400"), deal("3", amount="400.00", account_id="b")]
    customers = {"1": "300", "2": "300", "3": "301"}
    (loose,) = ledger(deals, [paper(date="2026-04-01")], [], lambda each: customers[each.id]).loose
    assert loose.fit is not None
    assert (loose.fit.deal_id, loose.fit.why) == ("2", ("customer", "amount", "time"))


def test_the_only_deal_of_a_customer_and_a_name_in_the_reference_speak_for_it() -> None:
    assert fit(paper(), [deal()]).why == ("customer", "only")  # type: ignore[union-attr]
    named = fit(paper(reference="PO 12 / 年間保守"), [deal("1"), deal("2", name="設備更新")])
    assert named is not None
    assert (named.deal_id, named.why) == ("1", ("customer", "name"))


def test_two_that_fit_equally_well_and_one_that_has_only_the_customer_are_not_guessed() -> None:
    assert fit(paper(total="1000"), [deal("1"), deal("2")]) is None
    assert fit(paper(), [deal("1"), deal("2")]) is None
    assert fit(paper(), []) is None


def test_another_currency_is_not_the_same_amount() -> None:
    assert fit(paper(total="1000", currency="USD"), [deal("1"), deal("2", amount="5")]) is None
