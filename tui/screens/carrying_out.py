"""Carrying a plan out as it was read, or but for what is left out of it; asked about first, in numbers."""

from core.model.names import ModuleName
from core.model.plan import Action, Verb
from core.service import PlanSummary
from core.service_records import ApplyRequest
from core.service_setup import PlanTally
from tui.host import Refusal
from tui.screens.attention import valve_text
from tui.screens.dialogs import Ask
from tui.screens.filtered import Filtered

WRITES: tuple[Verb, ...] = ("create", "update", "link", "unlink")


class CarryingOut(Filtered):
    """The part of a preview that leads to a run."""

    module: ModuleName
    plan: PlanSummary | None
    tallies: tuple[PlanTally, ...]
    left_out: set[str]

    def _selected(self) -> Action:
        raise NotImplementedError

    def _title(self) -> None:
        raise NotImplementedError

    async def do_mark(self) -> None:
        """Leave the selected action out, or take it in again."""
        await self.list.arrive()
        self.left_out ^= {self._selected().id}
        self.list.refresh_lines(self.list.cursor)
        self.list.go(self.list.cursor + 1)
        self._title()

    async def do_apply(self) -> None:
        """Carry out exactly this plan, but for what is left out; ask first, in numbers."""
        plan, say = self.plan, self.say
        if plan is None:
            raise Refusal(say.preview_making)
        count = sum(each.count for each in self.tallies if each.verb in WRITES) - len(self.left_out)
        more = [say.ask_apply_more, *(valve_text(self, trip) for trip in plan.valve)]
        if self.left_out:
            more.insert(0, say.left_out.format(count=f"{len(self.left_out):,}"))

        def answered(yes: object) -> None:
            if yes:
                self.attempt(self._apply(plan))

        self.app.push_screen(Ask(say.ask_apply.format(count=f"{max(0, count):,}"), more), answered)

    async def _apply(self, plan: PlanSummary) -> None:
        request = ApplyRequest(plan_id=plan.id, exclude=tuple(sorted(self.left_out)), confirm=bool(plan.valve))
        self.state.run = await self.service.apply(request)
        await self.kk.show_run()

    async def do_sync(self) -> None:
        """Start the run; where the valve would stop it, ask first."""
        plan = self.plan
        if plan is None:
            raise Refusal(self.say.preview_making)
        if self.left_out:
            # A sync plans anew, and would write what was left out.
            await self.do_apply()
            return
        if not plan.valve:
            await self.kk.start_sync(self.module, confirm=False)
            return

        def answered(yes: object) -> None:
            if yes:
                self.attempt(self.kk.start_sync(self.module, confirm=True))

        more = [valve_text(self, trip) for trip in plan.valve]
        self.app.push_screen(Ask(self.say.ask_confirm, more), answered)
