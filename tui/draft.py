"""A module's settings while they are being edited: what was stored, what is wanted, and the metadata to judge it by."""

from collections.abc import Iterable

from msgspec.structs import replace

from core.model.catalogue import default_mapping
from core.model.mapping import Note, check_row, unmapped_required
from core.model.names import ModuleName, Part, Shape, SideName
from core.model.record import FieldMeta
from core.model.setup import FieldMap, ModuleSetup
from core.model.value import Value
from core.service import Service

FamilyShapes = frozenset({"accounts_contacts", "accounts_contacts_all"})
"""Shapes with contact persons (B27, B28)."""


def parts_of(module: ModuleName, shape: Shape) -> tuple[Part, ...]:
    """Return the parts whose fields are mapped, each with fields of its own."""
    if module != "customers" or shape not in FamilyShapes:
        return ("main",)
    return ("main", "persons", "unassociated") if shape == "accounts_contacts_all" else ("main", "persons")


class Draft:
    """See the module's docstring. ``stored`` None: the module is configured for the first time."""

    def __init__(self, module: ModuleName, stored: ModuleSetup | None, start: ModuleSetup) -> None:
        self.module, self.stored = module, stored
        self.start = start if start.mapping else replace(start, mapping=default_mapping(module, start.shape))
        self.setup = self.start
        self.fields: dict[tuple[Part, SideName], dict[str, FieldMeta]] = {}
        self.samples: dict[tuple[Part, SideName, str], Value] = {}

    @property
    def changed(self) -> bool:
        """Whether something differs from what the editing started from."""
        return self.setup != self.start

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts whose fields are mapped."""
        return parts_of(self.module, self.setup.shape)

    def choose(self, **changes: object) -> None:
        """Change settings. Another shape starts from its own default mapping, and without a view."""
        shape = changes.get("shape", self.setup.shape)
        if shape != self.setup.shape:
            changes |= {
                "mapping": default_mapping(self.module, shape),  # type: ignore[arg-type]
                "view": None, "view_name": "", "contact_view": None, "contact_view_name": "",
            }  # fmt: skip
            self.fields.clear()
            self.samples.clear()
        self.setup = replace(self.setup, **changes)

    # rows

    def rows(self) -> list[FieldMap]:
        """Return the rows, part by part."""
        return sorted(self.setup.mapping, key=lambda row: self.parts.index(row.part) if row.part in self.parts else 9)

    def put(self, row: FieldMap, *, instead_of: FieldMap | None = None) -> None:
        """Add a row, or put it in another's place."""
        rows = [row if each == instead_of else each for each in self.setup.mapping]
        self.choose(mapping=tuple(rows if instead_of is not None else [*rows, row]))

    def drop(self, row: FieldMap) -> None:
        """Remove a row."""
        self.choose(mapping=tuple(each for each in self.setup.mapping if each != row))

    def is_new(self, row: FieldMap) -> bool:
        """Whether a row is not as it was."""
        return row not in self.start.mapping

    def revert(self) -> None:
        """Take the mapping back to what it was, or to the defaults where the shape is another."""
        same = self.start.shape == self.setup.shape
        mapping = self.start.mapping if same else default_mapping(self.module, self.setup.shape)
        self.choose(mapping=mapping)

    # what is known of the fields

    async def learn(self, service: Service) -> None:
        """Read the fields of every part from both sides."""
        for part in self.parts:
            for side in ("crm", "books"):
                if (part, side) not in self.fields:
                    found = await service.shape_fields(self.module, self.setup.shape, part, side)
                    self.fields[part, side] = {each.name: each for each in found}

    async def look(self, service: Service) -> None:
        """Read samples of the mapped fields from real records."""
        for part in self.parts:
            for side in ("crm", "books"):
                names = tuple(dict.fromkeys(getattr(row, side) for row in self.setup.mapping if row.part == part))
                new = tuple(name for name in names if (part, side, name) not in self.samples)
                if new:
                    found = await service.samples(self.module, self.setup.shape, part, side, new)
                    self.samples |= {(part, side, name): None for name in new}
                    self.samples |= {(part, side, each.field): each.value for each in found}

    def meta(self, part: Part, side: SideName, name: str) -> FieldMeta | None:
        """Return a field's metadata; None while unknown, or where there is no such field."""
        return self.fields.get((part, side), {}).get(name)

    def notes(self, row: FieldMap) -> tuple[Note, ...]:
        """Return what is to be known of a row; nothing while the metadata is on its way."""
        if (row.part, "crm") not in self.fields or (row.part, "books") not in self.fields:
            return ()
        return check_row(row, self.meta(row.part, "crm", row.crm), self.meta(row.part, "books", row.books))

    def stops(self) -> list[FieldMap]:
        """Return the rows that cannot be stored as they are."""
        return [row for row in self.setup.mapping if any(note.level == "stop" for note in self.notes(row))]

    def lacking(self) -> list[Note]:
        """Return the required fields that nothing fills."""
        found: list[Note] = []
        for part in self.parts:
            rows = [row for row in self.setup.mapping if row.part == part]
            crm, books = self.fields.get((part, "crm"), {}), self.fields.get((part, "books"), {})
            both = self.setup.extent == "both"
            found += unmapped_required(rows, list(books.values()), list(crm.values()) if both else [])
        return found

    def differences(self) -> Iterable[tuple[str, int, int]]:
        """Yield what was changed of the mapping: rows added and removed (a changed row is both)."""
        old, new = set(self.start.mapping), set(self.setup.mapping)
        if old != new:
            yield "mapping", len(new - old), len(old - new)
