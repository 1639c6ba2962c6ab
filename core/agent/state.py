"""The profile's store, with an ear for those who keep something up with it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from core.engine.ports import Commit
from core.model.names import LinkState, ModuleName, SideName
from core.store import tables
from core.store.profile import ProfileStore


class Pair(Struct, frozen=True):
    """What a list shows of a link."""

    module: ModuleName
    crm_id: str
    books_id: str
    state: LinkState = "linked"
    name: str = ""
    synced_at: str = ""

    @property
    def key(self) -> str:
        """The link's key (``Link.key``)."""
        return f"{self.module}:{self.crm_id or '-'}:{self.books_id or '-'}"


_decode_pair = msgspec.json.Decoder(Pair).decode
Listener = Callable[[Commit], None]


class ListedStore(ProfileStore):
    """A ``ProfileStore`` that tells ``listeners`` of every commit, once it is durable."""

    listeners: list[Listener]

    @classmethod
    def load(cls, folder: Path, progress: Callable[[int], None]) -> "ListedStore":
        """Open the state in ``folder``; ``progress`` takes percents. Raises as ``ProfileStore.open``."""
        opened = cls.open(folder, progress=progress)
        assert isinstance(opened, ListedStore)
        opened.listeners = []
        return opened

    def pairs(self, module: ModuleName) -> Iterator[Pair]:
        """Iterate over a module's links without their bases, which are most of them, in the order of their keys."""
        return self._some(tables.LINKS, self._links.ordered(tables.link_group(module, None)), _decode_pair)

    def pair_of(self, module: ModuleName, side: SideName, record_id: str) -> Pair | None:
        """Return the link that holds this record, as ``pairs`` does; the whole pair before a half one."""
        keys = self._links.named(tables.link_name(module, side, record_id))
        found = list(self._some(tables.LINKS, keys, _decode_pair))
        return max(found, key=lambda pair: bool(pair.crm_id and pair.books_id), default=None)

    def seen_ids(self, side: SideName, entity: str) -> Iterator[str]:
        """Iterate over the ids of a side's catalogue without decoding it."""
        return (key.rpartition(":")[2] for key in self._seen.members(tables.seen_group(side, entity)))

    def commit(self, commit: Commit) -> None:
        """Write one transaction durably, then tell. Raises as ``ProfileStore.commit``."""
        super().commit(commit)
        for each in self.listeners:
            each(commit)
