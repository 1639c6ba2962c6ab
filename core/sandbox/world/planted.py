"""The records that are meant to fail in a two-way customer sync in Accounts mode, and why (integration-behaviour §4).

`stage` says when: `first_sync` is certain, `crm_update` only once something is to be written to that CRM record.
Of a record and its `alternates` exactly one fails; `related` names the records on the other side that are part of it.
"""

from __future__ import annotations

from typing import Any

from core.sandbox.world.accounts import Accounts
from core.sandbox.world.contacts import Contacts
from core.sandbox.world.ids import ACCOUNTS, crm_id
from core.sandbox.world.parts import Parts
from core.sandbox.world.source import Generated

Planted = dict[str, Any]
NATIVE, EQUAL, DOUBLED, NEAR, VENDOR_NAMED, OWN, NO_PHONE, LONG_STREET, BAD_WEBSITE, POUNDS = range(10)
"""The sections of `Contacts`, in its order."""


def list_planted(parts: Parts, contacts: Contacts, source: Generated, accounts: Accounts) -> list[Planted]:
    """All of them: {side, module, id, name, reason, detail, stage, alternates, related}."""
    place = _Lister(contacts, source, accounts)
    found: list[Planted] = []
    for index in sorted(parts.long_city):
        found.append(place.crm(index, "F16", "Billing_City is longer than the 100 that Books takes for a city"))
    for index in sorted(parts.euro):
        found.append(place.crm(index, "F7", "Books has no currency EUR"))
    for at, index in enumerate(parts.vendor_names):
        why = "a Books vendor has this very name, and customers and vendors share one space of names"
        found.append(place.crm(index, "F12", why, related=[place.books_id(VENDOR_NAMED, at)]))
    for later, earlier in sorted(parts.twins.items()):
        why = "two CRM accounts have this name and Books none: the first is created, the other is refused"
        found.append(place.crm(later, "F12", why, alternates=[crm_id(ACCOUNTS + earlier)]))
    for at, index in enumerate(parts.doubled):
        both = [place.books_id(DOUBLED, 2 * at), place.books_id(DOUBLED, 2 * at + 1)]
        found.append(place.crm(index, "F13", "two Books customers have this name", related=both))
    for index in sorted(parts.locked):
        found.append(place.crm(index, "F42", "the account is locked in CRM", stage="crm_update"))
    sections = (
        (NO_PHONE, parts.no_phone, "F9", "no phone, which CRM's layout requires"),
        (LONG_STREET, parts.long_street, "F16", "the street is longer than the 250 that CRM takes"),
        (BAD_WEBSITE, parts.bad_website, "F42", "a CRM validation rule wants websites to begin with http"),
        (POUNDS, parts.pounds, "F7", "GBP is not active in CRM"),
    )
    for section, count, reason, why in sections:
        found.extend(place.books(section, at, reason, why) for at in range(count))
    return found


class _Lister:
    def __init__(self, contacts: Contacts, source: Generated, accounts: Accounts) -> None:
        self._contacts, self._source, self._accounts = contacts, source, accounts

    def books_id(self, section: int, at: int) -> str:
        return self._source.id_at(self._contacts.begin(section) + at)

    def crm(
        self, index: int, reason: str, why: str, *, stage: str = "first_sync", alternates: list[str] | None = None,
        related: list[str] | None = None,
    ) -> Planted:  # fmt: skip
        return {
            "side": "crm", "module": "Accounts", "id": crm_id(ACCOUNTS + index), "name": self._accounts.name(index),
            "reason": reason, "detail": why, "stage": stage, "alternates": alternates or [], "related": related or [],
        }  # fmt: skip

    def books(self, section: int, at: int, reason: str, why: str) -> Planted:
        index = self._contacts.begin(section) + at
        return {
            "side": "books", "module": "contacts", "id": self._source.id_at(index),
            "name": self._contacts(index)["contact_name"], "reason": reason, "detail": why, "stage": "first_sync",
            "alternates": [], "related": [],
        }  # fmt: skip
