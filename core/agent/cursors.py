"""Windows over long iterations that can only be walked from the start: the walk is kept for whoever reads on."""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")
SLICE = 500
"""Items walked before the loop gets its turn."""
KEPT = 4
WIDEST = 10_000


class Windows(Generic[T]):
    """Reading window after window costs one walk, not one a window."""

    def __init__(self) -> None:
        self._walks: dict[tuple[Hashable, int], Iterator[T]] = {}

    async def window(self, key: Hashable, walk: Callable[[], Iterable[T]], start: int, stop: int) -> list[T]:
        """Return items ``start`` to ``stop`` of ``walk()``; ``key`` names what is walked, at its generation."""
        start, stop = max(start, 0), min(stop, max(start, 0) + WIDEST)
        items = self._walks.pop((key, start), None)
        if items is None:
            items = iter(walk())
            await _take(items, start)
        found = await _take(items, stop - start)
        if found and len(found) == stop - start:
            self._walks[key, stop] = items
            while len(self._walks) > KEPT:
                del self._walks[next(iter(self._walks))]
        return found


async def _take(items: Iterator[T], count: int) -> list[T]:
    found: list[T] = []
    while len(found) < count and (part := list(islice(items, min(SLICE, count - len(found))))):
        found += part
        await asyncio.sleep(0)
    return found
