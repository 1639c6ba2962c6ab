"""Criteria as trees: what custom views store and what a search string is parsed into (zoho-crm-api §4.4, §5.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.sandbox.clock import parse_time
from core.sandbox.crm.catalogue import Field
from core.sandbox.sources import Row

Test = Callable[[Row], bool]
NUMBERS = ("integer", "bigint", "double", "currency", "percent", "formula")
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition. `value` is text, a number, or a tuple of them.

    `${CURRENTUSER}`, `${EMPTY}` and `${LAST n DAYS}` are magic.
    """

    api_name: str
    comparator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions joined by AND or OR."""

    operator: str
    parts: tuple[Leaf | Group, ...]


Criteria = Leaf | Group


@dataclass(frozen=True, slots=True)
class Ground:
    """What magic values mean: whose view it is, and the day it is looked at (epoch seconds)."""

    user: str
    now: int


def from_json(given: Any, fields: Mapping[str, Field]) -> Criteria:
    """Criteria as bulk read takes them and custom views show them; ValueError or KeyError for what cannot be one."""
    if not isinstance(given, dict):
        raise ValueError("an object is needed")
    if "group" in given:
        parts = tuple(from_json(each, fields) for each in given["group"])
        if not parts:
            raise ValueError("an empty group")
        return Group("OR" if str(given.get("group_operator")).upper() == "OR" else "AND", parts)
    named = given["field"] if "field" in given else given["api_name"]
    name = named["api_name"] if isinstance(named, dict) else str(named)
    if name not in fields or given.get("comparator") not in COMPARATORS:
        raise ValueError("no such field or comparator")
    value = given["value"]
    return Leaf(name, given["comparator"], tuple(value) if isinstance(value, list) else value)


def compile_criteria(tree: Criteria | None, fields: Mapping[str, Field], ground: Ground) -> Test:
    """A function that says whether a stored row meets the criteria."""
    if tree is None:
        return lambda row: True
    if isinstance(tree, Leaf):
        return _leaf(tree, fields[tree.api_name], ground)
    tests = [compile_criteria(part, fields, ground) for part in tree.parts]
    if tree.operator.upper() == "AND":
        return lambda row: all(test(row) for test in tests)
    return lambda row: any(test(row) for test in tests)


def _leaf(leaf: Leaf, field: Field, ground: Ground) -> Test:
    name, comparator = leaf.api_name, leaf.comparator
    wanted = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    values = tuple(_value(each, field, ground) for each in wanted)
    compare = COMPARATORS[comparator]
    return lambda row: compare(_comparable(row.get(name), field), values)


def _value(value: Any, field: Field, ground: Ground) -> Any:
    if value == "${CURRENTUSER}":
        return ground.user
    if value == "${EMPTY}":
        return None
    if isinstance(value, str) and value.startswith("${LAST"):
        return (ground.now // DAY - int(value.split()[1])) * DAY
    if field.data_type == "datetime" and isinstance(value, str):
        return int(parse_time(value))
    return _comparable(value, field)


def _comparable(value: Any, field: Field) -> Any:
    if value is None:
        return None
    if field.data_type in NUMBERS:
        return float(value)
    if field.data_type == "boolean":
        return value in (True, "true", "True")
    if field.data_type == "date":
        return date.fromisoformat(value)
    return value if isinstance(value, (int, float)) else str(value).casefold()


def _has(value: Any, part: Any) -> bool:
    return value is not None and part is not None and str(part) in str(value)


def _ordered(check: Callable[[Any, Any], bool]) -> Callable[[Any, tuple[Any, ...]], bool]:
    return lambda value, wanted: value is not None and check(value, wanted[0])


COMPARATORS: dict[str, Callable[[Any, tuple[Any, ...]], bool]] = {
    "equal": lambda value, wanted: value == wanted[0],
    "not_equal": lambda value, wanted: value != wanted[0],
    "like": lambda value, wanted: _has(value, str(wanted[0]).replace("%", "")),
    "not_like": lambda value, wanted: not _has(value, str(wanted[0]).replace("%", "")),
    "contains": lambda value, wanted: _has(value, wanted[0]),
    "not_contains": lambda value, wanted: not _has(value, wanted[0]),
    "starts_with": lambda value, wanted: value is not None and str(value).startswith(str(wanted[0])),
    "ends_with": lambda value, wanted: value is not None and str(value).endswith(str(wanted[0])),
    "in": lambda value, wanted: value in wanted,
    "not_in": lambda value, wanted: value not in wanted,
    "include_any": lambda value, wanted: any(_has(value, each) for each in wanted),
    "include_all": lambda value, wanted: all(_has(value, each) for each in wanted),
    "exclude_any": lambda value, wanted: not all(_has(value, each) for each in wanted),
    "exclude_all": lambda value, wanted: not any(_has(value, each) for each in wanted),
    "between": lambda value, wanted: value is not None and wanted[0] <= value <= wanted[1],
    "not_between": lambda value, wanted: value is not None and not wanted[0] <= value <= wanted[1],
    "greater_than": _ordered(lambda value, limit: value > limit),
    "greater_equal": _ordered(lambda value, limit: value >= limit),
    "less_than": _ordered(lambda value, limit: value < limit),
    "less_equal": _ordered(lambda value, limit: value <= limit),
}
