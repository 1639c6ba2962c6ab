"""Commands: the service of a profile, without a screen.

``main`` is what ``tui.main`` calls. It parses, imports the one command that was asked for, and turns whatever goes
wrong into one message, one remedy and an exit code: results go to stdout, everything else to stderr. Without a command
it opens the screen, through the hook that ``tui.main`` passes: the core knows no screen.
"""

import argparse
import asyncio
import importlib
import inspect
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from core import __version__
from core.agent.places import find_place
from core.commands.context import Context, Screen, ScreenOptions
from core.commands.trace import keep_trace
from core.commands.words import COMMAND_HELP, WORDS
from core.model.problems import Problem
from core.model.text import Lang

COMMANDS: dict[str, str] = {
    "demo": "demo",
    "sandbox": "",
    "zsc-key": "zsc_key",
    "connect": "connect",
    "setup": "setup",
    "status": "status",
    "plan": "plan",
    "sync": "sync",
    "apply": "apply",
    "fetch": "records",
    "undo": "undo",
    "release": "undo",
    "why-not": "records",
    "history": "history",
    "failures": "failures",
    "links": "links",
    "conflicts": "conflicts",
    "ambiguous": "pairs",
    "suggestions": "pairs",
    "pair": "pairs",
    "keep-apart": "pairs",
    "fields": "fields",
    "documents": "documents",
    "deals": "deals",
    "associate": "documents",
    "disassociate": "documents",
    "triggers": "triggers",
    "simulate": "triggers",
    "transactions": "transactions",
    "figures": "figures",
    "doctor": "doctor",
    "drift": "drift",
    "config": "config",
    "schedule": "schedule",
    "alerts": "alerts",
    "completion": "completion",
    "profiles": "profiles",
    "disable": "profiles",
    "enable": "profiles",
    "disconnect": "profiles",
    "agent": "service",
    "pause": "agent",
    "resume": "agent",
    "unlock": "agent",
    "stop": "agent",
}
"""Command → its module in ``core.commands``, which has ``options(parser, lang)`` and ``run(context, given)``. The
sandbox has a parser of its own."""
USAGE, INTERRUPTED = 2, 10


def main(argv: Sequence[str] | None = None, screen: Screen | None = None) -> int:
    """Run one command, or open ``screen`` where there is none. Returns the exit code; raises only SystemExit(2|0)
    from argparse.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    lang = find_lang(words, os.environ)
    _lenient_output()
    if words[:1] == ["sandbox"]:
        code: int = importlib.import_module("core.commands.sandbox").run_words(words[1:])
        return code
    given = build_parser(words, lang).parse_args(words)
    context = None
    try:
        place = find_place(given.home, given.profile)
        context = Context(place=place, lang=lang, json=given.json, read_only=given.read_only, screen=screen)
        if given.command is None:
            return _open_screen(context, given)
        done = importlib.import_module(f"core.commands.{COMMANDS[given.command]}").run(context, given)
        code = asyncio.run(done) if inspect.iscoroutine(done) else done
        sys.stdout.flush()
        return code
    except Problem as problem:
        return _tell(problem, lang)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us (`| head`) has enough. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _tell(_unexpected(error, context), lang)


def find_lang(words: Sequence[str], environ: Mapping[str, str]) -> Lang:
    """Return the language of ``--lang``, else of the locale. Parsed by hand: the parser itself speaks it."""
    for index, word in enumerate(words):
        if word == "--lang" and index + 1 < len(words):
            return "ja" if words[index + 1] == "ja" else "en"
        if word.startswith("--lang="):
            return "ja" if word == "--lang=ja" else "en"
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "ja" if locale.startswith("ja") else "en"


def build_parser(words: Sequence[str], lang: Lang) -> argparse.ArgumentParser:
    """Return the parser: every command by name, and the options of the one that ``words`` asks for."""
    made = argparse.ArgumentParser(
        prog="kakehashi",
        description=WORDS["about"].say(lang),
        epilog=WORDS["exit_codes"].say(lang),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=f"kakehashi {__version__}")
    made.add_argument("--read-only", action="store_true", help=WORDS["read_only"].say(lang))
    made.add_argument("--mouse", action="store_true", help=WORDS["mouse"].say(lang))
    _common(made, lang, {"home": None, "profile": None, "lang": None, "json": False})
    commands = made.add_subparsers(dest="command", metavar=WORDS["command"].say(lang))
    for name, module in COMMANDS.items():
        help_ = COMMAND_HELP[name].say(lang)
        parser = commands.add_parser(name, help=help_, description=help_)
        _common(parser, lang, None)
        if module and name in words:
            importlib.import_module(f"core.commands.{module}").options(parser, lang)
    return made


def _common(parser: argparse.ArgumentParser, lang: Lang, defaults: Mapping[str, Any] | None) -> None:
    """Add the options that may stand before and after the command; only the first parser gives the defaults."""

    def default(name: str) -> Any:
        return argparse.SUPPRESS if defaults is None else defaults[name]

    add = parser.add_argument
    add("--home", metavar="DIR", default=default("home"), help=WORDS["home"].say(lang))
    add("--profile", metavar="NAME", default=default("profile"), help=WORDS["profile"].say(lang))
    add("--lang", choices=("en", "ja"), default=default("lang"), help=WORDS["lang"].say(lang))
    add("--json", action="store_true", default=default("json"), help=WORDS["json"].say(lang))


def _open_screen(context: Context, given: argparse.Namespace) -> int:
    if context.screen is None:
        raise Problem("bad_request", what="there is no screen here; name a command")
    options = ScreenOptions(place=context.place, lang=given.lang, read_only=given.read_only, mouse=given.mouse)
    return context.screen(options)


def _tell(problem: Problem, lang: Lang) -> int:
    sys.stderr.write(f"{problem.message(lang)}\n{problem.remedy(lang)}\n")
    return problem.exit


def _unexpected(error: Exception, context: Context | None) -> Problem:
    """Keep the trace in a file and say where; a traceback on a screen helps nobody and may show too much."""
    kept = keep_trace(context.place) if context is not None else "-"
    return Problem("unexpected", what=type(error).__name__, log=kept)


def _lenient_output() -> None:
    """Let no character that the terminal cannot show end a command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
