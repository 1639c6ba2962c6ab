"""Checking rows of a mapping before they are stored: what cannot work is refused with its reason (B43–B45, E7)."""

import msgspec

from core.agent.setting_up import part_entity
from core.model.catalogue import default_mapping
from core.model.mapping import Note, check_row, row_of
from core.model.names import SIDES, Part, SideName
from core.model.problems import Problem
from core.model.record import FieldMeta
from core.model.setup import FieldMap, ModuleSetup
from core.model.whys import why
from core.zoho.connect import ZohoSide

_SPLIT = ("accounts_contacts", "accounts_contacts_all")
_SIDES: dict[str, str] = {"crm": "CRM", "books": "Books", "": "-"}


async def fitted(sides: tuple[ZohoSide, ZohoSide], setup: ModuleSetup, stored: ModuleSetup | None) -> ModuleSetup:
    """Return the settings with new rows made fit: choices of a multi-select that go into a text are joined.

    Rows that are stored already, and the defaults, are not looked at again: the runs tell what becomes of them. Raises
    Problem: ``field_missing`` (F20), ``row_unfit``.
    """
    known = set(default_mapping(setup.module, setup.shape)) | set(stored.mapping if stored is not None else ())
    fresh = [row for row in setup.mapping if row not in known]
    if not fresh:
        return setup
    described: dict[tuple[Part, SideName], dict[str, FieldMeta]] = {}
    made: dict[FieldMap, FieldMap] = {}
    for row in fresh:
        metas = []
        for side, reader in zip(SIDES, sides, strict=True):
            if (row.part, side) not in described:
                part: Part = row.part if setup.shape in _SPLIT else "main"
                fields = await reader.describe(part_entity(setup.module, setup.shape, part, side))
                described[row.part, side] = {each.name: each for each in fields}
            metas.append(described[row.part, side].get(row.crm if side == "crm" else row.books))
        made[row] = _fitted(row, *metas)
    return msgspec.structs.replace(setup, mapping=tuple(made.get(row, row) for row in setup.mapping))


def _fitted(row: FieldMap, crm: FieldMeta | None, books: FieldMeta | None) -> FieldMap:
    for note in check_row(row, crm, books):
        if note.code == "gone":
            raise Problem("field_missing", side=_SIDES[note.side], field=row.crm if note.side == "crm" else row.books)
        if note.level == "stop":
            raise Problem("row_unfit", crm=row.crm, books=row.books, why=_phrase(note))
    if crm is None or books is None or row.joined or row.kind == "multiselect":
        return row
    return msgspec.structs.replace(row, joined=row_of(crm, books).joined)


def _phrase(note: Note) -> str:
    match note.code:
        case "lookup":
            return why("is_lookup")
        case "read_only":
            return why("cannot_write")
        case "layout":
            return why("off_layout")
        case _:
            return why("kinds_differ", kinds=note.detail)
