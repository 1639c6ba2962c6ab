"""A real terminal to press keys in and read from: tmux on a socket of its own."""

import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


def until(condition: Callable[[], object], seconds: float, what: Callable[[], str]) -> None:
    """Wait at a process boundary, where there is no event to wait on, and say what was seen when it never came."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(what())
        time.sleep(0.05)


class Terminal:
    """One tmux session running one command."""

    def __init__(
        self, command: str, *, columns: int = 80, rows: int = 24, env: Mapping[str, str] | None = None
    ) -> None:
        self.socket = f"kakehashi-{uuid.uuid4().hex[:8]}"
        self.columns, self.rows = columns, rows
        settings = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **(env or {})}
        pairs = [part for key, value in settings.items() for part in ("-e", f"{key}={value}")]
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", str(columns), "-y", str(rows), *pairs, command)
        self._tmux("set-option", "-g", "remain-on-exit", "on")

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _tmux(self, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-L", self.socket, *words], check=check, capture_output=True, text=True, timeout=30
        )
        return done.stdout

    def press(self, *keys: str) -> None:
        """Send keys by tmux's names (``Enter``, ``F2``, ``Down``) or as text."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Send text literally."""
        self._tmux("send-keys", "-l", text)

    def screen(self) -> str:
        """Return what the terminal shows, a line a row."""
        return self._tmux("capture-pane", "-p")

    def everything(self) -> str:
        """Return what the terminal shows and what has scrolled away."""
        return self._tmux("capture-pane", "-p", "-S", "-200")

    def shows(self, *texts: str) -> bool:
        """Return whether all the texts stand on the screen now."""
        screen = self.screen()
        return all(text in screen for text in texts)

    def wait_for(self, *texts: str, seconds: float = 30) -> str:
        """Wait until all the texts stand on the screen; return the screen."""
        until(lambda: self.shows(*texts), seconds, lambda: f"never saw {texts!r} in\n{self.screen()}")
        return self.screen()

    def dead(self) -> bool:
        """Return whether the command has ended."""
        return self._tmux("list-panes", "-F", "#{pane_dead}", check=False).strip() in ("1", "")

    def resize(self, columns: int, rows: int) -> None:
        """Resize the window."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def kill(self) -> None:
        """Take the terminal away, as a closed window or a lost line does."""
        self._tmux("kill-server", check=False)


def processes(marker: str) -> list[str]:
    """Return the command lines of live processes that mention ``marker``, this one aside."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            line = b" ".join(words).decode(errors="replace")
            if marker in line and "tmux" not in line:
                found.append(line)
    return found
