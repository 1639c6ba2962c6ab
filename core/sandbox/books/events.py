"""Telling webhooks of what was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.sandbox.books.contacts import shown as show_contact
from core.sandbox.books.documents.kinds import BY_ENTITY
from core.sandbox.books.documents.render import show as show_document
from core.sandbox.books.items import show_item
from core.sandbox.books.webhooks import fire, wanted
from core.sandbox.http import Call
from core.sandbox.sources import Row
from core.sandbox.table import Table

if TYPE_CHECKING:
    from core.sandbox.world.world import World


def listen(world: World) -> None:
    """Watch every table of the Books organisation."""
    org = world.books
    tables = {"contact": org.contacts, "item": org.items, **{name: held.table for name, held in org.ledger.of.items()}}
    for entity, table in tables.items():
        table.watchers.append(_watcher(world, entity, table))


def _watcher(world: World, entity: str, table: Table) -> Callable[[str, Row | None, Row | None], None]:
    def follow(_: str, old: Row | None, new: Row | None) -> None:
        event = "created" if old is None else "deleted" if new is None else "edited"
        hooks = wanted(world.books.webhooks, entity, event)
        row = new if new is not None else old
        if not hooks or row is None:
            return
        call = Call(world, "", "", {}, {}, b"", {})
        for hook in hooks:
            fire(call, hook, entity, _shown(call, entity, row))

    return follow


def _shown(call: Call, entity: str, row: Row) -> dict[str, Any]:
    if entity == "contact":
        return show_contact(call, row)
    return show_item(call, row) if entity == "item" else show_document(call, BY_ENTITY[entity], row)
