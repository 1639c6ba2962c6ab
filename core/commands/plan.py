"""``kakehashi plan``."""

import argparse

from core.agent.client import attach
from core.commands.context import Context
from core.commands.link_map import organisations_of
from core.commands.output import clip, print_json, print_lines, table, write_text
from core.commands.plan_file import SavedFile
from core.commands.run_words import TOWARD, count_lines, valve_words
from core.commands.windows import windows
from core.model.names import MODULES, toward
from core.model.plan import Action
from core.model.text import Lang, Text
from core.service import PlanSummary

_MODULE = Text("which module (default: customers)", "モジュール（既定: customers）")
_ACTIONS = Text("also print every action", "すべての操作も表示する")
_CALLS = Text(
    "Making this plan took {crm} CRM and {books} Books calls; doing it takes about {crm_ahead} and {books_ahead}.",
    "計画に使った呼び出し: CRM {crm}、Books {books}。実行の見込み: CRM {crm_ahead}、Books {books_ahead}。",
)
_VALVE = Text("It would stop for confirmation: {what}.", "確認のため停止します: {what}")
_SAVE = Text(
    "keep the plan in FILE, to be looked at and applied with `kakehashi apply`",
    "計画を FILE に保存する（`kakehashi apply` で実行）",
)
NAME_CELLS = 36


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add the module and how much to print."""
    parser.add_argument("module", nargs="?", choices=MODULES, default="customers", help=_MODULE.say(lang))
    parser.add_argument("--actions", action="store_true", help=_ACTIONS.say(lang))
    parser.add_argument("--save", metavar="FILE", help=_SAVE.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Print what the next run would do. Nothing is written to either side."""
    async with await attach(context.place, read_only=context.read_only) as service:
        summary = await service.plan(given.module)

        async def read(start: int, stop: int) -> list[Action]:
            return await service.plan_actions(summary.id, start, stop)

        if given.save:
            saved = SavedFile(organisations_of(await service.status()), await service.saved_plan(summary.id))
            write_text(given.save, saved.text())
        actions = [each async for found in windows(read, None) for each in found] if given.actions else []
    if given.save == "-":
        return 0
    if context.json:
        print_json({"plan": summary, "actions": actions} if given.actions else summary)
        return 0
    print_lines(count_lines(summary.counts, context.lang))
    if actions:
        print_lines(table([_row(context, each) for each in actions]))
    _tell(context, summary)
    return 0


def _row(context: Context, action: Action) -> list[str]:
    changes = ", ".join(f"{each.field}: {each.old or '-'} -> {each.new or '-'}" for each in action.changes)
    return [
        action.verb,
        context.word(TOWARD[toward(action.target)]) if action.target else "",
        action.why,
        clip(action.name, NAME_CELLS),
        clip(changes, 80),
    ]


def _tell(context: Context, summary: PlanSummary) -> None:
    spent, ahead = summary.api_calls, summary.forecast
    context.say(
        _CALLS,
        crm=str(spent.get("crm", 0)),
        books=str(spent.get("books", 0)),
        crm_ahead=str(ahead.get("crm", 0)),
        books_ahead=str(ahead.get("books", 0)),
    )
    if summary.valve:
        context.say(_VALVE, what=valve_words(summary.valve, context.lang))
