"""What the header and the Overview say, from the store."""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Literal

from core.agent.connections import Connections
from core.agent.runs import Runner
from core.agent.session import survives_logout
from core.agent.timetable import Due
from core.engine.ports import Store
from core.model.catalogue import default_mapping
from core.model.names import MODULES, ModuleName
from core.model.reasons import reason
from core.model.run import Failure, Run
from core.model.setup import Profile
from core.service import Budget, FailureGroup, Health, ModuleStatus, Status
from core.zoho.waiting import instant_of

ModuleState = Literal["unavailable", "not_configured", "on", "running", "paused", "needs_confirmation", "failed"]
RECENT_RUNS = 50
"""Runs searched for a module's latest; older ones would not be worth a row."""


class Overview:
    """Reads the store once per generation for what is counted over all failures."""

    def __init__(
        self,
        store: Store,
        runner: Runner,
        connections: Connections,
        profile_name: str,
        version: str,
        *,
        next_runs: Callable[[], Mapping[ModuleName, Due]],
    ) -> None:
        self._next_runs = next_runs
        self._store, self._runner, self._connections = store, runner, connections
        self._name, self._version = profile_name, version
        self._survives = survives_logout()
        self._counted: tuple[int, Counter[tuple[ModuleName, bool]]] = (-1, Counter())

    def status(self) -> Status:
        """Return how things are."""
        profile = self._store.profile()
        runs = self._store.runs(RECENT_RUNS)
        modules = tuple(self._module(each, profile, runs) for each in MODULES) if profile else ()
        waiting = sum(each.failures + each.held for each in modules)
        stopped = sum(each.state == "needs_confirmation" for each in modules)
        return Status(
            version=self._version,
            pid=os.getpid(),
            health=self._health(profile, modules, waiting + stopped),
            profile=profile,
            profile_name=self._name,
            modules=modules,
            budgets=self._budgets(),
            attention=waiting + stopped,
            next_run=min((instant_of(each.at) for each in self._next_runs().values()), default=""),
            last_success=next((each.finished for each in runs if each.state == "done"), ""),
            running=self._runner.progress(),
            survives_logout=self._survives,
            vault=self._connections.vault.kind,
        )

    def groups(self) -> list[FailureGroup]:
        """Return failures by module, direction and reason, largest first."""
        found: dict[tuple[str, str, str], list[Failure]] = {}
        waiting = Counter(self._waits_for(each) for each in self._store.failures("persons") if each.reason == "F21")
        for each in self._store.failures():
            found.setdefault((each.module, each.direction, each.reason), []).append(each)
        groups = [
            FailureGroup(
                reason=members[0].reason,
                direction=members[0].direction,
                module=members[0].module,
                count=len(members),
                held=sum(each.held for each in members),
                sample=tuple(each.name for each in members[:3]),
                waiting=sum(waiting[each.key] for each in members),
            )
            for members in found.values()
        ]
        return sorted(groups, key=lambda group: (-group.count, group.module, group.direction, group.reason))

    def _waits_for(self, failure: Failure) -> str:
        """Return the key that a failure of the account or customer of a failed contact has."""
        crm = failure.direction == "to_books"
        entity = "Contacts" if crm else "persons"
        row = self._store.seen("crm" if crm else "books", entity, failure.record)
        return f"customers:{failure.direction}:{row.parent if row is not None else ''}"

    def _module(self, module: ModuleName, profile: Profile | None, runs: list[Run]) -> ModuleStatus:
        setup = self._store.setup(module)
        # What a person decided on one record says nothing of how the module's syncs go.
        last = next((each for each in runs if each.module == module and each.cause != "decision"), None)
        counts = self._failures()
        return ModuleStatus(
            module=module,
            state=self._state(module, profile, last),
            setup=setup,
            last_run=last,
            links=self._store.count_links(module, "linked"),
            failures=counts[module, False],
            held=counts[module, True],
        )

    def _state(self, module: ModuleName, profile: Profile | None, last: Run | None) -> ModuleState:
        running = self._runner.running
        if running is not None and running.module == module:
            return "running"
        setup = self._store.setup(module)
        if setup is None:
            return "not_configured" if default_mapping(module, "accounts") else "unavailable"
        if profile is not None and (profile.paused or profile.disabled):
            return "paused"
        if last is not None and last.state in ("needs_confirmation", "failed"):
            return last.state
        return "on"

    def _health(self, profile: Profile | None, modules: tuple[ModuleStatus, ...], waiting: int) -> Health:
        if profile is None or not profile.connected:
            return "not_connected"
        if self._connections.vault.locked:
            return "locked"
        if self._runner.busy:
            return "running"
        if all(each.setup is None for each in modules):
            return "not_configured"
        if profile.paused or profile.disabled:
            return "paused"
        if any(each.state == "failed" for each in modules):
            return "failed"
        return "attention" if waiting else "ok"

    def _failures(self) -> Counter[tuple[ModuleName, bool]]:
        generation = self._store.generation()
        if self._counted[0] != generation:
            # What needs no repair (F32: out of view) is told in the lists, and waits for nobody.
            waiting = (each for each in self._store.failures() if reason(each.reason).kind != "information")
            self._counted = (generation, Counter((each.module, each.held) for each in waiting))
        return self._counted[1]

    def _budgets(self) -> tuple[Budget, ...]:
        return tuple(
            Budget(
                side=each.side,
                used_today=each.used_today,
                day_limit=each.day_limit,
                resets_at=each.resets_at,
                in_flight=each.in_flight,
            )
            for each in (side.budget() for side in self._connections.opened())
        )
