"""The doctor, read-only: this machine, then each side from the network up, then the connection checks."""

import asyncio
import os
import shutil
import stat

from core.agent.connections import VaultTokens
from core.agent.joining import preflight_of
from core.agent.opened import OpenProfile
from core.agent.places import Place
from core.agent.session import survives_logout
from core.model.names import SIDES
from core.model.problems import Problem
from core.model.setup import Check
from core.zoho.credential import Credential
from core.zoho.doctor import SideDoctor

LITTLE_SPACE = 200 * 1024 * 1024


async def examine_all(profile: OpenProfile, place: Place) -> list[Check]:
    """Return every finding, in the order of the steps. Raises ``Problem`` only where nothing is joined, or locked."""
    joined = profile.store.profile()
    local = machine(place)
    sides = profile.connections.sides(joined)
    assert joined is not None
    doctors = []
    for side in SIDES:
        organisation = joined.crm if side == "crm" else joined.books
        kept = profile.connections.vault.get(f"credential.{side}")
        if organisation is None or kept is None:
            raise Problem("not_connected", profile=place.profile)
        doctors.append(
            SideDoctor(
                Credential.from_json(kept),
                organisation,
                profile.clock,
                limits=joined.limits,
                tokens=VaultTokens(profile.connections.vault, side),
                budget_file=profile.connections.budget_file(organisation, joined),
            )
        )
    found = [line for lines in await asyncio.gather(*(each.run() for each in doctors)) for line in lines]
    try:
        found += await preflight_of(sides, joined)
    except Problem as problem:
        detail = {"side": "", "problem": problem.message("en"), "remedy": problem.remedy("en")}
        found.append(Check(id="step_failed", state="stop", detail=detail))
    return [*local, *found]


def machine(place: Place) -> list[Check]:
    """Return what this machine is like: space, permissions, and whether a logout would end the agent."""
    free = shutil.disk_usage(place.folder).free
    mode = stat.S_IMODE(place.folder.stat().st_mode)
    stays = survives_logout()
    return [
        Check(
            id="space",
            state="ok" if free > LITTLE_SPACE else "warning",
            detail={"path": str(place.folder), "free": f"{free // 2**20}"},
        ),
        Check(
            id="private",
            state="ok" if not mode & 0o077 and place.folder.stat().st_uid == os.getuid() else "stop",
            detail={"path": str(place.folder), "mode": f"{mode:04o}"},
        ),
        Check(id="logout", state="ok" if stays else "warning", detail={"stays": "yes" if stays else "no"}),
    ]
