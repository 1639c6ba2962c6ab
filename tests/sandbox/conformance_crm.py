"""One call at least of every CRM operation that is checked against Zoho's OpenAPI files."""

from __future__ import annotations

from typing import Any

from tests.sandbox.openapi import Conformance


def metadata(conf: Conformance) -> None:
    """Organisation, users, modules, fields, layouts, views, pipelines, profiles, related lists."""
    crm = conf.crm
    crm("GET /org")
    crm("GET /org/currencies")
    user = crm("GET /users", type="AllUsers")["users"][0]
    crm("GET /users/{id}", id=user["id"])
    crm("GET /users", type="DeletedUsers")
    profile = crm("GET /settings/profiles")["profiles"][0]["id"]
    crm("GET /settings/profiles/{id}", id=profile)
    crm("GET /settings/modules")
    crm("GET /settings/modules/{module}", module="Accounts")
    made = {"plural_label": "Jobs", "singular_label": "Job", "api_name": "Jobs", "profiles": [{"id": profile}]}
    for _ in range(2):
        crm("POST /settings/modules", json={"modules": [made]})
    for module in ("Accounts", "Contacts", "Vendors", "Products", "Deals", "Quotes", "Purchase_Orders"):
        crm("GET /settings/fields", module=module)
        crm("GET /settings/layouts", module=module)
        crm("GET /settings/custom_views", module=module)
    crm("GET /settings/fields/{field}", field="Stage", module="Deals")
    crm("GET /settings/fields/{field}/pick_list_values", field="Industry", module="Accounts")
    wanted = {"field_label": "Key", "data_type": "text", "unique": {"case_sensitive": False}}
    field = crm("POST /settings/fields", module="Accounts", json={"fields": [wanted]})["fields"][0]["details"]["id"]
    crm("POST /settings/fields", module="Accounts", json={"fields": [wanted]})
    crm("GET /settings/fields", module="Accounts")
    crm("DELETE /settings/fields/{field}", field=field, module="Accounts")
    crm("DELETE /settings/fields/{field}", field=field, module="Accounts")
    layout = crm("GET /settings/layouts", module="Deals")["layouts"][0]["id"]
    crm("GET /settings/layouts/{id}", id=layout, module="Deals")
    view = crm("GET /settings/custom_views", module="Accounts")["custom_views"][5]["id"]
    crm("GET /settings/custom_views/{id}", id=view, module="Accounts")
    pipeline = crm("GET /settings/pipeline", layout_id=layout)["pipeline"][0]["id"]
    crm("GET /settings/pipeline", layout_id="1")
    crm("GET /settings/pipeline")
    crm("GET /settings/pipeline/{id}", id=pipeline, layout_id=layout)
    for module in ("Accounts", "Deals", "Vendors"):
        crm("GET /settings/related_lists", module=module)


def records(conf: Conformance) -> None:
    """Reading and writing records, search, COQL, related records."""
    crm = conf.crm
    first = crm("GET /{module}", module="Accounts", fields="Account_Name,Owner", per_page=2)["data"][0]["id"]
    crm("GET /{module}", module="Accounts")
    crm("GET /{module}", module="Nope", fields="id")
    crm("GET /{module}/{id}", module="Accounts", id=first)
    made = _insert(conf)
    crm("POST /{module}", module="Accounts", json={"data": [{"Account_Name": "N", "Phone": "1"}, {}]})
    crm("POST /{module}", module="Accounts", json={"data": [{"Account_Name": "N" * 300, "Phone": "1"}]})
    crm("PUT /{module}", module="Accounts", json={"data": [{"id": made, "Phone": "2"}]})
    crm("PUT /{module}/{id}", module="Accounts", id=made, json={"data": [{"Phone": "3"}]})
    old = {"If-Unmodified-Since": "2020-01-01T00:00:00+09:00"}
    crm("PUT /{module}/{id}", module="Accounts", id=made, json={"data": [{"Phone": "3"}]}, headers=old)
    crm("POST /{module}/upsert", module="Accounts", json={"data": [{"Account_Name": "Up", "Phone": "1"}]})
    crm("DELETE /{module}", module="Accounts", ids=made)
    crm("DELETE /{module}", module="Accounts", ids=made)
    crm("DELETE /{module}/{id}", module="Accounts", id=_insert(conf))
    crm("GET /{module}/deleted", module="Accounts", type="all")
    crm("GET /{module}/search", module="Accounts", criteria="(Billing_State:equals:東京都)")
    crm("GET /{module}/search", module="Accounts")
    crm("GET /{module}/actions/count", module="Accounts")
    for query in ("select Account_Name from Accounts where id is not null limit 2", "select from"):
        crm("POST /coql", json={"select_query": query})
    deal = crm("GET /{module}", module="Deals", fields="Deal_Name", per_page=1)["data"][0]["id"]
    product = crm("GET /{module}", module="Products", fields="Product_Name", per_page=1)["data"][0]["id"]
    crm("GET /{module}/{id}", module="Deals", id=deal)
    crm("PUT /{module}/{id}/{related}", module="Deals", id=deal, related="Products", json={"data": [{"id": product}]})
    crm("GET /{module}/{id}/{related}", module="Deals", id=deal, related="Products", fields="Product_Name")
    crm("GET /{module}/{id}/{related}", module="Deals", id="1", related="Products", fields="Product_Name")
    crm("DELETE /{module}/{id}/{related}", module="Deals", id=deal, related="Products", ids=product)
    wanted = {"get_related_records_count": [{"related_list": {"api_name": "Deals", "id": "1"}}]}
    crm("POST /{module}/{id}/actions/get_related_records_count", module="Accounts", id=first, json=wanted)
    row = {"Product_Name": {"id": product}, "Quantity": 2}
    quote = crm("POST /{module}", module="Quotes", json={"data": [{"Subject": "Q", "Quoted_Items": [row]}]})
    crm("GET /{module}/{id}", module="Quotes", id=quote["data"][0]["details"]["id"])


def the_rest(conf: Conformance) -> None:
    """The bin, notifications, composite requests, bulk read."""
    crm, path = conf.crm, "/settings/recycle_bin"
    gone = [_insert(conf) for _ in range(4)]
    for each in gone:
        conf.client.crm("DELETE", f"Accounts/{each}")
    crm(f"GET {path}")
    crm(f"GET {path}/{{id}}", id=gone[0])
    crm(f"GET {path}/actions/count")
    crm(f"POST {path}/actions/restore", json={"ids": [gone[0]]})
    crm(f"POST {path}/{{id}}/actions/restore", id=gone[1])
    crm(f"DELETE {path}/{{id}}", id=gone[2])
    crm(f"DELETE {path}", ids=gone[3])
    crm(f"POST {path}/actions/empty")
    channel: dict[str, Any] = {"channel_id": "1", "events": ["Deals.all"], "notify_url": "http://127.0.0.1:9/"}
    for method in ("POST", "PUT"):
        crm(f"{method} /actions/watch", json={"watch": [channel]})
    crm("PATCH /actions/watch", json=channel)
    crm("GET /actions/watch")
    crm("DELETE /actions/watch", channel_ids="1")
    inner = {"method": "GET", "uri": "/crm/v8/org"}
    crm("POST /__composite_requests", json={"__composite_requests": [inner]})
    query = {"module": {"api_name": "Accounts"}, "fields": ["Account_Name"], "page": 1}
    job = conf.bulk("POST /read", json={"query": query})["data"][0]["details"]["id"]
    for _ in range(2):
        conf.bulk("GET /read/{id}", id=job)
    conf.bulk("GET /read/{id}/result", id=job)


def _insert(conf: Conformance) -> str:
    body = {"data": [{"Account_Name": "N", "Phone": "1"}]}
    return str(conf.crm("POST /{module}", module="Accounts", json=body)["data"][0]["details"]["id"])
