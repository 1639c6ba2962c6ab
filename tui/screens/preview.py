"""Preview (v): the plan of the next run, read before anything is written; from here it can be started."""

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial

from textual.widget import Widget
from textual.worker import Worker

from core.model.names import Direction, ModuleName, toward
from core.model.plan import Action, Verb
from core.service import PlanSummary
from core.service_setup import PlanFilter, PlanTally
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.action import ActionScreen
from tui.screens.attention import valve_text
from tui.screens.carrying_out import CarryingOut
from tui.screens.dialogs import Menu
from tui.screens.overview import count_lines
from tui.text import clean
from tui.theme import Role
from tui.when import clock
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.prompt import PromptLine
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, Heading, Title, row
from tui.widgets.window import Window

CHANGES: tuple[Verb, ...] = ("create", "update", "link", "unlink", "hold")
"""What a reader looks for first; the rest is what a run leaves as it is."""
VERB_ROLES: dict[str, Role] = {"create": "ok", "update": "changed", "hold": "warn", "skip": "dim", "base": "dim"}


AGAIN = 0.5
"""Seconds between looks while the agent is still comparing."""


class Preview(CarryingOut):
    """See the module's docstring."""

    NAME = "preview"
    BINDINGS = bindings("preview")

    def __init__(self, mode: str, module: ModuleName) -> None:
        super().__init__(mode)
        self.module = module
        self.title_line, self.heading = Title(), Heading()
        self.head = Page(self.head_lines, focusable=False, classes="fixed")
        self.list = BigList(self.row)
        self.plan: PlanSummary | None = None
        self.wanted = PlanFilter(verbs=CHANGES)
        self.tallies: tuple[PlanTally, ...] = ()
        self.planning = False
        self.likely = 0
        """Records to be created that look like one which is there already."""
        self.left_out: set[str] = set()
        """Actions that are not to be carried out, by id."""

    @property
    def module_here(self) -> ModuleName:
        """The module that the plan is for."""
        return self.module

    def body(self) -> Iterable[Widget]:
        """Return the counts, what the list is narrowed to, and the list."""
        yield self.head
        yield self.title_line
        yield self.heading
        yield self.list

    def draw(self) -> None:
        """Show what is known of the plan."""
        cells = self.app.size.width
        self.head.styles.height = len(self.head_lines(cells))
        self.head.redraw()
        self.heading.columns = self.columns()
        self.heading.refresh()
        self.list.refresh()
        self._title()

    # above the list

    def head_lines(self, cells: int) -> list[Line]:
        """Return the counts by direction, what it will cost, and what would stop it."""
        say, plan = self.say, self.plan
        title = say.preview_of.format(module=word(say, "module", self.module))
        if plan is None:
            text = say.preview_making if self.planning else say.list_waiting
            return [[(f" {title}", "title")], [(f"   {text}", "busy")]]
        made = say.preview_made.format(time=clock(plan.made_at, self.kk.now(), seconds=True))
        calls = say.preview_calls.format(
            crm=f"{plan.forecast.get('crm', 0):,}", books=f"{plan.forecast.get('books', 0):,}"
        )
        lines: list[Line] = [[(f" {title}  ", "title"), (made, "dim")], *count_lines(self, plan.counts)]
        lines.append([(f"   {calls}", "dim")])
        for trip in plan.valve:
            lines += paragraph(f"! {valve_text(self, trip)}", cells - 4, role="warn", indent=3)
        if self.likely:
            lines += paragraph(
                f"? {say.suggestions_before.format(count=f'{self.likely:,}')}", cells - 4, role="warn", indent=3
            )
        if self._stale():
            lines += paragraph(f"! {say.preview_stale}", cells - 4, role="warn", indent=3)
        return lines

    def past(self) -> bool:
        """Return whether a run has begun since the plan was made."""
        return self._stale()

    def _stale(self) -> bool:
        run, plan = self.state.latest_run, self.plan
        return plan is not None and run is not None and run.module == self.module and run.started > plan.made_at

    def _title(self) -> None:
        say = self.say
        count = f"{self.list.cursor + 1:,}/{self.list.count:,}" if self.list.count else "0"
        if self.plan is None:
            count = say.list_waiting
        spans: list[Span] = [(" " + say.filter_line.format(view=self._view_name(), count=count), "title")]
        if self.text:
            spans.append(("  " + say.filter_text.format(text=clean(self.text)), "changed"))
        if self.plan is not None and not self.list.count:
            told = say.list_empty_text if self.text else say.preview_nothing
            spans.append(("  " + told, "ok" if self.wanted.verbs == CHANGES and not self.text else "warn"))
        if self.left_out:
            spans.append((f"  {say.left_out.format(count=f'{len(self.left_out):,}')}", "changed"))
        self.title_line.set(spans)
        for line in self.query(PromptLine):
            line.say((f"{self._view_name()} {count}", "dim"))

    def _view_name(self) -> str:
        say, wanted = self.say, self.wanted
        if wanted.verbs == CHANGES:
            return say.preview_changes
        if not wanted.verbs:
            return say.preview_all
        return self._tally_name(wanted.direction, wanted.verbs[0])

    def _tally_name(self, direction: Direction | None, verb: Verb) -> str:
        where = getattr(self.say, direction) if direction else self.say.preview_ours
        return f"{where}: {word(self.say, 'verb', verb)}"

    # the list

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [
            Column("", 1),
            Column(say.head_change, 25),
            Column(say.head_direction, 14),
            Column(say.head_name),
            Column(say.head_fields, since=92),
        ]

    def row(self, action: Action, cells: int) -> Line:
        """Return an action's line."""
        say = self.say
        change = f"{word(say, 'verb', action.verb)}, {word(say, 'why', action.why)}"
        fields = ", ".join(each.field for each in action.changes[:8])
        values: list[Span] = [
            ("-" if action.id in self.left_out else "", "warn"),
            (change, VERB_ROLES.get(action.verb, "plain")),
            (getattr(say, toward(action.target)) if action.target else "", "plain"),
            (action.name, "plain"),
            (f"{action.reason} " * bool(action.reason) + fields, "dim"),
        ]
        return row(self.columns(), values, cells)

    def on_big_list_moved(self, _event: BigList.Moved) -> None:
        """Show where the cursor is."""
        self._title()

    def arrived(self) -> None:
        """Make the plan, the first time."""
        if self.kk.service is not None and self.plan is None and not self.planning:
            self._make()

    def _make(self) -> None:
        self.planning = True
        self.plan = None
        self.likely = 0
        self.left_out.clear()
        self.list.show(Window(), top=True)
        self.draw()
        self.run_worker(self._plan(), exclusive=True, group="plan")

    async def _plan(self) -> None:
        try:
            self.plan = await self.service.plan(self.module)
        except Exception as error:  # Told on the flash line; `l` tries again.
            self.trouble(error)
        finally:
            self.planning = False
        await self._open()
        if self.plan is not None:
            work = partial(self._look_alike, self.plan.id)
            self.alike: Worker[None] = self.run_worker(work, exclusive=True, group="alike", exit_on_error=False)

    async def _look_alike(self, plan_id: str) -> None:
        """Ask how many records to be created look like one that is there, until they have all been compared."""
        working = True
        while working and self.plan is not None and self.plan.id == plan_id:
            try:
                found = await self.service.plan_suggestions(plan_id, 0, 1)
            except Exception as error:  # The plan is right without it.
                self.log.error(error)
                return
            self.likely, working = found.count, found.working
            self.draw()
            if working:
                await asyncio.sleep(AGAIN)

    async def _open(self, *, top: bool = True) -> None:
        if self.plan is None:
            self.draw()
            return
        plan, wanted = self.plan, PlanFilter(
            verbs=self.wanted.verbs, direction=self.wanted.direction, text=self.text
        )  # fmt: skip
        try:
            first = await self.service.plan_window(plan.id, wanted, 0, 1)
        except Exception as error:
            self.trouble(error)
            return

        async def fetch(start: int, stop: int) -> Sequence[Action]:
            return (await self.service.plan_window(plan.id, wanted, start, stop)).actions

        self.tallies = first.tallies
        self.list.show(Window(first.count, fetch), top=top)
        self.draw()

    def narrow(self, text: str) -> None:
        """Show the records whose name has these words."""
        self.run_worker(self._open(), exclusive=True, group="open")

    # deeds

    async def do_open(self) -> None:
        """Show the fields of the selected action, old -> new."""
        await self.list.arrive()
        self.app.push_screen(ActionScreen(self.mode, self._selected()))

    def _selected(self) -> Action:
        action: Action | None = self.list.selected
        if action is None:
            raise Refusal(self.say.no_selection)
        return action

    async def do_view(self) -> None:
        """Choose which actions are listed, from a menu of what the plan holds."""
        if self.plan is None:
            raise Refusal(self.say.preview_making)
        names = [self.say.preview_changes, self.say.preview_all]
        names += [f"{self._tally_name(each.direction, each.verb)}  {each.count:,}" for each in self.tallies]
        self.app.push_screen(Menu(self.say.view_title, names, self._current()), self._viewed)

    def _choices(self) -> list[PlanFilter]:
        narrow = [PlanFilter(verbs=(each.verb,), direction=each.direction) for each in self.tallies]
        return [PlanFilter(verbs=CHANGES), PlanFilter(), *narrow]

    def _current(self) -> int:
        choices = self._choices()
        return choices.index(self.wanted) if self.wanted in choices else 0

    def _viewed(self, index: object) -> None:
        if isinstance(index, int):
            self.wanted = self._choices()[index]
            self.run_worker(self._open(), exclusive=True, group="open")

    async def do_next_view(self) -> None:
        """Go to the next view."""
        self._viewed((self._current() + 1) % len(self._choices()))

    async def do_live(self) -> None:
        """Make the plan anew."""
        self._make()

    async def do_pairs(self) -> None:
        """Show which records to be created look like one that is there already."""
        from tui.screens.suggestions import Suggestions  # noqa: PLC0415

        if self.plan is None:
            raise Refusal(self.say.preview_making)
        self.app.push_screen(Suggestions(self.mode, self.module, self.plan.id))

    async def do_copy(self) -> None:
        """Copy the record's id."""
        action = self._selected()
        self.copy(action.crm_id or action.books_id or "")
