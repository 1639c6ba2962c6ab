"""A form: labelled lines to type in, one after another; Enter goes on, and from the last one sends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from tui.actions import BY_ID
from tui.host import Refusal
from tui.screens.base import Base
from tui.widgets.page import Page
from tui.widgets.prompt import Prompt
from tui.widgets.room import is_low
from tui.widgets.strips import Line
from tui.widgets.table import Title

TYPING: list[BindingType] = [
    Binding("escape", "do('back')", show=False),
    Binding(",".join(BY_ID["language"].keys), "do('language')", show=False),
    Binding(",".join(BY_ID["quit"].keys), "do('quit')", show=False),
]
"""The keys of a screen where letters are text."""


@dataclass(frozen=True)
class Ask:
    """One line of a form. ``label`` names a word of the locale; ``hidden`` shows no character of what is typed."""

    name: str
    label: str
    value: str = ""
    hidden: bool = False
    optional: bool = False
    side: str = ""


class Form(Base):
    """See the module's docstring. Subclasses say what stands above the lines, and ``send`` what was typed."""

    BINDINGS: ClassVar[list[BindingType]] = TYPING
    AUTO_FOCUS = "Prompt"

    def __init__(self, mode: str, asks: Sequence[Ask]) -> None:
        super().__init__(mode)
        self.asks = asks
        self.prompts = [Prompt(ask.value, hidden=ask.hidden) for ask in asks]
        self.labels = [Title(classes="label") for _ in asks]
        self.page = Page(self.lines, focusable=False)
        self.entries: list[Horizontal] = []
        self.sending = False

    def body(self) -> Iterable[Widget]:
        """Return the explanation and the lines."""
        yield self.page
        for label, prompt in zip(self.labels, self.prompts, strict=True):
            self.entries.append(Horizontal(label, prompt, classes="entry"))
        yield from self.entries

    def measured(self) -> None:
        """Show the lines that there is room for: those around the one that is being typed."""
        size = self.app.size
        room = size.height - 2 if is_low(size) else len(self.entries)
        first = max(0, min(self._at() - room // 2, len(self.entries) - room))
        for index, entry in enumerate(self.entries):
            entry.display = first <= index < first + room

    def lines(self, cells: int) -> list[Line]:
        """Return what stands above the lines."""
        raise NotImplementedError

    async def send(self, values: dict[str, str]) -> None:
        """Do with the values what the form is for."""
        raise NotImplementedError

    def label(self, ask: Ask) -> str:
        """Return a line's label."""
        text = str(getattr(self.say, ask.label))
        return f"{getattr(self.say, f'side_{ask.side}')} {text}" if ask.side else text

    def draw(self) -> None:
        """Show the labels in the current language."""
        for title, ask in zip(self.labels, self.asks, strict=True):
            optional = f" {self.say.form_optional}" if ask.optional else ""
            title.set([(f" {self.label(ask)}{optional}", "dim" if ask.optional else "strong")])
        self.page.redraw()

    def values(self) -> dict[str, str]:
        """Return what was typed, without blanks around it."""
        return {ask.name: prompt.value.strip() for ask, prompt in zip(self.asks, self.prompts, strict=True)}

    def on_prompt_stepped(self, event: Prompt.Stepped) -> None:
        """Go to another line."""
        event.stop()
        self._focus(self._at() + event.by)

    async def on_prompt_left(self, event: Prompt.Left) -> None:
        """Leave."""
        event.stop()
        await self.app.run_action("back")

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next line; from the last one send."""
        event.stop()
        if self._at() < len(self.prompts) - 1:
            self._focus(self._at() + 1)
        elif not self.sending:
            self.sending = True
            self.attempt(self._send())

    def _at(self) -> int:
        return next((index for index, prompt in enumerate(self.prompts) if self.focused is prompt), 0)

    def _focus(self, index: int) -> None:
        # Not prompt.focus(), which does it later: keys typed ahead are meant for this line.
        index %= len(self.prompts)
        if index < len(self.entries):
            self.entries[index].display = True
        self.set_focus(self.prompts[index])
        self.measured()

    async def _send(self) -> None:
        try:
            values = self.values()
            for index, ask in enumerate(self.asks):
                if not ask.optional and not values[ask.name]:
                    self._focus(index)
                    raise Refusal(self.say.form_missing.format(what=self.label(ask)))
            await self.send(values)
        finally:
            self.sending = False
