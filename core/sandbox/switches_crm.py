"""The switches of the accounts server and of CRM. To add one, add a line."""

from __future__ import annotations

from core.sandbox.switch import YES_NO, Switch

CRM_SWITCHES = (
    Switch(
        "oauth.throttle_status", 400, (400, 200), "HTTP status of the token endpoint's throttle", "zoho-crm-api §1.4"
    ),
    Switch(
        "oauth.data_centre",
        "right",
        ("right", "wrong_client", "wrong_code"),
        "answer token calls as a server of another data centre would",
        "zoho-crm-api §1.1, §1.4",
    ),
    Switch("oauth.scope_in_reply", True, YES_NO, "whether token replies carry `scope`", "zoho-crm-api §1.2"),
    Switch(
        "crm.bad_token_code",
        "INVALID_TOKEN",
        ("INVALID_TOKEN", "INVALID_OAUTHTOKEN"),
        "code of a 401 for a bad or expired token",
        "zoho-crm-api §0",
    ),
    Switch(
        "crm.not_modified_status",
        304,
        (304, 204),
        "reply to If-Modified-Since when nothing changed",
        "zoho-crm-api §5.1",
    ),
    Switch(
        "crm.modified_since",
        "exclusive",
        ("exclusive", "inclusive"),
        "whether If-Modified-Since leaves out the very second",
        "zoho-crm-api §9",
    ),
    Switch("crm.unknown_id", 204, (204, 400), "reply to a well-formed id that does not exist", "zoho-crm-api §5.2"),
    Switch(
        "crm.several_errors",
        "multiple",
        ("multiple", "first"),
        "several failures of one record: MULTIPLE_OR_MULTI_ERRORS, or the first one only",
        "zoho-crm-api §5.9",
    ),
    Switch(
        "crm.layout_required",
        "always",
        ("always", "with_layout", "never"),
        "when an insert is held to the layout's required fields",
        "zoho-crm-api §4.2, §10.15",
    ),
    Switch(
        "crm.too_many_code",
        "INVALID_DATA",
        ("INVALID_DATA", "LIMIT_EXCEEDED"),
        "code for more than 100 records in a call",
        "zoho-crm-api §5.9",
    ),
    Switch(
        "crm.validation_rule_code",
        "CANNOT_PERFORM_ACTION",
        ("CANNOT_PERFORM_ACTION", "INVALID_DATA"),
        "code of a write that a validation rule refuses",
        "zoho-crm-api §5.9 (code INVENTED)",
    ),
    Switch("crm.empty_text", "clears", ("clears", "kept"), "what an empty string in a write does", "zoho-crm-api §9"),
    Switch(
        "crm.merged_in_deleted",
        True,
        YES_NO,
        "whether a record merged away is in the deleted list",
        "zoho-crm-api §5.10",
    ),
    Switch("crm.search_delay_seconds", 0, (), "how long a fresh record is missing from search", "zoho-crm-api §5.3"),
    Switch(
        "crm.list_read_credits",
        3,
        (1, 3),
        "credits of Get Records with cvid or sort_by, and of search",
        "zoho-crm-api §8",
    ),
    Switch(
        "crm.stage_history",
        "Stage_History",
        ("Stage_History", "DealHistory", "absent"),
        "name of the related list of a deal's stages, or none",
        "zoho-crm-api §5.11",
    ),
    Switch(
        "crm.orders_list",
        "SalesOrders",
        ("SalesOrders", "Sales_Orders"),
        "how the related lists of orders are spelt",
        "zoho-crm-inventory-modules §4.1",
    ),
    Switch(
        "crm.purchase_orders_need",
        "professional",
        ("professional", "enterprise"),
        "edition from which there are purchase orders",
        "zoho-crm-inventory-modules §1",
    ),
    Switch(
        "crm.header_only",
        False,
        YES_NO,
        "whether documents may be made without rows",
        "zoho-crm-inventory-modules §6.3",
    ),
    Switch(
        "crm.empty_subform",
        "removes",
        ("removes", "refused"),
        "what an empty list of rows in an update does",
        "zoho-crm-inventory-modules §3.3",
    ),
    Switch(
        "crm.unknown_tax",
        "ignored",
        ("ignored", "refused"),
        "what becomes of a tax name that CRM does not know",
        "zoho-crm-inventory-modules §3.4",
    ),
    Switch(
        "crm.converted_hidden",
        False,
        YES_NO,
        "whether lists leave out converted quotes unless asked",
        "zoho-crm-inventory-modules §4",
    ),
    Switch("crm.bulk_steps", 2, (), "how often a bulk job's state is read until it is completed", "zoho-crm-api §7.2"),
    Switch("crm.bulk_fails", False, YES_NO, "whether bulk jobs end in FAILURE", "zoho-crm-api §7.2"),
)
