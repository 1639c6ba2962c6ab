"""Transactions in both places: switching them on and off, and bringing both sides up to date (B61–B64, B103)."""

import logging
from collections import Counter
from collections.abc import Callable

from msgspec import structs

from core.documents.mirror.bring import bring
from core.documents.mirror.job import MirrorJob
from core.documents.mirror.ports import MirrorStore, PaperDesk, TaxedBooks
from core.documents.mirror.show import show
from core.documents.pull import pull_document_rows
from core.documents.work import Interrupted
from core.engine.ports import Clock, Commit, Emit
from core.model.documents import KINDS, Document, DocumentKind
from core.model.mirror import Mirror, MirrorSetup, MirrorStatus
from core.model.problems import Problem
from core.model.run import Cause, Run, RunState

_log = logging.getLogger(__name__)
PLACEHOLDER = "Kakehashi line"
_PASSES = frozenset({"daily_quota", "blocked", "unreachable", "server_trouble"})
_REMOVED = 100


class Transactions:
    """See the module's docstring. ``link`` makes the address of a Books document for people."""

    def __init__(
        self, *, papers: PaperDesk, books: TaxedBooks, store: MirrorStore, clock: Clock, emit: Emit,
        link: Callable[[Document], str],
    ) -> None:  # fmt: skip
        self._papers, self._books, self._store, self._clock, self._emit = papers, books, store, clock, emit
        self._link = link
        self._stop = False

    def stop(self) -> None:
        """Ask the run to finish what is in flight, commit, and end as interrupted."""
        self._stop = True

    def status(self) -> MirrorStatus:
        """Return how things are, and what switching on or off would do, by what was last read."""
        job = self._job(Run(id="", module="documents", cause="manual", started=""))
        shown = {mirror.key: mirror for mirror in self._store.mirrors() if not mirror.gone}
        appear = (
            each.kind
            for each in self._store.documents()
            if each.ref not in shown and job.party(each.kind, each.party_id, to_crm=True)
        )
        ours = (mirror.kind for mirror in shown.values() if mirror.origin == "books")
        held = [each for each in self._store.failures("documents") if each.direction == "to_crm"]
        return MirrorStatus(
            setup=self._store.mirror_setup(), mirrored=dict(Counter(mirror.kind for mirror in shown.values())),
            to_appear=dict(Counter(appear)), to_remove=dict(Counter(ours)), held=len(held),
        )  # fmt: skip

    async def switch_on(self) -> MirrorStatus:
        """Make what both sides need, and note since when. Documents follow with the next run.

        Raises ``Problem('module_unavailable')`` when CRM has none of the modules (§1).
        """
        there: list[DocumentKind] = []
        lacking: list[str] = []
        for kind in KINDS:
            try:
                await self._papers.prepare(kind, await self._books.customs(kind))
                there.append(kind)
            except Problem as problem:
                if problem.code != "module_unavailable":
                    raise
                lacking.append(problem.detail.get("module", kind))
        if not there:
            raise Problem("module_unavailable", side="CRM", module=", ".join(lacking), reason="F3")
        for kind in there:
            await self._books.prepare(kind)
        before = self._store.mirror_setup()
        setup = MirrorSetup(
            on=True, since=before.since if before.on else await self._papers.now(),
            product_id=await self._papers.placeholder(PLACEHOLDER), revision=before.revision + 1,
        )  # fmt: skip
        self._store.commit(Commit(mirror_setups=[setup]))
        return structs.replace(self.status(), unavailable=tuple(lacking))

    async def switch_off(self) -> MirrorStatus:
        """Remove from CRM what the mirror put there, and nothing else; Books keeps everything (B103)."""
        before = self._store.mirror_setup()
        self._store.commit(Commit(mirror_setups=[structs.replace(before, on=False, revision=before.revision + 1)]))
        for kind in KINDS:
            ours = [each for each in self._store.mirrors() if each.kind == kind and each.origin == "books"]
            for at in range(0, len(ours), _REMOVED):
                await self._remove(kind, ours[at : at + _REMOVED])
        theirs = [each.key for each in self._store.mirrors() if each.origin == "crm"]
        failures = [each.key for each in self._store.failures("documents") if each.direction == "to_crm"]
        self._store.commit(Commit(drop_mirrors=theirs, clear_failures=failures))
        return self.status()

    async def _remove(self, kind: DocumentKind, mirrors: list[Mirror]) -> None:
        """Delete a batch. What was deleted by hand before is forgotten as well."""
        ids = [each.crm_id for each in mirrors if not each.gone]
        gone = set(await self._papers.remove(kind, ids)) if ids else set()
        for each in mirrors:
            if each.crm_id not in gone and not each.gone and await self._papers.read(kind, each.crm_id) is None:
                gone.add(each.crm_id)
        dropped = [each.key for each in mirrors if each.gone or each.crm_id in gone]
        self._store.commit(Commit(drop_mirrors=dropped))

    async def run(self, cause: Cause = "manual") -> Run:
        """Bring both sides up to date, and return the run as it ended; a Problem stands in it.

        Raises ``Problem``: ``paused`` (B84), ``not_configured`` while transactions are off.
        """
        profile = self._store.profile()
        if profile is not None and profile.paused:
            raise Problem("paused")
        if not self._store.mirror_setup().on:
            raise Problem("not_configured", module="documents")
        self._stop = False
        now = self._clock.now()
        run = Run(id=self._run_id(now), module="documents", cause=cause, started=now)
        job = self._job(run)
        before = {"crm": self._papers.calls, "books": self._books.calls}
        state: RunState = "done"
        problem: Problem | None = None
        try:
            await self._all(job)
        except Interrupted:
            state = "interrupted"
        except Problem as raised:
            problem, state = raised, "stopped" if raised.code in _PASSES else "failed"
        ended = structs.replace(
            run, state=state, finished=self._clock.now(), phase="done" if state == "done" else "execute",
            counts=job.counted(), problem=problem.code if problem else "",
            problem_detail=problem.detail if problem else {}, setup_revision=job.setup.revision,
            api_calls={"crm": self._papers.calls - before["crm"], "books": self._books.calls - before["books"]},
        )  # fmt: skip
        _log.info("mirror run %s: %s %s", ended.id, ended.state, ended.problem)
        self._store.commit(Commit(runs=[ended]))
        self._emit(ended)
        return ended

    async def _all(self, job: MirrorJob) -> None:
        for kind in KINDS:
            try:
                job.statuses[kind] = await self._papers.prepare(kind, await self._books.customs(kind))
            except Problem as problem:
                if problem.code != "module_unavailable":
                    raise
        await job.learn()
        for kind in job.statuses:
            await self._books.prepare(kind)
            await bring(job, kind)
        for kind in job.statuses:
            await pull_document_rows(job.store, job.books, kind)
        for kind in job.statuses:
            await show(job, kind)

    def _job(self, run: Run) -> MirrorJob:
        return MirrorJob(
            papers=self._papers, books=self._books, store=self._store, clock=self._clock, emit=self._emit, run=run,
            link=self._link, stopped=lambda: self._stop,
        )  # fmt: skip

    def _run_id(self, now: str) -> str:
        base, number = now.replace("-", "").replace(":", "") + "-m", 1
        while self._store.run(f"{base}{number}") is not None:
            number += 1
        return f"{base}{number}"
