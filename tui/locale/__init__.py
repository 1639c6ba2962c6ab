"""The screen's words: English is typed code (``en.py``), Japanese is laid over it (``ja.py``)."""

import os
from collections.abc import Mapping

from core.model.text import Lang
from tui.locale.en import English
from tui.locale.ja import Japanese

STRINGS: dict[Lang, English] = {"en": English(), "ja": Japanese()}


def guess(environ: Mapping[str, str] = os.environ) -> Lang:
    """Return the language that the environment asks for: ``LC_ALL``, ``LC_MESSAGES``, then ``LANG``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return "ja" if value.lower().startswith("ja") else "en"
    return "en"


def word(say: English, group: str, name: str) -> str:
    """Return the word for one of a closed set (``state``, ``phase``, ``why`` …); an unknown one stands for itself."""
    found = getattr(say, f"{group}_{name}", name)
    return str(found)
