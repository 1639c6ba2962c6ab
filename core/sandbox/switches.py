"""What the reference leaves open, each as a named switch. To add one, add a line to `SWITCHES`; read it by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Value = bool | int | str


@dataclass(frozen=True, slots=True)
class Switch:
    """One open question: its name, how the sandbox answers it by default, the answers there are, and its source.

    `choices` is empty for a switch that takes any value of its default's type.
    """

    name: str
    default: Value
    choices: tuple[Value, ...]
    doc: str
    source: str

    def accepts(self, value: object) -> bool:
        """Whether a value may be set."""
        return type(value) is type(self.default) and (not self.choices or value in self.choices)


YES_NO = (True, False)

SWITCHES = (
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
    Switch("books.sales_tax", True, YES_NO, "whether sales tax is enabled; 110817 otherwise", "zoho-books-api §3.3"),
    Switch("books.escape_html", False, YES_NO, "whether replies escape & < > in text", "zoho-books-api §10.7"),
)


class Switches:
    """The present answers. `KeyError` for an unknown name, `ValueError` for a value a switch does not take."""

    def __init__(self) -> None:
        self._known = {switch.name: switch for switch in SWITCHES}
        self.values: dict[str, Value] = {switch.name: switch.default for switch in SWITCHES}
        self.version = 0

    def __getitem__(self, name: str) -> Value:
        return self.values[name]

    def on(self, name: str) -> bool:
        """A yes-or-no switch."""
        return self.values[name] is True

    def number(self, name: str) -> int:
        """A switch that holds a number."""
        return int(self.values[name])

    def text(self, name: str) -> str:
        """A switch that holds a word."""
        return str(self.values[name])

    def change(self, wanted: Mapping[str, object]) -> None:
        """Set several at once: all, or none when one is wrong."""
        for name, value in wanted.items():
            switch = self._known[name]
            if not switch.accepts(value):
                raise ValueError(f"{name} takes {list(switch.choices) or type(switch.default).__name__}")
        self.version += 1
        self.values.update({name: value for name, value in wanted.items() if isinstance(value, (bool, int, str))})

    def listing(self) -> list[dict[str, Any]]:
        """Each with its value, default, choices, explanation and source."""
        return [
            {"name": switch.name, "value": self.values[switch.name], "default": switch.default,
             "choices": list(switch.choices), "doc": switch.doc, "source": switch.source}
            for switch in SWITCHES
        ]  # fmt: skip
