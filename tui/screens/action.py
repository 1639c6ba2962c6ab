"""One action of a plan: what would be written, field by field, old -> new, and why."""

from collections.abc import Iterable

from textual.widget import Widget

from core.model.names import toward
from core.model.plan import Action, FieldChange
from core.model.reasons import reason
from tui.actions import bindings
from tui.locale import word
from tui.screens.base import Base
from tui.screens.record import shown
from tui.text import clean, wrap
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, row
from tui.widgets.table import shown as shares

MOST_LINES = 12


class ActionScreen(Base):
    """See the module's docstring."""

    NAME = "action"
    BINDINGS = bindings("action")

    def __init__(self, mode: str, action: Action) -> None:
        super().__init__(mode)
        self.action = action
        self.page = Page(self.lines)

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show the action."""
        self.page.redraw()

    def lines(self, cells: int) -> list[Line]:
        """Return the page."""
        say, action = self.say, self.action
        lines: list[Line] = paragraph(action.name, cells - 2, most=3, role="strong", indent=1)
        where = getattr(say, toward(action.target)) if action.target else say.preview_ours
        told = f" {where}   {word(say, 'verb', action.verb)}, {word(say, 'why', action.why)}"
        ids = say.record_ids.format(crm=clean(action.crm_id or "-"), books=clean(action.books_id or "-"))
        lines += [[(told, "plain")], [(f" {ids}", "dim")], ()]
        if action.reason:
            found, lang = reason(action.reason), self.kk.lang
            lines += paragraph(f"{action.reason}  {found.title.say(lang)}", cells - 4, role="warn", indent=1)
            lines += [*paragraph(found.remedy.say(lang), cells - 4, role="plain", indent=3), ()]
        if action.candidates:
            lines += [[(f" {say.failure_candidates}", "title")]]
            lines += [[(f"   {clean(each)}", "plain")] for each in action.candidates]
            lines.append(())
        lines.append([(f" {say.record_fields}", "title")])
        if not action.changes:
            return [*lines, *paragraph(say.action_no_fields, cells - 4, role="dim", indent=3)]
        columns = [Column(say.head_field, 24), Column(say.head_old), Column(say.head_new)]
        lines.append(row(columns, [(each.head, "dim") for each in columns], cells))
        for change in action.changes:
            lines += self._change(change, columns, cells)
        return lines

    def _change(self, change: FieldChange, columns: list[Column], cells: int) -> list[Line]:
        size = min(shares(columns, cells)[1:])
        field: Span = (change.field, "warn" if change.conflict else "plain")
        stacks = [[field], self._value(change.old, size, new=False), self._value(change.new, size, new=True)]
        lines: list[Line] = []
        for index in range(max(len(stack) for stack in stacks)):
            values: list[Span] = [stack[index] if index < len(stack) else ("", "plain") for stack in stacks]
            lines.append(row(columns, values, cells))
        if change.lost is not None:
            told = self.say.action_lost.format(value=clean(shown(change.lost)[: cells * 2]))
            lines += paragraph(told, cells - 28, role="warn", indent=26)
        return lines

    def _value(self, value: object, size: int, *, new: bool) -> list[Span]:
        text = shown(value)  # type: ignore[arg-type]
        if not text:
            return [(self.say.empty, "dim")]
        return [(part, "changed" if new else "plain") for part in wrap(text, size, most=MOST_LINES)]

    async def do_copy(self) -> None:
        """Copy the record's id."""
        self.copy(self.action.crm_id or self.action.books_id or "")

    async def do_copy_books(self) -> None:
        """Copy the Books id."""
        self.copy(self.action.books_id or "")
