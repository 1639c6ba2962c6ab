"""Faults: what goes wrong on the way. Rules are seeded, matched by side, method and path, and may be combined."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, fields
from typing import Any, Literal

import orjson

from core.sandbox.http import Reply

Kind = Literal[
    "status",
    "delay",
    "lost_reply",
    "truncated",
    "malformed",
    "html",
    "reset",
    "throttle",
    "expire_token",
    "expire_page_token",
    "partial",
    "skew",
]
KINDS: dict[str, str] = {
    "status": "answer `status` without doing anything",
    "delay": "wait `seconds` (real time) before doing it",
    "lost_reply": "do it, then drop the connection without a reply",
    "truncated": "do it, announce the whole reply, send half and drop the connection",
    "malformed": "do it and answer JSON that breaks off, with a right length",
    "html": "answer `status` with a page of a proxy instead of JSON, without doing anything",
    "reset": "reset the connection before anything is done",
    "throttle": "answer as the side's rate limit does (429), without doing anything",
    "expire_token": "let the access token of this call expire first",
    "expire_page_token": "let the page token of this call expire first (CRM)",
    "partial": "of the records of this write do the first, the third and so on; the others fail inside Zoho (CRM)",
    "skew": "let the Date header be `seconds` off",
}


@dataclass(slots=True)
class Rule:
    """One fault. `count` -1 is for ever; `skip` lets the first matching requests pass; `path` is a regex to search."""

    kind: str
    side: str = ""
    method: str = ""
    path: str = ""
    probability: float = 1.0
    count: int = -1
    skip: int = 0
    status: int = 503
    seconds: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        re.compile(self.path)

    def matches(self, side: str, method: str, path: str) -> bool:
        """Whether a request is its business."""
        return (
            self.count != 0
            and self.side in ("", side)
            and self.method in ("", method)
            and re.search(self.path, path) is not None
        )


class Faults:
    """The rules in force, in order; the first of each kind that strikes counts."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._dice: list[random.Random] = []

    def replace(self, wanted: list[dict[str, Any]]) -> None:
        """Put other rules in force. ValueError for a kind or key that does not exist."""
        known = {item.name for item in fields(Rule)}
        for entry in wanted:
            if set(entry) - known:
                raise ValueError(f"a fault has {', '.join(sorted(known))}")
        self.rules = [Rule(**entry) for entry in wanted]
        self._dice = [random.Random(f"{rule.seed}:{place}") for place, rule in enumerate(self.rules)]  # noqa: S311

    def strike(self, side: str, method: str, path: str) -> dict[str, Rule]:
        """The faults that befall this request, by kind. Uses up their counts."""
        struck: dict[str, Rule] = {}
        for rule, dice in zip(self.rules, self._dice, strict=True):
            if not rule.matches(side, method, path) or rule.kind in struck:
                continue
            if rule.skip > 0:
                rule.skip -= 1
            elif rule.probability >= 1 or dice.random() < rule.probability:
                rule.count -= rule.count > 0
                struck[rule.kind] = rule
        return struck


def half(content: bytes) -> tuple[bytes, int]:
    """A body of several records without every second one, and how many there were; 0 when there are not several."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return content, 0
    rows = body.get("data") if isinstance(body, dict) else None
    if not isinstance(rows, list) or len(rows) < 2:
        return content, 0
    return orjson.dumps(body | {"data": rows[::2]}), len(rows)


def partly(reply: Reply, count: int) -> Reply:
    """The answer to half of the records, with failures put where the others would stand."""
    told = orjson.loads(re.sub(rb"\$\.data\[(\d+)\]", _twice, reply.payload()))
    results = told.get("data")
    if not isinstance(results, list):
        return reply
    failed = {"code": "INTERNAL_ERROR", "details": {}, "message": "Internal Server Error", "status": "error"}
    mixed = [results[place // 2] if place % 2 == 0 else failed for place in range(count)]
    good = any(each["status"] == "success" for each in mixed)
    return Reply(207 if good else 400, {"data": mixed}, reply.headers)


def _twice(match: re.Match[bytes]) -> bytes:
    return b"$.data[%d]" % (2 * int(match[1]))


PROXY_PAGE = b"<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


def refusal_of(rule: Rule, side: str) -> Reply:
    """The body each side gives with a status it did not mean to give (zoho-crm-api §0, zoho-books-api §1.8)."""
    if rule.kind == "html":
        return Reply(rule.status, raw=PROXY_PAGE, media_type="text/html")
    if side == "books":
        return Reply(rule.status, {"code": 1000, "message": "Internal error"})
    if side == "crm":
        body = {"code": "INTERNAL_ERROR", "details": {}, "message": "Internal Server Error", "status": "error"}
        return Reply(rule.status, body)
    return Reply(rule.status, {"error": "general_error"})
