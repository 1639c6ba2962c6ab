"""Conflicts held for a person (policy *ask*): kept with all that is known of them, and settled as somebody chose."""

import contextlib
from typing import Any

import pytest

from core.engine.ports import Commit
from core.model.deciding import Choice, Conflict, SettleRequest
from core.model.problems import Problem
from core.model.record import Refused, Write
from core.model.run import Run
from core.model.setup import FieldMap, Profile
from core.model.undo import UndoScope
from core.model.value import Value
from tests.engine.memory import Killed
from tests.engine.test_persons import both, contact
from tests.engine.world import World

CITY = ("Billing_City", "billing_address.city")
PHONE = ("Phone", "billing_address.phone")


async def disputed(**fields: tuple[Value, Value]) -> tuple[World, str, str]:
    """A pair whose city, and what else is given, was changed on both sides to different values."""
    world = World(conflict="ask")
    crm = world.crm.add("Aoba Foods", fields={"Billing_City": "Sendai", "Phone": "1", "Website": "aoba.example"})
    await world.sync()
    books = world.partner("crm", crm)
    world.crm.edit(crm, Billing_City="Natori", **{name: pair[0] for name, pair in fields.items()})
    paths = {"Phone": "billing_address__phone", "Website": "website"}
    world.books.edit(books, billing_address__city="Iwanuma", **{paths[n]: pair[1] for n, pair in fields.items()})
    await world.sync()
    return world, crm, books


def conflict(world: World) -> Conflict:
    (found,) = world.store.conflicts()
    return found


async def settle(world: World, *choices: Choice, **more: Any) -> Run:
    request = SettleRequest(module="customers", key=conflict(world).key, choices=choices, **more)
    return await world.engine.execute_settle(world.engine.begin("customers", "decision"), request)


def take(field: tuple[str, str], whose: Any, value: Value = None) -> Choice:
    return Choice(crm_field=field[0], books_field=field[1], take=whose, value=value)


def held(world: World, crm: str, books: str) -> tuple[Value, Value]:
    return world.crm.records[crm].fields.get(CITY[0]), world.books.records[books].fields.get(CITY[1])


async def test_a_conflict_is_kept_with_what_both_sides_held_and_hold() -> None:
    world, crm, books = await disputed()
    found = conflict(world)
    assert (found.module, found.part, found.crm_id, found.books_id) == ("customers", "main", crm, books)
    (field,) = found.fields
    assert (field.crm_field, field.books_field, field.kind) == (*CITY, "text")
    assert (field.crm_base, field.crm, field.books_base, field.books) == ("Sendai", "Natori", "Sendai", "Iwanuma")


@pytest.mark.parametrize(("whose", "value", "sent"), [("crm", "Natori", ["b"]), ("books", "Iwanuma", ["c"])])
async def test_taking_a_sides_value_writes_it_to_the_other_side_and_to_no_more(
    whose: str, value: str, sent: list[str]
) -> None:
    world, crm, books = await disputed()
    before = len(world.crm.sent), len(world.books.sent)
    run = await settle(world, take(CITY, whose))
    assert run.state == "done", run
    assert held(world, crm, books) == (value, value)
    writes = world.crm.sent[before[0] :] + world.books.sent[before[1] :]
    assert [write.id for write in writes] == [crm if sent == ["c"] else books]
    assert [list(write.fields) for write in writes] == [[CITY[0] if sent == ["c"] else CITY[1]]]
    assert not world.store.conflicts() and not world.store.failures()
    await world.settled()


async def test_a_typed_value_goes_to_both_sides() -> None:
    world, crm, books = await disputed()
    assert (await settle(world, take(CITY, "value", "Shiogama"))).state == "done"
    assert held(world, crm, books) == ("Shiogama", "Shiogama")
    assert not world.store.conflicts()
    await world.settled()


async def test_the_history_tells_that_a_person_decided_and_what_was_lost() -> None:
    world, _, _ = await disputed()
    run = await settle(world, take(CITY, "crm"))
    (line,) = world.store.history(run_id=run.id)
    assert (line.verb, line.why, line.direction) == ("update", "decided", "to_books")
    assert (line.before, line.after, line.lost) == (
        {CITY[1]: "Iwanuma"}, {CITY[1]: "Natori"}, {CITY[1]: "Iwanuma"}
    )  # fmt: skip


async def test_fields_without_a_choice_stay_held() -> None:
    world, crm, _books = await disputed(Phone=("2", "3"))
    assert {field.crm_field for field in conflict(world).fields} == {"Billing_City", "Phone"}
    since = conflict(world).since
    await settle(world, take(CITY, "crm"))
    found = conflict(world)
    assert [(field.crm_field, field.crm, field.books) for field in found.fields] == [("Phone", "2", "3")]
    assert found.since == since
    assert world.failure(crm).message == "Changed on both sides: billing_address.phone"
    await world.sync()
    assert [field.crm_field for field in conflict(world).fields] == ["Phone"]
    await settle(world, take(PHONE, "books"))
    assert world.crm.records[crm].fields["Phone"] == "3"
    assert not world.store.conflicts() and not world.store.failures()
    await world.settled()


@pytest.mark.parametrize("side", ["crm", "books"])
async def test_a_field_that_moved_since_it_was_shown_is_not_settled(side: str) -> None:
    world, crm, books = await disputed()
    if side == "crm":
        world.crm.edit(crm, Billing_City="Osaki")
    else:
        world.books.edit(books, billing_address__city="Osaki")
    before = world.writes()
    run = await settle(world, take(CITY, "crm"))
    assert (run.state, run.problem) == ("failed", "moved_since")
    assert run.problem_detail["field"] == CITY[0 if side == "crm" else 1]
    assert world.writes() == before
    await world.sync()
    assert "Osaki" in (conflict(world).fields[0].crm, conflict(world).fields[0].books)


async def test_an_edit_of_another_field_is_no_reason_to_refuse_and_is_not_written_over() -> None:
    world, crm, books = await disputed()
    world.crm.edit(crm, Website="aoba-foods.example")
    assert (await settle(world, take(CITY, "books"))).state == "done"
    assert held(world, crm, books) == ("Iwanuma", "Iwanuma")
    assert world.books.records[books].fields["website"] == "aoba.example"
    await world.sync()
    assert world.books.records[books].fields["website"] == "aoba-foods.example"
    await world.settled()


async def test_a_record_that_moves_between_the_reading_and_the_writing_is_left_as_it_is() -> None:
    world, _crm, books = await disputed()
    before = world.books.records[books]

    def edit(write: Write) -> None:
        world.books.on_write = lambda _write: None
        world.books.edit(books, billing_address__city="Osaki")

    world.books.on_write = edit
    run = await settle(world, take(CITY, "crm"))
    assert (run.state, run.problem) == ("failed", "moved_since")
    assert world.books.records[books].fields == {**before.fields, CITY[1]: "Osaki"}
    assert not world.store.intents()


async def test_another_stamp_than_what_was_shown_is_refused() -> None:
    world, crm, _ = await disputed()
    stamp = conflict(world).stamp
    world.crm.edit(crm, Billing_City="Osaki")
    await world.sync()
    assert conflict(world).stamp != stamp
    run = await settle(world, take(CITY, "crm"), stamp=stamp)
    assert (run.state, run.problem) == ("failed", "moved_since")


async def test_a_field_that_is_not_held_is_not_settled() -> None:
    world, _, _ = await disputed()
    run = await settle(world, take(PHONE, "crm"))
    assert (run.state, run.problem) == ("failed", "not_found")


async def test_while_paused_nothing_is_settled() -> None:
    world, _, _ = await disputed()
    found = conflict(world)
    world.store.commit(Commit(profile=Profile(name="acme", paused=True)))
    with pytest.raises(Problem) as refused:
        world.engine.begin("customers", "decision")
    assert refused.value.code == "paused"
    assert conflict(world) == found


async def test_what_the_server_refuses_becomes_a_failure_and_stays_held() -> None:
    world, crm, books = await disputed()
    world.books.refuse = lambda write: Refused(ref=write.ref, reason="F16", message="too long", field=CITY[1])
    run = await settle(world, take(CITY, "crm"))
    assert run.state == "done"
    assert world.count(run, "to_books") == {"failed": 1}
    assert world.failure(crm).reason == "F16"
    assert held(world, crm, books) == ("Natori", "Iwanuma")
    assert conflict(world).fields[0].books == "Iwanuma"


async def test_a_typed_value_that_one_side_refuses_is_held_with_what_the_sides_hold_now() -> None:
    world, crm, books = await disputed()
    world.crm.refuse = lambda write: Refused(ref=write.ref, reason="F16", message="too long", field=CITY[0])
    world.books.refuse = lambda write: None
    await settle(world, take(CITY, "value", "Shiogama"))
    crm_now, books_now = held(world, crm, books)
    assert (conflict(world).fields[0].crm, conflict(world).fields[0].books) == (crm_now, books_now)
    assert "Shiogama" in (crm_now, books_now)


@pytest.mark.parametrize("commit", range(6))
async def test_a_kill_at_any_commit_of_a_typed_value_loses_neither_the_value_nor_the_question(commit: int) -> None:
    world, crm, books = await disputed()
    world.store.die_at = world.store.commits + commit
    with contextlib.suppress(Killed):
        await settle(world, take(CITY, "value", "Shiogama"))
    world.restart()
    await world.sync()
    await world.sync()
    if world.store.conflicts():
        now = conflict(world).fields[0]
        assert (now.crm, now.books) == held(world, crm, books)
        await settle(world, take(CITY, "value", "Shiogama"))
    assert held(world, crm, books) == ("Shiogama", "Shiogama")
    await world.settled()


@pytest.mark.parametrize("commit", range(4))
async def test_a_kill_at_any_commit_of_a_taken_value_ends_in_step_or_asks_again(commit: int) -> None:
    world, crm, books = await disputed()
    world.store.die_at = world.store.commits + commit
    with contextlib.suppress(Killed):
        await settle(world, take(CITY, "crm"))
    world.restart()
    await world.sync()
    if world.store.conflicts():
        await settle(world, take(CITY, "crm"))
    assert held(world, crm, books) == ("Natori", "Natori")
    await world.settled()


@pytest.mark.parametrize("lost", ["before", "after"])
async def test_an_answer_that_got_lost_is_looked_up_by_the_next_run(lost: str) -> None:
    world, crm, books = await disputed()
    world.books.lose = lambda _write: lost
    await settle(world, take(CITY, "crm"))
    world.books.lose = lambda _write: None
    await world.sync()
    if lost == "before":
        assert conflict(world).fields[0].books == "Iwanuma"
        await settle(world, take(CITY, "crm"))
    assert held(world, crm, books) == ("Natori", "Natori")
    assert not world.store.conflicts()
    await world.settled()


async def test_a_settled_field_can_be_undone_and_is_then_asked_for_again() -> None:
    world, crm, books = await disputed()
    run = await settle(world, take(CITY, "crm"))
    scope = UndoScope(run_id=run.id)
    undone = await world.engine.execute_undo(world.engine.begin_undo(scope), scope)
    assert undone.state == "done"
    assert held(world, crm, books) == ("Natori", "Iwanuma")
    await world.sync()
    assert held(world, crm, books) == ("Natori", "Iwanuma")
    assert [(each.crm, each.books) for each in conflict(world).fields] == [("Natori", "Iwanuma")]


async def test_a_person_who_settles_it_in_zoho_is_not_asked_again() -> None:
    world, _, books = await disputed()
    world.books.edit(books, billing_address__city="Natori")
    await world.sync()
    assert not world.store.conflicts() and not world.store.failures()
    await world.settled()


async def test_the_other_policy_ends_what_is_held() -> None:
    world, crm, books = await disputed()
    world.setup(conflict="books")
    await world.sync()
    assert held(world, crm, books) == ("Iwanuma", "Iwanuma")
    assert not world.store.conflicts()


async def test_a_pair_that_is_no_longer_linked_is_no_longer_asked_about() -> None:
    world, crm, _ = await disputed()
    world.crm.delete(crm)
    await world.sync()
    assert not world.store.conflicts()


async def test_a_translated_value_is_settled_in_the_words_of_each_side() -> None:
    world = World(conflict="ask")
    old = world.store.setup("customers")
    assert old is not None
    row = FieldMap(
        crm="Industry", books="cf_branch", kind="picklist",
        values=(("Food", "食品"), ("Steel", "鉄鋼"), ("Print", "印刷")),
    )  # fmt: skip
    world.setup(mapping=(*old.mapping, row))
    crm = world.crm.add("Aoba Foods", fields={"Industry": "Food"})
    await world.sync()
    books = world.partner("crm", crm)
    world.crm.edit(crm, Industry="Steel")
    world.books.edit(books, cf_branch="印刷")
    await world.sync()
    (field,) = conflict(world).fields
    assert (field.crm, field.books) == ("Steel", "印刷")
    await settle(world, take(("Industry", "cf_branch"), "books"))
    assert world.crm.records[crm].fields["Industry"] == "Print"
    await world.settled()


async def test_a_conflict_of_an_item_is_kept_and_settled_too() -> None:
    world = World(module="items", conflict="ask")
    books = world.books.add("Scanner", fields={"rate": "10"})
    await world.sync()
    crm = world.partner("books", books)
    world.crm.edit(crm, Unit_Price="12")
    world.books.edit(books, rate="11")
    await world.sync()
    (field,) = conflict(world).fields
    assert (field.crm, field.books) == ("12", "11")
    request = SettleRequest(
        module="items", key=conflict(world).key, choices=(take(("Unit_Price", "rate"), "value", "11.5"),)
    )
    run = await world.engine.execute_settle(world.engine.begin("items", "decision"), request)
    assert run.state == "done"
    assert world.crm.records[crm].fields["Unit_Price"] == world.books.records[books].fields["rate"] == "11.5"
    assert not world.store.conflicts()
    await world.settled()


async def test_conflicts_of_contact_persons_and_of_individuals_tell_their_part() -> None:
    world = both("accounts_contacts_all", conflict="ask")
    account = world.crm.add("Aoba Foods")
    person, alone = contact(world, "Hana Aoba", account, Phone="1"), contact(world, "Kana Kita", "", Phone="1")
    await world.sync()
    links = {part: world.store.link_of(part, "crm", each) for part, each in (("persons", person), ("customers", alone))}
    paths = {"persons": "phone", "customers": "primary__phone"}
    for module, link in links.items():
        assert link is not None, module
        world.crm.edit(link.crm_id, Phone="2")
        world.books.edit(link.books_id, **{paths[module]: "3"})
    await world.sync()
    held_now = {each.crm_id: each for each in world.store.conflicts()}
    assert {(each.module, each.part) for each in held_now.values()} == {
        ("customers", "persons"), ("customers", "unassociated"),
    }  # fmt: skip
    for record, whose, value in ((person, "crm", "2"), (alone, "books", "3")):
        (field,) = held_now[record].fields
        choice = Choice(crm_field="Phone", books_field=field.books_field, take=whose)  # type: ignore[arg-type]
        request = SettleRequest(module="customers", key=held_now[record].key, choices=(choice,))
        run = await world.engine.execute_settle(world.engine.begin("customers", "decision"), request)
        assert run.state == "done", run
        assert world.crm.records[record].fields["Phone"] == value
        assert world.books.records[held_now[record].books_id].fields[field.books_field] == value
    assert not world.store.conflicts()
    await world.settled()


async def test_when_the_days_calls_are_used_up_the_conflict_waits() -> None:
    world, crm, books = await disputed()
    world.books.problem_after = len(world.books.sent)
    run = await settle(world, take(CITY, "crm"))
    assert (run.state, run.problem) == ("stopped", "daily_quota")
    world.books.problem_after = None
    assert conflict(world).fields[0].crm == "Natori"
    await world.sync()
    assert held(world, crm, books) == ("Natori", "Iwanuma")
    await settle(world, take(CITY, "crm"))
    assert held(world, crm, books) == ("Natori", "Natori")
    await world.settled()
