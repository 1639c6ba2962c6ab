"""One world: everything that a running sandbox knows, and how it is brought back to an earlier moment."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from core.sandbox.books.state import BooksOrg
from core.sandbox.clock import Clock
from core.sandbox.crm.state import CrmOrg
from core.sandbox.faults import Faults
from core.sandbox.limits import Limits
from core.sandbox.oauth.tokens import TokenBook
from core.sandbox.outbox import Outbox
from core.sandbox.requestlog import RequestLog
from core.sandbox.switches import Switches
from core.sandbox.world.parts import Parts


@dataclass(slots=True)
class World:
    """The two organisations, the accounts server, and what surrounds them."""

    seed: int
    clock: Clock
    switches: Switches
    limits: Limits
    tokens: TokenBook
    crm: CrmOrg
    books: BooksOrg
    parts: Parts
    planted: list[dict[str, Any]]
    planted_more: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Of the other syncs, by sync."""
    faults: Faults = field(default_factory=Faults)
    log: RequestLog = field(default_factory=RequestLog)
    outbox: Outbox = field(default_factory=Outbox)
    base_url: str = ""
    snapshots: dict[str, Any] = field(default_factory=dict)

    def take_snapshot(self, name: str) -> None:
        """Remember records, custom fields, deleted lists, switches and clock under a name; not tokens, not the log."""
        crm, books = self.crm, self.books
        self.snapshots[name] = {
            "modules": {
                key: (held.table.dump(), list(held.deleted), dict(held.fields)) for key, held in crm.records.items()
            },
            "views": {key: list(views) for key, views in crm.views.items()},
            "numbers": (crm.ids.next, crm.meta_ids.next, books.ids.next),
            "contacts": books.contacts.dump(),
            "items": books.items.dump(),
            "fields": list(books.custom_fields),
            "currencies": copy.deepcopy((crm.currencies, books.currencies, books.taxes, books.rates)),
            "ledger": books.ledger.dump(),
            "books": copy.deepcopy((books.preferences, books.salespersons, books.webhooks)),
            "links": copy.deepcopy(crm.links),
            "history": copy.deepcopy(crm.history.written),
            "switches": dict(self.switches.values),
            "now": self.clock.now(),
        }

    def restore_snapshot(self, name: str) -> None:
        """Be as at `take_snapshot`; KeyError for an unknown name. May be done again and again."""
        held = self.snapshots[name]
        crm, books = self.crm, self.books
        for gone in set(crm.records) - set(held["modules"]):
            del crm.records[gone]
        for key, (table, deleted, fields) in held["modules"].items():
            records = crm.records[key]
            records.table.load(table)
            records.deleted, records.fields = list(deleted), dict(fields)
            records.forget_indexes()
        crm.views = {key: list(views) for key, views in held["views"].items()}
        crm.ids.next, crm.meta_ids.next, books.ids.next = held["numbers"]
        books.contacts.load(held["contacts"])
        books.items.load(held["items"])
        books.custom_fields[:] = held["fields"]
        crm.currencies, books.currencies, books.taxes, books.rates = copy.deepcopy(held["currencies"])
        books.ledger.load(held["ledger"])
        books.preferences, books.salespersons, books.webhooks = copy.deepcopy(held["books"])
        books.forget_indexes()
        crm.links, crm.history.written = copy.deepcopy(held["links"]), copy.deepcopy(held["history"])
        self.switches.values.update(held["switches"])
        self.clock.set(held["now"])
