"""Help (?): the keys of the screen it was opened from, made from the table of actions."""

from collections.abc import Iterable
from typing import cast

from textual.widget import Widget

from tui.actions import ACTIONS, Action, bindings, offered
from tui.locale import word
from tui.screens.base import Base
from tui.text import fit, width, wrap
from tui.widgets.page import Page
from tui.widgets.room import NARROW
from tui.widgets.strips import Line


class Help(Base):
    """See the module's docstring."""

    NAME = "help"
    BINDINGS = bindings("help")

    def __init__(self, mode: str, screen: str) -> None:
        super().__init__(mode)
        self.about = screen
        self.page = Page(self.lines)

    def body(self) -> Iterable[Widget]:
        """Return the page."""
        yield self.page

    def draw(self) -> None:
        """Show the keys."""
        self.page.redraw()

    def lines(self, cells: int) -> list[Line]:
        """Return the keys: of the screen, of moving, of everywhere."""
        say = self.say
        there = offered(self.about, self.state)
        groups = [
            (say.help_here.format(screen=word(say, "mode", self.about)), [a for a in there if "*" not in a.screens]),
            (say.help_moving, [action for action in ACTIONS if action.moves]),
            (say.help_everywhere, [action for action in there if "*" in action.screens]),
        ]
        lines: list[Line] = []
        for title, actions in groups:
            if actions:
                lines += [[(f" {title}", "title")], *self._group(actions, cells), ()]
        return lines

    def _stacked(self, actions: list[Action], cells: int) -> list[Line]:
        """Return the keys of a narrow terminal: what each does stands below it."""
        say = self.say
        lines: list[Line] = []
        for action in actions:
            lines.append([(f" {action.shown_keys} ", "key"), (action.label(say, self.about), "strong")])
            lines += [[(f"   {part}", "plain")] for part in wrap(action.tip(say, self.about), cells - 4)]
            if why := action.why_not(self.state):
                lines += [[(f"   {part}", "warn")] for part in wrap(cast(str, getattr(say, why)), cells - 4)]
        return lines

    def _group(self, actions: list[Action], cells: int) -> list[Line]:
        if cells < NARROW:
            return self._stacked(actions, cells)
        say = self.say
        keys = max(width(action.shown_keys) for action in actions) + 2
        labels = max(width(action.label(say, self.about)) for action in actions) + 2
        lines: list[Line] = []
        for action in actions:
            why = action.why_not(self.state)
            text = wrap(action.tip(say, self.about), cells - 5 - keys - labels)
            lines.append(
                [
                    ("   " + fit(action.shown_keys, keys), "key"),
                    (fit(action.label(say, self.about), labels), "strong"),
                    (text[0], "plain"),
                ]
            )
            lines += [[(" " * (3 + keys + labels) + part, "plain")] for part in text[1:]]
            if why:
                told = wrap(cast(str, getattr(say, why)), cells - 5 - keys - labels)
                lines += [[(" " * (3 + keys + labels) + part, "warn")] for part in told]
        return lines
