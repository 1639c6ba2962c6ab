"""From a page of CRM's JSON to records, decoding only what was asked for."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, TypedDict, cast

import msgspec
from msgspec import Struct

from core.model.record import Record
from core.model.value import Fields, Kind
from core.zoho import codec
from core.zoho.codec import decode
from core.zoho.codec import instant_or_empty as instant
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


class Owner(Struct, gc=False):
    """Who owns a record."""

    name: str | None = None


class Lookup(Struct, gc=False):
    """What a record points to."""

    id: str | None = None


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
        self._mapped = tuple(path for path in self.paths if path not in self._later)
        self._names = tuple(dict.fromkeys((*self._mapped, "id", *self._own)))
        self._drop = tuple(name for name in self._names if name not in self._mapped)
        always = ("id", entity.name_field, "Modified_Time", "Created_Time", "Owner")
        more = [name for name in (module.key, "Currency", entity.parent) if name in module.fields]
        self._take: Callable[[dict[str, Any]], tuple[Any, ...]] = itemgetter(*always, *more)
        at = {name: len(always) + place for place, name in enumerate(more)}
        self._key, self._currency, self._parent = (at.get(name, 0) for name in (module.key, "Currency", entity.parent))
        kinds = {name: module.fields[name].kind for name in self.paths if name in module.fields}
        self.converts = {name: codec.CONVERTS.get(kind, codec.decode) for name, kind in kinds.items()}
        self._special = [
            (name, self.converts[name]) for name in self._mapped if name in kinds and kinds[name] not in PLAIN
        ]
        texts: dict[str, Any] = dict.fromkeys(self._names, str | None)
        texts |= {"Owner": Owner | None, entity.parent: Lookup | None, "id": str}
        texts |= {name: Any for name, _ in self._special}
        self._plain = self._decoder({name: texts[name] for name in self._names})
        self._any = self._decoder(dict.fromkeys(self._names, Any))

    def _decoder(self, kinds: dict[str, Any]) -> Callable[[bytes], Any]:
        """A decoder of pages whose rows hold these names alone: everything else on the wire leaves no trace."""
        row: Any = cast(Any, TypedDict)("Row", kinds, total=False)
        page = msgspec.defstruct("Page", [("data", list[row], []), ("info", Info, Info())])
        return codec.decoder(page).decode

    def decode(self, content: bytes) -> Any:
        """Return a page: ``data`` (rows for ``record``) and ``info``. Raises ``codec.DECODE_ERRORS``.

        Texts are taken for texts, which spares looking at each value; only where one is none, all are looked at.
        """
        try:
            return self._plain(content)
        except msgspec.ValidationError:
            page = self._any(content)
            page.data = [self._settled(row) for row in page.data]
            return page

    def record(self, row: dict[str, Any]) -> Record:
        """Make one row of the first call into a record; fields of further calls are missing from it."""
        # 100,000 records go through here: the row itself becomes the record's fields.
        try:
            values = self._take(row)
        except KeyError:
            row = {name: row.get(name) for name in self._names}
            values = self._take(row)
        for each in self._drop:
            row.pop(each, None)
        if "" in row.values() or len(row) != len(self._mapped):
            row = {path: None if (value := row.get(path)) == "" else value for path in self._mapped}
        for path, convert in self._special:
            row[path] = convert(row[path])
        record_id, name, version, created, owner, *_ = values
        key, currency = values[self._key] if self._key else None, values[self._currency] if self._currency else ""
        return Record(
            side="crm", entity=self.entity.name, id=record_id or "", name=_text(name), version=instant(version),
            created=instant(created), fields=row, key=_text(key) or None, kind=self.entity.kind,
            owner=(owner.name or "") if owner.__class__ is Owner else _part(owner, "name"),
            currency=_text(currency), parent=_part(values[self._parent], "id") if self._parent else "",
        )  # fmt: skip

    def _settled(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row of anything as one of texts, but for what is converted anyway."""
        special = {name for name, _ in self._special} | {"Owner", self.entity.parent}
        texts = {name: value if name in special else decode(value) for name, value in row.items()}
        return {**texts, "id": str(row.get("id", ""))}

    def absent(self, content: bytes) -> list[str]:
        """Return mapped names that a page's first row does not hold: fields that are gone, or hidden from this user."""
        first = self._any(content).data[0]
        return [name for name in self._mapped if name not in first]

    def more(self, given: dict[str, Any], into: Fields) -> None:
        """Add a further call's row to a record's fields."""
        for name in self._later:
            if name in given:
                into[name] = self.converts.get(name, codec.decode)(given[name])


def _text(value: Any) -> str:
    return value if value.__class__ is str else ""


def _part(value: Any, name: str) -> str:
    """One part of an owner or a look-up, decoded or not."""
    if value is None:
        return ""
    found = value.get(name) if isinstance(value, dict) else getattr(value, name, None)
    return found if isinstance(found, str) else ""
