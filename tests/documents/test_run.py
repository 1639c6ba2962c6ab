"""Triggers carried out against Books: what is made, what is left alone, and what a crash leaves behind."""

import pytest
from msgspec import structs

from core.engine.ports import Commit
from core.model.problems import Problem
from core.model.run import Failure, Run
from core.model.setup import ModuleSetup, Profile
from tests.documents.world import Ground, fails
from tests.engine.memory import Killed

ESTIMATE = {"kind": "estimate", "create_at": ("提案",), "accept_at": ("受注",)}
INVOICE = {"kind": "invoice", "item_id": "9"}


async def ground(preference: dict, **books: bool) -> Ground:
    made = Ground(**books)
    await made.switch(**preference)
    return made


async def moved(made: Ground, *stages: str, deal: str = "1") -> Run:
    """Move a deal, with a poll after each stage; the last run."""
    for stage in stages:
        made.crm.put(deal, stage=stage)
        run = await made.poll()
    return run


async def test_an_estimate_is_made_and_tied_to_its_deal() -> None:
    made = await ground(ESTIMATE)
    run = await moved(made, "提案")
    (paper,) = made.books.of("1")
    assert (paper.status, paper.party_id, paper.key, paper.total) == ("draft", "300", "deal:1", "1000")
    assert (run.state, run.counts["to_books"].created) == ("done", 1)
    tie = made.store.tie("estimate", paper.id)
    assert tie is not None and (tie.deal_id, tie.by) == ("1", "trigger")
    assert [(line.verb, line.books_id) for line in made.store.lines] == [("create", paper.id)]


async def test_a_second_poll_does_nothing() -> None:
    made = await ground(ESTIMATE)
    await moved(made, "提案")
    writes = list(made.books.writes)
    run = await made.poll()
    assert made.books.writes == writes
    assert run.counts["to_books"].created == 0


async def test_a_draft_is_accepted_by_way_of_sent() -> None:
    made = await ground(ESTIMATE)
    await moved(made, "提案", "受注")
    assert [what for what, _, _ in made.books.writes] == ["create", "sent", "accepted"]
    assert made.store.deals["1"].estimate.left == "accepted"


async def test_a_lost_deal_declines_its_estimate_and_voids_its_invoice() -> None:
    made = await ground(ESTIMATE)
    await moved(made, "提案", "失注")
    assert made.books.of("1")[0].status == "declined"
    made = await ground(INVOICE)
    await moved(made, "受注", "失注")
    assert made.books.of("1", "invoice")[0].status == "void"


async def test_what_a_person_sent_is_left_alone_and_that_is_told() -> None:
    made = await ground(ESTIMATE)
    await moved(made, "提案")
    made.books.set("1", status="sent")
    await moved(made, "受注", "失注")
    assert made.books.papers["1"].status == "sent"
    assert [line.why for line in made.store.lines] == ["called", "sent", "sent"]
    assert made.store.failures() == []


async def test_an_estimate_that_books_does_not_let_be_declined_is_a_failure_until_something_changes() -> None:
    made = await ground(ESTIMATE)
    await moved(made, "提案", "受注", "失注")
    (failure,) = made.store.failures()
    assert (failure.reason, failure.books_id) == ("F25", "1")
    tries = failure.attempts
    await made.poll()
    assert made.store.failures()[0].attempts == tries
    made.books.loose = True
    await made.poll(retry=True)
    assert made.books.papers["1"].status == "declined"
    assert made.store.failures() == []


async def test_the_invoice_that_books_makes_of_an_accepted_estimate_is_tied_and_not_made_twice() -> None:
    made = await ground(ESTIMATE, converts=True)
    await moved(made, "提案", "受注")
    (invoice,) = made.books.of("1", "invoice")
    assert made.store.deals["1"].estimate.invoices == (invoice.id,)
    assert made.store.tie("invoice", invoice.id).by == "trigger"
    await made.switch(**INVOICE)
    await moved(made, "提案", "受注")
    assert len(made.books.of("1", "invoice")) == 1
    assert made.store.deals["1"].note == "converted"


@pytest.mark.parametrize(
    ("lacks", "reason"), [({"account_id": ""}, "F22"), ({"amount": None}, "F23"), ({"name": ""}, "F23")]
)
async def test_a_deal_that_lacks_something_fails_until_it_is_filled_in(lacks: dict, reason: str) -> None:
    made = await ground(ESTIMATE)
    made.crm.put("1", stage="提案", **lacks)
    await made.poll()
    await made.poll()
    (failure,) = made.store.failures()
    assert (failure.reason, failure.attempts, failure.module) == (reason, 1, "documents")
    made.crm.put("1", account_id="a", amount="5", name="案件")
    await made.poll()
    assert (len(made.books.of("1")), made.store.failures()) == (1, [])


async def test_a_customer_that_is_not_in_books_yet_is_waited_for() -> None:
    made = await ground(ESTIMATE)
    made.crm.put("1", stage="提案", account_id="b")
    await made.poll()
    assert made.store.failures()[0].reason == "F21"
    link = structs.replace(next(made.store.links("customers")), crm_id="b", books_id="777")
    made.store.commit(Commit(links=[link]))
    await made.poll()
    assert made.books.of("1")[0].party_id == "777"
    assert made.store.failures() == []


async def test_the_customer_is_the_contact_where_contacts_are_the_customers() -> None:
    made = await ground(ESTIMATE)
    setup = ModuleSetup(module="customers", shape="contacts")
    made.store.commit(Commit(setups=[setup]))
    await moved(made, "提案")
    assert made.books.of("1")[0].party_id == "301"


async def test_deals_that_are_there_already_rest_until_they_move() -> None:
    made = Ground()
    made.crm.put("1", stage="受注")
    await made.switch(**INVOICE)
    made.crm.put("1", description="改訂")
    await made.poll()
    assert made.books.papers == {}
    await moved(made, "交渉", "受注")
    assert len(made.books.of("1", "invoice")) == 1


async def test_deals_that_are_there_already_act_when_asked_to() -> None:
    made = Ground()
    made.crm.put("1", stage="受注")
    await made.switch(**INVOICE, existing=True)
    await made.poll()
    assert len(made.books.of("1", "invoice")) == 1


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"kind": "estimate", "create_at": ("無い",)}, "無い"),
        ({"kind": "estimate", "create_at": ("失注",)}, "lost"),
        ({"kind": "estimate"}, "at least one stage"),
        ({"kind": "invoice"}, "item"),
    ],
)
async def test_a_preference_that_cannot_work_is_refused(wanted: dict, says: str) -> None:
    made = Ground()
    with pytest.raises(Problem) as caught:
        await made.switch(**wanted)
    assert caught.value.code == "bad_request"
    assert says in caught.value.detail["what"]
    assert made.store.preference().kind == "none"


async def test_a_paused_profile_triggers_nothing() -> None:
    made = await ground(ESTIMATE)
    made.store.commit(Commit(profile=Profile(name="x", paused=True)))
    with pytest.raises(Problem) as caught:
        await made.poll()
    assert caught.value.code == "paused"


async def test_a_deleted_deal_wants_nothing() -> None:
    made = await ground(ESTIMATE)
    made.crm.put("1", stage="提案", account_id="")
    await made.poll()
    made.crm.delete("1")
    await made.poll()
    assert made.store.deals["1"].wanted == ()
    assert made.store.deals["1"].gone


@pytest.mark.parametrize("unique", [False, True])
@pytest.mark.parametrize("turns", [("", "lost"), ("", "die"), ("die",), ("down",), ("", "down")])
async def test_a_create_that_was_cut_off_makes_one_document(unique: bool, turns: tuple[str, ...]) -> None:
    made = await ground(ESTIMATE, unique=unique)
    made.crm.put("1", stage="提案")
    made.books.trouble = fails(*turns)
    await made.poll_to_the_end()
    assert made.counts() == {"deal:1": 1}
    assert made.store.deals["1"].estimate is not None
    assert made.store.deals["1"].wanted == ()
    assert made.store.tie("estimate", "1") is not None


@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize("turn", ["die", "down"])
async def test_an_acceptance_that_was_cut_off_anywhere_comes_to_its_end(at: int, turn: str) -> None:
    made = await ground(ESTIMATE, converts=True)
    await moved(made, "提案")
    made.crm.put("1", stage="受注")
    made.books.trouble = fails(*[""] * at, turn)
    await made.poll_to_the_end()
    assert made.books.papers["1"].status == "invoiced"
    assert len(made.books.papers) == 2
    assert made.store.deals["1"].estimate.left == "accepted"


async def test_a_kill_at_any_commit_ends_where_the_undisturbed_run_ends() -> None:
    for at in range(30):
        made = await ground(ESTIMATE)
        made.crm.put("1", stage="提案")
        await made.poll()
        made.crm.put("1", stage="受注")
        made.crm.put("2", stage="提案")
        made.store.die_at = made.store.commits + at
        await made.poll_to_the_end()
        assert {key: value.status for key, value in made.books.papers.items()} == {"1": "accepted", "2": "draft"}


async def test_what_a_person_e_mailed_after_a_kill_is_not_taken_for_our_own_send() -> None:
    made = await ground(ESTIMATE)
    await moved(made, "提案")
    made.crm.put("1", stage="受注")
    made.books.trouble = fails("die")
    with pytest.raises(Killed):
        await made.poll()
    made.restart()
    made.books.set("1", status="sent", emailed=True)
    await made.poll()
    assert made.books.papers["1"].status == "sent"


async def test_failures_and_the_end_of_the_run_are_told() -> None:
    made = await ground(ESTIMATE)
    made.crm.put("1", stage="提案", amount=None)
    await made.poll()
    assert [type(each) for each in made.told] == [Failure, Run]


async def test_trouble_that_passes_stops_the_run_and_the_next_one_goes_on() -> None:
    made = await ground(ESTIMATE)
    made.crm.put("1", stage="提案")
    made.books.trouble = fails("down")
    run = await made.poll()
    assert (run.state, run.problem) == ("stopped", "server_trouble")
    # The stage that was seen counts, though the deal has moved on since.
    made.crm.put("1", stage="交渉")
    await made.poll()
    assert len(made.books.of("1")) == 1


async def test_a_note_that_outlives_a_crash_stands_before_every_write() -> None:
    made = await ground(ESTIMATE, converts=True)
    open_at: list[tuple[str, ...]] = []

    def look(when: str) -> str:
        if when == "before":
            open_at.append(tuple(each.verb for each in made.store.document_intents()))
        return ""

    made.books.trouble = look
    await moved(made, "提案", "受注")
    assert open_at == [("create",), ("accept",), ("accept",), ("accept",)]
    assert made.store.document_intents() == []


async def test_a_failure_goes_when_the_deal_moves_on_and_wants_nothing_any_more() -> None:
    made = await ground(ESTIMATE)
    made.crm.put("1", stage="提案", amount=None)
    await made.poll()
    assert len(made.store.failures()) == 1
    await moved(made, "失注")
    assert (made.store.failures(), made.store.deals["1"].wanted, made.books.papers) == ([], (), {})
