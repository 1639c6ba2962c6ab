"""The service's methods about what customers owe and buy."""

from abc import abstractmethod

from core.agent.opened import OpenProfile
from core.model.figures import FigureStatus
from core.model.run import Run
from core.service_figures import FigureService


class Figures(FigureService):
    """See ``FigureService``. Everything waits until the state is loaded."""

    @abstractmethod
    async def _ready(self) -> OpenProfile:
        """Return the profile, once the state is loaded."""

    async def figures(self) -> FigureStatus:
        """See ``FigureService``."""
        return await (await self._ready()).figures.status()

    async def switch_figures(self, on: bool, create_fields: bool) -> FigureStatus:
        """See ``FigureService``."""
        figures = (await self._ready()).figures
        await figures.switch(on=on, create_fields=create_fields)
        return await figures.status()

    async def run_figures(self, full: bool) -> Run:
        """See ``FigureService``."""
        return (await self._ready()).figures.launch(full=full)
