"""Calls of one side's API: budget, token, retries and the table of answers, in one loop.

Whether a call is sent again hangs on two things alone: how far it got, and whether sending it twice is harmless.
"""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from msgspec import Struct

from core.model.names import SideName
from core.model.problems import Problem
from core.model.whys import why as told_why
from core.zoho import codec, errors
from core.zoho.auth import OAuth, Ticket
from core.zoho.budget import LONGEST_WAIT, Budget
from core.zoho.transport import NoAnswer, NotSent, Reply, Transport
from core.zoho.waiting import ATTEMPTS, Waiter

Decode = Callable[[bytes], Any]
HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "kakehashi"}
THROTTLES = 12
"""How often one call may be told to wait before the run stops."""


class Call(Struct, frozen=True, kw_only=True):
    """One request. ``again``: sending it twice does no more than sending it once. ``write``: it changes
    records, so an outcome may be unknown. ``scope`` is what it needs to be allowed.
    """

    method: str
    path: str
    params: dict[str, str] = {}
    headers: dict[str, str] = {}
    body: bytes | None = None
    decode: Decode = codec.decode_any
    again: bool = True
    write: bool = False
    cost: int = 1
    sub: bool = False
    scope: str = ""


class Answer(Struct, frozen=True):
    """A reply that was read: ``data`` is None for an empty one. ``refused`` says that this very request was refused."""

    status: int
    data: Any
    reply: Reply
    refused: bool = False

    def code(self) -> tuple[str, str]:
        """Return (code, message) of a refusal."""
        return errors.code_of(self.reply.content)


class Uncertain(Exception):
    """A write whose outcome is unknown: sent, and no answer that can be trusted."""


class Caller:
    """Sends calls to ``base`` (scheme, host, API prefix). ``params`` go with every call."""

    def __init__(
        self, side: SideName, base: str, transport: Transport, auth: OAuth, budget: Budget, waiter: Waiter,
        params: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.side, self.budget = side, budget
        self._base, self._transport, self._auth, self._waiter = base.rstrip("/"), transport, auth, waiter
        self._params = params or {}
        self._host = urlsplit(base).netloc
        self.choices: Callable[[], Awaitable[str]] | None = None
        """Names the organisations that there are, for whoever named another."""

    async def call(self, call: Call) -> Answer:
        """Send until there is an answer.

        Raises ``Uncertain`` for a call that must not be sent twice (or was sent too often) and may have been acted on,
        ``Problem`` when the whole must stop.
        """
        attempt = throttles = 0
        ticket = Ticket(call.scope)
        sent, why = False, ""
        while True:
            try:
                answer = await self._once(call, ticket)
            except NotSent as wrong:
                why = str(wrong)
            except NoAnswer as wrong:
                sent, why = True, str(wrong)
                if not call.again:
                    raise Uncertain(why) from None
            else:
                if isinstance(answer, Answer):
                    self.budget.went_well()
                    return answer
                if answer.do != "trouble":
                    throttles += 1
                    await self._obey(call, answer, throttles)
                    continue
                sent, why = True, answer.why
                if not call.again:
                    raise Uncertain(why)
            attempt += 1
            if attempt >= ATTEMPTS:
                raise self._given_up(call, why, sent=sent)
            await self._waiter.back_off("retry", attempt)

    async def _once(self, call: Call, ticket: Ticket) -> Answer | errors.Verdict:
        headers = {**HEADERS, **call.headers}
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        async with self.budget.place(call.cost, sub=call.sub):
            reply = await self._transport.exchange(call.method, self._url(call), headers, call.body, self._auth, ticket)
        self.budget.learn(reply.headers)
        if reply.status == 401 and await self._auth.renewed(ticket, reply.content):
            return await self._once(call, ticket)
        if reply.status != 401:
            self._auth.let_through(ticket)
        verdict = errors.verdict(self.side, reply.status, reply.content, reply.retry_after())
        if verdict.do == "refused":
            return Answer(reply.status, _any(reply.content), reply, refused=True)
        if verdict.do != "ok":
            return verdict
        if not reply.content.strip():
            return Answer(reply.status, None, reply)
        try:
            return Answer(reply.status, call.decode(reply.content), reply)
        except codec.DECODE_ERRORS as wrong:
            return errors.Verdict("trouble", told_why("shape", kind=type(wrong).__name__))

    def _url(self, call: Call) -> str:
        params = {**self._params, **call.params}
        query = "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in params.items()])
        return f"{self._base}{call.path}{'?' if query else ''}{query}"

    async def _obey(self, call: Call, verdict: errors.Verdict, times: int) -> None:
        """Do what an answer asks for before the call is sent again. It was not acted on."""
        if verdict.do == "quota":
            raise self.budget.use_up()
        if verdict.do == "stranger":
            choices = await self.choices() if self.choices is not None else ""
            wanted = self._params.get("organization_id", "")
            raise Problem("not_your_organisation", side=errors.NAMES[self.side], id=wanted, choices=choices)
        if verdict.do in ("denied", "scope", "expired"):
            raise self._stopped(call, verdict)
        if verdict.do == "busy":
            self.budget.too_many()
            if times < THROTTLES:
                await self._waiter.back_off("rate_limit", times + 1, verdict.wait)
                return
        else:
            self.budget.block(verdict.wait)
            if verdict.wait <= LONGEST_WAIT and times < THROTTLES:
                return
        raise Problem("blocked", side=errors.NAMES[self.side], seconds=str(int(max(verdict.wait, 60))))

    def _stopped(self, call: Call, verdict: errors.Verdict) -> Problem:
        side = errors.NAMES[self.side]
        if verdict.do == "scope":
            return Problem("scope_missing", side=side, scope=call.scope or verdict.why)
        if verdict.do == "denied":
            return Problem("credential_refused", side=side, why=told_why("fresh_refused"))
        return Problem("server_trouble", side=side, why=told_why("plan_ended", words=verdict.why))

    def _given_up(self, call: Call, why: str, *, sent: bool) -> Exception:
        if sent and call.write:
            return Uncertain(why)
        if sent:
            return Problem("server_trouble", side=errors.NAMES[self.side], why=why)
        return Problem("unreachable", host=self._host, why=why)


@lru_cache(maxsize=256)
def _quoted(value: str) -> str:
    """A parameter's value; a list of fields goes with every page."""
    return quote(value, safe="")


def _any(content: bytes) -> Any:
    try:
        return codec.decode_any(content)
    except codec.DECODE_ERRORS:
        return None
