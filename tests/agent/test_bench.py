"""What a list of 100,000 rows costs, as ratios to the same work without it."""

import asyncio
import time
from collections.abc import Awaitable, Iterator
from pathlib import Path

import pytest

from core.agent.state import ListedStore
from core.engine.ports import Commit
from core.service import ListQuery
from tests.agent.test_lists import World, books, crm, link

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]
ROWS = 100_000


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    store = ListedStore.load(tmp_path_factory.mktemp("big") / "profile", lambda percent: None)
    for start in range(0, ROWS, 5_000):
        part = range(start, start + 5_000)
        names = {n: f"株式会社 Name {n * 7919 % ROWS}" for n in part}
        store.commit(Commit(
            links=[link(str(n), f"b{n}") for n in part],
            seen=[crm(str(n), names[n], owner=f"o{n % 7}") for n in part] + [books(f"b{n}", names[n]) for n in part],
        ))  # fmt: skip
    yield World(store)
    store.close()


class Loop:
    """Measures how long a call takes, and how long it holds the loop at worst; both in seconds."""

    def __init__(self) -> None:
        self.worst = 0.0

    async def time(self, call: Awaitable[object]) -> float:
        stop = asyncio.Event()
        beating = asyncio.create_task(self._beat(stop))
        begun = time.perf_counter()
        await call
        took = time.perf_counter() - begun
        stop.set()
        await beating
        return took

    async def _beat(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            before = time.perf_counter()
            await asyncio.sleep(0)
            self.worst = max(self.worst, time.perf_counter() - before)


def plainly(names: list[str], word: str) -> float:
    """Search a list of names as plainly as can be."""
    begun = time.perf_counter()
    assert [name for name in names if word in name]
    return time.perf_counter() - begun


async def test_a_keystroke_costs_about_as_much_as_a_plain_search(big: World) -> None:
    await big.lists.open(ListQuery(module="customers", text="n"))
    names = [f"株式会社 name {n}" for n in range(ROWS)]
    for text in ("na", "nam", "name 9", "name 99"):
        loop = Loop()
        took = await loop.time(big.lists.open(ListQuery(module="customers", text=text)))
        plain = plainly(names, text.split()[-1])
        print(f"{text!r}: {took * 1000:.1f} ms, {took / plain:.1f} of a plain search, held {loop.worst * 1000:.1f} ms")
        assert took < 6 * plain


async def test_a_list_that_is_there_opens_at_once_and_its_windows_too(big: World) -> None:
    query = ListQuery(module="customers")
    first = await Loop().time(big.lists.open(query))
    again = await Loop().time(big.lists.open(query))
    window = await Loop().time(big.lists.window(query, ROWS // 2, ROWS // 2 + 50))
    print(f"first {first * 1000:.0f} ms, again {again * 1000:.2f} ms, window {window * 1000:.2f} ms")
    assert again < first / 10 or again < 0.005
    assert window < 0.02


async def test_no_work_on_a_list_holds_the_loop_for_long(big: World, tmp_path: Path) -> None:
    loop = Loop()
    for query in (
        ListQuery(module="customers", sort="owner"),
        ListQuery(module="customers", sort="receivable", descending=True),
        ListQuery(module="customers", filter="business", text="株式 12"),
    ):
        await loop.time(big.lists.open(query))
    big.commit(seen=[crm(str(n), f"moved {n}") for n in range(20_000)])
    await loop.time(big.lists.open(ListQuery(module="customers")))
    print(f"held {loop.worst * 1000:.1f} ms at worst")
    assert loop.worst < 0.25
