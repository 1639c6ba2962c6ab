"""``kakehashi sandbox``: an embedded Zoho, served until it is stopped; prints one JSON line."""

from collections.abc import Sequence

from core.sandbox.__main__ import main


def run_words(words: Sequence[str]) -> int:
    """Serve. ``words`` are the sandbox's own options; it always answers in JSON. Returns 1 when the port is taken."""
    return main([each for each in words if each != "--json"])
