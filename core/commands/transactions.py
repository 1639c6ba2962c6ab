"""``kakehashi transactions``: documents in both places (B61–B64, B103)."""

import argparse

from core.agent.client import RemoteService, attach
from core.commands.context import Context
from core.commands.document_run import tell_ended
from core.commands.document_words import KIND_WORDS
from core.commands.output import print_json, print_lines, table
from core.commands.run_words import NEEDS_PERSON
from core.model.documents import KINDS
from core.model.mirror import CRM_MODULES, MirrorStatus
from core.model.text import Lang, Text

_ACTION = Text(
    "on or off: switch it (asks for --confirm); run: bring both sides up to date now; nothing: show how it is",
    "on、off: 切り替える（--confirm が必要）。run: 今すぐ更新する。省略時は状態を表示する",
)
_CONFIRM = Text("do what switching would do", "切り替えを実行する")
_STATE = Text("Transactions are {state}.", "取引の同期: {state}")
_ON, _OFF = Text("on", "オン"), Text("off", "オフ")
_HEAD = Text(
    "kind|module in CRM|shown there|would appear|would be removed",
    "種類|CRMのモジュール|CRMに表示中|新たに表示|オフ時に削除",
)
_LACKING = Text("CRM does not have: {modules}.", "CRMにないモジュール: {modules}")
_ENDED = Text("Transactions {run}: {state}.", "取引の同期 {run}: {state}")
_ASK_ON = Text(
    "{count} Books documents would appear in CRM, and what is made in these CRM modules from then on comes to Books. "
    "Add --confirm to do it.",
    "Booksの文書 {count} 件がCRMに表示され、以後CRMで作成した文書はBooksに取り込まれます。"
    "--confirm を付けて実行してください。",
)
_ASK_OFF = Text(
    "{count} documents that Kakehashi put into CRM would be deleted there; Books keeps everything. "
    "Add --confirm to do it.",
    "Kakehashiが作成したCRMの文書 {count} 件を削除します。Booksの文書は変わりません。"
    "--confirm を付けて実行してください。",
)
_STOCK = Text(
    "CRM keeps stock figures from these modules: where you use them there, they may move.",
    "CRMはこれらのモジュールから在庫数を計算します。CRMで在庫を管理している場合は数値が変わることがあります。",
)


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add what to do."""
    parser.add_argument("action", nargs="?", choices=("on", "off", "run"), help=_ACTION.say(lang))
    parser.add_argument("--confirm", "--yes", action="store_true", help=_CONFIRM.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Show, switch or run."""
    async with await attach(context.place, read_only=context.read_only) as service:
        if given.action == "run":
            return tell_ended(context, await service.run_transactions(), _ENDED)
        if given.action is None:
            return _tell(context, await service.transactions())
        return await _switch(context, service, given)


async def _switch(context: Context, service: RemoteService, given: argparse.Namespace) -> int:
    """Say first what would be done, and do it only when that was confirmed (B62, B103)."""
    on = given.action == "on"
    if not given.confirm:
        await service.refresh_documents()
        status = await service.transactions()
        _tell(context, status)
        counts = status.to_appear if on else status.to_remove
        context.say(_ASK_ON if on else _ASK_OFF, count=str(sum(counts.values())))
        return NEEDS_PERSON
    status = await service.switch_transactions(on)
    if on:
        context.say(_STOCK)
    return _tell(context, status)


def _tell(context: Context, status: MirrorStatus) -> int:
    if context.json:
        print_json(status)
        return 0
    context.say(_STATE, state=context.word(_ON if status.setup.on else _OFF))
    rows = [
        [context.word(KIND_WORDS[kind]), CRM_MODULES[kind], *(str(counts.get(kind, 0)) for counts in _counts(status))]
        for kind in KINDS
    ]
    print_lines(table([context.word(_HEAD).split("|"), *rows], right=(2, 3, 4)))
    if status.unavailable:
        context.say(_LACKING, modules=", ".join(status.unavailable))
    return 0


def _counts(status: MirrorStatus) -> tuple[dict[str, int], ...]:
    return status.mirrored, status.to_appear, status.to_remove
