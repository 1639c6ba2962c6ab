"""A plan in a file: readable JSON that names the organisations it is for."""

import msgspec
from msgspec import Struct

from core.model.names import SideName
from core.model.plan import SavedPlan
from core.model.problems import Problem

FORMAT = 1


class SavedFile(Struct, frozen=True):
    """A plan, and whose it is."""

    organisations: dict[SideName, str]
    saved: SavedPlan
    format: int = FORMAT

    def text(self) -> str:
        """Return the file's content."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1).decode() + "\n"


def parse_plan(text: str, name: str) -> SavedFile:
    """Return a file's plan. Raises ``Problem('bad_request')`` for what is none."""
    try:
        found = msgspec.json.decode(text, type=SavedFile)
    except msgspec.MsgspecError as error:
        raise Problem("bad_request", what=f"{name} holds no plan: {error}") from None
    if found.format != FORMAT:
        raise Problem("bad_request", what=f"{name} is of format {found.format}; this version knows {FORMAT}")
    return found
