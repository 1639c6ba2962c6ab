"""What waits for a decision, as Attention lists it: conflicts, several candidates, likely pairs, what is kept apart."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from core.model.names import ModuleName
from core.service import FailureGroup, Service
from tui.screens.base import Base
from tui.theme import Role

Matter = Literal["conflicts", "ambiguities", "suggestions", "apart"]
REASONS: dict[Matter, str] = {"conflicts": "F40", "ambiguities": "F13", "suggestions": "", "apart": ""}
SIGNS: dict[Matter, tuple[str, Role]] = {
    "conflicts": ("!", "warn"), "ambiguities": ("!", "warn"), "suggestions": ("?", "busy"), "apart": ("-", "dim"),
}  # fmt: skip
KEPT = 10_000
"""Most pairs kept apart that are counted."""


@dataclass(frozen=True)
class Waiting:
    """A row of Attention. ``count`` None: nobody has looked yet."""

    matter: Matter
    module: ModuleName
    count: int | None

    @property
    def key(self) -> str:
        """Names the row."""
        return f"{self.matter} {self.module}"

    def screen(self, mode: str) -> Base:
        """Return the screen on which it is decided."""
        from tui.screens.conflicts import Conflicts  # noqa: PLC0415
        from tui.screens.pairs import Ambiguities  # noqa: PLC0415
        from tui.screens.suggestions import KeptApart, Suggestions  # noqa: PLC0415

        screens = {
            "conflicts": Conflicts, "ambiguities": Ambiguities, "suggestions": Suggestions, "apart": KeptApart,
        }  # fmt: skip
        made: Base = screens[self.matter](mode, self.module)
        return made


async def what_waits(service: Service) -> list[Waiting]:
    """Ask what waits for a decision: what holds records first, then what may be looked at."""
    found = await service.undecided()
    apart = Counter(each.module for each in await service.kept_apart(None, 0, KEPT))
    rows = [Waiting("conflicts", each.module, each.conflicts) for each in found if each.conflicts]
    rows += [Waiting("ambiguities", each.module, each.ambiguities) for each in found if each.ambiguities]
    rows += [Waiting("suggestions", each.module, each.suggestions) for each in found if each.suggestions != 0]
    return [*rows, *(Waiting("apart", module, count) for module, count in apart.items())]


def told_elsewhere(group: FailureGroup, waiting: list[Waiting]) -> bool:
    """Return whether a group of failures is what a row of its own leads to, where it can be decided."""
    return any(group.reason == REASONS[each.matter] and group.module == each.module for each in waiting)
