"""What a write to Books came to (zoho-books-api §1.5, §1.8, §6.5)."""

from typing import Any

import msgspec

from core.model.record import Record, Refused, Write, Written
from core.zoho import codec
from core.zoho.caller import Answer
from core.zoho.refusals import Refusal, books_refusal


def refused_by(answer: Answer) -> Refusal | None:
    """Return the refusal in an answer, wherever it is: a status, a code, or inside ``data`` under code 0."""
    body: dict[str, Any] = answer.data if isinstance(answer.data, dict) else {}
    inner = body.get("data")
    hidden = isinstance(inner, dict) and inner.get("code") not in (0, None)
    if answer.refused or body.get("code") not in (0, None) or hidden:
        return books_refusal(body, answer.reply.content)
    return None


def encoded(body: dict[str, Any]) -> bytes | None:
    """Return a body as JSON, None for text that JSON cannot hold."""
    try:
        return codec.encoder.encode(body)
    except (UnicodeError, ValueError, TypeError, msgspec.MsgspecError):
        return None


def holds(record: Record, write: Write) -> bool:
    """Return whether a record is as a write wanted it."""
    same = all(record.fields.get(name) == value for name, value in write.fields.items() if name in record.fields)
    return same and (write.key is None or record.key == write.key)


def known_as(write: Write, record: Record) -> Written:
    """Return the outcome of a write whose record was found to be there."""
    return Written(ref=write.ref, id=record.id, created=write.id is None, version=record.version, record=record)


def refused(write: Write, refusal: Refusal, reason: str = "") -> Refused:
    """Return the outcome of a refused write; ``reason`` replaces what the table says."""
    return Refused(
        ref=write.ref, reason=reason or refusal.reason, message=refusal.message, raw=refusal.raw, code=refusal.code,
        field=refusal.field,
    )  # fmt: skip


def unsendable(write: Write) -> Refused:
    """Return the outcome of a write that cannot be put into JSON (F18)."""
    return Refused(ref=write.ref, reason="F18", message="the record holds text that cannot be sent", code="NOT_SENT")


def gone(write: Write, message: str) -> Refused:
    """Return the outcome of an update of what is no longer there (F29)."""
    return Refused(ref=write.ref, reason="F29", message=message, code="NOT_FOUND")


def unknown_name(write: Write, reason: str, field: str, told: str, known: dict[str, str]) -> Refused:
    """Return the outcome of a write that names a currency (F7) or tax (F27) Books does not have: it takes ids alone."""
    raw = codec.encoder.encode({field: told, "known": sorted(known)}).decode()
    what = "currency" if reason == "F7" else "tax"
    message = f"Books has no {what} {told[:40]}"
    return Refused(ref=write.ref, reason=reason, message=message, raw=raw, code="NOT_SENT", field=field)
