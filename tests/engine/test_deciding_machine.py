"""People edit and decide, while syncs and decisions are killed and lose replies: nothing is decided but by a person."""

import asyncio
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.model.deciding import Choice, Conflict, SettleRequest
from core.model.problems import Problem
from core.model.run import Run
from core.plan.normalise import same
from tests.engine.memory import Killed
from tests.engine.strategies import moderately
from tests.engine.world import World

NAMES = ("Aoba Foods", "Kita Print", "Minato Steel")
CITIES = st.sampled_from(("Sendai", "Natori", "Iwanuma", "Osaki"))
at = st.integers(0, 99)
commits = st.none() | st.integers(0, 6)


class Decide(RuleBasedStateMachine):
    """Few names, so that several records could be meant; a conflict policy that asks."""

    world: World

    @initialize(duplicates=st.sampled_from(("overwrite", "skip")))
    def begin(self, duplicates: Any) -> None:
        self.world = World(conflict="ask", duplicates=duplicates)
        self.world.books.unique_names = False

    @rule(name=st.sampled_from(NAMES), city=CITIES)
    def account_is_made(self, name: str, city: str) -> None:
        self.world.crm.add(name, fields={"Billing_City": city})

    @rule(name=st.sampled_from(NAMES), city=CITIES)
    def customer_is_made(self, name: str, city: str) -> None:
        self.world.books.add(name, fields={"billing_address.city": city})

    @precondition(lambda self: self.world.crm.records)
    @rule(which=at, city=CITIES)
    def account_is_edited(self, which: int, city: str) -> None:
        ids = sorted(self.world.crm.records)
        self.world.crm.edit(ids[which % len(ids)], Billing_City=city)

    @precondition(lambda self: self.world.books.records)
    @rule(which=at, city=CITIES)
    def customer_is_edited(self, which: int, city: str) -> None:
        ids = sorted(self.world.books.records)
        self.world.books.edit(ids[which % len(ids)], billing_address__city=city)

    @rule(commit=commits)
    def sync(self, commit: int | None) -> None:
        before = self._cities()
        held = {each.crm_id: each for each in self.world.store.conflicts()}
        self.world.store.die_at = None if commit is None else self.world.store.commits + commit
        asyncio.run(self.world.sync_until_killed())
        for link in self.world.links():
            # What both sides changed is nobody's to overwrite (F40).
            shown = self._shown(held[link.crm_id]) if link.crm_id in held else None
            if shown is not None and before.get(link.crm_id) == shown:
                assert self._cities()[link.crm_id] == shown

    def _cities(self) -> dict[str, tuple[Any, Any]]:
        world = self.world
        return {
            link.crm_id: (
                world.crm.records[link.crm_id].fields.get("Billing_City"),
                world.books.records[link.books_id].fields.get("billing_address.city"),
            )
            for link in world.links()
            if link.state == "linked"
        }

    def _shown(self, conflict: Conflict) -> tuple[Any, Any] | None:
        """What a conflict shows of the city; pairs that were chosen may be held for their names alone."""
        return next(((each.crm, each.books) for each in conflict.fields if each.crm_field == "Billing_City"), None)

    @precondition(lambda self: self.world.store.conflicts())
    @rule(which=at, field=at, take=st.sampled_from(("crm", "books", "value")), commit=commits, lose=st.booleans())
    def conflict_is_settled(self, which: int, field: int, take: Any, commit: int | None, lose: bool) -> None:
        world, found = self.world, self.world.store.conflicts()
        conflict = found[which % len(found)]
        chosen = conflict.fields[field % len(conflict.fields)]
        choice = Choice(
            crm_field=chosen.crm_field, books_field=chosen.books_field, take=take,
            value="Shiogama" if take == "value" else None,
        )  # fmt: skip
        request = SettleRequest(module="customers", key=conflict.key, choices=(choice,), stamp=conflict.stamp)
        before = self._both(conflict, choice)
        world.books.lose = lambda _write: "after" if lose else None
        run = self._killable(commit, lambda: world.engine.execute_settle(self._begin(), request))
        world.books.lose = lambda _write: None
        if run is None or lose:
            return
        if before == (chosen.crm, chosen.books):
            wanted = {"crm": chosen.crm, "books": chosen.books, "value": "Shiogama"}[take]
            assert run.state == "done", run
            assert self._both(conflict, choice) == (wanted, wanted)
            left = world.store.conflict(conflict.key)
            # Others may have come to agree by themselves.
            assert len(left.fields if left is not None else ()) <= len(conflict.fields) - 1
        else:
            assert run.problem == "moved_since", run
            assert self._both(conflict, choice) == before

    def _both(self, conflict: Conflict, choice: Choice) -> tuple[Any, Any]:
        world = self.world
        return (
            world.crm.records[conflict.crm_id].fields.get(choice.crm_field),
            world.books.records[conflict.books_id].fields.get(choice.books_field),
        )

    @precondition(lambda self: self.world.crm.records and self.world.books.records)
    @rule(one=at, two=at, commit=commits)
    def pair_is_chosen(self, one: int, two: int, commit: int | None) -> None:
        world = self.world
        crm = sorted(world.crm.records)[one % len(world.crm.records)]
        books = sorted(world.books.records)[two % len(world.books.records)]
        taken = world.store.link_of("customers", "crm", crm) or world.store.link_of("customers", "books", books)
        run = self._killable(commit, lambda: world.engine.execute_choose(self._begin(), crm, books))
        if run is None:
            return
        if taken is not None or run.problem == "already_linked":
            # Or a create that was killed has been found meanwhile, and is one of the two.
            assert run.problem == "already_linked"
            linked = (world.store.link_of("customers", side, each) for side, each in (("crm", crm), ("books", books)))  # type: ignore[arg-type]
            assert any(linked)
        else:
            assert run.state == "done", run
            assert world.partner("crm", crm) == books

    @precondition(lambda self: self.world.crm.records and self.world.books.records)
    @rule(one=at, two=at)
    def pair_is_kept_apart(self, one: int, two: int) -> None:
        world = self.world
        crm = sorted(world.crm.records)[one % len(world.crm.records)]
        books = sorted(world.books.records)[two % len(world.books.records)]
        try:
            asyncio.run(world.engine.keep_apart("customers", crm, books))
        except Problem as refused:
            assert refused.code in ("not_found", "already_linked")

    @precondition(lambda self: self.world.store.kept_apart())
    @rule(which=at)
    def apart_is_taken_back(self, which: int) -> None:
        rows = self.world.store.kept_apart()
        row = rows[which % len(rows)]
        self.world.engine.forget_apart("customers", row.crm_id, row.books_id)

    def _begin(self) -> Run:
        return self.world.engine.begin("customers", "decision")

    def _killable(self, commit: int | None, start: Any) -> Run | None:
        world = self.world
        world.store.die_at = None if commit is None else world.store.commits + commit
        try:
            run: Run = asyncio.run(start())
        except Killed:
            run = None  # type: ignore[assignment]
        world.restart()
        return run

    @invariant()
    def what_is_kept_apart_is_not_linked(self) -> None:
        if hasattr(self, "world"):
            for row in self.world.store.kept_apart():
                link = self.world.store.link_of("customers", "crm", row.crm_id)
                assert link is None or link.books_id != row.books_id

    @invariant()
    def only_linked_pairs_are_in_conflict(self) -> None:
        if hasattr(self, "world"):
            for each in self.world.store.conflicts():
                link = self.world.store.link_of("customers", "crm", each.crm_id)
                assert link is not None and (link.key, link.state) == (each.key, "linked")

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        world = self.world
        asyncio.run(world.sync(confirm=True))
        asyncio.run(world.sync(confirm=True))
        asyncio.run(world.settled())
        cities = self._cities()
        held = {each.crm_id: self._shown(each) for each in world.store.conflicts()}
        for crm_id, pair in cities.items():
            assert same(*pair) == (held.get(crm_id) is None), (crm_id, pair)
            assert (held.get(crm_id) or pair) == pair, "what is shown is what is there"
        assert {each.record for each in world.store.failures() if each.reason == "F40"} == held.keys()


def test_I1_I8_I10_whatever_is_decided_when_nothing_else_is() -> None:
    run_state_machine_as_test(Decide, settings=settings(moderately, stateful_step_count=12))


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_I1_I8_I10_whatever_is_decided_when_nothing_else_is_however_long() -> None:
    run_state_machine_as_test(
        Decide, settings=settings(moderately, max_examples=1_000, stateful_step_count=40, derandomize=False)
    )


async def test_an_edit_after_an_overwriting_write_that_was_killed_is_not_lost() -> None:
    """Found by the machine: recovery took what somebody had made of the other fields since for what was in step."""
    world = World(duplicates="overwrite", conflict="ask")
    crm = world.crm.add("Aoba Foods", fields={"Billing_City": "Sendai"})
    books = world.books.add("Aoba Foods", fields={"billing_address.city": "Sendai"})
    world.store.die_at = world.store.commits + 3
    with pytest.raises(Killed):
        await world.engine.execute(world.engine.begin("customers", "manual"))
    assert [list(write.fields) for write in world.books.sent] == [["company_name"]]
    world.restart()
    world.books.edit(books, billing_address__city="Natori")
    await world.sync()
    assert world.crm.records[crm].fields["Billing_City"] == "Natori"
    assert world.books.records[books].fields["billing_address.city"] == "Natori"
    await world.settled()
