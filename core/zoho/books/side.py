"""The Books side as the engine knows it (``core.engine.ports.Side``)."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from core.engine.ports import Found, Key
from core.model.catalogue import entity
from core.model.names import SideName
from core.model.record import FieldMeta, Gone, Outcome, Record, View, Write
from core.model.setup import Check, KeyStrength, ModuleSetup
from core.zoho.books.checks import BooksChecks
from core.zoho.books.contacts import Contacts
from core.zoho.books.entities import CONTACT_FIELDS, entity_of
from core.zoho.books.metadata import Metadata
from core.zoho.books.writes import ContactWrites
from core.zoho.budget import Budget, Reading
from core.zoho.caller import Caller
from core.zoho.transport import Transport

NOTHING: tuple[Any, ...] = ()


class BooksSide:
    """One Books organisation. See the Protocol for what each method promises."""

    name: SideName = "books"

    def __init__(self, caller: Caller, transport: Transport, budget: Budget, checks: BooksChecks) -> None:
        self._transport, self._budget, self._checks = transport, budget, checks
        self._metadata = Metadata(caller)
        self._contacts = Contacts(caller, self._metadata, budget)
        self._writes = ContactWrites(caller, self._metadata, self._contacts, budget)

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

        Raises ``Problem('field_missing')`` (F20).
        """
        module = entity_of(entity(setup.module, setup.shape, "books"))
        known = await self._metadata.mapped(module, (each.books for each in setup.mapping), fresh=True)
        if not known.key:
            known = await self._metadata.make_key(module)
        return msgspec.structs.replace(setup, books_key=known.strength)

    def changes(self, entity: str, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        """Yield batches of up to 200 list rows (``complete=False``)."""
        return self._contacts.changes(entity_of(entity), fields, since)

    async def gone(self, entity: str, since: str | None) -> AsyncIterator[list[Gone]]:
        """Yield nothing: Books has no list of the deleted (zoho-books-api §9)."""
        for nothing in NOTHING:
            yield nothing

    async def members(self, entity: str, view: str) -> AsyncIterator[list[str]]:
        """Yield nothing: Books has no views of contacts over the API (zoho-books-api §3.7)."""
        for nothing in NOTHING:
            yield nothing

    async def read(self, entity: str, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
        """Return details, one call each, several at once."""
        return await self._contacts.read(entity_of(entity), fields, ids)

    def write(self, fields: Sequence[str], writes: Sequence[Write]) -> AsyncIterator[Outcome]:
        """Send one call a record, several at once; an update is preceded by a read."""
        return self._writes.write(fields, writes)

    async def find(self, entity: str, fields: Sequence[str], key: Key) -> Found:
        """Look a create up by exact name and key."""
        return await self._contacts.find(entity_of(entity), fields, key)

    async def describe(self, entity: str) -> list[FieldMeta]:
        """Return built-in fields (the API does not describe them) and custom fields, read anew."""
        known = await self._metadata.load(entity_of(entity), fresh=True)
        return [*CONTACT_FIELDS.values(), *(each.meta for name, each in known.custom.items() if name != known.key)]

    async def views(self, entity: str) -> list[View]:
        """Return nothing: Books has no views that narrow a module."""
        return []

    async def preflight(self) -> list[Check]:
        """Return the checks of this side."""
        return await self._checks.run()

    async def close(self) -> None:
        """Release the connections."""
        await self._transport.close()
