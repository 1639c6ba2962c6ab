"""The preflight in words: one line a check, and what to do where one is not well (design.md §6)."""

from core.commands.output import plain
from core.model.checks import finding, remedy
from core.model.setup import Check
from core.model.text import Lang, Text

_STATES: dict[str, Text] = {
    "ok": Text("ok     ", "OK  "),
    "warning": Text("warning", "注意"),
    "stop": Text("stop   ", "停止"),
}


def check_lines(check: Check, lang: Lang) -> list[str]:
    """Return state and finding, and the remedy in a line of its own."""
    lines = [f"{_STATES[check.state].say(lang)}  {plain(finding(check, lang))}"]
    told = remedy(check, lang)
    return lines + ([f"         {plain(told)}"] if told else [])
