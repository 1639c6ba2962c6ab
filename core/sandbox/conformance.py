"""What is checked against Zoho's own OpenAPI files, and where those files are known to be wrong.

The files themselves are not part of this project. `tests/sandbox/test_conformance.py` finds them through
`KAKEHASHI_OPENAPI` and checks every operation named here; the table of endpoints on the sandbox's page says which are.
"""

from __future__ import annotations

from dataclasses import dataclass

CRM, BULK, BOOKS = "/crm/{version}", "/crm/bulk/{version}", "/books/v3"
_CRM: dict[str, tuple[str, ...]] = {
    "org": ("GET /org",),
    "currencies": ("GET /org/currencies",),
    "users": ("GET /users", "GET /users/{id}"),
    "modules": ("GET /settings/modules", "GET /settings/modules/{module}", "POST /settings/modules"),
    "fields": ("GET /settings/fields", "GET /settings/fields/{field}", "POST /settings/fields",
               "DELETE /settings/fields/{field}"),
    "pick-list-values": ("GET /settings/fields/{field}/pick_list_values",),
    "layouts": ("GET /settings/layouts", "GET /settings/layouts/{id}"),
    "custom-views": ("GET /settings/custom_views", "GET /settings/custom_views/{id}"),
    "pipeline": ("GET /settings/pipeline", "GET /settings/pipeline/{id}"),
    "profiles": ("GET /settings/profiles", "GET /settings/profiles/{id}"),
    "related-lists": ("GET /settings/related_lists",),
    "record": ("GET /{module}", "POST /{module}", "PUT /{module}", "DELETE /{module}", "GET /{module}/{id}",
               "PUT /{module}/{id}", "DELETE /{module}/{id}", "POST /{module}/upsert", "GET /{module}/deleted"),
    "module-search": ("GET /{module}/search",),
    "record-count": ("GET /{module}/actions/count",),
    "coql": ("POST /coql",),
    "related-records": ("GET /{module}/{id}/{related}", "PUT /{module}/{id}/{related}",
                        "DELETE /{module}/{id}/{related}"),
    "get-related-records-count": ("POST /{module}/{id}/actions/get_related_records_count",),
    "recycle-bin": ("GET /settings/recycle_bin", "DELETE /settings/recycle_bin", "GET /settings/recycle_bin/{id}",
                    "DELETE /settings/recycle_bin/{id}", "GET /settings/recycle_bin/actions/count",
                    "POST /settings/recycle_bin/actions/restore", "POST /settings/recycle_bin/{id}/actions/restore",
                    "POST /settings/recycle_bin/actions/empty"),
    "notifications": ("GET /actions/watch", "POST /actions/watch", "PUT /actions/watch", "PATCH /actions/watch",
                      "DELETE /actions/watch"),
    "composite-requests": ("POST /__composite_requests",),
}  # fmt: skip
_BOOKS: dict[str, tuple[str, ...]] = {
    "contacts": ("GET /contacts", "POST /contacts", "PUT /contacts", "DELETE /contacts", "GET /contacts/{id}",
                 "PUT /contacts/{id}", "DELETE /contacts/{id}", "POST /contacts/{id}/active",
                 "POST /contacts/{id}/inactive", "GET /contacts/{id}/address", "POST /contacts/{id}/address",
                 "PUT /contacts/{id}/address/{address}", "DELETE /contacts/{id}/address/{address}",
                 "POST /contacts/{id}/address/{address}/markasbilling",
                 "POST /contacts/{id}/address/{address}/markasshipping"),
    "contact-persons": ("GET /contacts/{id}/contactpersons", "GET /contacts/{id}/contactpersons/{person}",
                        "POST /contacts/contactpersons", "PUT /contacts/contactpersons/{id}",
                        "DELETE /contacts/contactpersons/{id}", "POST /contacts/contactpersons/{id}/primary"),
    "items": ("GET /items", "POST /items", "PUT /items", "GET /items/{id}", "PUT /items/{id}", "DELETE /items/{id}",
              "GET /itemdetails", "POST /items/{id}/active", "POST /items/{id}/inactive",
              "PUT /item/{id}/customfields"),
    "organizations": ("GET /organizations", "GET /organizations/{id}"),
    "currency": ("GET /settings/currencies", "POST /settings/currencies", "GET /settings/currencies/{id}",
                 "PUT /settings/currencies/{id}", "DELETE /settings/currencies/{id}",
                 "GET /settings/currencies/{id}/exchangerates", "POST /settings/currencies/{id}/exchangerates"),
    "taxes": ("GET /settings/taxes", "POST /settings/taxes", "GET /settings/taxes/{id}", "PUT /settings/taxes/{id}",
              "DELETE /settings/taxes/{id}"),
    "users": ("GET /users", "GET /users/me", "GET /users/{id}"),
    "estimates": ("GET /estimates", "POST /estimates", "PUT /estimates", "GET /estimates/{id}", "PUT /estimates/{id}",
                  "DELETE /estimates/{id}", "POST /estimates/{id}/status/sent", "POST /estimates/{id}/status/accepted",
                  "POST /estimates/{id}/status/declined", "POST /estimates/{id}/submit",
                  "POST /estimates/{id}/approve", "PUT /estimate/{id}/customfields",
                  "GET /estimates/{id}/comments"),
    "invoices": ("GET /invoices", "POST /invoices", "PUT /invoices", "DELETE /invoices", "GET /invoices/{id}",
                 "PUT /invoices/{id}", "DELETE /invoices/{id}", "POST /invoices/{id}/status/sent",
                 "POST /invoices/{id}/status/void", "POST /invoices/{id}/status/draft",
                 "POST /invoices/{id}/submit", "POST /invoices/{id}/approve", "POST /invoices/{id}/reject",
                 "POST /invoices/fromestimates", "POST /invoices/fromsalesorder", "GET /invoices/{id}/payments",
                 "PUT /invoice/{id}/customfields", "GET /invoices/{id}/comments", "POST /invoices/status/sent",
                 "POST /invoices/status/void"),
    "sales-order": ("GET /salesorders", "POST /salesorders", "PUT /salesorders", "GET /salesorders/{id}",
                    "PUT /salesorders/{id}", "DELETE /salesorders/{id}", "POST /salesorders/{id}/status/open",
                    "POST /salesorders/{id}/status/void", "POST /salesorders/{id}/submit",
                    "POST /salesorders/{id}/approve", "PUT /salesorder/{id}/customfields",
                    "GET /salesorders/{id}/comments"),
    "purchase-order": ("GET /purchaseorders", "POST /purchaseorders", "PUT /purchaseorders",
                       "GET /purchaseorders/{id}", "PUT /purchaseorders/{id}", "DELETE /purchaseorders/{id}",
                       "POST /purchaseorders/{id}/status/open", "POST /purchaseorders/{id}/status/billed",
                       "POST /purchaseorders/{id}/status/cancelled", "POST /purchaseorders/{id}/submit",
                       "POST /purchaseorders/{id}/approve", "POST /purchaseorders/{id}/reject",
                       "PUT /purchaseorder/{id}/customfields",
                       "GET /purchaseorders/{id}/comments"),
    "customer-payments": ("GET /customerpayments", "POST /customerpayments", "GET /customerpayments/{id}",
                          "PUT /customerpayments/{id}", "DELETE /customerpayments/{id}"),
    "credit-notes": ("GET /creditnotes", "POST /creditnotes", "GET /creditnotes/{id}",
                     "POST /creditnotes/{id}/invoices", "POST /creditnotes/{id}/status/void"),
    "integration": ("POST /crm/account/{id}/import", "POST /crm/contact/{id}/import", "POST /crm/vendor/{id}/import",
                    "POST /crm/item/{id}/import"),
}  # fmt: skip


def _paths(files: dict[str, tuple[str, ...]], base: str) -> dict[str, str]:
    return {each.replace(" ", f" {base}", 1): name for name, calls in files.items() for each in calls}


OPERATIONS: dict[str, str] = {
    **_paths(_CRM, CRM),
    **_paths({"bulk-read": ("POST /read", "GET /read/{id}", "GET /read/{id}/result")}, BULK),
    **_paths(_BOOKS, BOOKS),
}
"""`GET /crm/{version}/org` → the file that describes it."""

UNDOCUMENTED: dict[str, str] = {
    f"POST {CRM}/{{module}}/{{id}}/actions/convert": "its file was not to be had; built after its page",
    f"GET {BOOKS}/salespersons": "not documented at all; clients call it",
    **{f"{call} {BOOKS}/settings/fields{rest}": "not documented at all; clients and live organisations show it"
       for call, rest in (("GET", ""), ("POST", ""), ("GET", "/{id}"), ("PUT", "/{id}"), ("DELETE", "/{id}"))},
    **{f"{call} {BOOKS}/settings/webhooks{rest}": "its page has no file; built after the page"
       for call, rest in (("GET", ""), ("POST", ""), ("GET", "/{id}"), ("PUT", "/{id}"), ("DELETE", "/{id}"))},
}  # fmt: skip
"""Calls that none of Zoho's files describes, and why they are here all the same."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a file does not say what Zoho does. `pattern` is searched in `path: what the validator said`."""

    file: str
    pattern: str
    why: str


DIFFERENCES = (
    Difference("org", r"'(trial_action|max_per_page)' was unexpected", "Zoho's page on the organisation lists them"),
    Difference("fields", r"'default_value', 'sequence_number' were unexpected", "the page on fields lists them"),
    Difference("fields", r"pick_list_values\[\d+\]: Additional properties are not allowed \('deal_category'",
               "stages tell their probability, as the older file says and every client needs"),
    Difference("fields", r"case_sensitive: '(true|false)' is not of type 'boolean'",
               "the page on field metadata shows a text"),
    Difference("bulk-read", r"\$: b'PK.* is not of type 'object'", "the result is a ZIP"),
    Difference("custom-views", r"(created|modified)_by: None is not of type 'object'",
               "views that Zoho made have no creator"),
    Difference("custom-views", r"Unevaluated properties are not allowed", "follows from the line above"),
    Difference("pipeline", r"code: 'REQUIRED_PARAM_MISSING' is not one of", "the page on pipelines has this code"),
    Difference("record", r"info\.(next_page_token|previous_page_token|page_token_expiry): None is not of type",
               "null where there is no other page, as the page on Get Records shows"),
    Difference("record", r"\$: Additional properties are not allowed \('code', 'details', 'message', 'status'",
               "the file puts the errors of a whole request into `data`; Zoho answers them bare"),
    Difference("record", r"(Created_By|Modified_By): Additional properties are not allowed \('email'",
               "has the shape of an owner"),
    Difference("record", r"Unknown response http status: 207", "207 is documented for every write of several records"),
    Difference("record", r"'action', 'duplicate_field' were unexpected", "the page on upsert shows both"),
    Difference("record", r"data\[0\]\.code: 'INVALID_DATA' is not one of \['NO_PERMISSION'\]",
               "a record that is gone is no question of permission"),
    Difference("contacts", r"amount(_bcy)?: [\d.]+ is not of type 'integer'", "amounts have decimals"),
    Difference("contacts", r"credit_limit: '' is not of type 'number'", "numbers that are not set come as empty text"),
    Difference("", r"Unknown response http status: 201", "an upsert that created answers so (a switch)"),
    Difference("currency", r"exchange_rate: \{.*is not of type 'number'", "one rate is an object"),
    Difference("purchase-order", r"taxes\[0\]: \{.*is not of type 'string'", "objects, as in the other files"),
    Difference("items", r"tax_percentage: \d+ is not of type 'string'", "a number on every live organisation"),
    Difference("organizations", r"fiscal_year_start_month: 'april' is not of type 'number'",
               "a word in the detail, a number in the list"),
    Difference("taxes", r"\.tax: \{.*is not of type 'array'", "one tax is an object"),
    Difference("", r"page_context: \{.*is not of type 'array'", "one object, as everybody sees it"),
    Difference("", r"(shipping_charge|balance|total): [\d.]+ is not of type 'string'", "amounts are numbers"),
    Difference("sales-order", r"\.salesorder: \{.*is not of type 'array'", "one order is an object"),
    Difference("purchase-order", r"(discount|quantity): [\d.]+ is not of type 'string'", "numbers"),
    Difference("purchase-order", r"(bcy_rate|item_total): [\d.]+ is not of type 'integer'", "amounts have decimals"),
)  # fmt: skip
