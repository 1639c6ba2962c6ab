"""Reading contacts (zoho-books-api §4.3, §4.4).

A full scan (`filter_by=Status.All`) by a time is a walk from a rank. Any other list is matched once and remembered
until something is written, so that the next page is a slice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import orjson

from core.sandbox.books.common import BOOKS, page_context, success, window
from core.sandbox.books.errors import BooksRefusal
from core.sandbox.books.render import ContactRenderer, primary
from core.sandbox.books.state import CACHED_LISTINGS, ZCRM_KEYS, fold
from core.sandbox.clock import books_day, parse_time
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row
from core.sandbox.table import By

Test = Callable[[Row], bool]
TIMES: dict[str, By] = {"created_time": "created", "last_modified_time": "modified"}
PERSON_SORTS = ("first_name", "last_name", "email")
SORTS = (*TIMES, "contact_name", *PERSON_SORTS, "outstanding_receivable_amount")
FILTERS: dict[str, Test] = {
    "Status.All": lambda row: True,
    "Status.Active": lambda row: row["status"] == "active",
    "Status.Inactive": lambda row: row["status"] == "inactive",
    "Status.Crm": lambda row: any(row.get(key) for key in ZCRM_KEYS),
    "Status.PortalEnabled": lambda row: False,
    "Status.PortalDisabled": lambda row: True,
    "Status.CreditLimitExceed": lambda row: False,
}
TEXTS: dict[str, Callable[[Row], str]] = {
    "contact_name": lambda row: row["contact_name"],
    "company_name": lambda row: row.get("company_name", ""),
    "first_name": lambda row: primary(row).get("first_name", ""),
    "last_name": lambda row: primary(row).get("last_name", ""),
    "email": lambda row: primary(row).get("email", ""),
    "phone": lambda row: primary(row).get("phone", ""),
    "address": lambda row: (row.get("billing_address") or {}).get("address", ""),
}
COMPARE: dict[str, Callable[[str, str], bool]] = {
    "": lambda text, wanted: text == wanted,
    "_startswith": lambda text, wanted: text.startswith(wanted),
    "_contains": lambda text, wanted: wanted in text,
}
DEFAULT_FILTER = "Status.Active"
PAGING = ("page", "per_page", "organization_id")


@endpoint(
    "GET",
    f"{BOOKS}/contacts",
    scope="contacts.READ",
    doc="Contacts: filters, sort, paging; inactive ones are hidden by default",
)
def contacts(call: Call) -> Reply:
    """Rows without addresses and persons."""
    org, (page, per_page) = call.world.books, window(call)
    column, order = call.query.get("sort_column", "contact_name"), call.query.get("sort_order", "A")
    if column not in SORTS:
        raise BooksRefusal(2, name="sort_column")
    if order not in ("A", "D"):
        raise BooksRefusal(2, name="sort_order")
    filter_by = call.query.get("filter_by", DEFAULT_FILTER)
    tests = _tests(call, filter_by)
    begin = (page - 1) * per_page
    if not tests and column in TIMES:
        ids = list(islice(org.contacts.walk_from_rank(TIMES[column], begin, descending=order == "D"), per_page + 1))
    else:
        ids = _matched(call, tests, column, order)[begin : begin + per_page + 1]
    rows = b",".join(_shown(call, ids[:per_page]))
    about = {"report_name": "Contacts", "applied_filter": filter_by, "sort_column": column, "sort_order": order}
    context = orjson.dumps(page_context(call, len(ids) > per_page, **about))
    raw = b'{"code":0,"message":"success","contacts":[' + rows + b'],"page_context":' + context + b"}"
    return Reply(200, raw=raw)


def _shown(call: Call, ids: list[str]) -> Iterator[bytes]:
    """Each contact as JSON. What nobody wrote to is kept for the next time, while there are no invoices to add up."""
    org = call.world.books
    show = ContactRenderer(org, call.world.switches)
    quiet = not org.ledger.version
    kept = org.shown.of(call.world.switches.version)
    for each in ids:
        untouched = quiet and org.contacts.untouched(each)
        told = kept.get(each) if untouched else None
        if told is None:
            told = orjson.dumps(show.row(org.contacts.get(each) or {}))
            if untouched:
                kept[each] = told
        yield told


@endpoint(
    "GET", f"{BOOKS}/contacts/{{id}}", scope="contacts.READ", doc="One contact with addresses, persons and zcrm ids"
)
def contact(call: Call) -> Reply:
    """404/1002 for an unknown id."""
    return success(contact=shown(call, find(call)))


def find(call: Call, contact_id: str | None = None) -> Row:
    """The contact of the path; 404/1002 when it is not there."""
    row = call.world.books.contacts.get(call.params["id"] if contact_id is None else contact_id)
    if row is None:
        raise BooksRefusal(1002, name="Contact")
    return row


def shown(call: Call, row: Row) -> dict[str, Any]:
    """A contact in detail."""
    return ContactRenderer(call.world.books, call.world.switches).detail(row)


def _tests(call: Call, filter_by: str) -> list[Test]:
    query = call.query
    if filter_by == "Status.Duplicate":
        names = call.world.books.names
        tests: list[Test] = [lambda row: len(names.find(fold(row["contact_name"]))) > 1]
    elif filter_by in ("Invoice.Unpaid", "Invoice.OverDue"):
        ledger, today = call.world.books.ledger, books_day(call.now) if filter_by == "Invoice.OverDue" else "9"
        tests = [lambda row: ledger.owes(row["contact_id"], today)]
    elif filter_by in FILTERS:
        tests = [] if filter_by == "Status.All" else [FILTERS[filter_by]]
    else:
        raise BooksRefusal(2, name="filter_by")
    if "contact_type" in query:
        tests.append(_equal_test("contact_type", query["contact_type"]))
    tests += [_equal_test(key, query[key]) for key in ZCRM_KEYS if key in query]
    if query.get("search_text"):
        text = query["search_text"].casefold()
        tests.append(lambda row: text in row["contact_name"].casefold() or text in row.get("notes", "").casefold())
    if "last_modified_time" in query and call.world.switches.on("books.modified_since_filter"):
        since = _moment(query["last_modified_time"])
        tests.append(lambda row: row["last_modified_time"] >= since)
    return [*tests, *_text_tests(query), *_custom_tests(call)]


def _text_tests(query: dict[str, str]) -> list[Test]:
    tests: list[Test] = []
    for name, read in TEXTS.items():
        for suffix, compare in COMPARE.items():
            wanted = query.get(name + suffix)
            if wanted is not None:
                if len(wanted) > 100 and suffix:
                    raise BooksRefusal(2, name=name + suffix)
                tests.append(_text_test(read, compare, wanted.casefold()))
    return tests


def _text_test(read: Callable[[Row], str], compare: Callable[[str, str], bool], wanted: str) -> Test:
    return lambda row: compare(read(row).casefold(), wanted)


def _custom_tests(call: Call) -> list[Test]:
    """`?cf_name=value`, which clients use though it is not documented (§3.6)."""
    tests: list[Test] = []
    for each in call.world.books.fields_of("contact"):
        if each.api_name in call.query:
            tests.append(_custom_test(each.field_id, call.query[each.api_name]))
    return tests


def _custom_test(field_id: str, wanted: str) -> Test:
    return lambda row: str((row.get("custom_values") or {}).get(field_id)) == wanted


def _equal_test(key: str, wanted: str) -> Test:
    return lambda row: bool(row.get(key) == wanted)


def _moment(text: str) -> float:
    try:
        return parse_time(text)
    except ValueError:
        raise BooksRefusal(2, name="last_modified_time") from None


def _matched(call: Call, tests: list[Test], column: str, order: str) -> list[str]:
    """Ids of a filtered or otherwise sorted list."""
    org = call.world.books
    narrow = _narrow(call)
    if narrow is not None:
        return _sorted(
            call, (row for each in narrow if (row := org.contacts.get(each)) is not None), tests, column, order
        )
    key = (
        org.contacts.version,
        org.ledger.version,
        call.world.switches.version,
        *sorted((name, value) for name, value in call.query.items() if name not in PAGING),
    )
    if key not in org.listings:
        org.listings[key] = _sorted(call, org.contacts.rows(), tests, column, order)
        if len(org.listings) > CACHED_LISTINGS:
            org.listings.popitem(last=False)
    return org.listings[key]


def _narrow(call: Call) -> list[str] | None:
    """The few ids that can match at all, where an index knows them."""
    org, query = call.world.books, call.query
    if "contact_name" in query:
        return org.names.find(fold(query["contact_name"]))
    for key in ZCRM_KEYS:
        if key in query:
            return org.zcrm.find((key, query[key]))
    return None


def _sorted(call: Call, rows: Any, tests: list[Test], column: str, order: str) -> list[str]:
    found = [(_sort_key(call, row, column), row["contact_id"]) for row in rows if all(test(row) for test in tests)]
    return [contact_id for _, contact_id in sorted(found, reverse=order == "D")]


def _sort_key(call: Call, row: Row, column: str) -> Any:
    if column == "outstanding_receivable_amount":
        return call.world.books.ledger.receivable(row["contact_id"])[0]
    if column in PERSON_SORTS:
        return str(primary(row).get(column, "")).casefold()
    if column == "contact_name":
        return row["contact_name"].casefold()
    return row.get(column, 0)
