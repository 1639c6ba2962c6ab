"""What holds for a row of the mapping table, and which fields suit each other."""

import pytest

from core.model.mapping import by_likeness, check_row, row_of, unmapped_required
from core.model.record import FieldMeta
from core.model.setup import FieldMap
from core.plan.shapes import across


def field(name: str, kind: str = "text", label: str = "", **more: object) -> FieldMeta:
    return FieldMeta(name=name, label=label or name.replace("_", " "), kind=kind, **more)  # type: ignore[arg-type]


def codes(crm: FieldMeta, books: FieldMeta, **row: object) -> list[tuple[str, str]]:
    given = FieldMap(crm=crm.name, books=books.name, **row)  # type: ignore[arg-type]
    return [(note.code, note.level) for note in check_row(given, crm, books)]


def test_equal_kinds_and_room_need_no_note() -> None:
    assert codes(field("Phone", "phone", length=30), field("billing_address.phone", "phone", length=50)) == [
        ("length", "ok")
    ]
    assert codes(field("Phone", "phone", length=50), field("phone", "phone", length=50)) == []


def test_a_length_is_judged_in_the_direction_that_values_travel() -> None:
    long, short = field("Description", "multiline", length=32000), field("city", length=100)
    assert codes(long, short, direction="to_books") == [("length", "ok")]
    assert codes(long, short, direction="to_crm") == []


@pytest.mark.parametrize(
    ("crm", "books", "level"),
    [("phone", "decimal", "stop"), ("boolean", "text", "stop"), ("lookup", "text", "stop"), ("integer", "decimal", "")],
)
def test_kinds_that_do_not_go_together_stop(crm: str, books: str, level: str) -> None:
    notes = codes(field("a", crm, length=1), field("b", books, length=1))
    assert [found for _, found in notes][:1] == ([level] if level else [])


def test_what_cannot_be_written_stops_only_where_it_is_the_target() -> None:
    fixed, free = field("Created", read_only=True, length=10), field("cf_created", length=10)
    assert codes(fixed, free, direction="to_books") == []
    assert codes(fixed, free) == [("read_only", "stop")]
    assert row_of(fixed, free).direction == "to_books"


def test_a_field_that_is_gone_stops() -> None:
    [note] = check_row(FieldMap(crm="Gone", books="name"), None, field("name"))
    assert (note.code, note.level, note.side) == ("gone", "stop", "crm")


def test_choices_that_lack_are_named_unless_a_table_translates_them() -> None:
    crm = field("Type", "picklist", choices=("Goods", "Kit"))
    books = field("product_type", "picklist", choices=("goods", "service"))
    assert ("choices", "warning") in codes(crm, books, direction="to_books")
    assert row_of(crm, books).values
    assert codes(crm, books, direction="to_books", values=(("Goods", "goods"),)) == []


def test_fields_that_suit_come_first() -> None:
    others = [field("billing_address.city"), field("billing_address.zip"), field("website", "url"), field("cf_region")]
    assert by_likeness(field("Billing_Code"), others)[0] == (others[1], True)
    assert by_likeness(field("Billing_City"), others)[0] == (others[0], True)
    assert by_likeness(field("Sales_Region"), others)[0] == (others[3], True)
    assert not any(suits for _, suits in by_likeness(field("Employees", "integer"), others))


def test_a_required_field_that_nothing_fills_is_told() -> None:
    books = [field("contact_name", required=True), field("cf_branch", required=True)]
    rows = [FieldMap(crm="Account_Name", books="contact_name")]
    assert [note.detail for note in unmapped_required(rows, books, [])] == ["cf branch"]


def test_a_field_of_another_layout_than_standard_stops() -> None:
    assert codes(field("Rank", standard=False, length=10), field("cf_rank", length=10)) == [("layout", "stop")]


def test_a_check_box_needs_a_table_that_says_its_words() -> None:
    tick, text = field("Key_Account", "boolean"), field("cf_key", length=10)
    assert codes(tick, text, direction="to_books") == [("kinds", "stop")]
    row = row_of(tick, text)
    assert row.values == (("true", "Yes"), ("false", "No"))
    assert codes(tick, text, direction="to_books", values=row.values) == []
    choice = field("cf_key", "picklist", choices=("はい", "いいえ"))
    assert row_of(tick, choice).values == (("true", "はい"), ("false", "いいえ"))
    assert row_of(field("Tier", "picklist", choices=("Yes", "No")), field("cf_t", "boolean")).values == (
        ("Yes", "true"), ("No", "false"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("books", "joined", "level"), [("text", True, ""), ("multiselect", False, ""), ("decimal", False, "stop")]
)
def test_several_choices_stand_in_a_text_one_after_the_other(books: str, joined: bool, level: str) -> None:
    crm, other = field("Channels", "multiselect"), field("cf_channels", books, length=100)
    assert row_of(crm, other).joined is joined
    found = [each for _, each in codes(crm, other, direction="to_books")]
    assert [each for each in found if each == "stop"] == ([level] if level else [])


@pytest.mark.parametrize(
    ("row", "crm", "books"),
    [
        (FieldMap(crm="a", books="cf_a", joined=True), ("Export", "Retail"), "Export; Retail"),
        (FieldMap(crm="a", books="cf_a", joined=True), ("Export",), "Export"),
        (FieldMap(crm="a", books="cf_a", values=(("true", "Yes"), ("false", "No"))), False, "No"),
        (FieldMap(crm="a", books="cf_a", values=(("Yes", "true"), ("No", "false"))), "Yes", True),
        (FieldMap(crm="a", books="cf_a", values=(("Goods", "goods"),)), "Goods", "goods"),
    ],
)
def test_a_translated_value_comes_back_as_it_was(row: FieldMap, crm: object, books: object) -> None:
    assert across(row, crm, "books") == books  # type: ignore[arg-type]
    assert across(row, books, "crm") == crm  # type: ignore[arg-type]


def test_what_no_table_knows_and_what_is_empty_stays_as_it_is() -> None:
    row = FieldMap(crm="a", books="b", values=(("true", "Yes"), ("false", "No")))
    assert across(row, "maybe", "crm") == "maybe"
    assert across(row, None, "books") is None
    joined = FieldMap(crm="a", books="b", joined=True)
    assert across(joined, "  ;; ", "crm") is None
    assert across(joined, "b;a\na", "crm") == ("a", "b")
