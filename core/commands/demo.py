"""``kakehashi demo``: an embedded Zoho, a fresh profile joined to it, its agent, and the screen.

Nothing of it outlives the command. Sandbox and agent end when our ends of their pipes close, which the kernel does even
after a kill -9 of this process; the agent then removes the temporary home.
"""

import argparse
import asyncio
import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from core.agent.client import RemoteService, attach, find
from core.agent.launch import spawn_attached, wait_until_gone
from core.agent.places import DEMO_PREFIX, Place
from core.commands.connect import join_sandbox, parse_sandbox
from core.commands.context import Context, ScreenOptions
from core.model.problems import Problem
from core.model.text import Lang, Text

_ACCOUNTS = Text("how many accounts the CRM holds (default: 200)", "CRMの取引先の件数（既定: 200）")
_SEED = Text("the same seed gives the same world (default: 1)", "同じ値なら同じデータになる（既定: 1）")
_LATENCY = Text("how long each call takes at least (default: 0)", "1回の呼び出しの最短時間（既定: 0）")
GRACE_SECONDS = 15.0


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add the size of the world."""
    parser.add_argument("--accounts", type=int, default=200, metavar="N", help=_ACCOUNTS.say(lang))
    parser.add_argument("--seed", type=int, default=1, metavar="S", help=_SEED.say(lang))
    parser.add_argument("--latency-ms", type=float, default=0, metavar="L", help=_LATENCY.say(lang))


def run(context: Context, given: argparse.Namespace) -> int:
    """Set everything up, show the screen, and take everything down again."""
    if context.screen is None:
        raise Problem("bad_request", what="there is no screen here")
    with contextlib.ExitStack() as stack:
        place = Place(stack.enter_context(_home()), "demo")
        sandbox = stack.enter_context(_process(_start_sandbox(given)))
        agent = spawn_attached(place)
        stack.callback(_end_replacement, place)
        stack.enter_context(_process(agent))
        asyncio.run(_join(place, sandbox))
        lang = context.lang if given.lang else None
        return context.screen(ScreenOptions(place=place, lang=lang, mouse=given.mouse, alone=True))


@contextlib.contextmanager
def _home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=DEMO_PREFIX))
    try:
        yield folder
    finally:
        # The agent has removed it unless it was killed.
        shutil.rmtree(folder, ignore_errors=True)


def _start_sandbox(given: argparse.Namespace) -> "subprocess.Popen[bytes]":
    words = ["--die-with-stdin", "--limits", "off", "--accounts", str(given.accounts), "--seed", str(given.seed)]
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-m", "core.sandbox", *words, "--latency-ms", str(given.latency_ms)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # A group of its own: Ctrl-C on the terminal is for the screen.
        start_new_session=True,
    )


@contextlib.contextmanager
def _process(child: "subprocess.Popen[bytes]") -> "Iterator[subprocess.Popen[bytes]]":
    """End a child by closing its standard input, and wait until it has gone."""
    try:
        yield child
    finally:
        with contextlib.suppress(BrokenPipeError):
            assert child.stdin is not None
            child.stdin.close()
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout is not None:
            child.stdout.close()


async def _join(place: Place, sandbox: "subprocess.Popen[bytes]") -> None:
    assert sandbox.stdout is not None
    line = await asyncio.to_thread(sandbox.stdout.readline)
    if not line:
        raise Problem("unexpected", what="the sandbox does not start", log=str(place.log))
    info = parse_sandbox(msgspec.json.decode(line, type=dict[str, object]), "sandbox")
    async with await attach(place, start=False) as service:
        await join_sandbox(service, info)


def _end_replacement(place: Place) -> None:
    """End an agent that the screen started in place of ours, had ours been killed."""
    service = find(place)
    if service is not None:
        asyncio.run(_end(service))


async def _end(service: RemoteService) -> None:
    async with service:
        with contextlib.suppress(Problem):
            await service.shutdown()
    await wait_until_gone(service.place, GRACE_SECONDS)
