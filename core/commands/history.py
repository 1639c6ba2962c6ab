"""``kakehashi history``."""

import argparse

from core.agent.client import RemoteService, attach
from core.commands.context import Context
from core.commands.output import clip, end_json_list, print_json, print_json_list, print_lines, run_shape, table
from core.commands.run_words import COUNTS, MODULES, TOWARD, state_word
from core.commands.windows import windows
from core.model.run import HistoryLine, Run
from core.model.text import Lang, Text

_RUN = Text("a run's id: what it did, record by record", "実行のID: レコードごとの内容を表示する")
_LIMIT = Text("how many runs (default: 20)", "件数（既定: 20）")
_CAUSES: dict[str, Text] = {
    "manual": Text("by hand", "手動"),
    "scheduled": Text("scheduled", "定期"),
    "first": Text("first", "初回"),
    "recovery": Text("recovery", "復旧"),
    "fetch": Text("single records", "個別取得"),
    "undo": Text("undo", "元に戻す"),
    "decision": Text("decision", "判断"),
    "figures": Text("figures", "売上・債権"),
}
NAME_CELLS = 40


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add the run and the limit."""
    parser.add_argument("run", nargs="?", metavar="RUN", help=_RUN.say(lang))
    parser.add_argument("--limit", type=int, metavar="N", default=20, help=_LIMIT.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Print the latest runs, newest first, or the lines of one, oldest first."""
    async with await attach(context.place, read_only=context.read_only) as service:
        if given.run is not None:
            return await _one(context, service, given.run)
        runs = await service.runs(given.limit)
    if context.json:
        print_json([run_shape(each) for each in runs])
    elif runs:
        print_lines(table([_row(context, each) for each in runs], right=(8, 9)))
    return 0


def _row(context: Context, run: Run) -> list[str]:
    counts = list(run.counts.values())
    done = [
        f"{context.word(COUNTS[name])} {sum(getattr(each, name) for each in counts)}"
        for name in ("created", "updated", "linked", "failed")
    ]
    calls = "+".join(str(run.api_calls.get(side, 0)) for side in ("crm", "books"))
    return [
        run.id,
        run.started,
        context.word(_CAUSES[run.cause]),
        context.word(MODULES[run.module]),
        state_word(run.state, context.lang),
        *done,
        calls,
    ]


async def _one(context: Context, service: RemoteService, run_id: str) -> int:
    found = await service.run(run_id)

    async def read(start: int, stop: int) -> list[HistoryLine]:
        return await service.history(found.id, start, stop)

    empty = True
    async for lines in windows(read, None):
        if context.json:
            print_json_list(lines, first=empty)
        else:
            print_lines(table([_line(context, each) for each in lines]))
        empty = False
    if context.json:
        end_json_list(empty=empty)
    return 0


def _line(context: Context, line: HistoryLine) -> list[str]:
    toward = context.word(TOWARD[line.direction]) if line.direction else ""
    changed = ", ".join(f"{name}: {line.before.get(name) or '-'} -> {value}" for name, value in line.after.items())
    return [line.at, toward, line.verb, clip(line.name, NAME_CELLS), clip(changed, 80)]
