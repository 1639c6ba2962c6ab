from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.zoho import codec

HOURS = some.integers(-14 * 60, 14 * 60)


@given(some.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), HOURS, some.booleans())
def test_instants_of_any_offset_are_utc(moment: datetime, minutes: int, colon: bool) -> None:
    local = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    text = local.strftime("%Y-%m-%dT%H:%M:%S%z") if not colon else local.isoformat()
    assert codec.instant(text) == local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert codec.instant_or_empty(text) == codec.instant(text)


@pytest.mark.parametrize("text", ["2026-10-01T09:00:00Z", "2026-10-01T09:00:00.123Z", "2026-10-01T18:00:00.5+09:00"])
def test_zulu_and_fractions(text: str) -> None:
    assert codec.instant_or_empty(text) == "2026-10-01T09:00:00Z"


@pytest.mark.parametrize(
    "value",
    ["", "2026-10-01", "2026-10-01T09:00:00", "2026-13-01T09:00:00Z", "2026-10-01T09:00:61Z", "x" * 10_000, None, 7,
     [], {}, "0001-01-01T00:00:00+14:00", ["2026-10-01T09:00:00Z"]],
)  # fmt: skip
def test_what_is_no_instant(value: object) -> None:
    assert codec.instant_or_empty(value) == ""


@given(some.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**17), max_value=10**17))
def test_money_survives_json(amount: Decimal) -> None:
    (wire,) = codec.decode_any(b"[" + str(amount).encode() + b"]")
    canonical = codec.decode_number(str(wire))
    assert isinstance(canonical, str)
    assert Decimal(canonical) == amount
    assert canonical == codec.number(canonical), "canonical is a fixed point"
    assert "E" not in canonical and not (("." in canonical) and canonical.endswith("0"))
    assert codec.decode_any(codec.encoder.encode([codec.encode("decimal", canonical)])) == [
        canonical if "." in canonical else int(canonical)
    ]


def test_an_amount_that_no_float_holds() -> None:
    assert codec.decode_any(b"99999999999999.99") == "99999999999999.99"
    assert codec.decode_any(b"0.10") == "0.1"
    assert codec.decode_any(b"-0.0") == "0"
    assert codec.decode_any(b"1e3") == "1000"


def test_a_number_made_to_fill_memory_stays_as_it_came() -> None:
    assert codec.decode_any(b"1e999999999") == "1e999999999"


@pytest.mark.parametrize(
    "body", [b"", b"{", b'"\\ud800"', b'"\xff"', b"[NaN]", b"[" * 100_000, b"1" * 5_000, b'{"a":1,}']
)
def test_hostile_bytes_raise_one_of_the_known(body: bytes) -> None:
    with pytest.raises(codec.DECODE_ERRORS):
        codec.decode_any(body)


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        (None, None), ("", None), ("  ", "  "), (True, True), (False, False), (0, "0"), (12, "12"), ([], None),
        (["b", "a"], ("a", "b")), ({"id": "5", "name": "x"}, "5"), ({"name": "x"}, "x"), ({}, None),
    ],
)  # fmt: skip
def test_wire_values(wire: object, value: object) -> None:
    assert codec.decode(wire) == value


@pytest.mark.parametrize(
    ("kind", "value", "wire"),
    [
        ("text", None, None), ("text", "12.50", "12.50"), ("integer", "12", 12), ("decimal", "12.5", Decimal("12.5")),
        ("decimal", "twelve", "twelve"), ("boolean", True, True), ("boolean", "false", False),
        ("datetime", "2026-10-01T00:00:00Z", "2026-10-01T00:00:00+00:00"), ("lookup", "5", {"id": "5"}),
        ("multiselect", ("a", "b"), ["a", "b"]), ("multiselect", "a", ["a"]), ("date", "2026-10-01", "2026-10-01"),
        ("text", ("a", "b"), "a, b"),
    ],
)  # fmt: skip
def test_values_to_the_wire(kind: codec.Kind, value: codec.Value, wire: object) -> None:
    assert codec.encode(kind, value) == wire


@given(some.text())
def test_undone_entities_are_those_that_escaping_makes(text: str) -> None:
    import html

    if not codec.ENTITY.search(text):
        assert codec.decode_html(html.escape(text, quote=False)) == (text or None)


def test_a_second_less() -> None:
    assert codec.earlier("2026-03-01T00:00:00Z", 1) == "2026-02-28T23:59:59Z"
    assert codec.crm_instant("2026-03-01T00:00:00Z") == "2026-03-01T00:00:00+00:00"
