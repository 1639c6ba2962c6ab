from __future__ import annotations

import http.client
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sandbox.client import Client

Start = Callable[..., Client]


@pytest.fixture
def limited(started: Start) -> Client:
    return started(accounts=20, limits="free", clock="frozen")


def _codes(client: Client, calls: int) -> list[int]:
    return [client.books("GET", "contacts", per_page=1).json()["code"] for _ in range(calls)]


def test_the_line_tells_the_budget(limited: Client) -> None:
    assert limited.zoho.info["limits"] == {
        "mode": "free",
        "books": {"per_minute": 100, "per_day": 1_000, "in_flight": 5},
        "crm": {"credits": 5_000, "in_flight": 5, "sub_in_flight": 10},
    }


def test_a_hundred_books_calls_a_minute(limited: Client) -> None:
    codes = _codes(limited, 102)
    assert codes == [0] * 100 + [44] * 2
    limited.zoho.control("POST", "time", {"advance": 61})
    assert _codes(limited, 1) == [0]


def test_code_43_blocks_for_an_hour(limited: Client) -> None:
    limited.zoho.switch("books.minute_code", 43)
    assert _codes(limited, 101)[-1] == 43
    refused = limited.books("GET", "contacts")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    limited.zoho.control("POST", "time", {"advance": 3_500})
    assert _codes(limited, 1) == [43]
    limited.zoho.control("POST", "time", {"advance": 101})
    limited.authorise(limited.renew().json()["access_token"])
    assert _codes(limited, 1) == [0]


def test_bursts_end_in_the_hour_long_block(limited: Client) -> None:
    limited.zoho.switch("books.burst_calls", 105)
    assert _codes(limited, 106)[-2:] == [44, 43]


def test_the_day_of_books_ends(limited: Client) -> None:
    for _ in range(10):
        assert _codes(limited, 100) == [0] * 100
        limited.zoho.control("POST", "time", {"advance": 61})
    answer = limited.books("GET", "contacts")
    assert (answer.status_code, answer.json()["code"]) == (429, 45)
    assert answer.json()["message"].endswith("maximum call rate limit of 1000.")
    limited.zoho.control("POST", "time", {"advance": 86_400})
    limited.authorise(limited.renew().json()["access_token"])
    assert _codes(limited, 1) == [0]


def test_books_tells_how_much_of_the_day_is_left(limited: Client) -> None:
    headers = limited.books("GET", "contacts").headers
    assert (headers["x-rate-limit-limit"], headers["x-rate-limit-remaining"]) == ("1000", "999")
    assert 0 < int(headers["x-rate-limit-reset"]) <= 86_400
    assert "x-rate-limit-limit" not in limited.http.get("/books/v3/organizations").headers
    limited.zoho.switch("books.rate_headers", False)
    assert "x-rate-limit-limit" not in limited.books("GET", "contacts").headers


def _sixth(started: Start, side: str, path: str) -> Any:
    """What a sixth call is told while five are in flight, where a delay keeps them."""
    client = started(accounts=20, limits="free", clock="frozen")
    client.zoho.fault(kind="delay", side=side, seconds=60, count=5)
    path = path.format(client.zoho.info["books"]["organization_id"])
    headers, world = {"Authorization": client.http.headers["Authorization"]}, client.zoho.world
    held = [http.client.HTTPConnection(urlsplit(client.zoho.base_url).netloc) for _ in range(5)]
    for each in held:
        each.request("GET", path, headers=headers)
    while world is not None and world.limits.in_flight(side) < 5:
        client.zoho.control("GET", "faults")
    answer = client.http.get(path)
    for each in held:
        each.close()
    assert answer.status_code == 429
    return answer.json()["code"]


def test_too_many_books_calls_at_once(started: Start) -> None:
    assert _sixth(started, "books", "/books/v3/contacts?organization_id={}") == 1070


def test_too_many_crm_calls_at_once(started: Start) -> None:
    assert _sixth(started, "crm", "/crm/v8/org") == "TOO_MANY_REQUESTS"


def test_crm_credits_run_out_and_come_back_after_a_day(limited: Client) -> None:
    rows = {"data": [{"Account_Name": "A", "Phone": "1"}] * 100}
    assert limited.zoho.world is not None
    limited.zoho.world.limits.spent = 4_985
    limited.zoho.world.limits.credits.append((limited.zoho.world.clock.now(), 4_985))
    assert limited.crm("POST", "Accounts", json=rows).status_code == 201
    answer = limited.crm("POST", "Accounts", json=rows)
    assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_REQUESTS")
    assert "Retry-After" not in answer.headers
    limited.zoho.control("POST", "time", {"advance": 86_400})
    limited.authorise(limited.renew().json()["access_token"])
    assert limited.crm("POST", "Accounts", json=rows).status_code == 201


def test_crm_tells_the_rest_of_its_credits_from_half_on(limited: Client) -> None:
    assert "x-api-credits-remaining" not in limited.crm("GET", "org").headers
    assert limited.zoho.world is not None
    limited.zoho.world.limits.spent = 2_500
    assert limited.crm("GET", "org").headers["x-api-credits-remaining"] == "2499"


def test_without_limits_nothing_is_counted(client: Client) -> None:
    assert set(_codes(client, 120)) == {0}
    assert client.zoho.info["limits"] == {"mode": "off"}
