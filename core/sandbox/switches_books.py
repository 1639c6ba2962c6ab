"""The switches of Books. To add one, add a line."""

from __future__ import annotations

from core.sandbox.switch import YES_NO, Switch

BOOKS_SWITCHES = (
    Switch(
        "books.unique_by_api",
        False,
        YES_NO,
        "whether a custom field can be made unique over the API",
        "zoho-books-api §3.5",
    ),
    Switch(
        "books.unique_flag",
        "is_unique",
        ("is_unique", "is_unique_field", "is_duplicate_allowed"),
        "name of a custom field's uniqueness flag (the last one negated)",
        "zoho-books-api §3.5",
    ),
    Switch(
        "books.duplicate_names",
        "refused",
        ("refused", "allowed"),
        "organisation preference for equal display names",
        "zoho-books-api §4.2; integration-behaviour E14",
    ),
    Switch(
        "books.name_folding",
        "exact",
        ("exact", "case_and_spaces"),
        "how display names are compared",
        "zoho-books-api §4.2",
    ),
    Switch(
        "books.names_shared",
        True,
        YES_NO,
        "whether customers and vendors share one space of names",
        "zoho-books-api §4.2",
    ),
    Switch(
        "books.too_long_code", 15, (), "code of a value longer than its limit", "integration-behaviour E42 (INVENTED)"
    ),
    Switch(
        "books.unmatched_key_code",
        1002,
        (),
        "code of PUT /contacts when no record has the unique value",
        "zoho-books-api §10.1 (INVENTED)",
    ),
    Switch("books.upsert_create_status", 201, (201, 200), "status of an upsert that created", "zoho-books-api §10.1"),
    Switch(
        "books.zcrm_id_writable",
        False,
        YES_NO,
        "whether POST and PUT store zcrm_account_id and its like",
        "zoho-books-api §4.3",
    ),
    Switch("books.list_zcrm_ids", False, YES_NO, "whether list rows carry the zcrm ids", "zoho-books-api §4.3"),
    Switch(
        "books.modified_since_filter",
        False,
        YES_NO,
        "whether the contacts list honours last_modified_time",
        "zoho-books-api §4.4",
    ),
    Switch(
        "books.rate_headers",
        True,
        YES_NO,
        "whether org-scoped replies carry x-rate-limit-* (limits on only)",
        "zoho-books-api §2",
    ),
    Switch(
        "books.minute_code", 44, (43, 44), "code beyond 100 calls a minute; 43 blocks for an hour", "zoho-books-api §2"
    ),
    Switch(
        "books.burst_calls",
        1000,
        (),
        "calls in one minute beyond which the organisation is blocked for an hour (43)",
        "zoho-books-api §2",
    ),
    Switch("books.new_order_status", "draft", ("draft", "open"), "status of a new sales order", "zoho-books-api §6.2"),
    Switch("books.transition_code", 8020, (), "code of a status that cannot follow", "zoho-books-api §1.8 (INVENTED)"),
    Switch("books.in_use_code", 3101, (), "code of deleting what is in use", "zoho-books-api §1.8 (INVENTED)"),
    Switch(
        "books.currency_fixed_code",
        3021,
        (),
        "code of changing the currency of a contact with transactions",
        "integration-behaviour E35, F8 (INVENTED)",
    ),
    Switch(
        "books.number_while_auto_code",
        4097,
        (),
        "code of a number sent while numbers are automatic",
        "zoho-books-api §6.1 (INVENTED)",
    ),
    Switch(
        "books.invoice_lines_need_item", False, YES_NO, "whether lines of invoices need an item", "zoho-books-api §6.3"
    ),
    Switch(
        "books.potential_sticks",
        True,
        YES_NO,
        "whether estimates and invoices store zcrm_potential_id",
        "zoho-books-api §6.3",
    ),
    Switch(
        "books.loose_estimates",
        False,
        YES_NO,
        "whether drafts can be accepted, and declined estimates too",
        "zoho-books-api §6.2",
    ),
    Switch(
        "books.void_paid",
        "allowed",
        ("allowed", "refused"),
        "whether an invoice with payments can be voided",
        "zoho-books-api §6.2; integration-behaviour F25",
    ),
    Switch(
        "books.convert_refusal",
        "nested",
        ("nested", "plain"),
        "how fromestimates refuses drafts: in data under code 0, or as an error",
        "zoho-books-api §6.5",
    ),
    Switch(
        "books.auto_convert_by_api",
        True,
        YES_NO,
        "whether the estimate preference acts on /status/accepted",
        "zoho-books-api §6.5",
    ),
    Switch(
        "books.invoiced_estimate_flips",
        True,
        YES_NO,
        "whether invoiced_estimate_id makes the estimate invoiced",
        "zoho-books-api §6.5",
    ),
    Switch(
        "books.balance_touches_contact",
        False,
        YES_NO,
        "whether a payment moves the contact's modification time",
        "zoho-books-api §8",
    ),
    Switch(
        "books.unknown_salesperson",
        "created",
        ("created", "refused"),
        "what an unknown salesperson_name does",
        "zoho-books-api §3.4",
    ),
    Switch(
        "books.import_again",
        "same",
        ("same", "another"),
        "what a second import of a CRM record gives",
        "zoho-books-api §7",
    ),
    Switch(
        "books.import_refused_code",
        4,
        (),
        "code of an import while the integration does not cover it",
        "zoho-books-api §7 (INVENTED)",
    ),
    Switch(
        "books.person_emails",
        "free",
        ("free", "unique"),
        "whether two persons of a contact may share an address",
        "integration-behaviour F10",
    ),
    Switch(
        "books.approvals", False, YES_NO, "whether documents have to be submitted and approved", "zoho-books-api §6.2"
    ),
    Switch("books.sales_tax", True, YES_NO, "whether sales tax is enabled; 110817 otherwise", "zoho-books-api §3.3"),
    Switch("books.escape_html", False, YES_NO, "whether replies escape & < > in text", "zoho-books-api §10.7"),
)
