"""Values that a person types: read into canonical form, and checked against the fields that are to take them."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from core.model.catalogue import books_length
from core.model.names import SideName
from core.model.record import FieldMeta
from core.model.value import Kind, Value
from core.model.whys import why

_TICKS = {"true": True, "yes": True, "1": True, "on": True, "はい": True,
          "false": False, "no": False, "0": False, "off": False, "いいえ": False}  # fmt: skip
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_BETWEEN = re.compile(r"\s*[;\n]\s*")
MOST_DIGITS = 60


def typed(text: str, kind: Kind) -> Value:
    """Return what somebody typed as a canonical value; blank text is None, choices stand with ``;`` between them.

    Raises ValueError, whose text is a phrase of ``core.model.whys``.
    """
    text = text.strip()
    if not text:
        return None
    match kind:
        case "boolean":
            if text.casefold() not in _TICKS:
                raise ValueError(why("not_ticked"))
            return _TICKS[text.casefold()]
        case "decimal" | "integer":
            return _number(text, kind)
        case "date":
            return _dated(text)
        case "datetime":
            return _instant(text)
        case "multiselect":
            return tuple(sorted(each for each in _BETWEEN.split(text) if each)) or None
        case "email" if not _EMAIL.fullmatch(text):
            raise ValueError(why("not_email"))
        case "multiline":
            return text
        case _ if "\n" in text:
            raise ValueError(why("one_line"))
        case _:
            return text


def misfit(value: Value, field: FieldMeta, side: SideName) -> str:
    """Return why a canonical value does not fit a field of a side, a phrase of ``core.model.whys``; empty: it does."""
    if field.read_only:
        return why("cannot_write")
    if field.kind == "lookup":
        return why("is_lookup")
    if value is None:
        return why("must_be_filled") if field.required else ""
    if isinstance(value, bool):
        return "" if field.kind in ("boolean", "text") else why("no_tick_here")
    texts = value if isinstance(value, tuple) else (value,)
    room = field.length or (books_length(field.name) if side == "books" else None)
    if room is not None and any(len(each) > room for each in texts) and field.kind not in ("date", "datetime"):
        return why("too_long", most=str(room))
    if field.choices and any(each not in field.choices for each in texts):
        return why("no_choice", choices=", ".join(field.choices[:5]))
    if isinstance(value, tuple):
        return "" if field.kind == "multiselect" or len(value) == 1 else why("one_only")
    try:
        typed(value, field.kind)
    except ValueError as error:
        return str(error)
    return ""


def _number(text: str, kind: Kind) -> str:
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise ValueError(why("not_number")) from None
    if not value.is_finite() or len(value.as_tuple().digits) + abs(value.adjusted()) > MOST_DIGITS:
        raise ValueError(why("not_number"))
    if kind == "integer" and value != value.to_integral_value():
        raise ValueError(why("not_whole"))
    plain = format(value, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "") else plain


def _dated(text: str) -> str:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise ValueError(why("not_date"))


def _instant(text: str) -> str:
    try:
        if _INSTANT.fullmatch(text):
            datetime.fromisoformat(text)
            return text
    except ValueError:
        pass
    raise ValueError(why("not_instant"))
