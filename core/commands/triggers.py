"""``kakehashi triggers`` and ``simulate``: documents that a deal's stage makes (B66–B77)."""

import argparse

from core.agent.client import attach
from core.commands.context import Context
from core.commands.document_run import tell_ended
from core.commands.document_words import KIND_WORDS, VERB_WORDS, why_word
from core.commands.output import clip, print_json, print_lines, table
from core.model.documents import Preference
from core.model.ledger import Simulation, TriggerStatus
from core.model.text import Lang, Text

_ACTION = Text(
    "estimate, invoice or none: what a deal's stage makes; run: look at the deals now; nothing: show what is set",
    "estimate、invoice、none: ステージで作成する文書。run: 今すぐ商談を確認する。省略時は設定を表示する",
)
_WHICH = Text("what a deal's stage would make", "ステージで作成する文書")
_CREATE = Text("a stage at which an estimate is made; may be repeated", "見積書を作成するステージ（複数指定可）")
_ACCEPT = Text("a stage at which it is accepted; may be repeated", "見積書を承認するステージ（複数指定可）")
_ITEM = Text("the Books item that the line names (invoices need one)", "明細行に使うBooksの商品ID（請求書では必須）")
_EXISTING = Text(
    "let deals act from the stage they are in now; else each from its next stage on",
    "現在のステージから適用する（省略時は次のステージ変更から）",
)
_PRODUCTS = Text(
    "a line for each of the deal's products, where they come to its amount; else one line",
    "商談の商品の合計が商談金額と一致する場合は商品ごとの明細にする（それ以外は1行）",
)
_RETRY = Text("run: also try again what was refused", "run: 拒否されたものも再試行する")
_LIMIT = Text("how many deals, the latest ones (0: all; default 200)", "対象の商談数（新しい順、0はすべて、既定200）")
_STEPS = Text("also print every step", "すべての段階も表示する")
_SET = Text("Triggers: {kind}.", "トリガー: {kind}")
_OFF = Text("off", "オフ")
_STATE = Text(
    "{deals} deals: {resting} resting, {waiting} waiting, {failures} failed; {made} documents made.",
    "商談 {deals} 件（待機 {resting}、処理待ち {waiting}、失敗 {failures}）、作成済み文書 {made} 件",
)
_HEAD = Text("stage|probability|makes|accepts", "ステージ|確率|作成|承認")
_TOLD = Text(
    "{deals} deals replayed: {history} by CRM's stage history, {seen} by the stages seen since the installation.",
    "{deals} 件を再現（CRMのステージ履歴 {history} 件、導入後に確認したステージ {seen} 件）",
)
_TOTAL = Text("status|count|sum|currency", "状態|件数|合計|通貨")
_ENDED = Text("Triggers {run}: {state}.", "トリガー {run}: {state}")
NAME_CELLS = 34


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add what the command takes; argparse tells the parsers apart by their name."""
    add = parser.add_argument
    if parser.prog.endswith(" simulate"):
        add("kind", choices=("estimate", "invoice"), help=_WHICH.say(lang))
        add("--limit", type=int, default=200, metavar="N", help=_LIMIT.say(lang))
        add("--steps", action="store_true", help=_STEPS.say(lang))
    else:
        add("kind", nargs="?", choices=("estimate", "invoice", "none", "run"), help=_ACTION.say(lang))
        add("--item", default="", metavar="ID", help=_ITEM.say(lang))
        add("--products", action="store_true", help=_PRODUCTS.say(lang))
        add("--existing", action="store_true", help=_EXISTING.say(lang))
        add("--retry", action="store_true", help=_RETRY.say(lang))
    add("--create-at", action="append", default=[], metavar="STAGE", help=_CREATE.say(lang))
    add("--accept-at", action="append", default=[], metavar="STAGE", help=_ACCEPT.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Show, switch, run or simulate."""
    async with await attach(context.place, read_only=context.read_only) as service:
        if given.command == "simulate":
            return _tell_simulation(context, await service.simulate_triggers(_wanted(given), given.limit), given.steps)
        if given.kind == "run":
            return tell_ended(context, await service.run_triggers(given.retry), _ENDED)
        if given.kind is not None:
            await service.switch_triggers(_wanted(given))
        return _tell_status(context, await service.triggers())


def _wanted(given: argparse.Namespace) -> Preference:
    return Preference(
        kind=given.kind, create_at=tuple(given.create_at), accept_at=tuple(given.accept_at),
        item_id=getattr(given, "item", ""), existing=getattr(given, "existing", False),
        products=getattr(given, "products", False),
    )  # fmt: skip


def _tell_status(context: Context, status: TriggerStatus) -> int:
    wanted = status.preference
    if context.json:
        print_json(status)
        return 0
    kind = _OFF if wanted.kind == "none" else KIND_WORDS[wanted.kind]
    context.say(_SET, kind=context.word(kind))
    rows = [
        [each.name, "" if each.probability is None else f"{each.probability}%",
         "*" if each.name in wanted.create_at else "", "*" if each.name in wanted.accept_at else ""]
        for each in status.stages
    ]  # fmt: skip
    print_lines(table([context.word(_HEAD).split("|"), *rows], right=(1,)))
    counts = {"deals": status.deals, "resting": status.resting, "waiting": status.waiting, "made": status.made}
    context.say(_STATE, failures=str(status.failures), **{name: str(count) for name, count in counts.items()})
    return 0


def _tell_simulation(context: Context, found: Simulation, steps: bool) -> int:
    if context.json:
        print_json(found)
        return 0
    context.say(_TOLD, deals=str(found.deals), history=str(found.from_history), seen=str(found.from_seen))
    if found.totals:
        rows = [[each.status, str(each.count), each.amount, each.currency] for each in found.totals]
        print_lines(table([context.word(_TOTAL).split("|"), *rows], right=(1, 2)))
    shown = found.steps if steps else ()
    if shown:
        lines = [
            [each.at[:10], clip(each.deal_name, NAME_CELLS), each.stage, context.word(VERB_WORDS[each.verb]),
             "" if each.why == "called" else why_word(each.why, context.lang)]
            for each in shown
        ]  # fmt: skip
        print_lines(table(lines))
    return 0
