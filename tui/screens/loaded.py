"""A screen whose rows are asked for when it is shown, and again whenever records moved."""

from functools import partial

from textual.worker import Worker

from tui.screens.base import Base


class Loaded(Base):
    """See the module's docstring. Subclasses ask the service in ``load`` and show what it said in ``draw``."""

    _generation: int = -1

    async def load(self) -> None:
        """Ask the service. What it raises is told on the flash line; what was shown before stays."""
        raise NotImplementedError

    def arrived(self) -> None:
        """Ask, unless what is shown is of now."""
        if self.kk.service is None:
            self._generation = -1
        elif self._generation != self.state.generation:
            self._generation = self.state.generation
            # A function, not a coroutine: one that is given up before it began is never awaited.
            self.asking: Worker[None] = self.run_worker(partial(self.reload), exclusive=True, group="load")

    async def reload(self) -> None:
        """Ask, and show the answer."""
        try:
            await self.load()
        except Exception as error:
            self._generation = -1
            self.trouble(error)
        if self in self.app.screen_stack:
            self.draw()
