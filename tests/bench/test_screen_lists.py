"""The screen's big lists and its loop (design.md §9). ``pytest -m bench tests/bench/test_screen_lists.py -s``."""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.agent.places import Place as Home
from core.agent.state import ListedStore
from core.engine.ports import Commit
from core.model.setup import OrganisationRef, Profile
from core.sandbox.testing import RunningSandbox
from tests.agent.test_lists import books, crm, link
from tests.bench.test_screen import opening, say
from tests.e2e.place import KAKEHASHI, Place
from tests.tui.ptys import DOWN, Pty, dev

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]
ROWS = 100_000


def handmade(rows: int) -> float:
    with Pty([sys.executable, "-m", "tests.bench.handmade", str(rows)]) as terminal:
        terminal.until("READY")
        terminal.quiet(0.2)
        began = time.perf_counter()
        terminal.press(b"2")
        terminal.until("Zylker Manufacturing 10")
        return time.perf_counter() - began


def test_a_list_opens_in_at_most_twice_the_time_of_one_made_by_hand() -> None:
    ours, plain, million = [], [], []
    for _ in range(7):
        ours.append(opening(ROWS))
        plain.append(handmade(ROWS))
        million.append(opening(10 * ROWS))
    o, p, m = (statistics.median(each) * 1000 for each in (ours, plain, million))
    say(f"open 100,000 rows: {o:.0f} ms, by hand {p:.0f} ms, ratio {o / p:.2f}; 1,000,000 rows {m:.0f} ms, {m / o:.2f}")
    assert o <= 2 * p
    assert m <= 1.3 * o


def resident(pid: int) -> float:
    """MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 1_000_000


def browsed(rows: int) -> float:
    """Memory of the screen after going through a list from its top to its end, by pages and by jumps."""
    with dev(str(rows)) as terminal:
        terminal.until("Attention(7)")
        terminal.press(b"2")
        terminal.until(f"1/{rows:,}")
        for _ in range(40):
            terminal.press(b"\x1b[6~")
        terminal.press(b"\x1b[F")
        terminal.until(f"{rows:,}/{rows:,}")
        for _ in range(40):
            terminal.press(b"\x1b[5~")
        terminal.press(b"\x1b[H")
        terminal.until(f"1/{rows:,}")
        terminal.quiet()
        return resident(terminal.child.pid)


def test_a_hundred_thousand_rows_take_at_most_five_megabytes_more_than_a_thousand() -> None:
    few, many = browsed(1_000), browsed(ROWS)
    say(f"resident: 1,000 rows {few:.1f} MB, 100,000 rows {many:.1f} MB, over it {many - few:.1f} MB")
    assert many - few <= 5


@pytest.fixture(scope="module")
def full() -> Iterator[Place]:
    """A profile with 100,000 pairs, and its agent."""
    with tempfile.TemporaryDirectory(prefix="kk-") as folder:
        place = Place(Path(folder) / "home")
        home = Home(place.home, "default")
        home.prepare()
        store = ListedStore.load(home.folder, lambda percent: None)
        sides = {
            side: OrganisationRef(
                side=side, organization_id="1", name="Zylker", email="sync@zylker.example",
                accounts_url="http://127.0.0.1:9", api_url="http://127.0.0.1:9",
            )
            for side in ("crm", "books")
        }  # fmt: skip
        store.commit(Commit(profile=Profile(name="default", sandbox=True, **sides)))
        for start in range(0, ROWS, 5_000):
            part = range(start, start + 5_000)
            names = {n: f"株式会社 Name {n * 7919 % ROWS}" for n in part}
            store.commit(Commit(
                links=[link(str(n), f"b{n}") for n in part],
                seen=[crm(str(n), names[n]) for n in part] + [books(f"b{n}", names[n]) for n in part],
            ))  # fmt: skip
        store.close()
        yield place
        place.close()


def test_a_filters_keystroke_is_painted_soon_at_a_hundred_thousand_rows(full: Place) -> None:
    env = {"KAKEHASHI_HOME": str(full.home)}
    with Pty([KAKEHASHI, "--lang", "en"], env=env) as terminal:
        terminal.until("Customers", "Help", seconds=60)
        terminal.press(b"2")
        terminal.until(f"/{ROWS:,}", seconds=60)
        terminal.press(b"/")
        terminal.until(" / ")
        took: list[float] = []
        # Every digit narrows the list, so that there is something to wait for.
        for word in ("991", "453", "707"):
            for letter in word:
                terminal.quiet(0.2)
                began, before = time.perf_counter(), terminal.text().splitlines()[2:-2]
                terminal.press(letter.encode())
                while terminal.text().splitlines()[2:-2] == before:
                    terminal.read(0.5)
                    assert time.perf_counter() - began < 20, terminal.text()
                took.append((time.perf_counter() - began) * 1000)
            terminal.press(b"\x7f" * len(word))
            terminal.quiet(0.5)
        ordered = sorted(took)
        p50, worst = ordered[len(ordered) // 2], ordered[-1]
        say(f"filter keystroke to paint at 100,000 rows: p50 {p50:.0f} ms, max {worst:.0f} ms")
        assert p50 <= 50
        terminal.press(b"\x1b")
        terminal.quiet(0.3)
        terminal.press(b"\x11")
        terminal.ended()


def test_the_loop_is_never_held_for_long_while_a_hundred_thousand_records_sync(tmp_path: Path) -> None:
    out = tmp_path / "held.json"
    with (
        tempfile.TemporaryDirectory(prefix="kk-") as folder,
        RunningSandbox(accounts=ROWS, seed=3, process=True) as zoho,
    ):
        place = Place(Path(folder) / "home")
        place.connect(zoho)
        words = [sys.executable, "-m", "tests.bench.watched", str(place.home), str(out)]
        with Pty(words, env=place.env) as terminal:
            terminal.until("+ On", seconds=30)
            for mode in (b"2", b"7", b"8", b"1"):
                terminal.press(mode)
                terminal.quiet(0.3)
            terminal.press(b"\x0c")
            terminal.quiet(0.3)
            terminal.press(b"s")
            terminal.until("Syncing", seconds=30)
            until = time.perf_counter() + 60
            while time.perf_counter() < until:
                for keys in (b"t", b"2", DOWN * 5, b"\x1b[6~", b"\x1b[F", b"8", b"\x1b[B", b"1", b"7"):
                    terminal.press(keys)
                    terminal.quiet(0.2)
            terminal.press(b"1")
            terminal.press(b"\x11")
            terminal.ended()
        place.close()
    told = json.loads(out.read_text())
    held, worked = told["held"], told["worked"]
    say(
        f"loop turns while 100,000 records sync: {held['turns']:,}; "
        f"held p99 {held['p99']:.2f} ms, max {held['max']:.1f} ms; "
        f"worked p99 {worked['p99']:.2f} ms, max {worked['max']:.1f} ms; long: {told['long']}"
    )
    assert worked["p99"] <= 5
    assert worked["max"] <= 25
