"""Which entities a module's settings read and write, and the mapped fields of each (B25–B29)."""

from core.model.catalogue import entity
from core.model.names import Part, Shape, SideName
from core.model.setup import FieldMap, ModuleSetup

_PARTS: dict[Shape, tuple[Part, ...]] = {
    "accounts_contacts": ("main", "persons"),
    "accounts_contacts_all": ("main", "unassociated", "persons"),
}


def mapped_fields(setup: ModuleSetup, side: SideName) -> dict[str, list[str]]:
    """Return entity → mapped paths on ``side``; the module's own entity is the first."""
    parts = _PARTS.get(setup.shape, ()) if setup.module == "customers" else ()
    found: dict[str, list[str]] = {_entity(setup, parts[0] if parts else None, side): []}
    for row in setup.mapping:
        part = row.part if parts else None
        if part is None or part in parts:
            found.setdefault(_entity(setup, part, side), []).append(_field(row, side))
    return {name: list(dict.fromkeys(fields)) for name, fields in found.items()}


def _entity(setup: ModuleSetup, part: Part | None, side: SideName) -> str:
    if part == "persons":
        return entity("persons", setup.shape, side)
    return entity(setup.module, "contacts" if part == "unassociated" else setup.shape, side)


def _field(row: FieldMap, side: SideName) -> str:
    return row.crm if side == "crm" else row.books
