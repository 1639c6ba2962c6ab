"""Which company plays which part: the few special records of a world, by index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from math import gcd

SMALLEST_PLANTED = 50
"""Worlds below this size hold no record that is meant to fail, so that small tests start clean."""


@dataclass(slots=True)
class Parts:
    """Indexes of companies by part. Companies 0..accounts-1 are CRM accounts; the others are in Books alone."""

    accounts: int
    long_city: frozenset[int] = frozenset()
    euro: frozenset[int] = frozenset()
    locked: frozenset[int] = frozenset()
    twins: dict[int, int] = field(default_factory=dict)
    """index -> index of the earlier account whose name it shares"""
    vendor_names: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    native: list[int] = field(default_factory=list)
    equal: list[int] = field(default_factory=list)
    near: list[int] = field(default_factory=list)
    books_only: int = 0
    no_phone: int = 0
    long_street: int = 0
    bad_website: int = 0
    pounds: int = 0
    inactive: int = 0
    vendors: int = 0


def assign(accounts: int, *, planted: bool) -> Parts:
    """Hand out the parts of a world of so many accounts: each to other companies, scattered over all of them."""
    parts = Parts(accounts)
    walk = _scattered(accounts)
    parts.equal = _take(walk, _share(accounts, 50, 1))
    parts.native = _take(walk, _share(accounts, 200, 1))
    parts.near = _take(walk, _share(accounts, 200, 1))
    parts.books_only = max(2, accounts * 3 // 100)
    parts.inactive = max(1, accounts // 300)
    parts.vendors = max(1, accounts // 100)
    if planted and accounts >= SMALLEST_PLANTED:
        each = max(1, accounts // 800)
        parts.long_city = frozenset(_take(walk, each))
        parts.euro = frozenset(_take(walk, each))
        parts.vendor_names = _take(walk, each)
        parts.doubled = _take(walk, each)
        pairs = _take(walk, 2 * each)
        parts.twins = {max(pair): min(pair) for pair in zip(pairs[::2], pairs[1::2], strict=True)}
        parts.locked = frozenset(parts.equal[:each])
        parts.no_phone = parts.long_street = parts.bad_website = parts.pounds = each
    return parts


def _share(accounts: int, of: int, least: int) -> int:
    return max(least, accounts // of) if accounts >= 10 else 0


def _take(walk: Iterator[int], count: int) -> list[int]:
    return sorted(islice(walk, count))


def _scattered(accounts: int) -> Iterator[int]:
    """Every index once, in an order that jumps about."""
    stride = max(1, int(accounts * 0.618))
    while gcd(stride, accounts) > 1:
        stride += 1
    return ((place * stride + 3) % accounts for place in range(accounts))
