"""The profiles of one home, told by a card that each agent keeps in its folder: no state is shared, nor opened here.

A card holds no secret. It says which organisations a profile joins, so that profiles can be listed without starting
their agents, and so that a later Books organisation of a CRM is known as one (E3).
"""

import contextlib
import os
from pathlib import Path

import msgspec
from msgspec import Struct

from core.agent.places import Place, folder_problem
from core.model.setup import OrganisationRef, Profile

CARD = "agent.card.json"


class Card(Struct, frozen=True, kw_only=True):
    """One profile. ``since``: when this pair of organisations was joined; empty: none is."""

    name: str
    crm: OrganisationRef | None = None
    books: OrganisationRef | None = None
    since: str = ""
    disabled: bool = False
    later: bool = False


def keep_card(place: Place, profile: Profile, now: str) -> None:
    """Write a profile's card. Raises ``Problem``: ``store_read_only``, ``store_full``."""
    before = read_card(place.folder)
    same = before is not None and before.since and _pair(before) == (_id(profile.crm), _id(profile.books))
    card = Card(
        name=place.profile,
        crm=profile.crm,
        books=profile.books,
        since=(before.since if before is not None and same else now) if profile.connected else "",
        disabled=profile.disabled,
        later=profile.later,
    )
    path, aside = place.folder / CARD, place.folder / f"{CARD}.new"
    try:
        with open(aside, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(msgspec.json.encode(card))
        aside.replace(path)
    except OSError as error:
        raise folder_problem(error, path) from None


def read_card(folder: Path) -> Card | None:
    """Return a profile's card, None where there is none that can be read."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode((folder / CARD).read_bytes(), type=Card)
    return None


def cards(home: Path) -> list[Card]:
    """Return the card of every profile of a home, by name; one without a card is known by its name alone."""
    root = home / "profiles"
    folders = sorted(each for each in root.iterdir() if each.is_dir()) if root.is_dir() else []
    return [msgspec.structs.replace(read_card(each) or Card(name=each.name), name=each.name) for each in folders]


def is_later(place: Place, profile: Profile) -> bool:
    """Return whether another profile of this home joined the same CRM organisation to another Books one before."""
    mine = read_card(place.folder)
    since = mine.since if mine is not None and _pair(mine) == (_id(profile.crm), _id(profile.books)) else ""
    return any(
        each.name != place.profile
        and each.since
        and _id(each.crm) == _id(profile.crm)
        and _id(each.books) != _id(profile.books)
        and (not since or each.since < since)
        for each in cards(place.home)
    )


def _pair(card: Card) -> tuple[str, str]:
    return _id(card.crm), _id(card.books)


def _id(organisation: OrganisationRef | None) -> str:
    return f"{organisation.api_url} {organisation.organization_id}" if organisation is not None else ""
