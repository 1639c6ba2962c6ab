"""``kakehashi sync``."""

import argparse

from core.agent.client import attach
from core.commands.context import Context
from core.commands.output import print_json, run_shape
from core.commands.see_through import see_through
from core.model.names import MODULES
from core.model.text import Lang, Text
from core.service import SyncRequest

_MODULE = Text("which module (default: customers)", "モジュール（既定: customers）")
_CONFIRM = Text("let a plan through that stopped for confirmation", "確認待ちの計画を実行する")
_RETRY = Text("also try every failed record again", "失敗したレコードもすべて再試行する")
_NO_WAIT = Text("start it and return at once", "開始してすぐに戻る")
_STRICT = Text(
    "exit with 9 while any record has failed or is held", "失敗または保留のレコードがあれば終了コード9で終わる"
)
_CANCEL = Text("let the running sync finish what is in flight, and end", "実行中の同期を安全に中断する")
_STARTED = Text("Sync {run} has started.", "同期 {run} を開始しました。")
_CANCELLED = Text("The running sync ends.", "実行中の同期を中断します。")


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add the module and how to run it."""
    parser.add_argument("module", nargs="?", choices=MODULES, default="customers", help=_MODULE.say(lang))
    parser.add_argument("--confirm", "--yes", action="store_true", help=_CONFIRM.say(lang))
    parser.add_argument("--retry", action="store_true", help=_RETRY.say(lang))
    parser.add_argument("--strict", action="store_true", help=_STRICT.say(lang))
    parser.add_argument("--no-wait", action="store_true", help=_NO_WAIT.say(lang))
    parser.add_argument("--cancel", action="store_true", help=_CANCEL.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Start a run and wait for its end. The run belongs to the agent: it goes on if this command dies."""
    async with await attach(context.place, read_only=context.read_only) as service:
        if given.cancel:
            await service.cancel()
            context.say(_CANCELLED)
            return 0
        request = SyncRequest(module=given.module, confirm=given.confirm, retry=("*",) if given.retry else ())
        if given.no_wait:
            started = await service.sync(request)
            context.say(_STARTED, run=started.id)
            if context.json:
                print_json(run_shape(started))
            return 0
        return await see_through(context, service, lambda: service.sync(request), strict=given.strict)
