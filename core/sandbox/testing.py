"""A sandbox for tests, of this folder and of others: real HTTP on a free port, in a thread or in a process of its own.

    with RunningSandbox(accounts=50, seed=7) as zoho:
        zoho.info["base_url"], zoho.info["refresh_token"]        # the line of `kakehashi sandbox`
        zoho.control("PUT", "switches", {"crm.unknown_id": 400})  # anything under /_sandbox/, as decoded JSON
        zoho.planted(), zoho.writes(), zoho.fault(kind="lost_reply", side="books", method="POST", count=1)

A thread starts in some milliseconds and shares the interpreter (`.world` is there to look into); a process
(`process=True`) is what users have and cannot slow the test's own code down. Neither outlives the test run.
"""

from __future__ import annotations

import asyncio
import http.client
import subprocess
import sys
import threading
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import orjson

from core.sandbox.server import Announcing, describe, listening, make_server
from core.sandbox.world.build import build_world
from core.sandbox.world.world import World


class RunningSandbox:
    """A context manager. `info` is the line that a sandbox prints; the options are `latency_ms` and `build_world`'s."""

    def __init__(
        self, accounts: int | None = 50, seed: int = 1, *, latency_ms: float = 0, limits: str = "off",
        clock: Any = None, planted: bool = True, process: bool = False, kind: str = "plain",
    ) -> None:  # fmt: skip
        self._options = {"accounts": accounts, "seed": seed, "limits": limits, "clock": clock, "planted": planted,
                         "kind": kind}  # fmt: skip
        self._latency, self._in_process = latency_ms, process
        self.info: dict[str, Any] = {}
        self.world: World | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._server: Announcing | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if self._in_process:
            self._start_process()
        else:
            self._start_thread()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is not None:
            assert self._child.stdin is not None and self._child.stdout is not None
            self._child.stdin.close()
            self._child.wait(10)
            self._child.stdout.close()
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join(10)

    @property
    def base_url(self) -> str:
        """Where it answers."""
        return str(self.info["base_url"])

    def control(self, method: str, path: str, json: Any = None) -> Any:
        """Ask the control surface: `control("GET", "planted")`. AssertionError with its own words for a refusal."""
        connection = http.client.HTTPConnection(urlsplit(self.base_url).netloc, timeout=30)
        try:
            content = None if json is None else orjson.dumps(json)
            connection.request(method, f"/_sandbox/{path.lstrip('/')}", content)
            answer = connection.getresponse()
            body = orjson.loads(answer.read())
        finally:
            connection.close()
        assert answer.status == 200, f"{method} {path}: {body}"
        return body

    def switch(self, name: str, value: bool | int | str) -> None:
        """Set one switch; a name holds a dot, as in `crm.unknown_id`."""
        self.control("PUT", "switches", {name: value})

    def fault(self, **rule: Any) -> None:
        """Put one fault in force, in place of those before; without arguments none."""
        self.control("PUT", "faults", {"faults": [rule] if rule else []})

    def planted(self) -> list[dict[str, Any]]:
        """The records that are meant to fail."""
        found: list[dict[str, Any]] = self.control("GET", "planted")["planted"]
        return found

    def requests(self, since: int = 0) -> list[dict[str, Any]]:
        """The request log."""
        found: list[dict[str, Any]] = self.control("GET", f"requests?since={since}")["requests"]
        return found

    def writes(self, since: int = 0) -> list[dict[str, Any]]:
        """The requests that change records."""
        return [each for each in self.requests(since) if each["write"]]

    def _start_thread(self) -> None:
        self.world = build_world(**self._options)
        opened, ready = listening(0), threading.Event()
        self._server = server = make_server(self.world, opened, self._latency, ready.set)
        self._thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[opened])), daemon=True)
        self._thread.start()
        assert ready.wait(30), "the sandbox does not answer"
        self.info = describe(self.world)

    def _start_process(self) -> None:
        given = self._options
        command = [sys.executable, "-m", "core.sandbox", "--die-with-stdin", "--world", str(given["kind"])]
        command += [] if given["accounts"] is None else ["--accounts", str(given["accounts"])]
        command += ["--seed", str(given["seed"]), "--limits", str(given["limits"]), "--latency-ms", str(self._latency)]
        command += ["--clock", str(given["clock"])] if given["clock"] else []
        command += [] if given["planted"] else ["--no-planted"]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        assert line, "the sandbox does not start"
        self.info = orjson.loads(line)
