"""``kakehashi pause``, ``resume``, ``unlock`` and ``stop``."""

import argparse

from core.agent.client import attach, find
from core.agent.launch import wait_until_gone
from core.commands.context import Context
from core.commands.output import print_json
from core.commands.prompt import ask_secret, read_text
from core.model.problems import Problem
from core.model.text import Lang, Text

STOP_SECONDS = 120.0
"""How long ``stop`` waits for the action in flight; a Books call may be waiting for its rate limit."""
_PAUSED = Text(
    "Sync is paused; a running one finishes first.", "同期を一時停止しました。実行中の同期は完了まで続きます。"
)
_RESUMED = Text("Sync is on again.", "同期を再開しました。")
_UNLOCKED = Text("The keys are open until the agent ends.", "エージェントが終了するまで認証情報を使用できます。")
_STOPPED = Text("The agent has ended.", "エージェントを終了しました。")
_NONE = Text("No agent is running.", "エージェントは動作していません。")
_PASSPHRASE = Text("Passphrase of this profile's keys", "このプロファイルの認証情報のパスフレーズ")
_PASSPHRASE_FILE = Text("read the passphrase from FILE (- for stdin)", "FILE（- は標準入力）からパスフレーズを読む")


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Only ``unlock`` has an option; argparse tells the parsers apart by their name."""
    if parser.prog.endswith(" unlock"):
        parser.add_argument("--passphrase-file", metavar="FILE", help=_PASSPHRASE_FILE.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Do the one that was asked for."""
    if given.command == "stop":
        return await _stop(context)
    async with await attach(context.place, read_only=context.read_only) as service:
        if given.command == "pause":
            await service.pause()
            said = _PAUSED
        elif given.command == "resume":
            await service.resume()
            said = _RESUMED
        else:
            file: str | None = given.passphrase_file
            typed = ask_secret(context, _PASSPHRASE, "--passphrase-file") if file is None else read_text(file)
            await service.unlock(typed)
            said = _UNLOCKED
        status = await service.status()
    context.say(said)
    if context.json:
        print_json({"health": status.health})
    return 0


async def _stop(context: Context) -> int:
    service = find(context.place)
    if service is None:
        context.say(_NONE)
        return 0
    async with service:
        try:
            await service.shutdown()
        except Problem as problem:
            # It may be on its way out already; whether it is, the lock tells.
            if problem.code != "agent_unreachable":
                raise
    if not await wait_until_gone(context.place, STOP_SECONDS):
        raise Problem("agent_unreachable", profile=context.place.profile, log=str(context.place.log))
    context.say(_STOPPED)
    return 0
