"""Making a world from a seed. To put something else into every world, this is the place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.sandbox import limits as plans
from core.sandbox.books.events import listen as listen_books
from core.sandbox.books.salespersons import make as make_salesperson
from core.sandbox.books.state import CONTACT_KEYS, ITEM_KEYS
from core.sandbox.books.state import make_org as make_books
from core.sandbox.books.taxes import make_taxes
from core.sandbox.clock import Clock, Mode, crm_time, start_of
from core.sandbox.crm.notifications import listen as listen_crm
from core.sandbox.crm.state import KEYS, User, make_users
from core.sandbox.crm.state import make_org as make_crm
from core.sandbox.oauth.tokens import TokenBook
from core.sandbox.sources import Row, Source
from core.sandbox.switches import Switches
from core.sandbox.world.accounts import Accounts
from core.sandbox.world.contacts import GBP, JPY, USD, Contacts
from core.sandbox.world.crm_contacts import CrmContacts
from core.sandbox.world.deals import Deals
from core.sandbox.world.demo import dress
from core.sandbox.world.ids import (
    ACCOUNTS,
    BOOKS_PREFIX,
    CONTACTS,
    CRM_PREFIX,
    DEALS,
    META,
    PRODUCTS,
    VENDORS,
    Counter,
    books_id,
    crm_id,
)
from core.sandbox.world.messy import spoil
from core.sandbox.world.names import company
from core.sandbox.world.parts import Parts, assign
from core.sandbox.world.planted import list_planted
from core.sandbox.world.planted_more import Planted, list_more
from core.sandbox.world.products import Goods, Items, Products
from core.sandbox.world.source import Generated
from core.sandbox.world.vendors import Vendors
from core.sandbox.world.world import World

DOMAIN = "kakehashi.example.jp"
KINDS = {"plain": 200, "tiny": 12, "demo": 300, "large": 100_000, "messy": 60}
"""The worlds, and how many accounts each has unless told otherwise."""
Maker = Callable[[int], Row]


def _as_it_is(make: Maker) -> Maker:
    return make


def build_world(
    accounts: int | None = None,
    seed: int = 1,
    *,
    limits: str = "off",
    clock: Mode | None = None,
    planted: bool = True,
    kind: str = "plain",
) -> World:
    """A believable Japanese and English company, the same for the same seed.

    `kind` is one of `KINDS`, which also says how many accounts there are by default: `demo` has documents, histories
    and more that is meant to fail; in `messy` every text is hostile, and nothing else is meant to fail.
    `limits` is one of `limits.MODES`. The clock ticks with requests when limits are off and runs with real time when
    they are on, unless `clock` says otherwise. Without `planted` no record is meant to fail.
    """
    accounts = KINDS[kind] if accounts is None else accounts
    planted = planted and kind != "messy"
    time = Clock(seed, clock or ("ticks" if limits == "off" else "real"))
    switches, start, parts = Switches(), start_of(seed), assign(accounts, planted=planted)
    users = make_users(DOMAIN)
    owners = tuple(user.id for user in users)
    make_account = Accounts(seed, parts, owners)
    make_contact = Contacts(seed, parts, make_account.name)
    dressed = spoil if kind == "messy" else _as_it_is
    contacts = Generated(
        dressed(make_contact),
        make_contact.count,
        seed=seed,
        start=start,
        prefix=BOOKS_PREFIX,
        first=CONTACTS,
        keys=CONTACT_KEYS,
    )
    sources, planted_more = _others(parts, owners, seed, start, dressed, planted=planted)
    sources["Accounts"] = Generated(
        dressed(make_account),
        accounts,
        seed=seed,
        start=start,
        prefix=CRM_PREFIX,
        first=ACCOUNTS,
        keys=KEYS,
        columns=None if dressed is spoil else make_account.columns,
        locate=None if dressed is spoil else make_account.locate,
    )
    plan = plans.plan_of(limits)
    world = World(
        seed,
        time,
        switches,
        plans.Limits(limits, time, switches),
        TokenBook(seed, time, throttle=limits != "off"),
        make_crm(plan.crm_edition, sources, users, _crm_currencies(start, users[0])),
        make_books(
            contacts,
            sources["items"],
            ids=Counter(BOOKS_PREFIX),
            plan=plan.books_plan,
            email=f"books@{DOMAIN}",
            currencies=_books_currencies(),
            taxes=make_taxes([books_id(META + 20), books_id(META + 21)]),
            salespersons=[
                make_salesperson(books_id(META + 30 + place), user.full_name, user.email)
                for place, user in enumerate(users[:2])
            ],
        ),
        parts,
        list_planted(parts, make_contact, contacts, make_account),
        planted_more,
    )
    if kind == "demo":
        dress(world, planted=planted)
    listen_books(world)
    listen_crm(world)
    return world


def _others(
    parts: Parts, owners: tuple[str, ...], seed: int, start: float, dressed: Callable[[Maker], Maker], *, planted: bool
) -> tuple[dict[str, Source], dict[str, list[Planted]]]:
    """The sources of everything but accounts and Books contacts, and what is meant to fail among them."""
    accounts, goods = parts.accounts, Goods(seed)
    people = CrmContacts(seed, accounts, owners, planted=planted)
    firms = Vendors(seed, parts, owners, company(seed, accounts).name, planted=planted)
    products = Products(goods, accounts, firms.count, owners, planted=planted)
    items, deals = Items(goods, products), Deals(seed, accounts, owners, planted=planted)
    crm = (("Contacts", people, CONTACTS), ("Vendors", firms, VENDORS), ("Products", products, PRODUCTS),
           ("Deals", deals, DEALS))  # fmt: skip
    sources: dict[str, Source] = {
        name: Generated(
            dressed(make),
            make.count,
            seed=seed,
            start=start,
            prefix=CRM_PREFIX,
            first=first,
            keys=KEYS,
            columns=None if dressed is spoil else getattr(make, "columns", None),
            locate=None if dressed is spoil else getattr(make, "locate", None),
        )
        for name, make, first in crm
    }
    sources["items"] = Generated(
        dressed(items), items.count, seed=seed, start=start, prefix=BOOKS_PREFIX, first=PRODUCTS, keys=ITEM_KEYS
    )
    return sources, list_more(sources, people, firms, products, items, deals)


def _crm_currencies(start: float, admin: User) -> list[dict[str, Any]]:
    """Yen is the base; pounds are there but no longer active."""
    born, who = crm_time(start - 4 * 365 * 86_400), {"name": admin.full_name, "id": admin.id}
    rows = (("Japanese Yen", "JPY", "¥", "1", True, True), ("US Dollar", "USD", "$", "0.0068", False, True),
            ("Euro", "EUR", "€", "0.0062", False, True), ("British Pound", "GBP", "£", "0.0052", False,
            False))  # fmt: skip
    return [
        {
            "id": crm_id(META - 500 + place), "name": name, "iso_code": code, "symbol": symbol, "prefix_symbol": True,
            "exchange_rate": rate, "is_base": base, "is_active": active,
            "format": {"decimal_separator": "Period", "thousand_separator": "Comma",
                       "decimal_places": "0" if code == "JPY" else "2", "numeral_system": "International"},
            "exchange_rate_auto_update": False, "exchange_rate_updated_time": born, "created_time": born,
            "created_by": who,
            "modified_time": born, "modified_by": who,
        }
        for place, (name, code, symbol, rate, base, active) in enumerate(rows)
    ]  # fmt: skip


def _books_currencies() -> list[dict[str, Any]]:
    """Yen is the base; euros are unknown here."""
    rows = (
        (JPY, "Japanese Yen", "JPY", "¥", 0, 1.0),
        (USD, "US Dollar", "USD", "$", 2, 147.0),
        (GBP, "Pound Sterling", "GBP", "£", 2, 192.0),
    )
    return [
        {
            "currency_id": currency_id, "currency_code": code, "currency_name": name, "currency_symbol": symbol,
            "price_precision": precision, "currency_format": "###,##0" if precision == 0 else "###,##0.00",
            "is_base_currency": code == "JPY", "exchange_rate": rate, "effective_date": "",
        }
        for currency_id, name, code, symbol, precision, rate in rows
    ]  # fmt: skip
