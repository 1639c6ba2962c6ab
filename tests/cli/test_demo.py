"""The demo: everything is there when the screen opens, and nothing is left when it closes."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from core.agent.client import attach
from core.agent.launch import running
from core.agent.places import DEMO_PREFIX
from core.commands.context import ScreenOptions
from core.model.run import Run
from core.service import Status, SyncRequest
from tests.cli.conftest import Commands

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")]

LAUNCHER = """
import sys, time
from core.cli import main
def screen(options):
    print(options.place.home, flush=True)
    sys.stdin.read()
    return 0
raise SystemExit(main(["demo", "--accounts", "10"], screen))
"""
"""A demo whose screen says where it lives, and stays until its standard input closes."""


def processes(needle: str) -> list[str]:
    """Command lines of living processes that hold a text."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if needle in words:
            found.append(words)
    return found


def children_of(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def gone(pids: list[int], home: Path, seconds: float = 20) -> bool:
    """Wait at a process boundary until nothing is left."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not home.exists() and not any(_alive(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_screen_finds_a_connected_profile_and_can_sync(kakehashi: Commands) -> None:
    seen: list[tuple[ScreenOptions, Status, Run]] = []

    async def look(options: ScreenOptions) -> tuple[Status, Run]:
        async with await attach(options.place) as service:
            return await service.status(), await service.sync(SyncRequest(module="customers"))

    def screen(options: ScreenOptions) -> int:
        status, run = asyncio.run(look(options))
        seen.append((options, status, run))
        return 5

    done = kakehashi("demo", "--accounts", "12", "--seed", "2", "--lang", "ja", screen=screen)
    assert done.code == 5, done.err
    ((options, status, run),) = seen
    assert (options.lang, options.place.home.name.startswith(DEMO_PREFIX)) == ("ja", True)
    assert status.health == "ok"
    assert status.profile is not None and status.profile.sandbox
    assert run.cause == "first"
    assert not options.place.home.exists()
    assert processes(str(options.place.home)) == []


def test_an_agent_that_the_screen_had_to_replace_ends_with_the_demo(kakehashi: Commands) -> None:
    homes: list[Path] = []

    async def again(options: ScreenOptions) -> None:
        async with await attach(options.place) as service:
            await service.status()

    def screen(options: ScreenOptions) -> int:
        holder = running(options.place)
        assert holder is not None
        os.kill(holder.pid, signal.SIGKILL)
        asyncio.run(again(options))
        homes.append(options.place.home)
        return 0

    assert kakehashi("demo", "--accounts", "5", screen=screen).code == 0
    assert processes(str(homes[0])) == []
    assert not homes[0].exists()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, None])
def test_nothing_outlives_the_launcher_however_it_ends(how: signal.Signals | None) -> None:
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert launcher.stdin is not None and launcher.stdout is not None and launcher.stderr is not None
    home = Path(launcher.stdout.readline().decode().strip())
    pids = children_of(launcher.pid)
    assert home.is_dir() and len(pids) == 2
    if how is None:
        launcher.stdin.close()
    else:
        launcher.send_signal(how)
    launcher.wait(30)
    assert gone(pids, home), f"{processes(str(home))}, {home.exists()}"
    errors = launcher.stderr.read().decode()
    for each in (launcher.stdin, launcher.stdout, launcher.stderr):
        each.close()
    assert "Traceback" not in errors


def test_a_screen_that_fails_takes_nothing_with_it(kakehashi: Commands) -> None:
    homes: list[Path] = []

    def screen(options: ScreenOptions) -> int:
        homes.append(options.place.home)
        raise RuntimeError

    done = kakehashi("demo", "--accounts", "5", screen=screen)
    assert done.code == 1
    assert not homes[0].exists()
    assert processes(str(homes[0])) == []


def test_without_a_screen_it_says_so_and_starts_nothing(kakehashi: Commands) -> None:
    before = set(Path(tempfile.gettempdir()).glob(f"{DEMO_PREFIX}*"))
    done = kakehashi("demo")
    assert (done.code, bool(re.search("screen", done.err))) == (2, True)
    assert set(Path(tempfile.gettempdir()).glob(f"{DEMO_PREFIX}*")) == before
