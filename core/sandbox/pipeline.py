"""What happens to every request, in this order: tick, fault, limits, delay, token, scope, endpoint, fault, log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from core.sandbox.auth import authorise, find_token
from core.sandbox.clock import http_date
from core.sandbox.connections import Connections
from core.sandbox.faults import Rule, half, partly, refusal_of
from core.sandbox.http import Call, Endpoint, Refusal, Reply
from core.sandbox.limits import BOOKS_MESSAGES, books_throttle, crm_throttle
from core.sandbox.requestlog import Entry
from core.sandbox.world.world import World

LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Wire:
    """The ASGI three: where a reply goes."""

    scope: Scope
    receive: Receive
    send: Send


@dataclass(slots=True)
class Pipeline:
    """Takes a call from its arrival to the last byte of its reply, or to the cut connection. `latency` in seconds."""

    world: World
    latency: float
    connections: Connections

    async def run(self, call: Call, endpoint: Endpoint, wire: Wire) -> None:
        """One request. The control surface moves no clock, meets no faults or limits, and is not in the log."""
        if endpoint.side == "control":
            await self._send(_ask(call, endpoint), wire)
            return
        world = self.world
        world.clock.tick()
        number, moment = world.log.take_number(), world.clock.now()
        struck = world.faults.strike(endpoint.side, call.method, call.path)
        reply = None if "reset" in struck else await self._answer(call, endpoint, struck)
        world.log.add(
            Entry(
                number, call.method, call.path, wire.scope["query_string"].decode("latin-1"),
                0 if reply is None or "lost_reply" in struck else reply.status,
                endpoint.side, endpoint.write, moment, ",".join(struck) or None,
            )
        )  # fmt: skip
        await self._deliver(reply, struck, wire)

    async def _answer(self, call: Call, endpoint: Endpoint, struck: Mapping[str, Rule]) -> Reply:
        wait = self.latency + (struck["delay"].seconds if "delay" in struck else 0)
        try:
            with self.world.limits.admit(call, endpoint):
                if wait:
                    await asyncio.sleep(wait)
                reply = _spoiled(endpoint, struck) or self._act(call, endpoint, struck)
                if "skew" in struck:
                    reply.headers["date"] = http_date(self.world.clock.now() + struck["skew"].seconds)
        except Refusal as refusal:
            reply = refusal.reply
        reply.headers |= self.world.limits.headers(endpoint)
        return reply

    def _act(self, call: Call, endpoint: Endpoint, struck: Mapping[str, Rule]) -> Reply:
        find_token(call)
        if "expire_token" in struck and call.token is not None:
            call.token.expires = self.world.clock.now()
        if "expire_page_token" in struck:
            self.world.crm.page_tokens.pop(call.query.get("page_token", ""), None)
        authorise(call, endpoint)
        if "partial" in struck and endpoint.side == "crm" and endpoint.write:
            call.content, count = half(call.content)
            return partly(_ask(call, endpoint), count) if count else _ask(call, endpoint)
        return _ask(call, endpoint)

    async def _deliver(self, reply: Reply | None, struck: Mapping[str, Rule], wire: Wire) -> None:
        if reply is None:
            self.connections.reset(wire.scope)
        elif "lost_reply" in struck:
            self.connections.cut(wire.scope)
        elif "truncated" in struck:
            await self._send_half(reply, wire)
        elif "malformed" in struck:
            await self._send(Reply(reply.status, raw=reply.payload()[:-1] + b',"', headers=reply.headers), wire)
        else:
            await self._send(reply, wire)

    async def _send(self, reply: Reply, wire: Wire) -> None:
        response = Response(reply.payload(), reply.status, self._headers(reply), reply.media_type)
        await response(wire.scope, wire.receive, wire.send)

    async def _send_half(self, reply: Reply, wire: Wire) -> None:
        payload = reply.payload()
        response = Response(payload, reply.status, self._headers(reply), reply.media_type)
        await wire.send({"type": "http.response.start", "status": reply.status, "headers": response.raw_headers})
        await wire.send({"type": "http.response.body", "body": payload[: len(payload) // 2], "more_body": True})
        self.connections.finish(wire.scope)

    def _headers(self, reply: Reply) -> dict[str, str]:
        return {"date": http_date(self.world.clock.now())} | reply.headers


def _ask(call: Call, endpoint: Endpoint) -> Reply:
    try:
        return endpoint.handler(call)
    except Refusal as refusal:
        return refusal.reply
    except Exception:
        # A fault of the sandbox's own: say so where a developer looks, and answer as Zoho does when it breaks.
        LOG.exception("%s %s", call.method, call.path)
        return refusal_of(Rule("status", status=500), endpoint.side)


def _spoiled(endpoint: Endpoint, struck: Mapping[str, Rule]) -> Reply | None:
    """The reply of a fault that keeps the endpoint from being asked."""
    if "throttle" in struck:
        code = struck["throttle"].status
        if endpoint.side == "books":
            return books_throttle(code if code in BOOKS_MESSAGES else 44)
        return crm_throttle("a fault was asked for")
    for kind in ("status", "html"):
        if kind in struck:
            return refusal_of(struck[kind], endpoint.side)
    return None
