"""``kakehashi apply``: carry out a plan that was kept in a file, exactly, as far as it still stands."""

import argparse
from collections.abc import Awaitable, Callable

from core.agent.client import attach
from core.commands.context import Context
from core.commands.link_map import organisations_of
from core.commands.plan_file import parse_plan
from core.commands.prompt import read_text
from core.commands.see_through import see_through
from core.model.plan import Action
from core.model.problems import Problem
from core.model.text import Lang, Text
from core.service_records import ApplyRequest

_FILE = Text("what `kakehashi plan --save` wrote (- for stdin)", "`kakehashi plan --save` の出力（- は標準入力）")
_EXCLUDE = Text(
    "leave this action out, and what else is planned for its records; may be repeated",
    "この操作と同じレコードの操作を除く（複数指定可）",
)
_CONFIRM = Text("let it through where it stops for confirmation", "確認待ちでも実行する")
_REST = Text(
    "{count} actions no longer stood, or are new: `kakehashi plan` shows them.",
    "{count} 件の操作は変更されたか新しいため実行していません。`kakehashi plan` で確認できます。",
)


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add the file and what to leave out of it."""
    parser.add_argument("file", metavar="FILE", help=_FILE.say(lang))
    parser.add_argument("--exclude", action="append", default=[], metavar="ID", help=_EXCLUDE.say(lang))
    parser.add_argument("--confirm", "--yes", action="store_true", help=_CONFIRM.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Apply it. What has moved since is not guessed: it is left, and told."""
    found = parse_plan(read_text(given.file), given.file)
    known = {each.id for each in found.saved.plan.actions}
    strange = [each for each in given.exclude if each not in known]
    if strange:
        raise Problem("not_found", what=f"action {strange[0]}")
    async with await attach(context.place, read_only=context.read_only) as service:
        if found.organisations != organisations_of(await service.status()):
            raise Problem("bad_request", what=f"{given.file} is a plan for other organisations")
        plan_id = await service.keep_plan(found.saved)
        request = ApplyRequest(plan_id=plan_id, exclude=tuple(given.exclude), confirm=given.confirm)
        code = await see_through(context, service, lambda: service.apply(request))
        rest = await _rest((await service.runs(1))[0].id, service.plan_actions)
    if rest:
        context.say(_REST, count=str(rest))
    return code


async def _rest(run_id: str, read: Callable[[str, int, int], Awaitable[list[Action]]]) -> int:
    """Return how many actions were left, 0 where nothing was."""
    try:
        return len(await read(f"rest-{run_id}", 0, 100_000))
    except Problem as problem:
        if problem.code != "not_found":
            raise
        return 0
