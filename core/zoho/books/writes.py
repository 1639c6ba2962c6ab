"""Writing contacts, one call each, several at once (zoho-books-api §4.1, §4.2, §10.1; design.md §3 step 4)."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

import msgspec

from core.model.record import Moved, Outcome, Record, Refused, Unknown, Write, Written
from core.zoho import codec
from core.zoho.books.body import body_of
from core.zoho.books.contacts import Contacts
from core.zoho.books.entities import CONTACTS_CREATE, CONTACTS_UPDATE, PREFIX, Entity, entity_of
from core.zoho.books.metadata import Known, Metadata
from core.zoho.books.rows import detail_record
from core.zoho.budget import Budget
from core.zoho.caller import Answer, Call, Caller, Uncertain
from core.zoho.refusals import Refusal, books_refusal
from core.zoho.together import together

SENDINGS = 3
"""How often an update is tried whose outcome was unknown and which, read again, had not been made."""
KEY_TAKEN = "120303"


class ContactWrites:
    """Writes of one organisation's contacts."""

    def __init__(self, caller: Caller, metadata: Metadata, contacts: Contacts, budget: Budget) -> None:
        self._caller, self._metadata, self._contacts, self._budget = caller, metadata, contacts, budget

    async def write(self, fields: Sequence[str], writes: Sequence[Write]) -> AsyncIterator[Outcome]:
        """Send, and yield an outcome for each as it comes."""
        codes = {str(each.fields["currency_code"]) for each in writes if each.fields.get("currency_code")}
        currencies = await self._metadata.currencies(codes) if codes else {}
        jobs = [partial(self._one, each, fields, currencies) for each in writes]
        async for outcome in together(jobs, self._budget.limits.in_flight):
            yield outcome

    async def _one(self, write: Write, fields: Sequence[str], currencies: dict[str, str]) -> Outcome:
        entity = entity_of(write.entity)
        known = await self._metadata.load(entity)
        code = write.fields.get("currency_code")
        if code and code not in currencies:
            return _no_currency(write, str(code), currencies)
        currency_id = currencies[str(code)] if code else None
        if write.id is None:
            return await self._create(entity, known, write, fields, currency_id)
        return await self._update(entity, known, write, fields, currency_id)

    async def _create(
        self, entity: Entity, known: Known, write: Write, fields: Sequence[str], currency_id: str | None
    ) -> Outcome:
        body = _json(body_of(entity, known, write, {}, currency_id))
        if body is None:
            return _unsendable(write)
        # By the unique key a second sending finds what the first one made: only so it may be sent twice.
        keyed = known.strength == "unique" and bool(write.key)
        headers = {}
        if keyed:
            headers = {
                "X-Unique-Identifier-Key": known.key, "X-Unique-Identifier-Value": str(write.key), "X-Upsert": "true",
            }  # fmt: skip
        call = Call(
            method="PUT" if keyed else "POST", path=PREFIX + entity.path, headers=headers, body=body, again=keyed,
            write=True, scope=CONTACTS_UPDATE if keyed else CONTACTS_CREATE,
        )  # fmt: skip
        try:
            answer = await self._caller.call(call)
        except Uncertain as wrong:
            return Unknown(ref=write.ref, message=str(wrong))
        if (refusal := refused_by(answer)) is not None:
            return await self._taken(entity, write, fields, refusal)
        created = answer.status == 201 or "created" in _message(answer) or "added" in _message(answer)
        return self._written(entity, known, write, fields, answer, created=created)

    async def _taken(self, entity: Entity, write: Write, fields: Sequence[str], refusal: Refusal) -> Outcome:
        """A create that was refused: where our key already stands, an earlier sending had made it (§1.8, 120303)."""
        if refusal.code == KEY_TAKEN and write.key:
            record = await self._contacts.by_key(entity, fields, write.name, write.key)
            if record is not None:
                return _known(write, record)
        return _refused(write, refusal)

    async def _update(
        self, entity: Entity, known: Known, write: Write, fields: Sequence[str], currency_id: str | None
    ) -> Outcome:
        """Read just before writing: there is no compare-and-set, so this is as narrow as the gap can be (I2)."""
        why = ""
        for _ in range(SENDINGS):
            detail = await self._contacts.detail(write.id or "")
            if detail is None:
                return Refused(ref=write.ref, reason="F29", message="the contact is no longer there", code="NOT_FOUND")
            record = detail_record(entity, known, detail, fields)
            if why and _holds(record, write):
                return _known(write, record)
            if write.expect_version is not None and record.version != write.expect_version:
                return Moved(ref=write.ref, record=record)
            body = _json(body_of(entity, known, write, detail, currency_id))
            if body is None:
                return _unsendable(write)
            call = Call(method="PUT", path=f"{PREFIX}/contacts/{write.id}", body=body, again=False, write=True,
                        scope=CONTACTS_UPDATE)  # fmt: skip
            try:
                answer = await self._caller.call(call)
            except Uncertain as wrong:
                why = str(wrong)
                continue
            if (refusal := refused_by(answer)) is not None:
                return _refused(write, refusal)
            return self._written(entity, known, write, fields, answer, created=False)
        return Unknown(ref=write.ref, message=why)

    def _written(
        self, entity: Entity, known: Known, write: Write, fields: Sequence[str], answer: Answer, *, created: bool
    ) -> Outcome:
        detail = answer.data.get("contact") if isinstance(answer.data, dict) else None
        if not isinstance(detail, dict) or not detail.get("contact_id"):
            return Unknown(ref=write.ref, message="the answer holds no contact")
        record = detail_record(entity, known, detail, fields)
        return Written(ref=write.ref, id=record.id, created=created, version=record.version, record=record)


def refused_by(answer: Answer) -> Refusal | None:
    """Return the refusal in an answer, wherever it is: a status, a code, or inside ``data`` under code 0."""
    body: dict[str, Any] = answer.data if isinstance(answer.data, dict) else {}
    inner = body.get("data")
    hidden = isinstance(inner, dict) and inner.get("code") not in (0, None)
    if answer.refused or body.get("code") not in (0, None) or hidden:
        return books_refusal(body, answer.reply.content)
    return None


def _message(answer: Answer) -> str:
    return str(answer.data.get("message") or "") if isinstance(answer.data, dict) else ""


def _json(body: dict[str, Any]) -> bytes | None:
    try:
        return codec.encoder.encode(body)
    except (UnicodeError, ValueError, TypeError, msgspec.MsgspecError):
        return None


def _no_currency(write: Write, code: str, currencies: dict[str, str]) -> Refused:
    """Books takes a currency's id and no code: without one there is nothing to send (F7)."""
    raw = codec.encoder.encode({"currency_code": code, "currencies": sorted(currencies)}).decode()
    message = f"Books has no currency {code[:20]}"
    return Refused(ref=write.ref, reason="F7", message=message, raw=raw, code="NOT_SENT", field="currency_code")


def _unsendable(write: Write) -> Refused:
    return Refused(ref=write.ref, reason="F18", message="the record holds text that cannot be sent", code="NOT_SENT")


def _holds(record: Record, write: Write) -> bool:
    same = all(record.fields.get(name) == value for name, value in write.fields.items() if name in record.fields)
    return same and (write.key is None or record.key == write.key)


def _known(write: Write, record: Record) -> Written:
    return Written(ref=write.ref, id=record.id, created=write.id is None, version=record.version, record=record)


def _refused(write: Write, refusal: Refusal) -> Refused:
    return Refused(
        ref=write.ref, reason=refusal.reason, message=refusal.message, raw=refusal.raw, code=refusal.code,
        field=refusal.field,
    )  # fmt: skip
