"""Lists of documents in windows: what they hold, in which order, and that they keep up with commits."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.agent.paperlist import PaperLists, listing_id
from core.agent.state import ListedStore
from core.engine.ports import Commit
from core.model.documents import KINDS, Document, DocumentKind, Tie
from core.model.papers import PaperQuery
from core.model.problems import Problem


def paper(number: int, kind: DocumentKind = "invoice", **more: Any) -> Document:
    given: dict[str, Any] = {
        "kind": kind, "id": str(number), "number": f"{kind[:3].upper()}-{number:05}", "status": "sent",
        "party_id": "9", "party_name": "ザイルカー", "date": f"2026-11-{number % 28 + 1:02}", "total": "5",
    }  # fmt: skip
    return Document(**given | more)


class World:
    """A store of documents and the lists over it."""

    def __init__(self, store: ListedStore) -> None:
        self.store, self.lists = store, PaperLists(store)

    def commit(self, *documents: Document, **parts: Any) -> None:
        self.store.commit(Commit(documents=list(documents), **parts))

    async def found(self, start: int = 0, stop: int = 1_000, **query: Any) -> list[str]:
        rows = await self.lists.window(listing_id(PaperQuery(**query)), start, stop)
        return [each.number for each in rows.rows]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store = ListedStore.load(tmp_path / "profile", lambda percent: None)
    yield World(store)
    store.close()


async def test_newest_come_first_in_windows_and_counts_tell_all(world: World) -> None:
    world.commit(*(paper(number, date=f"2026-{number % 9 + 1:02}-01") for number in range(1, 40)))
    listing = await world.lists.open(PaperQuery())
    whole = await world.found()
    dates = {each.number: each.date for each in world.store.documents()}
    assert (listing.count, listing.kinds, listing.statuses) == (39, {"invoice": 39}, {"sent": 39})
    assert [dates[number] for number in whole] == sorted(dates.values(), reverse=True)
    assert [*await world.found(0, 10), *await world.found(10, 25), *await world.found(25, 99)] == whole
    assert await world.found(50, 60) == []


async def test_a_list_is_narrowed_by_kind_status_and_customer(world: World) -> None:
    world.commit(
        paper(1), paper(2, "estimate", status="draft"), paper(3, status="void", party_id="7"), paper(4, status="draft")
    )
    assert await world.found(kind="invoice", status="draft") == ["INV-00004"]
    assert await world.found(party_id="7") == ["INV-00003"]
    listing = await world.lists.open(PaperQuery(kind="invoice", status="draft"))
    assert (listing.count, listing.statuses) == (1, {"sent": 1, "void": 1, "draft": 1})


async def test_text_is_folded_and_narrows_as_it_is_typed(world: World) -> None:
    world.commit(paper(1), paper(2, party_name="ACME ｶｷﾞ"), paper(3, reference="Acme renewal"))
    for text, count in (("a", 2), ("ac", 2), ("acme", 2), ("acme カギ", 1), ("acme x", 0), ("a", 2)):
        assert len(await world.found(text=text)) == count, text


async def test_commits_show_at_once(world: World) -> None:
    world.commit(paper(1), paper(2))
    assert len(await world.found(status="sent")) == 2
    world.commit(paper(1, status="paid", date="2026-12-24"), paper(3))
    assert await world.found(status="sent") == ["INV-00003", "INV-00002"]
    assert (await world.found())[0] == "INV-00001"


async def test_documents_without_a_deal_are_those_that_neither_they_nor_their_estimate_ties(world: World) -> None:
    world.commit(
        paper(1), paper(2, deal_id="5"), paper(3, native_deal_id="5"), paper(4, "estimate"),
        paper(5, estimate_id="4"), paper(6, "purchaseorder"), paper(7, key="deal:5"),
    )  # fmt: skip
    assert set(await world.found(loose=True)) == {"INV-00001", "EST-00004", "INV-00005"}
    world.commit(ties=[Tie(kind="estimate", document_id="4", deal_id="5", by="person")])
    assert await world.found(loose=True) == ["INV-00001"]
    world.commit(drop_ties=["estimate:4"])
    assert set(await world.found(loose=True)) == {"INV-00001", "EST-00004", "INV-00005"}


async def test_an_id_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(Problem) as caught:
        await world.lists.window("nonsense", 0, 5)
    assert caught.value.code == "not_found"


@pytest.fixture
async def many(tmp_path: Path) -> AsyncIterator[World]:
    store = ListedStore.load(tmp_path / "profile", lambda percent: None)
    world = World(store)
    for start in range(0, 100_000, 5_000):
        kinds = [KINDS[number % 4] for number in range(start, start + 5_000)]
        world.commit(*(paper(start + at, kind, party_name=f"北浜 {start + at}") for at, kind in enumerate(kinds)))
    yield world
    store.close()


@pytest.mark.long
@pytest.mark.bench
async def test_100_000_documents_are_listed_narrowed_and_kept_up(
    many: World, record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    took = {}

    async def timed(name: str, work: Any) -> Any:
        began = time.perf_counter()
        result = await work
        took[name] = round((time.perf_counter() - began) * 1000, 1)
        return result

    await timed("open", many.lists.open(PaperQuery()))
    await timed("window", many.found(50_000, 50_040))
    for text in ("9", "99", "999", "9999"):
        await timed(f"type {text}", many.lists.open(PaperQuery(text=text)))
    await timed("kind", many.lists.open(PaperQuery(kind="invoice")))
    many.commit(*(paper(number, status="paid") for number in range(50)))
    listing = await timed("after a commit", many.lists.open(PaperQuery(status="paid")))
    assert listing.count == 50
    for name, milliseconds in took.items():
        record_property(name, milliseconds)
    with capsys.disabled():
        print(took)
