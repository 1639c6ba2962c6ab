"""Every colour and symbol of the screen, by meaning.

The sixteen colours of the terminal's own palette and its default background: light and dark terminals, ``TERM=linux``
and ``NO_COLOR`` all stay readable, and a style costs few bytes. A status is always a word, a symbol and a style.
"""

import os
from collections.abc import Mapping
from typing import Literal

from rich.style import Style

TEXTUAL_THEME = "ansi-dark"
"""Textual's theme of palette colours, for the few widgets that are Textual's own."""

Role = Literal[
    "plain", "dim", "strong", "title", "head", "key", "mode", "current", "cursor", "ok", "busy", "warn", "bad", "quiet",
    "flash", "flash_bad", "bar", "changed",
]  # fmt: skip

STYLES: dict[Role, Style] = {
    "plain": Style(),
    "dim": Style(color="bright_black"),
    "strong": Style(bold=True),
    "title": Style(bold=True, color="cyan"),
    "head": Style(bold=True, underline=True),
    "key": Style(bold=True, color="cyan"),
    "mode": Style(),
    "current": Style(bold=True, reverse=True),
    "cursor": Style(reverse=True),
    "ok": Style(color="green"),
    "busy": Style(color="cyan", bold=True),
    "warn": Style(color="yellow", bold=True),
    "bad": Style(color="red", bold=True),
    "quiet": Style(color="bright_black"),
    "flash": Style(bold=True),
    "flash_bad": Style(bold=True, color="red"),
    "bar": Style(color="cyan"),
    "changed": Style(bold=True, color="yellow"),
}

TERMINAL = dict(STYLES)
"""The terminal's own sixteen colours."""


def _with(**colours: str) -> dict[Role, Style]:
    styles = dict(TERMINAL)
    for role, colour in colours.items():
        styles[role] = TERMINAL[role] + Style(color=colour)  # type: ignore[index, literal-required, unused-ignore]
    return styles


THEMES: dict[str, dict[Role, Style]] = {
    "terminal": TERMINAL,
    "dark": _with(
        dim="#9e9e9e", quiet="#9e9e9e", title="#5fd7ff", key="#5fd7ff", ok="#87d787", busy="#5fd7ff", warn="#ffd75f",
        bad="#ff8787", bar="#5fd7ff", changed="#ffd75f", flash_bad="#ff8787",
    ),
    "light": _with(
        dim="#6c6c6c", quiet="#6c6c6c", title="#005f87", key="#005f87", ok="#006400", busy="#005f87", warn="#8a5a00",
        bad="#a40000", bar="#005f87", changed="#8a5a00", flash_bad="#a40000",
    ),
    "none": {role: style.without_color for role, style in TERMINAL.items()},
}  # fmt: skip
"""``dark``, ``light``: for terminals whose palette is hard to read. ``none`` keeps bold, underline and reverse."""


_used = ["terminal"]


def colourless(environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether the environment forbids colours (``NO_COLOR``, whatever its value, if not empty)."""
    return bool(environ.get("NO_COLOR"))


def used() -> str:
    """Return the theme that is drawn in."""
    return _used[0]


def use(name: str, environ: Mapping[str, str] = os.environ) -> None:
    """Draw in another theme from now on; where colours are forbidden, in none. KeyError for one that does not exist."""
    styles = THEMES[name]
    _used[0] = "none" if colourless(environ) else name
    STYLES.update(THEMES["none"] if colourless(environ) else styles)


SYMBOLS: dict[Role, str] = {"ok": "+", "busy": ">", "warn": "!", "bad": "x", "quiet": "-"}
"""One ASCII cell each: the same width everywhere, and there in every font."""

STATES: dict[str, Role] = {
    # health (core.service.Health)
    "loading": "busy", "not_connected": "warn", "not_configured": "quiet", "locked": "warn", "ok": "ok",
    "running": "busy", "paused": "warn", "attention": "warn", "failed": "bad",
    # modules (core.service.ModuleStatus)
    "unavailable": "quiet", "on": "ok", "needs_confirmation": "warn",
    # links and rows (core.service.Row)
    "linked": "ok", "crm_gone": "warn", "books_gone": "warn", "out_of_view": "quiet", "ignored": "quiet",
    "ambiguous": "warn", "crm_only": "quiet", "books_only": "quiet",
    # runs (core.model.run.RunState)
    "done": "ok", "stopped": "warn", "interrupted": "warn",
    # preflight (core.model.setup.Check)
    "warning": "warn", "stop": "bad",
}  # fmt: skip
"""Which role a state has."""


def role_of(state: str) -> Role:
    """Return the role of a state; one that this version does not know is plain."""
    return STATES.get(state, "plain")


def symbol_of(state: str) -> str:
    """Return the symbol of a state."""
    return SYMBOLS.get(role_of(state), " ")
