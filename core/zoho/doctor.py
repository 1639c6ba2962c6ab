"""What the doctor asks of a side, step by step, and nothing that writes: the way there, the clock, and probes of what
Zoho's documents leave open (design.md §5).
"""

import asyncio
import email.utils
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from core.engine.ports import Clock
from core.model.problems import Problem
from core.model.setup import Check, OrganisationRef
from core.zoho.auth import OAuth, TokenKeeper
from core.zoho.books.entities import CONTACTS_READ
from core.zoho.books.entities import PREFIX as BOOKS
from core.zoho.books.metadata import rows
from core.zoho.budget import Budget
from core.zoho.caller import Answer, Call, Caller
from core.zoho.connect import LOOPBACK
from core.zoho.credential import Credential
from core.zoho.crm.entities import PREFIX as CRM
from core.zoho.datacentres import tidy
from core.zoho.errors import NAMES
from core.zoho.limits import limits_of
from core.zoho.transport import READ, NoAnswer, NotSent, Reply, Transport
from core.zoho.waiting import Waiter, seconds_of

SKEW_SECONDS = 60
TLS_SECONDS = 10.0
SOON_DAYS = 14
_HTTPS = 443


class SideDoctor:
    """Examines one side's organisation. It pays for its calls out of the same budget as a sync."""

    def __init__(
        self,
        credential: Credential,
        organisation: OrganisationRef,
        clock: Clock,
        *,
        limits: Mapping[str, object],
        tokens: TokenKeeper,
        budget_file: Path,
    ) -> None:
        service = credential.service
        self._credential, self._organisation, self._clock = credential, organisation, clock
        waiter = Waiter(clock)
        bounds = limits_of(service, limits, organisation.edition)
        direct = urlsplit(tidy(organisation.api_url)).hostname in LOOPBACK
        self._transport = Transport(in_flight=bounds.in_flight, read=READ, direct=direct)
        self._auth = OAuth(credential, self._transport.exchange, waiter, tokens)
        budget = Budget(service, bounds, waiter, organisation=organisation.organization_id, file=budget_file)
        params = {"organization_id": organisation.organization_id} if service == "books" else {}
        self._caller = Caller(service, organisation.api_url, self._transport, self._auth, budget, waiter, params)

    async def run(self) -> list[Check]:
        """Return a line for each step. Never raises ``Problem``: a step that fails says so, and the next is tried."""
        steps: list[Callable[[], Awaitable[list[Check]]]] = [self._hosts, self._token]
        steps += [self._crm_conditional] if self._credential.service == "crm" else [self._books_list]
        found: list[Check] = []
        try:
            for each in steps:
                try:
                    found += await each()
                except Problem as problem:
                    detail = {"side": self._side, "problem": problem.message("en"), "remedy": problem.remedy("en")}
                    found.append(Check(id="step_failed", state="stop", detail=detail))
        finally:
            await self._transport.close()
        return found

    @property
    def _side(self) -> str:
        return NAMES[self._credential.service]

    async def _hosts(self) -> list[Check]:
        found: list[Check] = []
        for url in dict.fromkeys((tidy(self._credential.accounts_url), tidy(self._organisation.api_url))):
            found += await self._host(url)
        return found

    async def _host(self, url: str) -> list[Check]:
        about = {"side": self._side, "host": urlsplit(url).netloc}
        began = time.monotonic()
        try:
            reply = await self._transport.exchange("GET", f"{url}/", {})
        except (NotSent, NoAnswer) as wrong:
            return [Check(id="reachable", state="stop", detail=about | {"why": str(wrong)})]
        took = str(round((time.monotonic() - began) * 1_000))
        return [
            Check(id="reachable", state="ok", detail=about | {"ms": took}),
            await tls_of(url, about),
            *self._skew(reply, about),
        ]

    def _skew(self, reply: Reply, about: dict[str, str]) -> list[Check]:
        """Tell how far our clock is from the server's. Cursors go by the server's, so that it disturbs no sync."""
        with suppress(ValueError, TypeError):
            theirs = email.utils.parsedate_to_datetime(reply.headers.get("date", "")).timestamp()
            off = round(seconds_of(self._clock.now()) - theirs)
            state = "ok" if abs(off) <= SKEW_SECONDS else "warning"
            return [Check(id="clock", state=state, detail=about | {"seconds": f"{off:+d}"})]  # type: ignore[arg-type]
        return []

    async def _token(self) -> list[Check]:
        _, scopes = await self._auth.about()
        return [
            Check(id="token", state="ok", detail={"side": self._side}),
            self._probe("a token's reply names its scopes", "yes" if scopes else "no"),
        ]

    async def _crm_conditional(self) -> list[Check]:
        """zoho-crm-api §4: what a conditional read answers when nothing has changed."""
        params = {"fields": "id", "per_page": "1"}
        answer = await self._get(f"{CRM}/Accounts", params, "ZohoCRM.modules.READ")
        date = answer.reply.headers.get("date", "")
        later = {"if-modified-since": _as_instant(date)} if date else {}
        again = await self._get(f"{CRM}/Accounts", params, "ZohoCRM.modules.READ", later)
        told = {304: "304", 204: "204, as if empty"}.get(again.status, f"{again.status}, all records")
        return [
            self._probe("If-Modified-Since with nothing new", told),
            self._probe("credits left are told", "yes" if "x-api-credits-remaining" in answer.reply.headers else "no"),
        ]

    async def _books_list(self) -> list[Check]:
        """zoho-books-api §2, §4.4: rate headers, and what a row of the list tells of Zoho's own links."""
        answer = await self._get(f"{BOOKS}/contacts", {"per_page": "1", "page": "1"}, CONTACTS_READ)
        found = rows(answer, "contacts")
        linked = "no row to tell by" if not found else "yes" if "zcrm_account_id" in found[0] else "no"
        return [
            self._probe("calls left are told", "yes" if "x-rate-limit-remaining" in answer.reply.headers else "no"),
            self._probe("list rows name the CRM record", linked),
        ]

    async def _get(
        self, path: str, params: dict[str, str], scope: str, headers: dict[str, str] | None = None
    ) -> Answer:
        return await self._caller.call(Call(method="GET", path=path, params=params, scope=scope, headers=headers or {}))

    def _probe(self, what: str, answer: str) -> Check:
        return Check(id="probe", state="ok", detail={"side": self._side, "what": what, "answer": answer})


async def tls_of(url: str, about: dict[str, str]) -> Check:
    """Return how a host is encrypted, and whether its certificate ends soon."""
    parts = urlsplit(url)
    if parts.scheme != "https":
        ours = parts.hostname in LOOPBACK
        return Check(id="tls", state="ok" if ours else "stop", detail=about | {"version": "-", "days": "-"})
    try:
        async with asyncio.timeout(TLS_SECONDS):
            _, writer = await asyncio.open_connection(
                parts.hostname, parts.port or _HTTPS, ssl=ssl.create_default_context()
            )
    except (OSError, TimeoutError) as error:
        # Behind a proxy a host can be reached and still not be looked at so.
        why = type(error).__name__
        return Check(id="tls", state="warning", detail=about | {"version": why, "days": "-"})
    seen = writer.get_extra_info("ssl_object")
    ends = ssl.cert_time_to_seconds((seen.getpeercert() or {}).get("notAfter", "Jan  1 00:00:00 1970 GMT"))
    days = int((ends - time.time()) // 86_400)
    writer.close()
    detail = about | {"version": str(seen.version()), "days": str(days)}
    return Check(id="tls", state="ok" if days > SOON_DAYS else "warning", detail=detail)


def _as_instant(date: str) -> str:
    """Return an HTTP date as CRM takes it in ``If-Modified-Since`` (zoho-crm-api §4)."""
    return email.utils.parsedate_to_datetime(date).strftime("%Y-%m-%dT%H:%M:%S+00:00")
