"""Frames: send only the lines that differ from what the terminal already shows.

Textual repaints every line that a widget called dirty, and the whole screen on a switch. On a slow line those bytes are
the wait. The compositor's updates are compared here with what each line was last sent.
"""

from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate

ERASE = "\x1b[K"


class SparseUpdate(CompositorUpdate):
    """An update reduced to what is new; ``text`` empty when nothing is."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render_segments(self, console: Console) -> str:
        """Return the terminal sequence."""
        return self.text


class Frames:
    """What each line of the terminal was last sent."""

    def __init__(self) -> None:
        self._lines: dict[int, str] = {}

    def forget(self) -> None:
        """Take nothing for granted: the terminal was resized, cleared or away."""
        self._lines.clear()

    def sparse(self, update: CompositorUpdate, console: Console) -> CompositorUpdate:
        """Return ``update`` without the lines that are shown already."""
        if isinstance(update, LayoutUpdate):
            return SparseUpdate(self._layout(update, console))
        if isinstance(update, ChopsUpdate):
            return SparseUpdate(self._chops(update, console))
        self.forget()
        return update

    def _layout(self, update: LayoutUpdate, console: Console) -> str:
        out: list[str] = []
        left = update.region.x
        for y, line in enumerate(update.strips, update.region.y):
            text = "".join(strip.render(console) for strip in line)
            out.append(self._line(left, y, text))
        return "".join(out)

    def _chops(self, update: ChopsUpdate, console: Console) -> str:
        out: list[str] = []
        for y, x1, x2 in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is None or x > x2 or end <= x1:
                    continue
                shown = strip if x2 > x >= x1 and end <= x2 else strip.crop(0, min(end, x2) - x)
                if len(update.chops[y]) == 1 and x == 0 and shown is strip:
                    out.append(self._line(0, y, strip.render(console)))
                else:
                    self._lines.pop(y, None)
                    out.append(f"\x1b[{y + 1};{x + 1}H{shown.render(console)}")
        return "".join(out)

    def _line(self, x: int, y: int, text: str) -> str:
        if self._lines.get(y) == text:
            return ""
        self._lines[y] = text
        # Blanks at the end stand after any colour has been reset: erasing them is three bytes.
        shown = text.rstrip(" ")
        return f"\x1b[{y + 1};{x + 1}H{shown}{ERASE if len(text) - len(shown) > len(ERASE) else text[len(shown) :]}"
