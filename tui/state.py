"""What the screens know: one value that the session fills and everything draws from."""

from dataclasses import dataclass, field
from typing import Literal

from core.model.names import ModuleName
from core.model.problems import Problem
from core.model.run import Progress, Run
from core.service import Budget, ModuleStatus, Status

COUNTERS: dict[str, tuple[str, ...]] = {"pull": ("crm_pulled", "books_pulled"), "execute": ("to_books", "to_crm")}
"""Which counters of a run's progress belong to a phase."""

Attachment = Literal["connecting", "attached", "lost"]


@dataclass
class State:
    """The latest of everything that header, footer and screens show."""

    attachment: Attachment = "connecting"
    status: Status | None = None
    progress: Progress | None = None
    run: Run | None = None
    """The run that was started or ended last, as far as this screen has seen."""
    generation: int = 0
    """Goes up when lists and counts may have moved."""
    problem: Problem | None = None
    """Why the agent could not be reached."""
    read_only: bool = False
    profile: str = ""
    crm_email: str = ""
    """The e-mail address of the CRM that another Books organisation is to be joined to, where that is known."""
    budgets: dict[str, Budget] = field(default_factory=dict)

    @property
    def percent(self) -> int | None:
        """How much of the running sync's current phase is done, where an end is known."""
        if self.progress is None:
            return None
        counters = COUNTERS.get(self.progress.phase, ())
        ends = {name: self.progress.total.get(name, 0) for name in counters}
        total = sum(ends.values())
        done = sum(min(self.progress.done.get(name, 0), end) for name, end in ends.items())
        return 100 * done // total if total else None

    @property
    def running(self) -> bool:
        """A sync is running."""
        return self.progress is not None

    @property
    def connected(self) -> bool:
        """Both organisations are joined."""
        profile = self.status.profile if self.status else None
        return profile is not None and profile.connected

    @property
    def disabled(self) -> bool:
        """The integration is switched off as a whole (B102)."""
        profile = self.status.profile if self.status else None
        return profile is not None and profile.disabled

    def module(self, name: str) -> ModuleStatus | None:
        """Return a module's status, None while unknown."""
        modules = self.status.modules if self.status else ()
        return next((module for module in modules if module.module == name), None)

    @property
    def module_now(self) -> ModuleName:
        """The module that is running, else the one that ran last, else customers."""
        run = self.latest_run
        return self.progress.module if self.progress else run.module if run else "customers"

    @property
    def latest_run(self) -> Run | None:
        """The run to show when none is running: the newest that is known."""
        known = [module.last_run for module in self.status.modules if module.last_run] if self.status else []
        if self.run is not None:
            known.append(self.run)
        return max(known, key=lambda run: (run.started, run.finished), default=None)
