"""Writing CRM records: a hundred to a call, each with its own outcome (zoho-crm-api §5.5–5.9, design.md §3 step 4)."""

import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from typing import Any

from msgspec import Struct

from core.model.problems import Problem
from core.model.record import Moved, Outcome, Record, Refused, Unknown, Write, Written
from core.zoho import codec
from core.zoho.caller import Answer, Call, Caller, Uncertain
from core.zoho.crm.entities import PREFIX, Entity, entity_of
from core.zoho.crm.guard import Guard
from core.zoho.crm.metadata import Metadata, Module, rows
from core.zoho.crm.records import CrmRecords
from core.zoho.pending import Pending
from core.zoho.refusals import Refusal, crm_refusal
from core.zoho.together import parts, together

MOST = 100
LARGE = 10
"""Beyond so many records a write counts against sub-concurrency (§8)."""
CONCURRENT = 4
SORTS = ("create", "guarded", "free")
"""Kinds of writes that go in calls of their own: one header guards a whole call."""


class Batch(Struct, frozen=True):
    """Writes of one kind that go in one call, with the JSON of each."""

    entity: Entity
    writes: list[Write]
    bodies: list[bytes]
    creates: bool


class CrmWrites:
    """Writes of one organisation's records."""

    def __init__(self, caller: Caller, metadata: Metadata, records: CrmRecords, guard: Guard) -> None:
        self._caller, self._metadata, self._records, self._guard = caller, metadata, records, guard

    async def write(self, fields: Sequence[str], writes: Sequence[Write]) -> AsyncIterator[Outcome]:
        """Send, and yield an outcome for each; batches as they come back."""
        pending = Pending(writes)
        async for outcome in pending.told(self._outcomes(fields, writes, pending)):
            yield outcome

    async def _outcomes(
        self, fields: Sequence[str], writes: Sequence[Write], pending: Pending
    ) -> AsyncIterator[Outcome]:
        batches: list[Batch] = []
        for name in dict.fromkeys(each.entity for each in writes):
            entity = entity_of(name)
            module = await self._metadata.load(entity)
            mine = [each for each in writes if each.entity == name]
            for sort in SORTS:
                whole, refused = _encoded(entity, module, [each for each in mine if _sort(each) == sort])
                for outcome in refused:
                    yield outcome
                batches += [
                    Batch(entity, [each for each, _ in some], [body for _, body in some], sort == "create")
                    for some in parts(whole, MOST)
                ]
        jobs = [partial(self._create if each.creates else self._update, each, fields, pending) for each in batches]
        async for outcomes in together(jobs, CONCURRENT):
            for outcome in outcomes:
                yield outcome

    async def _create(self, batch: Batch, fields: Sequence[str], pending: Pending) -> list[Outcome]:
        module = await self._metadata.load(batch.entity)
        # An upsert by the unique key finds what an earlier sending made: only so it may be sent twice.
        keyed = module.strength == "unique" and all(each.key for each in batch.writes)
        extra = b',"duplicate_check_fields":["' + module.key.encode() + b'"]' if keyed else b""
        path = f"{PREFIX}/{batch.entity.name}" + ("/upsert" if keyed else "")
        call = self._call("POST", path, batch, extra, again=keyed)
        return await self._sent(batch, call, fields, pending)

    async def _update(self, batch: Batch, fields: Sequence[str], pending: Pending) -> list[Outcome]:
        moved: list[Outcome] = []
        if not all(map(self._guard.vouched, batch.writes)):
            batch, moved = await self._held(batch, fields)
            if not batch.writes:
                return moved
        versions = [each.expect_version for each in batch.writes if each.expect_version]
        headers = {"If-Unmodified-Since": codec.crm_instant(max(versions))} if versions else {}
        # Sent twice it does no more than once: the second finds its own first, which `_settled` recognises.
        call = self._call("PUT", f"{PREFIX}/{batch.entity.name}", batch, b"", again=True, headers=headers)
        return moved + await self._sent(batch, call, fields, pending)

    async def _held(self, batch: Batch, fields: Sequence[str]) -> tuple[Batch, list[Outcome]]:
        """Read what is about to be written: go on with the records that are as expected."""
        read = await self._records.read(batch.entity, fields, [each.id or "" for each in batch.writes])
        now = {each.id: each for each in read}
        kept: list[tuple[Write, bytes]] = []
        outcomes: list[Outcome] = []
        for write, body in zip(batch.writes, batch.bodies, strict=True):
            record = now.get(write.id or "")
            if record is None:
                outcomes.append(
                    Refused(ref=write.ref, reason="F29", message="the record is no longer there", code="NOT_FOUND")
                )
            elif write.expect_version is not None and record.version != write.expect_version:
                outcomes.append(Moved(ref=write.ref, record=record))
            else:
                kept.append((write, body))
        return Batch(batch.entity, [each for each, _ in kept], [body for _, body in kept], False), outcomes

    def _call(
        self, method: str, path: str, batch: Batch, extra: bytes, *, again: bool, headers: dict[str, str] | None = None
    ) -> Call:
        size = len(batch.writes)
        body = b'{"data":[' + b",".join(batch.bodies) + b'],"trigger":[]' + extra + b"}"
        operation = "CREATE" if batch.creates else "UPDATE"
        return Call(
            method=method, path=path, body=body, headers=headers or {}, again=again, write=True,
            cost=-(-size // LARGE), sub=size > LARGE, scope=batch.entity.scope(operation),
        )  # fmt: skip

    async def _sent(self, batch: Batch, call: Call, fields: Sequence[str], pending: Pending) -> list[Outcome]:
        try:
            answer = await pending.send(self._caller, call, batch.writes)
        except Uncertain as wrong:
            if batch.creates:
                return [Unknown(ref=each.ref, message=str(wrong)) for each in batch.writes]
            return await self._looked_up(batch, fields, str(wrong))
        results = rows(answer, "data")
        if len(results) != len(batch.writes):
            return self._as_a_whole(batch, answer)
        outcomes = [self._outcome(write, result) for write, result in zip(batch.writes, results, strict=True)]
        outcomes = await self._settled(batch, fields, outcomes)
        return await self._with_records(batch.entity, fields, outcomes)

    def _as_a_whole(self, batch: Batch, answer: Answer) -> list[Outcome]:
        """One answer for all: a refusal of the call, or a good answer that leaves records out."""
        if not answer.refused:
            return [Unknown(ref=each.ref, message="the answer does not name every record") for each in batch.writes]
        refusal = crm_refusal(answer.data)
        return [_refused(each, refusal) for each in batch.writes]

    def _outcome(self, write: Write, result: dict[str, Any]) -> Outcome:
        details = result.get("details")
        details = details if isinstance(details, dict) else {}
        if result.get("status") != "success":
            return (
                Moved(ref=write.ref)
                if result.get("code") == "ALREADY_MODIFIED"
                else _refused(write, crm_refusal(result))
            )
        record_id, version = str(details.get("id") or ""), codec.instant_or_empty(details.get("Modified_Time"))
        if not record_id:
            return Unknown(ref=write.ref, message="the answer names no id")
        created = write.id is None and result.get("action") != "update"
        return Written(ref=write.ref, id=record_id, created=created, version=version)

    async def _settled(self, batch: Batch, fields: Sequence[str], outcomes: list[Outcome]) -> list[Outcome]:
        """Look at records that moved: perhaps it was this very write, whose first answer was lost."""
        places = [place for place, each in enumerate(outcomes) if isinstance(each, Moved)]
        if places:
            moved = Batch(batch.entity, [batch.writes[place] for place in places], [], False)
            for place, outcome in zip(places, await self._looked_up(moved, fields, "it moved"), strict=True):
                outcomes[place] = outcome
        return outcomes

    async def _with_records(self, entity: Entity, fields: Sequence[str], outcomes: list[Outcome]) -> list[Outcome]:
        """Read the batch back: what is still at its write's time is what the server made of it. What stops the whole
        here is met again by the next call: that these were written must not be lost over it.
        """
        ids = [each.id for each in outcomes if isinstance(each, Written) and each.record is None]
        read: dict[str, Record] = {}
        with contextlib.suppress(Problem):
            read = {each.id: each for each in await self._records.read(entity, fields, ids)} if ids else {}
        return [
            self._completed(entity, each, read.get(each.id))
            if isinstance(each, Written) and each.record is None
            else each
            for each in outcomes
        ]

    def _completed(self, entity: Entity, written: Written, record: Record | None) -> Written:
        self._guard.wrote(entity.name, written.id, written.version)
        if record is None or record.version != written.version:
            return written
        return Written(ref=written.ref, id=written.id, created=written.created, version=written.version, record=record)

    async def _looked_up(self, batch: Batch, fields: Sequence[str], why: str) -> list[Outcome]:
        """What became of updates whose answer was lost: the records themselves tell."""
        read = await self._records.read(batch.entity, fields, [each.id or "" for each in batch.writes])
        now = {each.id: each for each in read}
        outcomes: list[Outcome] = []
        for write in batch.writes:
            record = now.get(write.id or "")
            if record is None:
                outcomes.append(Unknown(ref=write.ref, message=why))
            elif _holds(record, write):
                self._guard.wrote(batch.entity.name, record.id, record.version)
                outcomes.append(
                    Written(ref=write.ref, id=record.id, created=False, version=record.version, record=record)
                )
            elif write.expect_version is None or record.version == write.expect_version:
                outcomes.append(Unknown(ref=write.ref, message=why))
            else:
                outcomes.append(Moved(ref=write.ref, record=record))
        return outcomes


def _sort(write: Write) -> str:
    return "create" if write.id is None else "free" if write.expect_version is None else "guarded"


def _holds(record: Record, write: Write) -> bool:
    """Whether a record is as a write wanted it."""
    same = all(record.fields.get(name) == value for name, value in write.fields.items())
    return same and (write.key is None or record.key == write.key)


def _refused(write: Write, refusal: Refusal) -> Refused:
    return Refused(
        ref=write.ref, reason=refusal.reason, message=refusal.message, raw=refusal.raw, code=refusal.code,
        field=refusal.field,
    )  # fmt: skip


def _encoded(
    entity: Entity, module: Module, writes: Sequence[Write]
) -> tuple[list[tuple[Write, bytes]], list[Outcome]]:
    """The JSON of each write, made apart: what cannot be put into JSON spoils no other (I12)."""
    whole: list[tuple[Write, bytes]] = []
    refused: list[Outcome] = []
    for write in writes:
        try:
            whole.append((write, codec.encoder.encode(dict(_body(entity, module, write)))))
        except (UnicodeError, ValueError, TypeError) as wrong:
            message = f"the record holds text that cannot be sent ({type(wrong).__name__})"
            refused.append(Refused(ref=write.ref, reason="F18", message=message, code="NOT_SENT"))
    return whole, refused


def _body(entity: Entity, module: Module, write: Write) -> Iterator[tuple[str, Any]]:
    if write.id is not None:
        yield "id", write.id
    elif write.parent and entity.parent:
        yield entity.parent, {"id": write.parent}
    for name, value in write.fields.items():
        known = module.fields.get(name)
        if known is None or not known.read_only:
            yield name, codec.encode(known.kind if known else "text", value)
    if write.key is not None and module.key:
        yield module.key, write.key
