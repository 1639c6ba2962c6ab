"""Likely pairs of one profile: looked for in another thread, kept until the next sync, and told as windows."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

from msgspec import Struct

from core.agent.pools import Pool, lone_of_plan, lone_of_store
from core.agent.state import ListedStore
from core.engine.ports import Clock, Commit
from core.model.deciding import Suggestion, SuggestionPage
from core.model.names import ModuleName
from core.model.plan import Plan
from core.plan.likely import Looked, likely

BUDGET_SECONDS = 120.0
"""How long one search may take; a hundred thousand unlinked names a side need less on two busy cores."""
PATIENCE_SECONDS = 1.5
"""How long a window waits for a search; after that it tells what there is."""
_RUNS = 50
Gather = Callable[[], Awaitable[list[Pool]]]


class _Result(Struct, frozen=True):
    mark: object
    suggestions: tuple[Suggestion, ...]
    whole: bool
    looked_at: int


class Suggestions:
    """See the module's docstring. ``told`` is called when a search has come to its end."""

    def __init__(self, store: ListedStore, clock: Clock, told: Callable[[], None]) -> None:
        self._store, self._clock, self._told = store, clock, told
        self._results: dict[str, _Result] = {}
        self._searches: dict[str, asyncio.Task[None]] = {}
        self._over = threading.Event()
        self._taken: set[tuple[str, str]] = set()
        self._parted: set[tuple[str, str]] = set()
        store.listeners.append(self._note)

    def known(self, module: ModuleName) -> int | None:
        """Return how many there are; None while nobody has looked since the last sync."""
        found = self._results.get(module)
        return None if found is None or found.mark != self._mark(module) else len(self._standing(found))

    async def page(self, module: ModuleName, start: int, stop: int) -> SuggestionPage:
        """Return a window of a module's likely pairs; one older than the last sync is looked for anew."""
        setup = self._store.setup(module)
        if setup is None:
            return SuggestionPage(count=0, suggestions=())
        return await self._window(module, self._mark(module), lambda: lone_of_store(self._store, setup), start, stop)

    async def of_plan(self, plan_id: str, plan: Plan, start: int, stop: int) -> SuggestionPage:
        """Return a window of what a plan would create although the other side has an unlinked record like it."""
        setup = self._store.setup(plan.module)
        if setup is None:
            return SuggestionPage(count=0, suggestions=())
        key = f"plan {plan_id}"
        for each in [each for each in self._results if each.startswith("plan ") and each != key]:
            del self._results[each]
        return await self._window(key, plan_id, lambda: lone_of_plan(self._store, setup, plan), start, stop)

    async def close(self) -> None:
        """End what is being searched."""
        self._over.set()
        if self._searches:
            await asyncio.gather(*self._searches.values(), return_exceptions=True)

    def _mark(self, module: ModuleName) -> object:
        """Return what changes when the catalogue has: a sync has ended, or the settings are others."""
        setup = self._store.setup(module)
        runs = (run for run in self._store.runs(_RUNS) if run.module == module and run.cause != "decision")
        last = next((run.id for run in runs if run.state != "running"), "")
        return last, setup.revision if setup is not None else 0

    async def _window(self, key: str, mark: object, gather: Gather, start: int, stop: int) -> SuggestionPage:
        known = self._results.get(key)
        if known is None or known.mark != mark:
            search = self._searches.get(key)
            if search is None:
                search = asyncio.create_task(self._search(key, mark, gather), name=f"likely {key}")
                self._searches[key] = search
            await asyncio.wait({search}, timeout=PATIENCE_SECONDS)
            if search.done():
                search.result()
            known = self._results.get(key)
        if known is None:
            return SuggestionPage(count=0, suggestions=(), whole=False, working=True)
        found = self._standing(known)
        return SuggestionPage(
            count=len(found), suggestions=tuple(found[max(start, 0) : max(stop, 0)]), whole=known.whole,
            looked_at=known.looked_at, working=key in self._searches,
        )  # fmt: skip

    async def _search(self, key: str, mark: object, gather: Gather) -> None:
        try:
            self._taken.clear()
            self._parted.clear()
            pools = await gather()
            ends = self._clock.monotonic() + BUDGET_SECONDS
            found: list[Suggestion] = []
            whole = True
            for pool in pools:
                looked = await asyncio.to_thread(self._look, pool, ends)
                whole = whole and looked.whole
                found += pool.told(looked)
            found.sort(key=lambda each: (-each.score, each.crm_id, each.books_id))
            looked_at = sum(len(each.crm) + len(each.books) for each in pools)
            self._results[key] = _Result(mark, tuple(found), whole, looked_at)
        finally:
            del self._searches[key]
            self._told()

    def _look(self, pool: Pool, ends: float) -> Looked:
        def over() -> bool:
            return self._over.is_set() or self._clock.monotonic() > ends

        return likely(pool.crm, pool.books, apart=pool.apart, over=over)

    def _note(self, commit: Commit) -> None:
        """Remember what has been linked or parted since: it is no longer to be suggested."""
        if not self._results and not self._searches:
            return
        for link in commit.links:
            self._taken |= {("crm", link.crm_id), ("books", link.books_id)}
        self._parted |= {(each.crm_id, each.books_id) for each in commit.apart}

    def _standing(self, result: _Result) -> list[Suggestion]:
        if not self._taken and not self._parted:
            return list(result.suggestions)
        return [
            each
            for each in result.suggestions
            if ("crm", each.crm_id) not in self._taken
            and ("books", each.books_id) not in self._taken
            and (each.crm_id, each.books_id) not in self._parted
        ]
