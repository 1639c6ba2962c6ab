"""Reading a long list from the service, a window at a time."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

WINDOW = 2_000
T = TypeVar("T")


async def windows(read: Callable[[int, int], Awaitable[list[T]]], limit: int | None) -> AsyncIterator[list[T]]:
    """Yield what ``read(start, stop)`` answers until it answers less than asked, at most ``limit`` items in all."""
    start = 0
    while limit is None or start < limit:
        stop = start + WINDOW if limit is None else min(start + WINDOW, limit)
        found = await read(start, stop)
        if found:
            yield found
        if len(found) < stop - start:
            return
        start = stop
