"""Columns: how the cells of a row share a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.text import fit
from tui.widgets.line import Lines
from tui.widgets.strips import Line, Span


@dataclass(frozen=True)
class Column:
    """One column. ``cells`` 0 takes what is left; ``since`` is the width of the list from which it is shown."""

    head: str
    cells: int = 0
    right: bool = False
    since: int = 0


def shown(columns: Sequence[Column], cells: int) -> list[int]:
    """Return the width of each column at a list width of ``cells``; 0 for one that is left out."""
    there = [column for column in columns if column.since <= cells]
    fixed = sum(column.cells for column in there) + len(there)
    flexible = sum(1 for column in there if not column.cells)
    share, rest = divmod(max(0, cells - 1 - fixed), max(1, flexible))
    widths: list[int] = []
    for column in columns:
        if column.since > cells:
            widths.append(0)
        elif column.cells:
            widths.append(column.cells)
        else:
            widths.append(share + (1 if rest else 0))
            rest = max(0, rest - 1)
    return widths


def row(columns: Sequence[Column], values: Sequence[Span], cells: int) -> Line:
    """Return a row's line: every value cleaned, cut and padded to its column."""
    spans: list[Span] = [(" ", "plain")]
    for column, size, (text, role) in zip(columns, shown(columns, cells), values, strict=True):
        if size:
            spans += [(fit(text, size, right=column.right), role), (" ", "plain")]
    return spans


class Heading(Lines):
    """The line above a list. ``columns`` is read whenever it is drawn, so that it follows the language."""

    columns: Sequence[Column] = ()

    def lines(self, cells: int) -> list[Line]:
        """Return the titles of the columns."""
        titles: list[Span] = [(column.head, "dim") for column in self.columns]
        return [row(self.columns, titles, cells)]


class Title(Lines):
    """A line that says what a list shows, set by its screen."""

    spans: Line = ()

    def set(self, spans: Line) -> None:
        """Show other text."""
        if spans != self.spans:
            self.spans = spans
            self.refresh()

    def lines(self, cells: int) -> list[Line]:
        """Return the line."""
        return [self.spans]
