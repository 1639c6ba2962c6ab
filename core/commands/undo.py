"""``kakehashi undo`` and ``release``: take a run or a record back, and let an ignored record take part again."""

import argparse

from core.agent.client import attach
from core.commands.context import Context
from core.commands.output import clip, print_json, print_lines, table
from core.commands.prompt import confirmed, interactive
from core.commands.see_through import see_through
from core.model.names import MODULES
from core.model.problems import Problem
from core.model.text import Lang, Text
from core.model.undo import UndoPlan, UndoScope, UndoStep
from core.service_records import UndoRequest

_RUN = Text("a run's id (see `kakehashi history`)", "実行のID（`kakehashi history` で確認）")
_RECORD = Text("only what was done to this record, by either side's id", "このレコードだけを戻す（どちらかのID）")
_MODULE = Text("which module (default: customers)", "モジュール（既定: customers）")
_PREVIEW = Text("only show what it would do", "内容だけを表示する")
_EXCLUDE = Text("leave this step out; may be repeated", "この手順を除く（複数指定可）")
_YES = Text("do not ask", "確認しない")
_RECORD_ID = Text("the record's id, of either side", "レコードのID（どちらの側でも可）")
_ASK = Text("Undo this?", "元に戻しますか？")
_KEPT = Text("Nothing was changed.", "変更していません。")
_RELEASED = Text("It takes part again from the next run.", "次の同期から再び対象になります。")
_BY_HAND = Text(
    "{count} records that were made stay: delete them, or make them inactive, by hand.",
    "作成された {count} 件は残ります。必要に応じて手動で削除または無効化してください。",
)
_VERBS: dict[str, Text] = {
    "restore": Text("restore", "復元"),
    "ignore": Text("leave alone", "対象外にする"),
    "retire": Text("make inactive", "無効化"),
    "nothing": Text("nothing", "なし"),
}
_WHY: dict[str, Text] = {
    "changed_since": Text("changed since", "その後変更済み"),
    "restored": Text("already as before", "すでに元の状態"),
    "gone": Text("no longer there", "レコードなし"),
    "deleted": Text("a deletion was noted", "削除の記録"),
    "unlinked": Text("no longer linked", "リンクなし"),
}
NAME_CELLS = 34


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add what is meant; argparse tells the parsers apart by their name."""
    if parser.prog.endswith(" release"):
        parser.add_argument("record", metavar="ID", help=_RECORD_ID.say(lang))
    else:
        parser.add_argument("run", nargs="?", metavar="RUN", default="", help=_RUN.say(lang))
        parser.add_argument("--record", metavar="ID", default="", help=_RECORD.say(lang))
        parser.add_argument("--preview", action="store_true", help=_PREVIEW.say(lang))
        parser.add_argument("--exclude", action="append", default=[], metavar="ID", help=_EXCLUDE.say(lang))
        parser.add_argument("--yes", action="store_true", help=_YES.say(lang))
    parser.add_argument("--module", choices=MODULES, default="customers", help=_MODULE.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Show the steps, ask, and take them; or release a record."""
    if given.command == "release":
        async with await attach(context.place, read_only=context.read_only) as service:
            await service.release(given.module, given.record)
        context.say(_RELEASED)
        return 0
    if not (given.run or given.record):
        raise Problem("bad_request", what="name a run, or a record with --record")
    scope = UndoScope(module=given.module, run_id=given.run, record=given.record)
    async with await attach(context.place, read_only=context.read_only) as service:
        plan = await service.undo_plan(scope)
        strange = [each for each in given.exclude if each not in {step.id for step in plan.steps}]
        if strange:
            raise Problem("not_found", what=f"step {strange[0]}")
        if given.preview:
            _show(context, plan)
            return 0
        if not given.yes:
            if not interactive():
                raise Problem("bad_request", what="there is no terminal to ask on; look with --preview, then --yes")
            _show(context, plan)
            if not confirmed(context, _ASK):
                context.say(_KEPT)
                return 0
        request = UndoRequest(scope=scope, exclude=tuple(given.exclude))
        code = await see_through(context, service, lambda: service.undo(request))
    if plan.by_hand:
        context.say(_BY_HAND, count=str(len(plan.by_hand)))
    return code


def _show(context: Context, plan: UndoPlan) -> None:
    if context.json:
        print_json([{"id": each.id, "step": each} for each in plan.steps])
        return
    print_lines(table([_row(context, each) for each in plan.steps]))
    if plan.by_hand:
        context.say(_BY_HAND, count=str(len(plan.by_hand)))


def _row(context: Context, step: UndoStep) -> list[str]:
    side = {"crm": "CRM", "books": "Books", None: ""}[step.side]
    changes = ", ".join(f"{each.field}: {each.old or '-'} -> {each.new or '-'}" for each in step.changes)
    why = (context.word(_WHY[step.why]) if step.why else "") + (f" ({', '.join(step.kept)})" if step.kept else "")
    return [context.word(_VERBS[step.verb]), side, clip(step.name, NAME_CELLS), clip(changes, 60), why.strip(), step.id]
