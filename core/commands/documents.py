"""``kakehashi documents``, ``associate`` and ``disassociate``."""

import argparse
from typing import get_args

from core.agent.client import attach
from core.commands.context import Context
from core.commands.document_deeds import ACTIONS, run_deed
from core.commands.document_words import FIT_WORDS, KIND_WORDS
from core.commands.output import clip, print_json, print_lines, table
from core.commands.windows import windows
from core.model.documents import DEAL_KINDS, KINDS, Document
from core.model.drafts import Take
from core.model.ledger import DocumentPage, LooseDocument
from core.model.papers import PaperQuery
from core.model.problems import Problem
from core.model.text import Lang, Text

_KIND = Text("which kind", "種類")
_ACTION = Text(
    "a kind, or: list [KIND]; show KIND ID; new KIND FILE; edit KIND ID FILE; mark KIND ID STATUS; drafts; "
    "send DRAFT; drop DRAFT. KIND: estimate, salesorder, invoice, purchaseorder. FILE is JSON, - is stdin: customer, "
    "lines [{item_id, name, rate, quantity, discount, tax_id}], date, due, reference, notes, terms, discount, deal",
    "種類、または list [種類]、show 種類 ID、new 種類 FILE、edit 種類 ID FILE、mark 種類 ID 状態、drafts、"
    "send 下書き、drop 下書き。estimate, salesorder, invoice, purchaseorder。FILEはJSON（- は標準入力）: customer、"
    "lines [{item_id, name, rate, quantity, discount, tax_id}]、date、due、reference、notes、terms、discount、deal",
)
_STATUS = Text("list: only those of this status", "list: この状態のもののみ")
_CUSTOMER = Text("list: only those of this customer in Books", "list: このBooks顧客のもののみ")
_TEXT = Text("list: only those with these words", "list: この語を含むもののみ")
_TO = Text("new, edit: put it into this status afterwards", "new、edit: その後この状態にする")
_WHY = Text("edit: the reason, for a document that was sent", "edit: 送信済みの文書を変更する理由")
_SETTLE = Text(
    "send: where Books changed meanwhile, keep mine or take theirs", "send: Booksも変更された項目でどちらを残すか"
)
_DRY = Text("new, edit: only compute the total", "new、edit: 合計だけを計算する")
_DOCUMENT = Text("the document's id in Books", "Booksの文書ID")
_DEAL = Text("the deal's id in CRM", "CRMの商談ID")
_SHOW = Text("show one document, read just now, with its lines and its deal", "文書1件を明細・商談とともに表示する")
_LOOSE = Text("only those without a deal, with the deal that fits", "商談のない文書と候補の商談を表示する")
_CACHED = Text("do not read what changed first", "最新の変更を読み込まない")
_LIMIT = Text("at most so many", "最大件数")
_TIED = Text("{number} belongs to deal {deal} now.", "{number} を商談 {deal} に関連付けました。")
_UNTIED = Text("{number} belongs to no deal now.", "{number} の関連付けを解除しました。")
_NATIVE = Text("Zoho's own deal field holds it as well.", "Zohoの商談項目にも設定されています。")
_NO_DEAL = Text("no deal", "商談なし")
_FITS = Text("fits", "候補")
NAME_CELLS = 28


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add what the command takes; argparse tells the parsers apart by their name."""
    add = parser.add_argument
    if parser.prog.endswith(" documents"):
        add("words", nargs="*", metavar="ACTION", help=_ACTION.say(lang))
        add("--show", metavar="ID", help=_SHOW.say(lang))
        add("--status", default="", metavar="STATUS", help=_STATUS.say(lang))
        add("--customer", default="", metavar="ID", help=_CUSTOMER.say(lang))
        add("--text", default="", metavar="TEXT", help=_TEXT.say(lang))
        add("--to", metavar="STATUS", help=_TO.say(lang))
        add("--why", default="", metavar="TEXT", help=_WHY.say(lang))
        add("--settle", choices=get_args(Take), help=_SETTLE.say(lang))
        add("--dry-run", action="store_true", help=_DRY.say(lang))
        add("--loose", action="store_true", help=_LOOSE.say(lang))
        add("--cached", action="store_true", help=_CACHED.say(lang))
        add("--limit", type=int, metavar="N", help=_LIMIT.say(lang))
        return
    add("kind", choices=DEAL_KINDS, help=_KIND.say(lang))
    add("document", help=_DOCUMENT.say(lang))
    if parser.prog.endswith(" associate"):
        add("deal", help=_DEAL.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """List documents, or tie one to a deal, or untie it."""
    if given.command == "documents":
        return await _documents(context, given)
    async with await attach(context.place, read_only=context.read_only) as service:
        if given.command == "associate":
            tie = await service.associate(given.kind, given.document, given.deal)
            if context.json:
                print_json(tie)
            context.say(_TIED, number=given.document, deal=tie.deal_id)
            if tie.native:
                context.say(_NATIVE)
        else:
            await service.disassociate(given.kind, given.document)
            if context.json:
                print_json({"kind": given.kind, "document_id": given.document, "deal_id": ""})
            context.say(_UNTIED, number=given.document)
    return 0


async def _documents(context: Context, given: argparse.Namespace) -> int:
    words: list[str] = given.words
    given.action = words.pop(0) if words and words[0] in ACTIONS else "list"
    if given.action not in ("list", "show"):
        return await run_deed(context, given)
    if given.action == "show" and len(words) == 2:
        given.show = words.pop()
    if len(words) > 1 or (words and words[0] not in KINDS) or (given.action == "show" and not given.show):
        raise Problem("bad_request", what="documents [list] [KIND], or documents show KIND ID")
    given.kind = words[0] if words else None
    return await (_show(context, given) if given.show else _list(context, given))


async def _show(context: Context, given: argparse.Namespace) -> int:
    if given.kind is None:
        raise Problem("bad_request", what="--show needs the kind of the document")
    async with await attach(context.place, read_only=context.read_only) as service:
        page = await service.document(given.kind, given.show)
    if context.json:
        print_json(page)
        return 0
    print_lines(table([_row(context, page.document)]))
    print_lines(_lines(page))
    print_lines([f"{page.deal.id}  {page.deal.name}  {page.deal.stage}" if page.deal else context.word(_NO_DEAL)])
    return 0


def _lines(page: DocumentPage) -> list[str]:
    lines = page.document.lines or ()
    rows = [("", clip(each.name, NAME_CELLS), each.quantity, each.rate, each.tax_name) for each in lines]
    return table(rows, right=(2, 3)) if rows else []


async def _list(context: Context, given: argparse.Namespace) -> int:
    async with await attach(context.place, read_only=context.read_only) as service:
        if not given.cached:
            await service.refresh_documents()
        if given.loose:
            loose = [each async for part in windows(service.loose_documents, given.limit) for each in part]
            found = [each for each in loose if given.kind in (None, each.document.kind)]
            if context.json:
                print_json(found)
            elif found:
                print_lines(table([_loose(context, each) for each in found], right=(5,)))
            return 0

        query = PaperQuery(kind=given.kind, status=given.status, party_id=given.customer, text=given.text)
        listing = await service.open_papers(query)

        async def read(start: int, stop: int) -> list[Document]:
            return list((await service.papers(listing.id, start, stop)).rows)

        documents = [each async for part in windows(read, given.limit) for each in part]
    if context.json:
        print_json(documents)
    elif documents:
        print_lines(table([_row(context, each) for each in documents], right=(5,)))
    return 0


def _row(context: Context, each: Document) -> list[str]:
    return [
        context.word(KIND_WORDS[each.kind]), each.number, each.date, each.status, clip(each.party_name, NAME_CELLS),
        each.total, each.currency, each.deal_id or each.native_deal_id, each.id,
    ]  # fmt: skip


def _loose(context: Context, each: LooseDocument) -> list[str]:
    if each.fit is None:
        return [*_row(context, each.document), ""]
    why = ", ".join(context.word(FIT_WORDS[reason]) for reason in each.fit.why)
    fit = f"{context.word(_FITS)}: {each.fit.deal_id} {clip(each.fit.deal_name, NAME_CELLS)} ({why})"
    return [*_row(context, each.document), fit]
