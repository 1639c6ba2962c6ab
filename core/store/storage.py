"""The storage behind TinyDB: all tables in memory, every commit a line in a journal, checkpoints aside.

``state.json`` of generation *g* holds every commit of the journals before *g*; what is in memory is that file and the
journals from *g* on. A checkpoint first turns to a new journal, then writes the file, then removes the old journals: a
crash between any two of these replays nothing twice and misses nothing.
"""

import threading
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from tinydb.storages import Storage

from core.model.problems import Problem
from core.store import checkpoint, disk, journal
from core.store.checkpoint import Check, Meta, Tables
from core.store.documents import Documents
from core.store.frame import Changes, pack
from core.store.index import Index, Keys
from core.store.journal import Journal
from core.store.migrations import FORMAT, Format

STATE = "state.json"
JOURNAL_BOUND = 16 * 1024 * 1024
"""Bytes of journal after which a checkpoint is due, or the size of the last checkpoint where that is more."""

_BATCH = 200

Sink = Callable[[dict[str, bytes]], None]
"""Takes the documents of a table that is not kept in ``state.json``, and keeps them durably; may get some twice."""


class JournalStorage(Storage):
    """See the module's docstring. Commits come from one thread; ``checkpoint`` may run in another meanwhile.

    ``sinks``: tables that live in files of their own, by name. ``check``: see ``core.store.checkpoint``.
    """

    def __init__(
        self,
        folder: Path,
        *,
        known: Format = FORMAT,
        sinks: Mapping[str, Sink] | None = None,
        check: Check | None = None,
        bound: int = JOURNAL_BOUND,
    ) -> None:
        self.folder = folder
        self.commits = 0
        self._known = known
        self._sinks = dict(sinks or {})
        self._check = check
        self._bound = bound
        self._tables: Tables = {}
        self._indexes: dict[str, Index] = {}
        self._generation = 1
        self._stored = 0
        self._unmerged = 0
        self._merging_bytes = 0
        self._wait_until = 0
        self._lock = threading.RLock()
        self._merging = threading.Lock()
        self._closed = False
        self._journal = self._open()

    def documents(self, table: str) -> dict[str, bytes]:
        """Return a table's documents as JSON, by id. Not to be changed by the caller; empty when there is no table."""
        return self._tables.get(table, {})

    def has(self, table: str) -> bool:
        """Return whether the table exists, empty or not."""
        return table in self._tables

    def watch(self, table: str, index: Index) -> Index:
        """Build ``index`` over the table and keep it; return it."""
        index.build(self.documents(table).items())
        self._indexes[table] = index
        return index

    def commit(self, changes: Changes) -> None:
        """Write one transaction over any number of tables, durably, then apply it to memory.

        Raises ``Problem('store_full')`` or ``Problem('store_read_only')``, and ``msgspec.ValidationError`` for a
        document that an index cannot place; nothing has then changed.
        """
        with self._lock:
            moves = self._moves(changes)
            line = pack(self.commits + 1, changes)
            self._journal.append(line)
            self._unmerged += len(line)
            self.commits += 1
            self._apply(changes)
            for index, key, old, new in moves:
                index.move(key, old, new)

    @property
    def lock(self) -> threading.RLock:
        """Held while memory changes; hold it to read a table that a checkpoint may shorten."""
        return self._lock

    @property
    def checkpoint_due(self) -> bool:
        """Whether the journal has grown past its bound."""
        return self._unmerged > max(self._bound, self._stored, self._wait_until)

    def checkpoint(self) -> None:
        """Merge the journal into ``state.json``. May run in any thread; commits go on meanwhile.

        Raises ``Problem('store_full')`` or ``Problem('store_read_only')``; nothing is lost and it can be tried again.
        """
        with self._merging:
            if self._closed or not self._unmerged:
                return
            self._merge(*self._turn())

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return all tables, for TinyDB."""
        if not self._tables:
            return None
        return {name: Documents(raw) for name, raw in self._tables.items()}  # type: ignore[misc]

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Replace all tables, for TinyDB: commits what differs."""
        changes: dict[str, Mapping[str, bytes | None] | None] = dict.fromkeys(self._tables.keys() - data.keys())
        for name, documents in data.items():
            old = self.documents(name)
            new = {str(key): msgspec.json.encode(document) for key, document in documents.items()}
            changed: dict[str, bytes | None] = dict.fromkeys(old.keys() - new.keys())
            changed |= {key: document for key, document in new.items() if old.get(key) != document}
            if changed or name not in self._tables:
                changes[name] = changed
        if changes:
            self.commit(changes)

    def close(self) -> None:
        """Merge and release. What cannot be merged stays in the journal, which is as good."""
        try:
            self.checkpoint()
        finally:
            with self._merging, self._lock:
                if not self._closed:
                    self._closed = True
                    self._journal.close()

    def _moves(self, changes: Changes) -> list[tuple[Index, str, Keys, Keys]]:
        moves = []
        for table, documents in changes.items():
            index = self._indexes.get(table)
            if index is None:
                continue
            old = self.documents(table)
            for key, document in (dict.fromkeys(old) if documents is None else documents).items():
                moves.append((index, key, index.keys(old.get(key)), index.keys(document)))
        return moves

    def _apply(self, changes: Changes) -> None:
        for name, documents in changes.items():
            if documents is None:
                self._tables.pop(name, None)
                continue
            table = self._tables.setdefault(name, {})
            for key, document in documents.items():
                if document is None:
                    table.pop(key, None)
                else:
                    table[key] = document

    def _turn(self) -> tuple[Tables, Meta]:
        """Turn to a new journal and return what all journals before it amount to."""
        fresh = Journal.create(self.folder, self._generation + 1, self._known.known)
        with self._lock:
            self._journal.settle()
            full, self._journal = self._journal, fresh
            self._generation += 1
            self._merging_bytes, self._unmerged = self._unmerged, 0
            tables = {name: dict(documents) for name, documents in self._tables.items()}
            meta = Meta(format=self._known.known, generation=self._generation, commits=self.commits)
        full.close()
        return tables, meta

    def _merge(self, tables: Tables, meta: Meta) -> None:
        sunk = {name: tables.pop(name) for name in self._sinks if name in tables}
        try:
            for name, documents in sunk.items():
                self._sinks[name](documents)
            self._stored = checkpoint.write(self.folder / STATE, tables, meta)
        except BaseException:
            # Due again once the journal has grown by as much: a full disk is not to be tried at every commit.
            self._unmerged += self._merging_bytes
            self._wait_until = 2 * self._unmerged
            raise
        self._wait_until = 0
        for name, documents in sunk.items():
            self._forget(name, documents)
        self._remove_journals_before(meta.generation)

    def _forget(self, table: str, documents: Mapping[str, bytes]) -> None:
        held, index = self._tables[table], self._indexes.get(table)
        rows = iter(documents.items())
        while batch := list(islice(rows, _BATCH)):
            # In batches, so that no commit waits long.
            with self._lock:
                for key, document in batch:
                    # One that was written again since is not in the file yet.
                    if held.get(key) is document:
                        del held[key]
                        if index is not None:
                            index.move(key, index.keys(document), Keys())

    def _remove_journals_before(self, generation: int) -> None:
        with disk.problems(self.folder):
            for number in journal.generations(self.folder):
                if number < generation:
                    journal.path_of(self.folder, number).unlink(missing_ok=True)

    def _open(self) -> Journal:
        state = self.folder / STATE
        numbers = journal.generations(self.folder)
        for path in (state, *(journal.path_of(self.folder, number) for number in numbers)):
            disk.check_private(path, disk.FILE_MODE)
        stored = checkpoint.read(state, self._known.known, self._check)
        for left in (*self.folder.glob(f"{STATE}*.new"), *self.folder.glob(f"{journal.PREFIX}*.new")):
            left.unlink()
        if stored is None:
            if numbers:
                held = str(journal.path_of(self.folder, numbers[0]))
                raise Problem("store_damaged", path=str(state), offset="0", copy=held)
            meta = Meta(format=self._known.known, generation=1)
            checkpoint.write(state, {}, meta)
        else:
            meta, self._tables, self._stored = stored.meta, stored.tables, stored.size
        self.commits = meta.commits
        self._remove_journals_before(meta.generation)
        self._generation = max([meta.generation, *numbers])
        opened = self._replay([number for number in numbers if number >= meta.generation])
        if meta.format < self._known.known:
            return self._migrate(meta.format, opened)
        return opened

    def _replay(self, numbers: list[int]) -> Journal:
        if not numbers:
            return Journal.create(self.folder, self._generation, self._known.known)
        for number in numbers:
            path = journal.path_of(self.folder, number)
            replay = journal.Replay(path, number, self._known.known, last=number == numbers[-1])
            for frame in replay:
                if frame.n != self.commits + 1:
                    raise replay.out_of_step()
                self.commits = frame.n
                self._apply(frame.changes())
            self._unmerged += replay.good - replay.start
        return Journal.open(path, replay.good)

    def _migrate(self, found: int, opened: Journal) -> Journal:
        disk.replace(self.folder / f"{STATE}.format-{found}", [(self.folder / STATE).read_bytes()])
        self._tables = self._known.migrate(self._tables, found)
        self._journal = opened
        self._merge(*self._turn())
        return self._journal
