"""The front door: one Protocol with all that a screen, a command or another process may ask of a profile.

``core.agent.local.LocalService`` is the implementation, over store and engine. ``core.agent.server`` serves it on a
Unix socket and ``core.agent.client.RemoteService`` is the same Protocol at the other end. Every method may raise
``Problem``. All values are frozen Structs; no secret is ever returned.
"""

from collections.abc import AsyncIterator
from typing import Literal, Protocol

from msgspec import Struct

from core.model.link import Link
from core.model.names import Direction, LinkState, ModuleName, SideName
from core.model.plan import Action, Count, ValveTrip
from core.model.record import FieldMeta, RecordKind, View
from core.model.run import Cause, Failure, HistoryLine, Progress, Run
from core.model.setup import Check, ModuleSetup, OrganisationRef, Profile
from core.model.value import Value
from core.service_deciding import DecidingService
from core.service_documents import DocumentService
from core.service_figures import FigureService
from core.service_profiles import ProfilesService
from core.service_records import RecordService
from core.service_running import RunningService
from core.service_setup import SetupService

Health = Literal[
    "loading", "not_connected", "not_configured", "locked", "ok", "running", "paused", "attention", "failed"
]


class Budget(Struct, frozen=True, kw_only=True):
    """What is left of a side's day. ``day_limit`` None: no limit is known or limits are off."""

    side: SideName
    used_today: int = 0
    day_limit: int | None = None
    resets_at: str = ""
    in_flight: int = 0


class ModuleStatus(Struct, frozen=True, kw_only=True):
    """One row of the Overview."""

    module: ModuleName
    state: Literal["unavailable", "not_configured", "on", "running", "paused", "needs_confirmation", "failed"]
    setup: ModuleSetup | None = None
    last_run: Run | None = None
    links: int = 0
    failures: int = 0
    held: int = 0


class Status(Struct, frozen=True, kw_only=True):
    """All that the header and the Overview say."""

    version: str
    pid: int
    health: Health
    profile: Profile | None
    profile_name: str
    loading: int = 100
    """Percent of the state loaded; below 100 only while ``health`` is ``loading``."""
    modules: tuple[ModuleStatus, ...] = ()
    budgets: tuple[Budget, ...] = ()
    attention: int = 0
    last_success: str = ""
    next_run: str = ""
    running: Progress | None = None
    read_only: bool = False
    survives_logout: bool = True
    """False where a logout would kill the agent (design.md §2, The agent's life)."""
    vault: str = ""
    """The kind of the secrets' store: ``keyring``, ``passphrase``, ``systemd``, ``environment``, ``loopback``."""


class KeyRequest(Struct, frozen=True, kw_only=True):
    """What makes a ZSC key (design.md §6): the Self Client's values and a fresh grant code."""

    service: SideName
    email: str
    accounts_url: str
    client_id: str
    client_secret: str
    grant_code: str = ""
    refresh_token: str = ""
    """Given instead of a grant code where one is already at hand (the sandbox prints one)."""
    passphrase: str = ""

    def __repr__(self) -> str:
        return f"KeyRequest(service={self.service!r}, email={self.email!r}, …)"


class ConnectRequest(Struct, frozen=True, kw_only=True):
    """One side's e-mail, ZSC key and organisation; ``organization_id`` empty takes the only or default one."""

    email: str
    key: str
    organization_id: str = ""
    key_passphrase: str = ""

    def __repr__(self) -> str:
        return f"ConnectRequest(email={self.email!r}, organization_id={self.organization_id!r}, …)"


class JoinRequest(Struct, frozen=True, kw_only=True):
    """Join both sides to this profile. ``limits`` and ``sandbox`` come from ``kakehashi sandbox``'s line."""

    crm: ConnectRequest
    books: ConnectRequest
    limits: dict[str, object] = {}
    sandbox: bool = False


class Joined(Struct, frozen=True, kw_only=True):
    """What joining found; ``done`` is False when a check says stop, and then nothing was stored."""

    done: bool
    crm: OrganisationRef
    books: OrganisationRef
    checks: tuple[Check, ...]


class SyncRequest(Struct, frozen=True, kw_only=True):
    """Start a run. ``confirm`` lets a plan through a tripped valve; ``retry`` names failures (``Failure.key``) to try
    again, or ``("*",)`` for all of the module.
    """

    module: ModuleName
    cause: Cause = "manual"
    confirm: bool = False
    retry: tuple[str, ...] = ()


class PlanSummary(Struct, frozen=True, kw_only=True):
    """A plan the agent holds; its actions are read as windows by ``plan_actions``."""

    id: str
    module: ModuleName
    made_at: str
    actions: int
    counts: dict[Direction, Count]
    valve: tuple[ValveTrip, ...] = ()
    api_calls: dict[SideName, int] = {}
    """API calls spent on making it."""
    forecast: dict[SideName, int] = {}
    """API calls that executing it is expected to take."""


RecordFilter = Literal["all", "crm", "not_in_crm", "not_in_books", "individual", "business", "inactive", "failures"]
SortColumn = Literal["name", "kind", "state", "owner", "receivable", "synced_at"]


class ListQuery(Struct, frozen=True, kw_only=True):
    """What a big list shows (B88)."""

    module: ModuleName
    filter: RecordFilter = "all"
    text: str = ""
    """Matches when every word of it, folded, occurs in the folded name."""
    sort: SortColumn = "name"
    descending: bool = False


class Listing(Struct, frozen=True, kw_only=True):
    """A list held by the agent. ``id`` goes stale when the records move on: ``rows`` then answers by the nearest
    fresh one, and ``generation`` tells.
    """

    id: str
    count: int
    generation: int


class Row(Struct, frozen=True, kw_only=True):
    """One row of a big list: a pair, or a record of one side that has no counterpart."""

    key: str
    name: str
    kind: RecordKind = "other"
    state: LinkState | Literal["crm_only", "books_only"] = "linked"
    crm_id: str = ""
    books_id: str = ""
    owner: str = ""
    receivable: str = ""
    synced_at: str = ""
    active: bool = True
    failed: str = ""
    """The F-reason of its failure, if it has one."""


class Rows(Struct, frozen=True, kw_only=True):
    """A window of rows: ``rows[0]`` is row ``start``; fewer than asked near the end."""

    listing: Listing
    start: int
    rows: tuple[Row, ...]


class FieldView(Struct, frozen=True, kw_only=True):
    """One mapped field of a record page: base and current value of both sides."""

    crm_field: str
    books_field: str
    crm_base: Value = None
    crm: Value = None
    books_base: Value = None
    books: Value = None


class RecordPage(Struct, frozen=True, kw_only=True):
    """A record with what is known of it, from our state and, with ``live``, fresh from both sides."""

    row: Row
    link: Link | None = None
    fields: tuple[FieldView, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    failures: tuple[Failure, ...] = ()
    live: bool = False


class FailureGroup(Struct, frozen=True, kw_only=True):
    """Failures of one reason and direction."""

    reason: str
    direction: Direction
    module: ModuleName
    count: int
    held: int
    sample: tuple[str, ...] = ()
    """Up to three names."""
    waiting: int = 0
    """Contacts that wait for accounts or customers among them (F21): the remedy frees these as well."""


class Event(Struct, frozen=True, kw_only=True):
    """News for whoever watches. ``progress`` events of a run are coalesced to two a second; ``run`` tells its start
    and end; ``changed`` that lists and counts moved; ``closing`` that the agent goes.
    """

    kind: Literal["hello", "progress", "run", "changed", "closing"]
    progress: Progress | None = None
    run: Run | None = None
    generation: int = 0


class Service(
    DocumentService,
    SetupService,
    RunningService,
    RecordService,
    DecidingService,
    FigureService,
    ProfilesService,
    Protocol,
):
    """See the module's docstring; what is about documents, deals and triggers is in ``core.service_documents``, what
    the setup and the preview look at in ``core.service_setup``, single records and undo in ``core.service_records``,
    what a person decides in ``core.service_deciding``.
    """

    async def status(self) -> Status:
        """Return what the header and the Overview say; answers while the state still loads."""
        ...

    async def make_key(self, request: KeyRequest) -> str:
        """Exchange a grant code (or take a refresh token) and return a ZSC key. Stores nothing."""
        ...

    async def join(self, request: JoinRequest) -> Joined:
        """Check both keys, run the preflight and, unless something says stop, join the organisations."""
        ...

    async def examine(self, request: JoinRequest) -> Joined:
        """Do what ``join`` does, but store nothing: what would be joined, what is shared, what the checks say."""
        ...

    async def preflight(self) -> list[Check]:
        """Run the connection checks again."""
        ...

    async def views(self, module: ModuleName) -> list[View]:
        """Return the CRM views that may narrow a module."""
        ...

    async def describe(self, module: ModuleName, side: SideName) -> list[FieldMeta]:
        """Return a side's fields for the mapping table."""
        ...

    async def configure(self, setup: ModuleSetup) -> ModuleSetup:
        """Store a module's settings (no mapping: the defaults), make the key fields, and return what is stored."""
        ...

    async def default_setup(self, module: ModuleName) -> ModuleSetup:
        """Return what the setup starts from: stored settings, else the defaults."""
        ...

    async def plan(self, module: ModuleName) -> PlanSummary:
        """Make the plan of the next run. Writes nothing to either side."""
        ...

    async def plan_actions(self, plan_id: str, start: int, stop: int) -> list[Action]:
        """Return a window of a plan's actions."""
        ...

    async def sync(self, request: SyncRequest) -> Run:
        """Start a run and return it as started; ``events`` and ``run`` tell the rest."""
        ...

    async def cancel(self) -> None:
        """Let the running sync finish what is in flight, commit, and end as interrupted."""
        ...

    async def pause(self) -> None:
        """Stop automatic and instant sync; a running one finishes first (B84)."""
        ...

    async def resume(self) -> None:
        """End the pause (B84)."""
        ...

    async def progress(self) -> Progress | None:
        """Return where the running sync stands, None when none runs."""
        ...

    async def runs(self, limit: int) -> list[Run]:
        """Return the latest runs, newest first."""
        ...

    async def run(self, run_id: str) -> Run:
        """Return one run. Raises ``Problem('not_found')``."""
        ...

    async def history(self, run_id: str, start: int, stop: int) -> list[HistoryLine]:
        """Return a window of what a run did."""
        ...

    async def failures(self, module: ModuleName | None, reason: str | None) -> list[Failure]:
        """Return failures and holds, narrowed where asked."""
        ...

    async def failure_groups(self) -> list[FailureGroup]:
        """Return failures grouped by module, direction and reason, largest first."""
        ...

    async def links(self, module: ModuleName, state: LinkState | None, start: int, stop: int) -> list[Link]:
        """Return a window of links in the order of their keys."""
        ...

    async def open_list(self, query: ListQuery) -> Listing:
        """Make or find the list for a query."""
        ...

    async def rows(self, listing_id: str, start: int, stop: int) -> Rows:
        """Return a window of a list."""
        ...

    async def record(self, module: ModuleName, key: str, live: bool) -> RecordPage:
        """Return one record's page by ``Row.key``; ``live`` reads both sides anew."""
        ...

    async def unlock(self, passphrase: str) -> None:
        """Open the vault of a locked agent; kept in memory only. Raises ``Problem('vault_passphrase')``."""
        ...

    async def shutdown(self) -> None:
        """End the agent: finish the action in flight, commit, exit."""
        ...

    def events(self) -> AsyncIterator[Event]:
        """Yield news until the agent goes or the caller stops; the first is ``hello``."""
        ...


__all__ = [
    "Budget",
    "ConnectRequest",
    "Event",
    "FailureGroup",
    "FieldView",
    "Health",
    "JoinRequest",
    "Joined",
    "KeyRequest",
    "ListQuery",
    "Listing",
    "ModuleStatus",
    "PlanSummary",
    "RecordFilter",
    "RecordPage",
    "Row",
    "Rows",
    "Service",
    "SortColumn",
    "Status",
    "SyncRequest",
]
