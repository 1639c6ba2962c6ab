"""The vault and, once joined and unlocked, both sides of the profile."""

from collections.abc import Callable
from pathlib import Path

from core.agent.places import Place
from core.engine.ports import Clock
from core.model.names import SIDES, SideName
from core.model.problems import Problem
from core.model.setup import OrganisationRef, Profile
from core.store.vault import Vault, open_vault
from core.zoho.budget import Reading
from core.zoho.connect import ZohoSide, open_side
from core.zoho.credential import Credential


class VaultTokens:
    """Keeps a side's access token in the vault, so that a restart does not cost one of Zoho's few refreshes."""

    def __init__(self, vault: Vault, side: SideName) -> None:
        self._vault, self._name = vault, f"token.{side}"

    def load(self) -> str | None:
        """Return what ``save`` kept."""
        return self._vault.get(self._name)

    def save(self, text: str) -> None:
        """Keep it."""
        self._vault.put(self._name, text)


class Connections:
    """Opens the sides when they are first needed, and keeps them."""

    def __init__(self, place: Place, clock: Clock, on_wait: Callable[[str, float], None], *, sandbox: bool) -> None:
        self._place, self._clock, self._on_wait = place, clock, on_wait
        self._sides: dict[SideName, ZohoSide] = {}
        self._vaults: dict[bool, Vault] = {}
        self.vault = self.vault_for(sandbox=sandbox)

    def vault_for(self, *, sandbox: bool) -> Vault:
        """Return the vault that a profile's kind calls for."""
        if sandbox not in self._vaults:
            self._vaults[sandbox] = open_vault(self._place.folder, loopback=sandbox)
        return self._vaults[sandbox]

    def unlock(self, passphrase: str) -> None:
        """Open the vault of real credentials, also where a sandbox is joined now. Raises as ``Vault.unlock``."""
        self.vault_for(sandbox=False).unlock(passphrase)

    def keep(self, side: SideName, credential: Credential) -> None:
        """Put a credential into the vault; the token of the one before goes. Raises as ``Vault.put``."""
        self.vault.put(f"credential.{side}", credential.to_json())
        self.vault.delete(f"token.{side}")

    def sides(self, profile: Profile | None) -> tuple[ZohoSide, ZohoSide]:
        """Return CRM and Books. Raises ``Problem``: ``not_connected``, ``vault_locked`` and its kin."""
        if profile is None or profile.crm is None or profile.books is None:
            raise Problem("not_connected", profile=self._place.profile)
        if profile.disabled:
            raise Problem("disabled")
        if self.vault.locked:
            raise Problem("vault_locked")
        for organisation in (profile.crm, profile.books):
            if organisation.side not in self._sides:
                self._sides[organisation.side] = self._open(organisation, profile)
        return self._sides["crm"], self._sides["books"]

    def opened(self) -> list[ZohoSide]:
        """Return the sides that are open already."""
        return [self._sides[side] for side in SIDES if side in self._sides]

    def readings(self) -> list[Reading]:
        """Return what is left of the day of each side that is open."""
        return [side.budget() for side in self.opened()]

    async def close(self) -> None:
        """Release the sides; they are opened anew when they are needed."""
        sides, self._sides = self._sides, {}
        for side in sides.values():
            await side.close()

    def _open(self, organisation: OrganisationRef, profile: Profile) -> ZohoSide:
        side = organisation.side
        kept = self.vault.get(f"credential.{side}")
        if kept is None:
            raise Problem("not_connected", profile=self._place.profile)
        return open_side(
            Credential.from_json(kept),
            organisation,
            clock=self._clock,
            limits=profile.limits,
            tokens=VaultTokens(self.vault, side),
            budget_file=self.budget_file(organisation, profile),
            on_wait=self._on_wait,
        )

    def budget_file(self, organisation: OrganisationRef, profile: Profile) -> Path:
        """Return where the budget of an organisation is kept."""
        # A sandbox's organisation is its own, whatever others are called.
        folder = self._place.folder if profile.sandbox else self._place.budgets
        return folder / f"budget-{organisation.side}-{organisation.organization_id}.json"
