"""Whatever is asked, the sandbox answers in Zoho's manner and does not break."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.sandbox.endpoints import table
from core.sandbox.testing import RunningSandbox
from tests.sandbox.client import Client

ENDPOINTS = [each for each in table() if each.side in ("crm", "books")]
NAMES = (
    "fields", "data", "page", "per_page", "page_token", "sort_by", "sort_order", "cvid", "ids", "module", "criteria",
    "word",
    "type", "select_query", "contact_name", "filter_by", "sort_column", "contact_ids", "custom_fields",
    "contact_persons",
    "billing_address", "entity", "label", "data_type", "field_label", "length", "unique", "textarea",
    "pick_list_values",
    "lookup", "Account_Name", "Phone", "Employees", "Owner", "Parent_Account", "id", "trigger",
    "duplicate_check_fields",
    "name", "rate", "value", "api_name", "contact_type", "payment_terms", "values", "value_length", "index",
    "first_name",
    "currency_id", "zip", "tags", "address", "customfield_id", "Currency", "Exchange_Rate", "Last_Name", "Stage",
)  # fmt: skip
WORDS = st.sampled_from(
    ["", "1", "-1", "x", "text", "string", "contact", "Accounts", "textarea", "Status.All", "created_time", "Phone",
     "(Phone:equals:1)", "((", "(Employees:between:1)", "(Created_Time:greater_than:x)",
     "select id from Accounts where id in ('1'",
     "select id from Accounts where Employees > 'x'", "<b>", "\u202e", "💴", "ﾊﾝｶｸ", "x" * 300, "9" * 30, "2026-13-01",
     "picklist"]
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**60), 2**60), st.floats(allow_nan=False, allow_infinity=False), WORDS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)),
    max_leaves=12,
)
BODIES = st.one_of(
    VALUES,
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8),
    st.builds(lambda key, rows: {key: rows}, st.sampled_from(["data", "fields"]), st.lists(VALUES, max_size=3)),
)
QUICK = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
LONG = settings(QUICK, max_examples=2_000)
LISTS = ("crm/v8/Accounts", "crm/v8/Contacts", "crm/v8/Quotes", "books/v3/contacts", "books/v3/items",
         "books/v3/invoices", "books/v3/estimates", "books/v3/customerpayments")  # fmt: skip


@pytest.fixture(scope="module")
def shared() -> Iterator[Client]:
    with RunningSandbox(20, 3) as zoho:
        client = Client(zoho)
        client.books("POST", "settings/fields", json={"label": "Key", "data_type": "string", "entity": "contact"})
        yield client
        client.http.close()


REQUESTS = (
    st.sampled_from(ENDPOINTS),
    st.dictionaries(st.sampled_from(NAMES), WORDS, max_size=5),
    BODIES,
    st.sampled_from(["4876876000010000001", "460000000200000001", "x", "0"]),
)


def ask(shared: Client, each: Any, query: dict[str, str], body: Any, record: str) -> None:
    known = {"version": "v8", "module": "Accounts", "field": "Phone", "related": "Contacts"}
    path = each.path.format_map(defaultdict(lambda: record, known))
    params = query | {"organization_id": shared.zoho.info["books"]["organization_id"]}
    params |= {"module": "Accounts"} if "settings" in path else {}
    answer = shared.http.request(each.method, path, params=params, json=body)
    assert answer.status_code < 500, answer.text
    if answer.content:
        assert isinstance(answer.json(), dict)
    else:
        assert answer.status_code in (204, 304)


@settings(QUICK)
@given(*REQUESTS)
def test_no_request_breaks_it(shared: Client, each: Any, query: dict[str, str], body: Any, record: str) -> None:
    ask(shared, each, query, body, record)


@pytest.mark.long
@settings(LONG)
@given(*REQUESTS)
def test_no_request_of_many_breaks_it(shared: Client, each: Any, query: dict[str, str], body: Any, record: str) -> None:
    ask(shared, each, query, body, record)


WRITES: list[tuple[str, str, Any]] = [
    ("POST", "crm/v8/Accounts", {"data": [{"Account_Name": "A", "Phone": "1", "Employees": 2, "Annual_Revenue": 1.5,
                                           "Owner": {"id": "1"}, "Industry": "Retail"}], "trigger": []}),
    ("PUT", "crm/v8/Accounts", {"data": [{"id": "4876876000010000001", "Phone": "1", "Website": "https://a.example"}]}),
    ("POST", "crm/v8/Accounts/upsert", {"data": [{"Account_Name": "A", "Phone": "1"}],
                                        "duplicate_check_fields": ["Account_Name"]}),
    ("POST", "crm/v8/Contacts", {"data": [{"Last_Name": "A", "Date_of_Birth": "2000-01-01",
    "Account_Name": {"id": "1"}}]}),
    ("POST", "crm/v8/settings/fields", {"fields": [{
        "field_label": "L", "data_type": "textarea", "length": 5, "unique": {"case_sensitive": True},
        "textarea": {"type": "small"}, "pick_list_values": [{"display_value": "x"}],
        "lookup": {"module": {"api_name": "Accounts"}}}]}),
    ("POST", "crm/v8/coql",
    {"select_query": "select Phone from Accounts where (Fax is null and Employees > 2) limit 5"}),
    ("POST", "books/v3/contacts", {
        "contact_name": "A", "payment_terms": 15, "tags": [], "billing_address": {"city": "x"},
        "contact_persons": [{"first_name": "A", "contact_person_id": "1", "is_primary_contact": True}],
        "custom_fields": [{"index": 1, "value": "x"}], "currency_id": "460000000000100010"}),
    ("PUT", "books/v3/contacts/460000000200000001", {"notes": "n", "contact_persons": [{"first_name": "A"}],
    "website": "w"}),
    ("POST", "books/v3/contacts/contactpersons", {"contact_id": "460000000200000001", "first_name": "A", "phone": "1"}),
    ("POST", "books/v3/contacts/460000000200000001/address", {"city": "x", "zip": "1"}),
    ("POST", "books/v3/settings/fields", {"label": "L", "data_type": "string", "entity": "contact",
                                          "values": [{"name": "x"}], "value_length": 5, "is_mandatory": False}),
    *((("POST", f"books/v3/{plural}", {
        "customer_id": "460000000200000001", "vendor_id": "460000000200000001", "date": "2026-10-01", "discount": "5%",
        "line_items": [{"name": "A", "rate": 1, "quantity": 2, "discount": 1, "tax_id": "460000000000100020"}],
        "adjustment": 1, "shipping_charge": 2, "salesperson_name": "S", "custom_fields": [], "notes": "n",
        "zcrm_potential_id": "1", "exchange_rate": 1, "discount_type": "item_level", "due_date": "2026-10-02"})
       ) for plural in ("estimates", "salesorders", "invoices", "purchaseorders")),
    ("POST", "books/v3/customerpayments", {"customer_id": "460000000200000001", "amount": 5, "date": "2026-10-01",
                                           "invoices": [{"invoice_id": "1", "amount_applied": 5}]}),
    ("POST", "books/v3/settings/webhooks", {"webhook_name": "W", "entity": "invoice", "url": "http://127.0.0.1:9/",
                                            "events": ["created"], "headers": [{"name": "X", "value": "y"}]}),
    ("POST", "books/v3/settings/taxes", {"tax_name": "T", "tax_percentage": 5, "tax_type": "tax"}),
    ("POST", "crm/v8/Quotes", {"data": [{"Subject": "Q", "Discount": 1, "$line_tax": [{"name": "消費税",
        "percentage": 10}], "Quoted_Items": [{"Product_Name": {"id": "4876876000400000000"}, "Quantity": 2,
        "List_Price": 5, "Discount": "5%", "Line_Tax": [{"name": "消費税", "percentage": 10}]}]}]}),
    ("POST", "crm/v8/settings/modules", {"modules": [{"plural_label": "Jobs", "singular_label": "Job", "api_name": "J",
        "profiles": [{"id": "1"}], "display_field": {"field_label": "N", "data_type": "text"}}]}),
    ("POST", "crm/v8/settings/recycle_bin/actions/restore", {"recycle_bin": [{"ids": ["1"]}]}),
    ("PUT", "crm/v8/Deals/4876876000500000000/Products", {"data": [{"id": "4876876000400000000"}]}),
    ("POST", "books/v3/items", {"name": "A", "rate": 1.5, "sku": "x", "custom_fields": [{"label": "Key",
    "value": "x"}]}),
]  # fmt: skip


def _paths(value: Any, so_far: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield so_far
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _paths(inner, (*so_far, key))


def _with(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    if not path:
        return other
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = _with(copied[path[0]], path[1:], other)
    return copied


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, str, Any]:
    """A good request with one part of its body replaced by something else."""
    method, path, body = draw(st.sampled_from(WRITES))
    return method, path, _with(body, draw(st.sampled_from(list(_paths(body)))), draw(VALUES))


def spoil(shared: Client, method: str, path: str, body: Any) -> None:
    params = {"organization_id": shared.zoho.info["books"]["organization_id"], "module": "Accounts"}
    answer = shared.http.request(method, f"/{path}", params=params, json=body)
    assert answer.status_code < 500, answer.text


def check_lists(shared: Client) -> None:
    shown = {"fields": "Account_Name,Owner,Employees,Phone", "filter_by": "Status.All"}
    shown |= {"organization_id": shared.zoho.info["books"]["organization_id"]}
    for listing in LISTS:
        assert shared.http.get(f"/{listing}", params=shown).status_code in (200, 204), listing


@settings(QUICK)
@given(st.lists(spoiled(), min_size=4, max_size=4))
def test_no_spoiled_body_breaks_it(shared: Client, requests: list[tuple[str, str, Any]]) -> None:
    for each in requests:
        spoil(shared, *each)
    check_lists(shared)


@pytest.mark.long
@settings(LONG)
@given(spoiled())
def test_no_spoiled_body_of_many_breaks_it(shared: Client, request_: tuple[str, str, Any]) -> None:
    spoil(shared, *request_)
    check_lists(shared)


@pytest.mark.parametrize(
    "name", ["'; drop table x; --", "<script>alert(1)</script>", "\u202eEvil", "A\u0000B", "👩‍👩‍👧‍👦", "x" * 200]
)
def test_hostile_names_come_back_as_they_went(shared: Client, name: str) -> None:
    assert shared.account(shared.insert(Account_Name=name))["Account_Name"] == name
    assert shared.customer(name)["contact_name"] == name
