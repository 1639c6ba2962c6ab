"""Tokens, their lifetimes and their limits (zoho-crm-api §1.3). All times are epoch seconds on the virtual clock."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field

from core.sandbox.clock import Clock

CODE_LIFE = 180
ACCESS_LIFE = 3_600
WINDOW = 600
PER_WINDOW = 10
LIVE_ACCESS = 15
LIVE_REFRESH = 20

FULL_SCOPE = (
    "ZohoCRM.modules.ALL ZohoCRM.settings.ALL ZohoCRM.users.READ ZohoCRM.org.READ ZohoCRM.coql.READ ZohoCRM.bulk.ALL "
    "ZohoCRM.notifications.ALL ZohoCRM.composite_requests.CUSTOM "
    "ZohoSearch.securesearch.READ ZohoBooks.contacts.ALL ZohoBooks.settings.ALL "
    "ZohoBooks.estimates.ALL ZohoBooks.invoices.ALL ZohoBooks.salesorders.ALL ZohoBooks.purchaseorders.ALL "
    "ZohoBooks.customerpayments.ALL ZohoBooks.creditnotes.ALL ZohoBooks.reports.READ"
)
"""Everything a client of this sandbox may want, as the token endpoint prints scopes: separated by spaces."""


class Throttled(Exception):
    """Too many tokens in ten minutes."""


@dataclass(slots=True)
class Code:
    """A grant code: one use, `CODE_LIFE` seconds."""

    scope: str
    expires: float


@dataclass(slots=True)
class RefreshToken:
    """Lives until it is revoked or evicted. `minted` holds the times of its newest access tokens."""

    token: str
    scope: str
    minted: deque[float] = field(default_factory=deque)


@dataclass(slots=True)
class AccessToken:
    """Good for an hour, for the scopes of its refresh token."""

    token: str
    scope: str
    refresh: str
    expires: float

    def allows(self, wanted: str) -> bool:
        """Whether its scopes cover one wanted scope, such as `ZohoCRM.modules.Accounts.READ`."""
        return any(covers(held, wanted) for held in self.scope.replace(",", " ").split())


def covers(held: str, wanted: str) -> bool:
    """Whether a held scope is as wide as a wanted one: `ZohoCRM.modules.ALL` covers `ZohoCRM.modules.accounts.READ`.

    Module names are compared without case and underscores (both spellings are published, zoho-crm-api §1.6).
    """
    if held.lower() == "zohobooks.fullaccess.all":
        return wanted.lower().startswith("zohobooks.")
    *have, verb = held.lower().replace("_", "").split(".")
    *need, action = wanted.lower().replace("_", "").split(".")
    return need[: len(have)] == have and (
        verb in ("all", action) or (verb == "write" and action in ("create", "update"))
    )


class TokenBook:
    """One self client and every token made for it. With `throttle` off nothing is ever too much."""

    def __init__(self, seed: int, clock: Clock, *, throttle: bool) -> None:
        self._seed, self._clock, self.throttle = seed, clock, throttle
        self._made = 0
        self.client_id = f"1000.{self._digest('client')[:30].upper()}"
        self.client_secret = self._digest("secret")[:42]
        self.codes: dict[str, Code] = {}
        self.refresh: dict[str, RefreshToken] = {}
        self.access: dict[str, AccessToken] = {}
        self._refresh_minted: deque[float] = deque()
        self.first = self._keep_refresh(FULL_SCOPE).token

    def grant(self, scope: str) -> str:
        """A new grant code, as the Self Client page of the API console gives one."""
        code = self._mint("code")
        self.codes[code] = Code(scope.replace(",", " "), self._clock.now() + CODE_LIFE)
        return code

    def exchange(self, code: str) -> tuple[RefreshToken, AccessToken]:
        """A code's tokens; KeyError when it is unknown, used or too old; Throttled."""
        granted = self.codes.pop(code)
        if granted.expires <= self._clock.now():
            raise KeyError(code)
        self._count(self._refresh_minted)
        refresh = self._keep_refresh(granted.scope)
        return refresh, self.renew(refresh.token)

    def renew(self, refresh_token: str) -> AccessToken:
        """A new access token; KeyError when the refresh token is unknown; Throttled."""
        refresh = self.refresh[refresh_token]
        self._count(refresh.minted)
        now = self._clock.now()
        self.access = {key: held for key, held in self.access.items() if held.expires > now - ACCESS_LIFE}
        live = [held.token for held in self.access.values() if held.refresh == refresh_token]
        for oldest in live[: max(0, len(live) - LIVE_ACCESS + 1)] if self.throttle else []:
            del self.access[oldest]
        token = AccessToken(self._mint("access"), refresh.scope, refresh_token, now + ACCESS_LIFE)
        self.access[token.token] = token
        return token

    def revoke(self, token: str) -> bool:
        """End a token; a refresh token takes its access tokens with it. False when it is unknown."""
        if token in self.refresh:
            del self.refresh[token]
            self.access = {key: held for key, held in self.access.items() if held.refresh != token}
            return True
        return self.access.pop(token, None) is not None

    def expire_all(self) -> int:
        """Let every access token be an hour old; returns how many there were."""
        for held in self.access.values():
            held.expires = self._clock.now()
        return len(self.access)

    def find(self, token: str) -> AccessToken | None:
        """An access token, expired or not."""
        return self.access.get(token)

    def _keep_refresh(self, scope: str) -> RefreshToken:
        while len(self.refresh) >= LIVE_REFRESH:
            self.revoke(next(iter(self.refresh)))
        made = RefreshToken(self._mint("refresh"), scope)
        self.refresh[made.token] = made
        return made

    def _count(self, minted: deque[float]) -> None:
        now = self._clock.now()
        while minted and minted[0] <= now - WINDOW:
            minted.popleft()
        if self.throttle and len(minted) >= PER_WINDOW:
            raise Throttled
        minted.append(now)

    def _mint(self, kind: str) -> str:
        self._made += 1
        digest = self._digest(f"{kind}:{self._made}")
        return f"1000.{digest[:32]}.{digest[32:]}"

    def _digest(self, what: str) -> str:
        return hashlib.sha256(f"{self._seed}:{what}".encode()).hexdigest()
