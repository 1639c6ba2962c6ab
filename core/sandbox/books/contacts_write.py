"""Writing contacts (zoho-books-api §4.1, §4.2, §10.1)."""

from __future__ import annotations

from typing import Any

from core.sandbox.books.check import address, check_name, check_persons, custom_values, one_primary, person, scalars
from core.sandbox.books.common import BOOKS, body_of, success
from core.sandbox.books.contacts import find, shown
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.books.unique import identified
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row

CREATED, UPDATED = "The contact has been created", "Contact has been updated successfully"


@endpoint("POST", f"{BOOKS}/contacts", scope="contacts.CREATE", doc="Create a contact; 3062 when the name is taken")
def create(call: Call) -> Reply:
    """201 with the whole contact."""
    return success(201, CREATED, contact=shown(call, create_contact(call, body_of(call))))


@endpoint(
    "PUT", f"{BOOKS}/contacts/{{id}}", scope="contacts.UPDATE", doc="Update a contact; lists that are sent replace"
)
def update(call: Call) -> Reply:
    """Keys that are not sent stay as they are."""
    return success(message=UPDATED, contact=shown(call, _update(call, find(call), body_of(call))))


@endpoint(
    "PUT", f"{BOOKS}/contacts", scope="contacts.UPDATE", doc="Update, or with X-Upsert create, by a unique custom field"
)
def upsert(call: Call) -> Reply:
    """`X-Unique-Identifier-Key` (a cf_ name) and `-Value`; 201 when it created (switch), 200 when it updated."""
    org, body = call.world.books, body_of(call)
    found = identified(call, "contact", "Contact", org.values, body)
    if found is not None:
        return success(message=UPDATED, contact=shown(call, _update(call, find(call, found), body)))
    status = call.world.switches.number("books.upsert_create_status")
    return success(status, CREATED, contact=shown(call, create_contact(call, body)))


@endpoint("POST", f"{BOOKS}/contacts/{{id}}/active", scope="contacts.CREATE", doc="Mark a contact as active")
def active(call: Call) -> Reply:
    """Also when it already was."""
    save(call, find(call) | {"status": "active"})
    return success(message="The contact has been marked as active.")


@endpoint("POST", f"{BOOKS}/contacts/{{id}}/inactive", scope="contacts.CREATE", doc="Mark a contact as inactive")
def inactive(call: Call) -> Reply:
    """Also when it already was."""
    save(call, find(call) | {"status": "inactive"})
    return success(message="The contact has been marked as inactive.")


@endpoint("DELETE", f"{BOOKS}/contacts/{{id}}", scope="contacts.DELETE", doc="Delete a contact")
def delete(call: Call) -> Reply:
    """There is no bin and no list of the deleted (§9)."""
    _remove(call, find(call))
    return success(message="The contact has been deleted.")


@endpoint("DELETE", f"{BOOKS}/contacts", scope="contacts.DELETE", doc="Delete contacts by contact_ids")
def delete_several(call: Call) -> Reply:
    """All or none."""
    rows = [find(call, each) for each in call.query.get("contact_ids", "").split(",")]
    for row in rows:
        _remove(call, row)
    return success(message="The contacts have been deleted.")


def _remove(call: Call, row: Row) -> None:
    """Not while a document or a payment names it; the code is INVENTED (switch)."""
    if call.world.books.ledger.contact_in_use(row["contact_id"]):
        code = call.world.switches.number("books.in_use_code")
        raise BooksRefusal(code, message="The contact has transactions and cannot be deleted.", status=400)
    call.world.books.contacts.remove(row["contact_id"])


def save(call: Call, row: Row) -> Row:
    """Store a changed contact; its modification time moves."""
    row = row | {"last_modified_time": call.now}
    call.world.books.contacts.put(row)
    return row


def create_contact(call: Call, body: dict[str, Any], **more: Any) -> Row:
    """A new contact of a body, with whatever else is to be stored."""
    org = call.world.books
    kind = body.get("contact_type", "customer")
    if kind not in ("customer", "vendor"):
        raise BooksRefusal(4, name="contact_type")
    values = scalars(call, body)
    check_name(call, body.get("contact_name"), kind, None)
    base = next(each for each in org.currencies if each["is_base_currency"])
    row: Row = {"contact_type": kind, "status": "active", "source": "api", "currency_id": base["currency_id"]} | values
    if kind == "customer":
        row.setdefault("customer_sub_type", "business")
    row |= _lists(call, body, {})
    for name in ("billing_address", "shipping_address"):
        row.setdefault(name, {"address_id": org.ids.take()})
    row |= {"contact_id": org.ids.take(), "created_time": call.now, **more}
    return save(call, row)


def _update(call: Call, old: Row, body: dict[str, Any]) -> Row:
    values = scalars(call, body)
    if "contact_name" in body:
        check_name(call, body["contact_name"], old["contact_type"], old["contact_id"])
    moved = values.get("currency_id", old["currency_id"]) != old["currency_id"]
    if moved and call.world.books.ledger.contact_in_use(old["contact_id"]):
        code = call.world.switches.number("books.currency_fixed_code")
        raise BooksRefusal(code, message="The currency cannot be changed: there are transactions.", status=400)
    return save(call, old | values | _lists(call, body, old))


def _lists(call: Call, body: dict[str, Any], old: Row) -> Row:
    """Addresses, persons and custom values of a body. Persons that are left out of a sent list are gone (§4.2)."""
    values: Row = {}
    for name in ("billing_address", "shipping_address"):
        if name in body:
            values[name] = address(call, body[name], {"address_id": (old.get(name) or {}).get("address_id")}, name)
    if "contact_persons" in body:
        if not isinstance(body["contact_persons"], list):
            raise BooksRefusal(4, name="contact_persons")
        known = {each["contact_person_id"]: each for each in old.get("contact_persons") or ()}
        persons = [person(call, each, known) for each in body["contact_persons"]]
        check_persons(call, persons, old)
        values["contact_persons"] = one_primary(persons) if persons else []
    if "custom_fields" in body:
        values["custom_values"] = custom_values(call, "contact", body["custom_fields"], old)
    return values
