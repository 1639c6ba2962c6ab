"""The format of the state and the steps from older ones. A step takes all tables and returns them one format on."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from core.store.checkpoint import Tables

Step = Callable[[Tables], Tables]


class Format(Struct, frozen=True):
    """The newest format that is known, and how to reach it: ``steps[n]`` leads from ``n`` to ``n + 1``."""

    known: int
    steps: Mapping[int, Step] = {}

    def migrate(self, tables: Tables, found: int) -> Tables:
        """Return ``tables`` in the known format."""
        for number in range(found, self.known):
            tables = self.steps[number](tables)
        return tables


FORMAT = Format(known=1)
