"""A profile over real HTTP, for tests that step from outside: a sandbox, both sides, and an engine.

Waits cost no time: the sides' clock moves when they sleep. The sandbox is given, and put back to how it began.
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

from core.engine.engine import Engine
from core.model.names import SIDES, SideName, other, toward
from core.model.plan import Count
from core.model.run import Run
from core.model.setup import ModuleSetup, OrganisationRef
from core.sandbox.testing import RunningSandbox
from core.zoho.connect import ZohoSide, open_side
from core.zoho.credential import Credential
from tests.engine.memory import Killed, MemoryStore
from tests.zoho.clock import TestClock

T = TypeVar("T")
FRESH = "fresh"

FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "reset"},
    {"kind": "lost_reply"},
    {"kind": "truncated"},
    {"kind": "malformed"},
    {"kind": "html", "status": 502},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "throttle"},
    {"kind": "throttle", "side": "books", "status": 44},
    {"kind": "expire_token"},
    {"kind": "expire_page_token"},
    {"kind": "partial", "side": "crm"},
    {"kind": "delay", "seconds": 0.002},
    {"kind": "skew", "seconds": 90},
)
"""Every kind of fault that the sandbox knows."""
LOSING = ("lost_reply", "truncated", "malformed")
"""Kinds after which a write that nobody answered for has been done."""


@contextlib.contextmanager
def started(**options: Any) -> Iterator[RunningSandbox]:
    """Run a sandbox that can be put back to how it is now."""
    with RunningSandbox(**options) as zoho:
        zoho.control("POST", "snapshot", {"name": FRESH})
        yield zoho


class Wire:
    """One profile on a sandbox; everything runs on an event loop of its own."""

    def __init__(self, zoho: RunningSandbox, setup: ModuleSetup, *, restore: bool = True, limits: Any = None) -> None:
        self.zoho, self.module = zoho, setup.module
        self._limits = limits or zoho.info["limits"]
        zoho.fault()
        if restore:
            zoho.control("POST", "restore", {"name": FRESH})
        zoho.control("DELETE", "requests")
        self._latest = 0
        self.clock, self.store = TestClock(), MemoryStore()
        self.events: list[object] = []
        self.before: set[str] = set()
        """Ids that a test wants to remember."""
        self._loop = asyncio.Runner()
        self.sides: dict[SideName, ZohoSide] = {side: self._open(side) for side in SIDES}
        self.engine = self._engine()
        self.setup = self.run(self.engine.prepare(setup))

    def _open(self, side: SideName) -> ZohoSide:
        info = self.zoho.info
        credential = Credential(
            service=side, email=info[side]["email"], accounts_url=self.zoho.base_url, client_id=info["client_id"],
            client_secret=info["client_secret"], refresh_token=info["refresh_token"],
        )  # fmt: skip
        organisation = OrganisationRef(
            side=side, organization_id=info[side]["organization_id"], name="架け橋商会", email=info[side]["email"],
            accounts_url=self.zoho.base_url, api_url=self.zoho.base_url,
        )  # fmt: skip
        return open_side(credential, organisation, clock=self.clock, limits=self._limits)

    def _engine(self) -> Engine:
        return Engine(
            crm=self.sides["crm"], books=self.sides["books"], store=self.store, clock=self.clock,
            emit=self.events.append,
        )  # fmt: skip

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(what)

    def close(self) -> None:
        for side in self.sides.values():
            self.run(side.close())
        self._loop.close()
        self.zoho.fault()

    def sync(self, **options: Any) -> Run:
        """Sync once; what holds after every run that was not killed is looked at (I17)."""
        run = self.run(self.engine.execute(self.engine.begin(self.module, "manual"), confirm=True, **options))
        assert run.problem != "unexpected", run.problem_detail
        for side in SIDES:
            count = run.counts.get(toward(other(side)), Count())
            assert sum(getattr(count, name) for name in Count.__struct_fields__) == run.considered.get(side, 0)
        assert all(each.reason for each in self.store.failures())
        return run

    def sync_killed(self, at: int) -> None:
        """Sync in a process that dies at its commit of that number, and start the next one."""
        self.store.die_at = self.store.commits + at
        with contextlib.suppress(Killed):
            self.run(self.engine.execute(self.engine.begin(self.module, "manual"), confirm=True))
        self.store.dead, self.store.die_at = False, None
        self.engine = self._engine()

    def until_done(self, runs: int = 12, **options: Any) -> None:
        """Sync until a run comes through to its end."""
        for _ in range(runs):
            if self.sync(**options).state == "done":
                return
            self.clock.seconds += 3_700
        raise AssertionError("no run came to its end")

    def settled(self) -> None:
        """A further run writes nothing (I1)."""
        seen = self.asked()
        assert self.sync().state == "done"
        assert self.zoho.writes(seen) == []

    def asked(self) -> int:
        """Return the number of the latest request."""
        sent = self.zoho.requests(self._latest)
        self._latest = int(sent[-1]["sequence"]) if sent else self._latest
        return self._latest

    def edit(self, side: str, op: str, record_id: str = "", *, module: str, **fields: Any) -> str:
        """Do what a person does in the web pages."""
        wanted = {"side": side, "module": module, "op": op, "id": record_id, "fields": fields}
        return str(self.zoho.control("POST", "edit", wanted)["id"])

    def truth(self, side: str, module: str) -> list[dict[str, Any]]:
        """Return every record of a module as it is stored."""
        found: list[dict[str, Any]] = self.zoho.control("GET", f"truth/{side}/{module}")["records"]
        return found
