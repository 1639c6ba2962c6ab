"""Undo (u): what taking a run or a record back would do, step by step, before anything is written."""

from collections.abc import Iterable

from textual.widget import Widget

from core.model.undo import UndoPlan, UndoScope, UndoStep
from core.service_records import UndoRequest
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.base import Base
from tui.screens.dialogs import Ask
from tui.screens.record import shown
from tui.text import clean
from tui.theme import Role
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, Heading, Title, row
from tui.widgets.window import Window

ROLES: dict[str, Role] = {"restore": "changed", "ignore": "warn", "retire": "warn", "nothing": "dim"}


class UndoScreen(Base):
    """See the module's docstring."""

    NAME = "undo"
    BINDINGS = bindings("undo")

    def __init__(self, mode: str, scope: UndoScope) -> None:
        super().__init__(mode)
        self.scope = scope
        self.title_line, self.heading = Title(), Heading()
        self.list = BigList(self.row, classes="half")
        self.page = Page(self.details, focusable=False)
        self.plan: UndoPlan | None = None
        self.left_out: set[str] = set()

    def body(self) -> Iterable[Widget]:
        """Return the steps and what belongs to the selected one."""
        yield self.title_line
        yield self.heading
        yield self.list
        yield self.page

    def arrived(self) -> None:
        """Ask what it would do, once."""
        if self.kk.service is not None and self.plan is None:
            self.run_worker(self._load(), exclusive=True)

    async def _load(self) -> None:
        try:
            self.plan = await self.service.undo_plan(self.scope)
        except Exception as error:
            self.trouble(error)
        self.draw()

    def draw(self) -> None:
        """Show the steps."""
        say = self.say
        self.heading.columns = self.columns()
        self.heading.refresh()
        steps = self.plan.steps if self.plan else ()
        self.list.show(Window(rows=steps))
        what = self.scope.run_id or self.scope.record
        spans: list[Span] = [(f" {say.undo_of.format(what=clean(what))}  ", "title")]
        if self.plan is None:
            spans.append((say.undo_reading, "busy"))
        else:
            spans.append((say.undo_steps.format(count=f"{len(self._taken()):,}", all=f"{len(steps):,}"), "dim"))
        self.title_line.set(spans)
        self.page.redraw()

    def _taken(self) -> list[UndoStep]:
        steps = self.plan.steps if self.plan else ()
        return [step for step in steps if step.verb != "nothing" and step.id not in self.left_out]

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [Column("", 1), Column(say.head_change, 22), Column("", 6), Column(say.head_name)]

    def row(self, step: UndoStep, cells: int) -> Line:
        """Return a step's line."""
        out = step.id in self.left_out
        values: list[Span] = [
            ("-" if out else "", "warn"),
            (word(self.say, "undo", step.verb), "dim" if out else ROLES[step.verb]),
            (word(self.say, "side", step.side) if step.side else "", "plain"),
            (step.name, "dim" if out else "plain"),
        ]
        return row(self.columns(), values, cells)

    def on_big_list_moved(self, _event: BigList.Moved) -> None:
        """Show what belongs to the selected step."""
        self.page.redraw()

    def details(self, cells: int) -> list[Line]:
        """Return the fields of the selected step, now -> then, and what cannot be taken back."""
        say = self.say
        step: UndoStep | None = self.list.selected
        if step is None:
            return [(), [(f" {say.undo_empty if self.plan else ''}", "ok")]]
        lines: list[Line] = [(), *paragraph(step.name, cells - 3, most=2, role="strong")]
        if step.id in self.left_out:
            lines += paragraph(say.undo_left_out, cells - 3, role="warn")
        if step.why:
            lines += paragraph(word(say, "undo_why", step.why), cells - 3, role="dim")
        for change in step.changes:
            old, new = shown(change.old) or say.empty, shown(change.new) or say.empty
            lines += paragraph(f"{change.field}: {old[:200]} -> {new[:200]}", cells - 5, most=3, indent=3)
        if step.kept:
            lines += paragraph(say.undo_kept.format(fields=", ".join(step.kept)), cells - 3, role="warn")
        if step.made:
            lines += paragraph(say.undo_made.format(id=clean(step.made)), cells - 3, role="warn")
        return lines

    # deeds

    async def do_mark(self) -> None:
        """Leave the selected step out, or take it in again."""
        step: UndoStep | None = self.list.selected
        if step is None:
            raise Refusal(self.say.no_selection)
        self.left_out ^= {step.id}
        self.draw()
        self.list.go(self.list.cursor + 1)

    async def do_undo(self) -> None:
        """Take the steps, after asking in numbers."""
        plan, say = self.plan, self.say
        if plan is None:
            raise Refusal(say.undo_reading)
        taken = self._taken()
        if not taken:
            raise Refusal(say.undo_empty)
        count = {verb: sum(step.verb == verb for step in taken) for verb in ("restore", "ignore")}
        more = [say.ask_undo_more.format(restore=f"{count['restore']:,}", ignore=f"{count['ignore']:,}")]
        if retired := sum(step.verb == "retire" for step in taken):
            more.append(say.ask_undo_retire.format(count=f"{retired:,}"))
        if by_hand := [step for step in taken if step.made]:
            more.append(say.ask_undo_by_hand.format(count=f"{len(by_hand):,}"))
        self.app.push_screen(Ask(say.ask_undo, more), self._answered)

    def _answered(self, yes: object) -> None:
        if yes:
            self.attempt(self._undo())

    async def _undo(self) -> None:
        request = UndoRequest(scope=self.scope, exclude=tuple(sorted(self.left_out)))
        self.state.run = await self.service.undo(request)
        await self.app.pop_screen()
        await self.kk.show_run()
