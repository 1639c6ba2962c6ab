import io
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from core import cli
from core.agent.launch import running
from core.agent.places import Place
from core.commands.context import Screen
from core.sandbox.testing import RunningSandbox
from tests.cli.nursery import nursery


class Done:
    """How a command ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Commands:
    """Runs commands in this process, on a home of their own; their agent is a process."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="kk-")
        self.root = Path(self._folder.name)
        self.place = Place(self.root / "home")

    def __call__(self, *words: str, given: str = "", screen: Screen | None = None, lang: str = "en") -> Done:
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setattr(sys, "stdin", io.StringIO(given))
            patch.setenv("KAKEHASHI_HOME", str(self.place.home))
            patch.delenv("KAKEHASHI_PASSPHRASE", raising=False)
            # The keyring of whoever runs the tests is no place for a test's secrets.
            patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
            patch.setenv("LC_ALL", f"{lang}_US.UTF-8")
            try:
                code = cli.main(words, screen)
            except SystemExit as left:
                code = int(left.code or 0)
        for each in (out, err):
            each.flush()
        return Done(code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())  # type: ignore[attr-defined]

    def connect(self, zoho: RunningSandbox) -> None:
        done = self("connect", "--sandbox", "-", given=json.dumps(zoho.info))
        assert done.code == 0, done.err

    def file(self, name: str, content: object) -> str:
        path = self.root / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def agent_pid(self) -> int:
        holder = running(self.place)
        assert holder is not None
        return holder.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        done = self("stop")
        holder = running(self.place)
        if holder is not None:
            os.kill(holder.pid, signal.SIGKILL)
        self._folder.cleanup()
        assert done.code == 0, done.err


@pytest.fixture(scope="session", autouse=True)
def quick_agents() -> Iterator[None]:
    """Agents are processes of their own, but do not import everything anew."""
    with nursery():
        yield


@pytest.fixture
def kakehashi() -> Iterator[Commands]:
    with Commands() as made:
        yield made


@pytest.fixture(scope="session")
def zoho() -> Iterator[RunningSandbox]:
    """A sandbox to connect to; nothing may be written to it."""
    with RunningSandbox(accounts=20, seed=3, process=True) as made:
        yield made
