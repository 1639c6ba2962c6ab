"""The calls that all four documents have. What differs is in `kinds.py`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from core.sandbox.books.check import custom_values
from core.sandbox.books.common import BOOKS, body_of, json_of, success
from core.sandbox.books.documents.convert import note_invoiced
from core.sandbox.books.documents.kinds import ESTIMATE, INVOICE, KINDS, Kind
from core.sandbox.books.documents.lists import listing
from core.sandbox.books.documents.render import show
from core.sandbox.books.documents.status import act, act_on_many, find, move
from core.sandbox.books.documents.write import create, save, update
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.books.unique import identified
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row


def _told(kind: Kind, call: Call, status: int, message: str, row: Row) -> Reply:
    body: dict[str, Any] = {kind.entity: show(call, kind, row)}
    return success(status, message, **body)


def _create(kind: Kind, call: Call) -> Reply:
    return _told(kind, call, 201, kind.created, make(kind, call, body_of(call)))


def make(kind: Kind, call: Call, body: dict[str, Any]) -> Row:
    """A new document of a body; `send=true` also marks it as sent. An invoice may name the estimate it comes from."""
    row = create(call, kind, body)
    source = str(body.get("invoiced_estimate_id") or body.get("estimate_id") or "")
    if kind is INVOICE and source and call.world.switches.on("books.invoiced_estimate_flips"):
        note_invoiced(call, ESTIMATE, source, row["invoice_id"])
    if call.query.get("send") == "true" and "sent" in kind.actions:
        row = move(kind, "sent", call, row)
    return row


def _update(kind: Kind, call: Call) -> Reply:
    return _told(kind, call, 200, kind.updated, update(call, kind, find(kind, call), body_of(call)))


def _upsert(kind: Kind, call: Call) -> Reply:
    body = body_of(call)
    held = call.world.books.ledger.of[kind.entity]
    found = identified(call, kind.entity, kind.title, held.values, body)
    if found is not None:
        row = update(call, kind, find(kind, call, found), body)
        return _told(kind, call, 200, kind.updated, row)
    status = call.world.switches.number("books.upsert_create_status")
    return _told(kind, call, status, kind.created, make(kind, call, body))


def _one(kind: Kind, call: Call) -> Reply:
    return _told(kind, call, 200, "success", find(kind, call))


def _delete(kind: Kind, call: Call) -> Reply:
    _remove(kind, call, find(kind, call))
    return success(message=kind.deleted)


def _delete_many(kind: Kind, call: Call) -> Reply:
    rows = [find(kind, call, each) for each in call.query.get(f"{kind.entity}_ids", "").split(",")]
    for row in rows:
        _remove(kind, call, row)
    return success(message=f"The {kind.plural} have been deleted.")


def _remove(kind: Kind, call: Call, row: Row) -> None:
    """Not when it is invoiced, billed or paid; the code is INVENTED (switch books.in_use_code)."""
    if row["status"] in kind.fixed or row.get("payments"):
        code = call.world.switches.number("books.in_use_code")
        raise BooksRefusal(code, message=f"The {kind.title.lower()} cannot be deleted.", status=400)
    call.world.books.ledger.of[kind.entity].table.remove(row[kind.id_key])


def _custom(kind: Kind, call: Call) -> Reply:
    row = find(kind, call)
    save(call, kind, row | {"custom_values": custom_values(call, kind.entity, json_of(call), row)})
    return success(message="Custom Fields Updated Successfully")


def _comments(kind: Kind, call: Call) -> Reply:
    find(kind, call)
    return success(comments=[])


def _register(kind: Kind) -> None:
    path, title = f"{BOOKS}/{kind.plural}", kind.title.lower()
    calls: list[tuple[str, str, str, Callable[[Kind, Call], Reply], str]] = [
        ("GET", path, "READ", listing, f"{kind.title}s: filters, sort, last_modified_time, paging"),
        ("POST", path, "CREATE", _create, f"Create a {title}; numbered by its series"),
        ("PUT", path, "UPDATE", _upsert, "Update, or with X-Upsert create, by a unique custom field"),
        ("GET", f"{path}/{{id}}", "READ", _one, f"One {title} with its lines"),
        ("PUT", f"{path}/{{id}}", "UPDATE", _update, f"Update a {title}; lines that are not sent are gone"),
        ("DELETE", f"{path}/{{id}}", "DELETE", _delete, f"Delete a {title}"),
        ("GET", f"{path}/{{id}}/comments", "READ", _comments, "Comments; none are kept"),
        ("PUT", f"{BOOKS}/{kind.entity}/{{id}}/customfields", "UPDATE", _custom, "Custom values: a bare array"),
    ]
    if kind is INVOICE:
        calls.append(("DELETE", path, "DELETE", _delete_many, "Delete invoices by invoice_ids"))
    for method, where, verb, handler, doc in calls:
        endpoint(method, where, scope=f"{kind.plural}.{verb}", doc=doc)(partial(handler, kind))
    for word, action in kind.actions.items():
        doc = f"{word.capitalize()} a {title} (where approvals are on)" if action.path else f"Mark a {title} as {word}"
        where = f"{path}/{{id}}/{action.path or f'status/{word}'}"
        endpoint("POST", where, scope=f"{kind.plural}.{action.verb}", doc=doc)(partial(act, kind, word))
    if kind is INVOICE:
        for word in ("sent", "void"):
            endpoint("POST", f"{path}/status/{word}", scope="invoices.CREATE", doc=f"Mark invoices as {word}")(
                partial(act_on_many, kind, word)
            )


for _kind in KINDS:
    _register(_kind)
