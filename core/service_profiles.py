"""The part of the front door that is about the profiles of one home; ``core.service.Service`` has it whole."""

from typing import Protocol

from msgspec import Struct

from core.model.setup import OrganisationRef


class ProfileCard(Struct, frozen=True, kw_only=True):
    """One profile of this home, by what its agent wrote down last. No secret is in it."""

    name: str
    crm: OrganisationRef | None = None
    books: OrganisationRef | None = None
    disabled: bool = False
    later: bool = False
    """Its CRM organisation was joined to another Books one before: it only fetches (E3)."""
    here: bool = False
    """The one that was asked."""


class ProfilesService(Protocol):
    """Every method may raise ``Problem``."""

    async def profiles(self) -> list[ProfileCard]:
        """Return the profiles of this home, by name. No other agent is asked, and none is started."""
        ...
