"""The preflight in words: one line a check (design.md §6)."""

from core.commands.output import plain
from core.model.setup import Check
from core.model.text import Lang, Text

_STATES: dict[str, Text] = {
    "ok": Text("ok     ", "OK   "),
    "warning": Text("warning", "注意 "),
    "stop": Text("stop   ", "停止 "),
}


def check_line(check: Check, lang: Lang) -> str:
    """Return state, what was checked, and what was found."""
    found = ", ".join(f"{name} {plain(value)}" for name, value in check.detail.items())
    return f"{_STATES[check.state].say(lang)}  {check.id.replace('_', ' ')}" + (f": {found}" if found else "")
