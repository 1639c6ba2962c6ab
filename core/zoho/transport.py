"""Requests over the wire: the one file of this room that knows httpx. HTTP/1.1, the stock transport, no redirects.

What matters to the caller is not only that a request failed but how far it got: ``NotSent`` (safe to send again) or
``NoAnswer`` (it may have been acted on).
"""

import email.utils
import importlib.util
import re
import ssl
import sys
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import httpx
from msgspec import Struct

from core.model.whys import why

HttpAuth = httpx.Auth
HttpRequest = httpx.Request
HttpResponse = httpx.Response

MOST_BYTES = 64 * 2**20
"""A reply larger than this is refused: no endpoint has a reason for it."""
CONNECT, WRITE, READ = 10.0, 30.0, 90.0
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class NotSent(Exception):
    """The request never left: it can be sent again whatever it is."""


class NoAnswer(Exception):
    """The request left, and no whole answer came back: whether it was acted on is not known."""


class Reply(Struct, frozen=True):
    """A whole reply. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def retry_after(self) -> float | None:
        """Return ``Retry-After`` in seconds, from either of its forms; None when absent or unreadable."""
        text = self.headers.get("retry-after", "").strip()
        if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
            return float(text)
        try:
            moment = email.utils.parsedate_to_datetime(text).timestamp() if text else None
            present = email.utils.parsedate_to_datetime(self.headers.get("date", "")).timestamp()
        except (ValueError, TypeError, OverflowError):
            return None
        return None if moment is None else max(moment - present, 0.0)

    def date(self) -> str:
        """Return the server's time as an instant, ``""`` when it did not say."""
        try:
            moment = email.utils.parsedate_to_datetime(self.headers.get("date", ""))
        except (ValueError, TypeError):
            return ""
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment.timestamp()))


class Transport:
    """Connections to one side's hosts. ``in_flight`` bounds them; ``read`` is how long an answer may take, in seconds.
    ``direct``: past any proxy of the environment, for this very machine.
    """

    def __init__(
        self, *, in_flight: int = 10, read: float = READ, most_bytes: int = MOST_BYTES, direct: bool = False
    ) -> None:
        self._direct = direct
        self._timeout = httpx.Timeout(read, connect=CONNECT, write=WRITE, pool=None)
        self._limits = httpx.Limits(max_connections=in_flight + 2, max_keepalive_connections=in_flight + 2)
        self._most = most_bytes
        self._client: httpx.AsyncClient | None = None

    async def exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: bytes | None = None,
        auth: HttpAuth | None = None,
        ticket: Any = None,
    ) -> Reply:
        """Send one request once. ``ticket`` is handed to ``auth``.

        Raises ``NotSent`` or ``NoAnswer``, whose text holds no URL query and no secret.
        """
        client = self._opened()
        try:
            # The target goes past httpx's own parsing of the query, which would cost more than decoding an answer,
            # and stays out of its log.
            origin, path = _split(url)
            extensions = {"timeout": self._timeout.as_dict(), "target": path, "ticket": ticket}
            request = httpx.Request(method, origin, headers=headers, content=content, extensions=extensions)
        except (httpx.InvalidURL, UnicodeError, ValueError) as wrong:
            raise NotSent(why("address", kind=type(wrong).__name__)) from None
        try:
            response = await client.send(request, stream=True, auth=auth, follow_redirects=False)
            try:
                body = await bounded(response, self._most)
            finally:
                await response.aclose()
        except NEVER_SENT as wrong:
            raise NotSent(_why(wrong)) from None
        except (httpx.TransportError, httpx.DecodingError, httpx.StreamError) as wrong:
            raise NoAnswer(_why(wrong)) from None
        return Reply(response.status_code, _headers(response), body)

    async def close(self) -> None:
        """Release the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _opened(self) -> httpx.AsyncClient:
        # Made at the first request: loading certificates costs more than everything else here.
        if self._client is None:
            _settle_sniffio()
            self._client = httpx.AsyncClient(
                verify=_certificates(), limits=self._limits, timeout=self._timeout, trust_env=not self._direct
            )
        return self._client


async def bounded(response: HttpResponse, most: int = MOST_BYTES) -> bytes:
    """Read a reply's body, unpacked; raises ``NoAnswer`` beyond ``most`` bytes, however small it was packed."""
    parts, size = [], 0
    async for part in response.aiter_bytes():
        parts.append(part)
        size += len(part)
        if size > most:
            raise NoAnswer(why("too_large", most=str(most)))
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _headers(response: HttpResponse) -> dict[str, str]:
    return {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in response.headers.raw}


def _why(wrong: Exception) -> str:
    words: dict[type[Any], str] = {
        httpx.ConnectTimeout: why("connect_timeout"), httpx.ReadTimeout: why("read_timeout"),
        httpx.WriteTimeout: why("write_timeout"), httpx.ReadError: why("broken"),
        httpx.RemoteProtocolError: why("ended"),
    }  # fmt: skip
    said = CONTROL.sub(" ", str(wrong))[:120]
    return words.get(type(wrong)) or said or type(wrong).__name__


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """httpx's own certificates, loaded once in this process: that takes longer than a hundred calls."""
    return httpx.create_ssl_context()


@lru_cache(maxsize=16)
def _origin(origin: str) -> httpx.URL:
    return httpx.URL(origin)


def _split(url: str) -> tuple[httpx.URL, bytes]:
    """A URL's origin and its target; the target is plain ASCII or the URL is refused."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    target = f"{slash or '/'}{path}".encode("ascii")
    if scheme not in ("http", "https") or CONTROL.search(target.decode()) or b" " in target:
        raise ValueError("not a usable address")
    return _origin(f"{scheme}://{host}/"), target


def _settle_sniffio() -> None:
    """httpcore tries to import sniffio four times a request; where it is missing, that search of the whole path each
    time costs a tenth of a bulk pull. Say once that it is missing.
    """
    if "sniffio" not in sys.modules and importlib.util.find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]
