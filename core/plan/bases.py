"""What a link's bases become when an action of a pair is through."""

from collections.abc import Iterable

from core.model.link import Link
from core.model.names import SideName
from core.model.plan import Action
from core.model.setup import FieldMap, ModuleSetup
from core.model.value import Fields
from core.plan.index import index
from core.plan.shapes import field_on, paths


def open_rows(setup: ModuleSetup, actions: Iterable[Action]) -> list[FieldMap]:
    """Return the mapping rows that unfinished updates and holds still stand for."""
    touched = {(action.target, change.field) for action in actions for change in action.changes}
    sides: tuple[SideName, ...] = ("crm", "books")
    return [row for row in setup.mapping if any((side, field_on(row, side)) in touched for side in sides)]


def bases_after(
    setup: ModuleSetup, link: Link | None, crm: Fields, books: Fields, open_: list[FieldMap]
) -> tuple[Fields, Fields]:
    """Return CRM's and Books' base now that their servers hold ``crm`` and ``books``.

    Fields of rows that are still open keep their old base, so that a crash in between loses no change (I8).
    """
    made: dict[SideName, Fields] = {
        "crm": {field: crm.get(field) for field in paths(setup, "crm")},
        "books": {field: books.get(field) for field in paths(setup, "books")},
    }
    for side, new in made.items():
        old = link.base_on(side) if link else {}
        for field in {field_on(row, side) for row in open_}:
            if field in old:
                new[field] = old[field]
            else:
                new.pop(field, None)
    return made["crm"], made["books"]


def covers(link: Link, setup: ModuleSetup) -> bool:
    """Return whether the bases know every mapped field: a newly mapped one follows the first-pairing rules."""
    return index(setup.mapping).covered(link.crm_base, link.books_base)
