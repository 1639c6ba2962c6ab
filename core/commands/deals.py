"""``kakehashi deals``: the deal ledger, and the deals there are to choose from."""

import argparse

from core.agent.client import attach
from core.commands.context import Context
from core.commands.output import clip, print_json, print_lines, table
from core.commands.windows import windows
from core.model.documents import DEAL_KINDS
from core.model.ledger import DealChoice, LedgerEntry
from core.model.text import Lang, Text

_CUSTOMER = Text("the deals of this Books customer", "このBooks顧客の商談")
_DOCUMENT = Text("the deals that this document can be tied to", "この文書に関連付けられる商談")
_CACHED = Text("do not read what changed first", "最新の変更を読み込まない")
_LIMIT = Text("at most so many", "最大件数")
_HEAD = Text("deal|stage|documents|amount|invoiced|paid|gap|id", "商談|ステージ|文書|金額|請求済み|入金済み|差額|ID")
_CHOICE = Text("deal|stage|amount|documents|tied|id", "商談|ステージ|金額|文書|関連付け|ID")
_NONE = Text("There are no deals.", "商談はありません。")
NAME_CELLS = 34


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add whose deals to list."""
    parser.add_argument("--customer", metavar="ID", help=_CUSTOMER.say(lang))
    parser.add_argument(
        "--document", nargs=2, metavar=("{" + ",".join(DEAL_KINDS) + "}", "ID"), help=_DOCUMENT.say(lang)
    )
    parser.add_argument("--cached", action="store_true", help=_CACHED.say(lang))
    parser.add_argument("--limit", type=int, metavar="N", help=_LIMIT.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Print the ledger, or a customer's deals."""
    async with await attach(context.place, read_only=context.read_only) as service:
        if given.customer or given.document:
            if given.customer:
                choices = await service.customer_deals(given.customer)
            else:
                choices = await service.document_deals(*given.document)
            return _tell_choices(context, choices[: given.limit])
        if not given.cached:
            await service.refresh_documents()
        entries = [each async for part in windows(service.deal_ledger, given.limit) for each in part]
    if context.json:
        print_json(entries)
    elif entries:
        head = context.word(_HEAD).split("|")
        print_lines(table([head, *map(_row, entries)], right=(2, 3, 4, 5, 6)))
    else:
        context.say(_NONE)
    return 0


def _row(each: LedgerEntry) -> list[str]:
    deal = each.deal
    return [
        clip(deal.name, NAME_CELLS), deal.stage, str(len(each.documents)), deal.amount or "", each.invoiced, each.paid,
        each.gap or "", deal.id,
    ]  # fmt: skip


def _tell_choices(context: Context, choices: list[DealChoice]) -> int:
    if context.json:
        print_json(choices)
    elif choices:
        rows = [
            [clip(each.deal.name, NAME_CELLS), each.deal.stage, each.deal.amount or "", str(each.documents),
             "*" if each.tied else "", each.deal.id]
            for each in choices
        ]  # fmt: skip
        print_lines(table([context.word(_CHOICE).split("|"), *rows], right=(2, 3)))
    else:
        context.say(_NONE)
    return 0
