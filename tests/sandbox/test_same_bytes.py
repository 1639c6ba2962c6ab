"""The same seed and the same requests give the same bytes: one script over both APIs, in two interpreters."""

from __future__ import annotations

from typing import Any

import httpx

from core.sandbox.testing import RunningSandbox
from tests.sandbox.client import Client

Told = tuple[str, int, dict[str, str], bytes]


def crm(client: Client) -> None:
    """Metadata, records, searches, queries, the bin, related records."""
    for path in ("org", "org/currencies", "users", "settings/modules", "settings/profiles"):
        client.crm("GET", path)
    for path in ("fields", "layouts", "custom_views", "related_lists"):
        client.crm("GET", f"settings/{path}", module="Deals")
    field = {"field_label": "Key", "data_type": "text", "length": 50, "unique": {"case_sensitive": False}}
    client.crm("POST", "settings/fields", module="Accounts", json={"fields": [field]})
    client.walk(per_page=25, sort_by="Modified_Time")
    made = client.insert(Account_Name="A", Key="1")
    client.crm("POST", "Accounts/upsert", json={"data": [{"Account_Name": "A", "Phone": "2"}, {"Phone": "x" * 99}]})
    client.crm("PUT", f"Accounts/{made}", json={"data": [{"Phone": "3"}]})
    client.crm("GET", "Accounts/search", criteria="((Account_Name:equals:a)and(Phone:starts_with:0))")
    client.crm("GET", "Accounts/search", word="com")
    client.crm("GET", "Accounts/actions/count")
    query = "select Last_Name, Account_Name.Phone from Contacts where Email is not null order by Last_Name limit 9"
    client.crm("POST", "coql", json={"select_query": query})
    client.crm("POST", "coql", json={"select_query": "select count(id), Stage from Deals where id is not null "
                                                     "group by Stage"})  # fmt: skip
    client.crm("DELETE", "Accounts", ids=made)
    client.crm("GET", "Accounts/deleted", type="all")
    client.crm("GET", "settings/recycle_bin")
    deal = client.crm("GET", "Deals", fields="Stage").json()["data"][0]["id"]
    client.crm("GET", f"Deals/{deal}/Stage_History", fields="Stage,Modified_Time")


def documents(client: Client) -> None:
    """CRM's documents and what becomes of them; Books' from estimate to payment."""
    product = client.crm("GET", "Products", fields="Product_Name").json()["data"][0]["id"]
    rows = [{"Product_Name": {"id": product}, "Quantity": 2, "List_Price": 99.5, "Discount": "5%"}]
    quote = client.crm("POST", "Quotes", json={"data": [{"Subject": "Q", "Quoted_Items": rows}]})
    name = quote.json()["data"][0]["details"]["id"]
    client.crm("GET", f"Quotes/{name}")
    orders = next(each for each in client.crm("GET", "settings/modules").json()["modules"]
                  if each["api_name"] == "Sales_Orders")  # fmt: skip
    target = {"convert_to": [{"module": {"api_name": "Sales_Orders", "id": orders["id"]}}]}
    client.crm("POST", f"Quotes/{name}/actions/convert", json={"data": [target]})
    customer = client.customer("Buyer", contact_persons=[{"first_name": "A", "email": "a@b.example"}])["contact_id"]
    client.books("POST", "items", json={"name": "Thing", "rate": 12.5, "sku": "T-1"})
    body: dict[str, Any] = {"customer_id": customer, "line_items": [{"name": "Thing", "rate": 12.5, "quantity": 3}]}
    estimate = client.books("POST", "estimates", json=body).json()["estimate"]["estimate_id"]
    for status in ("sent", "accepted"):
        client.books("POST", f"estimates/{estimate}/status/{status}")
    client.books("POST", "invoices/fromestimates", estimate_ids=estimate)
    client.books("POST", "salesorders", json=body)
    invoice = client.books("POST", "invoices", json=body).json()["invoice"]
    client.books("POST", f"invoices/{invoice['invoice_id']}/status/sent")
    paid = [{"invoice_id": invoice["invoice_id"], "amount_applied": invoice["total"]}]
    client.books("POST", "customerpayments", json={"customer_id": customer, "payment_mode": "cash", "invoices": paid,
                                                   "amount": invoice["total"], "date": "2026-10-10"})  # fmt: skip
    for path in ("estimates", "invoices", "salesorders", "customerpayments", "items", "contacts", "settings/taxes",
                 "settings/currencies", "users", "salespersons", "organizations"):  # fmt: skip
        client.books("GET", path)
    client.books("GET", f"contacts/{customer}")


def the_rest(client: Client) -> None:
    """Bulk read, composite requests, imports, faults that dice, and what the control surface tells."""
    query = {"module": {"api_name": "Contacts"}, "fields": ["Last_Name", "Email", "Account_Name"]}
    job = client.http.post("/crm/bulk/v8/read", json={"query": query}).json()["data"][0]["details"]["id"]
    for _ in range(3):
        client.http.get(f"/crm/bulk/v8/read/{job}")
    client.http.get(f"/crm/bulk/v8/read/{job}/result")
    calls = [
        {"sub_request_id": "1", "method": "GET", "uri": "/crm/v8/Vendors", "params": {"fields": "Vendor_Name"}},
        {"sub_request_id": "2", "method": "GET", "uri": "/crm/v8/org"},
    ]
    client.crm("POST", "__composite_requests", json={"__composite_requests": calls})
    account = client.crm("GET", "Accounts", fields="Phone").json()["data"][3]["id"]
    client.zoho.control("PUT", "settings", {"books": {"native_customers": "accounts"}})
    client.books("POST", f"crm/account/{account}/import")
    client.zoho.fault(kind="status", probability=0.5, seed=4)
    for place in range(8):
        client.books("POST", "contacts", json={"contact_name": f"B {place}"})
    client.zoho.fault()
    for path in ("planted?sync=all", "requests", "truth/crm/Accounts", "truth/books/contacts", "switches"):
        client.http.get(f"/_sandbox/{path}")


def run(zoho: RunningSandbox) -> list[Told]:
    """Every reply of the script; where the sandbox answers from is not one of them."""
    told: list[Told] = []
    port = zoho.base_url.encode()

    def note(answer: httpx.Response) -> None:
        content = answer.read().replace(port, b"")
        headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
        told.append((f"{answer.request.method} {answer.request.url.path}", answer.status_code, headers, content))

    client = Client(zoho)
    client.http.event_hooks["response"].append(note)
    crm(client)
    documents(client)
    the_rest(client)
    client.http.close()
    return told


def test_a_script_over_both_apis_gives_the_same_bytes_in_two_interpreters() -> None:
    with RunningSandbox(60, 9) as one:
        first = run(one)
    with RunningSandbox(60, 9, process=True) as two:
        second = run(two)
    assert len(first) > 70
    refused = {path for path, status, _, _ in first if status >= 400}
    assert refused == {"POST /books/v3/contacts"}, "only the fault refuses"
    for mine, theirs in zip(first, second, strict=True):
        assert mine == theirs
