"""The service over a Unix socket: Starlette and uvicorn, routes made from ``wire.OPERATIONS``."""

import asyncio
import contextlib
import logging
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from core import __version__
from core.agent.wire import (
    LINES_TYPE,
    MEDIA_TYPE,
    OPERATIONS,
    PROBLEM_STATUS,
    READ_ONLY_HEADER,
    READS,
    VERSION_HEADER,
    Operation,
    ProblemBody,
)
from core.model.problems import Problem
from core.service import Service, Status

logger = logging.getLogger(__name__)
GRACE_SECONDS = 2.0
KEEP_ALIVE = 75
"""Seconds; longer than the client keeps an unused connection, so that it is the client that lets go."""


class Gate:
    """What the life of the agent wants to know of its callers, and what it may forbid. This one only counts."""

    def __init__(self, version: str = __version__) -> None:
        self.version = version
        self.open = 0
        """Calls and event streams that are being answered now."""

    def enter(self, operation: Operation, request: Request) -> None:
        """Let a call in. Raises ``Problem`` for a client of another version or one that only reads."""
        theirs = request.headers.get(VERSION_HEADER, self.version)
        if theirs != self.version and operation.name != "shutdown":
            if version_key(theirs) < version_key(self.version):
                raise Problem("program_outdated", found=self.version, own=theirs)
            self.other_version(theirs)
            raise Problem("agent_outdated", found=self.version, own=theirs)
        if READ_ONLY_HEADER in request.headers and operation.name not in READS:
            raise Problem("read_only")

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Count a call while it is answered."""
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1
            self.left()

    def other_version(self, theirs: str) -> None:
        """A client that is not older than us, and not of our version, has come."""

    def left(self) -> None:
        """A call has been answered, or a stream has ended."""


def version_key(version: str) -> tuple[int, ...]:
    """Return what orders versions: an older program must not drive out the agent of a newer one."""
    return tuple(map(int, re.findall(r"\d+", version)))


def build_app(service: Service, gate: Gate, log: Path | str = "-") -> Starlette:
    """Return the ASGI application. ``log`` is where an unexpected exception can be read."""
    routes = [
        Route(f"/{each.name}", _handler(each, service, gate, log), methods=[each.verb]) for each in OPERATIONS.values()
    ]
    return Starlette(routes=routes)


def _handler(
    operation: Operation, service: Service, gate: Gate, log: Path | str
) -> Callable[[Request], Awaitable[Response]]:
    method = getattr(service, operation.name)

    async def answer(request: Request) -> Response:
        with gate.inside():
            arguments = operation.unpack(await request.body())
            result = await method(**arguments)
        if isinstance(result, Status) and READ_ONLY_HEADER in request.headers:
            result = msgspec.structs.replace(result, read_only=True)
        return Response(msgspec.json.encode(result), media_type=MEDIA_TYPE)

    async def stream(request: Request) -> Response:
        return StreamingResponse(_lines(method(), gate), media_type=LINES_TYPE)

    async def guarded(request: Request) -> Response:
        try:
            gate.enter(operation, request)
            return await (stream if operation.streams else answer)(request)
        except Problem as problem:
            return _refusal(problem)
        except Exception as error:
            # The traceback goes to the log alone: its text could hold what a caller must not see.
            logger.exception("%s failed", operation.name)
            return _refusal(Problem("unexpected", what=type(error).__name__, log=str(log)))

    return guarded


async def _lines(items: AsyncIterator[object], gate: Gate) -> AsyncIterator[bytes]:
    with gate.inside():
        try:
            async for each in items:
                yield msgspec.json.encode(each) + b"\n"
        finally:
            close = getattr(items, "aclose", None)
            if close is not None:
                await close()


def _refusal(problem: Problem) -> Response:
    return Response(msgspec.json.encode(ProblemBody.of(problem)), status_code=PROBLEM_STATUS, media_type=MEDIA_TYPE)


class Server(uvicorn.Server):
    """uvicorn's server on our socket: it sleeps while nothing comes, and leaves signals to the agent's life."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,
                timeout_keep_alive=KEEP_ALIVE,
            )
        )
        self._told = asyncio.Event()

    async def main_loop(self) -> None:
        """Wait to be told, instead of looking ten times a second."""
        await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is idle, and wait for the answers that are under way; uvicorn's own sleeps in between."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=GRACE_SECONDS)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield

    def stop(self) -> None:
        """End once the open answers are out."""
        self.should_exit = True
        self._told.set()
