"""Both Zohos, in memory: they stamp times, bend values, refuse, lose replies and die when they are told to."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import structs

from core.engine.ports import Found, Key
from core.model.names import SideName
from core.model.problems import Problem
from core.model.record import (
    FieldMeta,
    Gone,
    Moved,
    Outcome,
    Record,
    RecordKind,
    Refused,
    Unknown,
    View,
    Write,
    Written,
)
from core.model.setup import Check, KeyStrength, ModuleSetup
from core.model.value import Fields, Value
from tests.engine.memory import Killed

Bend = Callable[[str, Value], Value]
"""What a server makes of a value that it is given."""

ROW_FIELDS = frozenset({"contact_name", "company_name", "website", "notes", "currency_code"})
"""What a Books list row tells (zoho-books-api §4.3): no addresses."""


class ServerTime:
    """The clock of both servers: a second passes with every write."""

    def __init__(self) -> None:
        self._at = datetime(2025, 4, 1, tzinfo=UTC)

    def tick(self, seconds: int = 1) -> str:
        self._at += timedelta(seconds=seconds)
        return self.now()

    def now(self) -> str:
        return self._at.strftime("%Y-%m-%dT%H:%M:%SZ")


class LocalClock:
    """The engine's clock: it never waits."""

    def __init__(self) -> None:
        self._at = datetime(2025, 4, 1, 9, tzinfo=UTC)
        self.seconds = 0.0

    def now(self) -> str:
        return self._at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def monotonic(self) -> float:
        self.seconds += 0.001
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.pass_(seconds)

    def pass_(self, seconds: float) -> None:
        self.seconds += seconds
        self._at += timedelta(seconds=seconds)


class FakeSide:
    """``core.engine.ports.Side`` over a dict of records."""

    def __init__(self, name: SideName, time: ServerTime, *, strength: KeyStrength = "plain") -> None:
        self.name = name
        self.time = time
        self.strength: KeyStrength = strength
        self.records: dict[str, Record] = {}
        self.dead: list[Gone] = []
        self.view: Callable[[Record], bool] | None = None
        self.bend: Bend = lambda _field, value: value
        self.refuse: Callable[[Write], Refused | None] = lambda _write: None
        self.unique_names = name == "books"
        self.silent = False
        """Writes answer without the record (CRM without a read-back)."""
        self.lose: Callable[[Write], str | None] = lambda _write: None
        """``before``: the request is lost; ``after``: the reply is."""
        self.problem_after: int | None = None
        self.die_after: int | None = None
        self.on_write: Callable[[Write], None] = lambda _write: None
        self.sent: list[Write] = []
        self.reads: list[list[str]] = []
        self.listed = 0
        self.looked_up: list[Key] = []
        self.calls = 0
        self._ids = 0

    # what a person does in the web pages

    def add(self, name: str, *, kind: RecordKind | None = None, record_id: str | None = None, **more: Any) -> str:
        self._ids += 1
        record_id = record_id or f"{self.name[0]}{self._ids:04d}"
        fields: Fields = {"Account_Name" if self.name == "crm" else "contact_name": name}
        fields |= more.pop("fields", {})
        version = self.time.tick()
        self.records[record_id] = Record(
            side=self.name, entity="Accounts" if self.name == "crm" else "customers", id=record_id, name=name,
            version=version, created=version, fields=fields,
            kind=kind or ("other" if self.name == "crm" else "business"), **more,
        )  # fmt: skip
        return record_id

    def edit(self, record_id: str, **fields: Value) -> None:
        old = self.records[record_id]
        new = {**old.fields, **{name.replace("__", "."): value for name, value in fields.items()}}
        name = new.get("Account_Name" if self.name == "crm" else "contact_name")
        self.records[record_id] = structs.replace(old, fields=new, version=self.time.tick(), name=str(name or ""))

    def delete(self, record_id: str) -> None:
        del self.records[record_id]
        self.dead.append(
            Gone(self.name, "Accounts" if self.name == "crm" else "customers", record_id, self.time.tick())
        )

    # the port

    def key_strength(self, entity: str) -> KeyStrength:
        return self.strength

    async def prepare(self, setup: ModuleSetup) -> ModuleSetup:
        if self.name == "crm":
            return structs.replace(setup, crm_key=self.strength)
        return structs.replace(setup, books_key=self.strength)

    async def changes(self, entity: str, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        self.calls += 1
        found = [each for each in self.records.values() if since is None or each.version >= since]
        self.listed += len(found)
        found.sort(key=lambda each: each.version, reverse=True)
        for start in range(0, len(found), 200):
            yield [self._row(each, fields) for each in found[start : start + 200]]

    def _row(self, record: Record, fields: Sequence[str]) -> Record:
        if self.name == "crm":
            return self._whole(record, fields)
        known = {field: record.fields.get(field) for field in fields if field in ROW_FIELDS}
        return structs.replace(record, fields=known, complete=False, native=None)

    def _whole(self, record: Record, fields: Sequence[str]) -> Record:
        return structs.replace(record, fields={field: record.fields.get(field) for field in fields})

    async def gone(self, entity: str, since: str | None) -> AsyncIterator[list[Gone]]:
        if self.name == "books":
            return
        self.calls += 1
        yield [each for each in self.dead if since is None or each.when >= since]

    async def members(self, entity: str, view: str) -> AsyncIterator[list[str]]:
        self.calls += 1
        if self.view is None:
            raise Problem("view_missing", view=view)
        yield [each.id for each in self.records.values() if self.view(each)]

    async def read(self, entity: str, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
        self.calls += len(ids) if self.name == "books" else 1
        self.reads.append(list(ids))
        return [self._whole(self.records[each], fields) for each in ids if each in self.records]

    async def write(self, fields: Sequence[str], writes: Sequence[Write]) -> AsyncIterator[Outcome]:
        for write in writes:
            self.calls += 1
            if self.problem_after is not None and len(self.sent) >= self.problem_after:
                raise Problem("daily_quota", side=self.name, resets="00:00")
            self.on_write(write)
            lost = self.lose(write)
            if lost == "before":
                yield Unknown(ref=write.ref, message="timeout")
                continue
            outcome = self._apply(fields, write)
            self.sent.append(write)
            if self.die_after is not None and len(self.sent) > self.die_after:
                raise Killed
            yield Unknown(ref=write.ref, message="connection lost") if lost else outcome

    def _apply(self, fields: Sequence[str], write: Write) -> Outcome:
        old = self.records.get(write.id) if write.id else None
        if write.id and old is None:
            return Refused(ref=write.ref, reason="F29", message="no such record")
        if old and write.expect_version and old.version != write.expect_version:
            return Moved(ref=write.ref, record=self._whole(old, fields))
        if refused := self.refuse(write):
            return structs.replace(refused, ref=write.ref)
        if not write.id and self.strength == "unique":
            old = next((each for each in self.records.values() if write.key and each.key == write.key), None)
        sent = {field: self.bend(field, value) for field, value in write.fields.items()}
        name = sent.get("Account_Name" if self.name == "crm" else "contact_name", old.name if old else "")
        renamed = self.unique_names and not (old and old.name == name)
        if renamed and any(each.name == name for each in self.records.values()):
            return Refused(ref=write.ref, reason="F12", message="the name is taken", code="3062")
        if old is None:
            record = self.records[self.add(str(name or ""), kind=write.kind, key=write.key, fields=sent)]
            created = True
        else:
            record = structs.replace(
                old,
                fields={**old.fields, **sent},
                name=str(name or ""),
                version=self.time.tick(),
                key=write.key or old.key,
            )
            self.records[record.id] = record
            created = False
        if self.strength == "none":
            self.records[record.id] = record = structs.replace(record, key=None)
        told = None if self.silent else self._whole(record, fields)
        return Written(ref=write.ref, id=record.id, created=created, version=record.version, record=told)

    async def find(self, entity: str, fields: Sequence[str], key: Key) -> Found:
        self.calls += 1
        self.looked_up.append(key)
        if self.strength == "none":
            rows = [each for each in self.records.values() if each.name == key.name and each.created >= key.since]
            if len(rows) > 1:
                return Found(None, sure=False, candidates=tuple(each.id for each in rows))
        else:
            rows = [each for each in self.records.values() if each.key == key.source_id]
        return Found(self._whole(rows[0], fields) if rows else None)

    async def describe(self, entity: str) -> list[FieldMeta]:
        return []

    async def views(self, entity: str) -> list[View]:
        return []

    async def preflight(self) -> list[Check]:
        return []

    async def close(self) -> None:
        return None
