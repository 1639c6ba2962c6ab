"""The tables of what a person decides: fields held as conflicts, and records kept apart."""

from collections.abc import Mapping
from typing import Any

import msgspec

from core.engine.ports import Commit
from core.model.deciding import Apart, Conflict
from core.model.names import ModuleName
from core.store.storage import JournalStorage

CONFLICTS = "conflicts"
APART = "apart"

decode_conflict = msgspec.json.Decoder(Conflict).decode
decode_apart = msgspec.json.Decoder(Apart).decode
_encode = msgspec.json.Encoder().encode

DECIDING_DECODERS: Mapping[str, Any] = {CONFLICTS: decode_conflict, APART: decode_apart}


def deciding_changes(commit: Commit) -> dict[str, dict[str, bytes | None]]:
    """Return what a commit changes in these tables. Drops go first."""
    settled: dict[str, bytes | None] = dict.fromkeys(commit.drop_conflicts)
    together: dict[str, bytes | None] = dict.fromkeys(commit.drop_apart)
    return {
        CONFLICTS: {**settled, **{each.key: _encode(each) for each in commit.conflicts}},
        APART: {**together, **{each.key: _encode(each) for each in commit.apart}},
    }


class DecidingReads:
    """The reads of these tables, for the store that has them."""

    _storage: JournalStorage

    def conflict(self, key: str) -> Conflict | None:
        """Return the held fields of a link, by the link's key."""
        found = self._storage.documents(CONFLICTS).get(key)
        return None if found is None else decode_conflict(found)

    def conflicts(self) -> list[Conflict]:
        """Return all pairs with held fields, in the order of their links' keys."""
        documents = self._storage.documents(CONFLICTS)
        return [decode_conflict(documents[key]) for key in sorted(documents)]

    def kept_apart(self, module: ModuleName | None = None) -> list[Apart]:
        """Return the records that are kept apart, of one module or of all, in the order of their keys."""
        documents = self._storage.documents(APART)
        found = (decode_apart(documents[key]) for key in sorted(documents))
        return [each for each in found if module in (None, each.module)]
