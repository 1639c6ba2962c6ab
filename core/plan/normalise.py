"""Names and values in the form in which they are compared."""

import re
import unicodedata
from decimal import Decimal

from core.model.value import Kind, Value


def fold_name(name: str) -> str:
    """Return a name for filtering and near matches: NFKC, case-folded, runs of whitespace made one space, trimmed.

    Two names that fold alike are not the same name: pairing is by exact name (B33).
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def exact_name(name: str) -> str:
    """Return a name as pairing compares it (B33, B52): as written, without the blanks around it."""
    return name.strip()


def canonical(value: Value, kind: Kind = "text") -> Value:
    """Return ``value`` in the form in which two sides' values are equal when they mean the same; empty is None."""
    if isinstance(value, tuple):
        return tuple(sorted(value)) or None
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n") if kind == "multiline" else value
    return text.strip() or None


def same(one: Value, two: Value, kind: Kind = "text") -> bool:
    """Return whether two values mean the same; an untouched pair of values is equal without being looked into."""
    if one == two:
        return True
    if kind != "multiline" and isinstance(one, str) and isinstance(two, str):
        return one.strip() == two.strip()
    return canonical(one, kind) == canonical(two, kind)


def blank(value: Value) -> bool:
    """Return whether there is nothing in a value (?8). False is something: an unticked box."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or value == ()


def bent(sent: Value, held: Value) -> bool:
    """Return whether ``held`` may be what a server made of ``sent``: trimmed, cut, rounded, or written otherwise."""
    if same(sent, held):
        return True
    if not isinstance(sent, str) or not isinstance(held, str):
        return False
    if _NUMBER.fullmatch(sent) and _NUMBER.fullmatch(held):
        step = Decimal(1).scaleb(-len(held.partition(".")[2]))
        return len(held) < len(sent) and abs(Decimal(sent) - Decimal(held)) < step
    one, two = _letters(sent), _letters(held)
    return bool(two) and one.startswith(two)


_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,20})?", re.ASCII)


def _letters(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", text).casefold() if each.isalnum())
