"""Pulling 100,000 records from a loopback server, against a raw socket and orjson (design.md §9: at least 0.38 ×).

Two servers: the sandbox in a process of its own, and one that serves the same pages from memory, where nothing but
the client is left to measure. `own` is the process's own time, which other work on the machine disturbs less. The
asserts are floors far below the targets: a figure is read, it decides nothing. Run with `pytest -m bench -s
tests/bench/test_wire.py`.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.sandbox.testing import RunningSandbox
from tests.bench.canned import Raw, access_token, books_pages, crm_pages, served
from tests.zoho.conftest import BOOKS_FIELDS, CRM_FIELDS, Ground

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]
RECORDS = 100_000
ROUNDS = 3
CRM_LIST = ",".join([*CRM_FIELDS, "Modified_Time", "Created_Time", "Owner"])


def raw_crm(base_url: str, token: str) -> int:
    path = "/crm/v8/Accounts?per_page=200&fields=" + CRM_LIST
    total, following = 0, ""
    with Raw(base_url, token) as raw:
        while following is not None:
            page = raw.get(path + (f"&page_token={following}" if following else ""))
            total += len(page["data"])
            following = page["info"]["next_page_token"]
    return total


def raw_books(base_url: str, token: str, organisation: str) -> int:
    path = f"/books/v3/contacts?organization_id={organisation}&contact_type=customer&filter_by=Status.All"
    path += "&sort_column=created_time&sort_order=A&per_page=200&page="
    total, number, more = 0, 1, True
    with Raw(base_url, token) as raw:
        while more:
            page = raw.get(f"{path}{number}")
            total += len(page["contacts"])
            number, more = number + 1, page["page_context"]["has_more_page"]
    return total


async def ours(ground: Ground, service: str) -> int:
    side = ground.open(service)
    entity, fields = ("Accounts", CRM_FIELDS) if service == "crm" else ("customers", BOOKS_FIELDS)
    total = 0
    async for batch in side.changes(entity, fields, None):
        total += len(batch)
    await side.close()
    return total


def ratio(label: str, raw: Callable[[], int], pull: Callable[[], int]) -> float:
    """The best of some rounds of each, one beside the other: the raw reader's time over ours."""
    best, own = {"raw": 1e9, "ours": 1e9}, {"raw": 1e9, "ours": 1e9}
    for _ in range(ROUNDS):
        for name, run in (("raw", raw), ("ours", pull)):
            gc.collect()
            begin, worked = time.perf_counter(), time.process_time()
            assert run() == RECORDS
            best[name] = min(best[name], time.perf_counter() - begin)
            own[name] = min(own[name], time.process_time() - worked)
    found = best["raw"] / best["ours"]
    print(
        f"\n{label}: raw {best['raw']:.2f} s (own {own['raw']:.2f}), "
        f"ours {best['ours']:.2f} s (own {own['ours']:.2f}), ratio {found:.2f}"
    )
    return found


@pytest.fixture(scope="module")
def big() -> Iterator[RunningSandbox]:
    with RunningSandbox(accounts=RECORDS, seed=5, process=True, planted=False) as zoho:
        yield zoho


def test_a_pull_from_the_sandbox(big: RunningSandbox) -> None:
    token, ground = access_token(big), Ground(big)
    found = ratio("CRM, sandbox", lambda: raw_crm(big.base_url, token), lambda: asyncio.run(ours(ground, "crm")))
    assert found > 0.15


@contextmanager
def canned(zoho: RunningSandbox, service: str, folder: Path, delay: float) -> Iterator[tuple[str, Any]]:
    """A server of pages from memory, `delay` seconds away: its URL, and a pull from it."""
    pages = crm_pages(zoho, CRM_LIST, RECORDS) if service == "crm" else books_pages(zoho, RECORDS)
    with served(pages, folder, delay) as base_url:
        ground = Ground(zoho)
        reference = msgspec.structs.replace(ground.organisation(service), api_url=base_url)
        ground.organisation = lambda *_: reference  # type: ignore[assignment,method-assign]
        yield base_url, with_metadata(ground, service)


@pytest.mark.parametrize("service", ["crm", "books"])
def test_a_pull_of_pages_from_memory(big: RunningSandbox, service: str, tmp_path: Path) -> None:
    organisation = big.info["books"]["organization_id"]
    with canned(big, service, tmp_path, 0) as (base_url, pull):
        raw = partial(raw_crm, base_url, "x") if service == "crm" else partial(raw_books, base_url, "x", organisation)
        assert ratio(f"{service}, from memory", raw, lambda: asyncio.run(pull())) > 0.05


def test_a_pull_from_a_hundred_milliseconds_away(big: RunningSandbox, tmp_path: Path) -> None:
    """Books pages come ten at a time; CRM's page tokens make each page wait for the one before it."""
    with canned(big, "books", tmp_path, 0.1) as (base_url, pull):

        def raw() -> int:
            with ThreadPoolExecutor(10) as pool:
                return sum(pool.map(partial(_every_tenth, base_url), range(10)))

        assert ratio("books, 100 ms away, 10 in flight", raw, lambda: asyncio.run(pull())) > 0.5


def _every_tenth(base_url: str, first: int) -> int:
    with Raw(base_url, "x") as raw:
        pages = range(first + 1, RECORDS // 200 + 1, 10)
        return sum(len(raw.get(f"/books/v3/contacts?per_page=200&page={number}")["contacts"]) for number in pages)


def with_metadata(ground: Ground, service: str) -> Any:
    """A pull whose metadata is known: the canned server holds record pages only."""

    async def pull() -> int:
        side = ground.open(service)
        known = Ground(ground.zoho).open(service)
        if service == "crm":
            from core.zoho.crm.entities import entity_of as crm_entity

            await known._metadata.load(crm_entity("Accounts"))
            side._metadata._modules = known._metadata._modules
            entity, fields = "Accounts", CRM_FIELDS
        else:
            from core.zoho.books.entities import entity_of as books_entity

            await known._metadata.load(books_entity("customers"))
            side._metadata._known = known._metadata._known
            entity, fields = "customers", BOOKS_FIELDS
        total = 0
        async for batch in side.changes(entity, fields, None):
            total += len(batch)
        await side.close()
        await known.close()
        return total

    return pull
