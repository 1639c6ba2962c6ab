"""Accounts, contacts and contact persons are made, edited, moved and deleted while syncs run, fail and are killed."""

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

from tests.engine.strategies import VALUES, bends, moderately
from tests.engine.world import World

values = st.sampled_from(VALUES)
at = st.integers(0, 99)


class Shapes(RuleBasedStateMachine):
    """Every record has a name of its own, so that what must come out in the end is known."""

    world: World

    @initialize(
        shape=st.sampled_from(("accounts_contacts", "accounts_contacts_all")), crm_bend=bends, books_bend=bends,
        strength=st.sampled_from(("unique", "plain")),
    )  # fmt: skip
    def begin(self, shape: str, crm_bend: Any, books_bend: Any, strength: str) -> None:
        self.world = World(shape=shape, strength=strength)
        self.world.crm.bend, self.world.books.bend = crm_bend, books_bend
        self.shape, self.made = shape, 0
        self.deleted: set[str] = set()

    def _name(self, kind: str) -> str:
        self.made += 1
        return f"{kind}{self.made} Family{self.made}"

    def _ids(self, side: Any, *entities: str) -> list[str]:
        return sorted(each.id for each in side.records.values() if each.entity in entities)

    @rule()
    def account_is_made(self) -> None:
        self.world.crm.add(self._name("Account"))

    @rule(which=at, alone=st.booleans(), phone=values)
    def contact_is_made(self, which: int, alone: bool, phone: str | None) -> None:
        accounts = self._ids(self.world.crm, "Accounts")
        parent = "" if alone or not accounts else accounts[which % len(accounts)]
        self.world.crm.add(self._name("Contact"), entity="Contacts", parent=parent, fields={"Phone": phone})

    @rule()
    def customer_is_made(self) -> None:
        self.world.books.add(self._name("Customer"))

    @rule(which=at, email=values)
    def person_is_made(self, which: int, email: str | None) -> None:
        homes = [each.id for each in self.world.books.of("customers") if each.kind == "business"]
        if homes:
            parent = sorted(homes)[which % len(homes)]
            self.world.books.add(self._name("Person"), entity="persons", parent=parent, fields={"email": email})

    @rule()
    def individual_is_made(self) -> None:
        name = self._name("Individual")
        self.world.books.add(name, kind="individual", fields={"primary.last_name": name})

    @precondition(lambda self: self.world.crm.of("Contacts"))
    @rule(which=at, phone=values)
    def contact_is_edited(self, which: int, phone: str | None) -> None:
        ids = self._ids(self.world.crm, "Contacts")
        self.world.crm.edit(ids[which % len(ids)], Phone=phone)

    @precondition(lambda self: self.world.books.of("persons"))
    @rule(which=at, phone=values)
    def person_is_edited(self, which: int, phone: str | None) -> None:
        ids = self._ids(self.world.books, "persons")
        self.world.books.edit(ids[which % len(ids)], mobile=phone)

    @precondition(lambda self: self.world.crm.of("Contacts"))
    @rule(which=at, to=at, away=st.booleans())
    def contact_moves(self, which: int, to: int, away: bool) -> None:
        ids, accounts = self._ids(self.world.crm, "Contacts"), self._ids(self.world.crm, "Accounts")
        self.world.crm.move(ids[which % len(ids)], "" if away or not accounts else accounts[to % len(accounts)])

    @precondition(lambda self: self.world.crm.of("Contacts"))
    @rule(which=at)
    def contact_is_deleted(self, which: int) -> None:
        ids = self._ids(self.world.crm, "Contacts")
        record = self.world.crm.records[ids[which % len(ids)]]
        self.deleted.add(record.name)
        self.world.crm.delete(record.id)

    @rule(commit=st.none() | st.integers(0, 15), books=st.none() | st.integers(0, 5), crm=st.none() | st.integers(0, 5))
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

    @rule(after=st.integers(0, 4))
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
            crm, books = self.world.crm, self.world.books
            for group in (crm.of("Contacts"), crm.of("Accounts"), books.of("persons"), books.of("customers")):
                names = [each.name for each in group]
                assert len(names) == len(set(names)), names

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        world = self.world
        self._sync(retry=("*",))
        self._sync(retry=("*",))
        self._sync()
        asyncio.run(world.settled())
        assert {each.reason for each in world.store.failures()} <= {"F11"}, world.failures()
        linked = {link.crm_id: link for module in ("customers", "persons") for link in world.store.links(module)}  # type: ignore[arg-type]
        for each in world.crm.of("Accounts"):
            assert linked[each.id].state == "linked"
        for each in world.crm.of("Contacts"):
            if each.parent or self.shape == "accounts_contacts_all":
                assert linked[each.id].state == "linked", each
        for link in world.store.links("persons", "linked"):
            person, contact = world.books.records[link.books_id], world.crm.records[link.crm_id]
            account = world.store.link_of("customers", "books", person.parent)
            assert account is not None
            moved = contact.parent not in ("", account.crm_id)
            assert moved == (world.failures().get(contact.id) == "F11"), (contact, person)


def test_I1_I7_I8_I10_contacts_and_persons_converge_whatever_happens() -> None:
    run_state_machine_as_test(Shapes, settings=settings(moderately, stateful_step_count=20))


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_I1_I7_I8_I10_contacts_and_persons_converge_however_long() -> None:
    run_state_machine_as_test(
        Shapes, settings=settings(moderately, max_examples=1_500, stateful_step_count=40, derandomize=False)
    )
