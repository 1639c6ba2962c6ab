"""A store in memory, whose commits can be the last thing a process does."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from core.engine.ports import Commit
from core.model.deciding import Apart, Conflict
from core.model.link import Link, Seen
from core.model.names import LinkState, ModuleName, SideName
from core.model.problems import Problem
from core.model.run import Failure, HistoryLine, Intent, Run
from core.model.setup import ModuleSetup, Profile


class Killed(BaseException):
    """The process died here."""


class MemoryStore:
    """``core.engine.ports.Store``. ``die_at``: the commit of that number is lost, and so is all that follows."""

    def __init__(self) -> None:
        self._links: dict[str, Link] = {}
        self._by_id: dict[tuple[str, str, str], str] = {}
        self._seen: dict[str, Seen] = {}
        self._names: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        self._intents: dict[str, Intent] = {}
        self._failures: dict[str, Failure] = {}
        self._cursors: dict[str, str] = {}
        self._runs: dict[str, Run] = {}
        self._setups: dict[str, ModuleSetup] = {}
        self._profile: Profile | None = None
        self._conflicts: dict[str, Conflict] = {}
        self._apart: dict[str, Apart] = {}
        self.lines: list[HistoryLine] = []
        self.commits = 0
        self.sizes: list[int] = []
        self.die_at: int | None = None
        self.dead = False
        self.full_at: int | None = None
        self.iterated = 0

    def commit(self, commit: Commit) -> None:
        if self.dead or self.commits == self.die_at:
            self.dead = True
            raise Killed
        if self.full_at is not None and self.commits >= self.full_at:
            raise Problem("store_full", path="state.journal")
        self.commits += 1
        self.sizes.append(len(commit.links) + len(commit.failures))
        for key in commit.drop_links:
            self._drop_link(key)
        for link in commit.links:
            self._drop_link(link.key)
            self._put_link(link)
        for key in commit.drop_seen:
            self._drop_seen(key)
        for row in commit.seen:
            self._drop_seen(row.key)
            self._seen[row.key] = row
            self._names[row.side, row.entity, row.name].add(row.key)
        for intent in commit.intents:
            self._intents[intent.id] = intent
        for key in commit.done_intents:
            self._intents.pop(key, None)
        for failure in commit.failures:
            self._failures[failure.key] = failure
        for key in commit.clear_failures:
            self._failures.pop(key, None)
        self.lines += commit.history
        self._cursors |= commit.cursors
        self._runs |= {run.id: run for run in commit.runs}
        self._setups |= {setup.module: setup for setup in commit.setups}
        self._profile = commit.profile or self._profile
        for key in commit.drop_conflicts:
            self._conflicts.pop(key, None)
        self._conflicts |= {each.key: each for each in commit.conflicts}
        for key in commit.drop_apart:
            self._apart.pop(key, None)
        self._apart |= {each.key: each for each in commit.apart}

    def _put_link(self, link: Link) -> None:
        self._links[link.key] = link
        for side, record_id in (("crm", link.crm_id), ("books", link.books_id)):
            if record_id:
                assert (link.module, side, record_id) not in self._by_id, "an id is in two links (I10)"
                self._by_id[link.module, side, record_id] = link.key

    def _drop_link(self, key: str) -> None:
        link = self._links.pop(key, None)
        if link is not None:
            for side, record_id in (("crm", link.crm_id), ("books", link.books_id)):
                self._by_id.pop((link.module, side, record_id), None)

    def _drop_seen(self, key: str) -> None:
        row = self._seen.pop(key, None)
        if row is not None:
            self._names[row.side, row.entity, row.name].discard(key)

    def profile(self) -> Profile | None:
        return self._profile

    def setup(self, module: ModuleName) -> ModuleSetup | None:
        return self._setups.get(module)

    def link_of(self, module: ModuleName, side: SideName, record_id: str) -> Link | None:
        key = self._by_id.get((module, side, record_id))
        return self._links[key] if key else None

    def links(self, module: ModuleName, state: LinkState | None = None) -> Iterator[Link]:
        for key in sorted(self._links):
            self.iterated += 1
            link = self._links[key]
            if link.module == module and state in (None, link.state):
                yield link

    def count_links(self, module: ModuleName, state: LinkState | None = None) -> int:
        return sum(link.module == module and state in (None, link.state) for link in self._links.values())

    def seen(self, side: SideName, entity: str, record_id: str) -> Seen | None:
        return self._seen.get(f"{side}:{entity}:{record_id}")

    def seen_named(self, side: SideName, entity: str, name: str) -> list[Seen]:
        return [self._seen[key] for key in sorted(self._names.get((side, entity, name), ()))]

    def seen_all(self, side: SideName, entity: str) -> Iterator[Seen]:
        for row in list(self._seen.values()):
            self.iterated += 1
            if row.side == side and row.entity == entity:
                yield row

    def count_seen(self, side: SideName, entity: str) -> int:
        return sum(row.side == side and row.entity == entity for row in self._seen.values())

    def cursor(self, name: str) -> str | None:
        return self._cursors.get(name)

    def intents(self) -> list[Intent]:
        return list(self._intents.values())

    def failure(self, key: str) -> Failure | None:
        return self._failures.get(key)

    def failures(self, module: ModuleName | None = None) -> list[Failure]:
        return [self._failures[key] for key in sorted(self._failures) if module in (None, self._failures[key].module)]

    def conflict(self, key: str) -> Conflict | None:
        return self._conflicts.get(key)

    def conflicts(self) -> list[Conflict]:
        return [self._conflicts[key] for key in sorted(self._conflicts)]

    def kept_apart(self, module: ModuleName | None = None) -> list[Apart]:
        return [self._apart[key] for key in sorted(self._apart) if module in (None, self._apart[key].module)]

    def runs(self, limit: int) -> list[Run]:
        return sorted(self._runs.values(), key=lambda run: run.id, reverse=True)[:limit]

    def run(self, run_id: str) -> Run | None:
        return self._runs.get(run_id)

    def history(self, *, run_id: str | None = None, record_id: str | None = None) -> Iterable[HistoryLine]:
        return [
            line
            for line in self.lines
            if run_id in (None, line.run_id) and record_id in (None, line.crm_id, line.books_id)
        ]

    def generation(self) -> int:
        return self.commits
