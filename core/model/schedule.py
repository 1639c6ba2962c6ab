"""When a module is synced by itself, and who is told when something is wrong."""

from typing import Literal

from msgspec import Struct

from core.model.names import ModuleName

TWO_HOURS = 120
"""Minutes between two automatic runs (B78)."""


class Schedule(Struct, frozen=True, kw_only=True):
    """One module's automatic runs; they begin once the first run, which somebody asked for, is done (B78).

    ``minutes`` between the starts of two runs. ``jitter``: up to so many seconds later, so that several profiles do not
    all come at once. ``not_before``: no automatic run before this instant; empty: none such.
    """

    module: ModuleName
    minutes: int = TWO_HOURS
    on: bool = True
    jitter: int = 60
    not_before: str = ""


AlertKind = Literal["run_failed", "valve", "credential", "locked", "silent", "test"]


class Alerts(Struct, frozen=True, kw_only=True):
    """Who is told when a run fails, the valve trips, a credential dies, or nothing has succeeded for a time.

    ``command`` is run with the alert as JSON on its standard input; ``webhook`` is sent it by POST. ``silent_hours``:
    how long nothing may have succeeded; 0: for ever. Both empty: nobody is told, the log aside.
    """

    command: str = ""
    webhook: str = ""
    silent_hours: int = 0


class Alert(Struct, frozen=True, kw_only=True):
    """What a hook is told. No secrets, no record's content."""

    kind: AlertKind
    profile: str
    at: str
    module: str = ""
    run: str = ""
    problem: str = ""
    """A code of ``core.model.problems``."""
    message: str = ""
    remedy: str = ""
