"""What a document is said to come to is what Books makes of it, over real HTTP, for random lines, taxes, discounts."""

from __future__ import annotations

from random import Random

import pytest

from core.documents.prices import Prices
from core.documents.totals import item_total, totals
from core.model.documents import Done, Line, NewDocument
from core.model.drafts import Draft
from core.model.mirror import Tax
from core.model.problems import Problem
from tests.documents.conftest import Office

TEN, EIGHT = Tax("消費税 10%", "10", "1"), Tax("消費税 8%", "8", "2")


def new(*lines: Line, **more: object) -> NewDocument:
    return NewDocument(kind="invoice", key="", party_id="1", lines=lines, **more)  # type: ignore[arg-type]


def test_each_tax_is_added_up_over_all_lines_and_rounded_once() -> None:
    found = totals(new(*(Line(rate="0.05", tax_id="1") for _ in range(10))), [TEN], precision=2)
    assert (found.sub_total, [each.amount for each in found.taxes], found.total) == ("0.5", ["0.05"], "0.55")


def test_lines_have_their_own_discounts() -> None:
    lines = Line(rate="100", quantity="3", discount="10%", tax_id="1"), Line(rate="50", discount="5", tax_id="2")
    found = totals(new(*lines), [TEN, EIGHT], precision=0)
    assert [item_total(each, 0) for each in lines] == ["270", "45"]
    assert ([each.amount for each in found.taxes], found.total) == (["27", "4"], "346")


@pytest.mark.parametrize(("before", "total"), [(True, "990"), (False, "1000")])
def test_a_discount_of_the_document_lessens_what_is_taxed_where_it_is_before_tax(before: bool, total: str) -> None:
    found = totals(new(Line(rate="1000", tax_id="1"), discount="10%", discount_before_tax=before), [TEN], precision=0)
    assert (found.discount, found.total) == ("100", total)


def test_rates_that_hold_the_tax_are_not_taxed_again() -> None:
    found = totals(new(Line(rate="1100", tax_id="1")), [TEN], precision=0, inclusive=True)
    assert ([each.amount for each in found.taxes], found.total) == (["100"], "1100")


def test_headers_and_subtotals_count_nothing() -> None:
    lines = Line(name="Phase 1", rate="9", category="header"), Line(rate="5"), Line(rate="9", category="subtotal")
    assert totals(new(*lines), [], precision=2).total == "5"


@pytest.mark.parametrize("seed", range(8))
async def test_books_agrees_to_the_minor_unit(office: Office, seed: int) -> None:
    random = Random(seed)
    _, customer = office.party()
    prices = Prices(office.books, office.clock)
    taxes = [each.id for each in await prices.taxes()]
    assert taxes
    on_lines = random.random() < 0.5
    currency = random.choice(["", "USD"])
    lines = tuple(
        Line(
            name=f"Line {at}", rate=f"{random.uniform(0.01, 9_000):.3f}", quantity=f"{random.uniform(0.1, 40):.2f}",
            discount=random.choice(["", "3.7", "12.5%"]) if on_lines else "", tax_id=random.choice(["", *taxes]),
        )
        for at in range(random.randint(1, 60))
    )  # fmt: skip
    made = NewDocument(
        kind=random.choice(["invoice", "estimate", "salesorder"]), key=f"own:{seed}", party_id=customer, lines=lines,  # type: ignore[arg-type]
        discount="" if on_lines else random.choice(["7.5%", "33", ""]), discount_before_tax=random.random() < 0.5,
        adjustment=random.choice(["", "-1"]), currency=currency,
    )  # fmt: skip
    expected = await prices.of(Draft(new=made))
    await office.books.prepare(made.kind)
    outcome = await office.books.create(made)
    assert isinstance(outcome, Done), outcome
    assert float(expected.total) == float(outcome.document.total)


async def test_taxes_and_currencies_are_not_read_for_every_keystroke(office: Office) -> None:
    prices = Prices(office.books, office.clock)
    draft = Draft(new=new(Line(rate="5")))
    await prices.of(draft)
    before = office.books.calls
    assert (await prices.of(draft)).total == "5"
    assert office.books.calls == before


async def test_what_is_no_number_is_told(office: Office) -> None:
    with pytest.raises(Problem) as caught:
        await Prices(office.books, office.clock).of(Draft(new=new(Line(rate="five"))))
    assert caught.value.code == "bad_request"


async def test_items_are_found_as_somebody_types_without_asking_each_time(office: Office) -> None:
    prices = Prices(office.books, office.clock)
    whole = await prices.items("")
    before = office.books.calls
    name = whole[3].name
    found = [await prices.items(name[:length]) for length in range(1, len(name) + 1)]
    assert office.books.calls == before
    assert found[-1][0].id == whole[3].id
    assert found[-1][0].rate
    assert await prices.items("no such thing") == []
