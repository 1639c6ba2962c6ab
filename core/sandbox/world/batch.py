"""Records that are made together: a list asks for a few fields of many, and that is what is to be fast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from core.sandbox.world.names import Company, companies, scrambles


class Batch:
    """Some records while they are made: their indexes, and what several of their fields are made from."""

    def __init__(self, seed: int, indexes: Sequence[int], salt: int) -> None:
        self.seed, self.indexes, self._salt = seed, indexes, salt

    @cached_property
    def firms(self) -> list[Company]:
        """The companies of these indexes."""
        return companies(self.seed, self.indexes)

    @cached_property
    def chance(self) -> list[int]:
        """64 bits each."""
        return scrambles(self.seed, self.indexes, self._salt)

    @property
    def both(self) -> zip[tuple[Company, int]]:
        """Companies and chance."""
        return zip(self.firms, self.chance, strict=True)


Column = Callable[[Batch], list[Any]]
"""Makes one field of a batch; None where a record has no value."""
