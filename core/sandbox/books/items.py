"""Items (zoho-books-api §5)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from core.sandbox.books.check import check_lengths, check_plain, custom_values
from core.sandbox.books.common import BOOKS, body_of, json_of, page_context, paged, success, window
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.books.render import show_custom
from core.sandbox.books.unique import identified
from core.sandbox.clock import books_time
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row

LIMITS = {"name": 100, "description": 2_000, "sku": 100, "unit": 100}
"""Name and description are documented; `sku` and `unit` are INVENTED."""
KEYS = (
    "name", "rate", "description", "sku", "unit", "product_type", "item_type", "account_id", "purchase_rate",
    "purchase_description", "purchase_account_id", "inventory_account_id", "vendor_id", "reorder_level", "tax_id",
    "is_taxable",
)  # fmt: skip
SORTS = ("name", "rate", "tax_name", "created_time", "last_modified_time")
NUMERIC = ("rate", "created_time", "last_modified_time")
FILTERS: dict[str, Callable[[Row], bool]] = {
    "Status.All": lambda row: True,
    "Status.Active": lambda row: row["status"] == "active",
    "Status.Inactive": lambda row: row["status"] == "inactive",
}
MOST_DETAILS = 200


@endpoint("GET", f"{BOOKS}/items", scope="settings.READ", doc="Items: filter_by, name, sort by name or rate, paging")
def items(call: Call) -> Reply:
    """Inactive ones are hidden by default."""
    query, org = call.query, call.world.books
    filter_by = query.get("filter_by", "Status.Active")
    column, order = query.get("sort_column", "name"), query.get("sort_order", "A")
    if filter_by not in FILTERS:
        raise BooksRefusal(2, name="filter_by")
    if column not in SORTS:
        raise BooksRefusal(2, name="sort_column")
    found = [row for row in org.items.rows() if FILTERS[filter_by](row) and _asked_for(row, query)]
    found.sort(key=lambda row: (_sort_key(row, column), row["item_id"]), reverse=order == "D")
    shown = [show_item(call, row) for row in _page(call, found)]
    about = {"report_name": "Items", "applied_filter": filter_by, "sort_column": column, "sort_order": order}
    page, per_page = window(call)
    return success(items=shown, page_context=page_context(call, len(found) > page * per_page, **about))


@endpoint("GET", f"{BOOKS}/items/{{id}}", scope="settings.READ", doc="One item")
def item(call: Call) -> Reply:
    """404/1002 for an unknown id."""
    return success(item=show_item(call, _find(call)))


@endpoint("GET", f"{BOOKS}/itemdetails", scope="settings.READ", doc="Items in detail by item_ids")
def details(call: Call) -> Reply:
    """Unknown ids are left out."""
    ids = call.query.get("item_ids", "").split(",")[:MOST_DETAILS]
    rows = [row for each in ids if (row := call.world.books.items.get(each)) is not None]
    return paged(call, "items", [show_item(call, row) for row in rows])


@endpoint("POST", f"{BOOKS}/items", scope="settings.CREATE", doc="Create an item; name and SKU are unique")
def create(call: Call) -> Reply:
    """201 with the item."""
    return success(201, "The item has been added.", item=show_item(call, create_item(call, body_of(call))))


@endpoint("PUT", f"{BOOKS}/items/{{id}}", scope="settings.UPDATE", doc="Update an item")
def update(call: Call) -> Reply:
    """Keys that are not sent stay."""
    return success(
        message="Item details have been saved.", item=show_item(call, _update(call, _find(call), body_of(call)))
    )


@endpoint("PUT", f"{BOOKS}/items", scope="settings.UPDATE", doc="Update, or with X-Upsert create, by a unique field")
def upsert(call: Call) -> Reply:
    """As for contacts."""
    org, body = call.world.books, body_of(call)
    found = identified(call, "item", "Item", org.item_values, body)
    if found is not None:
        return success(
            message="Item details have been saved.", item=show_item(call, _update(call, _find(call, found), body))
        )
    status = call.world.switches.number("books.upsert_create_status")
    return success(status, "The item has been added.", item=show_item(call, create_item(call, body)))


@endpoint(
    "PUT", f"{BOOKS}/item/{{id}}/customfields", scope="settings.UPDATE", doc="Custom values of an item: a bare array"
)
def custom(call: Call) -> Reply:
    """200 "Custom Fields Updated Successfully"."""
    row = _find(call)
    _save(call, row | {"custom_values": custom_values(call, "item", json_of(call), row)})
    return success(message="Custom Fields Updated Successfully")


@endpoint("POST", f"{BOOKS}/items/{{id}}/active", scope="settings.CREATE", doc="Mark an item as active")
def active(call: Call) -> Reply:
    """Also when it already was."""
    _save(call, _find(call) | {"status": "active"})
    return success(message="The item has been marked as active.")


@endpoint("POST", f"{BOOKS}/items/{{id}}/inactive", scope="settings.CREATE", doc="Mark an item as inactive")
def inactive(call: Call) -> Reply:
    """Also when it already was."""
    _save(call, _find(call) | {"status": "inactive"})
    return success(message="The item has been marked as inactive.")


@endpoint("DELETE", f"{BOOKS}/items/{{id}}", scope="settings.DELETE", doc="Delete an item")
def delete(call: Call) -> Reply:
    """Not while a line names it; the code is INVENTED (switch)."""
    row = _find(call)
    if call.world.books.ledger.item_in_use(row["item_id"]):
        code = call.world.switches.number("books.in_use_code")
        raise BooksRefusal(code, message="The item is used in transactions and cannot be deleted.", status=400)
    call.world.books.items.remove(row["item_id"])
    return success(message="The item has been deleted.")


def _page(call: Call, found: list[Row]) -> list[Row]:
    page, per_page = window(call)
    return list(islice(found, (page - 1) * per_page, page * per_page))


def _asked_for(row: Row, query: dict[str, str]) -> bool:
    for name in ("name", "description", "sku", "zcrm_product_id"):
        text = str(row.get(name, "")).casefold()
        if name in query and text != query[name].casefold():
            return False
        if f"{name}_startswith" in query and not text.startswith(query[f"{name}_startswith"].casefold()):
            return False
        if f"{name}_contains" in query and query[f"{name}_contains"].casefold() not in text:
            return False
    wanted = query.get("search_text", "").casefold()
    return wanted in row["name"].casefold() or wanted in str(row.get("description", "")).casefold()


def _sort_key(row: Row, column: str) -> Any:
    return float(row.get(column) or 0) if column in NUMERIC else str(row.get(column, "")).casefold()


def _find(call: Call, item_id: str | None = None) -> Row:
    row = call.world.books.items.get(call.params["id"] if item_id is None else item_id)
    if row is None:
        raise BooksRefusal(1002, name="Item")
    return row


def create_item(call: Call, body: dict[str, Any], **more: Any) -> Row:
    """A new item of a body, with whatever else is to be stored."""
    for key in ("name", "rate"):
        if body.get(key) in (None, ""):
            raise BooksRefusal(4, name=key)
    row = {"status": "active", "source": "api", "product_type": "goods", "item_type": "sales"} | _values(call, body, {})
    return _save(call, row | {"item_id": call.world.books.ids.take(), "created_time": call.now, **more})


def _update(call: Call, old: Row, body: dict[str, Any]) -> Row:
    return _save(call, old | _values(call, body, old))


def _values(call: Call, body: dict[str, Any], old: Row) -> Row:
    check_lengths(call, body, LIMITS)
    check_plain(body, KEYS)
    for name in ("rate", "purchase_rate", "reorder_level"):
        if isinstance(body.get(name), bool) or not isinstance(body.get(name, 0), (int, float, type(None))):
            raise BooksRefusal(4, name=name)
    values = {name: body[name] for name in KEYS if name in body and body[name] is not None}
    if values.get("tax_id") and all(each["tax_id"] != values["tax_id"] for each in call.world.books.taxes):
        raise BooksRefusal(4, name="tax_id")
    for name in ("name", "sku"):
        holders = call.world.books.item_names.find((name, values.get(name))) if values.get(name) else []
        if any(each != old.get("item_id") for each in holders):
            raise BooksRefusal(1001, message=f"An item with the same {name} already exists.")
    if "custom_fields" in body:
        values["custom_values"] = custom_values(call, "item", body["custom_fields"], old)
    return values


def _save(call: Call, row: Row) -> Row:
    row = row | {"last_modified_time": call.now}
    call.world.books.items.put(row)
    return row


def show_item(call: Call, row: Row) -> dict[str, Any]:
    """An item, in lists and alone."""
    org = call.world.books
    tax = next((each for each in org.taxes if each["tax_id"] == row.get("tax_id")), None)
    shown = {name: row.get(name, "") for name in KEYS} | {
        "item_id": row["item_id"], "item_name": row["name"], "status": row["status"], "source": row["source"],
        "is_linked_with_zohocrm": bool(row.get("zcrm_product_id")), "zcrm_product_id": row.get("zcrm_product_id", ""),
        "rate": float(row.get("rate", 0)), "tax_name": tax["tax_name"] if tax else "",
        "tax_percentage": tax["tax_percentage"] if tax else 0,
        "stock_on_hand": row.get("stock_on_hand", ""),
        "can_be_sold": True, "can_be_purchased": row["item_type"] != "sales",
        "track_inventory": row["item_type"] == "inventory",
        "created_time": books_time(row["created_time"]), "last_modified_time": books_time(row["last_modified_time"]),
    }  # fmt: skip
    return shown | show_custom(org.fields_of("item"), row.get("custom_values") or {})
