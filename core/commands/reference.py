"""The README's list of commands, from the parsers. ``python -m core.commands.reference`` fills it in."""

import argparse
import functools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from core.cli import COMMANDS, build_parser
from core.commands.words import COMMAND_HELP
from core.model.text import Lang

README = Path(__file__).parents[2] / "README.md"
_SECTION = re.compile(r"(<!-- commands -->\n).*?(<!-- /commands -->)", re.DOTALL)


def markdown(lang: Lang = "en") -> str:
    """Return the command list: each command with its arguments and what it does, and its options below it."""
    lines = []
    for name in COMMANDS:
        lines.append(f"- `{synopsis(name, lang)}`: {COMMAND_HELP[name].say(lang)}")
        lines += [f"  - `{words}` {_escaped(told)}" for words, told in _options(command_parser(name, lang)) if told]
    return "\n".join(lines) + "\n"


def filled(text: str) -> str:
    """Return a README with the command list in its place. Raises ValueError where it has none."""
    if not _SECTION.search(text):
        raise ValueError("no place for the command list")
    # Markdown ends an HTML comment's block at an empty line.
    return _SECTION.sub(lambda found: f"{found[1]}\n{markdown()}\n{found[2]}", text)


def synopsis(name: str, lang: Lang = "en") -> str:
    """Return how a command is written, without its options: ``kakehashi plan [MODULE]``."""
    words = ["kakehashi", name]
    for action in _own(command_parser(name, lang)):
        if not action.option_strings:
            many = "..." if action.nargs in ("+", "*") else ""
            words.append((f"[{action.dest}]" if action.nargs in ("?", "*") else action.dest) + many)
    return " ".join(words)


def command_parser(name: str, lang: Lang = "en") -> argparse.ArgumentParser:
    """Return one command's own parser, with all that it takes. KeyError for a command that there is none of."""
    if name == "sandbox":
        # It has a parser of its own, in a room that shares nothing with ours.
        from core.sandbox.__main__ import parser  # noqa: PLC0415

        return parser()
    return _parsers(lang)[name]


@functools.cache
def _parsers(lang: Lang) -> dict[str, argparse.ArgumentParser]:
    """Return every command's parser with its options."""
    whole = build_parser(list(COMMANDS), lang)
    groups = (each for each in whole._actions if isinstance(each, argparse._SubParsersAction))
    return {name: parser for each in groups for name, parser in each.choices.items()}


def _own(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield what a command takes beside what every command takes."""
    everywhere = {"help", "home", "profile", "lang", "json"}
    yield from (each for each in parser._actions if each.dest not in everywhere and each.help != argparse.SUPPRESS)


def _options(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    for action in _own(parser):
        told = parser._get_formatter()._expand_help(action) if action.help else ""
        if action.option_strings:
            value = "" if action.nargs == 0 else f" {_value(action)}"
            yield ", ".join(action.option_strings) + value, told
        else:
            yield action.dest if action.choices is None else f"{action.dest}: {_value(action)}", told


def _value(action: argparse.Action) -> str:
    if action.choices is not None:
        return "{" + ",".join(map(str, action.choices)) + "}"
    shown = action.metavar or (action.dest.upper() if action.option_strings else action.dest)
    return " ".join(shown) if isinstance(shown, tuple) else shown


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace("|", "\\|").replace("*", "\\*")


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{README.name}\n")
