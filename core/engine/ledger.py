"""Outcomes on their way to the store: collected for a moment, written as one transaction, acknowledged in order."""

import msgspec

from core.engine.ports import Clock, Commit, Store

MOST = 200
"""Outcomes in one transaction at most."""
LONGEST = 0.2
"""Seconds an outcome waits for company."""

_LISTS = tuple(field.name for field in msgspec.structs.fields(Commit) if field.name not in ("cursors", "profile"))


class Ledger:
    """Batches commits. Nothing read from the store reflects what is still pending here: flush before reading."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._pending = Commit()
        self._outcomes = 0
        self._since = 0.0

    def add(self, part: Commit, outcomes: int = 1) -> None:
        """Put one outcome's changes to the pending transaction; they become durable together."""
        if not self._outcomes:
            self._since = self._clock.monotonic()
        for name in _LISTS:
            if rows := getattr(part, name):
                getattr(self._pending, name).extend(rows)
        self._pending.cursors.update(part.cursors)
        self._outcomes += outcomes

    def flush_if_due(self) -> None:
        """Write what is pending once there is enough of it, or it has waited long enough."""
        if self._outcomes >= MOST or (self._outcomes and self._clock.monotonic() - self._since >= LONGEST):
            self.flush()

    def flush(self) -> None:
        """Write what is pending. Raises the store's Problem; the pending part is then lost, as a crash would."""
        pending, self._pending, self._outcomes = self._pending, Commit(), 0
        if not pending.empty():
            self._store.commit(pending)
