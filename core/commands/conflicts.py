"""``kakehashi conflicts``: fields that both sides changed, and settling them."""

import argparse
from collections.abc import Sequence

from core.agent.client import RemoteService, attach
from core.commands.context import Context
from core.commands.follow import follow
from core.commands.output import clip, plain, print_json, print_lines, run_shape, table
from core.commands.prompt import confirmed, interactive
from core.commands.run_words import exit_code, verdict
from core.commands.windows import windows
from core.model.deciding import Choice, Conflict, ConflictField, SettleRequest
from core.model.names import MODULES
from core.model.problems import Problem
from core.model.text import Lang, Text
from core.model.value import Value

_RECORDS = Text("only these records, by either side's id", "このレコードだけ（どちらかのID）")
_MODULE = Text("only this module", "このモジュールだけ")
_TAKE = Text("settle: write this side's values to the other one", "解決する: この側の値をもう一方に書き込む")
_SET = Text(
    "settle: write this value of a field to both sides; may be repeated",
    "解決する: この値を両方の項目に書き込む（複数指定可）",
)
_FIELD = Text("settle only this field, by either side's name; may be repeated", "この項目だけを解決する（複数指定可）")
_ALL = Text("settle every record of the list", "一覧のすべてのレコードを解決する")
_YES = Text("do not ask", "確認しない")
_NONE = Text("No field waits for a decision.", "判断待ちの項目はありません。")
_ASK = Text("Write this to {count} records?", "{count} 件に書き込みますか？")
_KEPT = Text("Nothing was changed.", "変更していません。")
_SETTLED = Text("{done} of {count} records settled.", "{count} 件中 {done} 件を解決しました。")
_HEAD = (
    Text("field", "項目"), Text("last agreed", "前回の値"), Text("CRM", "CRM"), Text("Books", "Books"),
)  # fmt: skip
NAME_CELLS, VALUE_CELLS = 34, 26


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add what narrows the list and what settles it."""
    parser.add_argument("record", nargs="*", metavar="ID", help=_RECORDS.say(lang))
    parser.add_argument("--module", choices=MODULES, help=_MODULE.say(lang))
    parser.add_argument("--take", choices=("crm", "books"), help=_TAKE.say(lang))
    parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", dest="set", help=_SET.say(lang))
    parser.add_argument("--field", action="append", default=[], metavar="FIELD", help=_FIELD.say(lang))
    parser.add_argument("--all", action="store_true", help=_ALL.say(lang))
    parser.add_argument("--yes", action="store_true", help=_YES.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """List what is held, or settle it."""
    async with await attach(context.place, read_only=context.read_only) as service:
        found = await _found(service, given)
        if not (given.take or given.set):
            _show(context, found)
            return 0
        if not (given.record or given.all):
            raise Problem("bad_request", what="name the records to settle, or all of them with --all")
        wanted = [(each, _choices(each, given)) for each in found]
        settled = [(each, choices) for each, choices in wanted if choices]
        if not settled:
            raise Problem("not_found", what=f"held field {', '.join(given.field) or '-'}")
        if not given.yes:
            if not interactive():
                raise Problem("bad_request", what="there is no terminal to ask on; give --yes")
            _show(context, [each for each, _ in settled])
            if not confirmed(context, Text(*(t.replace("{count}", str(len(settled))) for t in (_ASK.en, _ASK.ja)))):
                context.say(_KEPT)
                return 0
        return await _settle(context, service, settled)


async def _found(service: RemoteService, given: argparse.Namespace) -> list[Conflict]:
    found: list[Conflict] = []
    async for some in windows(lambda start, stop: service.conflicts(given.module, start, stop), None):
        found += some
    if not given.record:
        return found
    chosen = [each for each in found if {each.crm_id, each.books_id, each.key}.intersection(given.record)]
    known = {name for each in chosen for name in (each.crm_id, each.books_id, each.key)}
    strange = [each for each in given.record if each not in known]
    if strange:
        raise Problem("not_found", what=f"conflict {strange[0]}")
    return chosen


async def _settle(
    context: Context, service: RemoteService, wanted: Sequence[tuple[Conflict, tuple[Choice, ...]]]
) -> int:
    code, done, runs = 0, 0, []
    for conflict, choices in wanted:
        request = SettleRequest(module=conflict.module, key=conflict.key, choices=choices, stamp=conflict.stamp)
        ended = await follow(context, service, lambda request=request: service.settle(request))  # type: ignore[misc]
        problem = verdict(ended, context.lang, str(context.place.log))
        refused = sum(each.failed for each in ended.counts.values())
        if problem is not None:
            context.tell(f"{plain(conflict.name)}: {problem.message(context.lang)} {problem.remedy(context.lang)}")
        done += problem is None and not refused
        code = code or exit_code(ended, problem) or (9 if refused else 0)
        runs.append(run_shape(ended))
    context.say(_SETTLED, done=str(done), count=str(len(wanted)))
    if context.json:
        print_json(runs)
    return code


def _choices(conflict: Conflict, given: argparse.Namespace) -> tuple[Choice, ...]:
    """Return what was chosen for a pair's fields. Raises ``Problem('bad_request')`` for a wrong ``--set``."""
    values: dict[str, str] = {}
    for each in given.set:
        name, sign, value = each.partition("=")
        if not sign or not name:
            raise Problem("bad_request", what=f"{each}: write FIELD=VALUE")
        values[name] = value
    found = []
    for field in conflict.fields:
        names = (field.crm_field, field.books_field)
        typed = next((values[name] for name in names if name in values), None)
        if typed is not None:
            found.append(Choice(crm_field=names[0], books_field=names[1], take="value", value=typed))
        elif given.take and (not given.field or set(names).intersection(given.field)):
            found.append(Choice(crm_field=names[0], books_field=names[1], take=given.take))
    return tuple(found)


def _show(context: Context, found: Sequence[Conflict]) -> None:
    if context.json:
        print_json(found)
        return
    if not found:
        context.say(_NONE)
    for each in found:
        print_lines([f"{plain(clip(each.name, NAME_CELLS))}  CRM {each.crm_id}  Books {each.books_id}  {each.since}"])
        head = [f"  {context.word(_HEAD[0])}", *(context.word(text) for text in _HEAD[1:])]
        print_lines(table([head, *(_row(field) for field in each.fields)]))


def _row(field: ConflictField) -> list[str]:
    values = (field.crm_base, field.crm, field.books)
    return [f"  {field.crm_field} = {field.books_field}", *(clip(_text(each), VALUE_CELLS) for each in values)]


def _text(value: Value) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(value) if isinstance(value, tuple) else value
