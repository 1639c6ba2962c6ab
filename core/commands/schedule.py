"""``kakehashi schedule``: when modules sync by themselves (B78)."""

import argparse
from datetime import UTC, datetime

import msgspec

from core.agent.client import attach
from core.commands.context import Context
from core.commands.output import print_json, print_lines, table
from core.commands.run_words import MODULES as MODULE_WORDS
from core.model.names import MODULES
from core.model.problems import Problem
from core.model.schedule import Schedule
from core.model.text import Lang, Text
from core.model.times import every, instant_of, minutes_of
from core.service_running import Timetable

_MODULE = Text("which module (without options: all are shown)", "モジュール（オプションなしですべて表示）")
_EVERY = Text("the time between two runs, such as 30m, 2h or 1d", "実行間隔（例: 30m、2h、1d）")
_ON = Text("run by itself, from the first run on", "初回の同期後から自動で実行する")
_OFF = Text("run only when somebody asks", "手動でのみ実行する")
_JITTER = Text("begin up to so many seconds later (default: 60)", "開始を最大でこの秒数だけ遅らせる（既定: 60）")
_NOT_BEFORE = Text(
    "no automatic run before this time: 2026-01-31T22:00, 22:00 (the next one), or none; local unless it ends in Z",
    "この時刻まで自動実行しない: 2026-01-31T22:00、22:00（次の）、none。末尾が Z でなければローカル時刻",
)
_HEAD = Text("module|every|next run|calls a run|", "モジュール|間隔|次回の実行|1回の呼び出し|")
_NONE = Text("Nothing is configured yet.", "まだ何も設定されていません。")
_IS_OFF = Text("off", "オフ")
_TO_COME = Text("after the first run", "初回の同期後")
_BOUND = Text("as often as the daily budget of {side} allows", "{side} の1日の上限に合わせた間隔")
_NOT_BEFORE_SET = Text("not before {when}", "{when} まで実行しない")


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add what can be set. Without any, the schedules are shown."""
    parser.add_argument("module", nargs="?", choices=MODULES, help=_MODULE.say(lang))
    parser.add_argument("--every", type=minutes, metavar="TIME", help=_EVERY.say(lang))
    switch = parser.add_mutually_exclusive_group()
    switch.add_argument("--on", action="store_true", help=_ON.say(lang))
    switch.add_argument("--off", action="store_true", help=_OFF.say(lang))
    parser.add_argument("--jitter", type=int, metavar="SECONDS", help=_JITTER.say(lang))
    parser.add_argument("--not-before", metavar="WHEN", help=_NOT_BEFORE.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Show the schedules, with one of them changed by what was given."""
    now = datetime.now(UTC)
    changes: dict[str, object] = {}
    if given.every is not None:
        changes["minutes"] = given.every
    if given.on or given.off:
        changes["on"] = given.on
    if given.jitter is not None:
        changes["jitter"] = given.jitter
    if given.not_before is not None:
        changes["not_before"] = instant(given.not_before, now)
    if changes and given.module is None:
        raise Problem("bad_request", what="name the module to set")
    async with await attach(context.place, read_only=context.read_only) as service:
        rows = await service.timetable()
        if changes:
            held = next((each.schedule for each in rows if each.schedule.module == given.module), None)
            wanted = msgspec.structs.replace(held or Schedule(module=given.module), **changes)
            await service.set_schedule(wanted)
            rows = await service.timetable()
    _show(context, [each for each in rows if given.module in (None, each.schedule.module)])
    return 0


def minutes(text: str) -> int:
    """Return a time such as ``2h`` in minutes; a bare number is minutes. Raises argparse's error."""
    try:
        return minutes_of(text)
    except ValueError:
        raise argparse.ArgumentTypeError(text) from None


def instant(text: str, now: datetime) -> str:
    """Return a time that a person wrote as an instant, empty for ``none``. Raises ``Problem('bad_request')``."""
    try:
        return instant_of(text, now)
    except ValueError:
        raise Problem("bad_request", what=f"{text!r} is no time") from None


def _show(context: Context, rows: list[Timetable]) -> None:
    if context.json:
        print_json(rows)
    elif rows:
        print_lines(table([context.word(_HEAD).split("|"), *(_row(context, each) for each in rows)]))
    else:
        context.say(_NONE)


def _row(context: Context, row: Timetable) -> list[str]:
    schedule = row.schedule
    notes = []
    if row.bound is not None:
        notes.append(context.word(_BOUND, side="CRM" if row.bound == "crm" else "Books"))
    if schedule.not_before:
        notes.append(context.word(_NOT_BEFORE_SET, when=schedule.not_before))
    return [
        context.word(MODULE_WORDS[schedule.module]),
        every(row.minutes) if schedule.on else context.word(_IS_OFF),
        row.next_run or ("" if not schedule.on else context.word(_TO_COME) if not row.cost else "-"),
        "+".join(str(row.cost.get(side, 0)) for side in ("crm", "books")) if row.cost else "",
        ", ".join(notes),
    ]
