"""A first sync of 10,000 accounts, durable, against a bare httpx loop that sends the same requests (at most 1.5 ×).

With limits off nothing is left to wait for but the other side and ourselves. The loop sends what the sync sent, in its
order and with its width, to a sandbox of the same seed, and does nothing with the answers. Run with `pytest -m "long
and bench" -s tests/bench/test_first_sync.py`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec import structs

from core.engine.engine import Engine
from core.model.catalogue import default_setup
from core.sandbox.testing import RunningSandbox
from core.store.profile import ProfileStore
from core.zoho.transport import Transport
from tests.bench.canned import access_token
from tests.engine.real import RealClock
from tests.engine.test_against_sandbox import sides, sync

pytestmark = [pytest.mark.long, pytest.mark.bench, pytest.mark.timeout(1_800)]
ACCOUNTS, WIDTH = 10_000, 10
Sent = tuple[str, str, dict[str, str], bytes | None]


@contextmanager
def overheard() -> Iterator[list[Sent]]:
    """What goes over the wire, in its order."""
    sent: list[Sent] = []
    exchange = Transport.exchange

    async def told(
        self: Transport, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None, *more: Any
    ) -> Any:
        sent.append((method, url, dict(headers), content))
        return await exchange(self, method, url, headers, content, *more)

    Transport.exchange = told  # type: ignore[method-assign,assignment]
    try:
        yield sent
    finally:
        Transport.exchange = exchange  # type: ignore[method-assign]


async def first_sync(zoho: RunningSandbox, folder: Path) -> tuple[float, list[Sent]]:
    store = ProfileStore.open(folder)
    async with sides(zoho) as opened:
        made = Engine(crm=opened["crm"], books=opened["books"], store=store, clock=RealClock(), emit=lambda _: None)
        await made.prepare(structs.replace(default_setup("customers"), duplicates="clone"))
        with overheard() as sent:
            began = time.perf_counter()
            run = await sync(made)
            took = time.perf_counter() - began
    store.close()
    assert run.counts["to_books"].created > ACCOUNTS * 0.9
    return took, sent


async def bare(zoho: RunningSandbox, origin: str, sent: list[Sent]) -> float:
    token = {"Authorization": f"Zoho-oauthtoken {access_token(zoho)}"}
    requests = iter(sent)
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:

        async def send() -> None:
            for method, url, headers, content in requests:
                here = url.replace(origin, zoho.base_url)
                await client.request(method, here, headers={**headers, **token}, content=content)

        began = time.perf_counter()
        await asyncio.gather(*(send() for _ in range(WIDTH)))
        return time.perf_counter() - began


def world() -> RunningSandbox:
    return RunningSandbox(accounts=ACCOUNTS, seed=11, process=True, planted=False)


async def test_a_first_sync_takes_little_more_than_its_requests(tmp_path: Path) -> None:
    with world() as zoho:
        origin = zoho.base_url
        ours, sent = await first_sync(zoho, tmp_path)
    with world() as zoho:
        floor = await bare(zoho, origin, sent)
        made = len(zoho.control("GET", "truth/books/contacts")["records"])
    assert made > ACCOUNTS * 0.9, "the loop has made the same"
    print(f"\nfirst sync of {ACCOUNTS}: {ours:.1f} s; {len(sent)} bare requests: {floor:.1f} s; {ours / floor:.2f} x")
    assert ours < 6 * floor
