"""Contact persons, one by one (zoho-books-api §4.5)."""

from __future__ import annotations

from typing import Any

from core.sandbox.books.check import check_persons, one_primary, person
from core.sandbox.books.common import BOOKS, body_of, paged, success
from core.sandbox.books.contacts import find
from core.sandbox.books.contacts_write import save
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.books.render import show_person
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row

PERSONS = f"{BOOKS}/contacts/contactpersons"


@endpoint("POST", PERSONS, scope="contacts.CREATE", doc="Create a contact person of `contact_id`")
def create(call: Call) -> Reply:
    """201; the reply holds a list of one."""
    body = body_of(call)
    row = find(call, str(body.get("contact_id", "")))
    persons = list(row.get("contact_persons") or ())
    made = person(call, body | {"contact_person_id": None}, {})
    check_persons(call, [*persons, made], row)
    save(call, row | {"contact_persons": _settle([*persons, made], made)})
    return success(201, "The contactperson has been Created", contact_person=[_shown(call, made)])


@endpoint("PUT", f"{PERSONS}/{{id}}", scope="contacts.UPDATE", doc="Update a contact person")
def update(call: Call) -> Reply:
    """Keys that are not sent stay."""
    row, old = _find(call)
    made = person(call, body_of(call) | {"contact_person_id": call.params["id"]}, {call.params["id"]: old})
    save(
        call,
        row | {"contact_persons": _settle([made if each is old else each for each in row["contact_persons"]], made)},
    )
    return success(message="The contact person details has been updated.", contact_person=[_shown(call, made)])


@endpoint("DELETE", f"{PERSONS}/{{id}}", scope="contacts.DELETE", doc="Delete a contact person")
def delete(call: Call) -> Reply:
    """If it was the primary one, the first of the others takes its place."""
    row, old = _find(call)
    rest = [each for each in row["contact_persons"] if each is not old]
    save(call, row | {"contact_persons": one_primary(rest) if rest else []})
    return success(message="The contact person has been deleted.")


@endpoint("POST", f"{PERSONS}/{{id}}/primary", scope="contacts.CREATE", doc="Make a contact person the primary one")
def primary(call: Call) -> Reply:
    """The former one no longer is."""
    row, chosen = _find(call)
    persons = [each | {"is_primary_contact": each is chosen} for each in row["contact_persons"]]
    save(call, row | {"contact_persons": persons})
    return success(message="This contact person has been marked as your primary contact person.")


@endpoint("GET", f"{BOOKS}/contacts/{{id}}/contactpersons", scope="contacts.READ", doc="Contact persons of a contact")
def persons(call: Call) -> Reply:
    """In their order."""
    return paged(call, "contact_persons", [show_person(each) for each in find(call).get("contact_persons") or ()])


@endpoint("GET", f"{BOOKS}/contacts/{{id}}/contactpersons/{{person}}", scope="contacts.READ", doc="One contact person")
def one(call: Call) -> Reply:
    """404/1002 for an unknown id."""
    for each in find(call).get("contact_persons") or ():
        if each["contact_person_id"] == call.params["person"]:
            return success(contact_person=show_person(each))
    raise BooksRefusal(1002, name="Contact Person")


def _find(call: Call) -> tuple[Row, dict[str, Any]]:
    """The contact that holds the person of the path, and the person."""
    org, wanted = call.world.books, call.params["id"]
    for contact_id in org.persons.find(wanted):
        row = find(call, contact_id)
        return row, next(each for each in row["contact_persons"] if each["contact_person_id"] == wanted)
    raise BooksRefusal(1002, name="Contact Person")


def _settle(persons: list[dict[str, Any]], made: dict[str, Any]) -> list[dict[str, Any]]:
    """Exactly one primary: the new one when it claims to be."""
    if made.get("is_primary_contact"):
        return [each | {"is_primary_contact": each is made} for each in persons]
    return one_primary(persons)


def _shown(call: Call, made: dict[str, Any]) -> dict[str, Any]:
    for contact_id in call.world.books.persons.find(made["contact_person_id"]):
        for each in find(call, contact_id)["contact_persons"]:
            if each["contact_person_id"] == made["contact_person_id"]:
                return show_person(each)
    return show_person(made)
