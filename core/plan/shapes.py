"""What differs between modules and shapes, as tables: a new one grows in here, not in the logic."""

import re

from msgspec import structs

from core.model.link import Seen
from core.model.names import Direction, Extent, ModuleName, Part, Shape, SideName, other
from core.model.record import Record, RecordKind
from core.model.setup import FieldMap, ModuleSetup
from core.model.value import Value

BETWEEN = "; "
"""What stands between choices in a text."""
_SPLIT = re.compile(r"[;\n]")

_TICKS = {"true": True, "false": False}
_TICKED = {tick: text for text, tick in _TICKS.items()}
"""How a check box stands in a row's table of values."""

_FIRST: dict[ModuleName, SideName] = {
    "customers": "crm", "persons": "crm", "vendors": "crm", "items": "books", "documents": "books",
}  # fmt: skip

_LEFT_OUT: dict[tuple[ModuleName, Shape], frozenset[RecordKind]] = {
    ("customers", "accounts"): frozenset({"individual", "vendor"}),
    ("customers", "contacts"): frozenset({"business", "vendor", "other"}),
}

_MADE: dict[tuple[ModuleName, Shape], RecordKind] = {
    ("customers", "accounts"): "business",
    ("customers", "contacts"): "individual",
}
_ALWAYS_MADE: dict[ModuleName, RecordKind] = {"persons": "person", "vendors": "vendor", "items": "item"}


def first_side(module: ModuleName) -> SideName:
    """Return the side whose records are fetched first, and so win a tie (B32, B47, B51)."""
    return _FIRST[module]


def order(module: ModuleName) -> tuple[SideName, SideName]:
    """Return the sides in the order in which they are written: what the first side holds travels first."""
    first = first_side(module)
    return other(first), first


def overwriting_side(setup: ModuleSetup) -> SideName:
    """Return the side whose data replaces the other's under Overwrite (B35, B53, B55)."""
    return "crm" if setup.extent == "fetch" else first_side(setup.module)


def parts(setup: ModuleSetup) -> tuple[ModuleSetup, ...]:
    """Return what a module's settings come to: one setup for each pair of entities, parents first (B27–B29).

    *Accounts & their contacts* is accounts with Business customers, contacts without an account with Individuals where
    they are included (B28), and all other contacts with contact persons. Every other setting is its own only part.
    """
    if setup.module != "customers" or setup.shape not in ("accounts_contacts", "accounts_contacts_all"):
        return (setup,)
    view, name = setup.contact_view, setup.contact_view_name
    main = structs.replace(setup, shape="accounts", mapping=_rows(setup, "main"))
    persons = structs.replace(setup, module="persons", view=view, view_name=name, mapping=_rows(setup, "persons"))
    if setup.shape == "accounts_contacts":
        return main, persons
    alone = structs.replace(
        setup, shape="contacts", view=view, view_name=name, mapping=_rows(setup, "unassociated")
    )  # fmt: skip
    return main, alone, persons


def _rows(setup: ModuleSetup, part: Part) -> tuple[FieldMap, ...]:
    return tuple(row for row in setup.mapping if row.part == part)


def takes_part(setup: ModuleSetup, record: Record | Seen) -> bool:
    """Return whether a record belongs to the shape: an Individual is no account (B25), and a contact without an
    account nobody's contact person (B28).
    """
    if record.side == "crm":
        return setup.module != "persons" or bool(record.parent)
    return record.kind not in _LEFT_OUT.get((setup.module, setup.shape), frozenset())


def made_kind(module: ModuleName, shape: Shape) -> RecordKind:
    """Return what a record created in Books is (B25, B26)."""
    return _ALWAYS_MADE.get(module) or _MADE.get((module, shape), "other")


def writes_to(extent: Extent, side: SideName) -> bool:
    """Return whether the extent lets anything be written to ``side`` (B31, B32)."""
    return side == "books" or extent == "both"


def carries(row: FieldMap, extent: Extent, side: SideName) -> bool:
    """Return whether a mapping row may be written to ``side``."""
    wanted: Direction = "to_books" if side == "books" else "to_crm"
    return writes_to(extent, side) and row.direction in ("both", wanted)


def field_on(row: FieldMap, side: SideName) -> str:
    """Return the row's field on ``side``."""
    return row.crm if side == "crm" else row.books


def paths(setup: ModuleSetup, side: SideName) -> tuple[str, ...]:
    """Return the mapped fields of a side, each once, in the order of the mapping."""
    return tuple(dict.fromkeys(field_on(row, side) for row in setup.mapping))


def item_number(setup: ModuleSetup, record: Record) -> str:
    """Return what tells an item apart besides its name (E8); empty for other modules, and where it is not mapped."""
    if setup.module != "items":
        return ""
    value = next((record.fields.get(field_on(row, record.side)) for row in setup.mapping if row.books == "sku"), None)
    return value.strip() if isinstance(value, str) else ""


def across(row: FieldMap, value: Value, side: SideName) -> Value:
    """Return a value of the other side as ``side`` has it: the same, or what the row's table says it means (B59).

    A multi-select of one choice is a text in Books' own fields, which know no lists; custom fields do. A check box
    stands in a table as ``true`` or ``false``.
    """
    if row.joined:
        return _joined(value, side)
    if row.kind != "multiselect" and not row.values:
        return value
    if row.kind == "multiselect":
        if side == "books" and isinstance(value, tuple) and len(value) == 1 and not row.books.startswith("cf_"):
            return value[0]
        return (value,) if side == "crm" and isinstance(value, str) else value
    if value is None or isinstance(value, tuple):
        return value
    text = value.strip() if isinstance(value, str) else _TICKED[value]
    at = 0 if side == "books" else 1
    meant = next((pair[1 - at] for pair in row.values if pair[at] == text), None)
    if meant is None:
        return value
    ticks = all(pair[1 - at] in _TICKS for pair in row.values)
    return _TICKS[meant] if ticks else meant


def _joined(value: Value, side: SideName) -> Value:
    """Return several choices as one text, or the text as its choices."""
    if side == "books":
        return BETWEEN.join(value) if isinstance(value, tuple) else value
    if not isinstance(value, str):
        return value
    return tuple(sorted({each for each in (part.strip() for part in _SPLIT.split(value)) if each})) or None
