"""From a page of CRM's JSON to records, decoding only what was asked for."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct, structs

from core.model.record import Record
from core.model.value import Fields
from core.zoho import codec
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
        self._key = module.key
        self._names = ["id", *self.asked[0]]
        self._at = {name: place for place, name in enumerate(self._names)}
        kinds = {name: module.fields[name].kind for name in self.paths if name in module.fields}
        self.converts = {name: codec.CONVERTS.get(kind, codec.decode) for name, kind in kinds.items()}
        convert = {path: self.converts.get(path, codec.decode) for path in self.paths if path in self._at}
        self._columns = [(path, self._at[path], how, how is codec.decode_instant) for path, how in convert.items()]
        page = msgspec.defstruct("Page", [("data", list[self._row()], []), ("info", Info, Info())])  # type: ignore[misc]
        self.decode: Callable[[bytes], Any] = codec.decoder(page).decode

    def _row(self) -> type[Struct]:
        """A type of its own for these names, so that everything else on the wire is skipped without a trace."""
        shape = [(f"f{place}", Any, msgspec.field(name=name, default=UNSET)) for place, name in enumerate(self._names)]
        return msgspec.defstruct("Row", shape, gc=False)

    def record(self, row: Struct) -> Record:
        """Return one row of the first call as a record; fields of further calls are missing from it."""
        values = structs.astuple(row)
        fields: Fields = {}
        for path, place, convert, moment in self._columns:
            value = values[place]
            if value.__class__ is str and value and not moment:
                fields[path] = value
            else:
                fields[path] = None if value is UNSET or value is None else convert(value)
        return self._made(values, fields)

    def _made(self, values: tuple[Any, ...], fields: Fields) -> Record:
        at, entity = self._at, self.entity
        name, owner = values[at[entity.name_field]], values[at["Owner"]]
        key = values[at[self._key]] if self._key else None
        currency = values[at["Currency"]] if "Currency" in at else None
        return Record(
            side="crm",
            entity=entity.name,
            id=str(values[0]),
            name=name if isinstance(name, str) else "",
            version=codec.instant_or_empty(values[at["Modified_Time"]]),
            created=codec.instant_or_empty(values[at["Created_Time"]]),
            fields=fields,
            key=key if isinstance(key, str) and key else None,
            kind=entity.kind,
            owner=str(owner.get("name") or "") if isinstance(owner, dict) else "",
            currency=currency if isinstance(currency, str) else "",
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
