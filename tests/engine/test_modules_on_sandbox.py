"""Vendors, items and the other customer shapes over the real wire: they fail as planted, and a second run is idle."""

from typing import Any

import pytest
from msgspec import structs

from core.engine.engine import Engine
from core.model.catalogue import default_mapping, default_setup
from core.model.names import SIDES, ModuleName, other, toward
from core.model.plan import Count
from core.model.run import Run
from core.model.setup import ModuleSetup
from core.sandbox.testing import RunningSandbox
from tests.engine.memory import MemoryStore
from tests.engine.test_against_sandbox import complaints, engine, sides


async def sync(made: Engine, module: ModuleName, **options: Any) -> Run:
    run = await made.execute(made.begin(module, "manual"), **options)
    assert run.state == "done", (run.problem, run.problem_detail)
    for side in SIDES:
        counts = run.counts[toward(other(side))]
        assert sum(getattr(counts, name) for name in Count.__struct_fields__) == run.considered[side]
    return run


def told(store: MemoryStore) -> dict[tuple[str, str], str]:
    return {("crm" if each.direction == "to_books" else "books", each.record): each.reason for each in store.failures()}


def shaped(shape: str) -> ModuleSetup:
    return structs.replace(
        default_setup("customers"), shape=shape, mapping=default_mapping("customers", shape)  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("setup", "sync_of"),
    [
        (default_setup("vendors"), "vendors"),
        (structs.replace(default_setup("items"), duplicates="overwrite"), "items"),
        (shaped("contacts"), "contacts"),
    ],
    ids=["vendors", "items", "contacts"],
)
async def test_a_module_fails_as_planted_and_a_second_run_writes_nothing(setup: ModuleSetup, sync_of: str) -> None:
    with RunningSandbox(accounts=120, seed=7, process=True) as zoho:
        planted = zoho.control("GET", f"planted?sync={sync_of}")["planted"]
        planted = [each for each in planted if each["stage"] == "first_sync"]
        store = MemoryStore()
        async with sides(zoho) as opened:
            made = engine(opened, store)
            await made.prepare(setup)
            first = await sync(made, setup.module)
            assert complaints(planted, told(store)) == []
            assert first.counts["to_books"].created + first.counts["to_books"].linked > 0
            before = len(zoho.requests())
            await sync(made, setup.module)
            assert zoho.writes(before) == []


@pytest.mark.parametrize("shape", ["accounts_contacts", "accounts_contacts_all"])
async def test_accounts_and_their_contacts_arrive_under_their_customers(shape: str) -> None:
    with RunningSandbox(accounts=40, seed=5, planted=False, process=True) as zoho:
        store = MemoryStore()
        async with sides(zoho) as opened:
            made = engine(opened, store)
            await made.prepare(structs.replace(shaped(shape), duplicates="overwrite"))
            await sync(made, "customers")
            assert told(store) == {}
            contacts = zoho.control("GET", "truth/crm/Contacts")["records"]
            customers = {each["contact_id"]: each for each in zoho.control("GET", "truth/books/contacts")["records"]}
            for each in contacts:
                account = each.get("Account_Name")
                if account:
                    link = store.link_of("customers", "crm", str(account))
                    person = store.link_of("persons", "crm", each["id"])
                    assert link is not None and person is not None
                    emails = [one.get("email") for one in customers[link.books_id]["contact_persons"]]
                    assert each["Email"] in emails
                else:
                    alone = store.link_of("customers", "crm", each["id"])
                    assert (alone is not None) == (shape == "accounts_contacts_all")
                    if alone is not None:
                        assert customers[alone.books_id]["customer_sub_type"] == "individual"
            before = len(zoho.requests())
            await sync(made, "customers")
            idle = await sync(made, "customers")
            assert zoho.writes(before) == []
            assert idle.api_calls == {"crm": 4, "books": 1}, "two CRM modules with their deletions; one list of Books"


async def test_B38_B40_predefined_and_own_views_of_the_chosen_module_are_offered() -> None:
    with RunningSandbox(accounts=12, seed=5, planted=False, process=True) as zoho:
        async with sides(zoho) as opened:
            offered = {module: await opened["crm"].views(module) for module in ("Accounts", "Contacts")}
            for module, views in offered.items():
                predefined = {each.name for each in views if each.system}
                assert {f"All {module}", f"My {module}", f"Recently Created {module}"} <= predefined
            assert [each.name for each in offered["Accounts"] if not each.system], "views that somebody made"
