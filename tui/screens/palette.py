"""Commands (Ctrl+P): every action of the screen it was opened from, found by name in either language."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from tui.actions import Action, offered
from tui.locale import STRINGS
from tui.screens.base import Base
from tui.screens.failures import folded
from tui.widgets.biglist import BigList
from tui.widgets.prompt import Prompt, PromptLine
from tui.widgets.strips import Line, Span
from tui.widgets.table import Column, Title, row
from tui.widgets.window import Window


class Palette(Base):
    """See the module's docstring."""

    NAME = "palette"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "do('back')", show=False),
        Binding("f2", "do('language')", show=False),
    ]
    AUTO_FOCUS = "Prompt"

    def __init__(self, mode: str, screen: Base) -> None:
        super().__init__(mode)
        self.about = screen
        self.line = PromptLine(">")
        self.note = Title()
        self.list = BigList(self.row)
        self.drawn_for = ""

    def body(self) -> Iterable[Widget]:
        """Return the input and what matches it."""
        yield self.line
        yield self.note
        yield self.list

    def draw(self) -> None:
        """Show what matches."""
        self.drawn_for = self.line.prompt.value
        found = self.matching(self.drawn_for)
        self.list.show(Window(rows=found), top=True)
        self.note.set([(f" {self.say.palette_none}", "warn")] if not found else [(f" {self.say.do_palette}", "title")])

    def matching(self, text: str) -> list[Action]:
        """Return the actions that every word of ``text`` occurs in, those that are named so first."""
        words = folded(text).split()
        there = [action for action in offered(self.about.NAME, self.state) if action.id != "palette"]
        named = [action for action in there if all(part in self._labels(action) for part in words)]
        told = [action for action in there if all(part in self._labels(action) + self._tips(action) for part in words)]
        return [*named, *(action for action in told if action not in named)]

    def _labels(self, action: Action) -> str:
        return folded(" ".join(action.label(say, self.about.NAME) for say in STRINGS.values()))

    def _tips(self, action: Action) -> str:
        return folded(" ".join(action.tip(say, self.about.NAME) for say in STRINGS.values()))

    def row(self, action: Action, cells: int) -> Line:
        """Return an action's line."""
        columns = [Column("", 10), Column("", 18), Column("")]
        why = action.why_not(self.state)
        values: list[Span] = [
            (action.shown_key, "key"),
            (action.label(self.say, self.about.NAME), "dim" if why else "strong"),
            (str(getattr(self.say, why)) if why else action.tip(self.say, self.about.NAME), "dim" if why else "plain"),
        ]
        return row(columns, values, cells)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow at once."""
        event.stop()
        self.draw()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do what is selected."""
        event.stop()
        if event.value != self.drawn_for:
            # The news of the last letters is still on its way.
            self.draw()
        await self.action_choose()

    def on_prompt_left(self, event: Prompt.Left) -> None:
        """Leave."""
        event.stop()
        self.dismiss(None)

    def on_prompt_stepped(self, event: Prompt.Stepped) -> None:
        """Move the selection."""
        event.stop()
        self.list.go(self.list.cursor + event.by)

    async def action_choose(self) -> None:
        """Leave, and do what is selected on the screen below."""
        action: Action | None = self.list.selected
        self.dismiss(None)
        if action is not None:
            await self.about.action_do(action.id)
