"""Composite requests: up to five calls in one (zoho-crm-api §7.4)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
from starlette.routing import compile_path

from core.sandbox.auth import authorise
from core.sandbox.crm.common import check_version, json_body
from core.sandbox.crm.errors import CrmRefusal, Result, error
from core.sandbox.crm.org import CRM
from core.sandbox.http import REGISTRY, Call, Endpoint, Refusal, Reply, endpoint

MOST = 5
KEY = "__composite_requests"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
URI = re.compile(r"^/crm(/bulk)?/(v[0-9]+(?:\.[0-9]+)?)/[^?#]+")
REFERENCE = re.compile(r"@\{(\w+):(\$[\w.\[\]]*)\}")
BEFORE = "before a composite request"


def _cost(call: Call) -> int:
    try:
        given = json_body(call)
    except CrmRefusal:
        return 1
    rows = given.get(KEY) if isinstance(given, dict) else None
    return min(len(rows), MOST) if isinstance(rows, list) and rows else 1


@endpoint("POST", f"{CRM}/{KEY}", scope="composite_requests.CUSTOM", credits=_cost, sub=lambda call: True,
          doc="Up to five calls in one: rollback_on_fail, parallel_execution, references between them")  # fmt: skip
def composite(call: Call) -> Reply:
    """200 when all could be made, whatever they answered; 400 with ROLLBACK_PERFORMED when they were taken back."""
    check_version(call)
    body = json_body(call)
    wanted = _wanted(body)
    rollback = body.get("rollback_on_fail", False) is True
    if rollback and body.get("parallel_execution") is True:
        both = [{"api_name": name, "json_path": f"$.{name}"} for name in ("rollback_on_fail", "parallel_execution")]
        raise CrmRefusal(400, "AMBIGUITY_DURING_PROCESSING", ambiguity_due_to=both)
    if rollback:
        call.world.take_snapshot(BEFORE)
    answers: dict[str, Any] = {}
    results: list[Result] = []
    for place, each in enumerate(wanted):
        result = _make(call, place, each, answers)
        results.append(result)
        if rollback and _failed(result):
            call.world.restore_snapshot(BEFORE)
            return Reply(400, {KEY: _taken_back(results, place, len(wanted))})
    if rollback:
        del call.world.snapshots[BEFORE]
    errors = sum(each["status"] == "error" for each in results)
    return Reply(400 if errors == len(results) else 207 if errors else 200, {KEY: results})


def _wanted(body: Any) -> list[dict[str, Any]]:
    wanted = body.get(KEY) if isinstance(body, dict) else None
    where = {"api_name": KEY, "json_path": f"$.{KEY}"}
    if not isinstance(wanted, list) or not wanted:
        raise CrmRefusal(400, "MANDATORY_NOT_FOUND", **where)
    if len(wanted) > MOST:
        raise CrmRefusal(400, "INVALID_DATA", **where, maximum_length=MOST)
    for place, each in enumerate(wanted):
        path = f"$.{KEY}[{place}]"
        if not isinstance(each, dict):
            raise CrmRefusal(400, "INVALID_DATA", api_name=KEY, json_path=path, expected_data_type="jsonobject")
        if each.get("method") not in METHODS:
            raise CrmRefusal(400, "INVALID_DATA", api_name="method", json_path=f"{path}.method")
        match = URI.match(str(each.get("uri", "")))
        if match is None or f"/{KEY}" in str(each["uri"]):
            raise CrmRefusal(400, "INVALID_DATA", api_name="uri", json_path=f"{path}.uri", regex=URI.pattern)
    return wanted


def _make(call: Call, place: int, given: dict[str, Any], answers: dict[str, Any]) -> Result:
    """One call, with what earlier ones answered put in for its references."""
    try:
        filled = _filled({name: given.get(name) for name in ("uri", "params", "headers", "body")}, answers)
    except LookupError as unknown:
        where = {"api_name": KEY, "json_path": f"$.{KEY}[{place}]", "reference": str(unknown.args[0])}
        return error("INVALID_REFERENCE", where, "the reference is not valid")
    reply = _ask(call, str(given["method"]), filled)
    told: dict[str, Any] = reply.body if isinstance(reply.body, dict) else {}
    answers[str(given.get("sub_request_id", place + 1))] = told
    response = {"status_code": reply.status, "headers": dict(reply.headers), "body": told}
    message = "composite request executed successfully"
    return {"code": "SUCCESS", "details": {"response": response}, "message": message, "status": "success"}


def _ask(call: Call, method: str, filled: dict[str, Any]) -> Reply:
    parts = urlsplit(str(filled["uri"]))
    params = filled["params"] if isinstance(filled["params"], dict) else {}
    headers = filled["headers"] if isinstance(filled["headers"], dict) else {}
    query = dict(parse_qsl(parts.query)) | {key: str(value) for key, value in params.items()}
    lower = {key.lower(): str(value) for key, value in headers.items()} | {"content-type": "application/json"}
    lower["authorization"] = call.headers.get("authorization", "")
    content = b"" if filled["body"] is None else orjson.dumps(filled["body"])
    for each in sorted(REGISTRY, key=lambda one: one.order()):
        match = compile_path(each.path)[0].match(parts.path) if _fits(each, method) else None
        if match is not None:
            inner = Call(call.world, method, parts.path, query, lower, content, match.groupdict(), call.token)
            try:
                authorise(inner, each)
                return each.handler(inner)
            except Refusal as refusal:
                return refusal.reply
    return CrmRefusal(404, "INVALID_URL_PATTERN").reply


def _fits(each: Endpoint, method: str) -> bool:
    return each.side == "crm" and each.method == method and KEY not in each.path


def _filled(value: Any, answers: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, answers) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, answers) for each in value]
    if not isinstance(value, str):
        return value
    whole = REFERENCE.fullmatch(value)
    if whole is not None:
        return _refer(whole, answers)
    return REFERENCE.sub(lambda match: str(_refer(match, answers)), value)


def _refer(match: re.Match[str], answers: dict[str, Any]) -> Any:
    """What an earlier call answered at a path such as `$.data[0].details.id`; LookupError when nothing is there."""
    if match[1] not in answers:
        raise LookupError(match[0])
    found = answers[match[1]]
    try:
        for name, index in re.findall(r"(\w+)|\[(\d+)\]", match[2].removeprefix("$")):
            found = found[name] if name and not name.isdecimal() else found[int(index or name)]
    except (LookupError, TypeError):
        raise LookupError(match[0]) from None
    return found


def _failed(result: Result) -> bool:
    return bool(result["status"] == "error" or result["details"]["response"]["status_code"] >= 300)


def _taken_back(results: list[Result], culprit: int, count: int) -> list[Result]:
    told = []
    for place in range(count):
        if place > culprit:
            told.append(error("PROCESSING_STOPPED", {"rollbacked_by_sub_request_index": culprit}))
        elif place < culprit or results[place]["status"] == "success":
            told.append(error("ROLLBACK_PERFORMED", {"rollbacked_by_sub_request_index": culprit}))
        else:
            told.append(results[place])
    return told
