"""A program in a pseudo-terminal that is read and measured: every byte counted, the screen kept by pyte."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyte
from wcwidth import wcwidth

ROOT = Path(__file__).parents[2]
QUERY = re.compile(rb"\x1b\[\?\d+\$p")
PRIVATE = re.compile(rb"\x1b\[[<>=][\d;]*[a-zA-Z]")


class Pty:
    """One program in one terminal. ``answers``: whether the terminal tells its cursor position when asked."""

    def __init__(
        self,
        words: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        answers: bool = True,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = bytearray()
        self.answers = answers
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        given = {
            "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "COLORTERM": "truecolor",
            "PYTHONPATH": str(ROOT), "TZ": "UTC", "HOME": os.environ.get("HOME", "/"),
        }  # fmt: skip
        self.started = time.perf_counter()
        self.child = subprocess.Popen(
            words, stdin=theirs, stdout=theirs, stderr=theirs, env=given | dict(env or {}), cwd=ROOT,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.fd = ours

    def __enter__(self) -> "Pty":
        return self

    def __exit__(self, *_: object) -> None:
        if self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()
        os.close(self.fd)

    def read(self, seconds: float) -> bytes:
        """Read what comes within ``seconds``, at least one chunk's worth of waiting; empty when nothing came."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return b""
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return b""
        self.raw += data
        if self.answers:
            for _ in range(data.count(b"\x1b[6n")):
                os.write(self.fd, b"\x1b[1;1R")
        self.stream.feed(PRIVATE.sub(b"", QUERY.sub(b"", data)))
        return data

    def text(self) -> str:
        """What the terminal shows."""
        return "\n".join(self._line(y).rstrip() for y in range(self.screen.lines))

    def _line(self, y: int) -> str:
        """A row's text. In the middle of a frame half of a wide character can be overwritten: a terminal blanks the
        other half then, which pyte's own rendering stumbles over.
        """
        cells = [self.screen.buffer[y][x].data for x in range(self.screen.columns)]
        wide = [False, *(wcwidth(each[:1]) == 2 for each in cells)]
        return "".join(each or ("" if wide[x] else " ") for x, each in enumerate(cells))

    def until(self, *texts: str, seconds: float = 20) -> float:
        """Read until all the texts are shown; return the seconds since the start. A process boundary has no event."""
        deadline = time.perf_counter() + seconds
        while not all(text in self.text() for text in texts):
            assert time.perf_counter() < deadline, f"never saw {texts} in\n{self.text()}"
            self.read(0.2)
        return time.perf_counter() - self.started

    def quiet(self, seconds: float = 0.4) -> bytes:
        """Read until nothing comes for ``seconds``; return what came."""
        before = len(self.raw)
        while self.read(seconds):
            pass
        return bytes(self.raw[before:])

    def press(self, data: bytes) -> None:
        """Send what a key sends."""
        os.write(self.fd, data)

    def resize(self, columns: int, rows: int) -> None:
        """Resize the terminal."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.killpg(self.child.pid, signal.SIGWINCH)

    def ended(self, seconds: float = 10) -> int:
        """Wait for the program's end; return its exit code."""
        deadline = time.perf_counter() + seconds
        while self.child.poll() is None:
            assert time.perf_counter() < deadline, f"still there:\n{self.text()}"
            self.read(0.1)
        while self.read(0.05):
            pass
        return self.child.returncode


def dev(*words: str, **options: object) -> Pty:
    """The screen on the fake service."""
    return Pty([sys.executable, "-m", "tests.tui.dev", *words], **options)  # type: ignore[arg-type]


DOWN = b"\x1b[B"
F2 = b"\x1bOQ"
ESC = b"\x1b"
