"""THE table of whole answers: HTTP status, Zoho's code and the shape of a reply → what to do (design.md §5).

| what comes | what is done |
|---|---|
| 2xx; CRM 204, 304, 207, 400 and 412 with a result for each record | ``ok``: the caller reads it, record by record |
| 400/403/404 that refuses this request alone | ``refused``: an F-reason from ``refusals.py``, or a Problem |
| 401 after the one refresh (``auth.py``); scope | ``stop``: credential_refused, scope_missing |
| 429 CRM; Books 44, 1070 | ``throttled``: wait as told, then send again: it was not acted on |
| Books 43 | ``blocked``: an hour; 45, CRM credits: ``quota`` |
| 5xx, HTML, JSON that breaks off, any redirect | ``trouble``: read again; after a write the outcome is unknown |
"""

import re
from typing import Any, Literal

import msgspec
from msgspec import Struct

from core.model.names import SideName
from core.model.whys import why
from core.zoho import codec

Do = Literal[
    "ok", "refused", "throttled", "blocked", "quota", "busy", "denied", "scope", "stranger", "expired", "trouble"
]
CRM_DENIED = ("INVALID_TOKEN", "INVALID_OAUTHTOKEN", "AUTHENTICATION_FAILURE")
MINUTE, HOUR = 60.0, 3_600.0
NAMES: dict[SideName, str] = {"crm": "CRM", "books": "Books"}
"""How a side is called in problems."""


class Verdict(Struct, frozen=True):
    """What to do about a reply. ``wait`` is in seconds; ``why`` is short, in English, without secrets."""

    do: Do
    why: str = ""
    wait: float = 0.0


class Row(Struct, frozen=True):
    """One row: the statuses (empty: any) and codes (empty: any) that it takes."""

    side: SideName
    statuses: tuple[int, ...]
    codes: tuple[str, ...]
    do: Do
    wait: float = 0.0


ROWS: tuple[Row, ...] = (
    Row("crm", (401,), CRM_DENIED, "denied"),
    Row("crm", (401, 403), ("OAUTH_SCOPE_MISMATCH",), "scope"),
    Row("crm", (429,), (), "busy"),
    Row("crm", (), ("TOO_MANY_REQUESTS", "RATE_LIMIT_EXCEEDED"), "busy"),
    Row("books", (), ("43",), "blocked", HOUR),
    Row("books", (), ("44",), "throttled", MINUTE),
    Row("books", (), ("45",), "quota"),
    Row("books", (), ("1070",), "busy"),
    Row("books", (429,), (), "throttled", MINUTE),
    Row("books", (401,), ("57",), "scope"),
    Row("books", (401,), (), "denied"),
    Row("books", (), ("6041",), "stranger"),
    Row("books", (), ("103001",), "expired"),
    Row("books", (500,), ("1000",), "trouble"),
)
"""``denied`` and ``scope`` are final here: the one refresh that a 401 earns is behind them."""


class Envelope(Struct):
    """The keys that tell errors, of either side; everything else is skipped."""

    code: Any = None
    message: Any = None
    data: Any = None
    error: Any = None


_envelope = codec.decoder(Envelope)


def code_of(content: bytes) -> tuple[str, str]:
    """Return (code, message) of an error body, empty strings where there is none."""
    try:
        found = _envelope.decode(content)
    except codec.DECODE_ERRORS:
        return "", ""
    return ("" if found.code is None else str(found.code)), str(found.message or "")


def verdict(side: SideName, status: int, content: bytes, retry_after: float | None) -> Verdict:
    """Return what to do about a reply. Bodies of good replies are not looked into: their decoder judges them."""
    if 200 <= status < 300 or (side == "crm" and status == 304):
        return Verdict("ok")
    if 300 <= status < 400:
        return Verdict("trouble", why("redirect", status=str(status)))
    if status == 414:
        return Verdict("refused", "the address is too long")
    code, message = code_of(content)
    for row in ROWS:
        if row.side == side and (not row.statuses or status in row.statuses) and (not row.codes or code in row.codes):
            return _told(row, message, retry_after)
    if status == 401:
        return Verdict("denied", code or "401")
    if status == 429:
        return Verdict("throttled", message[:200], MINUTE if retry_after is None else retry_after)
    if status >= 500 or (not code and not _is_object(content)):
        return Verdict("trouble", why("status", status=str(status)), retry_after or 0.0)
    return Verdict("refused", message[:200])


def _told(row: Row, message: str, retry_after: float | None) -> Verdict:
    do = row.do
    if do == "busy" and re.search(r"credit|per day|daily", message, re.IGNORECASE):
        do = "quota"
    return Verdict(do, message[:200], row.wait if retry_after is None else retry_after)


def _is_object(content: bytes) -> bool:
    """Whether a body is a JSON object: one without a code of its own holds results one by one (CRM 400 and 412)."""
    try:
        _envelope.decode(content)
    except codec.DECODE_ERRORS:
        return False
    return True


def token_error(content: bytes) -> str:
    """Return the token endpoint's ``error`` (under HTTP 200 as well), ``garbled`` for what is no JSON object."""
    try:
        found = msgspec.json.decode(content)
    except codec.DECODE_ERRORS:
        return "garbled"
    if not isinstance(found, dict):
        return "garbled"
    return str(found["error"]) if found.get("error") else "" if found.get("access_token") else "garbled"


def refused_why(error: str, host: str, *, grant: bool) -> str:
    """Return in words why the token endpoint refused (zoho-crm-api §1.4)."""
    if error == "invalid_code" and grant:
        return why("old_grant", host=host)
    names = {"invalid_code": "old_refresh", "invalid_client": "client_id", "invalid_client_secret": "client_secret"}
    return why(names.get(error, "token_words"), host=host, words=error[:60])
