"""PURE. Won and lost, by the probability of the stage and never by its name (B76): stages differ by organisation."""

from collections.abc import Iterable

from core.model.documents import DealStage

WON, LOST = 100, 0


class Stages:
    """The stages of an organisation. A stage that CRM no longer lists goes by what its deals say."""

    def __init__(self, stages: Iterable[DealStage]) -> None:
        self.all = tuple(stages)
        self._known = {each.name: each for each in self.all}

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def probability(self, name: str, told: int | None = None) -> int | None:
        """Return a stage's probability in percent; ``told`` where the stage has none of its own."""
        known = self._known.get(name)
        return told if known is None or known.probability is None else known.probability

    def won(self, name: str, told: int | None = None) -> bool:
        """Return whether a deal at this stage is won."""
        return self.probability(name, told) == WON

    def lost(self, name: str, told: int | None = None) -> bool:
        """Return whether a deal at this stage is lost."""
        return self.probability(name, told) == LOST
