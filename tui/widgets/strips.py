"""Lines of styled text: how every widget of ours draws."""

from collections.abc import Iterable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.text import clean, cut, width, wrap
from tui.theme import STYLES, Role

Span = tuple[str, Role]
"""Cleaned text and its role."""

Line = Sequence[Span]


def style(role: Role) -> Style | None:
    """Return a role's style; None for plain text, which then takes no bytes beyond itself."""
    return STYLES[role] or None


def strip(line: Line, cells: int, *, under: Role | None = None) -> Strip:
    """Return a line as exactly ``cells`` cells; nothing but text gets through, whoever made the line.

    ``under`` styles the whole line alike: the cursor's row.
    """
    if under is not None:
        text = cut(clean("".join(part for part, _ in line)), cells)
        return Strip([Segment(text + " " * (cells - width(text)), style(under))], cells)
    segments: list[Segment] = []
    room = cells
    line = [(part if part.isprintable() else clean(part), role) for part, role in line]
    for text, role in merged(line):
        shown = cut(text, room)
        if shown:
            segments.append(Segment(shown, style(role)))
            room -= width(shown)
        if room <= 0:
            break
    if room > 0:
        segments.append(Segment(" " * room, style("plain")))
    return Strip(segments, cells)


def merged(line: Iterable[Span]) -> list[Span]:
    """Join neighbours of one role: fewer style changes, fewer bytes. Blanks take their neighbour's role."""
    out: list[Span] = []
    for text, role in line:
        if out and (out[-1][1] == role or (not text.strip() and STYLES[out[-1][1]] == STYLES["plain"])):
            out[-1] = (out[-1][0] + text, out[-1][1])
        elif text:
            out.append((text, role))
    return out


def plain(line: Line) -> str:
    """Return a line's text."""
    return "".join(text for text, _ in line)


def paragraph(text: str, cells: int, *, role: Role = "plain", indent: int = 1, most: int = 0) -> list[Line]:
    """Return text as indented lines of one role; its words take at most ``cells`` cells."""
    blank = " " * indent
    return [[(blank + part, role)] for part in wrap(text, cells, most=most)]
