"""Columns of a query: fields, fields of the record a lookup points to, and aggregates (zoho-crm-api §5.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from core.sandbox.crm.catalogue import Field
from core.sandbox.crm.criteria import NUMBERS
from core.sandbox.crm.errors import CrmRefusal
from core.sandbox.crm.render import Renderer
from core.sandbox.crm.state import CrmOrg, Records
from core.sandbox.sources import Row

MOST_HOPS, MOST_COLUMNS, MOST_AGGREGATES, MOST_GROUPS, MOST_ORDERS = 2, 50, 5, 4, 10
COLUMN = re.compile(
    r"(?:(?P<function>\w+)\s*\(\s*(?P<inner>[\w$.]+)\s*\)|(?P<name>[\w$.]+))(?:\s+as\s+(?P<alias>\w+))?", re.I
)
ORDER = re.compile(r"(?P<name>[\w$.]+(?:\s*\(\s*[\w$.]+\s*\))?)(?:\s+(?P<way>asc|desc))?", re.I)
ID = Field("id", "ID", "text")
FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "count": len,
    "sum": sum,
    "min": lambda values: min(values, default=None),
    "max": lambda values: max(values, default=None),
    "avg": lambda values: sum(values) / len(values) if values else None,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a path of fields, perhaps under a function, and what it is called in the answer."""

    path: str
    function: str
    key: str


def parse_columns(text: str) -> list[Column]:
    """The columns of a select clause; SYNTAX_ERROR or LIMIT_EXCEEDED."""
    columns = []
    for part in text.split(","):
        match = COLUMN.fullmatch(part.strip())
        if match is None or (match["function"] and match["function"].lower() not in FUNCTIONS):
            raise CrmRefusal(400, "SYNTAX_ERROR", "error occurred while parsing the query", clause="select")
        path, function = match["inner"] or match["name"], (match["function"] or "").lower()
        columns.append(Column(path, function, match["alias"] or (f"{function}({path})" if function else path)))
    if len({each.key for each in columns}) < len(columns):
        raise CrmRefusal(400, "DUPLICATE_DATA", "a column is given twice")
    if len(columns) > MOST_COLUMNS:
        raise CrmRefusal(400, "LIMIT_EXCEEDED", "the limit of columns is exceeded", limit=MOST_COLUMNS)
    if sum(bool(each.function) for each in columns) > MOST_AGGREGATES:
        raise CrmRefusal(400, "LIMIT_EXCEEDED", "the limit of aggregates is exceeded", limit=MOST_AGGREGATES)
    return columns


def parse_order(text: str | None) -> list[tuple[str, bool]]:
    """(column, whether descending) of an order by clause."""
    if not text:
        return []
    orders = []
    for part in text.split(","):
        match = ORDER.fullmatch(part.strip())
        if match is None:
            raise CrmRefusal(400, "SYNTAX_ERROR", "error occurred while parsing the query", clause="order by")
        function, bracket, rest = re.sub(r"\s+", "", match["name"]).partition("(")
        orders.append(
            ((function.lower() if bracket else function) + bracket + rest, (match["way"] or "").lower() == "desc")
        )
    if len(orders) > MOST_ORDERS:
        raise CrmRefusal(400, "LIMIT_EXCEEDED", "the limit of orders is exceeded", limit=MOST_ORDERS)
    return orders


class Paths:
    """Follows paths such as `Account_Name.Phone` from the records of one module."""

    def __init__(self, org: CrmOrg, records: Records) -> None:
        self._org, self._records = org, records
        self.fields: dict[str, Field] = {}
        self._shows: dict[str, Renderer] = {}

    def know(self, paths: Iterable[str]) -> None:
        """Make sure that paths lead somewhere; INVALID_QUERY otherwise."""
        for path in paths:
            if path not in self.fields:
                self.fields[path] = self._resolve(path)[1]

    def value(self, row: Row, path: str) -> Any:
        """The stored value at a path; None where a lookup is empty."""
        *links, last = path.split(".")
        records, held = self._records, row
        for link in links:
            target = self._org.records[records.fields[link].lookup]
            found = target.table.get(held.get(link) or "")
            if found is None:
                return None
            records, held = target, found
        return held.get(last)

    def show(self, row: Row, path: str) -> Any:
        """The value at a path as answers have it."""
        value = self.value(row, path)
        return self.shown(path, value)

    def shown(self, path: str, value: Any) -> Any:
        """A value of a path as answers have it."""
        if value is None or path == "id" or path.endswith(".id"):
            return value
        records, _ = self._resolve(path)
        last = path.rpartition(".")[2]
        if path not in self._shows:
            self._shows[path] = Renderer(self._org, records, [last])
        return self._shows[path]({last: value, "id": ""})[last]

    def _resolve(self, path: str) -> tuple[Records, Field]:
        *links, last = path.split(".")
        records = self._records
        if len(links) > MOST_HOPS:
            raise CrmRefusal(400, "LIMIT_EXCEEDED", "the limit of relations is exceeded", limit=MOST_HOPS)
        for link in links:
            target = records.fields.get(link)
            if target is None or target.lookup not in self._org.records:
                raise _unknown(path)
            records = self._org.records[target.lookup]
        found = ID if last == "id" else records.fields.get(last)
        if found is None:
            raise _unknown(path)
        return records, found


def aggregate(paths: Paths, columns: list[Column], groups: list[str], rows: list[Row]) -> list[Row]:
    """One answer for each group of rows, in the order in which the groups first appear."""
    buckets: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        buckets.setdefault(tuple(paths.value(row, path) for path in groups), []).append(row)
    if not groups and not buckets:
        buckets[()] = []
    return [{column.key: _cell(paths, column, held) for column in columns} for held in buckets.values()]


def _cell(paths: Paths, column: Column, rows: list[Row]) -> Any:
    if not column.function:
        return paths.show(rows[0], column.path) if rows else None
    values = [value for row in rows if (value := paths.value(row, column.path)) is not None]
    if column.function in ("sum", "avg") and paths.fields[column.path].data_type not in NUMBERS:
        raise CrmRefusal(400, "INVALID_QUERY", "the field cannot be added up", column_name=column.path)
    made = FUNCTIONS[column.function](values)
    return made if column.function in ("count", "sum", "avg") else paths.shown(column.path, made)


def _unknown(path: str) -> CrmRefusal:
    return CrmRefusal(400, "INVALID_QUERY", "column given seems to be invalid", column_name=path)
