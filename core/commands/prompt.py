"""Secrets and answers from a person or a file; never from the command line, which every user of the machine sees."""

import getpass
import sys
from pathlib import Path

import msgspec

from core.commands.context import Context
from core.model.problems import Problem
from core.model.text import Text


def interactive() -> bool:
    """Return whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(context: Context, label: Text, option: str) -> str:
    """Return a typed line. Raises ``Problem('bad_request')`` naming ``option`` where nobody can answer."""
    _needs_person(option)
    sys.stderr.write(context.word(label) + ": ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def ask_secret(context: Context, label: Text, option: str) -> str:
    """Return a line typed without echo. Raises as ``ask``."""
    _needs_person(option)
    return getpass.getpass(context.word(label) + ": ", stream=sys.stderr).strip()


def confirmed(context: Context, question: Text) -> bool:
    """Return whether a person says yes."""
    sys.stderr.write(context.word(question) + " [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes", "はい")


def read_text(name: str) -> str:
    """Return the text of a file, or of standard input for ``-``. Raises ``Problem('bad_request')``."""
    try:
        return (sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")).strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not text"
        raise Problem("bad_request", what=f"{name}: {why}") from None


def read_object(name: str) -> dict[str, object]:
    """Return a JSON object from a file or ``-``. Raises ``Problem('bad_request')`` without any of its content."""
    try:
        return msgspec.json.decode(read_text(name), type=dict[str, object])
    except msgspec.MsgspecError:
        raise Problem("bad_request", what=f"{name}: not a JSON object") from None


def _needs_person(option: str) -> None:
    if not interactive():
        raise Problem("bad_request", what=f"there is no terminal to ask on; give {option}")
