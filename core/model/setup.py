"""What the administrator configures: the profile, the modules, the field mapping."""

from typing import Literal

from msgspec import Struct

from core.model.figure_setup import FigureSetup
from core.model.names import ConflictPolicy, DuplicatesPolicy, Extent, ModuleName, NameOrder, Part, Shape, SideName
from core.model.schedule import Alerts, Schedule
from core.model.value import Kind

KeyStrength = Literal["unique", "plain", "none"]
"""How far the key field on the target guards against a second create (design.md §3, The key)."""


class FieldMap(Struct, frozen=True, kw_only=True):
    """One row of the mapping table: a CRM field tied to a Books field.

    ``blank_overwrites``: an emptied source field empties the target (default: it does not, ?8).
    ``create_only``: sent when a record is made, never on update (currency: E35–E37).
    ``values``: pairs of a CRM value and the Books value that means the same (B59); of several for one value the first
    is written. ``joined``: the choices of a CRM multi-select stand in one Books text, with ``; `` between them.
    """

    crm: str
    books: str
    kind: Kind = "text"
    direction: Literal["both", "to_books", "to_crm"] = "both"
    blank_overwrites: bool = False
    create_only: bool = False
    part: Part = "main"
    values: tuple[tuple[str, str], ...] = ()
    joined: bool = False


class ModuleSetup(Struct, frozen=True, kw_only=True):
    """The stored settings of one module. ``view`` None is all records."""

    module: ModuleName
    shape: Shape = "accounts"
    extent: Extent = "both"
    duplicates: DuplicatesPolicy = "skip"
    conflict: ConflictPolicy = "crm"
    view: str | None = None
    view_name: str = ""
    contact_view: str | None = None
    """With *Accounts & their contacts* the contacts are narrowed by a view of their own (B41)."""
    contact_view_name: str = ""
    name_order: NameOrder = ""
    mapping: tuple[FieldMap, ...] = ()
    create_cap: int | None = None
    """The valve trips when a run would create more than this on one side; None: no cap."""
    crm_key: KeyStrength = "none"
    books_key: KeyStrength = "none"
    revision: int = 1
    """Goes up with every edit; a run records the one it used (B85)."""


class OrganisationRef(Struct, frozen=True, kw_only=True):
    """One joined organisation, without any secret."""

    side: SideName
    organization_id: str
    name: str
    email: str
    accounts_url: str
    api_url: str
    currency: str = ""
    edition: str = ""
    location: str = ""


class Profile(Struct, frozen=True, kw_only=True):
    """One Books organisation joined to one CRM organisation."""

    name: str
    crm: OrganisationRef | None = None
    books: OrganisationRef | None = None
    limits: dict[str, object] = {}
    """Budget limits per side as the sandbox prints them, or what the administrator set; empty: by plan and edition."""
    sandbox: bool = False
    paused: bool = False
    disabled: bool = False
    """Switched off as a whole (B102): nothing syncs until it is enabled again; links and settings are kept."""
    later: bool = False
    """The CRM organisation was joined to another Books one before: this one only fetches (E3)."""
    pair: tuple[str, str] = ("", "")
    """The ids of the CRM and the Books organisation that the links belong to, also while nothing is joined."""
    schedules: tuple[Schedule, ...] = ()
    """Of the modules whose automatic runs somebody has changed; the others run every two hours (B78)."""
    alerts: Alerts = Alerts()
    figures: FigureSetup = FigureSetup()
    """What customers owe and buy, on their CRM records (B3)."""

    @property
    def connected(self) -> bool:
        """Both sides are joined."""
        return self.crm is not None and self.books is not None


class Check(Struct, frozen=True, kw_only=True):
    """One line of the preflight (design.md §6)."""

    id: str
    state: Literal["ok", "warning", "stop"]
    detail: dict[str, str] = {}
