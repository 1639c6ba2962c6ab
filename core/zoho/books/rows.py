"""From Books' JSON to records: list rows (``complete=False``) and details (zoho-books-api §4.3)."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType, structs

from core.model.record import Record, RecordKind
from core.model.value import Fields, Value
from core.zoho import codec
from core.zoho.books.entities import Entity
from core.zoho.books.fields import ACTIVE, PRIMARY
from core.zoho.books.metadata import Known
from core.zoho.codec import decode_html as html

SUB_KINDS: dict[str, RecordKind] = {"business": "business", "individual": "individual"}
OWN = (
    "last_modified_time", "created_time", "status", "customer_sub_type", "is_linked_with_zohocrm",
    "outstanding_receivable_amount", "currency_code", "owner_name",
)  # fmt: skip
"""What every record tells besides its id, its name and its links; items lack some of it."""
ODD = {"is_linked_with_zohocrm", "outstanding_receivable_amount"}
"""What is no text."""


class CustomValue(Struct, gc=False):
    """One element of ``custom_fields``."""

    api_name: str = ""
    value: Any = None


class Context(Struct, frozen=True):
    """``page_context``."""

    has_more_page: bool = False


def active(value: Any) -> Value:
    """Return whether a status means that the record is in use."""
    return bool(value != "inactive")


def convert_of(known: Known, path: str) -> codec.Convert:
    """Return how a path's wire value is decoded; texts have their entities undone."""
    if path == ACTIVE:
        return active
    meta = known.field(path)
    return codec.CONVERTS.get(meta.kind if meta is not None else "text", codec.decode_html)


class RowPlan:
    """How list rows of one entity are decoded, for one choice of fields. Everything else on the wire is skipped."""

    def __init__(self, entity: Entity, known: Known, fields: Sequence[str]) -> None:
        self.entity, self._key = entity, known.key
        wanted = tuple(dict.fromkeys(fields))
        self._mapped = tuple(path for path in wanted if path in entity.in_rows)
        self._told = tuple(entity.in_rows[path] for path in self._mapped)
        names = tuple(dict.fromkeys((*self._told, entity.id_key, entity.name_key, *OWN, *entity.native)))
        self._at = {name: place for place, name in enumerate(names)}
        self._places = tuple(self._at[name] for name in (entity.id_key, entity.name_key, *OWN))
        self._native = tuple(self._at[name] for name in entity.native)
        special = ((path, convert_of(known, path)) for path in self._mapped)
        self._special = [
            (path, self._at[entity.in_rows[path]], convert) for path, convert in special if convert is not html
        ]
        self._custom = {path: convert_of(known, path) for path in wanted if path in known.custom}
        self._plain_row, self._plain = self._made(plain=True)
        _, self._any = self._made(plain=False)

    def _made(self, *, plain: bool) -> tuple[type[Struct], Callable[[bytes], Any]]:
        """A row type of these names alone. The plain one takes texts for texts, which spares looking at each value."""
        odd = {self.entity.in_rows[path] for path, _, _ in self._special} | ODD
        shape: list[Any] = []
        for name, at in self._at.items():
            told = name in self._told
            kind: Any = Any if not plain or name in odd else str | None | UnsetType if told else str | None
            shape.append((f"f{at}", kind, msgspec.field(name=name, default=UNSET if told else None)))
        shape.append(("custom", list[CustomValue], msgspec.field(name="custom_fields", default_factory=list)))
        row = msgspec.defstruct("Row", shape, gc=False)
        rows: Any = msgspec.field(name=self.entity.many, default_factory=list)
        page = [("code", Any, 0), ("rows", list[row], rows), ("page_context", Context, Context())]  # type: ignore[valid-type]
        return row, codec.decoder(msgspec.defstruct("Page", page)).decode

    def decode(self, content: bytes) -> Any:
        """Return a page: ``rows`` (for ``record``) and ``page_context``. Raises ``codec.DECODE_ERRORS``."""
        try:
            return self._plain(content)
        except msgspec.ValidationError:
            return self._any(content)

    def record(self, row: Struct) -> Record:
        """Return one list row as a record that does not know everything."""
        values = structs.astuple(row)
        plain = row.__class__ is self._plain_row
        pairs = zip(self._mapped, values, strict=False)
        # Written out because 100,000 rows go through here: nearly every value is a plain text or empty.
        fields: Fields = (
            {
                path: (html(value) if "&" in value else value) if value else None
                for path, value in pairs
                if value is not UNSET
            }
            if plain and not self._special
            else {path: html(value) for path, value in pairs if value is not UNSET}
        )
        for path, at, convert in self._special:
            if path in fields:
                fields[path] = convert(values[at])
        key: str | None = None
        if self._custom:
            fields |= dict.fromkeys(self._custom)
        for each in values[-1]:
            if each.api_name in self._custom:
                fields[each.api_name] = self._custom[each.api_name](each.value)
            if each.api_name == self._key:
                key = text(each.value)
        return self._made_of(values, fields, key, plain=plain)

    def _made_of(self, values: tuple[Any, ...], fields: Fields, key: str | None, *, plain: bool) -> Record:
        record_id, name, version, created, status, sub_type, linked, owed, currency, owner = [
            values[at] for at in self._places
        ]
        if not plain or (name and "&" in name):
            name = text(html(name))
        native = None
        for at in self._native:
            native = native or text(values[at])
        return Record(
            side="books", entity=self.entity.name, id=text(record_id) or "", name=name or "",
            version=codec.instant_or_empty(version), created=codec.instant_or_empty(created),
            fields=fields, complete=False, key=key, native=native, native_linked=linked is True or linked == "true",
            kind=kind_of(self.entity, sub_type), active=status != "inactive", owner=text(owner) or "",
            receivable=text(owed) or "", currency=text(currency) or "",
        )  # fmt: skip


def text(value: Any) -> str | None:
    """Return a non-empty text or number as str, None for everything else."""
    if value.__class__ is str:
        return value or None
    return str(value) if value.__class__ is int else None


def kind_of(entity: Entity, sub_type: Any) -> RecordKind:
    """Return what a record is; customers tell by their sub-type."""
    return SUB_KINDS.get(str(sub_type), "other") if entity.contact_type == "customer" else entity.kind


def detail_record(entity: Entity, known: Known, detail: dict[str, Any], fields: Sequence[str]) -> Record:
    """Return a contact or item in detail as a record that knows every mapped field."""
    custom = custom_values(detail)
    values: Fields = {path: convert_of(known, path)(_wire(detail, custom, path)) for path in fields}
    return Record(
        side="books", entity=entity.name, id=str(detail.get(entity.id_key, "")),
        name=text(codec.decode_html(detail.get(entity.name_key))) or "",
        version=codec.instant_or_empty(detail.get("last_modified_time")),
        created=codec.instant_or_empty(detail.get("created_time")),
        fields=values, key=text(custom.get(known.key)) if known.key else None,
        native=next(filter(None, (text(detail.get(name)) for name in entity.native)), None),
        native_linked=detail.get("is_linked_with_zohocrm") in (True, "true"),
        kind=kind_of(entity, detail.get("customer_sub_type")),
        active=detail.get("status") != "inactive",
        owner=text(detail.get("owner_name")) or "",
        receivable=text(codec.decode(detail.get("outstanding_receivable_amount"))) or "",
        currency=text(detail.get("currency_code")) or "",
    )  # fmt: skip


def persons_of(detail: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the contact persons of a contact in detail, in their order."""
    found = detail.get("contact_persons")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def primary_of(persons: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the primary person: the one that says so, else the first; None when there is nobody."""
    says_so = (each for each in persons if each.get("is_primary_contact") in (True, "true"))
    return next(says_so, persons[0] if persons else None)


def custom_values(detail: dict[str, Any]) -> dict[str, Any]:
    """Return custom values by api_name; fields without a value are not there (§3.6)."""
    found = detail.get("custom_fields")
    given = found if isinstance(found, list) else []
    return {str(each.get("api_name")): each.get("value") for each in given if isinstance(each, dict)}


def _wire(detail: dict[str, Any], custom: dict[str, Any], path: str) -> Any:
    if path.startswith("cf_"):
        return custom.get(path)
    if path.startswith(PRIMARY):
        return (primary_of(persons_of(detail)) or {}).get(path.removeprefix(PRIMARY))
    head, _, tail = path.partition(".")
    value = detail.get(head)
    return (value.get(tail) if isinstance(value, dict) else None) if tail else value
