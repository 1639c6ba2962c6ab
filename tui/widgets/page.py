"""A page of styled lines that scrolls: records, failures, help, progress."""

from collections.abc import Callable, Sequence

from textual.events import Resize
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.actions import move_bindings
from tui.widgets.strips import Line, plain, strip

Builder = Callable[[int], Sequence[Line]]


class Page(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows ``build(width)``; build again with ``redraw`` when what it tells has changed."""

    BINDINGS = move_bindings()

    def __init__(self, build: Builder, *, focusable: bool = True, classes: str | None = None) -> None:
        super().__init__(classes=" ".join(filter(None, (classes, "" if focusable else "-aside"))))
        self._build = build
        self._lines: Sequence[Line] = ()
        self.can_focus = focusable

    def redraw(self) -> None:
        """Build the lines anew; the place on the page is kept."""
        if not self.size.width:
            return
        lines = self._build(self.size.width)
        if lines != self._lines:
            self._lines = lines
            self.virtual_size = Size(self.size.width, len(lines))
            self.refresh()

    @property
    def text(self) -> str:
        """The page as plain text."""
        return "\n".join(plain(line).rstrip() for line in self._lines)

    def on_resize(self, _event: Resize) -> None:
        """Build for the new width."""
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        index = y + self.scroll_offset.y
        return strip(self._lines[index] if index < len(self._lines) else (), self.size.width)

    def _go(self, y: float) -> None:
        self.scroll_to(y=y, animate=False, force=True)

    def action_move_down(self) -> None:
        """Scroll one line down."""
        self._go(self.scroll_y + 1)

    def action_move_up(self) -> None:
        """Scroll one line up."""
        self._go(self.scroll_y - 1)

    def action_move_page_down(self) -> None:
        """Scroll one page down."""
        self._go(self.scroll_y + max(1, self.size.height - 1))

    def action_move_page_up(self) -> None:
        """Scroll one page up."""
        self._go(self.scroll_y - max(1, self.size.height - 1))

    def action_move_first(self) -> None:
        """Scroll to the top."""
        self._go(0)

    def action_move_last(self) -> None:
        """Scroll to the end."""
        self._go(len(self._lines))
