"""A widget of a few lines, drawn by a function of its width."""

from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.strips import Line, strip


class Lines(Widget):
    """Draws ``lines(width)``; subclasses say what."""

    def lines(self, cells: int) -> list[Line]:
        """Return the lines at a width of ``cells``."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        lines = self.lines(self.size.width)
        return strip(lines[y] if y < len(lines) else (), self.size.width)
