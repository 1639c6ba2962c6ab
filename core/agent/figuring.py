"""The figures of one profile, in the agent: switched, run when asked, and every so often by itself (B3)."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from msgspec import structs

from core.agent.connections import Connections
from core.agent.hub import Hub
from core.engine.ports import Clock, Store
from core.figures.run import MARK, Figuring
from core.figures.switch import currency_of, fields_of, switch
from core.figures.targets import targets
from core.model.figures import MODULE, FigureStatus
from core.model.problems import Problem
from core.model.run import Run
from core.zoho.codec import earlier
from core.zoho.crm.figures import CrmFigures
from core.zoho.desks import open_figures
from core.zoho.waiting import instant_of, seconds_of

logger = logging.getLogger(__name__)
EVERY_SECONDS = 7_200.0
"""Between two looks at what changed, which cost four Books calls where nothing did."""
FULL_SECONDS = 86_400.0
"""Between two looks at every customer: what was deleted, or is told by no list, shows in those alone."""
LOOK_SECONDS = 60.0
"""How often the clock is looked at: no timer runs while a machine sleeps."""
SHARE = 0.5
"""How much of what is left of Books' day a look at every customer may take."""


class FigureKeeper:
    """Owns the runs of figures; one goes on at a time, beside whatever else does."""

    def __init__(
        self, store: Store, connections: Connections, hub: Hub, clock: Clock, settled: Callable[[], None]
    ) -> None:
        self._store, self._connections, self._hub, self._clock = store, connections, hub, clock
        self._settled = settled
        self._figuring: Figuring | None = None
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[Run] | None = None
        self._poller: asyncio.Task[None] | None = None

    @property
    def on(self) -> bool:
        """Whether there is something to do without anybody asking."""
        profile = self._store.profile()
        return profile is not None and profile.connected and not profile.disabled and profile.figures.on

    @property
    def busy(self) -> bool:
        """Whether a run goes on."""
        return self._task is not None and not self._task.done()

    async def status(self) -> FigureStatus:
        """Return how the figures stand, with CRM's fields as they are now; those cost a call a module."""
        profile = self._store.profile()
        _, crm = self._desks()
        fields = await fields_of(self._store, crm)
        assert profile is not None
        kept = profile.figures
        at = self._next()
        return FigureStatus(
            setup=kept, currency=currency_of(self._store), customers=len(targets(self._store)), fields=tuple(fields),
            failures=sum(each.field == MARK for each in self._store.failures(MODULE)),
            next_at=instant_of(at) if at is not None else "", full_due=self._full_due(),
            last_run=self._store.run(kept.run_id) if kept.run_id else None,
        )  # fmt: skip

    async def switch(self, *, on: bool, create_fields: bool) -> None:
        """Switch them. Raises Problem as ``core.figures.switch.switch``, ``run_in_progress``."""
        _, crm = self._desks()
        self.refuse_while_running()
        async with self._turn:
            await switch(self._store, crm, on=on, create_fields=create_fields)
        self._hub.changed(self._store.generation())
        self.start()

    def launch(self, *, full: bool) -> Run:
        """Start a run and return it as started; ``full``: look at every customer, else where that is due.

        Raises Problem: ``run_in_progress``, ``figures_off``, ``paused``, ``not_connected`` and its kin.
        """
        self.refuse_while_running()
        figuring = self._made()
        run = figuring.begin()
        self._task = asyncio.create_task(
            self._carry_out(figuring, run, full=full or self._full_due()), name=f"run {run.id}"
        )
        return run

    def start(self) -> None:
        """Look every so often, as long as the figures are on."""
        if self.on and (self._poller is None or self._poller.done()):
            self._poller = asyncio.create_task(self._poll(), name="figures")

    async def stop(self) -> None:
        """Let a run commit what is written, and end."""
        if self._poller is not None:
            self._poller.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._poller
        if self._figuring is not None:
            self._figuring.stop()
        if self._task is not None:
            await asyncio.wait({self._task})

    async def _carry_out(self, figuring: Figuring, run: Run, *, full: bool) -> Run:
        async with self._turn:
            self._hub.run(run, self._store.generation())
            try:
                ended = await figuring.carry_out(run, full=full)
            except Exception as error:
                logger.exception("figures %s ended on something unexpected", run.id)
                code, detail = "unexpected", {"what": type(error).__name__, "log": "-"}
                if isinstance(error, Problem):
                    code, detail = error.code, error.detail
                ended = structs.replace(
                    run, state="failed", finished=self._clock.now(), problem=code, problem_detail=detail
                )
        self._hub.run(ended, self._store.generation())
        self._hub.changed(self._store.generation())
        self._settled()
        return ended

    async def _poll(self) -> None:
        while self.on:
            at, now = self._next(), self._now()
            if at is not None and at <= now and not self.busy:
                try:
                    self.launch(full=False)
                except Problem as problem:
                    logger.info("no look at figures: %s", problem.code)
            await self._clock.sleep(LOOK_SECONDS)

    def _next(self) -> float | None:
        """Return when the next look is due in epoch seconds, None while nothing is to come."""
        profile = self._store.profile()
        if profile is None or not self.on or profile.paused:
            return None
        kept = profile.figures
        if not kept.run_at:
            return self._now()
        # A clock that was set back must not put off the next look by as much.
        return min(seconds_of(kept.run_at), self._now()) + EVERY_SECONDS

    def _full_due(self) -> bool:
        """Return whether everybody is to be looked at: a day after the last time, where the budget allows that."""
        profile = self._store.profile()
        if profile is None or not profile.figures.full_at:
            return True
        kept = profile.figures
        if self._now() - min(seconds_of(kept.full_at), self._now()) < FULL_SECONDS:
            return False
        reading = next((each for each in self._connections.readings() if each.side == "books"), None)
        if reading is None or reading.day_limit is None:
            return True
        return kept.full_calls.get("books", 0) <= SHARE * (reading.day_limit - reading.used_today)

    def _now(self) -> float:
        return seconds_of(self._clock.now())

    def refuse_while_running(self) -> None:
        """Raise ``Problem('run_in_progress')`` while a run goes on."""
        if self.busy:
            raise Problem("run_in_progress", run=(self._task.get_name().removeprefix("run ") if self._task else ""))

    def _desks(self) -> tuple[Figuring, CrmFigures]:
        profile = self._store.profile()
        crm, books = self._connections.sides(profile)
        assert profile is not None
        money, figures = open_figures(crm, books, profile)
        made = Figuring(
            money=money, crm=figures, store=self._store, clock=self._clock, emit=self._told, earlier=earlier
        )
        return made, figures

    def _made(self) -> Figuring:
        self._figuring, _ = self._desks()
        return self._figuring

    def _told(self, _event: object) -> None:
        self._hub.changed(self._store.generation())
