"""What a credential may do, and taking it out of use (zoho-crm-api §1.4)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode, urlsplit

from core.engine.ports import Clock
from core.model.problems import Problem
from core.zoho.auth import OAuth
from core.zoho.connect import LOOPBACK
from core.zoho.credential import Credential
from core.zoho.datacentres import tidy
from core.zoho.transport import READ, NoAnswer, NotSent, Transport
from core.zoho.waiting import Waiter


async def scopes_of(credential: Credential, clock: Clock) -> list[str]:
    """Return the scopes that a credential holds, as the token endpoint tells them; none where it does not.

    Raises ``Problem``: ``credential_refused``, ``unreachable``.
    """
    async with _transport(credential) as transport:
        _, told = await OAuth(credential, transport.exchange, Waiter(clock)).about()
    return told.replace(",", " ").split()


async def revoke(credential: Credential) -> bool:
    """Revoke a credential's refresh token, and with it every access token made of it. False where Zoho does not know
    it (any more). Raises ``Problem('unreachable')``.
    """
    base = tidy(credential.accounts_url)
    url = f"{base}/oauth/v2/token/revoke?{urlencode({'token': credential.refresh_token})}"
    async with _transport(credential) as transport:
        try:
            reply = await transport.exchange("POST", url, {"content-type": "application/x-www-form-urlencoded"}, b"")
        except (NotSent, NoAnswer) as wrong:
            raise Problem("unreachable", host=urlsplit(base).netloc, why=str(wrong)) from None
    if reply.status >= 500:
        raise Problem("unreachable", host=urlsplit(base).netloc, why=f"HTTP {reply.status}")
    return reply.status == 200 and b"success" in reply.content


@asynccontextmanager
async def _transport(credential: Credential) -> AsyncIterator[Transport]:
    direct = urlsplit(tidy(credential.accounts_url)).hostname in LOOPBACK
    made = Transport(in_flight=1, read=READ, direct=direct)
    try:
        yield made
    finally:
        await made.close()
