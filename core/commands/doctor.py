"""``kakehashi doctor``: everything that a sync needs, step by step. It reads, and writes nothing to either side."""

import argparse
import os
import shutil
import sys

from core.agent.client import attach
from core.commands.checks import check_lines
from core.commands.context import Context
from core.commands.output import print_json, print_lines
from core.model.setup import Check
from core.model.text import Lang

STOPPED = 3
WIDE = "顧客"


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """It has none of its own."""


async def run(context: Context, given: argparse.Namespace) -> int:
    """Examine, and end with 3 where something keeps a sync from working."""
    async with await attach(context.place, read_only=context.read_only) as service:
        found = [terminal(), *await service.doctor()]
    if context.json:
        print_json(found)
    else:
        print_lines(line for each in found for line in check_lines(each, context.lang))
    return STOPPED if any(each.state == "stop" for each in found) else 0


def terminal() -> Check:
    """Return what the terminal can show: its size, its colours, and whether it takes Japanese."""
    size = shutil.get_terminal_size()
    encoding = (getattr(sys.stdout, "encoding", "") or "").lower()
    try:
        WIDE.encode(encoding or "ascii")
        wide = True
    except (UnicodeEncodeError, LookupError):
        wide = False
    colours = "none" if os.environ.get("NO_COLOR") else _colours()
    fits = size.columns >= 80 and size.lines >= 24
    detail = {
        "size": f"{size.columns}x{size.lines}", "term": os.environ.get("TERM", "-"), "colours": colours,
        "encoding": encoding or "-",
    }  # fmt: skip
    return Check(id="terminal", state="ok" if fits and wide else "warning", detail=detail)


def _colours() -> str:
    if os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "16 million"
    term = os.environ.get("TERM", "")
    return "256" if "256" in term else "none" if term in ("", "dumb") else "16"
