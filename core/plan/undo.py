"""The plan of an undo, from history lines, the records as they are now, and the links (design.md §3, Undo)."""

from collections.abc import Iterable, Mapping

from core.model.link import Link
from core.model.names import SideName
from core.model.plan import FieldChange
from core.model.record import Record
from core.model.run import HistoryLine
from core.model.undo import UndoStep
from core.model.value import Fields
from core.plan.facts import Id
from core.plan.normalise import same
from core.plan.settle import FIRST_PAIRING

ACTIVE = "status"
"""The path of whether a Books record is active."""
RETIRED = ("customers", "vendors", "items")
"""Books entities that can be inactive; contact persons, and records of CRM, cannot."""
PairKey = tuple[str, str, str]
"""Module and both ids."""


def key_of(line: HistoryLine) -> PairKey:
    """Return the pair that a line is about."""
    return line.module, line.crm_id, line.books_id


def plan_undo(
    lines: Iterable[HistoryLine], now: Mapping[Id, Record], links: Mapping[PairKey, Link | None]
) -> tuple[UndoStep, ...]:
    """Return the steps that take ``lines`` (oldest first) back: what was written last is put back first."""
    pairs: dict[PairKey, list[HistoryLine]] = {}
    for line in lines:
        pairs.setdefault(key_of(line), []).append(line)
    found: list[UndoStep] = []
    for key in reversed(pairs):
        found += _pair(pairs[key], now, links.get(key))
    return tuple(found)


def target_of(line: HistoryLine) -> SideName | None:
    """Return the side that a line's write landed on."""
    return None if line.direction is None else "books" if line.direction == "to_books" else "crm"


def _pair(lines: list[HistoryLine], now: Mapping[Id, Record], link: Link | None) -> list[UndoStep]:
    made = next((target_of(line) for line in lines if line.verb == "create"), None)
    found = []
    for side in dict.fromkeys(target for line in lines if (target := target_of(line)) is not None):
        mine = [line for line in lines if target_of(line) == side and line.verb == "update"]
        if mine and side != made:
            found.append(_restore(side, mine, now.get((side, _id(mine[0], side))), link))
    if made is not None or any(line.verb == "link" or line.why in FIRST_PAIRING for line in lines):
        record = now.get(("books", lines[0].books_id)) if made == "books" else None
        retired = record is not None and _retirable(record, link)
        found.append(_ignore(lines[0], None if retired else made, link))
        if retired:
            changes = (FieldChange(ACTIVE, True, False),)
            found.append(_step(lines[0], "books", verb="retire", changes=changes))
    if not found:
        found.append(_step(lines[0], None, verb="nothing", why="deleted"))
    return found


def _restore(side: SideName, lines: list[HistoryLine], record: Record | None, link: Link | None) -> UndoStep:
    """Put each field back that still holds what the run wrote there, or what the server made of that."""
    if record is None:
        return _step(lines[0], side, verb="nothing", why="gone")
    before: Fields = {}
    after: Fields = {}
    for line in lines:
        before = {**line.before, **before}
        after |= line.after
    if link is not None and link.run_id == lines[-1].run_id and _version(link, side) == record.version:
        after = record.fields
    held = {field: record.fields.get(field) for field in before}
    changes = tuple(
        FieldChange(field, held[field], value)
        for field, value in before.items()
        if same(held[field], after.get(field)) and not same(held[field], value)
    )
    kept = tuple(
        field for field, value in before.items() if not same(held[field], after.get(field)) and held[field] != value
    )
    if changes:
        decided = any(line.why == "decided" for line in lines)
        return _step(lines[0], side, verb="restore", changes=changes, kept=kept, reopens=decided)
    return _step(lines[0], side, verb="nothing", why="changed_since" if kept else "restored", kept=kept)


def _retirable(record: Record, link: Link | None) -> bool:
    """Return whether a record that a run made in Books can be made inactive: nobody has touched it since."""
    untouched = link is not None and link.state == "linked" and link.books_version == record.version
    return untouched and record.active and record.entity in RETIRED


def _version(link: Link, side: SideName) -> str:
    return link.crm_version if side == "crm" else link.books_version


def _ignore(line: HistoryLine, made: SideName | None, link: Link | None) -> UndoStep:
    record = _id(line, made) if made is not None else ""
    if link is None:
        return _step(line, None, verb="nothing", why="unlinked", made=record)
    return _step(line, made, verb="ignore", why="restored" if link.state == "ignored" else "", made=record)


def _step(line: HistoryLine, side: SideName | None, **more: object) -> UndoStep:
    return UndoStep(
        module=line.module, side=side, crm_id=line.crm_id, books_id=line.books_id, name=line.name, **more  # type: ignore[arg-type]
    )  # fmt: skip


def _id(line: HistoryLine, side: SideName) -> str:
    return line.crm_id if side == "crm" else line.books_id
