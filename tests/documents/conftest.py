"""A running sandbox, both sides and desks opened on it, and the profile's real store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.documents.mirror.run import Transactions
from core.documents.run import Triggers
from core.engine.ports import Commit
from core.model.link import Link
from core.model.setup import ModuleSetup, OrganisationRef
from core.sandbox.testing import RunningSandbox
from core.store.profile import ProfileStore
from core.zoho.connect import open_side
from core.zoho.credential import Credential
from core.zoho.desks import open_desks, open_papers
from tests.zoho.clock import TestClock


class Office:
    """Both organisations of a sandbox at hand: the desks, the store, and what people do in the web pages."""

    def __init__(self, zoho: RunningSandbox, folder: Path) -> None:
        self.zoho, self.clock, self.folder = zoho, TestClock(), folder
        self.told: list[object] = []
        self.crm_side, self.books_side = self.side("crm"), self.side("books")
        self.crm, self.books = open_desks(self.crm_side, self.books_side)
        self.papers_desk = open_papers(self.crm_side)
        self.store = ProfileStore.open(folder)
        self.triggers = self.restart()

    def side(self, service: Any, scope: str = "") -> Any:
        """A side; `scope` narrows what its credential allows."""
        info, url = self.zoho.info, self.zoho.base_url
        mine, token = info[service], info["refresh_token"]
        if scope:
            assert self.zoho.world is not None
            tokens = self.zoho.world.tokens
            token = tokens.exchange(tokens.grant(scope))[0].token
        credential = Credential(
            service=service, email=mine["email"], accounts_url=url, client_id=info["client_id"],
            client_secret=info["client_secret"], refresh_token=token,
        )  # fmt: skip
        organisation = OrganisationRef(
            side=service, organization_id=mine["organization_id"], name="架け橋商会", email=mine["email"],
            accounts_url=url, api_url=url,
        )  # fmt: skip
        return open_side(credential, organisation, clock=self.clock, limits=info["limits"])

    def restart(self) -> Triggers:
        """The triggers as a new process would have them."""
        self.triggers = Triggers(
            deals=self.crm, books=self.books, store=self.store, clock=self.clock, emit=self.told.append
        )
        self.transactions = Transactions(
            papers=self.papers_desk, books=self.books, store=self.store, clock=self.clock, emit=self.told.append,
            link=lambda document: f"https://books.example/{document.kind}/{document.id}",
        )  # fmt: skip
        return self.triggers

    def reopen(self) -> None:
        """Close the state and open it anew."""
        self.store.close()
        self.store = ProfileStore.open(self.folder)
        self.restart()

    def edit(self, side: str, module: str, op: str, record_id: str = "", **fields: Any) -> str:
        wanted = {"side": side, "module": module, "op": op, "id": record_id, "fields": fields}
        return str(self.zoho.control("POST", "edit", wanted)["id"])

    def deal(self, record_id: str = "", **fields: Any) -> str:
        """Make a deal, or change one."""
        if record_id:
            return self.edit("crm", "Deals", "change", record_id, **fields)
        base = {"Deal_Name": "年間保守", "Amount": 120_000, "Stage": "Qualification", "Probability": 10}
        return self.edit("crm", "Deals", "create", **(base | fields))

    def party(self, **setup: Any) -> tuple[str, str]:
        """A CRM account that is linked to a Books customer: both ids."""
        account = self.edit("crm", "Accounts", "create", Account_Name="北浜工業")
        customer = self.edit("books", "contacts", "create", contact_name="北浜工業")
        self.link(account, customer, **setup)
        return account, customer

    def link(self, crm_id: str, books_id: str, module: Any = "customers", **setup: Any) -> None:
        """Note that a record of CRM and one of Books are a pair."""
        link = Link(module=module, crm_id=crm_id, books_id=books_id, name="北浜工業")
        self.store.commit(Commit(links=[link], setups=[ModuleSetup(module=module, **setup)]))

    def papers(self, entity: str = "estimate") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.zoho.control("GET", f"truth/books/documents/{entity}")["records"]
        return found

    def status(self, entity: str, document_id: str, status: str) -> None:
        """A person puts a document into a status."""
        self.zoho.control("POST", "books/status", {"entity": entity, "id": document_id, "status": status})

    async def close(self) -> None:
        await self.crm_side.close()
        await self.books_side.close()
        self.store.close()


@pytest.fixture(scope="session")
def _documents_zoho() -> Iterator[RunningSandbox]:
    with RunningSandbox(accounts=12, seed=5, planted=False) as zoho:
        zoho.control("POST", "snapshot", {"name": "fresh"})
        yield zoho


@pytest.fixture
async def office(_documents_zoho: RunningSandbox, tmp_path: Path) -> AsyncIterator[Office]:
    """The shared sandbox as new, and an empty state."""
    _documents_zoho.control("POST", "restore", {"name": "fresh"})
    _documents_zoho.control("PUT", "settings", {"books": {"estimate_to_invoice": "off"}})
    _documents_zoho.fault()
    made = Office(_documents_zoho, tmp_path / "profile")
    yield made
    await made.close()
    _documents_zoho.fault()
