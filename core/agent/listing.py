"""Big lists as windows: a query over the rows of a module, sorted, filtered and narrowed as somebody types (B88).

A listing's id is its query, so it means the same to every client and after a restart of the agent.
"""

import base64
from array import array
from collections.abc import Callable, Sequence
from itertools import compress, repeat
from operator import contains
from typing import Protocol

import msgspec

from core.agent.rowtable import RowTable, breathe
from core.engine.ports import Clock
from core.model.problems import Problem
from core.plan.normalise import fold_name
from core.service import Listing, ListQuery, RecordFilter, Row, Rows, SortColumn

FRESH_SECONDS = 0.5
"""A view this young is shown although records have moved on: a running sync must not make every window anew."""
WIDEST = 1_000
"""Rows in one window at most."""
KEPT_VIEWS = 16
SLICE = 10_000
"""Rows tested before the loop gets its turn: some milliseconds."""

_FILTERS: dict[RecordFilter, Callable[[Row], bool]] = {
    "all": lambda row: True,
    "crm": lambda row: bool(row.crm_id and row.books_id),
    "not_in_crm": lambda row: not row.crm_id or row.state == "crm_gone",
    "not_in_books": lambda row: not row.books_id or row.state == "books_gone",
    "individual": lambda row: row.kind == "individual",
    "business": lambda row: row.kind == "business",
    "inactive": lambda row: not row.active,
    "failures": lambda row: bool(row.failed),
}


def _amount(row: Row) -> float:
    # Only an order is made of it: the amount itself is shown as it came.
    try:
        return float(row.receivable or "0")
    except ValueError:
        return 0.0


_COLUMNS: dict[SortColumn, Callable[[Row], str | float]] = {
    "kind": lambda row: row.kind,
    "state": lambda row: row.state,
    "owner": lambda row: row.owner,
    "receivable": _amount,
    "synced_at": lambda row: row.synced_at,
}
"""What a column sorts by; rows that are equal in it stay in the order of their names."""


class _Cut(msgspec.Struct, frozen=True):
    """Slots of the table in the order of a list, each with its folded name.

    The names are copies that lie side by side in memory: searching 100,000 of them where the table has them takes
    several times as long.
    """

    slots: Sequence[int]
    names: list[str]


class _View(msgspec.Struct):
    """What a query found, at a version of the table and an instant of the clock. ``cut`` only where it has text."""

    slots: Sequence[int]
    version: int
    generation: int
    made: float
    cut: _Cut | None = None


_BaseKey = tuple[RecordFilter, SortColumn, bool]


class Generation(Protocol):
    """Tells how many commits there have been."""

    def __call__(self) -> int:
        """Return it."""
        ...


def listing_id(query: ListQuery) -> str:
    """Return a query as an id."""
    return base64.urlsafe_b64encode(msgspec.json.encode(query)).decode().rstrip("=")


def query_of(id_: str) -> ListQuery:
    """Return the query of an id. Raises ``Problem('not_found')``."""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(id_ + "=" * (-len(id_) % 4)), type=ListQuery)
    except (ValueError, msgspec.MsgspecError):
        raise Problem("not_found", what=f"list {id_[:12]}") from None


class Lists:
    """The lists of one module."""

    def __init__(self, table: RowTable, clock: Clock, generation: Generation) -> None:
        self._table, self._clock, self._generation = table, clock, generation
        self._views: dict[ListQuery, _View] = {}
        self._bases: dict[_BaseKey, Sequence[int]] = {}
        self._named: dict[_BaseKey, _Cut] = {}
        self._bases_version = -1

    async def open(self, query: ListQuery) -> Listing:
        """Make or find the list for a query, as fresh as can be."""
        await self._table.refresh()
        return self._listing(query, await self._view(query))

    async def window(self, query: ListQuery, start: int, stop: int) -> Rows:
        """Return rows ``start`` to ``stop`` of a list; its generation tells whether the records had moved on."""
        found = self._views.get(query)
        if found is None or self._clock.monotonic() - found.made > FRESH_SECONDS:
            await self._table.refresh()
            found = await self._view(query)
        start = max(start, 0)
        rows = [self._table.rows[slot] for slot in found.slots[start : min(stop, start + WIDEST)]]
        # A row that went while the view was still young enough is left out: the next window has a newer view.
        alive = tuple(row for row in rows if row is not None)
        return Rows(listing=self._listing(query, found), start=start, rows=alive)

    def _listing(self, query: ListQuery, view: _View) -> Listing:
        return Listing(id=listing_id(query), count=len(view.slots), generation=view.generation)

    async def _view(self, query: ListQuery) -> _View:
        version, generation = self._table.version, self._generation()
        known = self._views.pop(query, None)
        if known is not None and known.version == version:
            slots, cut = known.slots, known.cut
        elif fold_name(query.text):
            cut = await self._narrowed(query, version)
            slots = cut.slots
        else:
            slots, cut = await self._base(query, version), None
        self._views[query] = view = _View(slots, version, generation, self._clock.monotonic(), cut)
        while len(self._views) > KEPT_VIEWS:
            del self._views[next(iter(self._views))]
        return view

    async def _narrowed(self, query: ListQuery, version: int) -> _Cut:
        words = set(fold_name(query.text).split())
        found, done = self._wider(query, version)
        if found is None:
            found = await self._named_base(query, version)
        for word in sorted(words - done, key=len, reverse=True):
            found = await _holding(found, word)
        return found

    def _wider(self, query: ListQuery, version: int) -> tuple[_Cut | None, set[str]]:
        """Return the list of a shorter text that everything of this one is in, and its words: somebody is typing."""
        for length in range(len(query.text) - 1, 0, -1):
            known = self._views.get(msgspec.structs.replace(query, text=query.text[:length]))
            if known is not None and known.version == version and known.cut is not None:
                return known.cut, set(fold_name(query.text[:length]).split())
        return None, set()

    async def _named_base(self, query: ListQuery, version: int) -> _Cut:
        slots = await self._base(query, version)
        key = (query.filter, query.sort, query.descending)
        if key not in self._named:
            folded = self._table.folded
            names: list[str] = []
            for start in range(0, len(slots), SLICE):
                part = [folded[slot] for slot in slots[start : start + SLICE]]
                copies = "\0".join(part).split("\0")
                names += copies if len(copies) == len(part) else part
                await breathe()
            self._named[key] = _Cut(slots, names)
        return self._named[key]

    async def _base(self, query: ListQuery, version: int) -> Sequence[int]:
        if self._bases_version != version:
            self._bases, self._named, self._bases_version = {}, {}, version
        key = (query.filter, query.sort, query.descending)
        if key not in self._bases:
            self._bases[key] = array("L", await self._sorted(await self._filtered(query.filter), query))
        return self._bases[key]

    async def _filtered(self, name: RecordFilter) -> list[int]:
        if name == "all":
            return self._table.order
        rows, wanted, found = self._table.rows, _FILTERS[name], []
        order = self._table.order
        for start in range(0, len(order), SLICE):
            part = order[start : start + SLICE]
            found += [slot for slot in part if (row := rows[slot]) is not None and wanted(row)]
            await breathe()
        return found

    async def _sorted(self, slots: list[int], query: ListQuery) -> list[int]:
        if query.sort == "name":
            return slots[::-1] if query.descending else slots
        # By value and not by comparison: rows of one value stay in the order of their names, and it can be sliced.
        column, rows = _COLUMNS[query.sort], self._table.rows
        groups: dict[str | float, list[int]] = {}
        for start in range(0, len(slots), SLICE):
            for slot in slots[start : start + SLICE]:
                row = rows[slot]
                if row is not None:
                    groups.setdefault(column(row), []).append(slot)
            await breathe()
        found: list[int] = []
        for value in sorted(groups, reverse=query.descending):
            found += groups[value]
        return found


async def _holding(cut: _Cut, word: str) -> _Cut:
    """Return what of a cut has ``word`` in its name. The loops run in C: this is what a keystroke costs."""
    slots, names = array("L"), list[str]()
    for start in range(0, len(cut.names), SLICE):
        part = cut.names[start : start + SLICE]
        held = list(map(contains, part, repeat(word)))
        slots.extend(compress(cut.slots[start : start + SLICE], held))
        names += compress(part, held)
        await breathe()
    return _Cut(slots, names)
