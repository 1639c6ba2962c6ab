"""The simulator does on the past what the triggers do on the present."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.documents.office import Office
from core.documents.simulate import Way, simulate
from core.documents.stages import Stages
from core.model.documents import Deal, Preference, StageSeen
from tests.documents.world import NAMES, STAGES, Ground

ESTIMATE = Preference(kind="estimate", create_at=("提案",), accept_at=("受注",))
INVOICE = Preference(kind="invoice")
KNOWN = Stages(STAGES)


def way(*stages: str, told: bool = True, **more: Any) -> Way:
    base = {"id": "1", "name": "年間保守", "amount": "1000", "account_id": "a", "currency": "JPY"}
    trail = tuple(
        StageSeen(each, KNOWN.probability(each), f"2026-01-0{at + 1}T00:00:00Z") for at, each in enumerate(stages)
    )
    return Way(Deal(**(base | more)), trail, told)


def played(preference: Preference, *ways: Way, customer: str = "300") -> Any:
    return simulate(preference, KNOWN, "accounts", ways, lambda deal: customer)


def test_what_would_have_been_made_and_answered_is_listed_in_order() -> None:
    found = played(ESTIMATE, way("調査", "提案", "交渉", "受注", "失注"))
    assert [(each.stage, each.verb) for each in found.steps] == [
        ("提案", "create"), ("受注", "accept"), ("失注", "decline"),
    ]  # fmt: skip
    assert [(each.status, each.amount, each.made_at) for each in found.documents] == [
        ("declined", "1000", "2026-01-02T00:00:00Z")
    ]


def test_totals_go_by_status_and_currency() -> None:
    found = played(
        INVOICE,
        way("受注", id="1"),
        way("受注", id="2", amount="0.5"),
        way("受注", "失注", id="3"),
        way("受注", id="4", currency="USD"),
    )
    assert [(each.status, each.currency, each.count, each.amount) for each in found.totals] == [
        ("draft", "JPY", 2, "1000.5"), ("draft", "USD", 1, "1000"), ("void", "JPY", 1, "1000"),
    ]  # fmt: skip


def test_the_amount_is_the_one_of_that_time() -> None:
    past = Way(Deal(id="1", name="x", amount="9", account_id="a"), (StageSeen("受注", 100, "", "5"),), True)
    assert played(INVOICE, past).documents[0].amount == "5"


def test_what_a_deal_lacks_is_told() -> None:
    found = played(INVOICE, way("受注", account_id=""))
    assert ([(each.verb, each.why) for each in found.steps], found.documents) == ([("none", "no_account")], ())
    assert played(INVOICE, way("受注"), customer="").steps[0].why == "customer_missing"


def test_it_says_how_many_histories_crm_told() -> None:
    found = played(INVOICE, way("受注"), way("失注", id="2", told=False))
    assert (found.deals, found.from_history, found.from_seen) == (2, 1, 1)


async def office(ground: Ground) -> Office:
    return Office(deals=ground.crm, books=ground.books, store=ground.store, clock=ground.clock)


async def test_crms_history_is_used_where_there_is_one_and_what_polls_saw_otherwise() -> None:
    ground = Ground()
    for stage in ("提案", "受注"):
        ground.crm.put("1", stage=stage)
    desk = await office(ground)
    told = await desk.simulate(ESTIMATE)
    assert (told.from_history, [each.verb for each in told.steps]) == (1, ["create", "accept"])
    ground.crm.histories = None
    seen = await desk.simulate(ESTIMATE)
    # The poll saw the deal won, and no estimate to accept.
    assert (seen.from_history, seen.steps) == (0, ())
    assert ground.books.writes == []


async def test_a_simulation_needs_no_item_yet_and_takes_the_latest_deals() -> None:
    ground = Ground()
    for each in range(5):
        ground.crm.put(str(each), stage="受注")
    found = await (await office(ground)).simulate(INVOICE, limit=2)
    assert [each.deal_id for each in found.documents] == ["3", "4"]
    assert (await (await office(ground)).simulate(INVOICE, limit=0)).deals == 5


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([ESTIMATE, INVOICE]))
def test_the_simulator_says_what_the_triggers_then_do(seed: int, preference: Preference) -> None:
    """Played live stage by stage, with nobody sending anything, the documents are the simulated ones."""

    async def run() -> None:
        dice = random.Random(seed)
        ground = Ground(loose=True)
        await ground.switch(kind=preference.kind, create_at=preference.create_at, accept_at=preference.accept_at,
                            item_id="9")  # fmt: skip
        for _ in range(6):
            for deal_id in ("1", "2", "3"):
                ground.crm.put(deal_id, stage=dice.choice(NAMES))
            await ground.poll_to_the_end()
        found = await (await office(ground)).simulate(preference)
        real = {each.deal_id: each.status for each in ground.books.papers.values()}
        assert {each.deal_id: each.status for each in found.documents} == real

    asyncio.run(run())
