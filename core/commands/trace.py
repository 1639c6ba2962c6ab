"""The trace of an unexpected end of a command, kept in a file."""

import os
import traceback

from core.agent.places import Place
from core.agent.redact import redact


def keep_trace(place: Place) -> str:
    """Append the current exception to the home's command log (0600) and return its path; ``-`` where that fails."""
    path = place.log.with_name("commands.log")
    try:
        place.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "a", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(redact(traceback.format_exc()))
    except OSError:
        return "-"
    return str(path)
