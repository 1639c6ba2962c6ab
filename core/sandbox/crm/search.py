"""Search Records (zoho-crm-api §5.3): criteria, email, phone or word. `equals` on text behaves as "contains"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from core.sandbox.crm.catalogue import Field
from core.sandbox.crm.common import PER_PAGE, module_of, number_param
from core.sandbox.crm.criteria import Criteria, Ground, Group, Leaf, compile_criteria
from core.sandbox.crm.errors import CrmRefusal
from core.sandbox.crm.folded import named_in
from core.sandbox.crm.listing import list_credits
from core.sandbox.crm.org import CRM
from core.sandbox.crm.render import Renderer
from core.sandbox.crm.state import Records
from core.sandbox.crm.views import members
from core.sandbox.http import Call, Reply, endpoint
from core.sandbox.sources import Row

MOST_RESULTS = 2_000
MOST_CONDITIONS = 15
TEXTS = ("text", "email", "phone", "website", "textarea")
OPERATORS = {
    "equals": "equal", "not_equal": "not_equal", "starts_with": "starts_with", "in": "in",
    "greater_than": "greater_than",
    "greater_equal": "greater_equal", "less_than": "less_than", "less_equal": "less_equal", "between": "between",
}  # fmt: skip
TOKEN = re.compile(r"\s*(\(|\)|and\b|or\b)\s*", re.IGNORECASE)
CONDITION = re.compile(r"\(\s*([A-Za-z0-9_$]+):([a-z_]+):((?:\\.|[^()\\])*)\)")


@endpoint("GET", f"{CRM}/{{module}}/search", scope="modules.{module}.READ ZohoSearch.securesearch.READ",
credits=list_credits,
          sub=lambda call: True, doc="Search by criteria, email, phone or word")  # fmt: skip
def search(call: Call) -> Reply:
    """204 when nothing is found; at most 2,000 results. A fresh record may be missing (crm.search_delay_seconds)."""
    records = module_of(call)
    sought = _sought(call, records)
    per_page, page = number_param(call, "per_page", PER_PAGE, PER_PAGE), number_param(call, "page", 1, 1_000)
    if page * per_page > MOST_RESULTS:
        raise CrmRefusal(400, "LIMIT_REACHED", "the limit of results is reached", limit=MOST_RESULTS)
    before = call.now - call.world.switches.number("crm.search_delay_seconds")
    found: list[Row] = []
    for row in sought.rows(records):
        if row["Modified_Time"] <= before:
            found.append(row)
            if len(found) > page * per_page:
                break
    shown = found[(page - 1) * per_page : page * per_page]
    if not shown:
        return Reply(204)
    names = call.query["fields"].split(",") if call.query.get("fields") else None
    show = Renderer(call.world.crm, records, names)
    info = {"per_page": per_page, "count": len(shown), "page": page, "sort_by": "id", "sort_order": "desc",
            "more_records": len(found) > page * per_page}  # fmt: skip
    return Reply(200, {"data": [show(row) for row in shown], "info": info})


@endpoint("GET", f"{CRM}/{{module}}/actions/count", scope="modules.{module}.READ ZohoSearch.securesearch.READ",
          credits=lambda call: 2, doc="How many records there are, in a view, or found")  # fmt: skip
def count(call: Call) -> Reply:
    """Needs the search scope."""
    records = module_of(call)
    if any(call.query.get(name) for name in ("criteria", "email", "phone", "word")):
        return Reply(200, {"count": sum(1 for _ in _sought(call, records).rows(records))})
    inside = members(call, records, call.query["cvid"]) if "cvid" in call.query else None
    return Reply(200, {"count": len(records.table) if inside is None else len(inside)})


def parse(text: str, fields: dict[str, Field]) -> Criteria:
    """The tree of `((Name:operator:value)and(…))`; INVALID_QUERY when it cannot be read."""
    tree, rest, count = _expression(text.strip(), fields)
    if rest.strip():
        raise _bad("unexpected text at the end")
    if count > MOST_CONDITIONS:
        raise _bad("too many conditions")
    return tree


def _expression(text: str, fields: dict[str, Field]) -> tuple[Criteria, str, int]:
    """One condition or one bracketed group, what follows it, and how many conditions it holds."""
    match = CONDITION.match(text)
    if match:
        return _condition(match, fields), text[match.end() :], 1
    if not text.startswith("("):
        match = CONDITION.match(f"({text})")
        if match and match.end() == len(text) + 2:
            return _condition(match, fields), "", 1
        raise _bad("a bracket is missing")
    parts, operator, rest, count = [], "AND", text[1:], 0
    while True:
        part, rest, inside = _expression(rest.strip(), fields)
        parts.append(part)
        count += inside
        word = TOKEN.match(rest)
        if word is None:
            raise _bad("and, or, or a bracket is missing")
        rest = rest[word.end() :]
        if word[1] == ")":
            return (parts[0] if len(parts) == 1 else Group(operator, tuple(parts))), rest, count
        operator = word[1].upper()


def _condition(match: re.Match[str], fields: dict[str, Field]) -> Leaf:
    name, operator, raw = match.groups()
    if name not in fields:
        raise _bad(f"the field is not available for search: {name}")
    if operator not in OPERATORS:
        raise CrmRefusal(400, "INVALID_QUERY", "invalid query formed", reason="invalid operator", operator=operator)
    parts = [re.sub(r"\\(.)", r"\1", part) for part in re.split(r"(?<!\\),", raw)]
    if operator == "between" and len(parts) != 2:
        raise _bad("between needs two values")
    value: Any = tuple(parts) if operator in ("in", "between") else ",".join(parts)
    contains = operator == "equals" and fields[name].data_type in TEXTS
    return Leaf(name, "contains" if contains else OPERATORS[operator], value)


def _bad(reason: str) -> CrmRefusal:
    return CrmRefusal(400, "INVALID_QUERY", "invalid query formed", reason=reason)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a search looks for: a test, the fields it looks at, and the generated records that can pass, if known."""

    test: Callable[[Row], bool]
    names: tuple[str, ...]
    few: set[int] | None

    def rows(self, records: Records) -> Iterator[Row]:
        """The records found, the newest first."""
        table = records.table
        if self.few is not None:
            rows = (table.get(each) for each in reversed(table.among(self.few)))
            return (row for row in rows if row is not None and self.test(row))
        sketches = table.sketches(self.names, descending=True)
        return (row for each in sketches if self.test(each) and (row := table.get(each["id"])) is not None)


def _sought(call: Call, records: Records) -> Sought:
    query, fields = call.query, records.fields
    if query.get("criteria"):
        tree = parse(query["criteria"], fields)
        try:
            test = compile_criteria(tree, fields, Ground(call.world.crm.me.id, call.now))
        except ValueError:
            raise CrmRefusal(400, "INVALID_QUERY", "invalid query formed", reason="invalid value") from None
        return Sought(test, tuple(named_in(tree)), records.folded.meeting(tree, fields))
    for param in ("email", "phone"):
        if query.get(param):
            return _equal(records, param, query[param].casefold())
    if query.get("word"):
        word = query["word"].casefold()
        if len(word) < 2:
            raise CrmRefusal(400, "INVALID_DATA", param_name="word", expected_data_type="string")
        texts = tuple(each.api_name for each in fields.values() if each.data_type in TEXTS)
        return Sought(lambda row: any(word in str(row.get(name) or "").casefold() for name in texts), texts, None)
    raise CrmRefusal(400, "EXPECTED_PARAM_MISSING", param_names=["criteria", "email", "phone", "word"])


def _equal(records: Records, data_type: str, wanted: str) -> Sought:
    """Records with a value in a field of a type."""
    names = tuple(each.api_name for each in records.fields.values() if each.data_type == data_type)
    held = [records.folded.holding(name, wanted) for name in names]
    few = {index for each in held for index in each or ()} if None not in held else None
    return Sought(lambda row: any(str(row.get(name) or "").casefold() == wanted for name in names), names, few)
