"""One run of the figures: hear whose documents changed, add up what they come to, write what differs.

Everything is worked out anew from both sides each time, so that a run that was killed leaves nothing to repair. What
was heard counts as heard only at its end.
"""

import logging
from collections.abc import Callable, Iterable
from decimal import Decimal

from msgspec import Struct, structs

from core.engine.ports import Clock, Commit, Emit
from core.figures.ports import FEEDS, Balance, FigureDesk, FigureStore, MoneyDesk, Put
from core.figures.targets import Target, targets
from core.model.figure_setup import FigureSetup
from core.model.figures import FIGURES, MODULE
from core.model.plan import Count
from core.model.problems import Problem
from core.model.run import Failure, HistoryLine, Run, RunState

_log = logging.getLogger(__name__)
BATCH = 100
"""Records in one write (zoho-crm-api §5.6)."""
OVERLAP = 120
"""Seconds by which what was heard last is heard again."""
_PASSES = frozenset({"daily_quota", "blocked", "unreachable", "server_trouble"})
_ZERO = Decimal(0)


class Interrupted(Exception):
    """The run was asked to stop."""


class Owed(Struct):
    """What a customer owes and bought, as far as it was read."""

    receivable: Decimal = _ZERO
    credits: Decimal = _ZERO
    sales: Decimal = _ZERO


class Figuring:
    """Runs of one profile, one at a time. ``emit`` receives failures."""

    def __init__(
        self, *, money: MoneyDesk, crm: FigureDesk, store: FigureStore, clock: Clock, emit: Emit,
        earlier: Callable[[str, int], str],
    ) -> None:  # fmt: skip
        self._money, self._crm, self._store, self._clock, self._emit = money, crm, store, clock, emit
        self._earlier = earlier
        self._stop = False
        self._counts: dict[str, int] = {}
        self._lines = 0

    def stop(self) -> None:
        """Ask the run to commit what is written and end as interrupted."""
        self._stop = True

    def begin(self) -> Run:
        """Return a new run. It is kept once it ended: one that was killed leaves nothing to recover, and no trace.

        Raises Problem: ``figures_off``, ``paused`` (B84), ``not_configured``.
        """
        self._refuse()
        self._stop, self._counts, self._lines = False, {}, 0
        now = self._clock.now()
        return Run(id=self._run_id(now), module=MODULE, cause="figures", started=now, phase="pull")

    async def carry_out(self, run: Run, *, full: bool) -> Run:
        """Bring the figures up to date and return the run as it ended; a Problem of the whole stands in it.

        ``full``: look at every customer, also where nothing changed.
        """
        profile = self._store.profile()
        kept = profile.figures if profile is not None else FigureSetup()
        before = {"crm": self._crm.calls, "books": self._money.calls}
        state: RunState = "done"
        problem: Problem | None = None
        try:
            kept = await self._all(run, kept, full=full)
        except Interrupted:
            state = "interrupted"
        except Problem as raised:
            problem, state = raised, "stopped" if raised.code in _PASSES else "failed"
        spent = {"crm": self._crm.calls - before["crm"], "books": self._money.calls - before["books"]}
        ended = structs.replace(
            run, state=state, finished=self._clock.now(), phase="done" if state == "done" else "execute",
            counts={"to_crm": Count(**self._counts)}, problem=problem.code if problem else "",
            problem_detail=problem.detail if problem else {}, api_calls=spent,
        )  # fmt: skip
        _log.info("figures %s: %s %s", ended.id, ended.state, ended.problem)
        self._keep(structs.replace(kept, run_at=ended.finished, run_id=ended.id), ended)
        return ended

    def _refuse(self) -> None:
        profile = self._store.profile()
        if profile is None or not profile.figures.on:
            raise Problem("figures_off")
        if profile.paused:
            raise Problem("paused")
        if self._store.setup("customers") is None:
            raise Problem("not_configured", module="customers")

    def _keep(self, kept: FigureSetup, ended: Run) -> None:
        """Store the end of a run. Somebody may have switched the figures meanwhile: that stands."""
        profile = self._store.profile()
        assert profile is not None
        if ended.api_calls and kept.full_at == ended.started:
            kept = structs.replace(kept, full_calls=ended.api_calls)
        kept = structs.replace(kept, on=profile.figures.on, fields=profile.figures.fields)
        self._store.commit(Commit(runs=[ended], profile=structs.replace(profile, figures=kept)))

    async def _all(self, run: Run, kept: FigureSetup, *, full: bool) -> FigureSetup:
        of = targets(self._store)
        at = await self._money.now()
        kept, heard = await self._hear(kept)
        waiting = {each.books_id for each in self._failures()}
        wanted = {each for each in heard | waiting if each in of} if heard is not None else set(of)
        if heard is None or full or self._dearer(kept, len(wanted)):
            owed, wanted = await self._everybody(of), set(of)
            kept = structs.replace(kept, full_at=run.started)
        else:
            owed = {each: await self._one(each) for each in sorted(wanted)}
        by_entity: dict[str, list[Target]] = {}
        for each in sorted(wanted):
            by_entity.setdefault(of[each].entity, []).append(of[each])
        for entity, found in by_entity.items():
            fields = kept.fields.get(entity, {})
            for start in range(0, len(found) if fields else 0, BATCH):
                self._check()
                await self._batch(run, entity, fields, found[start : start + BATCH], owed)
        self._sweep(of)
        return structs.replace(kept, heard_at=self._earlier(at, OVERLAP))

    async def _hear(self, kept: FigureSetup) -> tuple[FigureSetup, set[str] | None]:
        """Return whose documents changed; None when that cannot be told, and everybody is to be looked at."""
        paid = await self._money.payments(kept.payments)
        found, deaf, lost = set(paid.customers), ["customerpayments"] if paid.deaf else [], paid.lost
        if kept.heard_at:
            for feed in FEEDS:
                told = await self._money.changed(feed, kept.heard_at)
                found |= told.customers
                deaf += [feed] if told.deaf else []
        kept = structs.replace(kept, payments=paid.newest or kept.payments, deaf=tuple(deaf))
        return kept, None if lost or not kept.heard_at or "invoices" in deaf else found

    def _dearer(self, kept: FigureSetup, customers: int) -> bool:
        """Return whether asking for each customer, two calls or more, costs more than the lists of all."""
        most = kept.full_calls.get("books", 0)
        return bool(most) and customers * 2 > most

    async def _everybody(self, of: dict[str, Target]) -> dict[str, Owed]:
        owed = {each: Owed() for each in of}
        async for balances in self._money.balances():
            self._check()
            for balance in balances:
                _take(owed, balance)
        async for sales in self._money.sales():
            self._check()
            for sale in sales:
                if sale.customer_id in owed:
                    owed[sale.customer_id].sales += sale.total
        return owed

    async def _one(self, customer_id: str) -> Owed:
        self._check()
        owed = {customer_id: Owed()}
        balance = await self._money.balance(customer_id)
        if balance is not None:
            _take(owed, balance)
        async for sales in self._money.sales(customer_id):
            owed[customer_id].sales += sum((each.total for each in sales), _ZERO)
        return owed[customer_id]

    async def _batch(
        self, run: Run, entity: str, fields: dict[str, str], found: list[Target], owed: dict[str, Owed]
    ) -> None:
        now = await self._crm.read(entity, tuple(fields.values()), [each.crm_id for each in found])
        changes: dict[str, dict[str, Decimal]] = {}
        by_id = {each.crm_id: each for each in found}
        for each in found:
            held = now.get(each.crm_id)
            if held is not None:
                meant = {fields[name]: getattr(owed[each.books_id], name) for name in FIGURES if name in fields}
                if differing := {field: value for field, value in meant.items() if held.get(field, _ZERO) != value}:
                    changes[each.crm_id] = differing
        self._count("skipped", len(found) - len(changes))
        part = Commit(clear_failures=self._cleared(each for each in found if each.crm_id not in changes))
        if changes:
            for put in await self._crm.write(entity, changes):
                target = by_id[put.id]
                if put.reason:
                    part.failures.append(self._failure(run, target, put))
                else:
                    part.history.append(self._line(run, target, now[put.id], changes[put.id]))
                    part.clear_failures += self._cleared([target])
                    self._count("updated")
        if not part.empty():
            self._store.commit(part)

    def _sweep(self, of: dict[str, Target]) -> None:
        """Forget failures of customers that no longer take part."""
        gone = [each.key for each in self._failures() if each.books_id not in of]
        if gone:
            self._store.commit(Commit(clear_failures=gone))

    def _failures(self) -> list[Failure]:
        return [each for each in self._store.failures(MODULE) if each.direction == "to_crm" and each.field == MARK]

    def _cleared(self, found: Iterable[Target]) -> list[str]:
        standing = {each.key for each in self._failures()}
        return [key for each in found if (key := f"{MODULE}:to_crm:{each.books_id}") in standing]

    def _failure(self, run: Run, target: Target, put: Put) -> Failure:
        key = f"{MODULE}:to_crm:{target.books_id}"
        before = next((each for each in self._failures() if each.key == key), None)
        now = self._clock.now()
        failure = Failure(
            module=MODULE, direction="to_crm", crm_id=target.crm_id, books_id=target.books_id, name=target.name,
            reason=put.reason, message=put.message, raw=put.raw, code=put.code, field=MARK,
            attempts=before.attempts + 1 if before else 1, first_at=before.first_at if before else now, last_at=now,
            run_id=run.id, crm_entity=target.entity,
        )  # fmt: skip
        self._count("failed")
        self._emit(failure)
        return failure

    def _line(self, run: Run, target: Target, old: dict[str, Decimal], new: dict[str, Decimal]) -> HistoryLine:
        self._lines += 1
        return HistoryLine(
            id=f"{run.id}:{self._lines:07d}", run_id=run.id, at=self._clock.now(), module=MODULE, verb="figures",
            why="figures", direction="to_crm", crm_id=target.crm_id, books_id=target.books_id, name=target.name,
            before={field: plain(old[field]) if field in old else None for field in new},
            after={field: plain(value) for field, value in new.items()},
        )  # fmt: skip

    def _count(self, what: str, by: int = 1) -> None:
        self._counts[what] = self._counts.get(what, 0) + by

    def _check(self) -> None:
        if self._stop:
            raise Interrupted

    def _run_id(self, now: str) -> str:
        base, number = now.replace("-", "").replace(":", "") + "-f", 1
        while self._store.run(f"{base}{number}") is not None:
            number += 1
        return f"{base}{number}"


MARK = "figures"
"""``Failure.field`` of what the figures could not write: beside them stand failures of documents."""


def plain(value: Decimal) -> str:
    """Return an amount as a canonical value."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _take(owed: dict[str, Owed], balance: Balance) -> None:
    if balance.customer_id in owed:
        owed[balance.customer_id].receivable = balance.receivable
        owed[balance.customer_id].credits = balance.credits
