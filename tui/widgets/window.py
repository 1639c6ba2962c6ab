"""The rows that a big list holds: pages of a listing, fetched as they come into sight, the last ones kept."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

PAGE = 128
"""Rows fetched at a time."""
KEEP = 24
"""Pages kept: about 3,000 rows, whatever the list's length."""

Fetch = Callable[[int, int], Awaitable[Sequence[Any]]]
"""Returns rows ``start`` to ``stop`` of a listing; fewer at its end."""


class Window:
    """A sparse view of ``count`` rows. ``fetch`` None: all rows are at hand in ``rows``."""

    def __init__(self, count: int = 0, fetch: Fetch | None = None, rows: Sequence[Any] = ()) -> None:
        self.count = count if fetch is not None else len(rows)
        self._fetch, self._rows = fetch, rows
        self._pages: OrderedDict[int, Sequence[Any]] = OrderedDict()
        self._before: dict[int, Sequence[Any]] = {}
        self._coming: set[int] = set()

    def follow(self, older: "Window") -> None:
        """Show the older window's rows until this one's own arrive: no flicker when a listing moves on."""
        self._before = {**older._before, **older._pages}

    def row(self, index: int) -> Any:
        """Return a row, None while it is not here yet or beyond the end."""
        if not 0 <= index < self.count:
            return None
        if self._fetch is None:
            return self._rows[index]
        page, place = divmod(index, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            rows = self._before.get(page, ())
        return rows[place] if place < len(rows) else None

    def missing(self, first: int, last: int) -> list[int]:
        """Return the pages of rows ``first`` to ``last`` that are neither here nor on their way."""
        if self._fetch is None or not self.count:
            return []
        first, last = max(0, first), min(last, self.count - 1)
        pages = range(first // PAGE, last // PAGE + 1)
        return [page for page in pages if page not in self._pages and page not in self._coming]

    async def load(self, page: int) -> bool:
        """Fetch a page; return whether it differs from what was shown. Raises what ``fetch`` raises."""
        if self._fetch is None:
            return False
        self._coming.add(page)
        try:
            rows = await self._fetch(page * PAGE, min((page + 1) * PAGE, self.count))
        finally:
            self._coming.discard(page)
        shown = self._before.pop(page, None)
        self._pages[page] = rows
        while len(self._pages) > KEEP:
            self._pages.popitem(last=False)
        return rows != shown
