"""What tests do to a profile's files."""

from pathlib import Path

from core.store import journal
from core.store.profile import ProfileStore


def journal_of(folder: Path) -> Path:
    """The journal that is written now."""
    return journal.path_of(folder, journal.generations(folder)[-1])


def let_go(store: ProfileStore) -> None:
    """Release the files as a kill does: without a checkpoint."""
    store._storage._journal.close()
