"""A list of any length, drawn line by line: only what is in sight is asked for, held or painted.

The cursor moves over rows that have not arrived yet. At the edge the list jumps half a page, so that a step costs two
painted lines and only every tenth one a page (design.md §9: at most 400 bytes).
"""

from collections.abc import Callable
from typing import Any

from textual.events import Click, MouseScrollDown, MouseScrollUp, Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.actions import move_bindings
from tui.widgets.strips import Line, plain, strip
from tui.widgets.window import PAGE, Window

DrawRow = Callable[[Any, int], Line]
"""Returns a row's line at a width."""


class BigList(ScrollView, can_focus=True, inherit_bindings=False):
    """See the module's docstring. ``draw_row`` turns a row into a line; ``waiting`` stands for one not here yet.

    With ``key``, the cursor stays on its record when rows come or go around it.
    """

    BINDINGS = move_bindings()

    class Moved(Message):
        """The cursor stands on another row, or on another content of its row."""

    class Beyond(Message):
        """A page key was pressed at the end of the list: what stands below it may scroll."""

        def __init__(self, down: bool) -> None:
            super().__init__()
            self.down = down

    class Troubled(Message):
        """Rows could not be fetched."""

        def __init__(self, error: Exception) -> None:
            super().__init__()
            self.error = error

    def __init__(
        self,
        draw_row: DrawRow,
        *,
        key: Callable[[Any], object] | None = None,
        waiting: str = "...",
        classes: str | None = None,
    ) -> None:
        super().__init__(classes=classes)
        self._draw_row, self._key, self._waiting = draw_row, key, waiting
        self._anchor: object = None
        self._window = Window()
        self.cursor = 0
        self._tops: dict[int, tuple[int, int]] = {}
        """Cursor and first line in sight, by height: where to come back to when the terminal does."""
        self._down = True

    # what it shows

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self._window.count

    @property
    def selected(self) -> Any:
        """The row under the cursor, None while it is not here or there is none."""
        return self._window.row(self.cursor)

    def show(self, window: Window, *, top: bool = False) -> None:
        """Show other rows; the cursor keeps its place (``top``: goes to the first)."""
        if not top:
            window.follow(self._window)
            self._anchor = self._anchor or self._key_of(self.selected)
        else:
            self._anchor = None
        self._window = window
        self.cursor = 0 if top else max(0, min(self.cursor, window.count - 1))
        self.virtual_size = Size(max(1, self.size.width), window.count)
        self._follow()
        self.refresh()
        self._want()
        self.post_message(self.Moved())

    async def arrive(self) -> None:
        """Wait for the row under the cursor. Raises what fetching it raises."""
        if self.selected is None and self.count:
            await self._window.load(self.cursor // PAGE)
            self.refresh()

    def text_at(self, index: int) -> str:
        """Return a row as it is drawn, as plain text."""
        return plain(self._line(index))

    # drawing

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        index = y + self.scroll_offset.y
        if index >= self.count:
            return Strip.blank(self.size.width)
        under = index == self.cursor and self.has_focus_within_list
        return strip(self._line(index), self.size.width, under="cursor" if under else None)

    @property
    def has_focus_within_list(self) -> bool:
        """Whether the cursor is shown: while the list, or the filter above it, has the keys."""
        return self.can_focus

    def _line(self, index: int) -> Line:
        row = self._window.row(index)
        return [(f" {self._waiting}", "dim")] if row is None else self._draw_row(row, self.size.width)

    def _key_of(self, row: Any) -> object:
        return self._key(row) if self._key is not None and row is not None else None

    def _hold(self, page: int) -> None:
        """Keep the cursor on its record, at its place on the screen, when rows came or went above it."""
        if self._anchor is None:
            return
        rows = range(page * PAGE, min((page + 1) * PAGE, self.count))
        found = next((index for index in rows if self._key_of(self._window.row(index)) == self._anchor), None)
        if found is not None and found != self.cursor:
            top = self.scroll_offset.y + found - self.cursor
            self.cursor = found
            self.scroll_to(y=max(0, min(top, self.count - self.size.height)), animate=False, force=True)
            self._follow()
            self._want()
        if found is not None:
            self._anchor = None

    # moving

    def go(self, index: int) -> None:
        """Move the cursor; half a page further when it leaves what is in sight."""
        index = max(0, min(index, self.count - 1))
        if index == self.cursor:
            return
        self._down = index > self.cursor
        before, self.cursor = self.cursor, index
        self._anchor = None
        if not self._follow():
            self.refresh_lines(before)
            self.refresh_lines(index)
        self._want()
        self._tops = {self.size.height: (index, self.scroll_offset.y)}
        self.post_message(self.Moved())

    def _follow(self) -> bool:
        """Bring the cursor into sight; return whether that scrolled."""
        height, top = self.size.height, self.scroll_offset.y
        if height <= 0 or top <= self.cursor < top + height:
            last = max(0, self.count - height)
            if height > 0 and top > last:
                # The list has become longer on the screen, or shorter in itself: no empty lines below it.
                self.scroll_to(y=last, animate=False, force=True)
                return True
            return False
        half = max(1, height // 2)
        wanted = self.cursor - height + half if self.cursor >= top + height else self.cursor - half + 1
        self.scroll_to(y=max(0, min(wanted, self.count - height)), animate=False, force=True)
        return True

    def _want(self) -> None:
        """Ask for the rows in sight, and then for those that come next."""
        height, top = max(1, self.size.height), self.scroll_offset.y
        ahead = (top + height, top + height + PAGE // 2) if self._down else (top - PAGE // 2, top)
        for page in [*self._window.missing(top, top + height), *self._window.missing(*ahead)]:
            self.run_worker(self._load(self._window, page), exit_on_error=False)

    async def _load(self, window: Window, page: int) -> None:
        try:
            differs = await window.load(page)
        except Exception as error:  # Told to the screen; the list stays usable.
            self.post_message(self.Troubled(error))
            return
        if window is self._window and differs:
            self._hold(page)
            self.refresh()
            if page == self.cursor // PAGE:
                self.post_message(self.Moved())

    def on_resize(self, _event: Resize) -> None:
        """Keep the cursor in sight; a list that was as high before shows what it showed then."""
        height = self.size.height
        before = self._tops.get(height)
        self.virtual_size = Size(max(1, self.size.width), self.count)
        if before is not None and before[0] == self.cursor:
            self.scroll_to(y=max(0, min(before[1], self.count - height)), animate=False, force=True)
        self._follow()
        self._tops[height] = (self.cursor, self.scroll_offset.y)
        self._want()

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Move three rows (only with ``--mouse``)."""
        event.stop()
        self.go(self.cursor + 3)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Move three rows back."""
        event.stop()
        self.go(self.cursor - 3)

    def on_click(self, event: Click) -> None:
        """Move to the row under the mouse."""
        self.go(self.scroll_offset.y + event.y)

    def action_move_down(self) -> None:
        """Move one row down."""
        self.go(self.cursor + 1)

    def action_move_up(self) -> None:
        """Move one row up."""
        self.go(self.cursor - 1)

    def action_move_page_down(self) -> None:
        """Move one page down."""
        if self.cursor >= self.count - 1:
            self.post_message(self.Beyond(down=True))
        self.go(self.cursor + max(1, self.size.height - 1))

    def action_move_page_up(self) -> None:
        """Move one page up."""
        if self.cursor == 0:
            self.post_message(self.Beyond(down=False))
        self.go(self.cursor - max(1, self.size.height - 1))

    def action_move_first(self) -> None:
        """Move to the first row."""
        self.go(0)

    def action_move_last(self) -> None:
        """Move to the last row."""
        self.go(self.count - 1)
