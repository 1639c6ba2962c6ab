"""The demo in a real terminal, as a newcomer uses it: start, sync, find out why a record failed, leave."""

import os
import signal
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.sandbox.testing import RunningSandbox
from tests.e2e.oracle import World
from tests.e2e.place import KAKEHASHI, Place
from tests.e2e.terminal import Terminal, needs_tmux, processes, until

pytestmark = [pytest.mark.e2e, needs_tmux, pytest.mark.timeout(180)]


READY = ("Sync now", "+ On")
"""What stands on the Overview once the agent has answered."""


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kk-") as made:
        yield Path(made)
        until(lambda: not alive(Path(made)), 20, lambda: "\n".join(alive(Path(made))))


def demo(folder: Path, *words: str, **options: int) -> Terminal:
    """Open the demo with a temporary folder of its own, by which its processes can be told."""
    return Terminal(
        " ".join([KAKEHASHI, "demo", *words]), env={"TMPDIR": str(folder), "COLUMNS": "80", "LINES": "24"}, **options
    )


def alive(folder: Path) -> list[str]:
    """Return what still runs with ``folder`` as its temporary folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            environment = (entry / "environ").read_bytes()
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if f"TMPDIR={folder}".encode() in environment.split(b"\0") and "tmux" not in words:
            found.append(words)
    return found


def columns(text: str) -> int:
    """Return the terminal columns of a line, by Unicode's own widths."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def test_a_failure_is_explained_three_keys_from_the_overview(folder: Path) -> None:
    with demo(folder) as terminal:
        terminal.wait_for(*READY)
        terminal.press("s")
        terminal.wait_for("Done", "Failures")
        terminal.press("Escape")
        terminal.wait_for("Last run")
        terminal.press("8")
        terminal.wait_for("Reason")
        # the first row is a decision that only a person can take; the failures follow
        terminal.press("j", "Enter")
        terminal.wait_for("Retry")
        terminal.press("Enter")
        screen = terminal.wait_for("Raw answer")
        assert '"code"' in screen
        assert "What to do" in screen


def test_progress_moves_while_a_sync_runs(folder: Path) -> None:
    with demo(folder, "--accounts", "400", "--latency-ms", "40") as terminal:
        terminal.wait_for(*READY)
        terminal.press("s")
        seen: set[str] = set()

        def three_different() -> bool:
            seen.update(line for line in terminal.screen().splitlines() if "CRM -> Books" in line)
            return len(seen) >= 3

        until(three_different, 60, lambda: f"progress does not move: {seen}\n{terminal.screen()}")
        terminal.wait_for("Done", seconds=90)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_both_languages_fill_the_screen_and_no_more(folder: Path, size: tuple[int, int]) -> None:
    wide, high = size
    with demo(folder, "--accounts", "60", columns=wide, rows=high) as terminal:
        terminal.wait_for(*READY)
        for key, english, japanese in (("1", "Overview", "概要"), ("2", "Name", "顧客"), ("8", "Attention", "要対応")):
            terminal.press(key)
            terminal.wait_for(english)
            terminal.press("F2")
            screen = terminal.wait_for(japanese)
            assert all(columns(line) <= wide for line in screen.splitlines())
            assert len(screen.splitlines()) <= high
            terminal.press("F2")
            terminal.wait_for(english)


def test_leaving_leaves_no_process_and_no_folder(folder: Path) -> None:
    with demo(folder, "--accounts", "30") as terminal:
        terminal.wait_for("Sync now")
        assert len(alive(folder)) >= 3
        terminal.press("C-q")
        until(terminal.dead, 30, terminal.screen)
        until(lambda: not alive(folder), 15, lambda: "\n".join(alive(folder)))
        assert list(folder.iterdir()) == []


def test_a_killed_launcher_leaves_no_process_and_no_folder(folder: Path) -> None:
    with demo(folder, "--accounts", "30") as terminal:
        terminal.wait_for("Sync now")
        launcher = next(
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit()
            and b"kakehashi\0demo" in _read(entry / "cmdline")
            and str(folder).encode() in _read(entry / "environ")
        )
        os.kill(launcher, signal.SIGKILL)
        until(lambda: not alive(folder), 20, lambda: "\n".join(alive(folder)))
        until(lambda: not list(folder.iterdir()), 10, lambda: str(list(folder.iterdir())))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_a_closed_terminal_does_not_stop_the_sync_and_a_new_one_shows_it(place: Place) -> None:
    with RunningSandbox(accounts=400, seed=5, latency_ms=30, process=True) as zoho:
        world = World(zoho)
        place.connect(zoho)
        env = {"KAKEHASHI_HOME": str(place.home)}
        with Terminal(KAKEHASHI, env=env) as terminal:
            terminal.wait_for(*READY)
            before = len(zoho.writes())
            terminal.press("s")
            until(lambda: len(zoho.writes()) > before + 20, 60, terminal.screen)
        assert len(zoho.writes()) < 400
        with Terminal(KAKEHASHI, env=env) as terminal:
            terminal.wait_for(*READY)
            terminal.press("t")
            terminal.wait_for("Done", "Failures", seconds=90)
            terminal.press("C-q")
            until(terminal.dead, 20, terminal.screen)
        assert world.complaints(place.ask("failures"), place.ask("links")) == []
        place.close()


def test_a_dumb_terminal_is_told_which_command_to_use(place: Place) -> None:
    with Terminal(f"env TERM=dumb {KAKEHASHI}", env={"KAKEHASHI_HOME": str(place.home)}) as terminal:
        until(terminal.dead, 20, terminal.screen)
        assert "kakehashi status" in terminal.everything()
    assert processes(str(place.home)) == []


def test_a_small_terminal_says_so_and_recovers(folder: Path) -> None:
    # COLUMNS and LINES are exported here and there, and lie.
    with demo(folder, "--accounts", "30", columns=19, rows=4) as terminal:
        terminal.wait_for("19x4")
        terminal.resize(20, 5)
        terminal.wait_for("Overview")
        terminal.resize(80, 24)
        terminal.wait_for("Overview", "Sync now")


def test_a_filter_typed_in_one_breath_arrives_whole(folder: Path) -> None:
    with demo(folder, "--accounts", "60") as terminal:
        terminal.wait_for(*READY)
        terminal.press("s")
        terminal.wait_for("Done")
        terminal.press("2")
        terminal.wait_for("All customers")
        terminal.type("/株式 jkq")
        terminal.wait_for("/ 株式 jkq")
