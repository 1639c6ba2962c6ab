"""Switching the integration off and on, and parting from the organisations (B102-B107, E34)."""

import msgspec

from core.agent.neighbours import is_later, keep_card
from core.agent.opened import OpenProfile
from core.agent.places import Place
from core.engine.ports import Commit
from core.model.names import SIDES
from core.model.problems import Problem
from core.model.setup import ModuleSetup, Profile


def joined_as(profile: OpenProfile, place: Place, found: Profile) -> Profile:
    """Return how a profile is joined: enabled, and as a later organisation where it is one (E3).

    Raises ``Problem('other_pair')`` when the links that are kept here belong to other organisations: they would pair
    the wrong records.
    """
    assert found.crm is not None and found.books is not None
    pair = (found.crm.organization_id, found.books.organization_id)
    before = profile.store.profile()
    held = pair_of(before)
    if (
        any(held)
        and held != pair
        and any(profile.store.count_links(each) for each in ("customers", "vendors", "items"))
    ):
        raise Problem("other_pair", crm=held[0], books=held[1])
    return msgspec.structs.replace(found, pair=pair, disabled=False, later=is_later(place, found))


def pair_of(profile: Profile | None) -> tuple[str, str]:
    """Return the ids of the organisations whose links a profile holds."""
    if profile is None:
        return "", ""
    if any(profile.pair):
        return profile.pair
    crm, books = profile.crm, profile.books
    return crm.organization_id if crm else "", books.organization_id if books else ""


async def switch(profile: OpenProfile, place: Place, *, off: bool) -> None:
    """Switch the integration off or on. Raises ``Problem``: ``not_connected``, ``run_in_progress``."""
    joined = _joined(profile, place)
    profile.figures.refuse_while_running()
    async with profile.runner.alone():
        if off:
            await profile.connections.close()
        _store(profile, place, msgspec.structs.replace(joined, disabled=off))
    profile.changed()
    profile.figures.start()


async def part(profile: OpenProfile, place: Place) -> None:
    """Forget the credentials and part from both organisations. Links, settings and history stay, for the day on which
    the same two are joined again. Raises ``Problem``: ``not_disabled``, ``not_connected``, ``run_in_progress``.
    """
    joined = _joined(profile, place)
    if not joined.disabled:
        raise Problem("not_disabled")
    async with profile.runner.alone():
        await profile.connections.close()
        for side in SIDES:
            profile.connections.vault.delete(f"credential.{side}")
            profile.connections.vault.delete(f"token.{side}")
        pair = pair_of(joined)
        _store(profile, place, msgspec.structs.replace(joined, crm=None, books=None, pair=pair))
    profile.changed()


def refuse_later(profile: Profile | None, setup: ModuleSetup) -> None:
    """Raise ``Problem('later_organisation')`` where a later Books organisation of a CRM would be two-way (E3)."""
    if profile is not None and profile.later and setup.extent == "both":
        raise Problem("later_organisation", module=setup.module)


def _joined(profile: OpenProfile, place: Place) -> Profile:
    joined = profile.store.profile()
    if joined is None or not joined.connected:
        raise Problem("not_connected", profile=place.profile)
    return joined


def _store(profile: OpenProfile, place: Place, changed: Profile) -> None:
    profile.store.commit(Commit(profile=changed))
    keep_card(place, changed, profile.clock.now())
