"""Choose a field of one side: those that suit first, those that cannot be taken with the reason."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from textual.widget import Widget

from core.model.record import FieldMeta
from core.model.value import Value
from tui.actions import bindings
from tui.host import Refusal
from tui.locale import word
from tui.screens.failures import folded
from tui.screens.filtered import Filtered
from tui.screens.record import shown
from tui.text import clean
from tui.widgets.biglist import BigList
from tui.widgets.page import Page
from tui.widgets.strips import Line, Span, paragraph
from tui.widgets.table import Column, Heading, Title, row
from tui.widgets.window import Window


@dataclass(frozen=True)
class Choice:
    """One field. ``why_not`` says why it cannot be taken; ``suits`` marks a suggestion."""

    field: FieldMeta
    suits: bool = False
    why_not: str = ""
    sample: Value = None


class Picker(Filtered):
    """See the module's docstring. ``chosen`` gets the field."""

    NAME = "picker"
    BINDINGS = bindings("picker")

    def __init__(self, mode: str, title: str, choices: Sequence[Choice], chosen: Callable[[FieldMeta], object]) -> None:
        super().__init__(mode)
        self.title_text, self.choices, self.chosen = title, choices, chosen
        self.title_line, self.heading = Title(), Heading()
        self.list = BigList(self.row)
        self.page = Page(self.details, focusable=False, classes="three")

    def body(self) -> Iterable[Widget]:
        """Return the list and what is known of the selected field."""
        yield self.title_line
        yield self.heading
        yield self.list
        yield self.page

    def columns(self) -> list[Column]:
        """Return the columns."""
        say = self.say
        return [
            Column(say.head_field),
            Column(say.sort_name),
            Column(say.head_type, 22),
            Column(say.head_length, 7, True),
        ]

    def row(self, choice: Choice, cells: int) -> Line:
        """Return a field's line."""
        field = choice.field
        mark = "x " if choice.why_not else "* " if choice.suits else "  "
        role = "dim" if choice.why_not else "strong" if choice.suits else "plain"
        kind = word(self.say, "type", field.kind)
        custom = f", {self.say.field_custom}" if field.custom else ""
        values: list[Span] = [
            (mark + field.label, role),  # type: ignore[list-item]
            (field.name, "dim"),
            (kind + custom, "plain"),
            (f"{field.length:,}" if field.length else "", "plain"),
        ]
        return row(self.columns(), values, cells)

    def draw(self) -> None:
        """Show the fields that match."""
        words = folded(self.text).split()
        found = [each for each in self.choices if all(part in self._names(each) for part in words)]
        self.heading.columns = self.columns()
        self.heading.refresh()
        self.list.show(Window(rows=found))
        spans: list[Span] = [(f" {self.title_text}  ", "title"), (f"{len(found):,}", "dim")]
        if any(each.suits for each in self.choices):
            spans.append((f"   {self.say.picker_suits}", "dim"))
        if self.text and not found:
            spans.append((f"  {self.say.list_empty_text}", "warn"))
        self.title_line.set(spans)
        self.page.redraw()

    def _names(self, choice: Choice) -> str:
        return folded(f"{choice.field.label} {choice.field.name}")

    def narrow(self, text: str) -> None:
        """Show the fields whose name has these words."""
        self.draw()

    def on_big_list_moved(self, _event: BigList.Moved) -> None:
        """Show what is known of the selected field."""
        self.page.redraw()

    def details(self, cells: int) -> list[Line]:
        """Return sample, or why the field cannot be taken."""
        choice: Choice | None = self.list.selected
        if choice is None:
            return []
        if choice.why_not:
            return paragraph(choice.why_not, cells - 4, role="warn", indent=2)
        field = choice.field
        told = ", ".join(
            text
            for text, there in (
                (self.say.field_required, field.required), (self.say.field_unique, field.unique),
                (self.say.field_read_only, field.read_only),
            )
            if there
        )  # fmt: skip
        choices = ", ".join(clean(each) for each in field.choices[:12])
        lines = paragraph(told, cells - 4, role="plain", indent=2) if told else []
        if choices:
            lines += paragraph(choices, cells - 4, most=2, role="dim", indent=2)
        if choice.sample is not None:
            lines += paragraph(
                self.say.sample_of.format(value=clean(shown(choice.sample))), cells - 4, most=2, indent=2
            )
        return lines

    async def do_open(self) -> None:
        """Take the selected field."""
        choice: Choice | None = self.list.selected
        if choice is None:
            raise Refusal(self.say.no_selection)
        if choice.why_not:
            raise Refusal(choice.why_not)
        await self.app.pop_screen()
        self.chosen(choice.field)
