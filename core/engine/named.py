"""A side whose people have a name: put together from its parts in the order of the organisation's country (B26)."""

from collections.abc import AsyncIterator, Sequence

from msgspec import structs

from core.engine.ports import Found, Key, Side
from core.model.names import NameOrder, SideName
from core.model.record import FieldMeta, Gone, Moved, Outcome, Record, View, Write, Written
from core.model.setup import Check, KeyStrength, ModuleSetup
from core.model.value import Value

PARTS: dict[str, tuple[str, str]] = {"Contacts": ("First_Name", "Last_Name"), "persons": ("first_name", "last_name")}
"""The given and the family name of the entities that have them."""
FULL_NAME = "Full_Name"
"""CRM's own full name, which it joins as it likes; the mapping gets ours instead."""


def full_name(given: Value, family: Value, order: NameOrder) -> str:
    """Return a person's name; a part that is missing is left out."""
    parts = [each.strip() for each in (given, family) if isinstance(each, str) and each.strip()]
    return " ".join(reversed(parts) if order == "family_first" else parts)


class Named:
    """A side as the engine sees it. Entities without personal names pass through untouched."""

    def __init__(self, side: Side, order: NameOrder) -> None:
        self._side, self._order = side, order
        self.name: SideName = side.name

    @property
    def calls(self) -> int:
        """See ``Side``."""
        return self._side.calls

    def key_strength(self, entity: str) -> KeyStrength:
        """See ``Side``."""
        return self._side.key_strength(entity)

    async def prepare(self, setup: ModuleSetup) -> ModuleSetup:
        """See ``Side``."""
        return await self._side.prepare(setup)

    def changes(self, entity: str, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        """See ``Side``."""
        found = self._side.changes(entity, self._with_parts(entity, fields), since)
        return found if entity not in PARTS else self._batches(entity, found)

    async def _batches(self, entity: str, found: AsyncIterator[list[Record]]) -> AsyncIterator[list[Record]]:
        async for batch in found:
            yield [self._named(entity, each) for each in batch]

    def gone(self, entity: str, since: str | None) -> AsyncIterator[list[Gone]]:
        """See ``Side``."""
        return self._side.gone(entity, since)

    def members(self, entity: str, view: str) -> AsyncIterator[list[str]]:
        """See ``Side``."""
        return self._side.members(entity, view)

    async def read(self, entity: str, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
        """See ``Side``."""
        return [
            self._named(entity, each) for each in await self._side.read(entity, self._with_parts(entity, fields), ids)
        ]

    async def write(self, fields: Sequence[str], writes: Sequence[Write]) -> AsyncIterator[Outcome]:
        """See ``Side``."""
        wanted = self._with_parts(writes[0].entity if writes else "", fields)
        async for outcome in self._side.write(wanted, writes):
            if isinstance(outcome, (Written, Moved)) and outcome.record is not None:
                yield structs.replace(outcome, record=self._named(outcome.record.entity, outcome.record))
            else:
                yield outcome

    async def find(self, entity: str, fields: Sequence[str], key: Key) -> Found:
        """See ``Side``."""
        found = await self._side.find(entity, self._with_parts(entity, fields), key)
        if found.record is None:
            return found
        return Found(self._named(entity, found.record), found.sure, found.candidates)

    async def describe(self, entity: str) -> list[FieldMeta]:
        """See ``Side``."""
        return await self._side.describe(entity)

    async def views(self, entity: str) -> list[View]:
        """See ``Side``."""
        return await self._side.views(entity)

    async def preflight(self) -> list[Check]:
        """See ``Side``."""
        return await self._side.preflight()

    async def close(self) -> None:
        """See ``Side``."""
        await self._side.close()

    def _with_parts(self, entity: str, fields: Sequence[str]) -> Sequence[str]:
        return tuple(dict.fromkeys((*fields, *PARTS.get(entity, ()))))

    def _named(self, entity: str, record: Record) -> Record:
        """Return a record under its name; it tells ``Full_Name`` only where the server was asked for it."""
        parts = PARTS.get(entity)
        if parts is None or not record.complete:
            return record
        given, family = (record.fields.get(each) for each in parts)
        name = full_name(given, family, self._order)
        fields = {**record.fields, FULL_NAME: name or None} if FULL_NAME in record.fields else record.fields
        return structs.replace(record, name=name or record.name, fields=fields)
