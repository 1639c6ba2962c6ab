"""The plan as a pure function of facts: order, counts, valve, purity."""

import subprocess
import sys
from typing import Any

import pytest
from msgspec import structs

from core.model.catalogue import default_setup
from core.model.link import Link
from core.model.names import SideName
from core.model.record import Gone, Record
from core.model.setup import FieldMap, ModuleSetup
from core.plan.facts import Facts
from core.plan.plan import make_plan
from core.plan.settle import unread

CUSTOMERS = default_setup("customers")
ITEMS = ModuleSetup(
    module="items", conflict="books", duplicates="overwrite",
    mapping=(FieldMap(crm="Product_Name", books="name"), FieldMap(crm="Unit_Price", books="rate", kind="decimal")),
)  # fmt: skip


def record(side: SideName, record_id: str, name: str, **more: Any) -> Record:
    fields = {"Account_Name" if side == "crm" else "contact_name": name} | more.pop("fields", {})
    entity = "Accounts" if side == "crm" else "customers"
    return Record(
        side=side, entity=entity, id=record_id, name=name, version=more.pop("version", "2025-04-01T00:00:00Z"),
        fields=fields, kind=more.pop("kind", "other" if side == "crm" else "business"), **more,
    )  # fmt: skip


def item(side: SideName, record_id: str, name: str, price: str) -> Record:
    fields = {"Product_Name": name, "Unit_Price": price} if side == "crm" else {"name": name, "rate": price}
    return Record(side=side, entity="Products", id=record_id, name=name, version="v", fields=fields, kind="item")


def facts(*records: Record, setup: ModuleSetup = CUSTOMERS, **more: Any) -> Facts:
    crm = {each.id: each for each in records if each.side == "crm"}
    return Facts(setup=setup, crm=crm, books={each.id: each for each in records if each.side == "books"}, **more)


def links(count: int) -> dict[tuple[SideName, str], Link]:
    made: dict[tuple[SideName, str], Link] = {}
    for at in range(count):
        link = Link(module="customers", crm_id=f"c{at}", books_id=f"b{at}", name=f"Branch {at}")
        made["crm", link.crm_id] = made["books", link.books_id] = link
    return made


def test_customers_go_to_books_first_and_items_to_crm_first() -> None:
    customers = make_plan(facts(record("books", "b1", "Only Books"), record("crm", "c1", "Only CRM")))
    assert [each.target for each in customers.actions] == ["books", "crm"]
    items = make_plan(facts(item("books", "b1", "Bolt", "5"), item("crm", "c1", "Nut", "3"), setup=ITEMS))
    assert [each.target for each in items.actions] == ["crm", "books"]


def test_B55_overwriting_items_both_ways_books_replaces_crm() -> None:
    (action,) = make_plan(facts(item("books", "b1", "Bolt", "5"), item("crm", "c1", "Bolt", "3"), setup=ITEMS)).actions
    assert (action.target, action.changes[0].field, action.changes[0].new) == ("crm", "Unit_Price", "5")


def test_B53_overwriting_items_one_way_crm_replaces_books() -> None:
    setup = structs.replace(ITEMS, extent="fetch")
    (action,) = make_plan(facts(item("books", "b1", "Bolt", "5"), item("crm", "c1", "Bolt", "3"), setup=setup)).actions
    assert (action.target, action.changes[0].field, action.changes[0].new) == ("books", "rate", "3")


def test_a_list_row_gives_an_action_that_says_what_is_still_unread() -> None:
    plan = make_plan(facts(record("books", "b1", "Aoba Foods", complete=False)))
    (action,) = plan.actions
    assert (action.verb, action.target, action.changes) == ("create", "crm", ())
    assert unread(action) == ("books",)


def test_the_counts_of_a_plan_add_up_to_what_it_considered() -> None:
    plan = make_plan(
        facts(
            record("crm", "c1", "New"), record("crm", "c2", "Same"), record("books", "b2", "Same"),
            record("books", "b3", "Person", kind="individual"), record("crm", "c4", " "),
        )
    )  # fmt: skip
    sums = {way: sum(structs.astuple(count)) for way, count in plan.counts.items()}
    assert sums == {"to_books": 3, "to_crm": 2} and plan.considered == 5
    assert structs.asdict(plan.counts["to_books"]) | {"created": 1, "skipped": 1, "held": 1} == structs.asdict(
        plan.counts["to_books"]
    )


@pytest.mark.parametrize(("edited", "trips"), [(20, False), (21, True)])
def test_the_valve_lets_twenty_links_of_forty_change_and_no_more(edited: int, trips: bool) -> None:
    made = links(40)
    gone = tuple(Gone("crm", "Accounts", f"c{at}") for at in range(edited))
    plan = make_plan(facts(gone=gone, gone_links=made, links=made, link_count=40))
    assert [(each.rule, each.side, each.count) for each in plan.valve] == (
        [("mass_change", "crm", edited)] if trips else []
    )


def test_the_valve_closes_on_an_empty_full_listing_while_links_exist() -> None:
    (trip,) = make_plan(facts(empty=frozenset({"books"}), link_count=3)).valve
    assert (trip.rule, trip.side) == ("empty_listing", "books")
    assert not make_plan(facts(empty=frozenset({"books"}), link_count=0)).valve


def test_the_valve_keeps_to_the_cap_on_creates() -> None:
    setup = structs.replace(CUSTOMERS, create_cap=1)
    (trip,) = make_plan(facts(record("crm", "c1", "One"), record("crm", "c2", "Two"), setup=setup)).valve
    assert (trip.rule, trip.side, trip.count, trip.limit) == ("create_cap", "books", 2, 1)


def test_planning_loads_nothing_that_could_do_anything() -> None:
    code = (
        "import sys, core.plan.plan, core.plan.forms\n"
        "bad = {'httpx', 'tinydb', 'core.engine', 'core.store', 'core.zoho', 'asyncio', 'socket'} & set(sys.modules)\n"
        "assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
