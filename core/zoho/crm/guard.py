"""Against lost updates: which expected versions still hold, and from when a change by others must be refused.

CRM's ``If-Unmodified-Since`` holds for a whole call (zoho-crm-api §5.6), the expected versions are one for each record.
With every record of a batch known to be at its expected version at some moment, the newest of these versions is an
instant that all of them pass and no later change does, but for one in the same second. The moment is either the last
pull, where it ended and vouches for the record, or a read just before the write.
"""

from collections.abc import Sequence

from core.model.record import Record, Write


class Watch:
    """One pull of a module: what it has seen, and since when."""

    def __init__(self, since: str | None) -> None:
        self.since = since or ""
        self.begun = ""
        self.ended = False
        self._versions: dict[str, str] = {}

    def fresh(self, records: Sequence[Record]) -> list[Record]:
        """Note records; return those whose version is new to this pull and not older than it looks back to."""
        known, since = self._versions, self.since
        new = {each.id: each.version for each in records}
        if not since and len(new) == len(records) and known.keys().isdisjoint(new):
            known |= new
            return list(records)
        found = [each for each in records if known.get(each.id) != each.version and each.version >= since]
        known.update((each.id, each.version) for each in found)
        return found

    def note(self, record_id: str, version: str) -> None:
        """Note one record's version."""
        self._versions[record_id] = version

    def complete(self) -> None:
        """Note that the pull went to its end."""
        self.ended = True

    def vouches(self, record_id: str, version: str) -> bool:
        """Return whether the record was at ``version`` when the pull began, for all the pull can tell."""
        if not self.ended or not self.begun or version > self.begun:
            return False
        seen = self._versions.get(record_id)
        return seen == version if seen is not None else bool(self.since) and version < self.since


class Guard:
    """The last pull of each module."""

    def __init__(self) -> None:
        self._watches: dict[str, Watch] = {}

    def begin(self, entity: str, since: str | None) -> Watch:
        """Note that a pull begins."""
        watch = self._watches[entity] = Watch(since)
        return watch

    def dated(self, entity: str, server_time: str) -> None:
        """Note the server's time at a pull's first answer."""
        watch = self._watches.get(entity)
        if watch is not None and not watch.begun:
            watch.begun = server_time

    def vouched(self, write: Write) -> bool:
        """Return whether a write needs no read before it."""
        if write.expect_version is None:
            return True
        watch = self._watches.get(write.entity)
        return watch is not None and watch.vouches(write.id or "", write.expect_version)

    def wrote(self, entity: str, record_id: str, version: str) -> None:
        """Note our own write: the record is at a version that no pull has seen."""
        watch = self._watches.get(entity)
        if watch is not None:
            watch.note(record_id, version)
