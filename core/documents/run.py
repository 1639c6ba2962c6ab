"""The triggers of one profile: switching them, and running them on what CRM's deals look like now."""

import logging
from collections.abc import Callable

from msgspec import structs

from core.documents.act import Acting
from core.documents.ports import BookDesk, DealDesk, DocumentStore
from core.documents.pull import pull_deals
from core.documents.recover import recover
from core.documents.stages import Stages
from core.documents.triggers import rest
from core.documents.work import Interrupted, Work, spread
from core.engine.ports import Clock, Commit, Emit
from core.model.documents import Preference, TriggerKind
from core.model.problems import Problem
from core.model.run import Cause, Run, RunState

_log = logging.getLogger(__name__)
TRIGGERED: tuple[TriggerKind, ...] = ("estimate", "invoice")
_PASSES = frozenset({"daily_quota", "blocked", "unreachable", "server_trouble"})
"""Problems that pass by themselves: the run stops cleanly and the next one goes on."""


class Triggers:
    """See the module's docstring. ``emit`` receives the Run as it ended, and failures."""

    def __init__(self, *, deals: DealDesk, books: BookDesk, store: DocumentStore, clock: Clock, emit: Emit) -> None:
        self._deals, self._books, self._store, self._clock, self._emit = deals, books, store, clock, emit
        self._stop = False

    def stop(self) -> None:
        """Ask the run to finish what is in flight, commit, and end as interrupted."""
        self._stop = True

    async def switch(self, preference: Preference) -> Preference:
        """Store a preference and return it as stored.

        All deals are read first: those that are there now rest until their stage moves, or act at the next run with
        ``existing``. Raises ``Problem``: ``bad_request`` for stages or an item that will not do, ``field_missing``.
        """
        stages = Stages(await self._deals.stages())
        check(preference, stages)
        if preference.kind != "none":
            for kind in TRIGGERED:
                await self._books.prepare(kind)
        before = self._store.preference()
        preference = structs.replace(preference, revision=before.revision + 1)
        await pull_deals(self._work(lambda: False, Run(id="", module="documents", cause="manual", started="")), stages)
        now = self._clock.now()
        rows = [
            rest(row, act=preference.existing, preference=preference, stages=stages, at=now)
            for row in self._store.deal_rows()
        ]
        keys = (f"documents:to_books:{row.deal.id}" for row in rows if not row.wanted)
        cleared = [key for key in keys if self._store.failure(key) is not None]
        self._store.commit(Commit(preferences=[preference], deals=rows, clear_failures=cleared))
        return preference

    async def run(self, cause: Cause = "manual", *, retry: bool = False) -> Run:
        """Do what the stages of the deals call for, and return the run as it ended; a Problem stands in it.

        ``retry``: also try again what was refused and has not changed. Raises ``Problem('paused')`` (B84).
        """
        profile = self._store.profile()
        if profile is not None and profile.paused:
            raise Problem("paused")
        self._stop = False
        now = self._clock.now()
        run = Run(id=self._run_id(now), module="documents", cause=cause, started=now)
        work = self._work(lambda: self._stop, run, retry=retry)
        before = {"crm": self._deals.calls, "books": self._books.calls}
        state: RunState = "done"
        problem: Problem | None = None
        try:
            await self._all(work)
        except Interrupted:
            state = "interrupted"
        except Problem as raised:
            problem, state = raised, "stopped" if raised.code in _PASSES else "failed"
        ended = structs.replace(
            run, state=state, finished=self._clock.now(), phase="done" if state == "done" else "execute",
            counts={"to_books": work.counted()}, problem=problem.code if problem else "",
            problem_detail=problem.detail if problem else {}, setup_revision=work.preference.revision,
            api_calls={"crm": self._deals.calls - before["crm"], "books": self._books.calls - before["books"]},
        )  # fmt: skip
        _log.info("trigger run %s: %s %s", ended.id, ended.state, ended.problem)
        self._store.commit(Commit(runs=[ended]))
        self._emit(ended)
        return ended

    async def _all(self, work: Work) -> None:
        kind = work.preference.kind
        strength = {each: await self._books.prepare(each) for each in TRIGGERED} if self._writes(kind) else {}
        await recover(work)
        await pull_deals(work, Stages(await self._deals.stages()))
        if kind != "none":
            acting = Acting(work, kind, strength[kind])
            await spread(list(self._store.deal_rows(waiting=True)), acting.deal)

    def _writes(self, kind: str) -> bool:
        return kind != "none" or bool(self._store.document_intents())

    def _work(self, stopped: Callable[[], bool], run: Run, *, retry: bool = False) -> Work:
        return Work(
            deals=self._deals, books=self._books, store=self._store, clock=self._clock, emit=self._emit, run=run,
            stopped=stopped, retry=retry,
        )  # fmt: skip

    def _run_id(self, now: str) -> str:
        base, number = now.replace("-", "").replace(":", "") + "-t", 1
        while self._store.run(f"{base}{number}") is not None:
            number += 1
        return f"{base}{number}"


def check(preference: Preference, stages: Stages) -> None:
    """Raise ``Problem('bad_request')`` for a preference that cannot work, saying why."""
    for name in (*preference.create_at, *preference.accept_at):
        if name not in stages:
            raise Problem("bad_request", what=f"no stage is called {name}")
        if stages.lost(name):
            raise Problem("bad_request", what=f"deals at {name} are lost; that stage declines")
    if preference.kind == "estimate" and not preference.create_at:
        raise Problem("bad_request", what="choose at least one stage at which an estimate is made")
    if preference.kind == "invoice" and not preference.item_id:
        raise Problem("bad_request", what="choose the item that invoice lines name")
