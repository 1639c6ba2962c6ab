"""The service's methods about what a person decides."""

from abc import abstractmethod

from core.agent.opened import OpenProfile
from core.model.deciding import Ambiguity, Apart, Conflict, MissingField, SettleRequest, SuggestionPage, Undecided
from core.model.names import ModuleName, Part, Shape
from core.model.record import FieldMeta
from core.model.run import Run
from core.service_deciding import DecidingService


class Deciding(DecidingService):
    """See ``DecidingService``. Everything waits until the state is loaded."""

    @abstractmethod
    async def _ready(self) -> OpenProfile:
        """Return the profile, once the state is loaded."""

    async def undecided(self) -> list[Undecided]:
        """See ``DecidingService``."""
        raise NotImplementedError

    async def conflicts(self, module: ModuleName | None, start: int, stop: int) -> list[Conflict]:
        """See ``DecidingService``."""
        raise NotImplementedError

    async def settle(self, request: SettleRequest) -> Run:
        """See ``DecidingService``."""
        raise NotImplementedError

    async def ambiguities(self, module: ModuleName | None, start: int, stop: int) -> list[Ambiguity]:
        """See ``DecidingService``."""
        raise NotImplementedError

    async def choose(self, module: ModuleName, crm_id: str, books_id: str) -> Run:
        """See ``DecidingService``."""
        raise NotImplementedError

    async def keep_apart(self, module: ModuleName, crm_id: str, books_id: str) -> None:
        """See ``DecidingService``."""
        raise NotImplementedError

    async def kept_apart(self, module: ModuleName | None, start: int, stop: int) -> list[Apart]:
        """See ``DecidingService``."""
        raise NotImplementedError

    async def forget_apart(self, module: ModuleName, crm_id: str, books_id: str) -> None:
        """See ``DecidingService``."""
        raise NotImplementedError

    async def suggestions(self, module: ModuleName, start: int, stop: int) -> SuggestionPage:
        """See ``DecidingService``."""
        raise NotImplementedError

    async def plan_suggestions(self, plan_id: str, start: int, stop: int) -> SuggestionPage:
        """See ``DecidingService``."""
        raise NotImplementedError

    async def missing_fields(self, module: ModuleName, shape: Shape, part: Part) -> list[MissingField]:
        """See ``DecidingService``."""
        raise NotImplementedError

    async def create_books_field(self, module: ModuleName, shape: Shape, part: Part, crm_field: str) -> FieldMeta:
        """See ``DecidingService``."""
        raise NotImplementedError
