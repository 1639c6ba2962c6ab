"""From a page of CRM's JSON to records, decoding only what was asked for."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct, structs

from core.model.record import Record
from core.model.value import Fields
from core.zoho import codec
from core.zoho.codec import decode
from core.zoho.crm.entities import Entity
from core.zoho.crm.metadata import Module

MOST_FIELDS = 50
"""Field names in one call (zoho-crm-api §5.1)."""


class Info(Struct, frozen=True):
    """How a list goes on."""

    more_records: bool = False
    next_page_token: str | None = None
    page: int = 0


class RowPlan:
    """How records of one module are asked for and decoded, for one choice of fields.

    ``asked`` holds the field names for each call: the first brings what every record needs and as many mapped fields
    as fit, each further one only more mapped fields.
    """

    def __init__(self, entity: Entity, module: Module, fields: Sequence[str]) -> None:
        self.entity, self.paths = entity, tuple(dict.fromkeys(fields))
        own = [entity.name_field, "Modified_Time", "Created_Time", "Owner"]
        own += [name for name in (module.key, "Currency") if name in module.fields]
        self._own = tuple(dict.fromkeys(own))
        first = [name for name in self.paths if name not in (*self._own, "id")]
        room = MOST_FIELDS - len(self._own)
        rest = first[room:]
        chunks = [rest[at : at + MOST_FIELDS - 1] for at in range(0, len(rest), MOST_FIELDS - 1)]
        self.asked = [[*self._own, *first[:room]], *([*each, "Modified_Time"] for each in chunks)]
        self._later = frozenset(rest)
        mapped = [path for path in self.paths if path not in self._later]
        self._names = list(dict.fromkeys((*mapped, "id", *self._own)))
        self._at = {name: place for place, name in enumerate(self._names)}
        self._mapped = tuple(mapped)
        self._key = self._at.get(module.key, -1)
        kinds = {name: module.fields[name].kind for name in self.paths if name in module.fields}
        self.converts = {name: codec.CONVERTS.get(kind, codec.decode) for name, kind in kinds.items()}
        self._special = [
            (name, how) for name, how in self.converts.items() if how is not codec.decode and name in mapped
        ]
        rows: Any = list[self._row()]  # type: ignore[misc]
        page = msgspec.defstruct("Page", [("data", rows, []), ("info", Info, Info())])
        self.decode: Callable[[bytes], Any] = codec.decoder(page).decode

    def _row(self) -> type[Struct]:
        """A type of its own for these names, so that everything else on the wire is skipped without a trace."""
        shape = [(f"f{place}", Any, msgspec.field(name=name, default=UNSET)) for place, name in enumerate(self._names)]
        return msgspec.defstruct("Row", shape, gc=False)

    def record(self, row: Struct) -> Record:
        """Return one row of the first call as a record; fields of further calls are missing from it."""
        values = structs.astuple(row)
        # Written out because 100,000 records go through here: nearly every value is a text or nothing.
        fields: Fields = {
            path: value
            if value.__class__ is str and value
            else None
            if value is None or value is UNSET
            else decode(value)
            for path, value in zip(self._mapped, values, strict=False)
        }
        for path, convert in self._special:
            fields[path] = convert(fields[path])
        at, entity = self._at, self.entity
        name, owner = values[at[entity.name_field]], values[at["Owner"]]
        key = values[self._key] if self._key >= 0 else None
        currency = values[at["Currency"]] if "Currency" in at else ""
        return Record(
            side="crm",
            entity=entity.name,
            id=str(values[at["id"]]),
            name=name if name.__class__ is str else "",
            version=codec.instant_or_empty(values[at["Modified_Time"]]),
            created=codec.instant_or_empty(values[at["Created_Time"]]),
            fields=fields,
            key=key if key.__class__ is str and key else None,
            kind=entity.kind,
            owner=str(owner.get("name") or "") if owner.__class__ is dict else "",
            currency=currency if currency.__class__ is str else "",
        )

    def absent(self, row: Struct) -> list[str]:
        """Return mapped names that a row does not hold at all: fields that are gone, or hidden from this user."""
        values = structs.astuple(row)
        return [name for name in self.paths if name in self._at and values[self._at[name]] is UNSET]

    def more(self, given: dict[str, Any], into: Fields) -> None:
        """Add a further call's row to a record's fields."""
        for name in self._later:
            if name in given:
                into[name] = self.converts.get(name, codec.decode)(given[name])
