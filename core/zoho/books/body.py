"""A contact as JSON to write: whole addresses and lists of persons, as last read (I9; zoho-books-api §4.2)."""

from typing import Any

from core.model.record import Write
from core.zoho.books.entities import ADDRESSES, PERSON_FIELDS, Entity
from core.zoho.books.metadata import Known
from core.zoho.codec import decode_html, encode

SUB_TYPES = ("business", "individual")


def body_of(entity: Entity, known: Known, write: Write, old: dict[str, Any], currency_id: str | None) -> dict[str, Any]:
    """Return what is sent for ``write`` over the contact ``old`` (empty for a new one).

    Scalars that are not written stay away, so that they stay as they are. An address of which one part is written goes
    whole, and so does the list of persons: what is left out of a list that is sent is deleted.
    """
    body: dict[str, Any] = {}
    custom: list[dict[str, Any]] = []
    for path, value in write.fields.items():
        meta = known.field(path)
        wire = encode(meta.kind if meta is not None else "text", value)
        head, _, part = path.partition(".")
        if path in known.custom:
            custom.append({"customfield_id": known.custom[path].field_id, "value": "" if wire is None else wire})
        elif path == "currency_code":
            if currency_id is not None:
                body["currency_id"] = currency_id
        elif head in ADDRESSES and part:
            _whole_address(body, old, head)[part] = "" if wire is None else wire
        elif path in PERSON_FIELDS:
            _primary(body, old)[PERSON_FIELDS[path]] = "" if wire is None else wire
        else:
            body[path] = "" if wire is None else wire
    if write.key is not None and known.key:
        custom.append({"customfield_id": known.custom[known.key].field_id, "value": write.key})
    if custom:
        body["custom_fields"] = custom
    if write.id is None:
        body["contact_type"] = entity.contact_type
        if entity.contact_type == "customer" and write.kind in SUB_TYPES:
            body["customer_sub_type"] = write.kind
    return body


def _whole_address(body: dict[str, Any], old: dict[str, Any], name: str) -> dict[str, Any]:
    if name not in body:
        was = old.get(name)
        body[name] = _as_read(was) if isinstance(was, dict) else {}
    address: dict[str, Any] = body[name]
    return address


def _primary(body: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """The primary person in the list that is sent: as last read, or a new one."""
    if "contact_persons" not in body:
        was = old.get("contact_persons")
        body["contact_persons"] = (
            [_as_read(each) for each in was if isinstance(each, dict)] if isinstance(was, list) else []
        )
    persons: list[dict[str, Any]] = body["contact_persons"]
    for each in persons:
        if each.get("is_primary_contact"):
            return each
    if not persons:
        persons.append({"is_primary_contact": True})
    return persons[0]


def _as_read(given: dict[str, Any]) -> dict[str, Any]:
    """A copy to send back; texts without what showing them added (zoho-books-api §10.7)."""
    return {key: (decode_html(value) or "") if isinstance(value, str) else value for key, value in given.items()}
