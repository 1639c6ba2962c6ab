"""The screen over SSH: our own server on the loopback, and a line of 200 ms and 32 kB/s."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.sandbox.testing import RunningSandbox
from tests.e2e.person import Person
from tests.e2e.place import KAKEHASHI, Place
from tests.e2e.ssh import Server, SlowLine, needs_ssh, server
from tests.e2e.test_newcomer import Walk, world
from tests.tui.ptys import Pty

pytestmark = [pytest.mark.e2e, needs_ssh, pytest.mark.timeout(400)]


@pytest.fixture
def sshd() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="kk-") as folder, server(Path(folder) / "ssh") as made:
        yield made


def environment(place: Place) -> dict[str, str]:
    """What a login of this place's user brings."""
    names = ("KAKEHASHI_HOME", "PYTHONPATH", "PATH")
    return {name: place.env[name] for name in names if name in place.env} | {"LC_ALL": "ja_JP.UTF-8"}


@pytest.mark.long
@pytest.mark.parametrize("term", ["xterm-256color", "linux"])
def test_a_newcomer_gets_from_the_setup_to_the_undo_over_a_slow_line(place: Place, sshd: Server, term: str) -> None:
    with world() as zoho:
        place.connect(zoho)
        line = SlowLine(sshd.port)
        words = sshd.words(KAKEHASHI, environment(place), port=line.port)
        with Pty(words, env={"TERM": term}) as terminal:
            who = Person(terminal, patience=60)
            Walk(who, place, zoho).walk()
            terminal.press(b"\x11")
            assert terminal.ended() == 0
        line.cut()
        place.close()


def test_a_dropped_line_does_not_stop_the_sync_and_a_new_one_shows_it(place: Place, sshd: Server) -> None:
    with RunningSandbox(accounts=300, seed=5, latency_ms=20, process=True) as zoho:
        place.connect(zoho)
        line = SlowLine(sshd.port, one_way=0.01, rate=1_000_000)
        with Pty(sshd.words(KAKEHASHI, environment(place), port=line.port)) as terminal:
            terminal.until("+ 有効")
            before = len(zoho.writes())
            terminal.press(b"s")
            Person(terminal).waits("the sync to write", lambda: len(zoho.writes()) > before + 20, seconds=60)
            line.cut()
            terminal.ended()
            written = len(zoho.writes())
        with Pty(sshd.words(KAKEHASHI, environment(place))) as terminal:
            terminal.until("+ 有効")
            terminal.press(b"t")
            terminal.until("+ 完了", seconds=60)
            terminal.press(b"\x11")
            terminal.ended()
        assert written < len(zoho.writes())
        assert place.ask("status")["running"] is None
        place.close()
