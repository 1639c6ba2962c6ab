"""From a credential to a side: grant code, the organisations it reaches, and the side of one of them (design.md §6)."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from core.engine.ports import Clock, Side
from core.model.names import SideName
from core.model.problems import Problem
from core.model.record import FieldMeta, Record
from core.model.setup import OrganisationRef
from core.model.whys import why
from core.zoho.auth import OAuth, TokenKeeper, ask_token
from core.zoho.books.checks import BooksChecks, organisations
from core.zoho.books.side import BooksSide
from core.zoho.budget import Budget, Reading
from core.zoho.caller import Caller
from core.zoho.credential import Credential
from core.zoho.crm.checks import CrmChecks, edition_of, organisation
from core.zoho.crm.side import CrmSide
from core.zoho.datacentres import by_accounts_url, tidy
from core.zoho.errors import NAMES
from core.zoho.limits import limits_of
from core.zoho.transport import READ, Transport
from core.zoho.waiting import Waiter

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ZohoSide(Side, Protocol):
    """A side that also tells what is left of its day, and what the setup shows before anything is stored."""

    def budget(self) -> Reading:
        """Return the reading of its budget."""
        ...

    async def count(self, entity: str, view: str | None = None) -> int | None:
        """Return how many records a CRM view, or the whole module, holds; None where nothing tells. Two credits."""
        ...

    async def sample(self, entity: str, fields: Sequence[str], most: int) -> list[Record]:
        """Return some complete records, so many at most. CRM: one call; Books: one, and one for each contact."""
        ...

    def takes_fields(self, entity: str) -> bool:
        """Return whether ``create_field`` can make a field of an entity."""
        ...

    async def create_field(self, entity: str, like: FieldMeta) -> FieldMeta:
        """Make a custom field of the label and kind of the other side's field, and return it as it is described then;
        one that is there already is taken. Raises ``Problem``: ``field_not_creatable``, ``field_refused``.
        """
        ...


class WallClock:
    """The machine's clock, for what is asked before there is an agent."""

    def now(self) -> str:
        """Return the instant."""
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


async def exchange_grant(
    service: SideName, email: str, accounts_url: str, client_id: str, client_secret: str, grant_code: str,
    *, clock: Clock | None = None,
) -> Credential:  # fmt: skip
    """Exchange a Self Client's grant code for a credential. The code is spent by it, also when the answer is lost.

    Raises ``Problem``: ``credential_refused`` (``why`` tells an old code from a wrong client), ``unreachable``.
    """
    transport = _transport(accounts_url)
    form = {
        "grant_type": "authorization_code", "client_id": client_id.strip(), "client_secret": client_secret.strip(),
        "code": grant_code.strip(),
    }  # fmt: skip
    try:
        made = await ask_token(transport.exchange, Waiter(clock or WallClock()), accounts_url, form, NAMES[service])
    finally:
        await transport.close()
    if not made.refresh_token:
        raise Problem("credential_refused", side=NAMES[service], why=why("no_refresh"))
    return Credential(
        service=service, email=email.strip(), accounts_url=tidy(accounts_url), client_id=client_id.strip(),
        client_secret=client_secret.strip(), refresh_token=made.refresh_token,
    )  # fmt: skip


async def discover(
    credential: Credential, api_url: str = "", *, clock: Clock | None = None, tokens: TokenKeeper | None = None
) -> list[OrganisationRef]:
    """Return the organisations that a credential reaches, the default one first; CRM keys reach one.

    ``api_url`` empty: as the token endpoint says, else by data centre. Raises ``Problem``: ``credential_refused``,
    ``unreachable``, ``scope_missing``, …
    """
    waiter = Waiter(clock or WallClock())
    transport = _transport(api_url or credential.accounts_url)
    auth = OAuth(credential, transport.exchange, waiter, tokens)
    try:
        base = await api_of(credential, auth, api_url)
        budget = Budget(credential.service, limits_of(credential.service, {"mode": "off"}, ""), waiter)
        caller = Caller(credential.service, base, transport, auth, budget, waiter)
        if credential.service == "crm":
            found = await organisation(caller)
            return [_reference(credential, base, found, "zgid", "company_name", "iso_code", edition_of(found))]
        return [
            _reference(
                credential, base, each, "organization_id", "name", "currency_code", str(each.get("plan_name") or "")
            )
            for each in await organisations(caller)
        ]
    finally:
        await transport.close()


def choose(found: Sequence[OrganisationRef], organization_id: str = "") -> OrganisationRef:
    """Return the wanted organisation, the first one when none is named.

    Raises ``Problem('not_your_organisation')``, which lists the choices.
    """
    wanted = organization_id.strip()
    chosen = next((each for each in found if not wanted or each.organization_id == wanted), None)
    if chosen is None:
        side = NAMES[found[0].side] if found else "Zoho"
        choices = ", ".join(f"{each.organization_id} ({each.name})" for each in found)
        raise Problem("not_your_organisation", side=side, id=wanted, choices=choices)
    return chosen


def open_side(
    credential: Credential,
    organisation: OrganisationRef,
    *,
    clock: Clock,
    limits: Mapping[str, object],
    tokens: TokenKeeper | None = None,
    budget_file: Path | None = None,
    on_wait: Callable[[str, float], None] | None = None,
    read_timeout: float = READ,
) -> ZohoSide:
    """Return the side of one organisation. Nothing is sent before its first call.

    ``limits``: as ``kakehashi sandbox`` prints them, empty: by plan and edition. ``on_wait`` gets a code and seconds
    when a wait begins, ``("", 0.0)`` when it ends. ``read_timeout``: seconds an answer may take.
    """
    service = credential.service
    waiter = Waiter(clock, on_wait)
    bounds = limits_of(service, limits, organisation.edition)
    transport = _transport(organisation.api_url, in_flight=bounds.in_flight, read=read_timeout)
    auth = OAuth(credential, transport.exchange, waiter, tokens)
    budget = Budget(service, bounds, waiter, organisation=organisation.organization_id, file=budget_file)
    params = {"organization_id": organisation.organization_id} if service == "books" else {}
    caller = Caller(service, organisation.api_url, transport, auth, budget, waiter, params)
    if service == "crm":
        return CrmSide(caller, transport, budget, CrmChecks(caller, auth, budget, organisation))
    everywhere = Caller(service, organisation.api_url, transport, auth, budget, waiter)
    caller.choices = partial(_choices, everywhere)
    return BooksSide(caller, transport, budget, BooksChecks(caller, auth, budget, organisation))


async def api_of(credential: Credential, auth: OAuth, api_url: str) -> str:
    """Return where a credential's APIs are. Raises ``Problem('unreachable')`` when nothing says."""
    if api_url:
        return tidy(api_url)
    told, _ = await auth.about()
    centre = by_accounts_url(credential.accounts_url)
    base = told or (centre.api_url if centre is not None else "")
    if not base:
        raise Problem("unreachable", host=credential.accounts_url, why=why("no_api"))
    return tidy(base)


async def _choices(caller: Caller) -> str:
    return ", ".join(f"{each.get('organization_id')} ({each.get('name')})" for each in await organisations(caller))


def _transport(url: str, *, in_flight: int = 10, read: float = READ) -> Transport:
    return Transport(in_flight=in_flight, read=read, direct=urlsplit(tidy(url)).hostname in LOOPBACK)


def _reference(
    credential: Credential, base: str, found: Mapping[str, object], number: str, name: str, currency: str, edition: str
) -> OrganisationRef:
    centre = by_accounts_url(credential.accounts_url)
    location = centre.location if centre is not None else ""
    return OrganisationRef(
        side=credential.service, organization_id=str(found.get(number) or ""), name=str(found.get(name) or ""),
        email=credential.email, accounts_url=tidy(credential.accounts_url), api_url=base,
        currency=str(found.get(currency) or ""), edition=edition, location=location,
    )  # fmt: skip
