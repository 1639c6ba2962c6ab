"""The profile's store, with an ear for those who keep something up with it."""

from collections.abc import Callable
from pathlib import Path

from core.engine.ports import Commit
from core.store.profile import ProfileStore

Listener = Callable[[Commit], None]


class ListedStore(ProfileStore):
    """A ``ProfileStore`` that tells ``listeners`` of every commit, once it is durable."""

    listeners: list[Listener]

    @classmethod
    def load(cls, folder: Path, progress: Callable[[int], None]) -> "ListedStore":
        """Open the state in ``folder``; ``progress`` takes percents. Raises as ``ProfileStore.open``."""
        opened = cls.open(folder)
        assert isinstance(opened, ListedStore)
        opened.listeners = []
        progress(90)
        return opened

    def commit(self, commit: Commit) -> None:
        """Write one transaction durably, then tell. Raises as ``ProfileStore.commit``."""
        super().commit(commit)
        for each in self.listeners:
            each(commit)
