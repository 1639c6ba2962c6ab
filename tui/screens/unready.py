"""Modes that this version does not have yet (5, 6): they say so, plainly."""

from collections.abc import Iterable

from textual.widget import Widget

from tui.actions import bindings
from tui.locale import word
from tui.screens.base import Base
from tui.widgets.page import Page
from tui.widgets.strips import Line, paragraph


class Unready(Base):
    """A mode that is not built. Subclasses name it."""

    def __init__(self) -> None:
        super().__init__()
        self.page = Page(self.lines)

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show the sentence."""
        self.page.redraw()

    def lines(self, cells: int) -> list[Line]:
        """Return the sentence."""
        say = self.say
        told = say.not_there_yet.format(what=word(say, "mode", self.NAME))
        text: list[Line] = paragraph(told, cells - 2, role="strong", indent=1)
        return [(), *text, *paragraph(say.not_there_yet_why, cells - 2, role="dim", indent=1)]


class Documents(Unready):
    """Documents (5)."""

    NAME = "documents"
    BINDINGS = bindings("documents")


class Deals(Unready):
    """Deals (6)."""

    NAME = "deals"
    BINDINGS = bindings("deals")
