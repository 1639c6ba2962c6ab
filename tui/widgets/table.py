"""Columns: how the cells of a row share a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.text import fit
from tui.widgets.line import Lines
from tui.widgets.room import NARROW
from tui.widgets.strips import Line, Span


@dataclass(frozen=True)
class Column:
    """One column. ``cells`` 0 takes what is left; ``since`` is the width of the list from which it is shown."""

    head: str
    cells: int = 0
    right: bool = False
    since: int = 0
    keep: bool = False
    """Stays when there is little room; where no column says so, those that take what is left stay."""


LEAST = 10
"""Cells that a column which takes what is left has at the least, before others make room for it."""


def _there(columns: Sequence[Column], cells: int) -> set[int]:
    """Return which columns are shown: from the right, those that need not stay give up their room."""
    there = [index for index, column in enumerate(columns) if column.since <= cells]
    if cells >= NARROW:
        return set(there)
    kept = [index for index in there if columns[index].keep] or [i for i in there if not columns[i].cells][:1]
    while len(there) > max(1, len(kept)) and _wanted([columns[index] for index in there]) > cells - 1:
        there.remove([index for index in there if index not in kept][-1])
    return set(there)


def _wanted(there: Sequence[Column]) -> int:
    return sum(column.cells or LEAST for column in there) + len(there)


def shown(columns: Sequence[Column], cells: int) -> list[int]:
    """Return the width of each column at a list width of ``cells``; 0 for one that is left out."""
    shown_ones = _there(columns, cells)
    there = [columns[index] for index in sorted(shown_ones)]
    fixed = sum(column.cells for column in there) + len(there)
    flexible = sum(1 for column in there if not column.cells)
    share, rest = divmod(max(0, cells - 1 - fixed), max(1, flexible))
    widths: list[int] = []
    for index, column in enumerate(columns):
        if index not in shown_ones:
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
