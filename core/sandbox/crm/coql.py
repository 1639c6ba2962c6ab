"""COQL, the part that clients use (zoho-crm-api §5.4): select, where with brackets, order by, limit and offset.

No joins, no aggregates, no group by yet. It shares its comparisons with custom views and search.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from core.sandbox.crm.catalogue import Field
from core.sandbox.crm.common import check_version, json_body
from core.sandbox.crm.criteria import Criteria, Ground, Group, Leaf, compile_criteria
from core.sandbox.crm.errors import CrmRefusal
from core.sandbox.crm.org import CRM
from core.sandbox.crm.render import Renderer
from core.sandbox.crm.state import Records
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.oauth.tokens import AccessToken

DEFAULT_LIMIT, MOST_ROWS, MOST_REACH, MOST_COLUMNS = 200, 2_000, 100_000, 50
QUERY = re.compile(
    r"\s*select\s+(?P<columns>.+?)\s+from\s+(?P<module>\w+)\s+where\s+(?P<where>.+?)"
    r"(?:\s+order\s+by\s+(?P<order>[\w$]+)(?:\s+(?P<way>asc|desc))?)?(?:\s+limit\s+(?P<limit>\d+))?"
    r"(?:\s+offset\s+(?P<offset>\d+))?\s*;?\s*",
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
    columns = [name.strip() for name in match["columns"].split(",")]
    if len(columns) > MOST_COLUMNS:
        raise CrmRefusal(400, "LIMIT_EXCEEDED", "the limit of columns is exceeded", limit=MOST_COLUMNS)
    for name in columns:
        _known(records, name)
    limit, offset = _bounds(match["limit"], match["offset"])
    found = _found(call, records, parse(match["where"], records), match["order"], match["way"])
    shown = found[offset : offset + limit]
    if not shown:
        return Reply(204)
    show = Renderer(call.world.crm, records, columns)
    info = {"count": len(shown), "more_records": len(found) > offset + limit}
    return Reply(200, {"data": [show(row) for row in shown], "info": info})


def parse(text: str, records: Records) -> Criteria:
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
    tree = _joined(words, records)
    if words.left:
        raise syntax("where")
    return tree


def _joined(words: Words, records: Records) -> Criteria:
    """Two conditions joined, or one. A third needs brackets, as in Zoho."""
    first = _part(words, records)
    if words.peek() not in ("and", "or"):
        return first
    operator = words.take().upper()
    return Group(operator, (first, _part(words, records)))


def _part(words: Words, records: Records) -> Criteria:
    if words.peek() == "(":
        words.take()
        tree = _joined(words, records)
        words.expect(")")
        return tree
    name, operator = words.take(), " ".join(words.take().lower().split())
    _known(records, name)
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
    return values


def _value(words: Words) -> Any:
    word = words.take()
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith("'") else word


def _known(records: Records, name: str) -> None:
    if name != "id" and name not in records.fields:
        raise CrmRefusal(400, "INVALID_QUERY", "column given seems to be invalid", column_name=name)


def _bounds(limit: str | None, offset: str | None) -> tuple[int, int]:
    """How many rows, and after how many."""
    rows, start = int(limit or DEFAULT_LIMIT), int(offset or 0)
    if rows > MOST_ROWS or start + rows > MOST_REACH:
        most = MOST_ROWS if rows > MOST_ROWS else MOST_REACH
        raise CrmRefusal(400, "LIMIT_EXCEEDED", "the limit is exceeded", limit=most)
    return rows, start


def _found(call: Call, records: Records, tree: Criteria, order: str | None, way: str | None) -> list[dict[str, Any]]:
    fields = records.fields | {"id": Field("id", "ID", "text")}
    try:
        test = compile_criteria(tree, fields, Ground(call.world.crm.me.id, call.now))
    except ValueError:
        raise CrmRefusal(400, "INVALID_QUERY", "invalid value in the criteria") from None
    found = [row for row in records.table.rows() if test(row)]
    if order:
        _known(records, order)
        found.sort(key=lambda row: (row.get(order) is not None, row.get(order, 0)))
    return found[::-1] if (way or "").lower() == "desc" else found


def _check_scope(token: AccessToken | None, module: str) -> None:
    if token is None or not token.allows(f"ZohoCRM.modules.{module}.READ"):
        raise CrmRefusal(401, "OAUTH_SCOPE_MISMATCH", "Unauthorized")
