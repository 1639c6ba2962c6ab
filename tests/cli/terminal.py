"""A command on a terminal of its own, for what only happens there: prompts, moving lines, Ctrl-C."""

import contextlib
import os
import pty
import select
import subprocess
import sys
import time
from types import TracebackType
from typing import Self

from tests.cli.conftest import Commands

KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


class Typed:
    """``kakehashi`` on a pseudo-terminal; ``shown`` is all that it has written there."""

    def __init__(self, kakehashi: Commands, *words: str, stdout: bool = False) -> None:
        self._master, slave = pty.openpty()
        self.shown = ""
        self.child = subprocess.Popen(
            [sys.executable, "-m", "tui.main", *words],
            stdin=slave,
            stdout=slave if stdout else subprocess.PIPE,
            stderr=slave,
            start_new_session=True,
            env={**os.environ, "KAKEHASHI_HOME": str(kakehashi.place.home), "LC_ALL": "C.UTF-8", "TERM": "xterm"}
            | KEYRING,
        )
        os.close(slave)

    def until(self, text: str, seconds: float = 30) -> None:
        """Read until a text is shown."""
        deadline = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < deadline, f"{text!r} is not in {self.shown!r}"
            if not self._read(0.2):
                assert self.child.poll() is None or text in self.shown, f"{text!r} is not in {self.shown!r}"

    def press(self, text: str) -> None:
        """Press keys."""
        os.write(self._master, text.encode())

    def end(self, seconds: float = 60) -> tuple[int, str]:
        """Wait for the end; the exit code and what went to stdout."""
        deadline = time.monotonic() + seconds
        while self.child.poll() is None:
            assert time.monotonic() < deadline, self.shown
            self._read(0.1)
        while self._read(0):
            pass
        out = self.child.stdout.read().decode() if self.child.stdout else ""
        return self.child.returncode, out

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], seconds)
        data = b""
        with contextlib.suppress(OSError):  # Linux says EIO once the other end is closed
            data = os.read(self._master, 65_536) if ready else b""
        self.shown += data.decode(errors="replace")
        return bool(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        if self.child.stdout:
            self.child.stdout.close()
        os.close(self._master)
