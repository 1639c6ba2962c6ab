"""Jump (J): every place under a letter; any of them is two keys away."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.actions import BY_ID
from tui.screens.dialogs import Box, Dialog
from tui.text import fit
from tui.widgets.strips import Line

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
        *(Binding(letter, f"jump('{action}')", show=False) for letter, action, _ in PLACES),
        Binding("escape", "do('back')", show=False),
        Binding(",".join(BY_ID["quit"].keys), "do('quit')", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Put the places into two columns."""
        say = self.kk.say
        half = (len(PLACES) + 1) // 2
        lines: list[Line] = []
        for left, right in zip(PLACES[:half], [*PLACES[half:], ("", "", "")], strict=False):
            line: list[tuple[str, str]] = []
            for letter, action, _ in (left, right):
                label = BY_ID[action].label(say) if action else ""
                line += [(f" {letter or ' '} ", "key"), (fit(label, 24), "plain")]
            lines.append(line)  # type: ignore[arg-type]
        yield Box(say.jump_title, lines)

    async def action_jump(self, action: str) -> None:
        """Go there."""
        await self.finish(action)
