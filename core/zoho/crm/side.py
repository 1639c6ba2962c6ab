"""The CRM side as the engine knows it (``core.engine.ports.Side``)."""

from collections.abc import AsyncIterator, Sequence

import msgspec

from core.engine.ports import Found, Key
from core.model.figures import is_figure
from core.model.names import SideName
from core.model.problems import Problem
from core.model.record import FieldMeta, Gone, Outcome, Record, View, Write
from core.model.setup import Check, KeyStrength, ModuleSetup
from core.model.whys import why
from core.zoho.budget import Budget, Reading
from core.zoho.caller import Caller
from core.zoho.crm.checks import CrmChecks
from core.zoho.crm.entities import entity_of
from core.zoho.crm.guard import Guard
from core.zoho.crm.metadata import Metadata
from core.zoho.crm.records import CrmRecords
from core.zoho.crm.writes import CrmWrites
from core.zoho.mapped import mapped_fields
from core.zoho.transport import Transport


class CrmSide:
    """One CRM organisation. See the Protocol for what each method promises."""

    name: SideName = "crm"

    def __init__(self, caller: Caller, transport: Transport, budget: Budget, checks: CrmChecks) -> None:
        self._transport, self._budget, self._checks = transport, budget, checks
        guard = Guard()
        self._metadata = Metadata(caller)
        self._records = CrmRecords(caller, self._metadata, guard)
        self._writes = CrmWrites(caller, self._metadata, self._records, guard)

    @property
    def calls(self) -> int:
        """Return the API requests sent; those to the accounts server are not among them."""
        return self._budget.calls

    def budget(self) -> Reading:
        """Return what is left of the day's credits."""
        return self._budget.reading()

    def key_strength(self, entity: str) -> KeyStrength:
        """Return what ``prepare`` (or any call on the entity) learned of the key field; ``none`` before that."""
        known = self._metadata.known(entity)
        return known.strength if known is not None else "none"

    async def prepare(self, setup: ModuleSetup) -> ModuleSetup:
        """Check the mapped fields; find the key field, and make it where the sync writes to CRM. The strength told is
        that of the module's own records; ``key_strength`` tells that of contacts beside accounts.

        Raises ``Problem('field_missing')`` (F20), ``Problem('module_unavailable')`` (F1–F3).
        """
        strengths: list[KeyStrength] = []
        for name, fields in mapped_fields(setup, "crm").items():
            module = entity_of(name)
            known = await self._metadata.mapped(module, fields, fresh=True)
            if setup.extent == "both" and not known.key:
                known = await self._metadata.make_key(module)
            strengths.append(known.strength)
        return msgspec.structs.replace(setup, crm_key=strengths[0])

    def changes(self, entity: str, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        """Yield batches of up to 200 complete records."""
        return self._records.changes(entity_of(entity), fields, since)

    def gone(self, entity: str, since: str | None) -> AsyncIterator[list[Gone]]:
        """Yield deleted records, newest first."""
        return self._records.gone(entity_of(entity), since)

    def members(self, entity: str, view: str) -> AsyncIterator[list[str]]:
        """Yield the ids in a view."""
        return self._records.members(entity_of(entity), view)

    async def read(self, entity: str, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
        """Return records by id, 100 to a call."""
        return await self._records.read(entity_of(entity), fields, ids)

    def write(self, fields: Sequence[str], writes: Sequence[Write]) -> AsyncIterator[Outcome]:
        """Send in batches of 100, without triggers; read each batch back."""
        return self._writes.write(fields, writes)

    async def find(self, entity: str, fields: Sequence[str], key: Key) -> Found:
        """Look a create up by query, which lags behind nothing (zoho-crm-api §5.3)."""
        return await self._records.find(entity_of(entity), fields, key)

    async def describe(self, entity: str) -> list[FieldMeta]:
        """Return the module's fields, read anew."""
        module = await self._metadata.load(entity_of(entity), fresh=True)
        return [
            each
            for each in module.fields.values()
            # Figures are written by us and never mapped: they would come back as changes (I5).
            if each.name != module.key and not (each.custom and is_figure(each.label))
        ]

    def takes_fields(self, entity: str) -> bool:
        """Return False: nobody asked yet for CRM fields made from Books' ones."""
        return False

    async def create_field(self, entity: str, like: FieldMeta) -> FieldMeta:
        """Raise ``Problem('field_not_creatable')``: mapped fields are made in Books (B44)."""
        raise Problem("field_not_creatable", field=like.label, why=why("no_custom_fields"))

    async def views(self, entity: str) -> list[View]:
        """Return the module's views."""
        return await self._metadata.views(entity_of(entity))

    async def count(self, entity: str, view: str | None = None) -> int | None:
        """Return how many records a view or the whole module holds, for two credits; None where nothing tells."""
        return await self._records.count(entity_of(entity), view)

    async def sample(self, entity: str, fields: Sequence[str], most: int) -> list[Record]:
        """Return the newest records, so many at most, in one call."""
        return await self._records.sample(entity_of(entity), fields, most)

    async def preflight(self) -> list[Check]:
        """Return the checks of this side."""
        return await self._checks.run()

    async def close(self) -> None:
        """Release the connections."""
        await self._transport.close()
