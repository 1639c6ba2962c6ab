"""The part of the front door that setting up and looking ahead ask of; ``core.service.Service`` has it whole."""

from typing import Protocol

from msgspec import Struct

from core.model.names import Direction, ModuleName, Part, Shape, SideName
from core.model.plan import Action, Verb
from core.model.record import FieldMeta, Sample, View


class PlanTally(Struct, frozen=True, kw_only=True):
    """How many actions of a plan are of one kind. ``direction`` None: they change only our own state."""

    direction: Direction | None
    verb: Verb
    count: int


class PlanFilter(Struct, frozen=True, kw_only=True):
    """Which actions of a plan are asked for; None: any."""

    verbs: tuple[Verb, ...] = ()
    """Empty: all."""
    direction: Direction | None = None
    text: str = ""
    """Matches when every word of it, folded, occurs in the folded name."""


class PlanWindow(Struct, frozen=True, kw_only=True):
    """A window of the actions that match, without the bases they carry; ``count`` is how many match in all."""

    count: int
    tallies: tuple[PlanTally, ...]
    """Of the whole plan, whatever the filter."""
    actions: tuple[Action, ...]


class ViewSize(Struct, frozen=True, kw_only=True):
    """How many records a view holds; ``more``: at least that many, counting on would have cost calls."""

    count: int
    more: bool = False


class DataCentreRef(Struct, frozen=True, kw_only=True):
    """One of Zoho's data centres, for whoever makes a ZSC key."""

    location: str
    name: str
    accounts_url: str
    console_url: str


class KeyGuide(Struct, frozen=True, kw_only=True):
    """What the steps to a ZSC key need: the scopes as the Self Client's form takes them, and the data centres."""

    service: SideName
    scopes: str
    centres: tuple[DataCentreRef, ...]


class SetupService(Protocol):
    """Asked with a shape and a part instead of stored settings, so that choices can be shown before they are stored.

    Every method may raise ``Problem``.
    """

    async def plan_window(self, plan_id: str, wanted: PlanFilter, start: int, stop: int) -> PlanWindow:
        """Return a window of the actions of a held plan that match. Raises ``Problem('not_found')``."""
        ...

    async def shape_views(self, module: ModuleName, shape: Shape, part: Part) -> list[View]:
        """Return the CRM views that may narrow a module of this shape (B40, B41)."""
        ...

    async def shape_fields(self, module: ModuleName, shape: Shape, part: Part, side: SideName) -> list[FieldMeta]:
        """Return a side's fields for the mapping table of this shape, from live metadata."""
        ...

    async def view_size(self, module: ModuleName, shape: Shape, part: Part, view: str) -> ViewSize:
        """Return how many records a CRM view holds, counted with a few calls at most."""
        ...

    async def samples(
        self, module: ModuleName, shape: Shape, part: Part, side: SideName, fields: tuple[str, ...]
    ) -> list[Sample]:
        """Return a value of each field, from real records of that side; fields that are empty there are left out."""
        ...

    async def key_guide(self, side: SideName) -> KeyGuide:
        """Return what the steps to a ZSC key need."""
        ...
