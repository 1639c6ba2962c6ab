"""What several Books endpoints need: bodies, paging, envelopes (zoho-books-api §1.5, §1.6, §10.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from core.sandbox.books.errors import BooksRefusal
from core.sandbox.http import Call, Reply

BOOKS = "/books/v3"
MOST = 200
FURTHEST = 1_000_000_000


def json_of(call: Call) -> Any:
    """The JSON sent, as the body or as the form field JSONString; 1038 when it is none."""
    text: bytes | str = call.content
    if "json" not in call.headers.get("content-type", "json"):
        text = call.form().get("JSONString", "")
    elif "JSONString" in call.query:
        text = call.query["JSONString"]
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BooksRefusal(1038) from None


def body_of(call: Call) -> dict[str, Any]:
    """The JSON object sent; code 4 when it is something else."""
    body = json_of(call)
    if not isinstance(body, dict):
        raise BooksRefusal(4, name="JSONString")
    return body


def success(status: int = 200, message: str = "success", **more: Any) -> Reply:
    """`code` 0 with whatever belongs to it."""
    return Reply(status, {"code": 0, "message": message, **more})


def window(call: Call) -> tuple[int, int]:
    """(page, per_page) of the query; above 200 is cut to 200."""
    numbers = []
    for name, default in (("page", 1), ("per_page", MOST)):
        text = call.query.get(name, str(default))
        if not text.isdecimal() or not 1 <= int(text) <= FURTHEST:
            raise BooksRefusal(2, name=name)
        numbers.append(int(text))
    return numbers[0], min(numbers[1], MOST)


def page_context(call: Call, more: bool, **about: Any) -> dict[str, Any]:
    """How far the list goes; there is no total."""
    page, per_page = window(call)
    return {"page": page, "per_page": per_page, "has_more_page": more, **about}


def paged(call: Call, key: str, rows: Sequence[Any], **about: Any) -> Reply:
    """One page of a short list that is at hand."""
    page, per_page = window(call)
    shown = list(rows[(page - 1) * per_page : page * per_page])
    more: dict[str, Any] = {key: shown}
    return success(200, "success", **more, page_context=page_context(call, len(rows) > page * per_page, **about))
