"""The service at the other end of the agent's socket, and how to get there.

``attach`` is what every command and the screen call: it finds the agent of a place, starts it where there is none, and
returns a ``RemoteService``.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Self

import httpx
import msgspec

from core import __version__
from core.agent.launch import running, start_agent, wait_until_gone
from core.agent.places import Place
from core.agent.wire import (
    MEDIA_TYPE,
    OPERATIONS,
    READ_ONLY_HEADER,
    VERSION_HEADER,
    Operation,
    ProblemBody,
)
from core.model.problems import Problem
from core.service import Service

QUICK = {"status": 20.0, "progress": 20.0}
"""Seconds to wait for answers that are always at hand; others (a plan, a live read) take as long as Zoho takes."""
CONNECT_SECONDS = 5.0
ATTACH_SECONDS = 20.0
"""How long an agent may take from holding the lock to answering."""
POLL_SECONDS = 0.05
RETIRE_SECONDS = 20.0
"""How long to wait for an agent of another version to go before saying that it is still at work."""


class RemoteService(Service):
    """The agent's service. Its methods are made from ``wire.OPERATIONS``; each may raise ``Problem``.

    A call that could not be sent finds the agent again (and starts it, if ``start``) and is sent once more. A call
    whose answer was lost raises ``Problem('agent_unreachable')``: it may or may not have been done. The next call
    attaches anew.
    """

    def __init__(self, place: Place, socket: Path, *, start: bool, read_only: bool) -> None:
        self.place, self._start = place, start
        self._headers = {VERSION_HEADER: __version__, "content-type": MEDIA_TYPE}
        self._headers |= {READ_ONLY_HEADER: "1"} if read_only else {}
        self._http = _http(socket)
        self._reattaching = asyncio.Lock()

    @classmethod
    def at(cls, place: Place, socket: Path, *, start: bool = False, read_only: bool = False) -> Self:
        """Return the service behind a socket, without asking whether anybody is there."""
        return cls(place, socket, start=start, read_only=read_only)

    async def close(self) -> None:
        """Let go of the connections. The agent goes on."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _call(self, operation: Operation, body: bytes) -> Any:
        http = self._http
        try:
            answer = await self._post(http, operation, body)
        except httpx.ConnectError:
            await self._reattach(http)
            try:
                answer = await self._post(self._http, operation, body)
            except httpx.ConnectError:
                raise unreachable(self.place) from None
        if answer.status_code == httpx.codes.OK:
            return operation.decode(answer.content)
        raise _refused(answer.content)

    async def _post(self, http: httpx.AsyncClient, operation: Operation, body: bytes) -> httpx.Response:
        """Send. Raises httpx.ConnectError when nothing was sent, ``Problem`` when no answer came back."""
        wait = httpx.Timeout(CONNECT_SECONDS, read=QUICK.get(operation.name))
        try:
            return await http.post(f"/{operation.name}", content=body, headers=self._headers, timeout=wait)
        except httpx.ConnectError:
            raise
        except httpx.TransportError:
            raise unreachable(self.place) from None

    async def _stream(self, operation: Operation) -> AsyncIterator[Any]:
        wait = httpx.Timeout(CONNECT_SECONDS, read=None)
        try:
            async with self._http.stream("GET", f"/{operation.name}", headers=self._headers, timeout=wait) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise _refused(await answer.aread())
                async for line in answer.aiter_lines():
                    yield operation.decode(line.encode())
        except httpx.TransportError:
            raise unreachable(self.place) from None

    async def _reattach(self, failed: httpx.AsyncClient) -> None:
        """Find the agent again, once for all the calls that lost it together."""
        async with self._reattaching:
            if self._http is not failed:
                return
            self._http = _http(await _socket(self.place, start=self._start))
            await failed.aclose()


def _method(operation: Operation) -> Callable[..., Awaitable[Any]]:
    async def call(self: RemoteService, *given: Any, **named: Any) -> Any:
        return await self._call(operation, operation.pack(*given, **named))

    return call


def _stream_method(operation: Operation) -> Callable[..., AsyncIterator[Any]]:
    def stream(self: RemoteService) -> AsyncIterator[Any]:
        return self._stream(operation)

    return stream


for _each in OPERATIONS.values():
    setattr(RemoteService, _each.name, (_stream_method if _each.streams else _method)(_each))


async def attach(place: Place, *, start: bool = True, read_only: bool = False) -> RemoteService:
    """Return the service of a place's agent; ``start`` it where there is none.

    An agent of an older version finishes its run and is replaced. Raises ``Problem``: ``agent_unreachable`` without
    ``start`` where none runs, ``agent_outdated`` while an older one is still at work, ``program_outdated`` where it is
    us who are old, or whatever keeps a new agent from starting.
    """
    service = RemoteService.at(place, await _socket(place, start=start), start=start, read_only=read_only)
    try:
        await _greet(service, start)
    except BaseException:
        await service.close()
        raise
    return service


def find(place: Place) -> RemoteService | None:
    """Return the service of a running agent of whatever version, without a word to it; None where none runs."""
    holder = running(place)
    if holder is None:
        return None
    return RemoteService.at(place, Path(holder.socket) if holder.socket else place.socket)


async def _greet(service: RemoteService, start: bool) -> None:
    """Return once the agent answers. It may hold the lock already and not listen yet, or be about to go."""
    now = asyncio.get_running_loop().time
    deadline, replaced = now() + ATTACH_SECONDS, False
    while True:
        try:
            await service.status()
            return
        except Problem as problem:
            if problem.code == "agent_outdated" and start and not replaced:
                replaced = await wait_until_gone(service.place, RETIRE_SECONDS)
                if replaced:
                    continue
            if problem.code != "agent_unreachable" or now() > deadline or not start:
                raise
        await asyncio.sleep(POLL_SECONDS)


async def _socket(place: Place, *, start: bool) -> Path:
    """Return the socket of the running agent, started if there was none."""
    holder = running(place)
    if holder is not None:
        return Path(holder.socket) if holder.socket else place.socket
    if not start:
        raise unreachable(place)
    return await start_agent(place)


async def post_json(url: str, body: bytes, seconds: float) -> str:
    """Send JSON to somebody's webhook. Returns why it did not go through, empty where it did."""
    try:
        async with httpx.AsyncClient(timeout=seconds) as http:
            answer = await http.post(url, content=body, headers={"content-type": MEDIA_TYPE})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return type(error).__name__
    return "" if answer.is_success else f"HTTP {answer.status_code}"


def unreachable(place: Place) -> Problem:
    """Return the Problem of an agent that does not answer."""
    return Problem("agent_unreachable", profile=place.profile, log=str(place.log))


def _refused(body: bytes) -> Problem:
    with contextlib.suppress(msgspec.MsgspecError):
        return msgspec.json.decode(body, type=ProblemBody).problem()
    return Problem("unexpected", what="the agent gives no proper answer", log="-")


def _http(socket: Path) -> httpx.AsyncClient:
    # trust_env: a proxy of the environment has no business between us and our own socket.
    return httpx.AsyncClient(
        transport=httpx.AsyncHTTPTransport(uds=str(socket), limits=httpx.Limits(keepalive_expiry=30)),
        base_url="http://agent",
        trust_env=False,
    )
