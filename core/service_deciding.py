"""The part of the front door about what a person decides; ``core.service.Service`` has it whole."""

from typing import Protocol

from core.model.deciding import Ambiguity, Apart, Conflict, MissingField, SettleRequest, SuggestionPage, Undecided
from core.model.names import ModuleName, Part, Shape
from core.model.record import FieldMeta
from core.model.run import Run


class DecidingService(Protocol):
    """Every method may raise ``Problem``. Contact persons are told under *customers*, with the part ``persons``."""

    async def undecided(self) -> list[Undecided]:
        """Return how much waits for a decision, of every configured module; asks no server."""
        ...

    async def conflicts(self, module: ModuleName | None, start: int, stop: int) -> list[Conflict]:
        """Return a window of the pairs with held fields, as the last run saw them; asks no server."""
        ...

    async def settle(self, request: SettleRequest) -> Run:
        """Start a run that settles held fields, and return it as started.

        Both records are read anew first. The run ends as failed with ``moved_since`` when a field to be settled is no
        longer as it was shown, and has then written nothing. Raises ``Problem``: ``not_found``, ``moved_since``
        (another stamp), ``bad_value`` (a typed value that one of the fields cannot take), and what ``sync`` raises.
        """
        ...

    async def ambiguities(self, module: ModuleName | None, start: int, stop: int) -> list[Ambiguity]:
        """Return a window of the records with more than one candidate (F13). Reads the records of the window, so that
        their details can be told apart: a call a Books record (sixty at most), one for a hundred of CRM; what was
        read is remembered, and what was not is told by its name (``Candidate.known``).
        """
        ...

    async def choose(self, module: ModuleName, crm_id: str, books_id: str) -> Run:
        """Start a run that pairs exactly these two and syncs them by the rules of first pairing; return it as started.

        ``module`` is *customers* for contact persons, too. Raises ``Problem``: ``already_linked`` (I10), ``not_found``,
        and what ``sync`` raises.
        """
        ...

    async def keep_apart(self, module: ModuleName, crm_id: str, books_id: str) -> None:
        """Remember that two records are not the same: they are never paired by name nor suggested again.

        Records that no run has seen are read. Raises ``Problem``: ``not_found``, ``already_linked``,
        ``run_in_progress``.
        """
        ...

    async def kept_apart(self, module: ModuleName | None, start: int, stop: int) -> list[Apart]:
        """Return a window of what is kept apart."""
        ...

    async def forget_apart(self, module: ModuleName, crm_id: str, books_id: str) -> None:
        """Take ``keep_apart`` back. Raises ``Problem('not_found')``."""
        ...

    async def suggestions(self, module: ModuleName, start: int, stop: int) -> SuggestionPage:
        """Return a window of the unlinked records of both sides that resemble each other; asks no server.

        Nothing is ever paired by them alone: ``choose`` accepts one, ``keep_apart`` dismisses it.
        """
        ...

    async def plan_suggestions(self, plan_id: str, start: int, stop: int) -> SuggestionPage:
        """Return a window of what a held plan would create although the other side has an unlinked record like it.

        Meant to be looked at before a first run. Raises ``Problem('not_found')``.
        """
        ...

    async def missing_fields(self, module: ModuleName, shape: Shape, part: Part) -> list[MissingField]:
        """Return the CRM fields that no row of the stored (else the default) mapping ties to Books, from live metadata:
        those that can be made in Books first.
        """
        ...

    async def create_books_field(self, module: ModuleName, shape: Shape, part: Part, crm_field: str) -> FieldMeta:
        """Make a custom field in Books for a CRM field and return it as Books describes it; maps nothing by itself.

        A field of the same label and kind that is there already is returned instead of making a second one. Raises
        ``Problem``: ``not_found``, ``field_not_creatable``, ``field_refused`` (with what Books said).
        """
        ...
