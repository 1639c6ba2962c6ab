"""TinyDB over a journal, through its own extension points: a storage, a table class and a database class.

Documents are held in memory as the JSON that is on the disk and decoded when asked for; a caller therefore always gets
its own copy. The whole ``Table`` interface works; ``core.store.profile`` goes to the storage for speed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tinydb import TinyDB
from tinydb.table import Document, Table

from core.store.documents import Documents, Draft
from core.store.storage import JournalStorage


class JournalTable(Table):
    """A table with string ids whose every update is one durable commit of its change set."""

    document_id_class = str  # type: ignore[assignment]
    _storage: JournalStorage

    def put(self, document_id: str, document: Mapping[str, Any]) -> None:
        """Write one document whole, new or not (``upsert`` would merge it into the old one)."""
        self._update_table(lambda table: table.__setitem__(document_id, dict(document)))  # type: ignore[index]

    def _read_table(self) -> dict[str, Mapping[Any, Any]]:
        return Documents(self._storage.documents(self.name))  # type: ignore[return-value]

    def _update_table(self, updater: Callable[[dict[int, Mapping[Any, Any]]], None]) -> None:
        draft = Draft(self._storage.documents(self.name), self.document_id_class)
        updater(draft)  # type: ignore[arg-type]
        changes = draft.changes()
        if changes or not self._storage.has(self.name):
            self._storage.commit({self.name: changes})
        self.clear_cache()

    def _get_next_id(self) -> int:
        if self.document_id_class is str:
            raise ValueError("a document needs its id: insert a tinydb.table.Document")
        number: int = super()._get_next_id()  # type: ignore[no-untyped-call]
        return number


class JournalDB(TinyDB):
    """A TinyDB whose tables are ``JournalTable`` and whose query caches are off.

    Takes a ``JournalStorage`` ready made: ``JournalDB(storage)``. A query cache would keep whole lists of documents.
    """

    table_class = JournalTable

    def __init__(self, storage: JournalStorage) -> None:
        super().__init__(storage=lambda: storage)

    def table(self, name: str, **kwargs: Any) -> JournalTable:
        """Return a table; ``cache_size`` is 0 unless given."""
        table = super().table(name, **{"cache_size": 0, **kwargs})
        assert isinstance(table, JournalTable)
        return table


__all__ = ["Document", "JournalDB", "JournalTable"]
