"""Making a field in Books for a CRM field, and telling which CRM fields are on the Standard layout."""

from __future__ import annotations

import pytest

from core.model.problems import Problem
from core.model.record import FieldMeta
from core.model.value import Kind
from core.zoho.books.custom import MADE
from core.zoho.crm.metadata import _field
from tests.zoho.conftest import Ground


def like(label: str, kind: Kind = "text", **more: object) -> FieldMeta:
    return FieldMeta(name=label.replace(" ", "_"), label=label, kind=kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("entity", ["customers", "items"])
async def test_a_field_of_each_kind_is_made_and_described(ground: Ground, entity: str, kind: Kind) -> None:
    side = ground.open("books")
    choices = ("Retail", "Export") if kind in ("picklist", "multiselect") else ()
    made = await side.create_field(entity, like(f"New {kind} of {entity}", kind, length=40, choices=choices))
    assert (made.kind, made.custom, made.read_only) == (MADE[kind][1], True, False)
    assert made.choices == (choices if kind == "picklist" else ())
    assert made.length == (40 if MADE[kind][0] == "string" else None)
    assert made in await side.describe(entity)


async def test_vendors_share_the_fields_of_customers(ground: Ground) -> None:
    side = ground.open("books")
    made = await side.create_field("customers", like("Motto"))
    assert made in await side.describe("vendors")
    assert await side.create_field("vendors", like("motto")) == made


async def test_a_field_of_that_label_and_another_kind_is_not_taken_for_it(ground: Ground) -> None:
    side = ground.open("books")
    await side.create_field("customers", like("Founding", "date"))
    with pytest.raises(Problem) as refused:
        await side.create_field("customers", like("Founding", "integer"))
    assert refused.value.code == "field_refused"
    assert "date" in refused.value.message("en") and "種類" in refused.value.message("ja")


async def test_what_books_says_against_it_is_told(ground: Ground) -> None:
    side = ground.open("books")
    with pytest.raises(Problem) as refused:
        await side.create_field("customers", like(""))
    assert refused.value.code == "field_refused"
    assert "label" in refused.value.message("en")


async def test_a_lost_answer_makes_no_second_field(ground: Ground) -> None:
    ground.zoho.fault(kind="lost_reply", side="books", method="POST", path="/settings/fields$", count=1)
    side = ground.open("books")
    made = await side.create_field("customers", like("Only once"))
    ground.zoho.fault()
    assert [each for each in await side.describe("customers") if each.label == "Only once"] == [made]


@pytest.mark.parametrize(
    ("entity", "kind", "phrase"),
    [("persons", "text", "no custom fields"), ("customers", "lookup", "lookup"), ("customers", "picklist", "picklist")],
)
async def test_what_cannot_be_made_is_refused_without_a_call(
    ground: Ground, entity: str, kind: Kind, phrase: str
) -> None:
    side = ground.open("books")
    with pytest.raises(Problem) as refused:
        await side.create_field(entity, like("No", kind))
    assert refused.value.code == "field_not_creatable"
    assert phrase in refused.value.message("en")
    assert side.calls == 0
    assert not ground.open("crm").takes_fields("Accounts")


@pytest.mark.parametrize(
    ("layouts", "kind", "standard"),
    [
        ([{"api_name": "Standard__s", "name": "Standard"}], "used", True),
        ([{"name": "Standard", "id": "1"}], "used", True),
        ([{"api_name": "Wholesale", "name": "Wholesale"}], "used", False),
        ([{"api_name": "Wholesale"}, {"api_name": "Standard__s"}], "used", True),
        ([], "unused", True),
        ([], "used", True),
        (None, "", True),
    ],
)
def test_a_field_tells_whether_it_is_on_the_standard_layout(layouts: object, kind: str, standard: bool) -> None:
    given = {"api_name": "Rank", "data_type": "text", "layout_associations": layouts, "type": kind}
    assert _field(given).standard is standard
