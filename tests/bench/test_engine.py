"""The engine's figures of design.md §9: calls of a run, time that does not grow with what is linked, planning.

Calls decide; times are printed, with floors far above the targets, because other work disturbs them. Run with
`pytest -m bench -s tests/bench/test_engine.py`.
"""

from __future__ import annotations

import cProfile
import time
from collections.abc import AsyncIterator, Sequence
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from core.engine.engine import Engine
from core.engine.ports import Commit
from core.engine.pull import fingerprint
from core.model.catalogue import default_setup
from core.model.link import Link, Seen
from core.model.names import SideName
from core.model.plan import Count
from core.model.record import Record
from core.model.run import Run
from core.model.setup import ModuleSetup
from core.model.value import Fields
from core.plan.facts import Facts
from core.plan.plan import make_plan
from core.sandbox.testing import RunningSandbox
from core.store.profile import ProfileStore
from tests.engine.fake import FakeSide, LocalClock, ServerTime
from tests.engine.memory import MemoryStore
from tests.engine.test_against_sandbox import engine, sides

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1_200)]
AT = "2025-04-01T00:00:00Z"
ROUNDS = 3
SETUP = structs.replace(default_setup("customers"), name_order="given_first")


class Still(FakeSide):
    """A side of which nothing has changed: it answers at once, however much it holds."""

    async def changes(self, entity: str, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        assert since is not None, "nobody should list everything"
        self.calls += 1
        yield []


def fields_of(number: int) -> Fields:
    made: Fields = {row.crm: f"{row.crm} of {number}" for row in SETUP.mapping}
    return made | {"Account_Name": f"Branch {number}", "Currency": "JPY"}


def link(number: int) -> Link:
    crm = fields_of(number)
    return Link(
        module="customers", crm_id=f"c{number:07d}", books_id=f"b{number:07d}", name=f"Branch {number}", crm_base=crm,
        books_base={row.books: crm[row.crm] for row in SETUP.mapping}, crm_version=AT, books_version=AT, linked_at=AT,
        synced_at=AT,
    )  # fmt: skip


def seen(side: SideName, number: int) -> Seen:
    name = f"Branch {number}"
    return Seen(
        side=side, entity="Accounts" if side == "crm" else "customers", id=f"{side[0]}{number:07d}", name=name,
        folded=name.casefold(), version=AT,
    )  # fmt: skip


def linked(folder: Path, count: int) -> tuple[ProfileStore, LocalClock]:
    """Return a profile with so many links, all in step."""
    store, clock = ProfileStore.open(folder), LocalClock()
    for start in range(0, count, 1_000):
        some = range(start, min(start + 1_000, count))
        rows = [seen(side, each) for each in some for side in ("crm", "books")]  # type: ignore[arg-type]
        store.commit(Commit(links=[link(each) for each in some], seen=rows))
    names = ("crm", "crm:gone", "books", "crm:settled", "books:settled", "crm:since", "books:since")
    cursors = {f"customers:{name}": AT for name in names}
    cursors |= {"customers:books:walk": clock.now(), "customers:setup": fingerprint(SETUP)}
    store.commit(Commit(setups=[SETUP], cursors=cursors))
    return store, clock


async def test_a_run_without_changes_costs_three_calls_and_the_same_time_at_any_size(tmp_path: Path) -> None:
    spent: dict[int, float] = {}
    steps: dict[int, int] = {}
    for count in (1_000, 10_000, 100_000):
        store, clock = linked(tmp_path / str(count), count)
        server = ServerTime()
        crm, books = Still("crm", server), Still("books", server)
        made = Engine(crm=crm, books=books, store=store, clock=clock, emit=lambda _event: None)
        times = []
        for _ in range(30):
            began = time.process_time()
            run = await made.execute(made.begin("customers", "manual"))
            times.append(time.process_time() - began)
            assert run.state == "done"
            assert run.api_calls == {"crm": 2, "books": 1}, "a delta and the deletions; one list"
            assert not crm.sent and not books.sent
        with cProfile.Profile() as counted:
            await made.execute(made.begin("customers", "manual"))
        steps[count] = sum(each.callcount for each in counted.getstats())
        spent[count] = min(times)
        store.close()
    print("\nno change:", {count: f"{each * 1e3:.2f} ms, {steps[count]} calls" for count, each in spent.items()})
    print(f"100,000 / 1,000 links: {spent[100_000] / spent[1_000]:.2f}")
    assert abs(steps[100_000] - steps[1_000]) <= steps[1_000] // 50, "functions called, whatever else the machine does"


@pytest.mark.parametrize("changes", [1, 40, 250])
async def test_a_run_with_k_changes_costs_what_the_table_says(changes: int) -> None:
    def edit(side: str, module: str, record_id: str, fields: dict[str, str]) -> None:
        wanted = {"side": side, "module": module, "op": "change", "id": record_id, "fields": fields}
        zoho.control("POST", "edit", wanted)

    async def sync() -> Run:
        run = await made.execute(made.begin("customers", "manual"), confirm=True)
        assert run.state == "done"
        return run

    with RunningSandbox(accounts=600, seed=3, planted=False, process=True) as zoho:
        store = MemoryStore()
        async with sides(zoho) as opened:
            made = engine(opened, store)
            await made.prepare(SETUP)
            for _ in range(3):
                await sync()
            links = list(store.links("customers", "linked"))
            for each in links[:changes]:
                edit("crm", "Accounts", each.crm_id, {"Description": "changed"})
            in_crm = await sync()
            for each in links[changes : 2 * changes]:
                edit("books", "contacts", each.books_id, {"notes": "changed"})
            in_books = await sync()
    pages = ceil(changes / 200) + 1
    print(f"\n{changes} in CRM: {in_crm.api_calls}; {changes} in Books: {in_books.api_calls}")
    assert in_crm.counts["to_books"].updated == in_books.counts["to_crm"].updated == changes
    assert in_crm.api_calls["crm"] <= pages + 1 and in_crm.api_calls["books"] <= 1 + 2 * changes
    assert in_books.api_calls["crm"] <= 2 + 2 * ceil(changes / 100)
    assert in_books.api_calls["books"] <= pages + 1 + changes, "list pages, and a detail for each"


def changed(count: int) -> Facts:
    links: dict[tuple[SideName, str], Link] = {}
    crm = {}
    for number in range(count):
        each = link(number)
        links["crm", each.crm_id] = links["books", each.books_id] = each
        crm[each.crm_id] = Record(
            side="crm", entity="Accounts", id=each.crm_id, name=each.name, version="2025-04-02T00:00:00Z",
            fields={**each.crm_base, "Phone": "changed"},
        )  # fmt: skip
    return Facts(setup=SETUP, crm=crm, links=links, link_count=100 * count)


def strangers(count: int, setup: ModuleSetup = SETUP, *, equal: int = 0) -> Facts:
    """``count`` records on each side, of which ``equal`` have one name; Books as its list rows tell them."""
    crm, books = {}, {}
    for number in range(count):
        name = f"Branch {number}" if number < equal else f"CRM {number}"
        crm[f"c{number:07d}"] = Record(
            side="crm", entity="Accounts", id=f"c{number:07d}", name=name, version=AT,
            fields={**fields_of(number), "Account_Name": name},
        )  # fmt: skip
        other = f"Branch {number}" if number < equal else f"Books {number}"
        books[f"b{number:07d}"] = Record(
            side="books", entity="customers", id=f"b{number:07d}", name=other, version=AT, kind="business",
            fields={"contact_name": other}, complete=False,
        )  # fmt: skip
    return Facts(setup=setup, crm=crm, books=books)


def test_planning_a_touched_record_takes_microseconds() -> None:
    told = {}
    for name, facts in (("changed", changed(20_000)), ("new", strangers(20_000))):
        records = len(facts.crm) + len(facts.books)
        took = []
        for _ in range(ROUNDS):
            began = time.process_time()
            plan = make_plan(facts)
            took.append(time.process_time() - began)
        told[name] = min(took) / records * 1e6
        assert len(plan.actions) >= len(facts.crm)
    print("\nplanning, µs a record:", {name: round(each, 1) for name, each in told.items()})
    assert max(told.values()) < 100, "the target is 10"


@pytest.mark.parametrize("policy", ["clone", "overwrite", "skip"])
def test_a_hundred_thousand_on_both_sides_are_planned_and_browsed(policy: Any) -> None:
    count, equal = 100_000, 40_000
    facts = strangers(count, structs.replace(SETUP, duplicates=policy), equal=equal)
    began = time.process_time()
    plan = make_plan(facts)
    made = time.process_time() - began
    alone = count - equal
    to_books, to_crm = plan.counts["to_books"], plan.counts["to_crm"]
    expected = {
        "clone": (Count(created=count), Count(created=alone, skipped=equal)),
        "overwrite": (Count(created=alone, updated=equal), Count(created=alone, linked=equal)),
        "skip": (Count(created=alone, skipped=equal), Count(created=alone, skipped=equal)),
    }
    assert (to_books, to_crm) == expected[policy]
    assert plan.considered == 2 * count
    began = time.process_time()
    for start in range(0, len(plan.actions), 50):
        assert plan.actions[start : start + 50]
    print(f"\n{policy}: {len(plan.actions):,} actions in {made:.1f} s, browsed in {time.process_time() - began:.3f} s")
