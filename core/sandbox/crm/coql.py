"""COQL (zoho-crm-api §5.4): select with relations and aggregates, where, group by, order by, limit and offset.

It shares its comparisons with custom views and search.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from core.sandbox.crm.common import check_version, json_body
from core.sandbox.crm.coql_columns import MOST_GROUPS, Column, Paths, aggregate, parse_columns, parse_order
from core.sandbox.crm.criteria import Criteria, Ground, Group, Leaf, compile_criteria
from core.sandbox.crm.errors import CrmRefusal
from core.sandbox.crm.folded import named_in
from core.sandbox.crm.org import CRM
from core.sandbox.crm.state import Records
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.oauth.tokens import AccessToken
from core.sandbox.sources import Row

DEFAULT_LIMIT, MOST_ROWS, MOST_REACH = 200, 2_000, 100_000
MOST_CONDITIONS, MOST_IN = 25, 100
QUERY = re.compile(
    r"\s*select\s+(?P<columns>.+?)\s+from\s+(?P<module>\w+)\s+where\s+(?P<where>.+?)"
    r"(?:\s+group\s+by\s+(?P<groups>[\w$.,\s]+?))?(?:\s+order\s+by\s+(?P<order>[\w$.,\s()]+?))?"
    r"(?:\s+limit\s+(?P<limit>\d+))?(?:\s+offset\s+(?P<offset>\d+))?\s*;?\s*",
    re.IGNORECASE | re.DOTALL,
)
WORD = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<word>not\s+(?:in|like|between)|is\s+not\s+null|is\s+null|[\w$.:+-]+)"
    r"|(?P<sign>!=|>=|<=|[=<>(),]))",
    re.IGNORECASE,
)
SIGNS = {
    "=": "equal",
    "!=": "not_equal",
    ">": "greater_than",
    ">=": "greater_equal",
    "<": "less_than",
    "<=": "less_equal",
}
RANGES = {"between": "between", "not between": "not_between"}
LISTS = {"in": "in", "not in": "not_in"}
NULLS = {"is null": "equal", "is not null": "not_equal"}


@dataclass(slots=True)
class Words:
    """What is left of a where clause."""

    left: list[str]

    def take(self) -> str:
        """The next word; SYNTAX_ERROR when there is none."""
        if not self.left:
            raise syntax("where")
        return self.left.pop(0)

    def expect(self, wanted: str) -> None:
        """The next word is this one."""
        if self.take().lower() != wanted:
            raise syntax("where")

    def peek(self) -> str:
        """The next word in lower case, or nothing."""
        return self.left[0].lower() if self.left else ""


def syntax(clause: str) -> CrmRefusal:
    """400 SYNTAX_ERROR."""
    return CrmRefusal(400, "SYNTAX_ERROR", "error occurred while parsing the query", clause=clause)


def coql_credits(call: Call) -> int:
    """1 up to 200 rows, 2 up to 1,000, 3 beyond."""
    found = re.search(r"\blimit\s+(\d+)\s*$|\blimit\s+(\d+)\s+offset", str(call.content), re.IGNORECASE)
    rows = int(found[1] or found[2]) if found else DEFAULT_LIMIT
    return 1 if rows <= 200 else 2 if rows <= 1_000 else 3


@endpoint("POST", f"{CRM}/coql", scope="coql.READ", write=False, credits=coql_credits, sub=lambda call: True,
          doc="Query records: select … from … where … order by … limit … offset …")  # fmt: skip
def coql(call: Call) -> Reply:
    """204 when nothing is found."""
    check_version(call)
    body = json_body(call)
    match = QUERY.fullmatch(str(body.get("select_query", "")) if isinstance(body, dict) else "")
    if match is None:
        raise syntax("select")
    records = call.world.crm.records.get(match["module"])
    if records is None:
        raise CrmRefusal(400, "INVALID_QUERY", "invalid query formed", module=match["module"])
    _check_scope(call.token, match["module"])
    columns, orders = parse_columns(match["columns"]), parse_order(match["order"])
    groups = [each.strip() for each in (match["groups"] or "").split(",") if each.strip()]
    if len(groups) > MOST_GROUPS:
        raise CrmRefusal(400, "LIMIT_EXCEEDED", "the limit of groups is exceeded", limit=MOST_GROUPS)
    paths = Paths(call.world.crm, records)
    paths.know([*(each.path for each in columns), *groups])
    limit, offset = _bounds(match["limit"], match["offset"])
    found = _found(call, paths, records, parse(match["where"], paths))
    if groups or any(each.function for each in columns):
        _check_groups(columns, groups)
        answers = _sorted(aggregate(paths, columns, groups, found), orders, dict.get)
    else:
        paths.know(name for name, _ in orders)
        rows = _sorted(found, orders, paths.value)[offset : offset + limit + 1]
        answers = [{each.key: paths.show(row, each.path) for each in columns} | {"id": row["id"]} for row in rows]
        offset = 0
    shown = answers[offset : offset + limit]
    if not shown:
        return Reply(204)
    info = {"count": len(shown), "more_records": len(answers) > offset + limit}
    return Reply(200, {"data": shown, "info": info} | _meta(call, body, paths))


def parse(text: str, paths: Paths) -> Criteria:
    """The tree of a where clause."""
    left: list[str] = []
    at = 0
    while at < len(text):
        match = WORD.match(text, at)
        if match is None:
            raise syntax("where")
        left.append(match[0].strip())
        at = match.end()
    words = Words(left)
    tree = _joined(words, paths)
    if words.left:
        raise syntax("where")
    if _size(tree) > MOST_CONDITIONS:
        raise CrmRefusal(400, "LIMIT_EXCEEDED", "the limit of conditions is exceeded", limit=MOST_CONDITIONS)
    return tree


def _size(tree: Criteria) -> int:
    return 1 if isinstance(tree, Leaf) else sum(map(_size, tree.parts))


def _joined(words: Words, paths: Paths) -> Criteria:
    """Two conditions joined, or one. A third needs brackets, as in Zoho."""
    first = _part(words, paths)
    if words.peek() not in ("and", "or"):
        return first
    operator = words.take().upper()
    return Group(operator, (first, _part(words, paths)))


def _part(words: Words, paths: Paths) -> Criteria:
    if words.peek() == "(":
        words.take()
        tree = _joined(words, paths)
        words.expect(")")
        return tree
    name, operator = words.take(), " ".join(words.take().lower().split())
    paths.know([name])
    if paths.fields[name].data_type == "textarea" and operator not in NULLS:
        raise CrmRefusal(400, "INVALID_QUERY", "multi-line text is not allowed in criteria", column_name=name)
    if operator in NULLS:
        return Leaf(name, NULLS[operator], "${EMPTY}")
    if operator in SIGNS:
        return Leaf(name, SIGNS[operator], _value(words))
    if operator in RANGES:
        low = _value(words)
        words.expect("and")
        return Leaf(name, RANGES[operator], (low, _value(words)))
    if operator in LISTS:
        return Leaf(name, LISTS[operator], tuple(_list(words)))
    if operator in ("like", "not like"):
        return Leaf(name, _like(str(words.peek()), negated=operator == "not like"), str(_value(words)).strip("%"))
    raise syntax("where")


def _like(pattern: str, *, negated: bool) -> str:
    begins, ends = pattern.strip("'").startswith("%"), pattern.strip("'").endswith("%")
    if negated:
        return "not_contains"
    return "contains" if begins and ends else "ends_with" if begins else "starts_with" if ends else "equal"


def _list(words: Words) -> list[Any]:
    words.expect("(")
    values = [_value(words)]
    while words.peek() == ",":
        words.take()
        values.append(_value(words))
    words.expect(")")
    if len(values) > MOST_IN:
        raise CrmRefusal(400, "LIMIT_EXCEEDED", "the limit of values is exceeded", limit=MOST_IN)
    return values


def _value(words: Words) -> Any:
    word = words.take()
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith("'") else word


def _bounds(limit: str | None, offset: str | None) -> tuple[int, int]:
    """How many rows, and after how many."""
    rows, start = int(limit or DEFAULT_LIMIT), int(offset or 0)
    if rows > MOST_ROWS or start + rows > MOST_REACH:
        most = MOST_ROWS if rows > MOST_ROWS else MOST_REACH
        raise CrmRefusal(400, "LIMIT_EXCEEDED", "the limit is exceeded", limit=most)
    return rows, start


def _found(call: Call, paths: Paths, records: Records, tree: Criteria) -> list[Row]:
    """The rows that meet the criteria, by id; paths through lookups are looked up once a row."""
    try:
        test = compile_criteria(tree, paths.fields, Ground(call.world.crm.me.id, call.now))
    except (ValueError, TypeError):
        raise CrmRefusal(400, "INVALID_QUERY", "invalid value in the criteria") from None
    table, far = records.table, [path for path in paths.fields if "." in path]
    few = records.folded.meeting(tree, paths.fields)
    sketches: Iterable[Row | None] = table.sketches(tuple(named_in(tree)))
    if few is not None:
        sketches = (table.get(each) for each in table.among(few))
    found = (
        row["id"]
        for row in sketches
        if row is not None and test(row | {path: paths.value(row, path) for path in far} if far else row)
    )
    return [row for each in found if (row := table.get(each)) is not None]


def _sorted(rows: list[Row], orders: list[tuple[str, bool]], value: Callable[[Row, str], Any]) -> list[Row]:
    """By several columns; what is empty comes first going up."""
    for name, descending in reversed(orders):
        rows = sorted(rows, key=lambda row: _rank(value(row, name)), reverse=descending)
    return rows


def _rank(value: Any) -> tuple[int, Any]:
    if value is None:
        return (0, 0)
    return (1, value) if isinstance(value, (int, float)) else (2, str(value))


def _check_groups(columns: list[Column], groups: list[str]) -> None:
    """A column beside an aggregate is one of those grouped by."""
    for each in columns:
        if not each.function and each.path not in groups:
            raise CrmRefusal(400, "INVALID_QUERY", "the column is not grouped by", column_name=each.path)


def _meta(call: Call, body: Any, paths: Paths) -> dict[str, Any]:
    """`include_meta: ["fields"]`, which needs a scope of its own."""
    if "fields" not in (body.get("include_meta") or ()):
        return {}
    if call.token is None or not call.token.allows("ZohoCRM.settings.fields.READ"):
        raise CrmRefusal(401, "OAUTH_SCOPE_MISMATCH", "Unauthorized")
    told = {path: {"api_name": each.api_name, "field_label": each.label, "data_type": each.data_type, "id": each.id}
            for path, each in paths.fields.items()}  # fmt: skip
    return {"fields": told}


def _check_scope(token: AccessToken | None, module: str) -> None:
    if token is None or not token.allows(f"ZohoCRM.modules.{module}.READ"):
        raise CrmRefusal(401, "OAUTH_SCOPE_MISMATCH", "Unauthorized")
