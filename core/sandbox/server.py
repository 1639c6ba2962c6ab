"""Running a sandbox: a socket on this machine, uvicorn, and one line that says where."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import orjson
import uvicorn

from core.sandbox.app import build_app
from core.sandbox.connections import NotingProtocol
from core.sandbox.limits import for_budget
from core.sandbox.world.build import build_world
from core.sandbox.world.world import World

HOST = "127.0.0.1"
"""Never another address: there is no protection on the control surface."""
KEEP_ALIVE = 75


class Announcing(uvicorn.Server):
    """uvicorn's server, which calls back once it answers, sleeps while nothing comes, and stops at once when told."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()

    async def main_loop(self) -> None:
        """Wait to be told, instead of looking ten times a second."""
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything at once: nothing here is worth waiting for."""
        for server in self.servers:
            server.close()
        for opened in sockets or []:
            opened.close()
        for connection in list(self.server_state.connections):
            if isinstance(connection, NotingProtocol):
                connection.transport.abort()
        await asyncio.sleep(0)

    def stop(self) -> None:
        """End without waiting for open connections; from any thread."""
        self.should_exit = self.force_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal has come."""
        super().handle_exit(sig, frame)
        self.stop()


def listening(port: int) -> socket.socket:
    """A listening socket on this machine; port 0 takes a free one. OSError when the port is taken."""
    # The protocol is named because asyncio turns Nagle off only where it is: else each reply waits 40 ms for an ACK.
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((HOST, port))
        opened.listen(1_024)
    except OSError:
        opened.close()
        raise
    return opened


def describe(world: World) -> dict[str, Any]:
    """The line that a sandbox prints: everything a client needs in order to connect."""
    return {
        "limits": for_budget(world.limits.mode),
        "base_url": world.base_url,
        "client_id": world.tokens.client_id,
        "client_secret": world.tokens.client_secret,
        "refresh_token": world.tokens.first,
        "crm": {"organization_id": world.crm.org_id, "email": world.crm.me.email},
        "books": {"organization_id": world.books.organization_id, "email": world.books.email},
    }


def make_server(world: World, opened: socket.socket, latency_ms: float, ready: Callable[[], None]) -> Announcing:
    """A server over a world on a socket; run it with `serve(sockets=[opened])`."""
    world.base_url = f"http://{HOST}:{opened.getsockname()[1]}"
    config = uvicorn.Config(
        build_app(world, latency_ms),
        http=NotingProtocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=1,
    )
    return Announcing(config, ready)


def serve(
    port: int = 0,
    accounts: int | None = None,
    seed: int = 1,
    latency_ms: float = 0,
    limits: str = "off",
    *,
    planted: bool = True,
    clock: Any = None,
    die_with_stdin: bool = False,
    kind: str = "plain",
) -> int:
    """Serve until a signal comes; prints the line of `describe` on stdout once it answers. Returns an exit status."""
    world = build_world(accounts, seed, limits=limits, planted=planted, clock=clock, kind=kind)
    opened = listening(port)

    def ready() -> None:
        sys.stdout.buffer.write(orjson.dumps(describe(world)) + b"\n")
        sys.stdout.buffer.flush()

    server = make_server(world, opened, latency_ms, ready)
    if die_with_stdin:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(server.serve(sockets=[opened]))
    return 0


def _end_with_stdin() -> None:
    """Wait for the launcher's end of the pipe to close, be it by a kill -9, and end at once."""
    while os.read(sys.stdin.fileno(), 4_096):
        pass
    os._exit(0)
