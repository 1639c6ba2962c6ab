"""Ids as Zoho writes them: decimal strings of 19 (CRM) and 18 (Books) digits, rising with creation."""

from __future__ import annotations

CRM_PREFIX = 4_876_876
BOOKS_PREFIX = 460_000
META, USERS, ACCOUNTS, CONTACTS, VENDORS, PRODUCTS, DEALS, PERSONS, ADDRESSES, NEW = (
    100_000, 200_000, 10_000_000, 200_000_000, 300_000_000, 400_000_000, 500_000_000, 600_000_000, 700_000_000,
    900_000_000,
)  # fmt: skip
"""Where each kind of number begins within an organisation; what is created later counts on from `NEW`."""


def crm_id(number: int) -> str:
    """19 digits."""
    return f"{CRM_PREFIX}{number:012d}"


def books_id(number: int) -> str:
    """18 digits."""
    return f"{BOOKS_PREFIX}{number:012d}"


def number_of(record_id: str, prefix: int) -> int | None:
    """The number within an id of a prefix, or None for a foreign id."""
    head = str(prefix)
    rest = record_id[len(head) :]
    return int(rest) if record_id.startswith(head) and len(rest) == 12 and rest.isdecimal() else None


class Counter:
    """New ids, one after the other."""

    def __init__(self, prefix: int) -> None:
        self._prefix = prefix
        self.next = NEW

    def take(self) -> str:
        """The next id."""
        number, self.next = self.next, self.next + 1
        return f"{self._prefix}{number:012d}"
