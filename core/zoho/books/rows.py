"""From Books' JSON to records: list rows (``complete=False``) and details (zoho-books-api §4.3)."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct, structs

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


class CustomValue(Struct):
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
        told = tuple(entity.in_rows[path] for path in self._mapped)
        names = tuple(dict.fromkeys((*told, entity.id_key, entity.name_key, *OWN, *entity.native)))
        self._at = {name: place for place, name in enumerate(names)}
        self._native = tuple(self._at[name] for name in entity.native)
        special = ((path, convert_of(known, path)) for path in self._mapped)
        self._special = [(path, convert) for path, convert in special if convert is not codec.decode_html]
        self._custom = {path: convert_of(known, path) for path in wanted if path in known.custom}
        shape: list[Any] = [
            (f"f{at}", Any, msgspec.field(name=name, default=UNSET if name in told else None))
            for name, at in self._at.items()
        ]
        shape.append(("custom", list[CustomValue], msgspec.field(name="custom_fields", default_factory=list)))
        row = msgspec.defstruct("Row", shape, gc=False)
        rows: Any = msgspec.field(name=entity.many, default_factory=list)
        page = [("code", Any, 0), ("rows", list[row], rows), ("page_context", Context, Context())]  # type: ignore[valid-type]
        self.decode: Callable[[bytes], Any] = codec.decoder(msgspec.defstruct("Page", page)).decode

    def record(self, row: Struct) -> Record:
        """Return one list row as a record that does not know everything."""
        values = structs.astuple(row)
        # Written out because 100,000 rows go through here: nearly every value is a plain text or empty.
        fields: Fields = {
            path: value if value.__class__ is str and value and "&" not in value else None if not value else html(value)
            for path, value in zip(self._mapped, values, strict=False)
            if value is not UNSET
        }
        for path, convert in self._special:
            if path in fields:
                fields[path] = convert(values[self._at[self.entity.in_rows[path]]])
        key: str | None = None
        if self._custom:
            fields |= dict.fromkeys(self._custom)
        for each in values[-1]:
            if each.api_name in self._custom:
                fields[each.api_name] = self._custom[each.api_name](each.value)
            if each.api_name == self._key:
                key = text(each.value)
        return self._made(values, fields, key)

    def _made(self, values: tuple[Any, ...], fields: Fields, key: str | None) -> Record:
        at, entity = self._at, self.entity
        return Record(
            side="books", entity=entity.name, id=str(values[at[entity.id_key]]),
            name=text(html(values[at[entity.name_key]])) or "",
            version=codec.instant_or_empty(values[at["last_modified_time"]]),
            created=codec.instant_or_empty(values[at["created_time"]]),
            fields=fields, complete=False, key=key,
            native=next((found for place in self._native if (found := text(values[place]))), None),
            native_linked=values[at["is_linked_with_zohocrm"]] in (True, "true"),
            kind=kind_of(entity, values[at["customer_sub_type"]]),
            active=values[at["status"]] != "inactive",
            owner=text(values[at["owner_name"]]) or "",
            receivable=text(codec.decode(values[at["outstanding_receivable_amount"]])) or "",
            currency=text(values[at["currency_code"]]) or "",
        )  # fmt: skip


def text(value: Any) -> str | None:
    """Return a non-empty text or number as str, None for everything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


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
