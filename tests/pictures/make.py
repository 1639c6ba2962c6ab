"""Take the README's pictures: ``python -m tests.pictures.make [folder]`` (default: beside this file).

Opens the demo as ``kakehashi demo`` does - sandbox, agent, a fresh profile, a real sync - with a screen that presses
keys and saves SVG. The same seed gives the same records; clock times, process ids and run ids are made the same, and
only the progress picture's counts depend on when it was taken.
"""

import asyncio
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tui.main import BEFORE_TEXTUAL

os.environ.update(BEFORE_TEXTUAL)
os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"

from rich.segment import Segment
from textual.strip import Strip

from core.agent.client import attach
from core.cli import main
from core.commands.context import ScreenOptions
from core.model.text import Lang
from core.service import Service
from tests.pictures.svg import picture
from tests.tui.driving import Shown, TestApp

SIZE = (112, 28)
DEMO = ("demo", "--accounts", "200", "--seed", "7", "--latency-ms", "150")
SAME: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\d{8}T\d{6}Z"), "20261124T030400Z"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "12:04:31"),
    (re.compile(r"\b\d\d:\d\d\b"), "12:04"),
    (re.compile(r"(process|プロセス)(\s|、)*\d+"), r"\1 4242"),
    (re.compile(r"\b\d+ s\b"), "2 s"),
)


class Picture(NamedTuple):
    """Keys that lead there from the Overview, and what is to be seen before the picture is taken."""

    name: str
    lang: Lang
    keys: tuple[str, ...]
    sees: tuple[str, ...]


PICTURES = (
    Picture("overview", "en", ("1",), ("Last run", "Waits for you")),
    Picture("customers", "en", ("2",), ("All customers 1/", "+ Linked")),
    Picture("record", "en", ("2", "down", "enter"), ("Account_Name", "Base")),
    Picture("attention", "en", ("8",), ("F16", "records")),
    Picture("failure", "en", ("8", "enter", "enter"), ("Raw answer", "code")),
    Picture("history", "en", ("7",), ("first sync", "Took")),
    Picture("setup", "en", ("1", "c"), ("CRM accounts become", "5 Map fields")),
    Picture("mapping", "en", ("1", "m", "enter"), ("contact_name", "In Books", "Both ways")),
    Picture("overview-ja", "ja", ("1",), ("前回の同期", "要対応")),
    Picture("customers-ja", "ja", ("2",), ("すべての顧客", "連携済み")),
    Picture("attention-ja", "ja", ("8",), ("F16", "件")),
)


def take(folder: Path, options: ScreenOptions) -> int:
    """Take every picture of the demo at ``options.place``."""
    asyncio.run(_take_all(folder, options))
    return 0


async def _take_all(folder: Path, options: ScreenOptions) -> None:
    async def connect() -> Service:
        return await attach(options.place)

    app = TestApp(connect, "en", options.place.profile)
    async with app.run_test(size=SIZE) as pilot:
        screen = Shown(app, pilot)
        await screen.sees("Press s to start the first one.")
        await screen.press("s")
        await screen.until(lambda: re.search(r":\d\d  F\d", screen.text) and "records/s" in screen.text, 60)
        _save(folder, "progress", app)
        await screen.sees("+ Done", "F16", seconds=60)
        for picture in PICTURES:
            await _take(folder, picture, screen)


async def _take(folder: Path, picture: Picture, screen: Shown) -> None:
    if screen.app.lang != picture.lang:
        await screen.press("f2")
    for key in picture.keys:
        before = screen.text
        await screen.press(key)
        await screen.until(lambda before=before: screen.text != before)  # type: ignore[misc]
    await screen.sees(*picture.sees)
    await screen.pilot.pause()
    _save(folder, picture.name, screen.app)
    while len(screen.app.screen_stack) > 1:
        await screen.app.pop_screen()
    await screen.app.switch_mode("connection")


def _save(folder: Path, name: str, app: TestApp) -> None:
    strips = [Strip([_same(part) for part in strip]) for strip in app.screen._compositor.render_strips()]
    (folder / f"{name}.svg").write_text(picture(strips, "kakehashi demo"), encoding="utf-8")


def _same(segment: Segment) -> Segment:
    text = segment.text
    for pattern, same in SAME:
        text = pattern.sub(same, text)
    return Segment(text, segment.style)


def make(folder: Path, words: Sequence[str] = DEMO) -> int:
    """Run the demo and take its pictures into ``folder``. Returns the demo's exit code."""
    return main(words, lambda options: take(folder, options))


if __name__ == "__main__":
    sys.exit(make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
