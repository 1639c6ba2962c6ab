"""The part of the front door about what customers owe and buy; ``core.service.Service`` has it whole."""

from typing import Protocol

from core.model.figures import FigureStatus
from core.model.run import Run


class FigureService(Protocol):
    """Every method may raise ``Problem``."""

    async def figures(self) -> FigureStatus:
        """Return how the figures stand, and CRM's fields for them: those that are missing have no ``field``.

        Asks CRM for its fields, a call a module. Raises ``Problem``: ``figure_field_unfit``, ``not_connected``.
        """
        ...

    async def switch_figures(self, on: bool, create_fields: bool) -> FigureStatus:
        """Switch them, and return how they stand then. Off: what stands in CRM stays as it is.

        Raises ``Problem``: ``figures_need_fields`` where fields are missing and may not be made,
        ``figure_field_refused``, ``figure_field_unfit``, ``not_configured``, ``run_in_progress``.
        """
        ...

    async def run_figures(self, full: bool) -> Run:
        """Start a look at whose documents changed (``full``: at every customer) and return its run as started.

        ``events`` tells its end. Raises ``Problem``: ``figures_off``, ``paused``, ``run_in_progress``.
        """
        ...
