"""What is remembered of the contact persons of customers, so that an unchanged customer is not read again.

Persons have no time of modification of their own: theirs is their customer's, which any change of the customer moves.
So each person's values are kept with the version since which they are as they are.
"""

from typing import Any

import msgspec
from msgspec import Struct

from core.model.record import Gone
from core.model.value import Fields
from core.zoho import codec
from core.zoho.books.entities import PERSONS
from core.zoho.books.rows import persons_of, text


class Person(Struct, frozen=True):
    """One contact person. ``since``: the customer's version from which on the rest is known to be so."""

    id: str
    fields: Fields
    native: str = ""
    since: str = ""

    def same(self, other: "Person | None") -> bool:
        """Return whether two readings tell the same."""
        return other is not None and (self.fields, self.native) == (other.fields, other.native)


class Household(Struct, frozen=True):
    """A customer with its persons, as last read. ``settled``: nothing can have changed later in the same second."""

    contact_id: str
    version: str
    created: str
    active: bool
    settled: bool
    persons: tuple[Person, ...]

    def person(self, person_id: str) -> Person | None:
        """Return one of the persons."""
        return next((each for each in self.persons if each.id == person_id), None)


class Households:
    """The customers of one organisation, some hundred bytes each; lives as long as its side."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}
        self._left: dict[str, Gone] = {}
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Household).decode

    def get(self, contact_id: str) -> Household | None:
        """Return what was read of a customer."""
        held = self._kept.get(contact_id)
        return self._decode(held) if held is not None else None

    def left(self) -> list[Gone]:
        """Return the persons that were there once and were not when their customer was read again."""
        return list(self._left.values())

    def put(self, detail: dict[str, Any], date: str) -> Household:
        """Remember a customer in detail, answered at the server's time ``date`` (empty: unknown)."""
        contact_id, version = (
            str(detail.get("contact_id", "")),
            codec.instant_or_empty(detail.get("last_modified_time")),
        )
        before = self.get(contact_id)
        persons: list[Person] = []
        for given in persons_of(detail):
            new = _person(given)
            old = before.person(new.id) if before is not None else None
            since = old.since if old is not None and new.same(old) else version
            persons.append(msgspec.structs.replace(new, since=since))
        made = Household(
            contact_id, version, codec.instant_or_empty(detail.get("created_time")),
            detail.get("status") != "inactive", bool(date) and version < date, tuple(persons),
        )  # fmt: skip
        self._keep(made, before)
        return made

    def drop(self, contact_id: str) -> None:
        """Remember that a customer is no more, or has no persons."""
        before = self.get(contact_id)
        if before is not None:
            self._keep(msgspec.structs.replace(before, persons=()), before)
            del self._kept[contact_id]

    def _keep(self, made: Household, before: Household | None) -> None:
        self._kept[made.contact_id] = self._encode(made)
        here = {each.id for each in made.persons}
        for each in before.persons if before is not None else ():
            if each.id not in here:
                record_id = join(made.contact_id, each.id)
                self._left[record_id] = Gone("books", PERSONS.name, record_id)
        for each in made.persons:
            self._left.pop(join(made.contact_id, each.id), None)


def join(contact_id: str, person_id: str) -> str:
    """Return a person's record id: Books finds a person under its customer alone (§4.5), so the id names both."""
    return f"{contact_id}-{person_id}"


def split(record_id: str) -> tuple[str, str]:
    """Return the customer's and the person's id, empty ones for what is no such id."""
    contact_id, _, person_id = record_id.partition("-")
    return (contact_id, person_id) if contact_id.isdecimal() and person_id.isdecimal() else ("", "")


def _person(given: dict[str, Any]) -> Person:
    return Person(str(given.get(PERSONS.id_key, "")), person_fields(given), text(given.get(PERSONS.native[0])) or "")


def person_fields(given: dict[str, Any]) -> Fields:
    """Return every field of a contact person."""
    fields: Fields = {
        name: codec.CONVERTS.get(meta.kind, codec.decode_html)(given.get(name)) for name, meta in PERSONS.fields.items()
    }
    return fields
