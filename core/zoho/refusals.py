"""THE table of refused records: what Zoho says of one record → an F-reason (zoho-crm-api §5.9, zoho-books-api §1.8).

One row is one refusal: the side, the codes it comes under (empty: any), a pattern over field, details and message
(empty: any) and what it means. The first row that fits counts, so the precise ones stand before the broad ones. What a
whole request answers is in ``errors.py``.
"""

import re
from typing import Any

import msgspec
from msgspec import Struct

from core.model.names import SideName

RAW_MOST = 4_096
SECRET = re.compile(
    r"(?i)(Zoho-oauthtoken\s+)[\w.-]+|1000\.[0-9a-f]{16,}[\w.]*"
    r"|((?:access_token|refresh_token|client_secret)[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;)}]+"
)


class Refusal(Struct, frozen=True):
    """One refused record: the F-reason, what the server said, its code, the field it names, and the raw answer."""

    reason: str
    message: str
    code: str = ""
    field: str | None = None
    raw: str = ""


class Row(Struct, frozen=True):
    """One row of the table."""

    side: SideName
    codes: tuple[str, ...]
    pattern: re.Pattern[str] | None
    reason: str


def _row(side: SideName, codes: str, pattern: str, reason: str) -> Row:
    return Row(side, tuple(codes.split()), re.compile(pattern, re.IGNORECASE) if pattern else None, reason)


# The text a CRM pattern searches is "<api_name>|<keys of details>|<message>"; that of Books is the message.
ROWS: tuple[Row, ...] = (
    _row("crm", "RECORD_LOCKED RECORD_IN_BLUEPRINT NOT_APPROVED CONVERTED_RECORD ID_ALREADY_CONVERTED", "", "F42"),
    _row("crm", "CANNOT_PERFORM_ACTION CANNOT_BE_UPDATED", "", "F42"),
    _row("crm", "", r"validation rule|blueprint|approval process|record is locked", "F42"),
    _row("crm", "NO_PERMISSION AUTHORIZATION_FAILED PERMISSION_DENIED", "", "F2"),
    _row("crm", "INVALID_MODULE", "", "F1"),
    _row("crm", "NOT_SUPPORTED API_NOT_SUPPORTED", "", "F3"),
    _row("crm", "MANDATORY_NOT_FOUND EXPECTED_FIELD_MISSING DEPENDENT_FIELD_MISSING", "", "F9"),
    _row("crm", "DUPLICATE_DATA", r"^\w*email\|", "F10"),
    _row("crm", "DUPLICATE_DATA", r"^(Product_Name|Product_Code)\|", "F14"),
    _row("crm", "DUPLICATE_DATA", "", "F12"),
    _row("crm", "", r"^(Currency|Exchange_Rate)\|", "F7"),
    _row("crm", "", r"merged", "F30"),
    _row("crm", "INVALID_DATA", r"^id\||the id given seems to be invalid|record not deleted", "F29"),
    _row("crm", "", r"\bmaximum_length\b", "F16"),
    _row("crm", "", r"\bsupported_values\b", "F17"),
    _row("crm", "DEPENDENT_MISMATCH MAPPING_MISMATCH", "", "F17"),
    _row("crm", "INVALID_DATA", r"\bownerlookup\b|\buserlookup\b", "F28"),
    _row("crm", "INVALID_DATA", r"\blookup\b", "F21"),
    _row("crm", "", r"layout", "F19"),
    _row("crm", "INVALID_DATA", "", "F18"),
    _row("crm", "INTERNAL_ERROR", "", "F41"),
    _row("crm", "", "", "F42"),
    _row("books", "", r"(less|more) than \d+ characters|too long|maximum length|exceeds? the (max|length)", "F16"),
    _row("books", "3062", "", "F12"),
    _row("books", "1001", r"\bitem\b|\bsku\b", "F14"),
    _row("books", "1001", "", "F12"),
    _row("books", "", r"\b(sku|item)\b.*already exists", "F14"),
    _row("books", "", r"e-?mail.*already", "F10"),
    _row("books", "120303", "", "F12"),
    _row("books", "", r"500 contact persons", "F15"),
    _row("books", "", r"currency.*transaction|transaction.*currency", "F8"),
    _row("books", "", r"currency", "F7"),
    _row("books", "", r"\binactive\b", "F31"),
    _row("books", "", r"merged", "F30"),
    _row("books", "1002", "", "F29"),
    _row("books", "5", r"resource for the given id", "F29"),
    _row("books", "", r"salesperson", "F28"),
    _row("books", "", r"\btax(es)?\b", "F27"),
    _row("books", "", r"cannot be empty|is (mandatory|required)|is missing|enter (a|the) ", "F9"),
    _row("books", "4", r"(contact_name|first_name|last_name|\bname)$", "F9"),
    _row("books", "4", r"payment_terms|drop-?down|customer_sub_type", "F17"),
    _row("books", "", r"already (exists|used|taken|in use)", "F12"),
    _row("books", "57", "", "F2"),
    _row("books", "", "", "F18"),
)  # fmt: skip


def reason_of(side: SideName, code: str, text: str) -> str:
    """Return the F-reason of a refusal. The last row of a side takes every code nobody has seen."""
    for row in ROWS:
        if row.side == side and (not row.codes or code in row.codes) and (not row.pattern or row.pattern.search(text)):
            return row.reason
    raise AssertionError("the last row of each side takes everything")


def redacted(raw: bytes | str) -> str:
    """Return a raw answer fit to be kept and shown: no token, at most 4 kB (I20)."""
    text = raw.decode(errors="replace") if isinstance(raw, bytes) else raw
    cleaned = SECRET.sub(lambda match: f"{match[1] or match[2] or ''}…", text[: 2 * RAW_MOST])
    return cleaned.encode()[:RAW_MOST].decode(errors="ignore")


def crm_refusal(result: Any) -> Refusal:
    """Return what one element of a CRM answer's ``data`` refuses. Of several failures the first gives the reason."""
    raw = redacted(_dumped(result))
    error = result if isinstance(result, dict) else {}
    details = error.get("details")
    several = details.get("errors") if isinstance(details, dict) else None
    if error.get("code") == "MULTIPLE_OR_MULTI_ERRORS" and isinstance(several, list) and several:
        found = [_crm_one(each, raw) for each in several if isinstance(each, dict)]
        if found:
            return msgspec.structs.replace(found[0], message="; ".join(each.message for each in found)[:500])
    return _crm_one(error, raw)


def _crm_one(error: dict[str, Any], raw: str) -> Refusal:
    details = error.get("details")
    details = details if isinstance(details, dict) else {}
    code, message = str(error.get("code") or ""), str(error.get("message") or "")
    name = details.get("api_name") or details.get("param_name")
    field = str(name) if name else None
    told = " ".join(f"{key} {details[key]}" if key == "expected_data_type" else str(key) for key in details)
    return Refusal(reason_of("crm", code, f"{field or ''}|{told}|{message}"), _said(message, field), code, field, raw)


def books_refusal(body: Any, raw: bytes) -> Refusal:
    """Return what a Books envelope refuses; a refusal may hide in ``data`` under code 0 (zoho-books-api §6.5)."""
    envelope = body if isinstance(body, dict) else {}
    inner = envelope.get("data")
    if envelope.get("code") in (0, None) and isinstance(inner, dict):
        envelope = inner
    code, message = str(envelope.get("code", "")), str(envelope.get("message") or "")
    named = re.search(r"Invalid value passed for ([\w. -]+)$|that the ([\w. -]+?) has less than", message)
    field = (named[1] or named[2]) if named else None
    return Refusal(reason_of("books", code, message), _said(message, None), code, field, redacted(raw))


def _said(message: str, field: str | None) -> str:
    return f"{field}: {message}"[:500] if field else message[:500]


def _dumped(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (TypeError, ValueError, RecursionError):
        return repr(value)[:RAW_MOST].encode()
