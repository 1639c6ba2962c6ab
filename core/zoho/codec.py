"""Wire values ↔ canonical values (``core.model.value``): equality of canonical values is equality of meaning.

JSON numbers never become floats: a decoder made by ``decoder`` hands their text over, so that an amount of money of any
length survives (zoho-crm-api §0, zoho-books-api §10.4–5). Empty in any spelling is None.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import msgspec

from core.model.value import Kind, Value

MOST_DIGITS = 60
"""A number that would need more digits than this written out is kept as it came: it is no amount of anything."""
ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'"}
ENTITY = re.compile("|".join(ENTITIES))
DECODE_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding hostile bytes raises (``msgspec.ValidationError`` is a ``DecodeError``)."""

CLOCK = {f":{at // 60:02d}:{at % 60:02d}": f":{at // 60:02d}:{at % 60:02d}Z" for at in range(3_600)}
"""Minute and second as a server writes them → as an instant has them."""
SECONDS = {f":{second:02d}": f":{second:02d}Z" for second in range(60)}
Convert = Callable[[Any], Value]
encoder = msgspec.json.Encoder(decimal_format="number")


@lru_cache(maxsize=4_096)
def number(text: str) -> str:
    """Return a JSON number's text as a plain decimal string: no exponent, no plus, no trailing zeros, no ``-0``."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite() or len(value.as_tuple().digits) + abs(value.adjusted()) > MOST_DIGITS:
        return text
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in ("-0", "") else plain


def decoder(shape: Any = Any) -> "msgspec.json.Decoder[Any]":
    """Return a JSON decoder whose fractional numbers come out as canonical text; whole ones stay ``int``."""
    return msgspec.json.Decoder(shape, float_hook=number)


decode_any = decoder().decode


@lru_cache(maxsize=65_536)
def _utc_hour(hour: str, offset: str) -> str:
    """Return ``2026-10-01T09`` in an offset of whole hours (``+0900``, ``+09:00``) as the same hour in UTC, ``""`` in
    any other offset.
    """
    return _utc(f"{hour}:00{offset}")[:13] if offset == "Z" or offset[-2:] == "00" else ""


def _utc_minute(minute: str, offset: str) -> str:
    """Return ``2026-10-01T09:00`` in any offset as the same minute in UTC."""
    return _utc(f"{minute}{offset}")[:16]


def _utc(text: str) -> str:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return moment.astimezone(UTC).isoformat()


def instant(text: str) -> str:
    """Return a server's time in any offset as ``YYYY-MM-DDTHH:MM:SSZ``. Raises ValueError when it is none."""
    seconds, offset = SECONDS.get(text[16:19]), text[19:]
    if offset[:1] == ".":
        offset = offset.lstrip(".0123456789")
    if seconds is None or not offset:
        raise ValueError(f"not an instant: {text[:40]!r}")
    return _utc_minute(text[:16], offset) + seconds


def instant_or_empty(value: Any) -> str:
    """Return a server's time as an instant, ``""`` for anything that is none."""
    try:
        # The way of nearly every value; what it stumbles over is looked at closely below.
        hour = _utc_hour(value[:13], value[19:])
        return hour + CLOCK[value[13:19]] if hour else _utc_minute(value[:16], value[19:]) + SECONDS[value[16:19]]
    except (KeyError, ValueError, TypeError, OverflowError):
        pass
    try:
        return instant(value) if isinstance(value, str) else ""
    except (ValueError, OverflowError):
        return ""


def earlier(moment: str, seconds: int) -> str:
    """Return the instant that many seconds before ``moment``."""
    parsed = datetime.fromisoformat(moment) - timedelta(seconds=seconds)
    return parsed.strftime("%Y-%m-%dT%H:%M:%SZ")


def crm_instant(moment: str) -> str:
    """Return an instant as CRM takes it, in headers and bodies: an offset, no milliseconds (zoho-crm-api §9)."""
    return moment[:-1] + "+00:00" if moment.endswith("Z") else moment


def decode(value: Any) -> Value:
    """Return any wire value in canonical form; lookups and owners become their id, lists sorted tuples."""
    if isinstance(value, str):
        return value or None
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return decode(value.get("id", value.get("name")))
    if isinstance(value, list):
        texts = (str(each) for each in map(decode, value) if each is not None)
        return tuple(sorted(texts)) or None
    return str(value)


def decode_instant(value: Any) -> Value:
    """Return a time field's value; what is no instant stays as it came."""
    return instant_or_empty(value) or decode(value)


def decode_boolean(value: Any) -> Value:
    """Return a check box's value; Books sometimes says it in words (zoho-books-api §10.4)."""
    return (
        {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) and value else decode(value)
    )


def decode_number(value: Any) -> Value:
    """Return a number's value, also where it came as text."""
    if isinstance(value, str) and value:
        plain = value.replace(",", "")
        return number(plain) if re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", plain) else value
    return decode(value)


def decode_html(value: Any) -> Value:
    """Return a Books text, with the five entities that older Zoho Finance APIs put in undone (zoho-books-api §10.7)."""
    found = decode(value)
    if isinstance(found, str) and "&" in found:
        return ENTITY.sub(lambda match: ENTITIES[match[0]], found)
    return found


CONVERTS: dict[Kind, Convert] = {
    "datetime": decode_instant, "boolean": decode_boolean, "decimal": decode_number, "integer": decode_number,
}  # fmt: skip
"""How a kind is decoded where the plain way does not do."""


def encode(kind: Kind, value: Value) -> Any:
    """Return a canonical value as JSON for a field of ``kind``. What does not fit goes as text: the server judges."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, tuple):
        return list(value) if kind == "multiselect" else ", ".join(value)
    if kind in ("decimal", "integer") and re.fullmatch(r"-?\d{1,60}(\.\d{1,60})?", value):
        return Decimal(value) if "." in value else int(value)
    if kind == "boolean":
        return {"true": True, "false": False}.get(value.lower(), value)
    if kind == "datetime":
        return crm_instant(value)
    if kind == "lookup":
        return {"id": value}
    if kind == "multiselect":
        return [value]
    return value
