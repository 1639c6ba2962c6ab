"""A service over a sandbox of its own, with synced customers, and the people who sell to them."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.agent.clock import SystemClock
from core.agent.local import LocalService
from core.agent.places import Place
from core.model.link import Link
from core.model.run import Run
from core.sandbox.testing import RunningSandbox
from tests.agent.test_local import join, sync
from tests.agent.test_reversing import end
from tests.sandbox.client import Client
from tests.sandbox.test_books_documents import make, mark

FIELDS = ("Books_receivable_JPY", "Books_unused_credits_JPY", "Books_sales_JPY")


class Till:
    """A profile whose customers are synced, and what people do in Books."""

    def __init__(self, service: LocalService, zoho: RunningSandbox) -> None:
        self.service, self.zoho, self.books = service, zoho, Client(zoho)
        self.links: list[Link] = []

    async def ready(self, **setup: Any) -> None:
        """Sync the customers by a setup."""
        await self.service.configure(msgspec.structs.replace(await self.service.default_setup("customers"), **setup))
        await sync(self.service)
        self.links = await self.service.links("customers", "linked", 0, 100)

    async def on(self) -> Run:
        """Switch the figures on; the first look follows by itself, and is returned as it ended."""
        events = self.service.events()
        await anext(events)
        await self.service.switch_figures(True, True)
        async for event in events:
            if event.run is not None and event.run.cause == "figures" and event.run.state != "running":
                return event.run
        raise AssertionError("no look was told")

    async def run(self, *, full: bool = False) -> Run:
        return await end(self.service, self.service.run_figures(full))

    def sell(self, link: Link, amount: int, *, paid: int = 0) -> str:
        """An invoice that is sent, and perhaps paid in part."""
        lines = [{"name": "Maintenance", "rate": amount, "quantity": 1}]
        made = make(self.books, "invoice", customer_id=link.books_id, line_items=lines)
        mark(self.books, "invoice", made["invoice_id"], "sent")
        if paid:
            self.zoho.control("POST", "books/pay", {"invoice_id": made["invoice_id"], "amount": paid})
        return str(made["invoice_id"])

    def credit(self, link: Link, amount: int) -> str:
        """A credit note."""
        body = {"customer_id": link.books_id, "line_items": [{"rate": amount, "quantity": 1}]}
        return str(self.books.books("POST", "creditnotes", json=body).json()["creditnote"]["creditnote_id"])

    def shown(self, link: Link) -> tuple[Any, ...]:
        """Receivable, credits and sales on a customer's CRM record."""
        rows = self.zoho.control("GET", f"truth/crm/{link.crm_entity or 'Accounts'}")["records"]
        record = next(each for each in rows if each["id"] == link.crm_id)
        return tuple(record.get(field) for field in FIELDS)

    def mark(self) -> int:
        """Where the log of requests stands."""
        return len(self.zoho.requests())

    def asked(self, since: int, part: str) -> list[dict[str, Any]]:
        """What was asked since a mark, of paths that hold a part."""
        return [each for each in self.zoho.requests()[since:] if part in each["path"]]


@pytest.fixture
def zoho() -> Iterator[RunningSandbox]:
    with RunningSandbox(accounts=6, seed=3, planted=False) as made:
        yield made


@pytest.fixture
async def till(zoho: RunningSandbox) -> AsyncIterator[Till]:
    with tempfile.TemporaryDirectory(prefix="kk-") as folder:
        place = Place(Path(folder) / "home")
        place.prepare()
        service = LocalService(place, SystemClock())
        await service.load()
        await join(service, zoho)
        till = Till(service, zoho)
        yield till
        till.books.http.close()
        await service.close()
