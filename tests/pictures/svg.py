"""Draws terminal lines as SVG: every run of one style and one character width at its own place, so that columns align
in whatever font there is.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

CELL, LINE, SIZE = 8.4, 18.0, 14
MARGIN, TOP = 12.0, 38.0
BACKGROUND, FOREGROUND = "#1c1e26", "#d5d8da"
COLOURS = {
    "red": "#f07178", "green": "#a5d76e", "yellow": "#ffcb6b", "blue": "#82aaff", "magenta": "#c792ea",
    "cyan": "#6fd3e3", "white": "#d5d8da", "bright_black": "#7d8590",
}  # fmt: skip
WORDS = re.compile(r"( {2,})")
FONTS = "'DejaVu Sans Mono','Noto Sans Mono CJK JP','Noto Sans Mono','Osaka-Mono','MS Gothic',Menlo,Consolas,monospace"


def picture(strips: Sequence[Strip], title: str) -> str:
    """Return the lines in a window."""
    cells = max(strip.cell_length for strip in strips)
    width, height = cells * CELL + 2 * MARGIN, len(strips) * LINE + TOP + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" font-family="{FONTS}" '
        f'font-size="{SIZE}">',
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
        *(f'<circle cx="{20 + 18 * index}" cy="18" r="5.5" fill="#4b5263"/>' for index in range(3)),
        f'<text x="{width / 2:.0f}" y="23" text-anchor="middle" fill="#7d8590">{escape(title)}</text>',
    ]
    for row, strip in enumerate(strips):
        parts += _row(strip, TOP + row * LINE)
    return "\n".join([*parts, "</svg>", ""])


def _row(strip: Iterable[Segment], y: float) -> list[str]:
    parts: list[str] = []
    column = 0
    for text, style, _ in strip:
        colour, behind, bold = _look(style)
        cells = sum(get_character_cell_size(letter) for letter in text)
        if behind:
            where = f'x="{MARGIN + column * CELL:.1f}" y="{y:.1f}" width="{cells * CELL:.1f}" height="{LINE}"'
            parts.append(f'<rect {where} fill="{behind}"/>')
        for size, letters in groupby(text, get_character_cell_size):
            for run in WORDS.split("".join(letters)):
                parts += _run(run, size, column, y, f'fill="{colour}"' + (' font-weight="bold"' if bold else ""))
                column += size * len(run)
    return parts


def _run(run: str, size: int, column: int, y: float, look: str) -> list[str]:
    start = len(run) - len(run.lstrip(" "))
    shown = run.strip(" ")
    if not shown:
        return []
    x = MARGIN + (column + start) * CELL
    length = f'textLength="{len(shown) * size * CELL:.1f}" lengthAdjust="spacingAndGlyphs"'
    text = escape(shown).replace(" ", "\u00a0")
    return [f'<text x="{x:.1f}" y="{y + LINE * 0.75:.1f}" {length} {look}>{text}</text>']


def _look(style: Style | None) -> tuple[str, str, bool]:
    """Return colour, background (empty: none) and boldness."""
    if style is None:
        return FOREGROUND, "", False
    name = style.color.name if style.color else "default"
    colour = COLOURS.get(name, FOREGROUND)
    if style.reverse:
        return BACKGROUND, colour, bool(style.bold)
    return colour, "", bool(style.bold)
