"""``kakehashi sync``."""

import argparse
from collections.abc import Callable

from core.agent.client import RemoteService, attach
from core.commands.context import Context
from core.commands.follow import follow
from core.commands.output import print_json, print_lines, run_shape
from core.commands.run_words import count_lines, exit_code, state_word, strict_exit_code, verdict
from core.model.names import MODULES
from core.model.problems import Problem
from core.model.run import Run
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
_ENDED = Text("Sync {run}: {state}.", "同期 {run}: {state}")
_CANCELLED = Text("The running sync ends.", "実行中の同期を中断します。")
_LOOK = Text("See `kakehashi failures`.", "`kakehashi failures` を確認してください。")


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
        return await _whole(context, service, request, strict_exit_code if given.strict else exit_code)


async def _whole(
    context: Context, service: RemoteService, request: SyncRequest, code: Callable[[Run, Problem | None], int]
) -> int:
    ended = await follow(context, service, request)
    problem = verdict(ended, context.lang, str(context.place.log))
    _tell(context, ended, problem)
    if context.json:
        print_json(run_shape(ended))
    elif ended.state == "done" or any(ended.considered.values()):
        print_lines(count_lines(ended.counts, context.lang))
    return code(ended, problem)


def _tell(context: Context, run: Run, problem: Problem | None) -> None:
    context.say(_ENDED, run=run.id, state=state_word(run.state, context.lang))
    if problem is not None:
        context.tell(problem.message(context.lang))
        context.tell(problem.remedy(context.lang))
    elif sum(each.failed + each.held for each in run.counts.values()):
        context.say(_LOOK)
