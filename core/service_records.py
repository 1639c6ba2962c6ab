"""The part of the front door about single records and about taking back; ``core.service.Service`` has it whole."""

from typing import Protocol

from msgspec import Struct

from core.model.names import ModuleName, SideName
from core.model.plan import SavedPlan
from core.model.run import Run
from core.model.undo import UndoPlan, UndoScope
from core.model.whynot import WhyNot


class RecordRef(Struct, frozen=True):
    """A record of either side."""

    side: SideName
    id: str


class FetchRequest(Struct, frozen=True, kw_only=True):
    """Fetch these records, and what is linked to them, instead of what changed (B82, B89)."""

    module: ModuleName
    records: tuple[RecordRef, ...]


class UndoRequest(Struct, frozen=True, kw_only=True):
    """Undo a scope but for the steps named by ``UndoStep.id``."""

    scope: UndoScope
    exclude: tuple[str, ...] = ()


class ApplyRequest(Struct, frozen=True, kw_only=True):
    """Carry out a plan that the agent holds, exactly, but for the actions named by ``Action.id`` (and what else is
    planned for their records). ``confirm`` lets it through a tripped valve.
    """

    plan_id: str
    exclude: tuple[str, ...] = ()
    confirm: bool = False


class RecordService(Protocol):
    """Every method may raise ``Problem``."""

    async def why_not(self, module: ModuleName, side: SideName, record_id: str) -> list[WhyNot]:
        """Return why a record is not in step, or not on the other side, from what is known here."""
        ...

    async def fetch(self, request: FetchRequest) -> Run:
        """Start a run of named records and return it as started."""
        ...

    async def undo_plan(self, scope: UndoScope) -> UndoPlan:
        """Return what an undo would do. Reads the records concerned, writes nothing. ``Problem('not_found')``."""
        ...

    async def undo(self, request: UndoRequest) -> Run:
        """Start an undo and return its run as started."""
        ...

    async def release(self, module: ModuleName, record_id: str) -> None:
        """Let an ignored record (either side's id) take part again, from the next run. ``Problem('not_found')``."""
        ...

    async def saved_plan(self, plan_id: str) -> SavedPlan:
        """Return a plan that the agent holds, whole, to keep it in a file."""
        ...

    async def keep_plan(self, saved: SavedPlan) -> str:
        """Let the agent hold a plan that was kept in a file, to be looked at and applied; return its id."""
        ...

    async def apply(self, request: ApplyRequest) -> Run:
        """Start a run of a held plan and return it as started. What of it no longer stood when the run planned anew,
        and what it did not know of, is then held as the plan ``rest-`` and the run's id, the former marked ``moved``.
        """
        ...
