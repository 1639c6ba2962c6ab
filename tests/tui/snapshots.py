"""Snapshots of every screen: ``python -m tests.tui.snapshots [name ...]`` takes them anew (default: all).

One SVG a screen (``tests/tui/snapshots/``): 80x24 and 120x40, English and Japanese, one below the other. Compact on
purpose, a line of text each, so that a change shows as a few lines of a diff; ``tests.pictures`` makes the nice ones.
"""

import asyncio
import sys
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from rich.style import Style
from textual.strip import Strip

from core.model.text import Lang

FOLDER = Path(__file__).with_name("snapshots")
SIZES = ((80, 24), (120, 40))
LANGUAGES: tuple[Lang, ...] = ("en", "ja")
CELL, LINE = 9, 17
CLASSES = {
    "red": "r", "green": "g", "yellow": "y", "cyan": "c", "bright_black": "d", "blue": "b", "magenta": "m",
}  # fmt: skip
SHEET = (
    "text{font:14px monospace;fill:#ddd}.r{fill:#f77}.g{fill:#8d6}.y{fill:#fc6}.c{fill:#6df}"
    ".d{fill:#888}.b{fill:#8af}.m{fill:#c9e}.B{font-weight:bold}.U{text-decoration:underline}"
    ".R{fill:#1c1e26;paint-order:stroke;stroke:#ddd;stroke-width:5px}"
)


def picture(panels: Sequence[tuple[str, Sequence[Strip]]]) -> str:
    """Return the panels, each under its title."""
    width = max(strip.cell_length for _, strips in panels for strip in strips) * CELL + 16
    height = sum((len(strips) + 2) * LINE for _, strips in panels)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 {width} {height}">'
        f"<style>{SHEET}</style>",
        '<rect width="100%" height="100%" fill="#1c1e26"/>',
    ]
    y = 0
    for title, strips in panels:
        y += LINE
        lines.append(f'<text x="8" y="{y}" class="d">{title}</text>')
        for strip in strips:
            y += LINE
            if text := _line(strip):
                lines.append(f'<text x="8" y="{y}">{text}</text>')
        y += LINE
    return "\n".join([*lines, "</svg>", ""])


def _line(strip: Strip) -> str:
    parts = [(text, _look(style)) for text, style, _ in strip]
    while parts and not parts[-1][0].strip() and "R" not in parts[-1][1]:
        parts.pop()
    joined: list[tuple[str, str]] = []
    for text, look in parts:
        if joined and joined[-1][1] == look:
            joined[-1] = (joined[-1][0] + text, look)
        else:
            joined.append((text, look))
    if joined and "R" not in joined[-1][1]:
        joined[-1] = (joined[-1][0].rstrip(), joined[-1][1])
    return "".join(f'<tspan class="{look}">{escape(text)}</tspan>' if look else escape(text) for text, look in joined)


def _look(style: Style | None) -> str:
    if style is None:
        return ""
    names = [CLASSES.get(style.color.name, "")] if style.color and not style.color.is_default else []
    names += ["B"] * bool(style.bold) + ["U"] * bool(style.underline) + ["R"] * bool(style.reverse)
    return " ".join(filter(None, names))


async def take(name: str) -> str:
    """Return the snapshot of a place of the gallery."""
    from tests.tui.gallery import PLACES, at, settle

    place = next(each for each in PLACES if each.id == name)
    panels: list[tuple[str, list[Strip]]] = []
    for lang in LANGUAGES:
        async with at(place, lang=lang, size=SIZES[0]) as screen:
            for size in SIZES:
                if size != SIZES[0]:
                    await screen.pilot.resize_terminal(*size)
                    await settle(screen)
                strips = screen.app.screen._compositor.render_strips()
                panels.append((f"{place.id} {size[0]}x{size[1]} {lang}", strips))
    return picture(panels)


def path_of(name: str) -> Path:
    """Return where a place's snapshot is kept."""
    return FOLDER / f"{name.lower()}.svg"


async def _take_all(names: Iterable[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in names:
        path_of(name).write_text(await take(name), encoding="utf-8")


def main(names: Sequence[str]) -> None:
    """Take the snapshots anew; those of screens that are no more go."""
    from tests.tui.gallery import PLACES

    asyncio.run(_take_all(names or [place.id for place in PLACES]))
    known = {path_of(place.id) for place in PLACES}
    for path in set(FOLDER.glob("*.svg")) - known:
        path.unlink()


if __name__ == "__main__":
    import os
    import time

    from tui.main import BEFORE_TEXTUAL

    os.environ.update(BEFORE_TEXTUAL)
    os.environ["TZ"] = "UTC"
    time.tzset()
    main(sys.argv[1:])
