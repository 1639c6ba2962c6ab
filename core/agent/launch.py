"""Starting an agent, and finding out whether one runs. Imports little: every command comes through here."""

import asyncio
import contextlib
import os
import select
import subprocess
import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from core.agent.places import Place
from core.agent.session import outlasting_scope
from core.model.problems import PROBLEMS, Problem
from core.store.lock import Holder, read_holder

START_SECONDS = 30.0
"""How long a new agent may take until it listens or says why not."""


class Report(Struct, frozen=True, kw_only=True):
    """What a new agent says of itself, once, over a pipe: where it listens, or the Problem that keeps it from that."""

    socket: str = ""
    code: str = ""
    detail: dict[str, str] = {}


def running(place: Place) -> Holder | None:
    """Return who holds the profile's lock, None when nobody does."""
    return read_holder(place.folder) if place.folder.is_dir() else None


async def start_agent(place: Place) -> Path:
    """Start an agent that outlives us, and return its socket once it listens.

    When another one was faster, returns that one's. Raises ``Problem`` with what the agent says.
    """
    return await asyncio.to_thread(_start, place)


def _start(place: Place) -> Path:
    scope = outlasting_scope()
    report = (_spawn_detached(place, scope) if scope else None) or _spawn_detached(place, [])
    if report is None:
        raise Problem("agent_unreachable", profile=place.profile, log=str(place.log))
    if report.code == "profile_in_use" and (holder := running(place)) is not None:
        return Path(holder.socket)
    if report.code:
        raise Problem(report.code if report.code in PROBLEMS else "unexpected", **report.detail)
    return Path(report.socket)


def _spawn_detached(place: Place, scope: list[str]) -> Report | None:
    """Run an agent that forks itself away from us; None when it ends without a word."""
    reading, writing = os.pipe()
    with contextlib.closing(_Pipe(reading)) as pipe:
        try:
            child = subprocess.Popen(  # noqa: S603
                [*scope, *agent_command(place), "--detach", "--report-fd", str(writing)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(writing,),
                cwd="/",
            )
        except OSError:
            os.close(writing)
            return None
        os.close(writing)
        report = pipe.report(START_SECONDS)
        if report is None:
            child.kill()
        child.wait()
        return report


def spawn_attached(place: Place) -> "subprocess.Popen[bytes]":
    """Start an agent that ends, and removes its home, when our end of its standard input closes. For demos.

    Returns once it listens. Raises ``Problem`` with what the agent says.
    """
    reading, writing = os.pipe()
    with contextlib.closing(_Pipe(reading)) as pipe:
        child = subprocess.Popen(  # noqa: S603
            [*agent_command(place), "--die-with-stdin", "--ephemeral", "--report-fd", str(writing)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(writing,),
            cwd="/",
            start_new_session=True,
        )
        os.close(writing)
        report = pipe.report(START_SECONDS)
    if report is not None and not report.code:
        return child
    child.kill()
    child.communicate()
    if report is None or report.code not in PROBLEMS:
        raise Problem("agent_unreachable", profile=place.profile, log=str(place.log))
    raise Problem(report.code, **report.detail)


def agent_command(place: Place) -> list[str]:
    """Return the command that runs a place's agent; ``-P``: no folder we stand in lends it a module."""
    return [sys.executable, "-P", "-m", "core.agent", "--home", str(place.home), "--profile", place.profile]


async def wait_until_gone(place: Place, seconds: float) -> bool:
    """Wait until the agent that runs now has let go of the lock; False when it has not after ``seconds``."""
    now = asyncio.get_running_loop().time
    holder, deadline = running(place), now() + seconds
    while holder is not None and (still := running(place)) is not None and still.pid == holder.pid:
        if now() > deadline:
            return False
        await asyncio.sleep(0.05)
    return True


class _Pipe:
    """The reading end of the pipe a new agent reports over."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def close(self) -> None:
        os.close(self._fd)

    def report(self, seconds: float) -> Report | None:
        """Wait for one line; None when the agent ends without one, or says nothing in time."""
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self._fd], [], [], seconds)
            part = os.read(self._fd, 65_536) if ready else b""
            if not part:
                return None
            line += part
        with contextlib.suppress(msgspec.MsgspecError):
            return msgspec.json.decode(line, type=Report)
        return None
