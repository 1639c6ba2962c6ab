"""The engine over the real wire: a first sync of a world with planted failures; a second one writes nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from core.engine.engine import Engine
from core.model.catalogue import default_setup
from core.model.names import SIDES, SideName, other, toward
from core.model.plan import Count
from core.model.run import Run
from core.sandbox.testing import RunningSandbox
from core.zoho.connect import ZohoSide, choose, discover, open_side
from core.zoho.credential import Credential
from tests.engine.memory import MemoryStore
from tests.engine.real import RealClock

URL = "base_url"


@asynccontextmanager
async def sides(zoho: RunningSandbox) -> AsyncIterator[dict[SideName, ZohoSide]]:
    opened: dict[SideName, ZohoSide] = {}
    try:
        for side in SIDES:
            info = zoho.info
            credential = Credential(
                service=side, email=info[side]["email"], accounts_url=info[URL], client_id=info["client_id"],
                client_secret=info["client_secret"], refresh_token=info["refresh_token"],
            )  # fmt: skip
            found = choose(await discover(credential, info[URL]), str(info[side]["organization_id"]))
            opened[side] = open_side(credential, found, clock=RealClock(), limits=info["limits"])
        yield opened
    finally:
        for each in opened.values():
            await each.close()


def engine(opened: dict[SideName, ZohoSide], store: MemoryStore) -> Engine:
    return Engine(crm=opened["crm"], books=opened["books"], store=store, clock=RealClock(), emit=lambda _event: None)


async def sync(made: Engine) -> Run:
    run = await made.execute(made.begin("customers", "manual"))
    assert run.state == "done", (run.problem, run.problem_detail)
    for side in SIDES:
        counts = run.counts[toward(other(side))]
        assert sum(getattr(counts, name) for name in Count.__struct_fields__) == run.considered[side]
    return run


def complaints(planted: list[dict[str, Any]], told: dict[tuple[str, str], str]) -> list[str]:
    """Compare the failures told with the planted ones; of a record and its alternates exactly one fails."""
    found, explained = [], set()
    for each in planted:
        one_of = [(each["side"], record_id) for record_id in (each["id"], *each["alternates"])]
        hit = [key for key in one_of if key in told]
        explained.update(one_of)
        if len(hit) != 1 or told[hit[0]] != each["reason"]:
            found.append(f"{each['reason']} ({each['detail']}): told {[(key, told[key]) for key in hit]}")
    return found + [f"{key}: {reason}, and nobody planted that" for key, reason in told.items() if key not in explained]


@pytest.mark.parametrize("switches", [{}, {"books.unique_by_api": True}], ids=["plain key", "unique key"])
async def test_a_first_sync_fails_as_planted_and_a_second_writes_nothing(switches: dict[str, object]) -> None:
    with RunningSandbox(accounts=250, seed=7, process=True) as zoho:
        if switches:
            zoho.control("PUT", "switches", switches)
        planted = [each for each in zoho.planted() if each["stage"] == "first_sync"]
        customers = [
            each
            for each in zoho.control("GET", "truth/books/contacts")["records"]
            if each["contact_type"] == "customer"
        ]
        store = MemoryStore()
        async with sides(zoho) as opened:
            made = engine(opened, store)
            await made.prepare(default_setup("customers"))
            first = await sync(made)
            assert first.considered == {"crm": 250, "books": len(customers)}
            told: dict[tuple[str, str], str] = {
                ("crm" if each.direction == "to_books" else "books", each.record): each.reason
                for each in store.failures()
            }
            assert complaints(planted, told) == []
            linked = store.count_links("customers", "linked")
            assert first.counts["to_books"].created > 200 and linked > 240 - len(planted)

            before = len(zoho.requests())
            second = await sync(made)
            assert zoho.writes(before) == []
            counts = second.counts["to_books"], second.counts["to_crm"]
            assert [each.created + each.updated + each.linked + each.unchanged for each in counts] == [0, 0]
            assert sum(each.failed + each.held for each in counts) == len(planted)


async def test_edits_on_both_sides_meet_and_lost_replies_double_nothing() -> None:
    with RunningSandbox(accounts=60, seed=3, planted=False, process=True) as zoho:
        store = MemoryStore()
        async with sides(zoho) as opened:
            made = engine(opened, store)
            await made.prepare(default_setup("customers"))
            zoho.fault(kind="lost_reply", side="books", method="POST", path="/contacts$", probability=0.3, seed=5)
            await sync(made)
            zoho.fault()
            await sync(made)
            assert store.failures() == []
            truth = zoho.control("GET", "truth/books/contacts")["records"]
            names = [each["contact_name"] for each in truth]
            assert len(names) == len(set(names))

            link = next(store.links("customers", "linked"))
            zoho.control("POST", "edit", {"side": "crm", "module": "Accounts", "op": "change", "id": link.crm_id,
                                          "fields": {"Phone": "03-9999-0000"}})  # fmt: skip
            zoho.control("POST", "edit", {"side": "books", "module": "contacts", "op": "change", "id": link.books_id,
                                          "fields": {"notes": "told on the phone"}})  # fmt: skip
            await sync(made)
            account = next(
                each for each in zoho.control("GET", "truth/crm/Accounts")["records"] if each["id"] == link.crm_id
            )
            contact = next(
                each
                for each in zoho.control("GET", "truth/books/contacts")["records"]
                if each["contact_id"] == link.books_id
            )
            assert account["Description"] == "told on the phone"
            assert contact["billing_address"]["phone"] == "03-9999-0000"
            before = len(zoho.requests())
            await sync(made)
            assert zoho.writes(before) == []
