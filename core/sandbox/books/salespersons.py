"""Salespersons, who are not users (zoho-books-api §3.4)."""

from __future__ import annotations

from typing import Any

from core.sandbox.books.common import BOOKS, paged
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row

LONGEST = 200


@endpoint("GET", f"{BOOKS}/salespersons", scope="settings.READ", doc="Salespersons (undocumented by Zoho)")
def salespersons(call: Call) -> Reply:
    """Those the organisation starts with, and those that documents named."""
    return paged(call, "salespersons", call.world.books.salespersons)


def salesperson(call: Call, body: dict[str, Any]) -> Row:
    """`salesperson_id` and `_name` of a document; an unknown name is made or refused (switch)."""
    org = call.world.books
    if body.get("salesperson_id") not in (None, ""):
        for each in org.salespersons:
            if each["salesperson_id"] == str(body["salesperson_id"]):
                return {key: each[key] for key in ("salesperson_id", "salesperson_name")}
        raise BooksRefusal(4, name="salesperson_id")
    name = body.get("salesperson_name")
    if name in (None, ""):
        return {"salesperson_id": "", "salesperson_name": ""} if "salesperson_name" in body else {}
    if not isinstance(name, str) or len(name) > LONGEST:
        raise BooksRefusal(4, name="salesperson_name")
    found = next((each for each in org.salespersons if each["salesperson_name"] == name), None)
    if found is None:
        if call.world.switches.text("books.unknown_salesperson") == "refused":
            raise BooksRefusal(4, name="salesperson_name")
        found = make(org.ids.take(), name, "")
        org.salespersons.append(found)
    return {key: found[key] for key in ("salesperson_id", "salesperson_name")}


def make(salesperson_id: str, name: str, email: str) -> dict[str, Any]:
    """A salesperson as the list shows one."""
    return {
        "salesperson_id": salesperson_id, "salesperson_name": name, "salesperson_email": email, "status": "active",
    }  # fmt: skip
