"""What the engine needs of the world, and nothing more. ``core.zoho`` and ``core.store`` provide it; tests do too.

``Side`` has no delete: the engine cannot delete a record on either side (I9).
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from typing import Protocol

from msgspec import Struct, field

from core.model.deciding import Apart, Conflict
from core.model.documents import DealRow, Document, DocumentIntent, Preference, Tie
from core.model.drafts import Draft
from core.model.link import Link, Seen
from core.model.mirror import Mirror, MirrorSetup
from core.model.names import LinkState, ModuleName, SideName
from core.model.record import FieldMeta, Gone, Outcome, Record, View, Write
from core.model.run import Failure, HistoryLine, Intent, Run
from core.model.setup import Check, KeyStrength, ModuleSetup, Profile


class Clock(Protocol):
    """Local time, injected. Server times never come from here (?11)."""

    def now(self) -> str:
        """Return the instant as ``YYYY-MM-DDTHH:MM:SSZ``."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back, for rates and waits."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Key(Struct, frozen=True, kw_only=True):
    """How a create of one source record can be found again on the target."""

    source_id: str
    name: str
    since: str = ""
    """Nothing the run itself made is older than this server or local instant; widens by the caller's care."""
    parent: str = ""
    """``Write.parent`` of the create."""


class Found(Struct, frozen=True):
    """What a look-up of an unknown outcome found. ``sure`` False: more than one candidate, or no way to tell."""

    record: Record | None
    sure: bool = True
    candidates: tuple[str, ...] = ()


class Side(Protocol):
    """One side's organisation. Every call raises ``Problem`` when the whole must stop (credential, quota, network).

    Retries, rate limits and token refresh happen inside; ``calls`` counts every request sent, retries included.
    ``fields`` arguments are the mapped field paths to decode.
    """

    name: SideName

    @property
    def calls(self) -> int:
        """Return the API requests sent since this object was made."""
        ...

    def key_strength(self, entity: str) -> KeyStrength:
        """Return how far the key field guards ``entity``, as learned by ``prepare``."""
        ...

    async def prepare(self, setup: ModuleSetup) -> ModuleSetup:
        """Find (and, where missing and possible, create) the key field; return the setup with key strengths known."""
        ...

    def changes(self, entity: str, fields: Sequence[str], since: str | None) -> AsyncIterator[list[Record]]:
        """Yield batches of records modified at or after ``since`` (server instant), any order; None: all.

        CRM records are complete; Books contacts are list rows (``complete=False``).
        """
        ...

    def gone(self, entity: str, since: str | None) -> AsyncIterator[list[Gone]]:
        """Yield records deleted since; a side without such a feed (Books) yields nothing."""
        ...

    def members(self, entity: str, view: str) -> AsyncIterator[list[str]]:
        """Yield the ids in a CRM view. Raises ``Problem('view_missing')``."""
        ...

    async def read(self, entity: str, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
        """Return complete records; ids that no longer exist are absent from the answer."""
        ...

    def write(self, fields: Sequence[str], writes: Sequence[Write]) -> AsyncIterator[Outcome]:
        """Send and yield one outcome per write, as they come, in any order. Batches and concurrency are the side's.

        ``fields`` are all mapped paths of the entity: a Written's record carries them where the side answered so.
        A create on an entity whose key is ``unique`` is idempotent (upsert by key) and may be sent again. Where the
        whole must stop, writes that are known to be unsent are yielded as ``Unsent`` before the ``Problem`` is raised.
        """
        ...

    async def find(self, entity: str, fields: Sequence[str], key: Key) -> Found:
        """Look up what became of a create whose outcome is unknown."""
        ...

    async def describe(self, entity: str) -> list[FieldMeta]:
        """Return the entity's fields from live metadata."""
        ...

    async def views(self, entity: str) -> list[View]:
        """Return the views that may narrow a module; Books has none."""
        ...

    async def preflight(self) -> list[Check]:
        """Return the connection checks of design.md §6, a line each."""
        ...

    async def close(self) -> None:
        """Release connections."""
        ...


class Commit(Struct, kw_only=True):
    """One store transaction: everything in it becomes durable together, or nothing does."""

    links: list[Link] = field(default_factory=list)
    drop_links: list[str] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    drop_seen: list[str] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    done_intents: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    clear_failures: list[str] = field(default_factory=list)
    history: list[HistoryLine] = field(default_factory=list)
    cursors: dict[str, str] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    setups: list[ModuleSetup] = field(default_factory=list)
    preferences: list[Preference] = field(default_factory=list)
    deals: list[DealRow] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    drop_ties: list[str] = field(default_factory=list)
    document_intents: list[DocumentIntent] = field(default_factory=list)
    done_document_intents: list[str] = field(default_factory=list)
    mirrors: list[Mirror] = field(default_factory=list)
    drop_mirrors: list[str] = field(default_factory=list)
    mirror_setups: list[MirrorSetup] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    drop_drafts: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    drop_conflicts: list[str] = field(default_factory=list)
    apart: list[Apart] = field(default_factory=list)
    drop_apart: list[str] = field(default_factory=list)
    profile: Profile | None = None

    def empty(self) -> bool:
        """Return whether there is nothing to write."""
        return self == Commit()


class Store(Protocol):
    """The profile's durable state. Reads answer from memory; ``commit`` returns once the disk has it.

    Raises ``Problem('store_full')`` and its kin; memory is then unchanged.
    """

    def commit(self, commit: Commit) -> None:
        """Write one transaction durably."""
        ...

    def profile(self) -> Profile | None:
        """Return the joined organisations."""
        ...

    def setup(self, module: ModuleName) -> ModuleSetup | None:
        """Return a module's settings, None when not configured."""
        ...

    def link_of(self, module: ModuleName, side: SideName, record_id: str) -> Link | None:
        """Return the link that holds this record, in whatever state."""
        ...

    def links(self, module: ModuleName, state: LinkState | None = None) -> Iterator[Link]:
        """Iterate over links, in the order of their keys."""
        ...

    def count_links(self, module: ModuleName, state: LinkState | None = None) -> int:
        """Count links without decoding them."""
        ...

    def seen(self, side: SideName, entity: str, record_id: str) -> Seen | None:
        """Return the catalogue row of a record."""
        ...

    def seen_named(self, side: SideName, entity: str, name: str) -> list[Seen]:
        """Return catalogue rows with exactly this name."""
        ...

    def seen_all(self, side: SideName, entity: str) -> Iterator[Seen]:
        """Iterate over a side's catalogue."""
        ...

    def count_seen(self, side: SideName, entity: str) -> int:
        """Count catalogue rows without decoding them."""
        ...

    def cursor(self, name: str) -> str | None:
        """Return a cursor (``customers:crm``, ...)."""
        ...

    def intents(self) -> list[Intent]:
        """Return the intents that no outcome has closed."""
        ...

    def failure(self, key: str) -> Failure | None:
        """Return one failure by ``Failure.key``."""
        ...

    def failures(self, module: ModuleName | None = None) -> list[Failure]:
        """Return failures and holds, in the order of their keys."""
        ...

    def conflict(self, key: str) -> Conflict | None:
        """Return the held fields of a link, by the link's key."""
        ...

    def conflicts(self) -> list[Conflict]:
        """Return all pairs with held fields, in the order of their links' keys."""
        ...

    def kept_apart(self, module: ModuleName | None = None) -> list[Apart]:
        """Return the records that are kept apart, in the order of their keys."""
        ...

    def runs(self, limit: int) -> list[Run]:
        """Return the latest runs, newest first."""
        ...

    def run(self, run_id: str) -> Run | None:
        """Return one run."""
        ...

    def history(self, *, run_id: str | None = None, record_id: str | None = None) -> Iterable[HistoryLine]:
        """Return history lines of a run or of a record (either side's id), oldest first."""
        ...

    def generation(self) -> int:
        """Return a number that grows with every commit; lists cache by it."""
        ...


Emit = Callable[[object], None]
"""Takes a ``Progress``, ``Run`` or ``Failure`` event; must not block."""
