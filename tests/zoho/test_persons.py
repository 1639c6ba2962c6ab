from __future__ import annotations

import inspect
from typing import Any

import msgspec
import pytest

from core.engine.ports import Key
from core.model.catalogue import default_mapping, default_setup
from core.model.problems import Problem
from core.model.record import Moved, Refused, Unknown, Written
from core.model.setup import FieldMap, ModuleSetup
from core.zoho.books import body, contacts, items, persons, writes
from core.zoho.books.households import Households
from tests.zoho.conftest import BOOKS_FIELDS, Ground, book, everything, one, outcomes, single

PATHS = ("first_name", "last_name", "email", "phone", "mobile", "salutation", "designation", "department")
NEW = {"first_name": "花子", "last_name": "山田", "email": "hanako@example.jp", "designation": "部長"}


def setup_of(shape: Any) -> ModuleSetup:
    return msgspec.structs.replace(default_setup("customers"), shape=shape, mapping=default_mapping("customers", shape))


def businesses(ground: Ground) -> dict[str, dict[str, Any]]:
    return {
        key: row for key, row in ground.truth("books").items()
        if row["contact_type"] == "customer" and row.get("customer_sub_type") != "individual"
    }  # fmt: skip


def persons_in(ground: Ground) -> dict[str, dict[str, Any]]:
    """Every person of a business, under the id that the side gives it."""
    return {
        f"{key}-{each['contact_person_id']}": each
        for key, row in businesses(ground).items() for each in row.get("contact_persons") or ()
    }  # fmt: skip


def household(ground: Ground, *names: str) -> tuple[str, list[str]]:
    """A customer with exactly these persons, and their record ids."""
    contact_id = next(iter(businesses(ground)))
    people = [
        {"first_name": each, "email": f"{place}@example.jp", "is_primary_contact": not place}
        for place, each in enumerate(names)
    ]
    ground.edit("books", "change", contact_id, contact_persons=people)
    made = ground.truth("books")[contact_id].get("contact_persons") or ()
    return contact_id, [f"{contact_id}-{each['contact_person_id']}" for each in made]


def details(ground: Ground) -> int:
    return sum(each["path"].rsplit("/", 1)[-1].isdecimal() for each in ground.zoho.requests())


async def test_every_person_of_a_business_is_read_with_its_customer(ground: Ground) -> None:
    household(ground, "一", "二", "三")
    records = await everything(ground.open("books").changes("persons", PATHS, None))
    truth = persons_in(ground)
    assert sorted(each.id for each in records) == sorted(truth) and len(records) > 3
    versions = {each.id: each.version for each in await everything(ground.open("books").changes("customers", (), None))}
    for each in records:
        row = truth[each.id]
        assert each.complete and each.kind == "person" and each.id.startswith(f"{each.parent}-")
        assert each.fields == {path: row.get(path) or None for path in PATHS}
        assert each.name == " ".join(part for part in (row.get("first_name"), row.get("last_name")) if part)
        assert each.version == versions[each.parent]


async def test_a_customer_of_whom_no_list_names_a_person_costs_no_call(ground: Ground) -> None:
    side = ground.open("books")
    ground.edit("books", "change", next(iter(businesses(ground))), contact_persons=[])
    peopled = {each.split("-")[0] for each in persons_in(ground)}
    assert 0 < len(peopled) < len(businesses(ground))
    await everything(side.changes("persons", PATHS, None))
    assert details(ground) == len(peopled)


async def test_a_customer_read_for_its_persons_is_not_read_again_for_itself(ground: Ground) -> None:
    side = ground.open("books")
    contact_id, _ = household(ground, "一")
    await everything(side.changes("persons", PATHS, None))
    before = details(ground)
    (record,) = await side.read("customers", ("notes", "primary.first_name"), [contact_id])
    assert record.complete and record.fields["primary.first_name"] == "一" and details(ground) == before
    await side.read("customers", ("notes",), [contact_id])
    assert details(ground) == before + 1, "once"


@pytest.mark.parametrize("how", ["listed", "later", "written"])
async def test_what_may_have_changed_since_is_read_again(ground: Ground, how: str) -> None:
    side = ground.open("books")
    contact_id, (first,) = household(ground, "一")
    await everything(side.changes("persons", PATHS, None))
    if how == "written":
        await single(side, PATHS, book("persons", "a", first, fields={"first_name": "新"}))
    else:
        ground.edit("books", "change", contact_id, contact_persons=[{"first_name": "新", "is_primary_contact": True}])
    if how == "listed":
        await everything(side.changes("customers", (), None))
    if how == "later":
        await ground.clock.sleep(200)
    (record,) = await side.read("customers", ("primary.first_name",), [contact_id])
    assert record.fields["primary.first_name"] == "新"


async def test_individuals_are_persons_themselves(ground: Ground) -> None:
    contact_id, _ = household(ground, "本人")
    ground.edit("books", "change", contact_id, customer_sub_type="individual")
    records = await everything(ground.open("books").changes("persons", PATHS, None))
    assert contact_id not in {each.parent for each in records}


async def test_an_unchanged_customer_is_not_read_twice(ground: Ground) -> None:
    side = ground.open("books")
    first = await everything(side.changes("persons", PATHS, None))
    read = details(ground)
    again = await everything(side.changes("persons", PATHS, None))
    assert {each.id: each for each in again} == {each.id: each for each in first}
    assert details(ground) == read, "so a pull that a used-up day cut short goes on where it was"
    contact_id, _ = household(ground, "新")
    since = max(each.version for each in first)
    changed = await everything(side.changes("persons", PATHS, since))
    assert contact_id in {each.parent for each in changed} and details(ground) == read + 1


def test_a_customer_read_in_the_second_of_its_change_is_read_again() -> None:
    homes = Households()
    row = {"contact_id": "12", "last_modified_time": "2026-10-05T12:00:00+0900", "contact_persons": []}
    assert not homes.put(row, "2026-10-05T03:00:00Z").settled
    assert homes.put(row, "2026-10-05T03:00:01Z").settled and not homes.put(row, "").settled


async def test_persons_that_their_customer_no_longer_has_are_told(ground: Ground) -> None:
    side = ground.open("books")
    contact_id, (first, second) = household(ground, "一", "二")
    await everything(side.changes("persons", PATHS, None))
    assert await everything(side.gone("persons", None)) == []
    kept = [each for each in ground.truth("books")[contact_id]["contact_persons"] if each["first_name"] == "一"]
    ground.edit("books", "change", contact_id, contact_persons=kept)
    await everything(side.changes("persons", PATHS, None))
    assert {each.id for each in await everything(side.gone("persons", None))} == {second}
    assert first in {each.id for each in await side.read("persons", PATHS, [first, second])}
    ground.edit("books", "delete", contact_id)
    assert await side.read("persons", PATHS, [first]) == []
    assert {each.id for each in await everything(side.gone("persons", None))} == {first, second}


async def test_reading_takes_a_call_for_each_customer(ground: Ground) -> None:
    side = ground.open("books")
    _, ids = household(ground, "一", "二", "三")
    records = await side.read("persons", PATHS, [*ids, "12-34", "no id", "99"])
    assert {each.id for each in records} == set(ids) and details(ground) == 2


async def test_a_person_is_made_under_its_customer(ground: Ground) -> None:
    side = ground.open("books")
    contact_id, before = household(ground, "一")
    written = await single(side, PATHS, book("persons", "a", parent=contact_id, fields=NEW, key="460"))
    assert isinstance(written, Written) and written.created and written.record.parent == contact_id
    assert {path: written.record.fields[path] for path in NEW} == NEW and written.record.name == "花子 山田"
    assert set(persons_in(ground)) >= {*before, written.id}
    record = await one(side, "persons", PATHS, written.id)
    assert (record.fields, record.version) == (written.record.fields, written.version)


async def test_a_person_is_changed_alone(ground: Ground) -> None:
    side = ground.open("books")
    contact_id, (first, second) = household(ground, "一", "二")
    old = await one(side, "persons", PATHS, second)
    before = ground.truth("books")[contact_id]
    ground.zoho.control("POST", "time", {"advance": 2})
    fields = {"mobile": "090-2", "email": None}
    done = await single(side, PATHS, book("persons", "a", second, fields=fields, expect_version=old.version))
    assert isinstance(done, Written) and not done.created
    assert (done.record.fields["mobile"], done.record.fields["email"]) == ("090-2", None)
    after = ground.truth("books")[contact_id]
    assert after["contact_persons"][0] == before["contact_persons"][0], "I9"
    assert {name for name in after if after[name] != before.get(name)} == {"contact_persons", "last_modified_time"}
    assert first in persons_in(ground)


async def test_several_persons_of_a_customer_do_not_get_into_each_others_way(ground: Ground) -> None:
    side = ground.open("books")
    _, ids = household(ground, *"一二三四五")
    known = {each.id: each for each in await side.read("persons", PATHS, ids)}
    ground.zoho.control("POST", "time", {"advance": 2})
    changes = [
        book("persons", each, each, fields={"mobile": f"090-{each[-3:]}"}, expect_version=known[each].version)
        for each in ids
    ]
    done = await outcomes(side.write(PATHS, changes))
    assert all(isinstance(each, Written) for each in done.values())
    assert {key: row.get("mobile") for key, row in persons_in(ground).items() if key in ids} == {
        each: f"090-{each[-3:]}" for each in ids
    }


async def test_a_person_that_moved_on_is_not_written(ground: Ground) -> None:
    side = ground.open("books")
    contact_id, (first,) = household(ground, "一")
    old = await one(side, "persons", PATHS, first)
    person = ground.truth("books")[contact_id]["contact_persons"][0]
    ground.edit("books", "change", contact_id, contact_persons=[{**person, "department": "by hand"}])
    write = book("persons", "a", first, fields={"department": "by us"}, expect_version=old.version)
    moved = await single(side, PATHS, write)
    assert isinstance(moved, Moved) and moved.record.fields["department"] == "by hand"
    assert persons_in(ground)[first]["department"] == "by hand"


async def test_a_change_of_the_customer_alone_does_not_stand_in_the_way(ground: Ground) -> None:
    side = ground.open("books")
    contact_id, (first,) = household(ground, "一")
    old = await one(side, "persons", PATHS, first)
    ground.edit("books", "change", contact_id, notes="by hand")
    write = book("persons", "a", first, fields={"department": "by us"}, expect_version=old.version)
    assert isinstance(await single(side, PATHS, write), Written)


async def test_who_is_the_primary_person(ground: Ground) -> None:
    side = ground.open("books")
    _, (first, second) = household(ground, "一", "二")
    paths = (*PATHS, "is_primary_contact")
    done = await single(side, paths, book("persons", "a", second, fields={"is_primary_contact": True}))
    assert done.record.fields["is_primary_contact"] is True
    assert {each: row["is_primary_contact"] for each, row in persons_in(ground).items() if each in (first, second)} == {
        first: False, second: True,
    }  # fmt: skip


async def test_every_person_has_its_own_outcome(ground: Ground) -> None:
    ground.zoho.switch("books.person_emails", "unique")
    side = ground.open("books")
    contact_id, _ = household(ground, "一")
    several = [
        book("persons", "good", parent=contact_id, fields=NEW),
        book("persons", "orphan", fields=NEW),
        book("persons", "lost", parent="999", fields=NEW),
        book("persons", "taken", parent=contact_id, fields={"first_name": "二", "email": "0@example.jp"}),
        book("persons", "long", parent=contact_id, fields={"first_name": "x" * 101}),
        book("persons", "unnamed", parent=contact_id, fields={"phone": "1"}),
        book("persons", "bad", parent=contact_id, fields={"first_name": "\ud800"}),
        book("persons", "gone", f"{contact_id}-999", fields={"phone": "1"}),
        book("persons", "nobody", "12", fields={"phone": "1"}),
    ]
    done = await outcomes(side.write(PATHS, several))
    assert isinstance(done.pop("good"), Written)
    assert {ref: each.reason for ref, each in done.items()} == {
        "orphan": "F21", "lost": "F29", "taken": "F10", "long": "F16", "unnamed": "F9", "bad": "F18", "gone": "F29",
        "nobody": "F29",
    }  # fmt: skip


async def test_five_hundred_persons_are_the_most(ground: Ground) -> None:
    side = ground.open("books")
    contact_id, _ = household(ground, *(f"P{each}" for each in range(500)))
    ground.edit("books", "change", contact_id, zcrm_account_id="4876")
    refused = await single(side, PATHS, book("persons", "a", parent=contact_id, fields=NEW))
    assert isinstance(refused, Refused) and refused.reason == "F15"


@pytest.mark.parametrize("kind", ["lost_reply", "truncated", "status", "reset"])
async def test_a_create_that_met_trouble_is_looked_up_under_its_customer(ground: Ground, kind: str) -> None:
    side = ground.open("books")
    contact_id, _ = household(ground, "一")
    ground.zoho.fault(kind=kind, side="books", method="POST", path="contactpersons$", count=1, status=502)
    assert isinstance(await single(side, PATHS, book("persons", "a", parent=contact_id, fields=NEW)), Unknown)
    key = Key(source_id="460", name="花子 山田", parent=contact_id)
    found = await side.find("persons", PATHS, key)
    assert found.sure and (found.record is not None) == (kind in ("lost_reply", "truncated"))
    assert sum(each["path"].endswith("contactpersons") for each in ground.zoho.writes()) == 1


async def test_a_look_up_that_cannot_tell_says_so(ground: Ground) -> None:
    side = ground.open("books")
    contact_id, _ = household(ground, "花子", "花子")
    found = await side.find("persons", PATHS, Key(source_id="1", name="花子", parent=contact_id))
    assert (found.record, found.sure, len(found.candidates)) == (None, False, 2)
    assert not (await side.find("persons", PATHS, Key(source_id="1", name="花子"))).sure


@pytest.mark.parametrize("kind", ["lost_reply", "truncated", "status", "reset"])
async def test_an_update_gets_through_any_trouble(ground: Ground, kind: str) -> None:
    side = ground.open("books")
    _, (first,) = household(ground, "一")
    old = await one(side, "persons", PATHS, first)
    ground.zoho.fault(kind=kind, side="books", method="PUT", count=1, status=500)
    write = book("persons", "a", first, fields={"phone": "06-9"}, expect_version=old.version)
    assert isinstance(await single(side, PATHS, write), Written)
    assert persons_in(ground)[first]["phone"] == "06-9"


def test_nothing_here_deletes() -> None:
    for module in (body, contacts, items, persons, writes):
        assert "DELETE" not in inspect.getsource(module), "I9"


async def test_persons_have_no_key_and_their_fields_are_known(ground: Ground) -> None:
    side = ground.open("books")
    setup = await side.prepare(setup_of("accounts_contacts"))
    assert (setup.books_key, side.key_strength("persons")) == ("plain", "none")
    fields = {each.name: each for each in await side.describe("persons")}
    assert fields["first_name"].required and fields["salutation"].length == 25 and set(PATHS) < set(fields)


@pytest.mark.parametrize("shape", ["accounts", "contacts", "accounts_contacts", "accounts_contacts_all"])
async def test_each_shape_is_prepared_with_all_its_modules(ground: Ground, shape: str) -> None:
    crm, books = ground.open("crm"), ground.open("books")
    setup = await books.prepare(await crm.prepare(setup_of(shape)))
    assert setup.crm_key == "unique"
    known = {name for name in ("Accounts", "Contacts") if crm.key_strength(name) == "unique"}
    assert known == {"accounts": {"Accounts"}, "contacts": {"Contacts"}}.get(shape, {"Accounts", "Contacts"})


@pytest.mark.parametrize("part", ["persons", "unassociated"])
async def test_a_part_is_held_to_its_own_fields(ground: Ground, part: Any) -> None:
    setup = setup_of("accounts_contacts_all")
    odd = FieldMap(crm="Account_Number", books="billing_address.zip", part=part)
    with pytest.raises(Problem) as caught:
        await ground.open("crm").prepare(msgspec.structs.replace(setup, mapping=(*setup.mapping, odd)))
    assert (caught.value.code, caught.value.detail["field"]) == ("field_missing", "Account_Number")


async def test_persons_of_the_same_run_need_no_list_of_their_own(ground: Ground) -> None:
    side = ground.open("books")
    _, people = household(ground, "一", "二")
    at = (await one(side, "persons", PATHS, people[0])).version
    alone = await everything(ground.open("books").changes("persons", PATHS, at))
    await everything(side.changes("customers", BOOKS_FIELDS, at))
    before = len(ground.zoho.requests())
    together = await everything(side.changes("persons", PATHS, at))
    assert sorted(each.id for each in together) == sorted(each.id for each in alone) and len(together) >= len(people)
    lists = [each for each in ground.zoho.requests()[before:] if each["path"].endswith("/contacts")]
    assert lists == []
    earlier = await everything(side.changes("persons", PATHS, "1970-01-01T00:00:00Z"))
    assert len(earlier) > len(together), "what the list did not reach is asked for"
