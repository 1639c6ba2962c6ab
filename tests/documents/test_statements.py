"""Every statement B61–B77, B79 and B87–B101 of the native integration, and the tests that show it.

A test that is renamed or gone fails this one, so the table stays true. What nothing here can show says why.
"""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
MIRROR, TRIGGERS, ASSOCIATE = "documents/test_mirror.py", "documents/test_triggers.py", "documents/test_associate.py"
DRAFTS, ZOHO, RUN = "documents/test_drafts.py", "documents/test_on_zoho.py", "documents/test_run.py"
KEYS = "e2e/test_documents.py::test_b90_b91_b94_b97_b98_an_invoice_for_one_only_in_crm_takes_under_twenty_keystrokes"

SHOWN: dict[str, tuple[str, ...]] = {
    "B61": (
        f"{MIRROR}::test_b61_b63_a_books_document_appears_in_crm",
        f"{MIRROR}::test_b61_only_documents_of_linked_customers_appear",
    ),
    "B62": (
        f"{MIRROR}::test_b62_before_switching_on_it_says_what_would_appear",
        "documents/test_commands.py::test_transactions_are_switched_only_when_that_is_confirmed",
    ),
    "B63": (f"{MIRROR}::test_b61_b63_a_books_document_appears_in_crm",),
    "B64": (
        f"{MIRROR}::test_b64_a_document_made_in_crm_becomes_a_books_draft",
        f"{MIRROR}::test_b64_what_was_in_crm_before_stays_there",
    ),
    "B65": (f"{MIRROR}::test_b65_custom_fields_of_books_appear_in_crm_and_their_values_go_both_ways",),
    "B66": (f"{TRIGGERS}::test_b66_a_deal_made_at_a_chosen_stage_makes_its_estimate_at_once",),
    "B67": (
        f"{TRIGGERS}::test_b67_what_a_deal_must_have_by_customer_shape",
        f"{TRIGGERS}::test_b67_a_customer_that_is_not_in_books_yet_is_waited_for",
        f"{RUN}::test_a_deal_that_lacks_something_fails_until_it_is_filled_in",
    ),
    "B68": (
        "documents/test_commands.py::test_b68_from_a_preference_to_a_document_that_stays_tied",
        "tui/test_deals.py::test_triggers_are_edited_then_confirmed_in_numbers_b68_b71",
    ),
    "B69": (f"{TRIGGERS}::test_b69_stages_that_are_not_chosen_call_for_nothing",),
    "B70": (
        f"{TRIGGERS}::test_b70_a_chosen_stage_makes_a_draft_estimate",
        f"{ZOHO}::test_b70_b74_an_estimate_carries_the_six_values",
    ),
    "B71": (
        f"{TRIGGERS}::test_b71_a_chosen_stage_accepts",
        f"{ZOHO}::test_b71_b72_b73_statuses_follow_the_stage",
        f"{ZOHO}::test_the_invoice_that_books_makes_of_an_estimate_is_tied_and_never_doubled",
    ),
    "B72": (
        f"{TRIGGERS}::test_b72_a_lost_deal_declines",
        f"{TRIGGERS}::test_b72_an_accepted_estimate_of_a_deal_lost_later_is_declined",
        f"{ZOHO}::test_b71_b72_b73_statuses_follow_the_stage",
    ),
    "B73": (f"{ZOHO}::test_b73_b76_a_won_deal_makes_an_invoice_with_the_chosen_item_and_losing_it_voids_it",),
    "B74": (
        f"{TRIGGERS}::test_b74_the_six_values_come_over_in_one_line",
        f"{ZOHO}::test_b70_b74_an_estimate_carries_the_six_values",
    ),
    "B75": (f"{MIRROR}::test_b75_what_a_trigger_made_is_seen_from_its_deal_in_crm",),
    "B76": (
        f"{TRIGGERS}::test_b76_won_and_lost_go_by_probability_not_by_name",
        f"{ZOHO}::test_b73_b76_a_won_deal_makes_an_invoice_with_the_chosen_item_and_losing_it_voids_it",
    ),
    "B77": (
        f"{TRIGGERS}::test_b77_an_estimate_that_a_person_sent_is_left_alone",
        f"{TRIGGERS}::test_b77_an_invoice_that_a_person_moved_on_is_left_alone",
        f"{ZOHO}::test_b77_what_a_person_sent_is_untouched",
    ),
    "B79": (f"{DRAFTS}::test_b79_b97_an_invoice_is_made_tied_and_sent_in_one_go",),
    "B87": (f"{DRAFTS}::test_b87_who_a_document_can_be_for_goes_by_the_chosen_mode",),
    "B88": (
        "agent/test_lists.py::test_filters",
        "tui/test_customers.py::test_the_menu_of_views_narrows_the_list",
    ),
    "B89": ("tui/test_deeds.py::test_marked_records_are_fetched_together_after_asking",),
    "B90": (f"{DRAFTS}::test_b90_b92_accounts_are_searched_by_name_and_shown_with_all_their_contacts", KEYS),
    "B91": ("tui/test_documents.py::test_an_invoice_for_one_only_in_crm_in_few_keys_b90_b91_b97", KEYS),
    "B92": (
        f"{DRAFTS}::test_b90_b92_accounts_are_searched_by_name_and_shown_with_all_their_contacts",
        f"{DRAFTS}::test_b92_contacts_are_searched_by_first_and_last_name",
    ),
    "B93": (f"{DRAFTS}::test_b93_vendors_are_searched_for_purchase_orders",),
    "B94": (
        f"{ASSOCIATE}::test_b94_b97_a_document_is_tied_to_a_deal_of_its_customer",
        f"{ASSOCIATE}::test_b94_a_purchase_order_has_no_deal",
        KEYS,
    ),
    "B95": (f"{ASSOCIATE}::test_b95_e24_where_crm_shows_no_deals_that_is_said",),
    "B96": (
        f"{ASSOCIATE}::test_b96_a_deal_of_another_customer_is_refused",
        f"{ASSOCIATE}::test_b96_a_customer_that_crm_does_not_have_has_no_deals",
    ),
    "B97": (
        f"{DRAFTS}::test_b79_b97_an_invoice_is_made_tied_and_sent_in_one_go",
        "tui/test_deals.py::test_the_sidebar_shows_the_customers_deals_and_a_ties_the_selected_one_b97",
        "tui/test_deals.py::test_the_details_tab_shows_the_customers_crm_record",
        KEYS,
    ),
    "B98": (f"{MIRROR}::test_b98_a_tied_document_is_seen_from_its_deal", KEYS),
    "B99": (
        f"{ASSOCIATE}::test_b99_a_deal_takes_several_documents",
        "documents/test_ledger.py::test_b99_one_deal_has_several_documents_and_each_document_one_deal",
    ),
    "B100": (f"{ASSOCIATE}::test_b100_a_tie_is_undone", "tui/test_deals.py::test_x_unties_a_document_b100"),
    "B101": (
        f"{ASSOCIATE}::test_b101_what_a_trigger_tied_cannot_be_untied_or_given_to_another_deal",
        "tui/test_deals.py::test_a_tie_made_by_a_trigger_says_why_it_stays_b101",
    ),
}  # fmt: skip

STATEMENTS = [f"B{at}" for at in (*range(61, 78), 79, *range(87, 102))]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_statement_is_shown_by_tests_that_exist(statement: str) -> None:
    for each in SHOWN[statement]:
        path, _, name = each.partition("::")
        source = (TESTS / path).read_text(encoding="utf-8")
        assert re.search(rf"def {name}\b", source), f"{each} is gone"


def test_the_table_has_no_other_statement() -> None:
    assert set(SHOWN) == set(STATEMENTS)
