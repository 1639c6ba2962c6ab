"""A screen whose list is narrowed by text, as it is typed (``/``); Esc shows all again."""

from typing import ClassVar

from textual.widgets import Input

from tui.screens.base import Base
from tui.widgets.biglist import BigList
from tui.widgets.prompt import Prompt, PromptLine
from tui.widgets.table import Title


class Filtered(Base):
    """See the module's docstring. Subclasses have ``title_line`` and ``list``, and narrow in ``narrow``."""

    HIDES_TITLE: ClassVar[bool] = True
    """The title gives its line to the prompt while that is open."""
    title_line: Title
    list: BigList
    text: str = ""

    def narrow(self, text: str) -> None:
        """Show what matches ``text``."""
        raise NotImplementedError

    async def do_filter(self) -> None:
        """Narrow by text, as it is typed."""
        if not self.query(PromptLine):
            line = PromptLine(self.say.filter_prompt, self.text)
            await self.mount(line, before=self.title_line)
            self.title_line.display = not self.HIDES_TITLE
            self.draw()
            # Not prompt.focus(), which does it later: keys typed ahead are meant for the prompt.
            self.set_focus(line.prompt)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow at once."""
        event.stop()
        if event.value != self.text:
            self.text = event.value
            self.narrow(event.value)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep what was typed and go back to the list."""
        # The news of the last letters may still be on its way.
        self.on_input_changed(Input.Changed(event.input, event.value))
        event.stop()
        await self._close_prompt()

    async def on_prompt_left(self, event: Prompt.Left) -> None:
        """Show all again and go back to the list."""
        event.stop()
        await self._close_prompt()
        self._clear()

    def on_prompt_stepped(self, event: Prompt.Stepped) -> None:
        """Let the arrows move the list while the filter is being typed."""
        event.stop()
        self.list.go(self.list.cursor + event.by)

    async def _close_prompt(self) -> None:
        await self.query(PromptLine).remove()
        self.title_line.display = True
        self.set_focus(self.list)
        self.draw()

    def _clear(self) -> None:
        if self.text:
            self.text = ""
            self.narrow("")

    async def do_back(self) -> None:
        """Clear the text first, then leave."""
        if self.text:
            self._clear()
        else:
            await self.app.run_action("back")
