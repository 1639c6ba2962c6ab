"""Joining two organisations to a profile: keys, organisations, checks (design.md §6)."""

import asyncio

import msgspec
from msgspec import Struct

from core.engine.ports import Clock, Side
from core.model.names import SideName
from core.model.problems import Problem
from core.model.setup import Check, OrganisationRef, Profile
from core.service import ConnectRequest, Joined, JoinRequest, KeyRequest
from core.zoho import zsc_key
from core.zoho.connect import choose, discover, exchange_grant, open_side
from core.zoho.credential import Credential


class Candidate(Struct, frozen=True):
    """One side that could be joined: its credential, its organisation, and what the checks say."""

    credential: Credential
    organisation: OrganisationRef
    checks: tuple[Check, ...]


class Candidates(Struct, frozen=True):
    """Both sides, and the answer to whoever asked."""

    crm: Candidate
    books: Candidate
    joined: Joined

    def profile(self, name: str, request: JoinRequest, before: Profile | None) -> Profile:
        """Return the profile that joins them; what was set ``before`` besides stays as it was."""
        return msgspec.structs.replace(
            before or Profile(name=name),
            crm=self.crm.organisation,
            books=self.books.organisation,
            limits=request.limits,
            sandbox=request.sandbox,
        )


async def make_key(request: KeyRequest) -> str:
    """Return a ZSC key. Raises ``Problem``: ``credential_refused``, ``unreachable``, ``bad_request``."""
    if "@" not in request.email:
        raise Problem("bad_request", what=f"{request.email!r} is no e-mail address")
    if request.refresh_token:
        credential = Credential(
            service=request.service,
            email=request.email,
            accounts_url=request.accounts_url,
            client_id=request.client_id,
            client_secret=request.client_secret,
            refresh_token=request.refresh_token,
        )
    else:
        credential = await exchange_grant(
            request.service,
            request.email,
            request.accounts_url,
            request.client_id,
            request.client_secret,
            request.grant_code,
        )
    return zsc_key.encode(credential, request.passphrase)


async def examine(request: JoinRequest, clock: Clock) -> Candidates:
    """Try both keys and run the preflight; stores nothing. Raises ``Problem`` for what cannot even be asked."""
    crm = await _candidate("crm", request.crm, request, clock)
    books = await _candidate("books", request.books, request, clock)
    checks = (*crm.checks, *books.checks, currencies(crm.organisation, books.organisation))
    done = all(each.state != "stop" for each in checks)
    joined = Joined(done=done, crm=crm.organisation, books=books.organisation, checks=checks)
    return Candidates(crm, books, joined)


def currencies(crm: OrganisationRef, books: OrganisationRef) -> Check:
    """Return whether the base currencies agree: where they do not, customers go one way and items not at all (B7)."""
    same = crm.currency == books.currency or not (crm.currency and books.currency)
    return Check(
        id="base_currencies",
        state="ok" if same else "warning",
        detail={"crm": crm.currency or "-", "books": books.currency or "-"},
    )


async def _candidate(side: SideName, given: ConnectRequest, request: JoinRequest, clock: Clock) -> Candidate:
    credential = zsc_key.decode(given.key, service=side, email=given.email, passphrase=given.key_passphrase)
    # A sandbox has everything under one origin; a live organisation's host comes with its token.
    found = await discover(credential, credential.accounts_url if request.sandbox else "", clock=clock)
    organisation = choose(found, given.organization_id)
    opened = open_side(credential, organisation, clock=clock, limits=request.limits)
    try:
        checks = tuple(await opened.preflight())
    finally:
        await opened.close()
    _same_person(side, given, checks)
    return Candidate(credential, organisation, checks)


def _same_person(side: SideName, given: ConnectRequest, checks: tuple[Check, ...]) -> None:
    """Raise ``Problem('wrong_email')`` when a CRM key opens somebody else's account (B14, B19).

    Books' users keep several addresses, so there it stays a warning among the checks.
    """
    for each in checks:
        found = each.detail.get("email", "")
        if side == "crm" and each.id == "user_active" and found and found.casefold() != given.email.strip().casefold():
            raise Problem("wrong_email", email=given.email)


async def preflight_of(sides: tuple[Side, Side], profile: Profile) -> list[Check]:
    """Run the connection checks of both sides again."""
    crm, books = await asyncio.gather(*(each.preflight() for each in sides))
    assert profile.crm is not None and profile.books is not None
    return [*crm, *books, currencies(profile.crm, profile.books)]
