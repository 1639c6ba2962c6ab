"""People edit on both sides while syncs run, fail, lose replies and are killed; whatever happens, it converges.

One machine for I1, I5–I8 and I10–I12 together; ``-m long`` looks further.
"""

import asyncio
from typing import Any
from zlib import crc32

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

from core.model.link import Link
from core.model.record import Refused, Write
from core.plan.normalise import blank, same
from tests.engine.strategies import BENDS, BOOKS_FIELDS, CRM_FIELDS, VALUES, bends, moderately
from tests.engine.world import World

NAMES = tuple(f"Branch {at}" for at in range(40))
values = st.sampled_from(VALUES)
at = st.integers(0, 99)


class Sync(RuleBasedStateMachine):
    """Each record has a name of its own, so that what must come out in the end is known: a pair for every one."""

    world: World

    @initialize(
        strength=st.sampled_from(("unique", "plain")), crm_bend=bends, books_bend=bends,
        conflict=st.sampled_from(("crm", "books", "newest")),
    )  # fmt: skip
    def begin(self, strength: str, crm_bend: Any, books_bend: Any, conflict: str) -> None:
        self.world = World(strength=strength, conflict=conflict)
        self.world.crm.bend, self.world.books.bend = crm_bend, books_bend
        self.names = iter(NAMES)
        self.born: set[str] = set()
        self.deleted: set[str] = set()
        self.unknown: set[str] = set()
        """Made by a run that was killed, and deleted before anybody took note of them: they may be made once more."""

    def _name(self) -> str | None:
        name = next(self.names, None)
        if name:
            self.born.add(name)
        return name

    @rule(phone=values)
    def account_is_made(self, phone: str | None) -> None:
        if name := self._name():
            self.world.crm.add(name, fields={"Phone": phone})

    @rule(city=values)
    def customer_is_made(self, city: str | None) -> None:
        if name := self._name():
            self.world.books.add(name, fields={"billing_address.city": city})

    @precondition(lambda self: self.world.crm.records)
    @rule(which=at, field=st.sampled_from(CRM_FIELDS), value=values)
    def account_is_edited(self, which: int, field: str, value: str | None) -> None:
        ids = sorted(self.world.crm.records)
        self.world.crm.edit(ids[which % len(ids)], **{field: value})

    @precondition(lambda self: self.world.books.records)
    @rule(which=at, field=st.sampled_from(BOOKS_FIELDS), value=values)
    def customer_is_edited(self, which: int, field: str, value: str | None) -> None:
        ids = sorted(self.world.books.records)
        self.world.books.edit(ids[which % len(ids)], **{field.replace(".", "__"): value})

    @precondition(lambda self: self.world.crm.records)
    @rule(which=at)
    def account_is_deleted(self, which: int) -> None:
        ids = sorted(self.world.crm.records)
        record = self.world.crm.records[ids[which % len(ids)]]
        linked = self.world.store.link_of("customers", "crm", record.id)
        (self.deleted if linked or record.key is None else self.unknown).add(record.name)
        self.world.crm.delete(record.id)

    @rule()
    def a_week_passes(self) -> None:
        self.world.clock.pass_(8 * 86_400)

    @rule(commit=st.none() | st.integers(0, 12), books=st.none() | st.integers(0, 4), crm=st.none() | st.integers(0, 4))
    def sync_is_killed(self, commit: int | None, books: int | None, crm: int | None) -> None:
        world = self.world
        world.store.die_at = None if commit is None else world.store.commits + commit
        world.books.die_after = None if books is None else len(world.books.sent) + books
        world.crm.die_after = None if crm is None else len(world.crm.sent) + crm
        asyncio.run(world.sync_until_killed())

    @rule(fates=st.lists(st.sampled_from((None, "before", "after")), max_size=4), books=st.booleans())
    def sync_loses_replies(self, fates: list[str | None], books: bool) -> None:
        side, left = self.world.books if books else self.world.crm, iter(fates)
        side.lose = lambda _write: next(left, None)
        self._sync()
        side.lose = lambda _write: None

    @rule(reason=st.sampled_from(("F16", "F42")), every=st.integers(2, 3))
    def sync_is_refused_here_and_there(self, reason: str, every: int) -> None:
        def refuse(write: Write) -> Refused | None:
            return Refused(ref="", reason=reason, message="no") if crc32(write.name.encode()) % every == 0 else None

        self.world.books.refuse = self.world.crm.refuse = refuse
        self._sync()
        self.world.books.refuse = self.world.crm.refuse = lambda _write: None

    @rule(after=st.integers(0, 3))
    def sync_runs_out_of_quota(self, after: int) -> None:
        self.world.books.problem_after = len(self.world.books.sent) + after
        self._sync()
        self.world.books.problem_after = None

    @rule()
    def sync(self) -> None:
        self._sync()

    def _sync(self, **options: Any) -> None:
        asyncio.run(self.world.sync(confirm=True, **options))

    @invariant()
    def nothing_exists_twice(self) -> None:
        if hasattr(self, "world"):
            for side in (self.world.crm, self.world.books):
                names = [each.name for each in side.records.values()]
                assert len(names) == len(set(names)), names

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        world = self.world
        self._sync(retry=("*",))
        self._sync(retry=("*",))
        asyncio.run(world.settled())
        assert not world.failures()
        here = {each.name for each in world.crm.records.values()}
        there = {each.name for each in world.books.records.values()}
        assert here <= there
        assert here - self.unknown == self.born - self.deleted - self.unknown, "every name is on both sides"
        linked = [link for link in world.links() if link.state == "linked"]
        assert {world.crm.records[link.crm_id].name for link in linked} == here
        assert all(world.books.records[link.books_id].name == world.crm.records[link.crm_id].name for link in linked)
        if world.crm.bend is world.books.bend is BENDS[0]:
            self._nothing_was_lost(linked)

    def _nothing_was_lost(self, linked: list[Link]) -> None:
        """Where servers bend nothing, both sides hold the same in the end; blanks overwrite nothing (I2)."""
        for link in linked:
            crm, books = self.world.crm.records[link.crm_id].fields, self.world.books.records[link.books_id].fields
            for ours, theirs in zip(CRM_FIELDS, BOOKS_FIELDS, strict=True):
                one, two = crm.get(ours), books.get(theirs)
                assert same(one, two) or blank(one) or blank(two), (link.name, ours, one, two)


def test_I1_I7_I8_I10_I12_whatever_happens_it_converges() -> None:
    run_state_machine_as_test(Sync, settings=settings(moderately, stateful_step_count=15))


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_I1_I7_I8_I10_I12_whatever_happens_it_converges_however_long() -> None:
    run_state_machine_as_test(
        Sync, settings=settings(moderately, max_examples=1_500, stateful_step_count=40, derandomize=False)
    )
