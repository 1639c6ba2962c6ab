"""Lists of documents: filters, order, pages (zoho-books-api §6.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.sandbox.books.common import page_context, success, window
from core.sandbox.books.documents.kinds import Kind
from core.sandbox.books.documents.render import show_row, status_of
from core.sandbox.books.documents.store import balance_of
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.books.render import primary
from core.sandbox.clock import parse_time
from core.sandbox.http import Call, Reply
from core.sandbox.sources import Row

Test = Callable[[Row], bool]
TEXTS = ("reference_number", "item_name", "item_description", "custom_field")
COMPARE: dict[str, Callable[[str, str], bool]] = {
    "": lambda text, wanted: text == wanted,
    "_startswith": lambda text, wanted: text.startswith(wanted),
    "_contains": lambda text, wanted: wanted in text,
}
AMOUNTS: dict[str, Callable[[float, float], bool]] = {
    "": lambda value, wanted: value == wanted,
    "_less_than": lambda value, wanted: value < wanted,
    "_less_equals": lambda value, wanted: value <= wanted,
    "_greater_than": lambda value, wanted: value > wanted,
    "_greater_equals": lambda value, wanted: value >= wanted,
}
DAYS: dict[str, Callable[[str, str], bool]] = {
    "": lambda day, wanted: day == wanted,
    "_start": lambda day, wanted: day >= wanted,
    "_end": lambda day, wanted: day <= wanted,
    "_before": lambda day, wanted: bool(day) and day < wanted,
    "_after": lambda day, wanted: day > wanted,
}
UNPAID = ("sent", "partially_paid", "overdue")


def listing(kind: Kind, call: Call) -> Reply:
    """Rows without lines; newest first unless an order is asked for."""
    query = call.query
    column, order = query.get("sort_column", "created_time"), query.get("sort_order", "D")
    if column not in kind.sorts and not column.startswith("cf_"):
        raise BooksRefusal(2, name="sort_column")
    if order not in ("A", "D"):
        raise BooksRefusal(2, name="sort_order")
    tests = _tests(call, kind)
    found = [row for row in _narrow(call, kind) if all(test(row) for test in tests)]
    found.sort(key=lambda row: (_sort_key(call, kind, row, column), row[kind.id_key]), reverse=order == "D")
    page, per_page = window(call)
    shown = [show_row(call, kind, row) for row in found[(page - 1) * per_page : page * per_page]]
    about: dict[str, Any] = {
        "report_name": f"{kind.title}s", "applied_filter": query.get("filter_by", "Status.All"),
        "sort_column": column, "sort_order": order,
    }  # fmt: skip
    if kind.entity == "invoice" and query.get("response_option") in ("1", "3", "4"):
        about |= {"response_option": int(query["response_option"]), "total": len(found),
                  "sum_columns": {"total": sum(row["total"] for row in found),
                                  "balance": sum(map(balance_of, found))}}  # fmt: skip
    rows: dict[str, Any] = {kind.plural: shown}
    return success(200, "success", **rows, page_context=page_context(call, len(found) > page * per_page, **about))


def _narrow(call: Call, kind: Kind) -> list[Row]:
    """The documents that can match at all."""
    held, query = call.world.books.ledger.of[kind.entity], call.query
    if query.get(kind.party_key):
        ids = held.parties.find(query[kind.party_key])
    elif query.get(kind.number_key):
        ids = held.numbers.find(query[kind.number_key])
    else:
        return list(held.table.rows())
    return [row for each in ids if (row := held.table.get(each)) is not None]


def _tests(call: Call, kind: Kind) -> list[Test]:
    query = call.query
    tests = [*_status_tests(call, kind), *_text_tests(call, kind), *_amount_tests(query), *_day_tests(query, kind)]
    if kind.crm_filter and "zcrm_potential_id" in query:
        tests.append(_equal("zcrm_potential_id", query["zcrm_potential_id"]))
    if "salesperson_id" in query:
        tests.append(_equal("salesperson_id", query["salesperson_id"]))
    if query.get(f"{kind.entity}_ids"):
        ids = query[f"{kind.entity}_ids"].split(",")[:200]
        tests.append(lambda row: row[kind.id_key] in ids)
    if "item_id" in query:
        item = query["item_id"]
        tests.append(lambda row: any(each["item_id"] == item for each in row["line_items"]))
    if "last_modified_time" in query:
        try:
            since = parse_time(query["last_modified_time"])
        except ValueError:
            raise BooksRefusal(2, name="last_modified_time") from None
        tests.append(lambda row: row["last_modified_time"] >= since)
    for each in call.world.books.fields_of(kind.entity):
        if each.api_name in query:
            tests.append(_custom(each.field_id, query[each.api_name]))
    return tests


def _status_tests(call: Call, kind: Kind) -> list[Test]:
    query = call.query
    wanted = []
    if query.get("status"):
        wanted.append(query["status"].lower())
    named = query.get("filter_by", "Status.All").removeprefix("Status.")
    if named != "All":
        if named not in kind.filters:
            raise BooksRefusal(2, name="filter_by")
        wanted.append("".join(f"_{each.lower()}" if each.isupper() else each for each in named).lstrip("_"))
    names = {"over_due": "overdue"}
    return [_status(call, kind, names.get(each, each)) for each in wanted]


def _status(call: Call, kind: Kind, wanted: str) -> Test:
    if wanted == "unpaid":
        return lambda row: status_of(call, kind, row) in UNPAID
    return lambda row: status_of(call, kind, row) == wanted


def _text_tests(call: Call, kind: Kind) -> list[Test]:
    tests: list[Test] = []
    for name in (*TEXTS, kind.number_key, f"{kind.party}_name", "email"):
        for suffix, compare in COMPARE.items():
            wanted = call.query.get(name + suffix)
            if wanted is not None:
                tests.append(_text(call, kind, name, compare, wanted.casefold()))
    if call.query.get("search_text"):
        text = call.query["search_text"].casefold()
        both = (kind.number_key, "reference_number", f"{kind.party}_name")
        tests.append(lambda row: any(text in each for name in both for each in _texts(call, kind, row, name)))
    return tests


def _text(call: Call, kind: Kind, name: str, compare: Callable[[str, str], bool], wanted: str) -> Test:
    return lambda row: any(compare(each, wanted) for each in _texts(call, kind, row, name))


def _texts(call: Call, kind: Kind, row: Row, name: str) -> list[str]:
    """What a text filter looks at, folded."""
    if name in ("item_name", "item_description"):
        return [str(each[name.removeprefix("item_")]).casefold() for each in row["line_items"]]
    if name == "custom_field":
        return [str(each).casefold() for each in (row.get("custom_values") or {}).values()]
    if name in (f"{kind.party}_name", "email"):
        party = call.world.books.contacts.get(row[kind.party_key]) or {}
        return [str(primary(party).get("email", "") if name == "email" else party.get("contact_name")).casefold()]
    return [str(row.get(name, "")).casefold()]


def _amount_tests(query: dict[str, str]) -> list[Test]:
    tests: list[Test] = []
    for name in ("total", "balance"):
        for suffix, compare in AMOUNTS.items():
            if name + suffix in query:
                try:
                    wanted = float(query[name + suffix])
                except ValueError:
                    raise BooksRefusal(2, name=name + suffix) from None
                tests.append(_amount(name, compare, wanted))
    return tests


def _amount(name: str, compare: Callable[[float, float], bool], wanted: float) -> Test:
    return lambda row: compare(balance_of(row) if name == "balance" else row["total"], wanted)


def _day_tests(query: dict[str, str], kind: Kind) -> list[Test]:
    tests: list[Test] = []
    for name in ("date", *kind.dates):
        for suffix, compare in DAYS.items():
            if name + suffix in query:
                tests.append(_day(name, compare, query[name + suffix]))
    return tests


def _day(name: str, compare: Callable[[str, str], bool], wanted: str) -> Test:
    return lambda row: compare(row.get(name) or "", wanted)


def _equal(key: str, wanted: str) -> Test:
    return lambda row: bool(row.get(key) == wanted)


def _custom(field_id: str, wanted: str) -> Test:
    return lambda row: str((row.get("custom_values") or {}).get(field_id)) == wanted


def _sort_key(call: Call, kind: Kind, row: Row, column: str) -> Any:
    if column in ("total", "created_time", "last_modified_time"):
        return row[column]
    if column == "balance":
        return balance_of(row)
    if column.startswith("cf_"):
        field = next((each for each in call.world.books.fields_of(kind.entity) if each.api_name == column), None)
        return str((row.get("custom_values") or {}).get(field.field_id, "")) if field else ""
    return _texts(call, kind, row, column)[0]
