"""PURE. Edits of a document that is in Books: which may be edited, and what of an edit is sent when it moved meanwhile.

What Books lets a person edit: drafts freely; what was sent or accepted still, for which invoices take a ``reason``
(zoho-books-api §6.3, SPEC of updates). What is paid, invoiced, billed, voided or cancelled is closed: Books edits it
partly or not at all, by preferences that the API does not tell, so that nothing is tried.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct, structs

from core.model.documents import Document, Line, NewDocument
from core.model.drafts import CLOSED, FREE, Draft, Edit, Moved, Take

Leave = Literal["free", "reason", "closed"]
FIELDS = (
    "date", "due", "reference", "salesperson", "notes", "terms", "discount", "discount_before_tax", "adjustment",
)  # fmt: skip
"""What an edit may change beside lines and custom fields; a document keeps its customer and its currency."""
LINE_FIELDS = ("item_id", "name", "description", "rate", "quantity", "unit", "discount", "tax_id", "category")


class Merged(Struct, frozen=True):
    """An edit brought onto a document as it now is. ``moved`` must be settled before ``edit`` can be sent."""

    edit: Edit
    moved: tuple[Moved, ...] = ()


def leave(document: Document) -> Leave:
    """Return whether a document may be edited: freely, with a reason, or not."""
    return "closed" if document.status in CLOSED else "free" if document.status in FREE else "reason"


def draft_of(document: Document) -> Draft:
    """Return an edit of a document read whole, in which nothing is changed yet."""
    return Draft(new=new_of(document), document_id=document.id, party_name=document.party_name, base=document)


def new_of(document: Document) -> NewDocument:
    """Return what would make a document like this one."""
    return NewDocument(
        kind=document.kind, key=document.key, party_id=document.party_id, lines=document.lines or (),
        deal_id=document.deal_id or document.native_deal_id, currency=document.currency,
        salesperson=document.salesperson, reference=document.reference, date=document.date, due=document.due,
        notes=document.notes, terms=document.terms, discount=document.discount,
        discount_before_tax=document.discount_before_tax, adjustment=_number(document.adjustment),
        custom=document.custom,
    )  # fmt: skip


def merged(base: Document, now: Document, wanted: NewDocument) -> Merged:
    """Return what brings ``now`` to what ``wanted`` made of ``base``: only what the person changed, nothing else.

    What both have changed to different values is not sent but told. Lines that somebody added meanwhile stay: no line
    goes that was not read and removed on purpose.
    """
    was, there = new_of(base), new_of(now)
    fields: dict[str, str] = {}
    moved: list[Moved] = []
    for name in FIELDS:
        _merge(name, [_text(getattr(each, name)) for each in (was, there, wanted)], fields, moved)
    for label in sorted(was.custom.keys() | there.custom.keys() | wanted.custom.keys()):
        _merge(f"custom.{label}", [each.custom.get(label, "") for each in (was, there, wanted)], fields, moved)
    lines = _lines(was.lines, there.lines, wanted.lines, moved)
    same = _plain(lines) == _plain(there.lines)
    return Merged(Edit(fields=fields, lines=None if same else lines), tuple(moved))


def settled(draft: Draft, now: Document, take: Take) -> Draft:
    """Return an edit on the document as it now is: where both moved, ``take`` says whose value stays."""
    if draft.base is None:
        return draft
    was, there, wanted = new_of(draft.base), new_of(now), draft.new
    values = {}
    for name in FIELDS:
        values[name] = _chosen(getattr(was, name), getattr(there, name), getattr(wanted, name), take)
    custom = {
        label: _chosen(was.custom.get(label, ""), there.custom.get(label, ""), wanted.custom.get(label, ""), take)
        for label in was.custom.keys() | there.custom.keys() | wanted.custom.keys()
    }
    lines = _lines(was.lines, there.lines, wanted.lines, [], take)
    new = structs.replace(wanted, **values, custom={label: value for label, value in custom.items() if value})
    new = structs.replace(new, lines=lines)
    return structs.replace(draft, new=new, base=now, moved=(), reason="", problem="")


def _merge(name: str, values: Sequence[str], fields: dict[str, str], moved: list[Moved]) -> None:
    was, theirs, mine = values
    if mine in (was, theirs):
        return
    if theirs != was:
        moved.append(Moved(field=name, was=was, mine=mine, theirs=theirs))
    else:
        fields[name] = mine


def _chosen(was: object, theirs: object, mine: object, take: Take) -> object:
    if mine == was or (theirs != was and take == "theirs"):
        return theirs
    return mine


def _lines(
    was: Sequence[Line], theirs: Sequence[Line], mine: Sequence[Line], moved: list[Moved], take: Take = "mine"
) -> tuple[Line, ...]:
    """Return the lines as they shall be: mine in my order, then those that were added meanwhile."""
    if _plain(mine) == _plain(was) or _plain(mine) == _plain(theirs):
        return tuple(theirs)
    before, now = {each.id: each for each in was}, {each.id: each for each in theirs}
    kept: list[Line] = []
    for place, line in enumerate(mine, 1):
        old, present = before.get(line.id), now.get(line.id)
        if not line.id or old is None:
            kept.append(line)
        elif _same(line, old):
            kept += [present] if present is not None else []
        elif present is not None and (_same(present, old) or _same(present, line)):
            kept.append(line)
        else:
            moved.append(_moved(place, old, line, present))
            kept += [structs.replace(line, id=present.id if present else "")] if take == "mine" else _there(present)
    mine_ids = {each.id for each in mine}
    for line in theirs:
        if line.id in mine_ids:
            continue
        old = before.get(line.id)
        if old is not None and not _same(old, line):
            moved.append(Moved(field=f"line {list(before).index(line.id) + 1}", was=_told(old), theirs=_told(line)))
            kept += _there(line) if take == "theirs" else []
        elif old is None:
            kept.append(line)
    return tuple(kept)


def _moved(place: int, old: Line, mine: Line, theirs: Line | None) -> Moved:
    return Moved(field=f"line {place}", was=_told(old), mine=_told(mine), theirs=_told(theirs) if theirs else "")


def _there(line: Line | None) -> list[Line]:
    return [line] if line is not None else []


def _same(one: Line, other: Line) -> bool:
    return _values(one) == _values(other)


def _values(line: Line) -> tuple[str, ...]:
    numbers: Callable[[str], str] = _number
    return tuple(
        numbers(getattr(line, name)) if name in ("rate", "quantity", "discount") else getattr(line, name)
        for name in LINE_FIELDS
    )  # fmt: skip


def _plain(lines: Sequence[Line]) -> list[tuple[str, ...]]:
    return [_values(each) for each in lines]


def _told(line: Line) -> str:
    return f"{line.quantity} x {line.rate} {line.name or line.description}".strip()


def _text(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _number(text: str) -> str:
    """Return an amount or a percentage so that equal ones are equal: ``2.50`` is ``2.5``, nothing is nothing."""
    sign = "%" if text.endswith("%") else ""
    value = text.removesuffix("%")
    if "." in value:
        value = value.rstrip("0").rstrip(".")
    return "" if value in ("", "0", "-0") else value + sign
