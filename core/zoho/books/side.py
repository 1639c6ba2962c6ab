"""The Books side as the engine knows it (``core.engine.ports.Side``)."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

import msgspec

from core.engine.ports import Found, Key
from core.model.names import SideName
from core.model.record import FieldMeta, Gone, Outcome, Record, View, Write
from core.model.setup import Check, KeyStrength, ModuleSetup
from core.zoho.books.checks import BooksChecks
from core.zoho.books.contacts import Contacts
from core.zoho.books.custom import make_custom
from core.zoho.books.entities import Entity, entity_of
from core.zoho.books.items import Items
from core.zoho.books.metadata import Metadata
from core.zoho.books.persons import Persons
from core.zoho.books.writes import Writes
from core.zoho.budget import Budget, Reading
from core.zoho.caller import Caller
from core.zoho.mapped import mapped_fields
from core.zoho.transport import Transport

NOTHING: tuple[Any, ...] = ()


class Reads(Protocol):
    """Reading one kind of record; what is promised is said at ``Side``."""

    def changes(self, entity: Entity, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        """Yield what was modified at or after ``since``."""
        ...

    async def sample(self, entity: Entity, fields: Sequence[str], most: int) -> list[Record]:
        """Return some complete records."""
        ...

    async def read(self, entity: Entity, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
        """Return complete records."""
        ...

    async def find(self, entity: Entity, fields: Sequence[str], key: Key) -> Found:
        """Look a create up."""
        ...


class Sends(Protocol):
    """Writing one kind of record."""

    def write(self, fields: Sequence[str], writes: Sequence[Write]) -> AsyncIterator[Outcome]:
        """Send writes of one entity."""
        ...


class BooksSide:
    """One Books organisation. See the Protocol for what each method promises."""

    name: SideName = "books"

    def __init__(self, caller: Caller, transport: Transport, budget: Budget, checks: BooksChecks) -> None:
        self._transport, self._budget, self._checks = transport, budget, checks
        self._caller, self._metadata = caller, Metadata(caller)
        contacts, items = Contacts(caller, self._metadata, budget), Items(caller, self._metadata, budget)
        self._persons = Persons(caller, self._metadata, contacts, budget)
        to_contacts, to_items = (Writes(caller, self._metadata, reads, budget) for reads in (contacts, items))
        self._desks: dict[str, tuple[Reads, Sends]] = {
            "customers": (contacts, to_contacts), "vendors": (contacts, to_contacts), "items": (items, to_items),
            "persons": (self._persons, self._persons),
        }  # fmt: skip

    @property
    def calls(self) -> int:
        """Return the API requests sent; those to the accounts server are not among them."""
        return self._budget.calls

    def budget(self) -> Reading:
        """Return what is left of the day's calls."""
        return self._budget.reading()

    def key_strength(self, entity: str) -> KeyStrength:
        """Return what ``prepare`` (or any call on the entity) learned of the key field; ``none`` before that."""
        known = self._metadata.known(entity_of(entity))
        return known.strength if known is not None else "none"

    async def prepare(self, setup: ModuleSetup) -> ModuleSetup:
        """Check the mapped fields; find the key field, make it where it is missing, and see whether it is unique.

        The strength told is that of the module's own records: contact persons have no custom fields to hold a key.
        Raises ``Problem('field_missing')`` (F20).
        """
        strengths: list[KeyStrength] = []
        for name, fields in mapped_fields(setup, "books").items():
            module = entity_of(name)
            known = await self._metadata.mapped(module, fields, fresh=True)
            if not known.key and module.custom:
                known = await self._metadata.make_key(module)
            strengths.append(known.strength)
        return msgspec.structs.replace(setup, books_key=strengths[0])

    def changes(self, entity: str, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        """Yield batches: contacts and items as list rows (``complete=False``), contact persons in full."""
        return self._reads(entity).changes(entity_of(entity), fields, since)

    async def gone(self, entity: str, since: str | None) -> AsyncIterator[list[Gone]]:
        """Yield contact persons that their customers no longer have, as far as this side has read those twice; of
        everything else nothing: Books has no list of the deleted (zoho-books-api §9).
        """
        found = self._persons.gone() if entity == "persons" else []
        if found:
            yield found

    async def members(self, entity: str, view: str) -> AsyncIterator[list[str]]:
        """Yield nothing: Books has no views of contacts over the API (zoho-books-api §3.7)."""
        for nothing in NOTHING:
            yield nothing

    async def read(self, entity: str, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
        """Return details, several calls at once: one a contact, one a hundred items, one a customer with persons."""
        return await self._reads(entity).read(entity_of(entity), fields, ids)

    async def write(self, fields: Sequence[str], writes: Sequence[Write]) -> AsyncIterator[Outcome]:
        """Send one call a record, several at once; an update is preceded by a read."""
        for name in dict.fromkeys(each.entity for each in writes):
            entity_of(name)
            async for outcome in self._desks[name][1].write(fields, [each for each in writes if each.entity == name]):
                yield outcome

    async def find(self, entity: str, fields: Sequence[str], key: Key) -> Found:
        """Look a create up by exact name and key."""
        return await self._reads(entity).find(entity_of(entity), fields, key)

    async def describe(self, entity: str) -> list[FieldMeta]:
        """Return built-in fields (the API does not describe them) and custom fields, read anew."""
        module = entity_of(entity)
        known = await self._metadata.load(module, fresh=True)
        return [*module.fields.values(), *(each.meta for name, each in known.custom.items() if name != known.key)]

    def takes_fields(self, entity: str) -> bool:
        """Return whether custom fields of an entity can be made: contact persons have none."""
        return bool(entity_of(entity).custom)

    async def create_field(self, entity: str, like: FieldMeta) -> FieldMeta:
        """Make a custom field. Raises ``Problem``: ``field_not_creatable``, ``field_refused``."""
        return await make_custom(self._caller, self._metadata, entity_of(entity), like)

    async def views(self, entity: str) -> list[View]:
        """Return nothing: Books has no views that narrow a module."""
        return []

    async def count(self, entity: str, view: str | None = None) -> int | None:
        """Return None: no list of Books tells how long it is (zoho-books-api §1.6)."""
        return None

    async def sample(self, entity: str, fields: Sequence[str], most: int) -> list[Record]:
        """Return the first records in full, so many at most: a call, and one for each contact; items take two."""
        return await self._reads(entity).sample(entity_of(entity), fields, most)

    async def preflight(self) -> list[Check]:
        """Return the checks of this side."""
        return await self._checks.run()

    async def close(self) -> None:
        """Release the connections."""
        await self._transport.close()

    def _reads(self, entity: str) -> Reads:
        entity_of(entity)
        return self._desks[entity][0]
