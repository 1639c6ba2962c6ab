"""From a page of CRM's JSON to records, decoding only what was asked for."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct, structs

from core.model.record import Record
from core.model.value import Fields, Kind
from core.zoho import codec
from core.zoho.codec import decode
from core.zoho.crm.entities import Entity
from core.zoho.crm.metadata import Module

PLAIN: tuple[Kind, ...] = ("text", "multiline", "email", "phone", "url", "picklist", "date", "currency_code")
"""Kinds that are texts on the wire."""
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
        needed = [entity.name_field, "Modified_Time", "Created_Time", "Owner"]
        needed += [name for name in (module.key, "Currency", entity.parent) if name in module.fields]
        self._own = tuple(dict.fromkeys(needed))
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
        own = ("id", entity.name_field, "Modified_Time", "Created_Time", "Owner")
        self._places = tuple(self._at[name] for name in own)
        self._key, self._currency = self._at.get(module.key, -1), self._at.get("Currency", -1)
        self._parent = self._at.get(entity.parent, -1)
        kinds = {name: module.fields[name].kind for name in self.paths if name in module.fields}
        self.converts = {name: codec.CONVERTS.get(kind, codec.decode) for name, kind in kinds.items()}
        self._special = [(name, self.converts[name]) for name in mapped if name in kinds and kinds[name] not in PLAIN]
        self._strict_row, self._strict = self._made(strict=True)
        _, self._lenient = self._made(strict=False)

    def _made(self, *, strict: bool) -> tuple[type[Struct], Callable[[bytes], Any]]:
        """A row type of these names alone, so that everything else on the wire is skipped without a trace.

        The strict one takes texts for texts, which spares looking at each value; the other takes anything.
        """
        odd = {name for name, _ in self._special} | {"Owner", "Currency", "id", self.entity.parent}
        kinds = [Any if name in odd or not strict else str | None for name in self._names]
        shape = [
            (f"f{place}", kind, msgspec.field(name=name, default=None if strict else UNSET))
            for place, (name, kind) in enumerate(zip(self._names, kinds, strict=True))
        ]
        row = msgspec.defstruct("Row", shape, gc=False)
        rows: Any = list[row]  # type: ignore[valid-type]
        page = msgspec.defstruct("Page", [("data", rows, []), ("info", Info, Info())])
        return row, codec.decoder(page).decode

    def decode(self, content: bytes) -> Any:
        """Return a page: ``data`` (rows for ``record``) and ``info``. Raises ``codec.DECODE_ERRORS``."""
        try:
            return self._strict(content)
        except msgspec.ValidationError:
            return self._lenient(content)

    def record(self, row: Struct) -> Record:
        """Return one row of the first call as a record; fields of further calls are missing from it."""
        values = structs.astuple(row)
        # 100,000 records go through here, and nearly every value is a text or nothing.
        fields: Fields = dict(zip(self._mapped, values, strict=False))
        if row.__class__ is not self._strict_row or "" in values:
            pairs = zip(self._mapped, values, strict=False)
            fields = {path: None if value is UNSET else decode(value) for path, value in pairs}
        for path, convert in self._special:
            fields[path] = convert(fields[path])
        at_id, at_name, at_version, at_created, at_owner = self._places
        name, owner = values[at_name], values[at_owner]
        key = values[self._key] if self._key >= 0 else None
        currency = values[self._currency] if self._currency >= 0 else ""
        return Record(
            side="crm",
            entity=self.entity.name,
            id=str(values[at_id]),
            name=name if name.__class__ is str else "",
            version=codec.instant_or_empty(values[at_version]),
            created=codec.instant_or_empty(values[at_created]),
            fields=fields,
            key=key if key.__class__ is str and key else None,
            kind=self.entity.kind,
            owner=str(owner.get("name") or "") if owner.__class__ is dict else "",
            currency=currency if currency.__class__ is str else "",
            parent="" if self._parent < 0 else str(decode(values[self._parent]) or ""),
        )

    def absent(self, content: bytes) -> list[str]:
        """Return mapped names that a page's first row does not hold: fields that are gone, or hidden from this user."""
        values = structs.astuple(self._lenient(content).data[0])
        return [name for name in self._mapped if values[self._at[name]] is UNSET]

    def more(self, given: dict[str, Any], into: Fields) -> None:
        """Add a further call's row to a record's fields."""
        for name in self._later:
            if name in given:
                into[name] = self.converts.get(name, codec.decode)(given[name])
