"""Open connections, so that a fault can cut one. ASGI does not hand them out; the protocol notes them instead."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import ClassVar

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

Peer = tuple[str, int]


class Connections:
    """The transports by the client's address."""

    open: ClassVar[dict[Peer, asyncio.Transport]] = {}

    def cut(self, scope: Scope) -> None:
        """Close without another byte."""
        transport = self.open.get(tuple(scope["client"]))
        if transport is not None:
            transport.abort()

    def finish(self, scope: Scope) -> None:
        """Close once everything written has gone out."""
        transport = self.open.get(tuple(scope["client"]))
        if transport is not None:
            transport.close()

    def reset(self, scope: Scope) -> None:
        """Close with a TCP reset."""
        transport = self.open.get(tuple(scope["client"]))
        if transport is not None:
            raw: socket.socket = transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()


class NotingProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, which also notes its transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected."""
        super().connection_made(transport)
        if self.client is not None:
            Connections.open[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        super().connection_lost(exc)
        if self.client is not None:
            Connections.open.pop(self.client, None)
