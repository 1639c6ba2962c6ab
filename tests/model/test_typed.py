"""Values that a person types for a held field: read by kind, and checked against both fields."""

import pytest

from core.model.record import FieldMeta
from core.model.typed import misfit, typed
from core.model.value import Kind, Value


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("  Sendai ", "text", "Sendai"),
        ("", "text", None),
        ("1,200.50", "decimal", "1200.5"),
        ("-0", "decimal", "0"),
        ("007", "integer", "7"),
        ("Yes", "boolean", True),
        ("いいえ", "boolean", False),
        ("2026-04-01", "date", "2026-04-01"),
        ("2026-04-01T09:00:00Z", "datetime", "2026-04-01T09:00:00Z"),
        ("b; a;", "multiselect", ("a", "b")),
        ("one\ntwo", "multiline", "one\ntwo"),
        ("a@b.example", "email", "a@b.example"),
    ],
)
def test_what_is_typed_becomes_a_canonical_value(text: str, kind: Kind, value: Value) -> None:
    assert typed(text, kind) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("twelve", "decimal"), ("NaN", "decimal"), ("1e900", "decimal"), ("2.5", "integer"), ("maybe", "boolean"),
        ("2026-02-30", "date"), ("1 April", "date"), ("yesterday", "datetime"), ("2026-13-01T00:00:00Z", "datetime"),
        ("a@b", "email"), ("one\ntwo", "text"),
    ],
)  # fmt: skip
def test_what_no_field_of_the_kind_can_hold_is_refused_with_a_phrase(text: str, kind: Kind) -> None:
    with pytest.raises(ValueError, match="it "):
        typed(text, kind)


def meta(kind: Kind = "text", **more: object) -> FieldMeta:
    return FieldMeta(name="Field", label="Field", kind=kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "field", "phrase"),
    [
        ("x" * 31, meta(length=30), "30 characters"),
        ("x" * 30, meta(length=30), ""),
        ("Kita", meta("picklist", choices=("Nishi", "Higashi")), "none of its choices"),
        ("Nishi", meta("picklist", choices=("Nishi", "Higashi")), ""),
        (("Nishi", "Kita"), meta("multiselect", choices=("Nishi",)), "none of its choices"),
        (("Nishi", "Kita"), meta("picklist", choices=("Nishi", "Kita")), "one choice"),
        (None, meta(required=True), "must not be empty"),
        (None, meta(), ""),
        (True, meta("date"), "no yes or no"),
        ("soon", meta("date"), "a date"),
        ("12", meta("lookup"), "another record"),
        ("12", meta(read_only=True), "cannot be written"),
    ],
)
def test_a_value_is_checked_against_the_field_that_is_to_take_it(value: Value, field: FieldMeta, phrase: str) -> None:
    found = misfit(value, field, "crm")
    assert phrase in found and bool(found) == bool(phrase)


def test_books_lengths_hold_where_the_api_tells_none() -> None:
    city = FieldMeta(name="billing_address.city", label="City", kind="text")
    assert "100 characters" in misfit("x" * 101, city, "books")
    assert misfit("x" * 101, city, "crm") == ""
