"""Every statement B23–B60 and B78–B86 of the native integration, and the tests that show it.

A test that is renamed or gone fails this one, so the table stays true. What nothing here can show says why.
"""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

SANDBOX = "engine/test_modules_on_sandbox.py"

SHOWN: dict[str, tuple[str, ...]] = {
    "B23": ("tui/test_setup.py::test_customers_are_set_up_in_five_steps_with_a_view_and_a_custom_field",),
    "B24": ("engine/test_steps.py::test_B24_the_chosen_crm_module_pairs_with_books_customers",),
    "B25": (
        "engine/test_policies.py::test_B25_an_account_becomes_a_business_customer_with_its_mapped_fields",
        "engine/test_policies.py::test_B25_individuals_do_not_take_part",
        "engine/test_against_sandbox.py::test_a_first_sync_fails_as_planted_and_a_second_writes_nothing",
    ),
    "B26": (
        "engine/test_contacts.py::test_B26_a_contact_becomes_an_individual_customer",
        "engine/test_contacts.py::test_B26_accounts_and_business_customers_take_no_part",
        "engine/test_modules_on_sandbox.py::test_a_module_fails_as_planted_and_a_second_run_writes_nothing",
    ),
    "B27": (
        "engine/test_persons.py::test_B27_accounts_become_customers_and_their_contacts_contact_persons",
        "engine/test_persons.py::test_B27_parents_are_written_before_their_contacts",
        "engine/test_modules_on_sandbox.py::test_accounts_and_their_contacts_arrive_under_their_customers",
    ),
    "B28": (
        "engine/test_persons.py::test_B28_a_contact_without_an_account_is_left_out",
        "engine/test_persons.py::test_B28_unless_unassociated_ones_are_included_then_it_becomes_an_individual",
    ),
    "B29": ("engine/test_persons.py::test_B29_business_customers_pair_with_accounts_and_individuals_with_contacts",),
    "B30": ("engine/test_steps.py::test_B30_the_extent_says_whether_anything_goes_to_crm",),
    "B31": (
        "engine/test_steps.py::test_B31_what_was_sent_to_crm_stays_when_nothing_goes_there_any_more",
        "engine/test_policies.py::test_B31_fetch_brings_accounts_in_and_sends_nothing_back",
        "engine/test_invariants.py::test_I3_",
    ),
    "B32": ("engine/test_policies.py::test_B32_both_ways_crm_goes_first",),
    "B33": ("engine/test_policies.py::test_B33_only_the_exact_name_is_a_duplicate",),
    "B34": ("engine/test_policies.py::test_B34_clone_makes_a_second_record_and_leaves_the_original_alone",),
    "B35": ("engine/test_policies.py::test_B35_overwrite_replaces_the_data_in_books_and_keeps_what_it_replaced",),
    "B36": ("engine/test_policies.py::test_B36_skip_leaves_both_records_as_they_are",),
    "B37": ("engine/test_view.py::test_B37_only_records_of_the_view_are_synced",),
    "B38": (f"{SANDBOX}::test_B38_B40_predefined_and_own_views_of_the_chosen_module_are_offered",),
    "B40": (f"{SANDBOX}::test_B38_B40_predefined_and_own_views_of_the_chosen_module_are_offered",),
    "B41": ("engine/test_persons.py::test_B41_both_views_narrow_which_contacts_of_which_accounts_are_synced",),
    "B42": ("engine/test_steps.py::test_B42_B43_basic_fields_are_mapped_by_default_and_others_by_hand",),
    "B43": ("engine/test_steps.py::test_B42_B43_basic_fields_are_mapped_by_default_and_others_by_hand",),
    "B44": (
        "tui/test_setup.py::test_customers_are_set_up_in_five_steps_with_a_view_and_a_custom_field",
        "engine/test_steps.py::test_B44_a_custom_field_of_books_travels_both_ways_once_it_is_mapped",
        "agent/test_deciding.py::test_a_missing_field_is_made_mapped_and_synced",
        "agent/test_fields.py::test_values_of_every_kind_travel_both_ways",
    ),
    "B45": (
        "engine/test_steps.py::test_B45_two_ways_need_equal_base_currencies_before_anything_is_mapped",
        "engine/test_items.py::test_B45_unequal_base_currencies_forbid_items_and_two_ways",
    ),
    "B46": ("engine/test_steps.py::test_B46_B48_B60_saving_stores_the_settings_and_syncs_nothing_until_asked",),
    "B47": (
        "tui/test_setup.py::test_vendors_and_items_take_four_steps",
        "engine/test_vendors.py::test_B47_a_crm_vendor_becomes_a_books_vendor_with_a_primary_person_for_its_mail",
        "engine/test_vendors.py::test_B47_both_ways_crm_goes_first",
        "engine/test_vendors.py::test_B47_a_vendor_of_equal_name_is_a_duplicate",
        "engine/test_vendors.py::test_B47_a_view_narrows_the_vendors",
    ),
    "B48": ("engine/test_steps.py::test_B46_B48_B60_saving_stores_the_settings_and_syncs_nothing_until_asked",),
    "B49": (
        "tui/test_setup.py::test_vendors_and_items_take_four_steps",
        "engine/test_items.py::test_B49_a_product_becomes_an_item_with_its_mapped_fields",
    ),
    "B50": ("engine/test_items.py::test_B50_fetch_sends_no_item_to_crm",),
    "B51": ("engine/test_items.py::test_B51_both_ways_books_goes_first",),
    "B52": ("engine/test_items.py::test_B52_items_of_equal_name_are_duplicates",),
    "B53": ("engine/test_items.py::test_B53_B54_the_clone_is_made_where_the_duplicates_show_up",),
    "B54": ("engine/test_items.py::test_B53_B54_the_clone_is_made_where_the_duplicates_show_up",),
    "B55": ("engine/test_items.py::test_B55_overwrite_replaces_the_record_of_the_side_fetched_last",),
    "B56": ("engine/test_items.py::test_B56_skip_keeps_the_existing_record",),
    "B57": ("engine/test_items.py::test_B57_a_view_sends_only_certain_products",),
    "B58": (
        "engine/test_steps.py::test_B42_B43_basic_fields_are_mapped_by_default_and_others_by_hand",
        "engine/test_items.py::test_B58_some_fields_are_mapped_by_default_and_an_items_state_is_not",
    ),
    "B59": ("engine/test_items.py::test_B59_the_product_type_comes_from_a_custom_field_and_goes_back",),
    "B60": ("engine/test_steps.py::test_B46_B48_B60_saving_stores_the_settings_and_syncs_nothing_until_asked",),
    "B78": (
        "agent/test_picked_up.py::test_B78_what_is_new_is_picked_up_every_two_hours",
        "agent/test_schedule.py::test_every_two_hours_from_the_first_run_on",
    ),
    "B79": ("documents/test_drafts.py::test_b79_b97_an_invoice_is_made_tied_and_sent_in_one_go",),
    "B80": ("cli/test_controls.py::test_B80_each_control_of_the_detail_page_is_a_command",),
    "B81": ("engine/test_steps.py::test_B81_a_sync_asked_for_applies_new_data_now",),
    "B82": (
        "engine/test_steps.py::test_B82_one_record_is_fetched_into_books_without_a_full_sync",
        "engine/test_fetch.py::test_B82_one_customer_is_fetched_without_a_full_sync",
    ),
    "B83": (
        "engine/test_steps.py::test_B83_a_run_tells_what_it_added_updated_and_found_deleted_and_why_records_failed",
    ),
    "B84": (
        "agent/test_schedule.py::test_a_pause_stops_what_is_automatic_and_what_is_asked_for_and_survives_a_restart",
        "engine/test_invariants.py::test_I16_pause_starts_nothing_new_and_disturbs_nothing_running",
        "agent/test_schedule.py::test_a_pause_lets_a_running_sync_finish",
    ),
    "B85": (
        "agent/test_schedule.py::test_edited_settings_take_effect_from_the_next_run",
        "engine/test_steps.py::test_B85_an_edit_of_the_settings_applies_from_the_next_run",
    ),
    "B86": (
        "engine/test_gone.py::test_B86_a_customer_made_in_books_stays_there_when_its_account_is_deleted_in_crm",
        "engine/test_gone.py::test_B86_an_account_deleted_in_crm_stays_in_books",
    ),
}

NOT_SHOWN: dict[str, str] = {
    "B39": "points to help pages: nothing to do",
}

STATEMENTS = [f"B{at}" for at in (*range(23, 61), *range(78, 87))]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_statement_is_shown_by_tests_that_exist(statement: str) -> None:
    assert (statement in SHOWN) != (statement in NOT_SHOWN)
    for each in SHOWN.get(statement, ()):
        path, _, name = each.partition("::")
        source = (TESTS / path).read_text(encoding="utf-8")
        assert re.search(rf"def {name}", source), f"{each} is gone"
