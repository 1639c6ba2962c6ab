"""CRM fields that have no counterpart in Books, and making one where Books' API can (B44; zoho-books-api §3.5)."""

from collections.abc import Sequence

from core.agent.setting_up import part_entity
from core.engine.ports import Store
from core.model.catalogue import default_mapping
from core.model.deciding import Hindrance, MissingField
from core.model.names import ModuleName, Part, Shape
from core.model.problems import Problem
from core.model.record import FieldMeta
from core.model.setup import FieldMap
from core.model.value import Kind
from core.model.whys import why
from core.zoho.books.custom import MADE, wanted_length
from core.zoho.connect import ZohoSide

_SYSTEM = frozenset({
    "id", "Owner", "Created_By", "Modified_By", "Created_Time", "Modified_Time", "Last_Activity_Time", "Tag", "Layout",
    "Record_Image", "Exchange_Rate", "Locked__s", "Unsubscribed_Mode", "Unsubscribed_Time", "Currency",
})  # fmt: skip
"""Fields of every CRM record that tell of the record and not of the company: nobody wants them in Books."""
_PHRASES: dict[Hindrance, str] = {
    "mapped": "mapped_already", "computed": "worked_out", "unsupported": "no_custom_fields",
}  # fmt: skip


class MissingFields:
    """Looks at live metadata of both sides, ``(crm, books)``."""

    def __init__(self, store: Store, sides: tuple[ZohoSide, ZohoSide]) -> None:
        self._store = store
        self._crm, self._books = sides

    async def list(self, module: ModuleName, shape: Shape, part: Part) -> list[MissingField]:
        """Return the CRM fields that no row of the mapping ties to Books, those that can be made first."""
        fields = await self._crm.describe(part_entity(module, shape, part, "crm"))
        mapped = {row.crm for row in self._mapping(module, shape, part)}
        found = [self._missing(each, module, shape, part, mapped) for each in fields if each.name not in _SYSTEM]
        # What is on no Standard layout cannot be mapped, whatever is made for it (E7, F19).
        found = [each for each in found if each.hindrance != "mapped" and each.crm.standard]
        return sorted(found, key=lambda each: (not each.creatable, not each.crm.custom, each.crm.label.casefold()))

    async def create(self, module: ModuleName, shape: Shape, part: Part, crm_field: str) -> FieldMeta:
        """Make a Books field for a CRM field; one of the same label and kind that is there is returned instead.

        Raises Problem: ``not_found``, ``field_not_creatable``, ``field_refused``.
        """
        fields = await self._crm.describe(part_entity(module, shape, part, "crm"))
        crm = next((each for each in fields if each.name == crm_field), None)
        if crm is None:
            raise Problem("not_found", what=f"CRM field {crm_field}")
        if not crm.standard:
            raise Problem("field_not_creatable", field=crm.label, why=why("off_layout"))
        wanted = self._missing(crm, module, shape, part, set())
        if not wanted.creatable:
            name = _PHRASES.get(wanted.hindrance)
            phrase = why(name) if name is not None else why("no_such_kind", kind=crm.kind)
            raise Problem("field_not_creatable", field=crm.label, why=phrase)
        return await self._books.create_field(part_entity(module, shape, part, "books"), crm)

    def _mapping(self, module: ModuleName, shape: Shape, part: Part) -> Sequence[FieldMap]:
        stored = self._store.setup(module)
        rows = stored.mapping if stored is not None and stored.shape == shape else default_mapping(module, shape)
        return [row for row in rows if row.part == part or shape in ("accounts", "contacts")]

    def _missing(self, crm: FieldMeta, module: ModuleName, shape: Shape, part: Part, mapped: set[str]) -> MissingField:
        kind: Kind = MADE.get(crm.kind, ("", crm.kind))[1]
        hindrance: Hindrance = ""
        if crm.name in mapped:
            hindrance = "mapped"
        elif not self._books.takes_fields(part_entity(module, shape, part, "books")):
            hindrance = "unsupported"
        elif crm.kind not in MADE:
            hindrance = "kind"
        elif crm.read_only and not crm.custom:
            hindrance = "computed"
        return MissingField(crm=crm, books_kind=kind, length=wanted_length(crm), hindrance=hindrance)
