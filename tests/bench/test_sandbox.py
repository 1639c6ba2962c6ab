"""Ratios of the sandbox, taken side by side in one run: pages at 100,000 records, a start with a million accounts.

``pytest -m bench -s tests/bench/test_sandbox.py``. The floor of a page is the same server answering the same bytes from
memory; the floor of a start is an empty world.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import orjson
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from core.sandbox.connections import NotingProtocol
from core.sandbox.server import Announcing, listening
from core.sandbox.testing import RunningSandbox
from tests.sandbox.client import Client

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

ROUNDS, WARM = 120, 20
FIELDS = "Account_Name,Phone,Website,Billing_City,Modified_Time"


def say(figure: str) -> None:
    print(figure)


class Static:
    """A server that answers one body to everything."""

    def __init__(self, body: bytes) -> None:
        self._body, ready = body, threading.Event()
        opened = listening(0)
        self.url = f"http://127.0.0.1:{opened.getsockname()[1]}"
        import uvicorn

        config = uvicorn.Config(
            self, http=NotingProtocol, ws="none", lifespan="off", loop="asyncio", log_level="warning",
            access_log=False, server_header=False, date_header=False,
        )  # fmt: skip
        self._server = Announcing(config, ready.set)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve(sockets=[opened])), daemon=True)
        self._thread.start()
        assert ready.wait(30)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Response(self._body, media_type="application/json")(scope, receive, send)

    def stop(self) -> None:
        self._server.stop()
        self._thread.join(10)


def one(http: httpx.Client, url: str, params: dict[str, str]) -> float:
    began = time.perf_counter()
    http.get(url, params=params).read()
    return time.perf_counter() - began


def medians(http: httpx.Client, *asked: tuple[str, dict[str, str]]) -> list[float]:
    """The median of each, taken in turns so that a busy machine slows all of them."""
    times: list[list[float]] = [[] for _ in asked]
    for turn in range(WARM + ROUNDS):
        for held, (url, params) in zip(times, asked, strict=True):
            took = one(http, url, params)
            if turn >= WARM:
                held.append(took)
    return [statistics.median(held) for held in times]


@pytest.mark.parametrize("place", ["first", "deep"])
@pytest.mark.parametrize("side", ["crm", "books"])
def test_a_page_of_200_costs_at_most_three_static_replies(side: str, place: str) -> None:
    with RunningSandbox(100_000, 7) as zoho:
        client = Client(zoho)
        if side == "crm":
            url, params = "/crm/v8/Accounts", {"fields": FIELDS, "per_page": "200"}
            if place == "deep":
                for _ in range(60):
                    info = client.http.get(url, params=params).json()["info"]
                    params["page_token"] = info["next_page_token"]
        else:
            organisation = zoho.info["books"]["organization_id"]
            page = "1" if place == "first" else "15"
            url = "/books/v3/contacts"
            params = {"organization_id": organisation, "filter_by": "Status.All", "sort_column": "created_time",
                      "page": page}  # fmt: skip
        body = client.http.get(url, params=params).content
        floor = Static(body)
        ours, theirs = medians(client.http, (url, params), (floor.url, params))
        floor.stop()
        client.http.close()
    say(f"{side} {place} page: {ours * 1e3:.2f} ms, static {theirs * 1e3:.2f} ms, ratio {ours / theirs:.2f} "
        f"({len(body):,} bytes)")  # fmt: skip


def started(accounts: int) -> tuple[float, float]:
    """(seconds until it answers its first page, resident megabytes then)."""
    command = [sys.executable, "-m", "core.sandbox", "--die-with-stdin", "--accounts", str(accounts)]
    began = time.perf_counter()
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None and child.stdout is not None
    info = orjson.loads(child.stdout.readline())
    took = time.perf_counter() - began
    form = {"client_id": info["client_id"], "client_secret": info["client_secret"], "grant_type": "refresh_token",
            "refresh_token": info["refresh_token"]}  # fmt: skip
    with httpx.Client(base_url=info["base_url"], trust_env=False) as http:
        token = http.post("/oauth/v2/token", data=form).json()["access_token"]
        http.headers["Authorization"] = f"Zoho-oauthtoken {token}"
        for _ in range(20):
            http.get("/crm/v8/Accounts", params={"fields": FIELDS})
    status = Path(f"/proc/{child.pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024
    child.stdin.close()
    child.wait(10)
    child.stdout.close()
    return took, resident


def test_a_million_accounts_start_like_none() -> None:
    empty = [started(0) for _ in range(5)]
    full = [started(1_000_000) for _ in range(5)]
    ratio = statistics.median(took for took, _ in full) / statistics.median(took for took, _ in empty)
    say(f"start: a million {statistics.median(took for took, _ in full):.2f} s, empty "
        f"{statistics.median(took for took, _ in empty):.2f} s, ratio {ratio:.2f}; "
        f"resident {max(size for _, size in full):.0f} MB")  # fmt: skip


@pytest.mark.parametrize("module", ["Accounts", "Contacts"])
def test_pages_that_nobody_read_before(module: str) -> None:
    """A walk through 100,000 records, against static replies: what the first reading costs.

    The quietest tenth of the replies of each counts, because a busy machine slows some of them by chance.
    """
    fields = FIELDS if module == "Accounts" else "First_Name,Last_Name,Email,Phone,Account_Name,Modified_Time"
    with RunningSandbox(100_000, 7) as zoho:
        client = Client(zoho)
        url, params = f"/crm/v8/{module}", {"fields": fields}
        floor, ours, theirs = Static(client.http.get(url, params=params).content), [], []
        for _ in range(400):
            began = time.perf_counter()
            answer = client.http.get(url, params=params)
            ours.append(time.perf_counter() - began)
            params["page_token"] = answer.json()["info"]["next_page_token"]
            theirs.append(one(client.http, floor.url, params))
        floor.stop()
        client.http.close()
    (took, typical), (least, usual) = ((statistics.quantiles(each, n=10)[0], statistics.median(each))
                                       for each in (ours, theirs))  # fmt: skip
    say(f"crm page of {module} for the first time: {took * 1e3:.2f} ms, static {least * 1e3:.2f} ms, "
        f"ratio {took / least:.2f} (of the medians {typical / usual:.2f})")  # fmt: skip


@pytest.mark.parametrize("what", ["upsert", "search"])
def test_the_first_look_up_by_name(what: str) -> None:
    """At 100,000 accounts, on a fresh sandbox: what the first one costs, and the second."""
    with RunningSandbox(100_000, 7) as zoho:
        client, took = Client(zoho), []
        names = [row["Account_Name"] for row in client.crm("GET", "Accounts", fields="Account_Name").json()["data"]]
        name = next(each for each in names if "(" not in each)
        for _ in range(2):
            began = time.perf_counter()
            if what == "upsert":
                body = {"data": [{"Account_Name": name, "Phone": "03-1"}]}
                answer = client.crm("POST", "Accounts/upsert", json=body)
            else:
                answer = client.crm("GET", "Accounts/search", criteria=f"(Account_Name:equals:{name})")
            assert answer.status_code == 200, answer.text
            took.append(time.perf_counter() - began)
        client.http.close()
    say(f"{what} by name at 100,000 accounts: first {took[0] * 1e3:.1f} ms, then {took[1] * 1e3:.1f} ms")


def test_page_k_does_not_cost_k() -> None:
    """The same list at one hundred and at two hundred thousand records, by number and by token."""
    with RunningSandbox(200_000, 7) as zoho:
        client = Client(zoho)
        path = "/crm/v8/Accounts"
        first, tenth = medians(client.http, (path, {"fields": FIELDS}), (path, {"fields": FIELDS, "page": "10"}))
        client.http.close()
    say(f"page 10 against page 1: ratio {tenth / first:.2f}")
