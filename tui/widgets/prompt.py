"""A one-line input: the filter of a list, the palette."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui.widgets.strips import Span
from tui.widgets.table import Title


class Prompt(Input):
    """Textual's input without its frame and without a blinking cursor (an idle screen sends nothing)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("down", "list(1)", show=False),
        Binding("up", "list(-1)", show=False),
        Binding("tab", "list(1)", show=False),
    ]

    class Left(Message):
        """Esc was pressed."""

    class Stepped(Message):
        """An arrow was pressed: meant for the list below."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, value: str = "", *, hidden: bool = False) -> None:
        super().__init__(value, select_on_focus=False, compact=True, password=hidden)
        self.cursor_blink = False

    def action_leave(self) -> None:
        """Give up."""
        self.post_message(self.Left())

    def action_list(self, by: int) -> None:
        """Pass an arrow on."""
        self.post_message(self.Stepped(by))


class PromptLine(Widget):
    """An input behind its mark, with a note at the end of the line."""

    def __init__(self, mark: str, value: str = "") -> None:
        super().__init__()
        self.prompt, self.mark, self.note = Prompt(value), Title(), Title(classes="count")
        self.mark.spans = [(f" {mark} ", "key")]

    def compose(self) -> Iterable[Widget]:
        """Put the line together."""
        yield self.mark
        yield self.prompt
        yield self.note

    def say(self, *note: Span) -> None:
        """Show a note."""
        self.note.set(note)
