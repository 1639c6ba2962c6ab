"""``kakehashi agent``: the agent in the foreground, for systemd and its kin, and the unit file for it."""

import argparse
import asyncio
import getpass
import logging
import os
import sys

from core.agent.__main__ import main
from core.agent.client import find
from core.agent.launch import wait_until_gone
from core.agent.unit import unit
from core.commands.context import Context
from core.commands.output import print_lines
from core.model.problems import Problem
from core.model.text import Lang, Text

TAKE_OVER_SECONDS = 150.0
"""How long an agent that runs already may take to finish what is in flight."""
_UNIT = Text(
    "print a systemd unit that runs it, and end: user (your own systemd) or system",
    "実行用のsystemdユニットを出力して終了する: user（ユーザーのsystemd）またはsystem",
)
_TAKE_OVER = Text(
    "end an agent that runs already, after its action in flight", "動作中のエージェントを終了して交代する"
)
_HINT_USER = Text(
    "Put it into ~/.config/systemd/user/{name}, then: systemctl --user enable --now {name}; loginctl enable-linger",
    "~/.config/systemd/user/{name} に置き、次を実行: systemctl --user enable --now {name}; loginctl enable-linger",
)
_HINT_SYSTEM = Text(
    "Put it into /etc/systemd/system/{name}, then: systemctl enable --now {name}",
    "/etc/systemd/system/{name} に置き、次を実行: systemctl enable --now {name}",
)


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add the unit and taking over."""
    parser.add_argument("--print-unit", nargs="?", const="user", choices=("user", "system"), help=_UNIT.say(lang))
    parser.add_argument("--take-over", action="store_true", help=_TAKE_OVER.say(lang))


def run(context: Context, given: argparse.Namespace) -> int:
    """Print the unit, or be the agent until told to go."""
    if given.print_unit:
        return _print_unit(context, given.print_unit)
    if given.take_over:
        asyncio.run(_take_over(context))
    place = context.place
    code = main(["--home", str(place.home), "--profile", place.profile, "--foreground"])
    logging.shutdown()
    sys.stdout.flush()
    # At once, with the lock still ours: whoever sees it free may take it that nothing of this process is left.
    os._exit(code)


def _print_unit(context: Context, kind: str) -> int:
    system = kind == "system"
    print_lines([unit(context.place, user=getpass.getuser() if system else "").rstrip("\n")])
    context.say(_HINT_SYSTEM if system else _HINT_USER, name=f"kakehashi-{context.place.profile}.service")
    return 0


async def _take_over(context: Context) -> None:
    service = find(context.place)
    if service is None:
        return
    async with service:
        try:
            await service.shutdown()
        except Problem as problem:
            # It may be on its way out already; whether it is, the lock tells.
            if problem.code != "agent_unreachable":
                raise
    await wait_until_gone(context.place, TAKE_OVER_SECONDS)
