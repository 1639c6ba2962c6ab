"""``kakehashi figures``: receivables, unused credits and sales of customers on their CRM records (B3)."""

import argparse

from core.agent.client import RemoteService, attach
from core.commands.context import Context
from core.commands.document_run import tell_ended
from core.commands.follow import follow
from core.commands.output import print_json, print_lines, table
from core.commands.run_words import NEEDS_PERSON
from core.model.figures import FIGURE_WORDS, FigureStatus
from core.model.text import Lang, Text

_ACTION = Text(
    "on or off: switch them (asks for --confirm); run: look at what changed now; nothing: show how they are",
    "on、off: 切り替える（--confirm が必要）。run: 今すぐ更新する。省略時は状態を表示する",
)
_CONFIRM = Text("do what switching would do", "切り替えを実行する")
_ALL = Text("with run: look at every customer", "run: すべての顧客を確認する")
_STATE = Text(
    "Figures on CRM's records are {state}: {customers} customers, in {currency}.",
    "CRMのレコードへの売上・債権の表示: {state}、顧客 {customers} 件、通貨 {currency}",
)
_ON, _OFF = Text("on", "オン"), Text("off", "オフ")
_HEAD = Text("in CRM|figure|field|name in the API", "CRMのモジュール|内容|項目|API名")
_MISSING = Text("(to be made)", "（作成します）")
_NEXT = Text("Next look: {at}, at {what}.", "次回: {at}、対象: {what}")
_EVERY, _CHANGED = Text("every customer", "すべての顧客"), Text("what changed", "変更のあった顧客")
_DEAF = Text(
    "The key does not let these lists be read: {lists}. What they tell is found once a day.",
    "このキーでは次の一覧を読み取れません: {lists}。変更は1日1回の確認で反映されます。",
)
_ENDED = Text("Figures {run}: {state}.", "売上・債権の更新 {run}: {state}")
_ASK_ON = Text(
    "{fields} fields would be made in CRM, and the figures of {customers} customers written there, also where the sync "
    "is one-way. Add --confirm to do it.",
    "CRMに項目を {fields} 個作成し、顧客 {customers} 件の売上・債権を書き込みます（一方向の同期でも書き込みます）。"
    "--confirm を付けて実行してください。",
)
_ASK_OFF = Text(
    "Nothing would be written any more; what stands in CRM's fields stays. Add --confirm to do it.",
    "以後は書き込みません。CRMの値はそのまま残ります。--confirm を付けて実行してください。",
)


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add what to do."""
    parser.add_argument("action", nargs="?", choices=("on", "off", "run"), help=_ACTION.say(lang))
    parser.add_argument("--confirm", "--yes", action="store_true", help=_CONFIRM.say(lang))
    parser.add_argument("--all", action="store_true", help=_ALL.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Show, switch or run."""
    async with await attach(context.place, read_only=context.read_only) as service:
        if given.action == "run":
            return tell_ended(context, await follow(context, service, lambda: service.run_figures(given.all)), _ENDED)
        if given.action is None:
            return _tell(context, await service.figures())
        return await _switch(context, service, given)


async def _switch(context: Context, service: RemoteService, given: argparse.Namespace) -> int:
    """Say first what would be done, and do it only when that was confirmed."""
    on = given.action == "on"
    if given.confirm:
        return _tell(context, await service.switch_figures(on, on))
    status = await service.figures()
    _tell(context, status)
    missing = sum(not each.field for each in status.fields)
    context.say(_ASK_ON if on else _ASK_OFF, fields=str(missing), customers=str(status.customers))
    return NEEDS_PERSON


def _tell(context: Context, status: FigureStatus) -> int:
    if context.json:
        print_json(status)
        return 0
    state = context.word(_ON if status.setup.on else _OFF)
    context.say(_STATE, state=state, customers=str(status.customers), currency=status.currency or "-")
    rows = [
        [each.entity, context.word(FIGURE_WORDS[each.figure]), each.label, each.field or context.word(_MISSING)]
        for each in status.fields
    ]
    print_lines(table([context.word(_HEAD).split("|"), *rows]))
    if status.next_at:
        context.say(_NEXT, at=status.next_at, what=context.word(_EVERY if status.full_due else _CHANGED))
    if status.setup.deaf:
        context.say(_DEAF, lists=", ".join(status.setup.deaf))
    return 0
