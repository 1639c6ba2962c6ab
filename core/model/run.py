"""Runs and what they leave behind: counts, failures, intents, history, before-images."""

from typing import Literal

from msgspec import Struct

from core.model.names import Direction, ModuleName, SideName
from core.model.plan import Action, Count, ValveTrip
from core.model.value import Fields, Value

RunState = Literal["running", "done", "stopped", "failed", "needs_confirmation", "interrupted"]
Cause = Literal["manual", "scheduled", "first", "recovery", "fetch", "undo", "decision", "figures"]
Phase = Literal["recover", "pull", "plan", "valve", "execute", "commit", "done"]


class Run(Struct, frozen=True, kw_only=True):
    """One execution of a plan. ``counts`` is per direction; ``api_calls`` per side."""

    id: str
    module: ModuleName
    cause: Cause
    started: str
    finished: str = ""
    state: RunState = "running"
    phase: Phase = "recover"
    counts: dict[Direction, Count] = {}
    api_calls: dict[SideName, int] = {}
    considered: dict[SideName, int] = {}
    valve: tuple[ValveTrip, ...] = ()
    problem: str = ""
    """A code of ``core.model.problems`` when the run stopped or failed."""
    problem_detail: dict[str, str] = {}
    setup_revision: int = 1


class Failure(Struct, frozen=True, kw_only=True):
    """One record that could not be written or is held: reason, remedy (by reason), raw answer, attempts."""

    module: ModuleName
    direction: Direction
    crm_id: str = ""
    books_id: str = ""
    name: str = ""
    reason: str
    message: str
    raw: str = ""
    code: str = ""
    field: str = ""
    attempts: int = 1
    held: bool = False
    first_at: str = ""
    last_at: str = ""
    run_id: str = ""
    source_version: str = ""
    """The source record's version when it was refused: an unchanged source is not sent again by itself."""
    setup_revision: int = 1
    candidates: tuple[str, ...] = ()
    crm_entity: str = ""
    """As ``Link.crm_entity``."""

    @property
    def record(self) -> str:
        """The source record's id."""
        return self.crm_id if self.direction == "to_books" else self.books_id

    @property
    def key(self) -> str:
        """The row's id in the store: one failure a record and direction."""
        return f"{self.module}:{self.direction}:{self.record}"


class Intent(Struct, frozen=True, kw_only=True):
    """A durable note that a write is about to be sent; recovery looks up what became of it."""

    id: str
    run_id: str
    action: Action
    entity: str
    fields: Fields
    written_at: str
    crm_entity: str = ""
    """As ``Link.crm_entity``."""
    parent: str = ""
    """As ``Write.parent``."""
    since: str = ""
    """The target server's own time at the last pull: what the write makes is not older (empty: unknown)."""


class HistoryLine(Struct, frozen=True, kw_only=True):
    """One committed outcome of a run: what was done to a record, and what it replaced (for undo)."""

    id: str
    run_id: str
    at: str
    module: ModuleName
    verb: str
    why: str
    direction: Direction | None
    crm_id: str = ""
    books_id: str = ""
    name: str = ""
    before: Fields = {}
    after: Fields = {}
    lost: dict[str, Value] = {}


class Progress(Struct, frozen=True, kw_only=True):
    """Where a running sync stands; coalesced, so a reader may miss some but never the last."""

    run_id: str
    module: ModuleName
    phase: Phase
    done: dict[str, int] = {}
    """Counters such as ``crm_pulled``, ``books_pulled``, ``to_books``, ``to_crm``, ``failed``."""
    total: dict[str, int] = {}
    """The known ends of those counters; absent while unknown."""
    waiting: str = ""
    """What it waits for: a code (``rate_limit``, ``retry``, ``quota``) or empty."""
    wait_seconds: float = 0.0
    api_calls: dict[SideName, int] = {}
    rate: float = 0.0
    """Records per second over the last few seconds, in the current phase."""
