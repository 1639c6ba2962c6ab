"""Agents in a hurry: real processes of their own, forked from one that has imported everything already.

Starting an agent takes half a second, nearly all of it imports, and these tests start some hundred. That it starts from
nothing is what ``tests/agent/test_process.py`` tries. Waits between retries are short here; how long they are is tried
by ``tests/zoho``.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from core.agent import launch
from core.agent.places import Place

QUICK_RETRY = 0.02


class Nursery:
    """The process that agents are forked from."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-P", "-m", "tests.cli.nursery", str(theirs.fileno())]
            path = os.pathsep.join(each for each in sys.path if each)
            self.process = subprocess.Popen(
                command, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": path}
            )
        self.socket = ours
        assert self.socket.recv(8) == b"ready"

    def spawn(self, place: Place, _scope: list[str]) -> Any:
        """Take the place of ``core.agent.launch._spawn_detached``."""
        reading, writing = os.pipe()
        with contextlib.closing(launch._Pipe(reading)) as pipe:
            words = launch.agent_command(place)
            order = {"words": [*words[words.index("core.agent") + 1 :], "--detach"], "environ": dict(os.environ)}
            socket.send_fds(self.socket, [json.dumps(order).encode()], [writing])
            os.close(writing)
            return pipe.report(launch.START_SECONDS)

    def close(self) -> None:
        self.socket.close()
        self.process.wait(30)


@contextlib.contextmanager
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(launch, "_spawn_detached", made.spawn)
        yield made
    made.close()


def serve(fd: int) -> None:
    """Fork an agent for each order, until the other end closes."""
    import core.agent.__main__ as agent
    import core.agent.life
    import core.store.rings  # noqa: F401
    from core.zoho import waiting

    waiting.BASE = QUICK_RETRY
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=fd) as orders:
        orders.send(b"ready")
        while True:
            message, fds, _, _ = socket.recv_fds(orders, 1_000_000, 1)
            if not message:
                return
            if os.fork() == 0:
                orders.close()
                _be(agent, json.loads(message), fds[0])
            os.close(fds[0])


def _be(agent: Any, order: dict[str, Any], report: int) -> None:
    """Be the agent, with nothing left of the nursery."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(order["environ"])
        os.chdir("/")
        nothing = os.open(os.devnull, os.O_RDWR)
        for each in (0, 1, 2):
            os.dup2(nothing, each)
        code = agent.main([*order["words"], "--report-fd", str(report)])
        agent.logging.shutdown()
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
