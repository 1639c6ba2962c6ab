"""``kakehashi failures``."""

import argparse

from core.agent.client import attach
from core.commands.context import Context
from core.commands.output import clip, failure_shape, plain, print_json, print_lines, table
from core.commands.run_words import TOWARD
from core.model.names import MODULES
from core.model.reasons import reason
from core.model.run import Failure
from core.model.text import Lang, Text

_MODULE = Text("only this module", "このモジュールだけ")
_REASON = Text("only this reason, such as F12", "この理由だけ（例: F12）")
_RAW = Text("also print Zoho's raw answers", "Zohoの元の応答も表示する")
_NONE = Text("Nothing has failed.", "失敗はありません。")
_HELD = Text("held", "保留")
NAME_CELLS = 34


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add what narrows the list."""
    parser.add_argument("module", nargs="?", choices=MODULES, help=_MODULE.say(lang))
    parser.add_argument("--reason", metavar="F..", help=_REASON.say(lang))
    parser.add_argument("--raw", action="store_true", help=_RAW.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Print failures: for people grouped by reason with its remedy."""
    async with await attach(context.place, read_only=context.read_only) as service:
        found = await service.failures(given.module, given.reason)
    if context.json:
        print_json([failure_shape(each, context.lang) for each in found])
        return 0
    if not found:
        context.say(_NONE)
    groups: dict[str, list[Failure]] = {}
    for each in found:
        groups.setdefault(each.reason, []).append(each)
    for reason_id, members in sorted(groups.items(), key=lambda group: -len(group[1])):
        print_lines(_group(context, reason_id, members, raw=given.raw))
    return 0


def _group(context: Context, reason_id: str, members: list[Failure], *, raw: bool) -> list[str]:
    told = reason(reason_id)
    lines = [f"{reason_id}  {told.title.say(context.lang)} ({len(members)})", f"     {told.remedy.say(context.lang)}"]
    rows = [
        [
            f"     {context.word(TOWARD[each.direction])}",
            each.record,
            clip(each.name, NAME_CELLS),
            context.word(_HELD) if each.held else plain(each.message),
        ]
        for each in members
    ]
    for row, each in zip(table(rows), members, strict=True):
        lines.append(row)
        if raw and each.raw:
            lines.append(f"       {plain(each.raw)}")
    return lines
