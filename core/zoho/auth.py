"""Access tokens: one refresh at a time, kept for their hour across restarts, never asked for in a loop.

The token endpoint gives ten in ten minutes for a refresh token and says no with HTTP 200 (zoho-crm-api §1.3, §1.4), so
what was asked for is remembered with the token, and a throttle is waited out.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Protocol
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Struct

from core.model.problems import Problem
from core.model.whys import why as told_why
from core.zoho import errors
from core.zoho.credential import Credential
from core.zoho.datacentres import tidy
from core.zoho.transport import HttpAuth, HttpRequest, HttpResponse, NoAnswer, NotSent, Reply
from core.zoho.waiting import ATTEMPTS, Waiter, seconds_of

PREFIX = "Zoho-oauthtoken "
WINDOW, MOST_PER_WINDOW = 600.0, 10
MARGIN = 60.0
RENEWALS = 4
"""How often one call may ask for another token under a scope that is known to be open."""
"""Seconds before its end from which a token is no longer used."""
LONGEST_LIFE = 86_400
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Exchange = Callable[..., Awaitable[Reply]]


class TokenKeeper(Protocol):
    """Keeps one text across restarts, where secrets are kept."""

    def load(self) -> str | None:
        """Return what was saved last, None when there is nothing."""
        ...

    def save(self, text: str) -> None:
        """Keep this instead."""
        ...


class Token(Struct):
    """An access token as it is kept: until when (epoch seconds), and when the last ones were asked for."""

    access_token: str = ""
    expires: float = 0.0
    api_domain: str = ""
    scope: str = ""
    asked: list[float] = []
    client: str = ""
    """Whose it is: a new credential must not use the old one's token."""

    def __repr__(self) -> str:
        return "Token(…)"


class TokenReply(Struct):
    """The token endpoint's answer (zoho-crm-api §1.2); ``expires_in`` may be milliseconds beside ``expires_in_sec``."""

    access_token: str
    refresh_token: str = ""
    api_domain: str = ""
    scope: str = ""
    expires_in: float = 3_600
    expires_in_sec: float = 0

    def __repr__(self) -> str:
        return "TokenReply(…)"

    def life(self) -> float:
        """Return the token's life in seconds."""
        if self.expires_in_sec:
            return min(self.expires_in_sec, LONGEST_LIFE)
        return self.expires_in / 1_000 if self.expires_in > LONGEST_LIFE else self.expires_in


class Ticket:
    """What one call and the auth know of each other: the scope it needs, the token that went with it last."""

    __slots__ = ("renewals", "scope", "token")

    def __init__(self, scope: str) -> None:
        self.scope, self.token, self.renewals = scope, "", 0


class OAuth(HttpAuth):
    """Puts a good token on each request. After a 401 ``renewed`` refreshes; the caller sends again, so that the second
    request has its place in the budget like any other. Once is enough, but for a scope that is known to be open: of
    calls in flight together one may be refused for a token that another one has just replaced.
    """

    def __init__(
        self, credential: Credential, exchange: Exchange, waiter: Waiter, keeper: TokenKeeper | None = None
    ) -> None:
        self._credential, self._exchange, self._waiter, self._keeper = credential, exchange, waiter, keeper
        self._lock = asyncio.Lock()
        self._token = self._loaded()
        self._hopeless: set[str] = set()
        """Scopes that a fresh token did not open: no refresh is spent on them again."""
        self._open: set[str] = set()
        """Scopes that let a call through."""

    def __repr__(self) -> str:
        return "OAuth(…)"

    async def async_auth_flow(self, request: HttpRequest) -> AsyncGenerator[HttpRequest, HttpResponse]:
        """See the class; the request's extensions hold its ``Ticket``."""
        ticket: Ticket = request.extensions["ticket"]
        ticket.token = await self.access_token()
        request.headers["Authorization"] = PREFIX + ticket.token
        yield request

    def let_through(self, ticket: Ticket) -> None:
        """Take note that a call was not refused for its token."""
        self._open.add(ticket.scope)

    async def renewed(self, ticket: Ticket, content: bytes) -> bool:
        """Return whether a call that got a 401 with this body is worth sending once more, with a new token."""
        code, _ = errors.code_of(content)
        if code == "OAUTH_SCOPE_MISMATCH" or (code == "57" and ticket.scope in self._hopeless):
            return False
        if ticket.renewals >= (RENEWALS if ticket.scope in self._open else 1):
            if code == "57":
                self._hopeless.add(ticket.scope)
            return False
        ticket.renewals += 1
        await self.access_token(instead_of=ticket.token)
        return True

    async def access_token(self, instead_of: str = "") -> str:
        """Return a token that should be good; ``instead_of`` is one that was refused.

        Raises ``Problem``: ``credential_refused`` (with its own ``why``), ``unreachable``, ``blocked``.
        """
        async with self._lock:
            held = self._token
            if not held.access_token or held.access_token == instead_of or self._now() >= held.expires - MARGIN:
                await self._refresh()
            return self._token.access_token

    async def about(self) -> tuple[str, str]:
        """Return (api_domain, scope) as the token endpoint told them; either may be empty."""
        await self.access_token()
        return self._token.api_domain, self._token.scope

    async def _refresh(self) -> None:
        credential = self._credential
        form = {
            "grant_type": "refresh_token", "client_id": credential.client_id,
            "client_secret": credential.client_secret, "refresh_token": credential.refresh_token,
        }  # fmt: skip
        await self._wait_for_window()
        self._token.asked.append(self._now())
        made = await ask_token(
            self._exchange, self._waiter, credential.accounts_url, form, errors.NAMES[credential.service]
        )
        held = self._token
        self._token = Token(
            made.access_token, self._now() + made.life(), made.api_domain or held.api_domain,
            made.scope or held.scope, held.asked, self._owner(),
        )  # fmt: skip
        if self._keeper is not None:
            self._keeper.save(msgspec.json.encode(self._token).decode())

    async def _wait_for_window(self) -> None:
        asked = self._token.asked = [each for each in self._token.asked if each > self._now() - WINDOW]
        if len(asked) >= MOST_PER_WINDOW:
            await self._waiter.wait("rate_limit", asked[-MOST_PER_WINDOW] + WINDOW - self._now() + 1)

    def _loaded(self) -> Token:
        text = self._keeper.load() if self._keeper is not None else None
        try:
            token = msgspec.json.decode(text, type=Token) if text else Token()
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            token = Token()
        if token.client != self._owner():
            return Token()
        now = self._now()
        token.asked = [each for each in token.asked if each <= now]
        if token.expires > now + LONGEST_LIFE:
            token.expires = 0.0
        return token

    def _owner(self) -> str:
        # The end of a hash would do as well; the client's public id and the address are no secrets.
        return f"{self._credential.client_id}:{self._credential.service}:{self._credential.email}"

    def _now(self) -> float:
        return seconds_of(self._waiter.clock.now())


async def ask_token(
    exchange: Exchange, waiter: Waiter, accounts_url: str, form: dict[str, str], side: str
) -> TokenReply:
    """Ask the token endpoint. Its throttle is waited out once, a broken line retried.

    Raises ``Problem``: ``credential_refused``, ``unreachable``, ``server_trouble``, ``blocked``.
    """
    url, host = f"{tidy(accounts_url)}/oauth/v2/token", urlsplit(tidy(accounts_url)).netloc
    grant = form["grant_type"] == "authorization_code"
    throttled, why = False, ""
    for attempt in range(ATTEMPTS):
        try:
            reply = await exchange("POST", url, FORM, urlencode(form).encode())
        except NotSent as wrong:
            why = str(wrong)
        except NoAnswer as wrong:
            if grant:
                # A grant code is good for one use, and it may have been used.
                raise Problem("unreachable", host=host, why=str(wrong)) from None
            why = str(wrong)
        else:
            error = errors.token_error(reply.content)
            if not error:
                return _token_reply(reply.content, host)
            if "access" in error.lower() and "denied" in error.lower():
                if throttled:
                    raise Problem("blocked", side=side, seconds=str(int(WINDOW)))
                throttled = True
                await waiter.wait("rate_limit", max(WINDOW, reply.retry_after() or 0.0))
                continue
            if reply.status < 500 and error != "garbled":
                raise Problem("credential_refused", side=side, why=errors.refused_why(error, host, grant=grant))
            why = told_why("no_token", status=str(reply.status))
        if attempt + 1 < ATTEMPTS:
            await waiter.back_off("retry", attempt)
    raise Problem("unreachable", host=host, why=why)


def _token_reply(content: bytes, host: str) -> TokenReply:
    try:
        made = msgspec.json.decode(content, type=TokenReply, strict=False)
    except (msgspec.DecodeError, UnicodeError):
        raise Problem("server_trouble", side=host, why=told_why("token_shape")) from None
    if not made.access_token.isascii() or not made.access_token.isprintable():
        raise Problem("server_trouble", side=host, why=told_why("token_unusable"))
    return made
