"""Links between records, and the catalogue of what each side was last seen to hold."""

from msgspec import Struct

from core.model.names import LinkState, ModuleName, SideName
from core.model.record import RecordKind
from core.model.value import Fields


class Link(Struct, frozen=True, kw_only=True):
    """One CRM record paired with one Books record. An id stands in at most one link of a module (I10).

    ``crm_base`` and ``books_base`` are the mapped fields as *that side's server* last returned them; a side has a
    change when its record differs from its own base. ``crm_id`` or ``books_id`` is empty only in states ``ambiguous``
    (no counterpart chosen) and ``ignored`` (an undone create).
    """

    module: ModuleName
    crm_id: str
    books_id: str
    state: LinkState = "linked"
    name: str = ""
    crm_base: Fields = {}
    books_base: Fields = {}
    crm_version: str = ""
    books_version: str = ""
    linked_at: str = ""
    synced_at: str = ""
    run_id: str = ""
    crm_entity: str = ""
    """The CRM module of ``crm_id`` where the module name implies another one: an Individual's ``Contacts``."""
    touched: str = ""
    """When our own write of a contact person last made its Books customer look changed."""

    @property
    def key(self) -> str:
        """The link's id in the store: it survives a change of state."""
        return f"{self.module}:{self.crm_id or '-'}:{self.books_id or '-'}"

    def id_on(self, side: SideName) -> str:
        """Return the id of this link's record on ``side``."""
        return self.crm_id if side == "crm" else self.books_id

    def base_on(self, side: SideName) -> Fields:
        """Return the base of ``side``."""
        return self.crm_base if side == "crm" else self.books_base


class Seen(Struct, frozen=True, kw_only=True):
    """One row of the catalogue: what the last pull saw of a record, linked or not. Feeds lists and name pairing."""

    side: SideName
    entity: str
    id: str
    name: str
    folded: str
    """``core.plan.normalise.fold_name``: NFKC, case-folded, trimmed; for filtering and near matches."""
    version: str
    kind: RecordKind = "other"
    active: bool = True
    owner: str = ""
    receivable: str = ""
    in_view: bool = True
    parent: str = ""
    """``Record.parent``."""
    hints: tuple[str, ...] = ()
    """Of a record without a link: what may speak for its being the same as one of another name (``plan.evidence``)."""

    @property
    def key(self) -> str:
        """The row's id in the store."""
        return f"{self.side}:{self.entity}:{self.id}"
