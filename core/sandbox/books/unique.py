"""Finding a record by a unique custom field in headers (zoho-books-api §10.1)."""

from __future__ import annotations

from typing import Any

from core.sandbox.books.errors import BooksRefusal
from core.sandbox.books.index import Index
from core.sandbox.http import Call


def identified(call: Call, entity: str, title: str, values: Index, body: dict[str, Any]) -> str | None:
    """The id of the record that `X-Unique-Identifier-Key` and `-Value` name.

    None with `X-Upsert: true` when there is none; the body then has the value, whether or not it repeats it. Without
    that header the switch books.unmatched_key_code says what the refusal is.
    """
    key, value = (call.headers.get(f"x-unique-identifier-{part}", "") for part in ("key", "value"))
    org = call.world.books
    field = next((each for each in org.fields_of(entity) if each.api_name == key and each.unique), None)
    if field is None:
        raise BooksRefusal(4, name="X-Unique-Identifier-Key")
    if not value:
        raise BooksRefusal(4, name="X-Unique-Identifier-Value")
    holders = values.find((field.field_id, value))
    if holders:
        return holders[0]
    if call.headers.get("x-upsert", "").lower() != "true":
        code = call.world.switches.number("books.unmatched_key_code")
        raise BooksRefusal(code, message=f"{title} does not exist.", status=404 if code == 1002 else 400)
    given = body.get("custom_fields") or []
    if not isinstance(given, list):
        raise BooksRefusal(4, name="custom_fields")
    body["custom_fields"] = [*given, {"customfield_id": field.field_id, "value": value}]
    return None
