"""Records as JSON to write: whole addresses and lists of persons, as last read (I9; zoho-books-api §4.2, §5)."""

from typing import Any

from msgspec import Struct

from core.model.record import Write
from core.zoho.books.entities import Entity
from core.zoho.books.fields import ACTIVE, ADDRESSES, PRIMARY
from core.zoho.books.metadata import Known
from core.zoho.books.rows import persons_of, primary_of
from core.zoho.codec import decode_html, encode

SUB_TYPES = ("business", "individual")
NAMES = ("first_name", "last_name")
FIRST_NAME = 100
"""Characters of a person's name (§4.5)."""


class Ids(Struct, frozen=True):
    """What Books takes by id alone, by its name: currencies and taxes."""

    currencies: dict[str, str] = {}
    taxes: dict[str, str] = {}


def body_of(entity: Entity, known: Known, write: Write, old: dict[str, Any], ids: Ids) -> dict[str, Any]:
    """Return what is sent for ``write`` over the record ``old`` (empty for a new one).

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
            body |= {"currency_id": ids.currencies[str(value)]} if value is not None else {}
        elif head in ADDRESSES and part:
            _whole_address(body, old, head)[part] = "" if wire is None else wire
        elif path.startswith(PRIMARY):
            if wire is not None or persons_of(old):
                _primary(body, old)[part] = "" if wire is None else wire
        else:
            body[path] = "" if wire is None else wire
    if write.key is not None and known.key:
        custom.append({"customfield_id": known.custom[known.key].field_id, "value": write.key})
    if custom:
        body["custom_fields"] = custom
    return _item(body, write, ids) if entity.kind == "item" else _contact(entity, body, write, old)


def person_body(write: Write, contact_id: str) -> dict[str, Any]:
    """Return a contact person as it is sent alone; who is the primary one goes by a call of its own (§4.5)."""
    body = {
        path: "" if value is None else value for path, value in write.fields.items() if path != "is_primary_contact"
    }
    return {"contact_id": contact_id, **body} if write.id is None else body


def _contact(entity: Entity, body: dict[str, Any], write: Write, old: dict[str, Any]) -> dict[str, Any]:
    body.pop(ACTIVE, None)
    if write.id is None:
        body["contact_type"] = entity.contact_type
        if entity.contact_type == "customer" and write.kind in SUB_TYPES:
            body["customer_sub_type"] = write.kind
    for person in body.get("contact_persons", ()):
        if "contact_person_id" not in person and not any(person.get(name) for name in NAMES):
            # A person cannot be without a first name (§4.5): one who is made for an e-mail address or a phone number
            # alone is called as the contact is.
            named = write.fields.get("contact_name") or decode_html(old.get("contact_name")) or write.name
            person["first_name"] = str(named)[:FIRST_NAME]
    return body


def _item(body: dict[str, Any], write: Write, ids: Ids) -> dict[str, Any]:
    """An item cannot be without a rate; 0 is what stands for a price on request (§5, §10.9)."""
    body.pop(ACTIVE, None)
    if "tax_name" in body:
        name = body.pop("tax_name")
        body["tax_id"] = ids.taxes.get(name, "") if name else ""
    if body.get("rate") == "" or (write.id is None and "rate" not in body):
        body["rate"] = 0
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
        body["contact_persons"] = [_as_read(each) for each in persons_of(old)]
    persons: list[dict[str, Any]] = body["contact_persons"]
    found = primary_of(persons)
    if found is None:
        found = {"is_primary_contact": True}
        persons.append(found)
    return found


def _as_read(given: dict[str, Any]) -> dict[str, Any]:
    """A copy to send back; texts without what showing them added (zoho-books-api §10.7)."""
    return {key: (decode_html(value) or "") if isinstance(value, str) else value for key, value in given.items()}
