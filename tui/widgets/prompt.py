"""A one-line input: the filter of a list, the palette, a line of a form."""

from collections.abc import Iterable
from inspect import isawaitable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key, Paste
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui.widgets.strips import Span
from tui.widgets.table import Title


class Prompt(Input):
    """Textual's input without its frame and without a blinking cursor (an idle screen sends nothing).

    What ends or leaves a line is dealt with before the next key: the application hands the keys of a burst to ``take``
    one by one, and each goes where the one before has led.
    """

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

    async def take(self, event: Key | Paste) -> bool:
        """Take a character or a pasted text now; return whether it was one."""
        if isinstance(event, Paste):
            self._on_paste(event)
            return True
        if event.is_printable:
            await self._on_key(event)
            return True
        return False

    async def action_submit(self) -> None:
        """Tell at once that the line is complete."""
        await self._tell(self.Submitted(self, self.value))

    async def action_leave(self) -> None:
        """Give up."""
        await self._tell(self.Left())

    async def action_list(self, by: int) -> None:
        """Pass an arrow on."""
        await self._tell(self.Stepped(by))

    async def _tell(self, message: Message) -> None:
        """Let the nearest part that handles a message do so, and wait for it."""
        for node in self.ancestors:
            handler = getattr(node, message.handler_name, None)
            if handler is not None:
                answer = handler(message)
                if isawaitable(answer):
                    await answer
                return


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
