from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from core.model.catalogue import default_setup
from core.model.record import Record, Write
from core.model.setup import ModuleSetup, OrganisationRef
from core.sandbox.testing import RunningSandbox
from core.zoho.connect import ZohoSide, open_side
from core.zoho.credential import Credential
from tests.zoho.clock import TestClock

SETUP = default_setup("customers")
CRM_FIELDS = tuple(dict.fromkeys(each.crm for each in SETUP.mapping))
BOOKS_FIELDS = tuple(dict.fromkeys(each.books for each in SETUP.mapping))


KINDS: dict[str, Any] = {"customers": "business", "vendors": "vendor", "items": "item", "persons": "person"}


class Ground:
    """A running sandbox, a clock that sleeping moves, and sides opened on both; `waits` is what was reported."""

    def __init__(self, zoho: RunningSandbox) -> None:
        self.zoho, self.clock = zoho, TestClock()
        self.waits: list[tuple[str, float]] = []
        self.sides: list[ZohoSide] = []

    def credential(self, service: Any, **changed: str) -> Credential:
        info = self.zoho.info
        given = {
            "email": info[service]["email"], "accounts_url": self.zoho.base_url, "client_id": info["client_id"],
            "client_secret": info["client_secret"], "refresh_token": info["refresh_token"],
        }  # fmt: skip
        return Credential(service=service, **{**given, **changed})

    def organisation(self, service: Any, organization_id: str = "") -> OrganisationRef:
        info = self.zoho.info[service]
        return OrganisationRef(
            side=service, organization_id=organization_id or info["organization_id"], name="架け橋商会",
            email=info["email"], accounts_url=self.zoho.base_url, api_url=self.zoho.base_url,
        )  # fmt: skip

    def open(self, service: Any, *, organization_id: str = "", scope: str = "", **options: Any) -> ZohoSide:
        """A side; `scope` narrows its credential to these scopes."""
        changed = {} if not scope else {"refresh_token": self.narrowed(scope)}
        options.setdefault("limits", self.zoho.info["limits"])
        side = open_side(
            options.pop("credential", None) or self.credential(service, **changed),
            self.organisation(service, organization_id),
            clock=self.clock,
            on_wait=lambda code, seconds: self.waits.append((code, seconds)) if code else None,
            **options,
        )
        self.sides.append(side)
        return side

    def narrowed(self, scope: str) -> str:
        """A refresh token for these scopes only."""
        assert self.zoho.world is not None
        tokens = self.zoho.world.tokens
        return tokens.exchange(tokens.grant(scope))[0].token

    async def prepared(
        self, service: Any, *, unique: bool = True, setup: ModuleSetup = SETUP, **options: Any
    ) -> ZohoSide:
        """A side with its key field made; Books': ticked as unique where wanted."""
        side, wanted = self.open(service, **options), setup
        setup = await side.prepare(wanted)
        if service == "books" and unique:
            self.zoho.control("POST", "books/fields/unique", {"field": "cf_kakehashi_crm_id", "unique": True})
            setup = await side.prepare(wanted)
            assert setup.books_key == "unique"
        return side

    def edit(self, side: str, op: str, record_id: str = "", *, module: str = "", **fields: Any) -> Any:
        module = module or ("Accounts" if side == "crm" else "contacts")
        wanted = {"side": side, "module": module, "op": op, "id": record_id, "fields": fields}
        return self.zoho.control("POST", "edit", wanted)

    def truth(self, side: str, module: str = "") -> dict[str, dict[str, Any]]:
        """Every record as stored, by id. CRM: Accounts unless told; Books: contacts, or items."""
        module = module or ("Accounts" if side == "crm" else "contacts")
        key = "id" if side == "crm" else f"{module.removesuffix('s')}_id"
        return {each[key]: each for each in self.zoho.control("GET", f"truth/{side}/{module}")["records"]}

    async def close(self) -> None:
        for side in self.sides:
            await side.close()


@pytest.fixture(scope="session")
def _running() -> Iterator[RunningSandbox]:
    with RunningSandbox(accounts=60, seed=3) as zoho:
        zoho.control("POST", "snapshot", {"name": "fresh"})
        yield zoho


@pytest.fixture
async def ground(_running: RunningSandbox) -> Any:
    """The shared sandbox as new: records, fields, switches and time back where they were."""
    _running.control("POST", "restore", {"name": "fresh"})
    _running.fault()
    _running.control("DELETE", "requests")
    made = Ground(_running)
    yield made
    await made.close()
    _running.fault()


@pytest.fixture
def started() -> Iterator[Any]:
    """Starts a sandbox of its own: `started(accounts=…, limits=…)`."""
    with contextlib.ExitStack() as stack:

        def start(**options: Any) -> Ground:
            return Ground(stack.enter_context(RunningSandbox(**options)))

        yield start


async def everything(stream: Any) -> list[Any]:
    return [each async for batch in stream for each in batch]


async def outcomes(stream: Any) -> dict[str, Any]:
    return {each.ref: each async for each in stream}


def crm_write(ref: str, record_id: str | None = None, *, key: str | None = None, **fields: Any) -> Write:
    """`fields` are the record's; `expect`, `entity`, `name` and `parent` are Write's own."""
    expect, entity, parent = fields.pop("expect", None), fields.pop("entity", "Accounts"), fields.pop("parent", "")
    name = fields.pop("name", fields.get("Account_Name", ""))
    return Write(
        ref=ref, side="crm", entity=entity, id=record_id, fields=fields, key=key, name=name, expect_version=expect,
        parent=parent,
    )  # fmt: skip


def books_write(ref: str, record_id: str | None = None, *, key: str | None = None, **given: Any) -> Write:
    """`fields` holds dotted paths; the others are Write's own."""
    fields = given.pop("fields", {})
    return Write(
        ref=ref, side="books", entity="customers", id=record_id, fields=fields, key=key,
        name=fields.get("contact_name", ""), kind=given.pop("kind", "business"), **given,
    )  # fmt: skip


def book(entity: str, ref: str, record_id: str | None = None, *, fields: Any = None, **given: Any) -> Write:
    """A write to an entity of Books; `given` is Write's own."""
    fields = fields or {}
    name = str(fields.get("contact_name") or fields.get("name") or "")
    return Write(
        ref=ref,
        side="books",
        entity=entity,
        id=record_id,
        fields=fields,
        **{"name": name, "kind": KINDS[entity], **given},
    )


async def single(side: ZohoSide, paths: Any, write: Write) -> Any:
    """The outcome of one write."""
    return (await outcomes(side.write(tuple(paths), [write])))[write.ref]


async def one(side: ZohoSide, entity: str, fields: tuple[str, ...], record_id: str) -> Record:
    (record,) = await side.read(entity, fields, [record_id])
    return record
