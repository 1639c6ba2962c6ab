"""The invariants of design.md that concern planning and executing, each as a property under its number."""

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from core.engine.ports import Commit
from core.model.plan import Plan
from core.model.problems import Problem
from core.model.record import Refused, Write
from core.model.setup import Profile
from core.plan.normalise import same
from tests.engine.strategies import apply, bends, books_fields, crm_fields, edits, moderately, names, worlds
from tests.engine.world import World

policies = st.sampled_from(("skip", "overwrite", "clone"))
conflicts = st.sampled_from(("crm", "books", "newest", "ask"))


def run(what: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(what)


@moderately
@given(worlds(), policies, conflicts, edits())
def test_I1_a_second_run_plans_nothing(world: World, duplicates: str, conflict: str, changes: Any) -> None:
    async def story() -> None:
        world.setup(duplicates=duplicates, conflict=conflict)
        await world.sync()
        await world.settled()
        apply(world, changes)
        await world.sync()
        await world.settled()

    run(story())


@moderately
@given(worlds(), conflicts, edits())
def test_I2_no_edit_is_lost(world: World, conflict: str, changes: Any) -> None:
    async def story() -> None:
        world.crm.bend = world.books.bend = lambda _field, value: value
        world.setup(conflict=conflict)
        await world.sync()
        before = {
            side.name: {id_: each.fields for id_, each in side.records.items()} for side in (world.crm, world.books)
        }
        made = apply(world, changes)
        latest = {(side, record_id, field): value for side, record_id, field, value in made}
        await world.sync()
        kept = [value for line in world.store.lines for value in line.lost.values()]
        for (side_name, record_id, field), value in latest.items():
            side = world.crm if side_name == "crm" else world.books
            now = side.records[record_id].fields.get(field)
            if same(before[side_name][record_id].get(field), value):
                continue
            assert value is None or same(now, value) or any(same(each, value) for each in kept), (
                side_name,
                field,
                value,
            )

    run(story())


@moderately
@given(worlds(), policies, conflicts, edits())
def test_I3_fetching_never_writes_to_crm(world: World, duplicates: str, conflict: str, changes: Any) -> None:
    async def story() -> None:
        world.setup(extent="fetch", duplicates=duplicates, conflict=conflict)
        await world.sync()
        apply(world, changes)
        await world.sync()
        assert not world.crm.sent

    run(story())


@moderately
@given(worlds(), edits())
def test_I4_an_update_names_only_changed_mapped_fields(world: World, changes: Any) -> None:
    async def story() -> None:
        world.crm.bend = world.books.bend = lambda _field, value: value
        await world.sync()
        before = len(world.crm.sent), len(world.books.sent)
        made = apply(world, changes)
        edited = {field for _, _, field, _ in made}
        pairs = {row.crm: row.books for row in world.engine._setup("customers").mapping}
        await world.sync()
        for write in [*world.crm.sent[before[0] :], *world.books.sent[before[1] :]]:
            if write.id is not None:
                other_side = {books: crm for crm, books in pairs.items()} if write.side == "books" else pairs
                assert all(field in edited or other_side[field] in edited for field in write.fields), write

    run(story())


@moderately
@given(crm_fields, books_fields, bends, bends)
def test_I5_own_writes_coming_back_plan_nothing(crm: Any, books: Any, crm_bend: Any, books_bend: Any) -> None:
    async def story() -> None:
        world = World()
        world.crm.bend, world.books.bend = crm_bend, books_bend
        world.crm.add("Aoba Foods", fields=crm)
        world.books.add("Kita Shoji", fields=books)
        await world.sync()
        world.clock.pass_(8 * 86_400)  # the weekly full walk shows every record once more
        await world.settled()
        for side in (world.crm, world.books):
            for record_id in list(side.records):  # saved again without a change
                side.edit(record_id)
        await world.settled()

    run(story())


@moderately
@given(bends, bends, edits(), edits())
def test_I6_lossy_servers_make_no_ping_pong(crm_bend: Any, books_bend: Any, first: Any, second: Any) -> None:
    async def story() -> None:
        world = World()
        world.crm.bend, world.books.bend = crm_bend, books_bend
        world.crm.add("Aoba Foods", fields={"Phone": "03-1111", "Description": "a  b"})
        world.books.add("Kita Shoji", fields={"notes": "Tokyo "})
        await world.sync()
        for changes in (first, second):
            apply(world, changes)
            await world.sync()
            await world.settled()
            world.clock.pass_(8 * 86_400)
            await world.settled()

    run(story())


@moderately
@given(
    st.sampled_from(("plain", "unique", "none")),
    st.lists(st.tuples(names, crm_fields), min_size=1, max_size=5, unique_by=lambda each: each[0]),
    st.lists(st.sampled_from((None, None, "before", "after")), min_size=1, max_size=12),
    st.integers(0, 12),
    st.integers(0, 5),
)
def test_I7_at_most_one_create_per_source(
    strength: str, accounts: Any, losses: list[str | None], die_at: int, die_after: int
) -> None:
    async def story() -> None:
        world = World(strength=strength)
        world.books.unique_names = False
        for name, fields in accounts:
            world.crm.add(name, fields=fields)
        fates = iter(losses)
        world.books.lose = lambda _write: next(fates, None)
        world.store.die_at = world.store.commits + die_at
        await world.sync_until_killed()
        world.books.die_after = len(world.books.sent) + die_after
        await world.sync_until_killed()
        for _ in range(4):
            await world.sync()
        assert sorted(each.name for each in world.books.records.values()) == sorted(name for name, _ in accounts)
        assert len(world.links()) == len(accounts)

    run(story())


def _end(world: World) -> Any:
    """What a sync leaves: names, fields and pairs, without ids and times that the order of writes decides."""

    def told(record: Any) -> Any:
        known = {field: value for field, value in record.fields.items() if value is not None}
        return record.name, record.kind, tuple(sorted(known.items()))

    pairs = []
    for link in world.links():
        crm, books = world.crm.records.get(link.crm_id), world.books.records.get(link.books_id)
        pairs.append((link.state, crm and told(crm), books and told(books)))
    return (
        sorted(map(told, world.crm.records.values()), key=repr),
        sorted(map(told, world.books.records.values()), key=repr),
        sorted(pairs, key=repr),
        sorted((each.direction, each.name, each.reason) for each in world.store.failures()),
    )


@moderately
@given(st.data(), st.sampled_from(("plain", "unique")), policies, conflicts, bends, bends, edits())
def test_I8_a_killed_run_ends_where_an_undisturbed_one_ends(
    data: st.DataObject, strength: str, duplicates: str, conflict: str, crm_bend: Any, books_bend: Any, changes: Any
) -> None:
    seeds = data.draw(st.lists(st.tuples(st.booleans(), names, crm_fields, books_fields), max_size=7))

    def make() -> World:
        world = World(strength=strength, duplicates=duplicates, conflict=conflict)
        world.crm.bend, world.books.bend = crm_bend, books_bend
        for crm, name, one, two in seeds:
            if crm:
                world.crm.add(name, fields=one)
            else:
                world.books.add(name, fields=two)
        return world

    async def story(deaths: list[tuple[int | None, int | None, int | None]]) -> Any:
        world = make()
        for at, (commit, books, crm) in enumerate(deaths):
            if at == 1:
                apply(world, changes)
            world.store.die_at = None if commit is None else world.store.commits + commit
            world.books.die_after = None if books is None else len(world.books.sent) + books
            world.crm.die_after = None if crm is None else len(world.crm.sent) + crm
            while await world.sync_until_killed():
                pass
        await world.sync()
        return _end(world)

    after = st.none() | st.integers(0, 6)
    points = st.tuples(st.none() | st.integers(0, 10), after, after)
    disturbed = data.draw(st.lists(points, min_size=2, max_size=2))
    assert run(story(disturbed)) == run(story([(None, None, None)] * 2))


@moderately
@given(worlds(), policies, edits())
def test_I10_an_id_is_in_at_most_one_link(world: World, duplicates: str, changes: Any) -> None:
    async def story() -> None:
        world.setup(duplicates=duplicates)
        await world.sync()
        apply(world, changes)
        await world.sync()
        for side in ("crm", "books"):
            ids = [link.id_on(side) for link in world.links() if link.id_on(side)]  # type: ignore[arg-type]
            assert len(ids) == len(set(ids))

    run(story())


@moderately
@given(worlds(), st.lists(edits(), max_size=4), st.integers(0, 6))
def test_I11_cursors_are_monotone_and_complete(world: World, rounds: Any, stop_at: int) -> None:
    async def story() -> None:
        before: dict[str, str] = {}
        for at, changes in enumerate(rounds):
            apply(world, changes)
            world.books.problem_after = len(world.books.sent) + 1 if at == stop_at else None
            ended = await world.sync()
            now = {name: world.store.cursor(f"customers:{name}") or "" for name in ("crm", "crm:gone", "books")}
            assert all(now[name] >= before.get(name, "") for name in now)
            if ended.state != "done":
                assert now == {**dict.fromkeys(now, ""), **before}, "a cursor moved past work that was not done"
            before = now
        world.books.problem_after = None
        await world.sync()
        newest = max((each.version for each in world.crm.records.values()), default="")
        assert (world.store.cursor("customers:crm") or "") <= newest
        await world.settled()

    run(story())


@moderately
@given(worlds(), names, st.sampled_from(("F16", "F7", "F42")))
def test_I12_a_poisoned_record_changes_nothing_for_others(world: World, name: str, reason: str) -> None:
    def poison(write: Write) -> Refused | None:
        return Refused(ref="", reason=reason, message="no") if write.key in poisoned or write.id in poisoned else None

    poisoned: set[str] = set()

    async def story() -> None:
        bad = world.crm.add("Poisoned Pears", fields={"Phone": "1"})
        poisoned.add(bad)
        world.books.refuse = poison
        await world.sync()
        assert world.failures()[bad] == reason
        others = {each.name for each in world.store.failures()} - {"Poisoned Pears"}
        healthy = [each for each in world.crm.records.values() if each.id not in poisoned and each.name not in others]
        alone = [each for each in healthy if each.name not in {row.name for row in world.books.records.values()}]
        assert not alone, "a record that nothing ails did not arrive"

    run(story())


@moderately
@given(worlds(), policies, st.randoms(use_true_random=False))
def test_I13_the_plan_is_the_same_under_any_input_order(world: World, duplicates: str, dice: random.Random) -> None:
    async def story() -> None:
        world.setup(duplicates=duplicates)
        one: Plan = await world.engine.plan("customers")
        for side in (world.crm, world.books):
            rows = list(side.records.items())
            dice.shuffle(rows)
            side.records = dict(rows)
        assert await world.engine.plan("customers") == one

    run(story())


@given(st.integers(21, 60), st.sampled_from(("edit", "delete", "cap")))
@settings(moderately, max_examples=15)
def test_I15_nothing_is_written_while_the_valve_is_tripped(size: int, accident: str) -> None:
    async def story() -> None:
        world = World()
        ids = [world.crm.add(f"Branch {at}") for at in range(size)]
        await world.sync()
        if accident == "edit":
            for each in ids:
                world.crm.edit(each, Phone="0")
        elif accident == "delete":
            for each in ids:
                world.crm.delete(each)
        else:
            world.setup(create_cap=3)
            for at in range(4):
                world.crm.add(f"New {at}")
        before, links = world.writes(), world.links()
        stopped = await world.sync()
        assert stopped.state == "needs_confirmation" and stopped.valve
        assert world.writes() == before and world.links() == links
        confirmed = await world.sync(confirm=True)
        assert confirmed.state == "done"
        assert (world.writes() > before) == (accident != "delete")

    run(story())


@moderately
@given(st.integers(1, 8), st.integers(0, 8), st.booleans())
def test_I16_pause_starts_nothing_new_and_disturbs_nothing_running(size: int, at: int, again: bool) -> None:
    async def story() -> None:
        world = World()
        for number in range(size):
            world.crm.add(f"Branch {number}")
        paused = Profile(name="default", paused=True)

        def pause(_write: Write) -> None:
            if len(world.books.sent) == at % size:
                world.store.commit(Commit(profile=paused))

        world.books.on_write = pause
        assert (await world.sync()).state == "done"
        assert len(world.books.records) == size
        runs, before = len(world.store.runs(99)), world.writes()
        for _ in range(1 + again):
            with pytest.raises(Problem, match="paused"):
                world.engine.begin("customers", "manual")
        assert len(world.store.runs(99)) == runs and world.writes() == before
        world.store.commit(Commit(profile=structs.replace(paused, paused=False)))
        assert (await world.sync()).state == "done"

    run(story())


@moderately
@given(worlds(), policies, st.sampled_from(("fetch", "both")), edits())
def test_I17_counts_add_up_to_the_records_considered(world: World, duplicates: str, extent: str, changes: Any) -> None:
    async def story() -> None:
        world.setup(duplicates=duplicates, extent=extent)
        plan = await world.engine.plan("customers")
        first = await world.sync()  # World.check adds the counts up after every run
        assert plan.considered == len(world.before["crm"]) + len(world.before["books"])
        assert first.considered["crm"] == len(world.before["crm"])
        assert first.considered["books"] == len(world.before["books"])
        apply(world, changes)
        await world.sync()

    world.before = {"crm": set(world.crm.records), "books": set(world.books.records)}  # type: ignore[attr-defined]
    run(story())
