"""The record store against a plain sorted list, and the price of a page far down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.sandbox.sources import Row
from core.sandbox.table import By, Table
from core.sandbox.testing import RunningSandbox
from core.sandbox.world.build import build_world
from core.sandbox.world.source import Generated
from tests.sandbox.client import Client

SIZE = 12


def _table(size: int) -> Table:
    keys = ("id", "made", "seen")
    return Table(
        Generated(lambda index: {"n": index}, size, seed=1, start=1_800_000_000, prefix=111, first=0, keys=keys),
        id_key=keys[0], created_key=keys[1], modified_key=keys[2],
    )  # fmt: skip


edits = st.lists(
    st.tuples(st.sampled_from(["put", "remove", "touch"]), st.integers(0, SIZE + 4), st.integers(0, 3_000_000_000)),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(edits, st.sampled_from(["id", "created", "modified"]), st.booleans(), st.integers(0, SIZE + 6))
def test_every_order_agrees_with_a_sorted_list(done: list[tuple[str, int, int]], by: By, down: bool, rank: int) -> None:
    table = _table(SIZE)
    model: dict[str, Row] = {row["id"]: row for row in table.rows()}
    for what, number, moment in done:
        record_id = f"111{number:012d}"
        if what == "remove":
            table.remove(record_id)
            model.pop(record_id, None)
        elif what == "put" or record_id in model:
            made = model[record_id]["made"] if record_id in model else moment
            model[record_id] = {"id": record_id, "made": made, "seen": moment}
            table.put(dict(model[record_id]))
    key = {"id": lambda row: (0, row["id"]), "created": lambda row: (row["made"], row["id"]),
           "modified": lambda row: (row["seen"], row["id"])}[by]  # fmt: skip
    places = sorted(map(key, model.values()), reverse=down)
    expected = [place[1] for place in places]
    assert list(table.walk(by, descending=down)) == expected
    assert len(table) == len(expected)
    assert list(table.walk_from_rank(by, rank, descending=down)) == expected[rank:]
    for place, position in enumerate(places):
        assert list(table.walk(by, descending=down, after=position)) == expected[place + 1 :]
        assert table.count_after(by, position) == (place if down else len(places) - place - 1)


def _best(ask: Callable[[], object], times: int = 7) -> float:
    def once() -> float:
        begun = time.perf_counter()
        ask()
        return time.perf_counter() - begun

    return min(once() for _ in range(times))


@pytest.fixture(scope="module")
def large() -> Iterator[Client]:
    with RunningSandbox(100_000, 2) as zoho:
        client = Client(zoho)
        yield client
        client.http.close()


def test_a_page_far_down_costs_no_more_than_the_first() -> None:
    table = _table(1_000_000)
    first = _best(lambda: list(islice(table.walk_from_rank("modified", 0), 200)))
    last = _best(lambda: list(islice(table.walk_from_rank("modified", 999_700), 200)))
    assert last < 5 * first


@pytest.mark.bench
def test_bench_pages_of_a_hundred_thousand(large: Client, capsys: pytest.CaptureFixture[str]) -> None:
    fields = "Account_Name,Phone,Website,Billing_City,Modified_Time"
    token: str | None = None
    first_token: str | None = None
    last_token: str | None = None
    pages = 0
    query: dict[str, Any]
    while True:
        query = {"page_token": token} if token else {"page": 1}
        page = large.crm("GET", "Accounts", fields=fields, **query).json()
        pages += 1
        if not page["info"]["more_records"]:
            break
        last_token, token = token, page["info"]["next_page_token"]
        first_token = first_token or token
    early = _best(lambda: large.crm("GET", "Accounts", fields=fields, page_token=first_token))
    late = _best(lambda: large.crm("GET", "Accounts", fields=fields, page_token=last_token))
    static = _best(lambda: large.crm("GET", "settings/fields", module="Accounts"))
    with capsys.disabled():
        print(
            f"\npages {pages}; page 499 / page 2 = {late / early:.2f}; a page / the fields reply = {early / static:.2f}"
        )


def test_a_million_accounts_start_as_fast_as_few(large: Client) -> None:
    assert _best(lambda: build_world(1_000_000, 2), 1) < 2.0


def test_all_of_a_hundred_thousand_are_reached_by_token(large: Client) -> None:
    page = large.crm("GET", "Accounts", fields="Phone", sort_by="Modified_Time", sort_order="asc").json()
    assert page["info"]["more_records"]
    assert large.crm("GET", "Accounts/actions/count").json() == {"count": 100_000}
