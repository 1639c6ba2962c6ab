"""What was asked of the sandbox, in order. The control surface itself is not in it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One request. `status` is 0 when the client got no reply; `fault` names what was done to it, if anything."""

    sequence: int
    method: str
    path: str
    query: str
    status: int
    side: str
    write: bool
    time: float
    fault: str | None


class RequestLog:
    """Entries by rising sequence number; numbers go on after `clear`."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._next = 1

    def take_number(self) -> int:
        """The number of a request that has just come in."""
        number, self._next = self._next, self._next + 1
        return number

    def add(self, entry: Entry) -> None:
        """Note a finished request."""
        self._entries.append(entry)

    def since(self, sequence: int) -> list[dict[str, Any]]:
        """Entries with a greater number, by number."""
        return [asdict(entry) for entry in sorted(self._entries, key=lambda e: e.sequence) if entry.sequence > sequence]

    def clear(self) -> None:
        """Forget what was noted."""
        self._entries.clear()
