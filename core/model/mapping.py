"""What holds for a row of the mapping table, and which fields suit each other: pure functions of metadata (B42-B44)."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from core.model.catalogue import PRODUCT_TYPES, books_length
from core.model.record import FieldMeta
from core.model.setup import FieldMap
from core.model.value import Kind

Level = Literal["ok", "warning", "stop"]
NoteCode = Literal["gone", "lookup", "read_only", "kinds", "checked", "length", "choices", "required", "layout"]

_FREE: frozenset[Kind] = frozenset({"text", "multiline"})
_NUMBERS: frozenset[Kind] = frozenset({"decimal", "integer"})
_CHOSEN: frozenset[Kind] = frozenset({"picklist", "currency_code"})
_WORDS = re.compile(r"[^\W_]+")
_SAME = {"telephone": "phone", "zip": "code", "postal": "code", "address": "street", "mailing": "billing",
         "other": "shipping", "remarks": "notes", "description": "notes", "url": "website", "rate": "price",
         "sku": "code", "account": "company"}  # fmt: skip
"""Words that the two sides use for one thing."""
_YES_NO = (("Yes", "No"), ("はい", "いいえ"), ("true", "false"), ("1", "0"))
SUITS = 0.5
"""From this likeness on a field is suggested."""


class Note(Struct, frozen=True):
    """One thing to know about a row. ``stop``: it cannot be stored like this; ``warning``: some values will not do;
    ``ok``: good to know, and true of most rows.
    """

    code: NoteCode
    level: Level
    side: Literal["crm", "books", ""] = ""
    detail: str = ""
    """A number, a kind or the choices that lack, by code."""


def check_row(row: FieldMap, crm: FieldMeta | None, books: FieldMeta | None) -> tuple[Note, ...]:
    """Return what is to be known of a row, the worst first; metadata None: that side has no such field (F20)."""
    if crm is None or books is None:
        sides: list[tuple[Literal["crm", "books"], FieldMeta | None]] = [("crm", crm), ("books", books)]
        return tuple(Note("gone", "stop", side) for side, meta in sides if meta is None)
    notes: list[Note] = []
    if crm.kind == "lookup" or books.kind == "lookup":
        notes.append(Note("lookup", "stop", "crm" if crm.kind == "lookup" else "books"))
    elif not crm.standard:
        notes.append(Note("layout", "stop", "crm"))
    elif not _fit(crm.kind, books.kind, translated=bool(row.values)):
        notes.append(Note("kinds", "stop", "", f"{crm.kind}, {books.kind}"))
    if row.direction != "to_crm":
        notes += _toward("books", crm, books, values=bool(row.values))
    if row.direction != "to_books":
        notes += _toward("crm", books, crm, values=bool(row.values))
    return tuple(sorted(notes, key=lambda note: (note.level != "stop", note.level != "warning")))


def _toward(side: Literal["crm", "books"], source: FieldMeta, target: FieldMeta, *, values: bool) -> list[Note]:
    """Return what may go wrong with values on their way to ``target``; ``values``: a table translates them."""
    notes: list[Note] = []
    if target.read_only:
        notes.append(Note("read_only", "stop", side))
    if source.kind in _FREE and target.kind not in _FREE:
        notes.append(Note("checked", "warning", side, target.kind))
    room = target.length or (books_length(target.name) if side == "books" else None)
    if room is not None and (source.length or room + 1) > room and source.kind not in {"boolean", *_NUMBERS}:
        notes.append(Note("length", "ok", side, f"{room}"))
    if source.choices and target.choices and not values:
        lacking = [each for each in source.choices if each not in target.choices]
        if lacking:
            notes.append(Note("choices", "warning", side, ", ".join(lacking[:5])))
    return notes


def _fit(crm: Kind, books: Kind, *, translated: bool = True) -> bool:
    if crm == books or {crm, books} <= _NUMBERS or {crm, books} <= _CHOSEN:
        return True
    if "boolean" in (crm, books):
        # A tick is a word on the other side, once a table says which.
        return translated and {crm, books} - {"boolean"} <= _FREE | _CHOSEN
    if crm == "multiselect":
        # Its choices stand in a text, one after the other; a text of CRM cannot tell which choices Books has.
        return books in _FREE
    # Free text takes anything that is one line of text; what comes of text the other side checks.
    return bool({crm, books} & _FREE) and not {crm, books} & {"multiselect", "boolean"}


def row_kind(crm: FieldMeta, books: FieldMeta) -> Kind:
    """Return as what a row's values are compared."""
    if crm.kind == books.kind:
        return crm.kind
    return "decimal" if {crm.kind, books.kind} <= _NUMBERS else "text"


def row_of(crm: FieldMeta, books: FieldMeta) -> FieldMap:
    """Return a new row: both ways where both sides can be written."""
    direction: Literal["both", "to_books", "to_crm"] = "both"
    if crm.read_only:
        direction = "to_books"
    elif books.read_only:
        direction = "to_crm"
    # Goods or service has a word of its own in each language of CRM's pick-list (B59).
    values = PRODUCT_TYPES if books.name == "product_type" else _ticks(crm, books)
    joined = crm.kind == "multiselect" and books.kind in _FREE
    return FieldMap(
        crm=crm.name, books=books.name, kind=row_kind(crm, books), direction=direction, values=values, joined=joined
    )


def _ticks(crm: FieldMeta, books: FieldMeta) -> tuple[tuple[str, str], ...]:
    """Return the words for a check box that stands in a text or a choice of the other side."""
    if (crm.kind == "boolean") == (books.kind == "boolean"):
        return ()
    yes, no = _words_for_ticks(books if crm.kind == "boolean" else crm)
    return (("true", yes), ("false", no)) if crm.kind == "boolean" else ((yes, "true"), (no, "false"))


def _words_for_ticks(field: FieldMeta) -> tuple[str, str]:
    """Return which of a field's choices mean yes and no; without such, the English words."""
    for yes, no in _YES_NO:
        if yes in field.choices and no in field.choices:
            return yes, no
    return _YES_NO[0]


def likeness(one: FieldMeta, other: FieldMeta) -> float:
    """Return how well two fields suit each other, 0 to 1: by the words of their names and labels, then by kind."""
    words, theirs = _words(one), _words(other)
    if not words or not theirs or not _fit(one.kind, other.kind):
        return 0.0
    shared = len(words & theirs) / len(words | theirs)
    same = one.label.casefold() == other.label.casefold()
    return min(1.0, shared * 0.85 + (0.15 if one.kind == other.kind and shared else 0.0) + (0.4 if same else 0.0))


def _words(field: FieldMeta) -> frozenset[str]:
    # Camel case as well: `billing_address.zip`, `Billing_Code`, `cf_region`, `Zip Code`.
    found = _WORDS.findall(f"{field.name} {field.label}".casefold())
    return frozenset(_SAME.get(word, word) for word in found if word not in ("cf", "name", "field"))


def by_likeness(field: FieldMeta, others: Iterable[FieldMeta]) -> list[tuple[FieldMeta, bool]]:
    """Return the fields of the other side, those that suit first (told by True), then the rest by label."""
    rated = [(likeness(field, each), each) for each in others]
    rated.sort(key=lambda pair: (-pair[0] if pair[0] >= SUITS else 0.0, pair[1].label.casefold(), pair[1].name))
    return [(each, rate >= SUITS) for rate, each in rated]


def unmapped_required(mapping: Sequence[FieldMap], books: Sequence[FieldMeta], crm: Sequence[FieldMeta]) -> list[Note]:
    """Return the required fields that nothing fills: records made on that side would be refused (F9)."""
    to_books = {row.books for row in mapping if row.direction != "to_crm"}
    to_crm = {row.crm for row in mapping if row.direction != "to_books"}
    sides: list[tuple[Literal["crm", "books"], Sequence[FieldMeta], set[str]]] = [
        ("books", books, to_books), ("crm", crm, to_crm),
    ]  # fmt: skip
    return [
        Note("required", "warning", side, each.label)
        for side, fields, filled in sides
        for each in fields
        if each.required and each.name not in filled
    ]
