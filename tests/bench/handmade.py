"""A list made by hand on Textual's Line API, to measure ours against: ``python -m tests.bench.handmade ROWS``."""

import sys
from collections.abc import Iterator

from rich.segment import Segment
from textual.app import App
from textual.binding import Binding
from textual.geometry import Size
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static


class Plain(ScrollView, can_focus=True):
    """Rows by number, nothing else."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.rows = rows

    def on_mount(self) -> None:
        self.virtual_size = Size(self.size.width, self.rows)

    def render_line(self, y: int) -> Strip:
        row = y + self.scroll_offset.y
        return Strip([Segment(f"Zylker Manufacturing {row:,}".ljust(self.size.width))])


class Listed(Screen[None]):
    """The list."""

    def compose(self) -> Iterator[Widget]:
        yield Plain(int(sys.argv[1]))


class Handmade(App[None]):
    """A first screen, and the list on ``2``."""

    BINDINGS = [Binding("2", "show", "")]  # noqa: RUF012

    def compose(self) -> Iterator[Widget]:
        yield Static("READY")

    def action_show(self) -> None:
        self.push_screen(Listed())


if __name__ == "__main__":
    Handmade().run(mouse=False)
