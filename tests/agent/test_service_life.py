"""The agent as a service: what systemd is told, signals, the log without secrets, the unit file."""

import asyncio
import configparser
import logging
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.agent.launch import running
from core.agent.life import RETIRED, Life
from core.agent.notify import Notifier
from core.agent.places import Place
from core.agent.redact import RedactingFormatter, redact
from core.agent.sockets import listen
from core.agent.unit import unit
from core.model.problems import Problem
from tests.agent.doubles import Hands
from tests.agent.test_life import client


class Systemd:
    """The socket that systemd listens on."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.settimeout(20)
        self.environ = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "40000000", "WATCHDOG_PID": str(os.getpid())}

    def told(self) -> list[str]:
        """What has come so far."""
        self.socket.setblocking(False)
        found = []
        try:
            while True:
                found.append(self.socket.recv(4_096).decode())
        except BlockingIOError:
            return found

    def wait_for(self, line: str) -> None:
        while self.socket.recv(4_096).decode() != line:
            pass


@pytest.fixture
def systemd(home: Path) -> Iterator[Systemd]:
    home.mkdir(mode=0o700, exist_ok=True)
    made = Systemd(home / "notify")
    yield made
    made.socket.close()


async def test_systemd_is_told_of_readiness_of_life_and_of_the_end(place: Place, systemd: Systemd) -> None:
    clock = Hands()
    life = Life(place, clock, notifier=Notifier(systemd.environ))
    task = asyncio.create_task(life.run(opened := listen(place.socket)))
    await life.service.runs(0)
    await asyncio.sleep(0)
    assert [each for each in systemd.told() if "=1" in each] == ["WATCHDOG=1", "READY=1"]
    for _ in range(2):
        await clock.someone_sleeps()
        await clock.advance(20)
        assert systemd.told() == ["WATCHDOG=1"]
    life.stop()
    assert await task == 0
    opened.close()
    assert systemd.told() == ["STOPPING=1"]


async def test_one_that_cannot_load_is_never_ready(place: Place, systemd: Systemd) -> None:
    (place.folder / "somebody's.txt").write_text("not ours")
    life = Life(place, Hands(), notifier=Notifier(systemd.environ))
    task = asyncio.create_task(life.run(opened := listen(place.socket)))
    with pytest.raises(Problem):
        await life.service.runs(0)
    await asyncio.sleep(0)
    life.stop()
    assert await task == 7
    opened.close()
    told = systemd.told()
    assert "READY=1" not in told
    assert any(each.startswith("STATUS=") and "not a Kakehashi profile" in each for each in told)


async def test_a_service_that_makes_room_asks_to_be_started_again(place: Place, systemd: Systemd) -> None:
    life = Life(place, Hands(), version="1.0", notifier=Notifier(systemd.environ))
    task = asyncio.create_task(life.run(opened := listen(place.socket)))
    async with client(place, "2.0") as remote:
        with pytest.raises(Problem):
            await remote.status()
    assert await task == RETIRED
    opened.close()


async def test_in_the_foreground_it_stays_without_schedule_or_client(place: Place) -> None:
    clock = Hands()
    life = Life(place, clock, idle=None)
    task = asyncio.create_task(life.run(opened := listen(place.socket)))
    await life.service.runs(0)
    await clock.advance(10**6)
    assert not task.done()
    life.stop()
    assert await task == 0
    opened.close()


@pytest.mark.parametrize(
    ("environ", "interval"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "10000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "10000000"}, 5.0),
    ],
)
def test_the_watchdog_is_fed_twice_as_often_as_it_asks(environ: dict[str, str], interval: float | None) -> None:
    assert Notifier(environ).interval == interval


def test_a_systemd_that_is_not_there_is_no_obstacle(tmp_path: Path) -> None:
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()
    Notifier({"NOTIFY_SOCKET": "@kakehashi-test-nobody"}).ready()
    Notifier({}).ready()


@pytest.mark.parametrize(
    "secret",
    [
        "zsc1.eyJzZXJ2aWNlIjoiY3JtIn0.abc",
        "1000.0123456789abcdef0123456789abcdef.0123456789abcdef0123456789abcdef",
        "Zoho-oauthtoken 1000.0123456789abcdef",
        "client_secret=9a8b7c6d",
        "{'refresh_token': '1000.deadbeefdeadbeef', 'x': 1}",
        'passphrase="correct-horse"',
    ],
)
def test_no_log_line_holds_a_secret(secret: str) -> None:
    try:
        raise ValueError(secret)
    except ValueError:
        record = logging.LogRecord("core", logging.ERROR, "x.py", 1, "it failed: %s", (secret,), sys.exc_info())
    told = RedactingFormatter("%(message)s").format(record)
    for part in ("eyJ", "0123456789abcdef", "9a8b7c6d", "deadbeef", "correct-horse"):
        assert part not in told
    assert "it failed" in told
    assert "struck out" in told


def test_what_is_no_secret_stays() -> None:
    line = "run 20260101T000000Z-1: failed code 43 at 1000.5 s, record 5000000012345"
    assert redact(line) == line


def units(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


@pytest.mark.parametrize("user", ["", "kakehashi"])
def test_the_unit_runs_the_agent_of_this_profile(user: str) -> None:
    made = units(unit(Place(Path('/srv/my "data" 100%'), "jp"), user=user))
    service = made["Service"]
    words = shlex.split(service["ExecStart"].replace("%%", "%"))
    assert words[-6:] == ["agent", "--take-over", "--home", '/srv/my "data" 100%', "--profile", "jp"]
    assert Path(words[0]).is_absolute()
    assert (service["Type"], service["Restart"]) == ("notify", "on-failure")
    assert service.get("User", "") == user
    assert made["Install"]["WantedBy"] == ("multi-user.target" if user else "default.target")


STUBBORN = """
import asyncio
from core.agent.life import _heed_signals
async def main():
    _heed_signals(lambda: print("stop", flush=True))
    print("ready", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@pytest.mark.e2e
def test_the_first_signal_asks_and_the_second_ends_it_at_once() -> None:
    with subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGTERM)
        assert child.stdout.readline() == "stop\n"
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 128 + signal.SIGTERM


@pytest.mark.e2e
def test_a_service_process_is_ready_and_goes_when_told(home: Path, systemd: Systemd) -> None:
    place = Place(home)
    words = [sys.executable, "-P", "-m", "tui.main", "agent", "--home", str(home)]
    environ = os.environ | {"NOTIFY_SOCKET": systemd.environ["NOTIFY_SOCKET"]}
    child = subprocess.Popen(words, env=environ, stderr=subprocess.PIPE)
    try:
        systemd.wait_for("READY=1")
        holder = running(place)
        assert holder is not None
        assert holder.pid == child.pid
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 0
        assert running(place) is None
    finally:
        child.kill()
        _, told = child.communicate()
    assert b"listens on" in told
    assert b"listens on" in place.log.read_bytes()
