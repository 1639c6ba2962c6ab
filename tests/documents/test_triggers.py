"""What stages call for: B66–B77, ?12, as rules of their own; ``test_trigger_model`` has them all at once."""

import pytest
from msgspec import structs

from core.documents.draft import draft, key_of, too_long
from core.documents.stages import Stages
from core.documents.triggers import decide, rest, see, verbs_at
from core.model.documents import Deal, DealProduct, DealRow, DealStage, Document, Made, Preference
from core.model.reasons import REASONS

STAGES = Stages(
    (DealStage("調査", 10), DealStage("提案", 50), DealStage("交渉", 80), DealStage("受注", 100), DealStage("失注", 0))
)
ESTIMATE = Preference(kind="estimate", create_at=("提案",), accept_at=("受注",))
INVOICE = Preference(kind="invoice", item_id="9")
NONE = Preference()


def deal(stage: str = "提案", **more: object) -> Deal:
    given = {"id": "77", "name": "年間保守", "amount": "120000", "account_id": "1", "contact_id": "2", "stage": stage}
    return Deal(**(given | more))  # type: ignore[arg-type]


def seen(preference: Preference, *stages: str, row: DealRow | None = None, stuck: bool = False) -> DealRow:
    """The row after polls that found these stages one after the other."""
    for stage in stages:
        row = see(preference, STAGES, row, deal(stage), "2026-01-01T00:00:00Z", stuck=stuck)
    assert row is not None
    return row


def made(preference: Preference, left: str, *stages: str) -> DealRow:
    """A deal whose document exists and was left so, at these stages since."""
    row = see(preference, STAGES, None, deal("調査"), "")
    kind = "invoice" if preference.kind == "invoice" else "estimate"
    row = structs.replace(row, wanted=(), **{kind: Made(kind=kind, id="500", left=left)})
    return seen(preference, *stages, row=row)


def paper(status: str, kind: str = "estimate") -> Document:
    return Document(kind=kind, id="500", status=status)  # type: ignore[arg-type]


def test_b70_a_chosen_stage_makes_a_draft_estimate() -> None:
    row = seen(ESTIMATE, "調査", "提案")
    assert row.wanted == ("create",)
    assert decide(ESTIMATE, "accounts", row, "300", None).verb == "create"


def test_b69_stages_that_are_not_chosen_call_for_nothing() -> None:
    assert seen(ESTIMATE, "調査", "交渉").wanted == ()


def test_b66_a_deal_made_at_a_chosen_stage_makes_its_estimate_at_once() -> None:
    assert seen(ESTIMATE, "提案").wanted == ("create",)


def test_b71_a_chosen_stage_accepts() -> None:
    row = made(ESTIMATE, "draft", "受注")
    assert decide(ESTIMATE, "accounts", row, "300", paper("draft")).verb == "accept"


def test_b71_a_stage_chosen_for_both_makes_and_accepts() -> None:
    both = Preference(kind="estimate", create_at=("受注",), accept_at=("受注",))
    assert seen(both, "受注").wanted == ("create", "accept")


def test_b71_there_is_nothing_to_accept_where_nothing_was_made() -> None:
    row = seen(ESTIMATE, "調査", "受注")
    assert (row.wanted, row.note) == ((), "nothing_made")


def test_b72_a_lost_deal_declines() -> None:
    row = made(ESTIMATE, "draft", "失注")
    assert decide(ESTIMATE, "accounts", row, "300", paper("draft")).verb == "decline"


def test_b72_an_accepted_estimate_of_a_deal_lost_later_is_declined() -> None:
    row = made(ESTIMATE, "accepted", "失注")
    assert decide(ESTIMATE, "accounts", row, "300", paper("accepted")).verb == "decline"


def test_b73_a_won_deal_makes_an_invoice_and_a_lost_one_voids_it() -> None:
    assert seen(INVOICE, "受注").wanted == ("create",)
    row = made(INVOICE, "draft", "受注", "失注")
    assert decide(INVOICE, "accounts", row, "300", paper("draft", "invoice")).verb == "void"


def test_b76_won_and_lost_go_by_probability_not_by_name() -> None:
    renamed = Stages((DealStage("Closed Lost", 100), DealStage("Closed Won", 0)))
    assert verbs_at(INVOICE, renamed, deal("Closed Lost")) == ("create",)
    assert verbs_at(INVOICE, renamed, deal("Closed Won")) == ("void",)


def test_b76_a_stage_that_crm_no_longer_lists_goes_by_the_deal() -> None:
    assert verbs_at(INVOICE, STAGES, deal("旧ステージ", probability=100)) == ("create",)
    assert verbs_at(INVOICE, STAGES, deal("旧ステージ")) == ()


def test_b72_a_lost_stage_that_was_chosen_makes_nothing() -> None:
    assert verbs_at(Preference(kind="estimate", create_at=("失注",)), STAGES, deal("失注")) == ("decline",)


@pytest.mark.parametrize(
    ("shape", "given", "why", "reason"),
    [
        ("accounts", {"account_id": ""}, "no_account", "F22"),
        ("accounts_contacts", {"account_id": ""}, "no_account", "F22"),
        ("accounts_contacts_all", {"account_id": ""}, "no_account", "F22"),
        ("contacts", {"contact_id": ""}, "no_contact", "F22"),
        ("accounts", {"contact_id": ""}, "called", ""),
        ("contacts", {"account_id": ""}, "called", ""),
        ("accounts", {"amount": None}, "no_amount", "F23"),
        ("accounts", {"name": " "}, "no_name", "F23"),
    ],
)
def test_b67_what_a_deal_must_have_by_customer_shape(shape: str, given: dict, why: str, reason: str) -> None:
    row = see(ESTIMATE, STAGES, None, deal(**given), "")
    found = decide(ESTIMATE, shape, row, "300", None)  # type: ignore[arg-type]
    assert (found.why, found.reason, found.settled) == (why, reason, why == "called")


def test_b67_a_customer_that_is_not_in_books_yet_is_waited_for() -> None:
    found = decide(ESTIMATE, "accounts", seen(ESTIMATE, "提案"), "", None)
    assert (found.verb, found.reason, found.settled) == ("none", "F21", False)
    assert found.reason in REASONS


def test_b74_the_six_values_come_over_in_one_line() -> None:
    from_deal = deal(description="月次点検を含む", owner="営業一課", currency="JPY")
    new = draft(Preference(kind="estimate", item_id="42"), "estimate", from_deal, "300")
    (line,) = new.lines
    assert (new.party_id, new.salesperson, new.currency) == ("300", "営業一課", "JPY")
    assert (line.item_id, line.name, line.description, line.rate, line.quantity) == (
        "42", "年間保守", "月次点検を含む", "120000", "1",
    )  # fmt: skip
    assert (new.key, new.deal_id) == (key_of("77"), "77")


def test_f16_tells_both_lengths() -> None:
    new = draft(ESTIMATE, "estimate", deal(name="x" * 120), "300")
    assert too_long(new) == ("name", 120, 100)
    assert too_long(draft(ESTIMATE, "estimate", deal(), "300")) is None


@pytest.mark.parametrize("status", ["sent", "viewed", "accepted", "declined", "expired", "invoiced"])
def test_b77_an_estimate_that_a_person_sent_is_left_alone(status: str) -> None:
    for stage in ("受注", "失注"):
        found = decide(ESTIMATE, "accounts", made(ESTIMATE, "draft", stage), "300", paper(status))
        assert (found.verb, found.reason) == ("none", "F24")


@pytest.mark.parametrize("status", ["sent", "overdue", "paid", "partially_paid", "void"])
def test_b77_an_invoice_that_a_person_moved_on_is_left_alone(status: str) -> None:
    found = decide(INVOICE, "accounts", made(INVOICE, "draft", "失注"), "300", paper(status, "invoice"))
    assert (found.verb, found.reason) == ("none", "F24")


def test_b77_the_send_on_the_way_to_accepting_is_not_a_persons() -> None:
    row = made(ESTIMATE, "sent", "受注")
    assert decide(ESTIMATE, "accounts", row, "300", paper("sent")).verb == "accept"


def test_q12_one_document_a_deal_and_kind_however_the_stages_move() -> None:
    row = made(ESTIMATE, "draft", "提案", "調査", "提案")
    assert (row.wanted, row.note) == ((), "exists")


def test_q12_a_deal_that_is_reopened_makes_no_second_document() -> None:
    for preference, left, stages in ((ESTIMATE, "declined", ("提案", "受注")), (INVOICE, "void", ("受注",))):
        row = made(preference, left, *stages)
        assert (row.wanted, row.note) == ((), "reopened")


def test_q12_what_was_called_for_and_not_done_is_overtaken_by_what_came_later() -> None:
    assert made(ESTIMATE, "draft", "受注", "失注").wanted == ("decline",)
    assert seen(ESTIMATE, "提案", "失注").wanted == ("create", "decline")


def test_a_lost_deal_whose_document_could_not_be_made_wants_none() -> None:
    row = seen(ESTIMATE, "提案")
    assert seen(ESTIMATE, "失注", row=row, stuck=True).wanted == ()


def test_a_document_that_was_deleted_is_not_made_again() -> None:
    found = decide(ESTIMATE, "accounts", made(ESTIMATE, "draft", "受注"), "300", None)
    assert (found.why, found.reason, found.settled) == ("gone", "F29", True)


def test_the_invoice_that_books_made_of_an_accepted_estimate_is_not_made_again() -> None:
    row = structs.replace(
        seen(INVOICE, "受注"), estimate=Made(kind="estimate", id="1", left="accepted", invoices=("8",))
    )
    assert decide(INVOICE, "accounts", row, "300", None).why == "converted"


def test_an_invoiced_estimate_is_not_declined() -> None:
    found = decide(ESTIMATE, "accounts", made(ESTIMATE, "accepted", "失注"), "300", paper("invoiced"))
    assert (found.verb, found.why) == ("none", "converted")


def test_deals_rest_until_they_move_after_the_triggers_are_switched_on() -> None:
    row = rest(seen(NONE, "受注"), act=False, preference=INVOICE, stages=STAGES, at="")
    assert seen(INVOICE, "受注", row=row).wanted == ()
    assert decide(INVOICE, "accounts", row, "300", None).why == "resting"
    assert seen(INVOICE, "交渉", "受注", row=row).wanted == ("create",)


def test_deals_act_where_they_stand_when_that_was_asked_for() -> None:
    row = rest(seen(NONE, "受注"), act=True, preference=INVOICE, stages=STAGES, at="")
    assert row.wanted == ("create",)


def test_e26_none_clears() -> None:
    row = rest(seen(ESTIMATE, "提案"), act=False, preference=NONE, stages=STAGES, at="")
    assert row.wanted == ()
    assert decide(NONE, "accounts", row, "300", None).why == "off"


def test_every_stage_seen_is_kept() -> None:
    row = seen(NONE, "調査", "提案", "提案", "失注")
    assert [(each.stage, each.probability) for each in row.trail] == [("調査", 10), ("提案", 50), ("失注", 0)]


def test_the_deals_products_become_lines_where_they_come_to_its_amount() -> None:
    wanted = Preference(kind="estimate", create_at=("Quote",), item_id="9", products=True)
    whole = Deal(id="1", name="D", amount="150")
    pair = [(DealProduct(id="a", name="A", price="100"), "7"), (DealProduct(id="b", name="B", price="50"), "")]
    lines = draft(wanted, "estimate", whole, "5", pair).lines
    assert [(each.name, each.item_id, each.rate) for each in lines] == [("A", "7", "100"), ("B", "9", "50")]
    for given, products, preference in (
        (structs.replace(whole, amount="151"), pair, wanted),
        (whole, [], wanted),
        (whole, pair, structs.replace(wanted, products=False)),
    ):
        assert [each.name for each in draft(preference, "estimate", given, "5", products).lines] == ["D"]
