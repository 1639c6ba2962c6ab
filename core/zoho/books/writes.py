"""Writing contacts and items, one call each, several at once (zoho-books-api §4, §5, §10.1; design.md §3 step 4)."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, Protocol

from core.engine.ports import Found, Key
from core.model.record import Moved, Outcome, Unknown, Write, Written
from core.zoho.books.body import Ids, body_of
from core.zoho.books.entities import PREFIX, Entity, entity_of
from core.zoho.books.fields import ACTIVE
from core.zoho.books.metadata import Known, Metadata
from core.zoho.books.outcomes import (
    encoded,
    gone,
    holds,
    known_as,
    refused,
    refused_by,
    unknown_name,
    unsendable,
)
from core.zoho.books.rows import detail_record
from core.zoho.budget import Budget
from core.zoho.caller import Answer, Call, Caller, Uncertain
from core.zoho.pending import Pending
from core.zoho.refusals import Refusal
from core.zoho.together import together

SENDINGS = 3
"""How often an update is tried whose outcome was unknown and which, read again, had not been made."""
KEY_TAKEN = "120303"


class Reads(Protocol):
    """What writing needs of reading: ``Contacts``, ``Items``."""

    async def detail(self, entity: Entity, record_id: str) -> dict[str, Any] | None:
        """Return one record as Books shows it, None when there is none. Raises ``Problem``."""
        ...

    async def find(self, entity: Entity, fields: Sequence[str], key: Key) -> Found:
        """Look a create up by exact name and key."""
        ...


class Writes:
    """Writes of one organisation's contacts, or of its items."""

    def __init__(self, caller: Caller, metadata: Metadata, reads: Reads, budget: Budget) -> None:
        self._caller, self._metadata, self._reads, self._budget = caller, metadata, reads, budget

    async def write(self, fields: Sequence[str], writes: Sequence[Write]) -> AsyncIterator[Outcome]:
        """Send, and yield an outcome for each as it comes."""
        codes, taxes = _told(writes, "currency_code"), _told(writes, "tax_name")
        ids = Ids(
            await self._metadata.currencies(codes) if codes else {}, await self._metadata.taxes(taxes) if taxes else {}
        )
        pending = Pending(writes)
        jobs = [partial(self._one, each, fields, ids, pending) for each in writes]
        async for outcome in pending.told(together(jobs, self._budget.limits.in_flight)):
            yield outcome

    async def _one(self, write: Write, fields: Sequence[str], ids: Ids, pending: Pending) -> Outcome:
        entity = entity_of(write.entity)
        known = await self._metadata.load(entity)
        for reason, field, names in (("F7", "currency_code", ids.currencies), ("F27", "tax_name", ids.taxes)):
            told = write.fields.get(field)
            if told and str(told) not in names:
                return unknown_name(write, reason, field, str(told), names)
        if write.id is None:
            return await self._create(entity, known, write, fields, ids, pending)
        return await self._update(entity, known, write, fields, ids, pending)

    async def _create(
        self, entity: Entity, known: Known, write: Write, fields: Sequence[str], ids: Ids, pending: Pending
    ) -> Outcome:
        body = encoded(body_of(entity, known, write, {}, ids))
        if body is None:
            return unsendable(write)
        # By the unique key a second sending finds what the first one made: only so it may be sent twice.
        keyed = known.strength == "unique" and bool(write.key)
        headers = {}
        if keyed:
            headers = {
                "X-Unique-Identifier-Key": known.key, "X-Unique-Identifier-Value": str(write.key), "X-Upsert": "true",
            }  # fmt: skip
        call = Call(
            method="PUT" if keyed else "POST", path=PREFIX + entity.path, headers=headers, body=body, again=keyed,
            write=True, scope=entity.updates if keyed else entity.creates,
        )  # fmt: skip
        try:
            answer = await pending.send(self._caller, call, [write])
        except Uncertain as wrong:
            return Unknown(ref=write.ref, message=str(wrong))
        if (refusal := refused_by(answer)) is not None:
            return await self._taken(entity, write, fields, refusal)
        created = answer.status == 201 or "created" in _message(answer) or "added" in _message(answer)
        return await self._written(entity, known, write, fields, answer, created=created)

    async def _taken(self, entity: Entity, write: Write, fields: Sequence[str], refusal: Refusal) -> Outcome:
        """A create that was refused: where our key already stands, an earlier sending had made it (§1.8, 120303)."""
        if refusal.code == KEY_TAKEN and write.key:
            record = (await self._reads.find(entity, fields, Key(source_id=write.key, name=write.name))).record
            if record is not None:
                return known_as(write, record)
        return refused(write, refusal, _reason(entity, write, refusal))

    async def _update(
        self, entity: Entity, known: Known, write: Write, fields: Sequence[str], ids: Ids, pending: Pending
    ) -> Outcome:
        """Read just before writing: there is no compare-and-set, so this is as narrow as the gap can be (I2)."""
        why = ""
        for _ in range(SENDINGS):
            detail = await self._reads.detail(entity, write.id or "")
            if detail is None:
                return gone(write, f"the {entity.one} is no longer there")
            record = detail_record(entity, known, detail, fields)
            if why and holds(record, write):
                return known_as(write, record)
            if write.expect_version is not None and record.version != write.expect_version:
                return Moved(ref=write.ref, record=record)
            if write.key is None and set(write.fields) == {ACTIVE}:
                return await self._activated(entity, known, write, fields, record.id, created=False)
            body = encoded(body_of(entity, known, write, detail, ids))
            if body is None:
                return unsendable(write)
            call = Call(method="PUT", path=f"{PREFIX}{entity.path}/{write.id}", body=body, again=False, write=True,
                        scope=entity.updates)  # fmt: skip
            try:
                answer = await pending.send(self._caller, call, [write])
            except Uncertain as wrong:
                why = str(wrong)
                continue
            if (refusal := refused_by(answer)) is not None:
                return refused(write, refusal, _reason(entity, write, refusal))
            return await self._written(entity, known, write, fields, answer, created=False)
        return Unknown(ref=write.ref, message=why)

    async def _written(
        self, entity: Entity, known: Known, write: Write, fields: Sequence[str], answer: Answer, *, created: bool
    ) -> Outcome:
        detail = answer.data.get(entity.one) if isinstance(answer.data, dict) else None
        if not isinstance(detail, dict) or not detail.get(entity.id_key):
            return Unknown(ref=write.ref, message=f"the answer holds no {entity.one}")
        record = detail_record(entity, known, detail, fields)
        wanted = write.fields.get(ACTIVE)
        if isinstance(wanted, bool) and wanted != record.active:
            return await self._activated(entity, known, write, fields, record.id, created=created)
        return Written(ref=write.ref, id=record.id, created=created, version=record.version, record=record)

    async def _activated(
        self, entity: Entity, known: Known, write: Write, fields: Sequence[str], record_id: str, *, created: bool
    ) -> Outcome:
        """Mark as active or inactive, which is a call of its own and may be sent twice (§5)."""
        word = "active" if write.fields[ACTIVE] else "inactive"
        call = Call(method="POST", path=f"{PREFIX}{entity.path}/{record_id}/{word}", write=True, scope=entity.creates)
        try:
            answer = await self._caller.call(call)
        except Uncertain as wrong:
            return Unknown(ref=write.ref, message=str(wrong))
        if (refusal := refused_by(answer)) is not None:
            return refused(write, refusal)
        detail = await self._reads.detail(entity, record_id)
        if detail is None:
            return gone(write, f"the {entity.one} is no longer there")
        record = detail_record(entity, known, detail, fields)
        return Written(ref=write.ref, id=record.id, created=created, version=record.version, record=record)


def _told(writes: Sequence[Write], path: str) -> set[str]:
    return {str(value) for each in writes if (value := each.fields.get(path))}


def _message(answer: Answer) -> str:
    return str(answer.data.get("message") or "") if isinstance(answer.data, dict) else ""


def _reason(entity: Entity, write: Write, refusal: Refusal) -> str:
    """Where the table cannot tell: what is taken is an item's name or SKU (F14), and code 4 also stands for a field
    that is missing (F9, §1.8).
    """
    if refusal.reason == "F12":
        return entity.taken
    if refusal.code == "4" and refusal.field and write.fields.get(refusal.field) in (None, ""):
        return "F9" if refusal.field in known_required(entity) else ""
    return ""


def known_required(entity: Entity) -> set[str]:
    """Return the fields without which nothing is made."""
    return {name for name, meta in entity.fields.items() if meta.required}
