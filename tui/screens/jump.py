"""Jump (J): every place under a letter; any of them is two keys away."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.actions import BY_ID
from tui.screens.dialogs import Box, Dialog
from tui.text import fit
from tui.widgets.strips import Line, Span

LABEL = 24

PLACES: tuple[tuple[str, str, str], ...] = (
    ("o", "mode_overview", "overview"), ("c", "mode_customers", "customers"), ("v", "mode_vendors", "vendors"),
    ("i", "mode_items", "items"), ("d", "mode_documents", "documents"), ("p", "mode_deals", "deals"),
    ("h", "mode_history", "history"), ("a", "mode_attention", "attention"), ("z", "mode_connection", "connection"),
    ("t", "track", "progress"), ("r", "preview", "preview"), ("s", "configure", "setup"), ("m", "map", "mapping"),
    ("k", "palette", "commands"),
)  # fmt: skip
"""Letter, action, and the name of the place."""


class Jump(Dialog):
    """See the module's docstring. Returns the action to do."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll(1)", show=False),
        Binding("up", "scroll(-1)", show=False),
        *(Binding(letter, f"jump('{action}')", show=False) for letter, action, _ in PLACES),
        Binding("escape", "do('back')", show=False),
        Binding(",".join(BY_ID["quit"].keys), "do('quit')", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Put the box together."""
        yield Box(self.kk.say.jump_title, self.lines)

    def lines(self, cells: int) -> list[Line]:
        """Return the places, in two columns where there is room for them."""
        say = self.kk.say
        across = 2 if cells >= 2 * (3 + LABEL) else 1
        rows = -(-len(PLACES) // across)
        lines: list[Line] = []
        for index in range(rows):
            line: list[Span] = []
            for letter, action, _ in PLACES[index::rows]:
                line += [(f" {letter} ", "key"), (fit(BY_ID[action].label(say), min(LABEL, cells - 3)), "plain")]
            lines.append(line)
        return lines

    async def action_jump(self, action: str) -> None:
        """Go there."""
        await self.finish(action)
