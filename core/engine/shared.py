"""A side whose lists are read once for all parts of a module: two parts that ask the same share the answer."""

from collections.abc import AsyncIterator, Iterable, Sequence

from core.engine.named import Named
from core.engine.ports import Side
from core.model.names import NameOrder
from core.model.record import Gone, Record

_Asked = tuple[str, str | None]


class Shared(Named):
    """A ``Named`` side; between ``share`` and ``forget`` it keeps what it read."""

    def __init__(self, side: Side, order: NameOrder) -> None:
        super().__init__(side, order)
        self._fields: dict[str, tuple[str, ...]] = {}
        self._changes: dict[_Asked, list[list[Record]]] = {}
        self._gone: dict[_Asked, list[list[Gone]]] = {}

    def share(self, wanted: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Keep the lists of entities that occur more than once in ``wanted``, with the fields of all who ask."""
        seen: dict[str, list[Sequence[str]]] = {}
        for entity, fields in wanted:
            seen.setdefault(entity, []).append(fields)
        self._fields = {
            entity: tuple(dict.fromkeys(field for each in all_ for field in each))
            for entity, all_ in seen.items()
            if len(all_) > 1
        }

    def forget(self) -> None:
        """Let go of what was kept."""
        self._fields, self._changes, self._gone = {}, {}, {}

    async def changes(self, entity: str, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        """See ``Side``."""
        kept = self._changes.get((entity, since))
        if kept is not None:
            for batch in kept:
                yield batch
            return
        read: list[list[Record]] = []
        async for batch in super().changes(entity, self._fields.get(entity, tuple(fields)), since):
            if entity in self._fields:
                read.append(batch)
            yield batch
        if entity in self._fields:
            self._changes[entity, since] = read

    async def gone(self, entity: str, since: str | None) -> AsyncIterator[list[Gone]]:
        """See ``Side``."""
        kept = self._gone.get((entity, since))
        if kept is not None:
            for batch in kept:
                yield batch
            return
        read = [batch async for batch in super().gone(entity, since)]
        if entity in self._fields:
            self._gone[entity, since] = read
        for batch in read:
            yield batch
