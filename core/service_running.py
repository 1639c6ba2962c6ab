"""The part of the front door that running for real asks of; ``core.service.Service`` has it whole."""

from typing import Protocol

from msgspec import Struct

from core.model.drift import DriftReport
from core.model.link import Link
from core.model.names import ModuleName, SideName
from core.model.schedule import Alerts, Schedule
from core.model.setup import Check


class Timetable(Struct, frozen=True, kw_only=True):
    """A module's schedule as it holds now."""

    schedule: Schedule
    next_run: str = ""
    """The instant of the next automatic run; empty: none is to come (off, paused, never synced yet)."""
    minutes: int = 0
    """Minutes between runs in effect: those wanted, or more where the budget allows no less."""
    cost: dict[SideName, int] = {}
    """API calls that one run takes, by the last ones; empty: not known yet."""
    bound: SideName | None = None
    """The side whose daily budget makes the interval longer than was wanted."""


class KeyGiven(Struct, frozen=True, kw_only=True):
    """A ZSC key, and whose it is said to be. ``key`` empty: the one that this profile is connected with."""

    service: SideName
    email: str
    key: str
    key_passphrase: str = ""

    def __repr__(self) -> str:
        return f"KeyGiven(service={self.service!r}, email={self.email!r}, …)"


class KeyScopes(Struct, frozen=True, kw_only=True):
    """What a key allows. ``held`` empty: Zoho does not tell. ``missing``: of those needed, ``lacking``: of those that
    documents need besides.
    """

    held: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


class LinksTaken(Struct, frozen=True, kw_only=True):
    """What became of links that were imported."""

    taken: int = 0
    known: int = 0
    """The same pair was there already, and stays as it is."""
    refused: tuple[str, ...] = ()
    """Keys of links one of whose records stands in another link here (I10)."""


class RunningService(Protocol):
    """Every method may raise ``Problem``."""

    async def timetable(self) -> list[Timetable]:
        """Return the schedule of every configured module."""
        ...

    async def set_schedule(self, schedule: Schedule) -> Timetable:
        """Store a module's schedule and return it as it holds from now. Raises ``Problem('bad_request')``."""
        ...

    async def alerts(self) -> Alerts:
        """Return who is told when something is wrong."""
        ...

    async def set_alerts(self, alerts: Alerts) -> Alerts:
        """Store who is told. Raises ``Problem('bad_request')`` for a hook that cannot be."""
        ...

    async def doctor(self) -> list[Check]:
        """Examine everything that a sync needs, step by step, and write nothing: this machine, reachability, TLS,
        clock, token, probes of what Zoho leaves undocumented, and the connection checks.
        """
        ...

    async def key_scopes(self, given: KeyGiven) -> KeyScopes:
        """Return what a key allows, by asking Zoho for a token. Stores nothing."""
        ...

    async def revoke_key(self, given: KeyGiven) -> bool:
        """Take a key out of use for good; False where Zoho does not know it any more."""
        ...

    async def disable(self) -> None:
        """Switch the integration off: nothing syncs and nothing is read until ``enable``; links, settings and keys are
        kept (B102). Raises ``Problem``: ``not_connected``, ``run_in_progress``.
        """
        ...

    async def enable(self) -> None:
        """Switch it on again (B105)."""
        ...

    async def disconnect(self) -> None:
        """Forget the keys and part from both organisations, from the disabled state only (E34). Links, settings and
        history stay: joining the same two again goes on with them. Raises ``Problem('not_disabled')``.
        """
        ...

    async def drift(self, module: ModuleName, deep: bool, limit: int) -> DriftReport:
        """Read both sides whole and compare them; writes nothing. ``deep`` reads each paired Books record that its
        list row does not tell in full, a call each. At most ``limit`` findings are returned, all are counted.
        """
        ...

    async def import_links(self, links: list[Link]) -> LinksTaken:
        """Take links that were exported from the same two organisations: the next run goes by them, not by names.
        Raises ``Problem``: ``not_connected``, ``run_in_progress``.
        """
        ...

    async def test_alert(self) -> None:
        """Tell the hooks something, as a test. Raises ``Problem('alert_failed')`` when one of them does not take it."""
        ...
