"""``ProfileStore``: the engine's ``Store`` over TinyDB on a journal. A document never leaves this room."""

import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

from core.engine.ports import Commit
from core.model.link import Link, Seen
from core.model.names import LinkState, ModuleName, SideName
from core.model.problems import Problem
from core.model.run import Failure, HistoryLine, Intent, Run
from core.model.setup import ModuleSetup, Profile
from core.store import disk, history, journal, tables
from core.store.database import JournalDB
from core.store.deciding import DecidingReads
from core.store.history import History, Month
from core.store.migrations import FORMAT, Format
from core.store.papers import PaperReads
from core.store.storage import JOURNAL_BOUND, STATE, JournalStorage

KEEP_MONTHS = 6
_OURS = (".DS_Store", "agent*", "history", "lock", "state.json*", "vault*")
"""What may stand in a profile's folder before there is a state in it."""

T = TypeVar("T")
Progress = Callable[[int], None]


class ProfileStore(PaperReads, DecidingReads):
    """A profile's state: reads answer from memory, ``commit`` returns once the disk has it.

    One thread commits and reads. When the journal has grown past its bound, a thread of the store's own merges it into
    ``state.json`` while commits go on; ``checkpoint`` does the same at once, in whatever thread calls it.
    """

    def __init__(self, folder: Path, known: Format, keep_months: int, bound: int, progress: Progress) -> None:
        self._keep_months = keep_months
        self._history = History(folder / history.TABLE, known=known, check=tables.check)
        self._storage = JournalStorage(
            folder, known=known, sinks={history.TABLE: self._history.merge}, check=tables.check, bound=bound
        )
        self._merger: threading.Thread | None = None
        self.db = JournalDB(self._storage)
        """The same state for TinyDB's queries; what is written through it is committed too."""
        progress(50)
        watch = self._storage.watch
        self._links = watch(tables.LINKS, tables.link_index())
        progress(70)
        self._seen = watch(tables.SEEN, tables.seen_index())
        progress(95)
        self._failures = watch(tables.FAILURES, tables.failure_index())
        self._lines = watch(history.TABLE, history.line_index())
        self._watch_papers(self._storage)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        known: Format = FORMAT,
        keep_months: int = KEEP_MONTHS,
        bound: int = JOURNAL_BOUND,
        progress: Progress = lambda percent: None,
    ) -> "ProfileStore":
        """Open the state in ``folder``, which is made when it is missing. The caller holds the profile's lock.

        ``keep_months``: how long history, before-images and finished runs are kept, counted from the newest line.
        ``progress`` takes percents, stage by stage. Raises ``Problem``: ``store_unsafe``, ``store_not_ours``,
        ``store_too_new``, ``store_damaged``, ``store_full``, ``store_read_only``.
        """
        disk.make_private(folder)
        with disk.problems(folder):
            _refuse_foreign(folder)
        return cls(folder, known, keep_months, bound, progress)

    def close(self) -> None:
        """Merge the journal and release the files. The store cannot be used afterwards."""
        self._wait_for_merger()
        try:
            self.checkpoint()
        finally:
            self._storage.close()

    def checkpoint(self) -> None:
        """Merge the journal into ``state.json`` and drop history that is past its time. May run in any thread.

        Raises ``Problem('store_full')`` or ``Problem('store_read_only')``; nothing is lost and it can be tried again.
        """
        self._prune()
        self._storage.checkpoint()

    def commit(self, commit: Commit) -> None:
        """Write one transaction durably; drops go first, so a key both dropped and written is written.

        Raises ``Problem('store_full')`` and its kin; memory is then unchanged.
        """
        changes = tables.changes_of(commit)
        if changes:
            self._storage.commit(changes)
            self._merge_when_due()

    def generation(self) -> int:
        """Return the number of commits ever made."""
        return self._storage.commits

    def profile(self) -> Profile | None:
        """Return the joined organisations."""
        return self._one(tables.PROFILE, tables.PROFILE, tables.decode_profile)

    def setup(self, module: ModuleName) -> ModuleSetup | None:
        """Return a module's settings, None when not configured."""
        return self._one(tables.SETUPS, module, tables.decode_setup)

    def link_of(self, module: ModuleName, side: SideName, record_id: str) -> Link | None:
        """Return the link that holds this record, in whatever state; the whole pair before a half one."""
        keys = self._links.named(tables.link_name(module, side, record_id))
        found = list(self._some(tables.LINKS, keys, tables.decode_link))
        return max(found, key=lambda link: bool(link.crm_id and link.books_id), default=None)

    def links(self, module: ModuleName, state: LinkState | None = None) -> Iterator[Link]:
        """Iterate over links, in the order of their keys; a link that goes meanwhile is left out."""
        return self._some(tables.LINKS, self._links.ordered(tables.link_group(module, state)), tables.decode_link)

    def count_links(self, module: ModuleName, state: LinkState | None = None) -> int:
        """Count links without decoding them."""
        return self._links.count(tables.link_group(module, state))

    def seen(self, side: SideName, entity: str, record_id: str) -> Seen | None:
        """Return the catalogue row of a record."""
        return self._one(tables.SEEN, f"{side}:{entity}:{record_id}", tables.decode_seen)

    def seen_named(self, side: SideName, entity: str, name: str) -> list[Seen]:
        """Return catalogue rows with exactly this name, in the order of their keys."""
        keys = sorted(self._seen.named(tables.seen_name(side, entity, name)))
        return list(self._some(tables.SEEN, keys, tables.decode_seen))

    def seen_all(self, side: SideName, entity: str) -> Iterator[Seen]:
        """Iterate over a side's catalogue, in the order in which the rows were first seen."""
        return self._some(tables.SEEN, self._seen.members(tables.seen_group(side, entity)), tables.decode_seen)

    def count_seen(self, side: SideName, entity: str) -> int:
        """Count catalogue rows without decoding them."""
        return self._seen.count(tables.seen_group(side, entity))

    def cursor(self, name: str) -> str | None:
        """Return a cursor (``customers:crm``, ...)."""
        found = self._one(tables.CURSORS, name, tables.decode_cursor)
        return found.value if found else None

    def intents(self) -> list[Intent]:
        """Return the intents that no outcome has closed, oldest first."""
        return list(self._some(tables.INTENTS, list(self._storage.documents(tables.INTENTS)), tables.decode_intent))

    def failure(self, key: str) -> Failure | None:
        """Return one failure by ``Failure.key``."""
        return self._one(tables.FAILURES, key, tables.decode_failure)

    def failures(self, module: ModuleName | None = None) -> list[Failure]:
        """Return failures and holds, in the order of their keys."""
        keys = self._failures.ordered(tables.failure_group(module))
        return list(self._some(tables.FAILURES, keys, tables.decode_failure))

    def runs(self, limit: int) -> list[Run]:
        """Return the latest runs, newest first."""
        newest = list(islice(reversed(self._storage.documents(tables.RUNS)), max(limit, 0)))
        return list(self._some(tables.RUNS, newest, tables.decode_run))

    def run(self, run_id: str) -> Run | None:
        """Return one run."""
        return self._one(tables.RUNS, run_id, tables.decode_run)

    def history(self, *, run_id: str | None = None, record_id: str | None = None) -> Iterable[HistoryLine]:
        """Return history lines of a run or of a record (either side's id), oldest first; of both when both are given.

        Reads the files of the months that hold them. Raises ``Problem('store_damaged')`` for one that is damaged, and
        ValueError when neither is given.
        """
        needle = record_id if record_id is not None else run_id
        if needle is None:
            raise ValueError("history of what?")

        def pick(month: Month) -> tuple[str, ...]:
            if record_id is None:
                return month.index.members(history.run_group(needle))
            return month.index.named(record_id)

        # A checkpoint moves lines from memory into the files: both are read under its lock, files first.
        with self._storage.lock:
            found = self._history.lines(needle, pick)
            recent = Month(self._storage.documents(history.TABLE), self._lines)
            found |= {key: recent.documents[key] for key in pick(recent)}
        lines = [tables.decode_line(document) for document in found.values()]
        return [line for line in lines if run_id is None or line.run_id == run_id]

    def _one(self, table: str, key: str, decode: tables.Decode[T]) -> T | None:
        document = self._storage.documents(table).get(key)
        return None if document is None else decode(document)

    def _some(self, table: str, keys: Iterable[str], decode: tables.Decode[T]) -> Iterator[T]:
        documents = self._storage.documents(table)
        for key in keys:
            document = documents.get(key)
            if document is not None:
                yield decode(document)

    def _merge_when_due(self) -> None:
        if not self._storage.checkpoint_due or (self._merger and self._merger.is_alive()):
            return
        self._merger = threading.Thread(target=self._merge_quietly, name="store-merge", daemon=True)
        self._merger.start()

    def _merge_quietly(self) -> None:
        try:
            self.checkpoint()
        except Problem:
            # The journal holds everything; the next commit tries again, and close tells whoever waits for it.
            return

    def _wait_for_merger(self) -> None:
        if self._merger is not None:
            self._merger.join()

    def _prune(self) -> None:
        # The store has no clock: its newest entry tells the time.
        latest = self.runs(1)
        newest = max([*self._history.months(), *(run.started[:7] for run in latest)], default="")
        if not newest:
            return
        first = tables.months_before(newest, self._keep_months)
        self._history.prune(first)
        # Runs go with their history, by a commit like any other.
        with self._storage.lock:
            old = tables.runs_before(self._storage.documents(tables.RUNS), first)
            if old:
                self._storage.commit({tables.RUNS: dict.fromkeys(old)})


def _refuse_foreign(folder: Path) -> None:
    if (folder / STATE).exists() or journal.generations(folder):
        return
    for entry in folder.iterdir():
        if not any(entry.match(pattern) for pattern in _OURS):
            raise Problem("store_not_ours", path=str(folder))
