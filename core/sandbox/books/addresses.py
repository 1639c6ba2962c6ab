"""Additional addresses of a contact (zoho-books-api §4.1, §4.2)."""

from __future__ import annotations

from typing import Any

from core.sandbox.books.check import address
from core.sandbox.books.common import BOOKS, body_of, success
from core.sandbox.books.contacts import find
from core.sandbox.books.contacts_write import save
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.books.render import show_address
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row

ADDRESS = f"{BOOKS}/contacts/{{id}}/address"


@endpoint("GET", ADDRESS, scope="contacts.READ", doc="Additional addresses of a contact")
def addresses(call: Call) -> Reply:
    """Without the billing and shipping ones."""
    return success(addresses=[show_address(each) for each in find(call).get("addresses") or ()])


@endpoint("POST", ADDRESS, scope="contacts.CREATE", doc="Add an address to a contact")
def create(call: Call) -> Reply:
    """With the new address."""
    row, made = find(call), address(call, body_of(call), None, "address")
    save(call, row | {"addresses": [*(row.get("addresses") or ()), made]})
    return success(200, "The address has been added.", address_info=show_address(made))


@endpoint("PUT", f"{ADDRESS}/{{address}}", scope="contacts.UPDATE", doc="Change an address, be it the billing one")
def update(call: Call) -> Reply:
    """Keys that are not sent stay."""
    row, body = find(call), body_of(call)
    for name in ("billing_address", "shipping_address"):
        if row[name]["address_id"] == call.params["address"]:
            made = address(call, body, row[name], "address")
            save(call, row | {name: made})
            break
    else:
        old = _find(call, row)
        made = address(call, body, old, "address")
        save(call, row | {"addresses": [made if each is old else each for each in row["addresses"]]})
    return success(message="The address has been updated.", address_info=show_address(made))


def _mark(call: Call, name: str) -> None:
    """Let an additional address change places with the billing or shipping one."""
    row = find(call)
    chosen = _find(call, row)
    others = [each for each in row["addresses"] if each is not chosen]
    save(call, row | {name: chosen, "addresses": [*others, row[name]]})


@endpoint("POST", f"{ADDRESS}/{{address}}/markasbilling", scope="contacts.CREATE", doc="Make it the billing address")
def mark_billing(call: Call) -> Reply:
    """The former one stays as an additional address."""
    _mark(call, "billing_address")
    return success(message="The address has been marked as the billing address.")


@endpoint("POST", f"{ADDRESS}/{{address}}/markasshipping", scope="contacts.CREATE", doc="Make it the shipping address")
def mark_shipping(call: Call) -> Reply:
    """The former one stays as an additional address."""
    _mark(call, "shipping_address")
    return success(message="The address has been marked as the shipping address.")


@endpoint("DELETE", f"{ADDRESS}/{{address}}", scope="contacts.DELETE", doc="Delete an additional address")
def delete(call: Call) -> Reply:
    """The billing and shipping addresses cannot be deleted."""
    row = find(call)
    old = _find(call, row)
    save(call, row | {"addresses": [each for each in row["addresses"] if each is not old]})
    return success(message="The address has been deleted.")


def _find(call: Call, row: Row) -> dict[str, Any]:
    for each in row.get("addresses") or ():
        if each["address_id"] == call.params["address"]:
            found: dict[str, Any] = each
            return found
    raise BooksRefusal(1002, name="Address")
