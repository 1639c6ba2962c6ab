"""The CRM modules that take part, a row each; a new module is a new row."""

from msgspec import Struct

from core.model.catalogue import name_field
from core.model.problems import Problem
from core.model.record import RecordKind

PREFIX = "/crm/v8"
KEY_LABEL = "Kakehashi Books ID"
"""The label of the custom field that holds the Books id; at most 25 characters (zoho-crm-api §4.2)."""


class Entity(Struct, frozen=True):
    """One module: its api_name, what its records are, the field that names them, and the look-up to what they belong
    to (empty: to nothing).
    """

    name: str
    kind: RecordKind
    name_field: str
    parent: str = ""

    def scope(self, operation: str) -> str:
        """Return the scope that an operation (``READ``, ``CREATE``, ``UPDATE``) needs."""
        return f"ZohoCRM.modules.{self.name}.{operation}"


_KINDS: dict[str, RecordKind] = {
    "Accounts": "business", "Contacts": "individual", "Vendors": "vendor", "Products": "item",
}  # fmt: skip
_PARENTS = {"Contacts": "Account_Name"}
ENTITIES: dict[str, Entity] = {
    name: Entity(name, kind, name_field(name), _PARENTS.get(name, "")) for name, kind in _KINDS.items()
}


def entity_of(name: str) -> Entity:
    """Return a module's row. Raises ``Problem('not_found')`` for one that takes no part."""
    found = ENTITIES.get(name)
    if found is None:
        raise Problem("not_found", what=f"CRM module {name}")
    return found
