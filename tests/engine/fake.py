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
    Unsent,
    View,
    Write,
    Written,
)
from core.model.setup import Check, KeyStrength, ModuleSetup
from core.model.value import Fields, Value
from tests.engine.memory import Killed

Bend = Callable[[str, Value], Value]
"""What a server makes of a value that it is given."""

ROW_FIELDS = frozenset({
    "contact_name", "company_name", "website", "notes", "currency_code", "name", "sku", "rate", "description", "unit",
})  # fmt: skip
"""What a Books list row tells (zoho-books-api §4.3, §5): no addresses, no person."""

KINDS: dict[str, RecordKind] = {"customers": "business", "vendors": "vendor", "items": "item", "persons": "person"}
NAMED: dict[str, tuple[str, ...]] = {
    "Accounts": ("Account_Name",), "Contacts": ("First_Name", "Last_Name"), "Vendors": ("Vendor_Name",),
    "Products": ("Product_Name",), "customers": ("contact_name",), "vendors": ("contact_name",), "items": ("name",),
    "persons": ("first_name", "last_name"),
}  # fmt: skip
"""The fields that make a record's name."""
ONE_NAMESPACE = ({"customers", "vendors"}, {"items"})
"""Books entities whose names may not be equal."""


def name_of(entity: str, fields: Fields) -> str:
    return " ".join(str(fields[each]) for each in NAMED[entity] if fields.get(each))


def named(entity: str, name: str) -> Fields:
    fields = NAMED[entity]
    parts = name.split(" ", 1) if len(fields) == 2 else [name]
    return dict(zip(fields[-len(parts) :], parts, strict=True))


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
        self.entity = "Accounts" if name == "crm" else "customers"
        """What ``add`` makes where it is not told."""
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

    def add(
        self, name: str, *, kind: RecordKind | None = None, record_id: str | None = None, entity: str = "", **more: Any
    ) -> str:
        self._ids += 1
        record_id = record_id or f"{self.name[0]}{self._ids:04d}"
        entity = entity or self.entity
        fields = named(entity, name) | more.pop("fields", {})
        version = self.time.tick()
        self.records[record_id] = Record(
            side=self.name, entity=entity, id=record_id, name=name, version=version, created=version, fields=fields,
            kind=kind or KINDS.get(entity, "other"), **more,
        )  # fmt: skip
        return record_id

    def edit(self, record_id: str, **fields: Value) -> None:
        old = self.records[record_id]
        new = {**old.fields, **{name.replace("__", "."): value for name, value in fields.items()}}
        name = name_of(old.entity, new)
        self.records[record_id] = structs.replace(old, fields=new, version=self.time.tick(), name=name)

    def move(self, record_id: str, parent: str) -> None:
        self.records[record_id] = structs.replace(self.records[record_id], parent=parent, version=self.time.tick())

    def delete(self, record_id: str) -> None:
        gone = self.records.pop(record_id)
        self.dead.append(Gone(self.name, gone.entity, record_id, self.time.tick()))

    def of(self, entity: str) -> list[Record]:
        return [each for each in self.records.values() if each.entity == entity]

    # the port

    def key_strength(self, entity: str) -> KeyStrength:
        return self.strength

    async def prepare(self, setup: ModuleSetup) -> ModuleSetup:
        if self.name == "crm":
            return structs.replace(setup, crm_key=self.strength)
        return structs.replace(setup, books_key=self.strength)

    async def changes(self, entity: str, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        self.calls += 1
        found = [each for each in self.of(entity) if since is None or each.version >= since]
        self.listed += len(found)
        found.sort(key=lambda each: each.version, reverse=True)
        for start in range(0, len(found), 200):
            yield [self._row(each, fields) for each in found[start : start + 200]]

    def _row(self, record: Record, fields: Sequence[str]) -> Record:
        if self.name == "crm" or record.entity == "persons":
            return self._whole(record, fields)
        known = {field: record.fields.get(field) for field in fields if field in ROW_FIELDS}
        return structs.replace(record, fields=known, complete=False, native=None)

    def _whole(self, record: Record, fields: Sequence[str]) -> Record:
        told = {field: record.fields.get(field) for field in fields}
        if "Full_Name" in told:
            told["Full_Name"] = record.name
        if "status" in told and record.side == "books":
            told["status"] = record.active
        return structs.replace(record, fields=told)

    async def gone(self, entity: str, since: str | None) -> AsyncIterator[list[Gone]]:
        if self.name == "books":
            return
        self.calls += 1
        yield [each for each in self.dead if each.entity == entity and (since is None or each.when >= since)]

    async def members(self, entity: str, view: str) -> AsyncIterator[list[str]]:
        self.calls += 1
        if self.view is None:
            raise Problem("view_missing", view=view)
        yield [each.id for each in self.of(entity) if self.view(each)]

    async def read(self, entity: str, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
        self.calls += len(ids) if self.name == "books" else 1
        self.reads.append(list(ids))
        found = [self.records[each] for each in ids if each in self.records]
        return [self._whole(each, fields) for each in found if each.entity == entity]

    async def write(self, fields: Sequence[str], writes: Sequence[Write]) -> AsyncIterator[Outcome]:
        for at, write in enumerate(writes):
            self.calls += 1
            if self.problem_after is not None and len(self.sent) >= self.problem_after:
                for each in writes[at:]:
                    yield Unsent(ref=each.ref)
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
        active = sent.pop("status", None) if self.name == "books" else None
        name = name_of(write.entity, {**(old.fields if old else {}), **sent})
        renamed = self.unique_names and not (old and old.name == name)
        if (renamed and self._taken(write.entity, name)) or self._number_taken(write, old):
            reason = "F14" if write.entity == "items" else "F12"
            return Refused(ref=write.ref, reason=reason, message="the name is taken", code="3062")
        if old is None:
            kind = write.kind if self.name == "books" else None
            made = self.add(name, kind=kind, key=write.key, entity=write.entity, fields=sent, parent=write.parent)
            record = self.records[made]
            created = True
        else:
            record = structs.replace(
                old,
                fields={**old.fields, **sent},
                name=name,
                version=self.time.tick(),
                key=write.key or old.key,
                active=old.active if active is None else bool(active),
            )
            self.records[record.id] = record
            created = False
        if write.entity == "persons":
            # Books takes the change of a contact person for one of its customer
            customer = self.records[record.parent]
            self.records[customer.id] = structs.replace(customer, version=record.version)
        if self.strength == "none":
            self.records[record.id] = record = structs.replace(record, key=None)
        told = None if self.silent else self._whole(record, fields)
        return Written(ref=write.ref, id=record.id, created=created, version=record.version, record=told)

    def _taken(self, entity: str, name: str) -> bool:
        group = next((each for each in ONE_NAMESPACE if entity in each), set())
        return any(each.name == name for each in self.records.values() if each.entity in group)

    def _number_taken(self, write: Write, old: Record | None) -> bool:
        sku = write.fields.get("sku")
        return bool(sku) and any(each is not old and each.fields.get("sku") == sku for each in self.of("items"))

    async def find(self, entity: str, fields: Sequence[str], key: Key) -> Found:
        self.calls += 1
        self.looked_up.append(key)
        if self.strength == "none":
            rows = [each for each in self.of(entity) if each.name == key.name and each.created >= key.since]
            if len(rows) > 1:
                return Found(None, sure=False, candidates=tuple(each.id for each in rows))
        else:
            rows = [each for each in self.of(entity) if each.key == key.source_id]
        return Found(self._whole(rows[0], fields) if rows else None)

    async def describe(self, entity: str) -> list[FieldMeta]:
        return []

    async def views(self, entity: str) -> list[View]:
        return []

    async def preflight(self) -> list[Check]:
        return []

    async def close(self) -> None:
        return None
