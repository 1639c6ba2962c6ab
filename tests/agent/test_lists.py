"""Big lists: what they show, in which order, and that they keep up with commits."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from core.agent.listing import Lists, listing_id, query_of
from core.agent.rowtable import RowTable
from core.agent.state import ListedStore
from core.engine.ports import Commit
from core.model.link import Link, Seen
from core.model.problems import Problem
from core.model.run import Failure
from core.plan.normalise import fold_name
from core.service import ListQuery, Row
from tests.agent.doubles import Hands


def crm(id_: str, name: str, **more: object) -> Seen:
    made = {"side": "crm", "entity": "Accounts", "id": id_, "name": name, "folded": fold_name(name), "version": "v1"}
    return Seen(**made | more)  # type: ignore[arg-type]


def books(id_: str, name: str, **more: object) -> Seen:
    made = {"side": "books", "entity": "customers", "id": id_, "name": name, "folded": fold_name(name), "version": "v1"}
    return Seen(**made | {"kind": "business"} | more)  # type: ignore[arg-type]


def link(crm_id: str, books_id: str, name: str = "", **more: object) -> Link:
    return Link(module="customers", crm_id=crm_id, books_id=books_id, name=name, **more)  # type: ignore[arg-type]


def failure(crm_id: str = "", books_id: str = "", reason: str = "F12") -> Failure:
    direction = "to_books" if crm_id else "to_crm"
    return Failure(
        module="customers", direction=direction, crm_id=crm_id, books_id=books_id, reason=reason, message="taken"
    )  # fmt: skip


def test_loading_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[int] = []
    ListedStore.load(tmp_path / "profile", told.append).close()
    assert told == sorted(told)
    assert told[0] > 0 and told[-1] < 100 and len(told) > 1


class World:
    """A store with lists over it."""

    def __init__(self, store: ListedStore) -> None:
        self.store, self.clock = store, Hands()
        self.table = RowTable(store, "customers", "accounts")
        store.listeners.append(self.table.note)
        self.lists = Lists(self.table, self.clock, store.generation)

    def commit(self, **parts: object) -> None:
        self.store.commit(Commit(**parts))  # type: ignore[arg-type]

    async def rows(self, **query: object) -> list[Row]:
        asked = ListQuery(module="customers", **query)  # type: ignore[arg-type]
        opened = await self.lists.open(asked)
        found = await self.lists.window(asked, 0, 1_000)
        assert (found.listing, found.start, len(found.rows)) == (opened, 0, min(opened.count, 1_000))
        return list(found.rows)

    async def names(self, **query: object) -> list[str]:
        return [each.name for each in await self.rows(**query)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store = ListedStore.load(tmp_path / "profile", lambda percent: None)
    yield World(store)
    store.close()


@pytest.fixture
def mixed(world: World) -> World:
    """A pair, a lone record on either side, an inactive one, and one that failed."""
    world.commit(
        seen=[
            crm("1", "Beta", owner="Sato"), books("b1", "Beta K.K.", receivable="1200"),
            crm("2", "Alpha", owner="Abe"),
            books("b3", "Gamma", receivable="30", kind="individual"),
            books("b4", "Delta", active=False, receivable="-5"),
        ],
        links=[link("1", "b1", synced_at="2026-01-02T00:00:00Z")],
        failures=[failure(crm_id="2")],
    )  # fmt: skip
    return world


async def test_a_row_is_a_pair_or_a_lone_record(mixed: World) -> None:
    rows = {each.key: each for each in await mixed.rows()}
    assert set(rows) == {"customers:1:b1", "crm:Accounts:2", "books:customers:b3", "books:customers:b4"}
    assert rows["customers:1:b1"] == Row(
        key="customers:1:b1", name="Beta", kind="business", state="linked", crm_id="1", books_id="b1", owner="Sato",
        receivable="1200", synced_at="2026-01-02T00:00:00Z",
    )  # fmt: skip
    assert (rows["crm:Accounts:2"].state, rows["crm:Accounts:2"].failed) == ("crm_only", "F12")
    assert rows["books:customers:b4"].active is False


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("all", ["Alpha", "Beta", "Delta", "Gamma"]),
        ("crm", ["Beta"]),
        ("not_in_crm", ["Delta", "Gamma"]),
        ("not_in_books", ["Alpha"]),
        ("individual", ["Gamma"]),
        ("business", ["Beta", "Delta"]),
        ("inactive", ["Delta"]),
        ("failures", ["Alpha"]),
    ],
)
async def test_filters(mixed: World, name: str, expected: list[str]) -> None:
    assert await mixed.names(filter=name) == expected


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("name", ["Alpha", "Beta", "Delta", "Gamma"]),
        ("owner", ["Delta", "Gamma", "Alpha", "Beta"]),
        ("receivable", ["Delta", "Alpha", "Gamma", "Beta"]),
        ("state", ["Delta", "Gamma", "Alpha", "Beta"]),
        ("synced_at", ["Alpha", "Delta", "Gamma", "Beta"]),
        ("kind", ["Beta", "Delta", "Gamma", "Alpha"]),
    ],
)
async def test_columns_sort_with_ties_by_name(mixed: World, column: str, expected: list[str]) -> None:
    assert await mixed.names(sort=column) == expected


async def test_descending_turns_the_names_round(mixed: World) -> None:
    assert await mixed.names(descending=True) == ["Gamma", "Delta", "Beta", "Alpha"]
    assert await mixed.names(sort="receivable", descending=True) == ["Beta", "Gamma", "Alpha", "Delta"]


async def test_text_finds_every_word_whatever_its_width_and_case(world: World) -> None:
    world.commit(seen=[crm("1", "ﾔﾏﾀﾞ商事 Tokyo"), crm("2", "ヤマダ電機 Osaka"), crm("3", "Tokyo Trading")])
    assert await world.names(text="ヤマダ") == ["ヤマダ商事 Tokyo", "ヤマダ電機 Osaka"] or await world.names(
        text="ヤマダ"
    ) == ["ﾔﾏﾀﾞ商事 Tokyo", "ヤマダ電機 Osaka"]
    assert await world.names(text="ＴＯＫＹＯ 商事") == ["ﾔﾏﾀﾞ商事 Tokyo"]
    assert await world.names(text="osaka tokyo") == []


async def test_typing_on_finds_what_typing_at_once_finds(world: World) -> None:
    dice = Random(5)
    names = ["".join(dice.choices("abc ", k=8)).strip() + "!" for _ in range(300)]
    world.commit(seen=[crm(str(n), name) for n, name in enumerate(names)])
    for text in ("a", "ab", "ab c", "ab ca", "b", "ba"):
        found = await world.names(text=text)
        assert found == sorted(
            (n for n in names if all(word in fold_name(n) for word in text.split())), key=lambda n: (fold_name(n), "")
        ) or sorted(found) == sorted(n for n in names if all(word in fold_name(n) for word in text.split()))


async def test_a_lists_id_is_its_query() -> None:
    query = ListQuery(module="customers", text="株式会社", sort="owner", descending=True)
    assert query_of(listing_id(query)) == query
    with pytest.raises(Problem) as caught:
        query_of("no such list")
    assert caught.value.code == "not_found"


async def test_windows_are_cut_from_the_whole(world: World) -> None:
    world.commit(seen=[crm(str(n), f"name {n:03}") for n in range(50)])
    query = ListQuery(module="customers")
    await world.lists.open(query)
    window = await world.lists.window(query, 45, 60)
    assert (window.start, [each.name for each in window.rows]) == (45, [f"name {n:03}" for n in range(45, 50)])
    assert (await world.lists.window(query, 90, 99)).rows == ()


async def test_a_window_is_made_anew_when_it_is_old_and_records_moved_on(mixed: World) -> None:
    query = ListQuery(module="customers")
    before = await mixed.lists.open(query)
    mixed.commit(seen=[crm("9", "Aardvark")])
    young = await mixed.lists.window(query, 0, 10)
    assert young.listing == before
    await mixed.clock.advance(1)
    old = await mixed.lists.window(query, 0, 10)
    assert [each.name for each in old.rows][:2] == ["Aardvark", "Alpha"]
    assert (old.listing.count, old.listing.generation > before.generation) == (5, True)


async def test_a_row_that_becomes_a_pair_swallows_the_other_half(mixed: World) -> None:
    await mixed.rows()
    mixed.commit(links=[link("2", "b3")], clear_failures=["customers:to_books:2"])
    rows = {each.key: each for each in await mixed.rows()}
    assert set(rows) == {"customers:1:b1", "customers:2:b3", "books:customers:b4"}
    assert rows["customers:2:b3"].failed == ""


async def test_a_pair_that_parts_becomes_two_rows(mixed: World) -> None:
    await mixed.rows()
    mixed.commit(drop_links=["customers:1:b1"])
    assert {each.key for each in await mixed.rows()} == {
        "crm:Accounts:1", "books:customers:b1", "crm:Accounts:2", "books:customers:b3", "books:customers:b4",
    }  # fmt: skip


async def test_a_record_that_is_paired_anew_leaves_its_old_half_alone(mixed: World) -> None:
    await mixed.rows()
    mixed.commit(drop_links=["customers:1:b1"], links=[link("1", "b4")])
    assert {each.key for each in await mixed.rows()} == {
        "customers:1:b4", "books:customers:b1", "crm:Accounts:2", "books:customers:b3",
    }  # fmt: skip


async def test_a_record_that_goes_takes_its_row_with_it(mixed: World) -> None:
    await mixed.rows()
    mixed.commit(drop_seen=["crm:Accounts:2"])
    assert "Alpha" not in await mixed.names()


async def test_a_link_whose_records_were_never_listed_has_the_links_name(world: World) -> None:
    world.commit(links=[link("1", "b1", name="Remembered")])
    assert [(each.name, each.kind) for each in await world.rows()] == [("Remembered", "other")]


async def test_any_sequence_of_commits_ends_where_a_fresh_table_begins(world: World) -> None:
    dice = Random(7)
    await world.rows()
    for step in range(300):
        a, b = str(dice.randrange(12)), f"b{dice.randrange(12)}"
        held = [
            each.key
            for each in (world.store.link_of("customers", "crm", a), world.store.link_of("customers", "books", b))
            if each is not None
        ]
        world.commit(**dice.choice([
            {"seen": [crm(a, f"name {dice.randrange(5)}")]},
            {"seen": [books(b, f"name {dice.randrange(5)}", active=bool(step % 2))]},
            {"drop_links": held, "links": [link(a, b, name="pair", synced_at=str(step))]},
            {"drop_links": held},
            {"drop_seen": [f"crm:Accounts:{a}"]},
            {"failures": [failure(crm_id=a)]},
            {"clear_failures": [f"customers:to_books:{a}"]},
        ]))  # fmt: skip
        if step % 3 == 0:
            fresh = World(world.store)
            assert await world.rows() == await fresh.rows()
            world.store.listeners.remove(fresh.table.note)


async def test_a_commit_while_the_table_is_made_is_not_missed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.commit(seen=[crm(str(n), f"name {n}") for n in range(900)])
    late = iter([crm("late", "late"), crm("0", "renamed")])

    async def commit_meanwhile() -> None:
        if (seen := next(late, None)) is not None:
            world.commit(seen=[seen])

    monkeypatch.setattr("core.agent.rowtable.breathe", commit_meanwhile)
    names = await world.names()
    assert {"late", "renamed"} <= set(names)
    assert "name 0" not in names
