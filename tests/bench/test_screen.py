"""The screen's figures (design.md §9), in real pseudo-terminals. ``pytest -m bench tests/bench/test_screen.py -s``."""

import os
import re
import statistics
import sys
import time
from collections import deque
from pathlib import Path

import pytest

from tests.tui.ptys import DOWN, Pty, dev
from tui.main import BEFORE_TEXTUAL

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

EMPTY = "from textual.app import App\nApp().run(mouse=False)"
FRAME = re.compile(rb"\x1b\[\d*;?\d*H")


def say(figure: str) -> None:
    print(figure)


def first_paint_of_nothing() -> float:
    with Pty([sys.executable, "-c", EMPTY], env=BEFORE_TEXTUAL) as terminal:
        while not FRAME.search(terminal.raw):
            terminal.read(1)
        return time.perf_counter() - terminal.started


def first_paint(home: Path) -> float:
    # An agent that never comes: the first paint must not wait for one. The home is a file, so none can be started.
    with Pty([sys.executable, "-m", "tui.main", "--home", str(home)]) as terminal:
        return terminal.until("Overview", "Customers", "Help")


def test_the_first_useful_paint_takes_at_most_one_and_a_half_empty_apps(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("")
    empty, ours = [], []
    first_paint(home)
    for _ in range(9):
        empty.append(first_paint_of_nothing())
        ours.append(first_paint(home))
    ratio = statistics.median(ours) / statistics.median(empty)
    say(f"first paint: {statistics.median(ours):.3f} s, empty app {statistics.median(empty):.3f} s, ratio {ratio:.2f}")
    assert ratio <= 1.5


def opening(count: int) -> float:
    with dev(str(count)) as terminal:
        terminal.until("Attention(7)")
        terminal.quiet(0.2)
        began = time.perf_counter()
        terminal.press(b"2")
        while f"1/{count:,}" not in terminal.text() or "Zylker Manufacturing 11" not in terminal.text():
            terminal.read(1)
        return time.perf_counter() - began


def test_a_hundred_thousand_rows_open_like_a_thousand() -> None:
    few, many = [], []
    for _ in range(7):
        few.append(opening(1_000))
        many.append(opening(100_000))
    ratio = statistics.median(many) / statistics.median(few)
    say(f"open: 1,000 rows {statistics.median(few) * 1000:.0f} ms, 100,000 {statistics.median(many) * 1000:.0f} ms")
    say(f"ratio {ratio:.2f}")
    assert ratio <= 1.3


def steps(terminal: Pty, count: int) -> tuple[list[float], list[int]]:
    """Press ↓ and wait for its frame, ``count`` times; return seconds and bytes of each."""
    seconds, sizes = [], []
    for _ in range(count):
        before = len(terminal.raw)
        began = time.perf_counter()
        terminal.press(DOWN)
        terminal.read(1)
        seconds.append(time.perf_counter() - began)
        terminal.quiet(0.05)
        sizes.append(len(terminal.raw) - before)
    return seconds, sizes


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_step_within_a_page_costs_at_most_400_bytes(lang: str) -> None:
    with dev("100000", "--lang", lang) as terminal:
        terminal.until("(7)")
        terminal.press(b"2")
        terminal.until("1/100,000")
        terminal.quiet()
        _, sizes = steps(terminal, 16)
    say(f"{lang}: bytes a step: median {statistics.median(sizes)}, most {max(sizes)}")
    assert max(sizes) <= 400


def test_keys_are_painted_soon_while_a_sync_runs() -> None:
    with dev("100000") as terminal:
        terminal.until("(7)")
        terminal.press(b"s")
        terminal.until("Syncing")
        terminal.press(b"2")
        terminal.until("1/100,000")
        terminal.quiet(0.05)
        seconds, _ = steps(terminal, 100)
    ordered = sorted(seconds)
    p50, p95 = ordered[50] * 1000, ordered[95] * 1000
    say(f"key to paint while syncing: p50 {p50:.1f} ms, p95 {p95:.1f} ms")
    assert p50 <= 5
    assert p95 <= 16


def cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_running_sync_is_cheap_to_watch() -> None:
    with dev() as terminal:
        terminal.until("(7)")
        terminal.press(b"s")
        terminal.until("10/200")
        size, used, began = len(terminal.raw), cpu(terminal.child.pid), time.perf_counter()
        while time.perf_counter() - began < 5:
            terminal.read(0.5)
        took = time.perf_counter() - began
        rate = (len(terminal.raw) - size) / took
        share = (cpu(terminal.child.pid) - used) / took
    say(f"running sync: {rate / 1000:.2f} kB/s, {share:.1%} of a core")
    assert rate <= 8000


class SlowLine:
    """A line of 200 ms there and back and 32 kB/s between the user and the terminal's program, with a deep buffer."""

    ONE_WAY = 0.1
    RATE = 32_000

    def __init__(self, terminal: Pty) -> None:
        terminal.answers = False
        self.terminal = terminal
        self.down: deque[tuple[float, bytes]] = deque()
        self.up: deque[tuple[float, bytes]] = deque()
        self.free_at = 0.0
        self.changed_at = 0.0

    def type(self, data: bytes) -> None:
        self.up.append((time.perf_counter() + self.ONE_WAY, data))

    def turn(self) -> None:
        """Carry what is due, for a few milliseconds."""
        before = len(self.terminal.raw)
        self.terminal.read(0.002)
        now = time.perf_counter()
        if data := bytes(self.terminal.raw[before:]):
            self.free_at = max(self.free_at, now) + len(data) / self.RATE
            self.down.append((self.free_at + self.ONE_WAY, data))
        while self.down and self.down[0][0] <= now:
            shown = self.down.popleft()[1]
            if len(shown) > 20:
                self.changed_at = now
            for _ in range(shown.count(b"\x1b[6n")):
                self.type(b"\x1b[1;1R")
        while self.up and self.up[0][0] <= now:
            self.terminal.press(self.up.popleft()[1])

    def run(self, seconds: float) -> None:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self.turn()


def test_after_holding_a_key_on_a_slow_line_the_screen_stops_soon() -> None:
    with dev("100000") as terminal:
        terminal.until("(7)")
        terminal.press(b"2")
        terminal.until("1/100,000")
        terminal.quiet()
        line = SlowLine(terminal)
        line.type(DOWN)
        line.run(1.0)
        until = time.perf_counter() + 2
        while time.perf_counter() < until:
            line.type(DOWN)
            line.run(1 / 30)
        released = time.perf_counter()
        line.run(3.0)
    stopped = line.changed_at - released
    say(f"held for 2 s on 200 ms and 32 kB/s: stopped after {stopped:.2f} s")
    assert stopped <= 0.6
