"""What ``kakehashi documents`` does beside listing: new, edit, mark, drafts, send, drop."""

import argparse

from core.agent.client import RemoteService, attach
from core.commands.context import Context
from core.commands.document_words import KIND_WORDS
from core.commands.output import print_json, print_lines, table
from core.commands.paper_file import laid_over, read_paper
from core.model.documents import KINDS, DocumentKind, NewDocument
from core.model.drafts import STATUSES, Draft
from core.model.ledger import DocumentPage
from core.model.problems import Problem
from core.model.text import Text

_MADE = Text("{number} is {status} in Books: {total}.", "{number} はBooksで {status} です（{total}）。")
_KEPT = Text("It is kept as draft {id}: `kakehashi documents send {id}` tries again.",
             "下書き {id} として残しました。`kakehashi documents send {id}` で再試行できます。")  # fmt: skip
_DROPPED = Text("Draft {id} is forgotten.", "下書き {id} を破棄しました。")
_TOTAL = Text("It comes to {total}; nothing was sent (--dry-run).", "合計 {total}。送信していません（--dry-run）。")
ACTIONS = ("list", "show", "new", "edit", "mark", "drafts", "send", "drop")


async def run_deed(context: Context, given: argparse.Namespace) -> int:
    """Do one of them. Raises ``Problem``; a document that Books does not take stays as a draft, and its id is told."""
    async with await attach(context.place, read_only=context.read_only) as service:
        deeds = {"new": _new, "edit": _edit, "mark": _mark, "drafts": _drafts, "send": _again, "drop": _drop}
        return await deeds[given.action](context, service, given)


def _words(given: argparse.Namespace, names: str) -> list[str]:
    """Return the words after the action. Raises ``Problem('bad_request')`` unless they are as many as ``names``."""
    wanted = names.split()
    if len(given.words) != len(wanted):
        raise Problem("bad_request", what=f"documents {given.action} {names}".strip())
    if wanted[:1] == ["KIND"] and given.words[0] not in KINDS:
        raise Problem("bad_request", what=f"the kind is one of {', '.join(KINDS)}, not {given.words[0]}")
    return list(given.words)


def _kind(word: str) -> DocumentKind:
    return next(kind for kind in KINDS if kind == word)


async def _new(context: Context, service: RemoteService, given: argparse.Namespace) -> int:
    word, name = _words(given, "KIND FILE")
    kind = _kind(word)
    empty = Draft(new=NewDocument(kind=kind, key="", party_id="", lines=(), discount_before_tax=True))
    return await _send(context, service, laid_over(empty, read_paper(name)), given)


async def _edit(context: Context, service: RemoteService, given: argparse.Namespace) -> int:
    word, document_id, name = _words(given, "KIND ID FILE")
    draft = laid_over(await service.edit_document(_kind(word), document_id), read_paper(name))
    return await _send(context, service, draft, given)


async def _send(context: Context, service: RemoteService, draft: Draft, given: argparse.Namespace) -> int:
    statuses = STATUSES[draft.new.kind]
    if given.to and given.to not in statuses:
        raise Problem("bad_request", what=f"--to is one of {', '.join(statuses)}")
    first = statuses[0]
    then = () if not given.to else (given.to,) if given.to == first else (first, given.to)
    draft = Draft(
        id=draft.id, new=draft.new, then=then, document_id=draft.document_id, party_name=draft.party_name,
        base=draft.base, why=given.why or draft.why,
    )  # fmt: skip
    if given.dry_run:
        sums = await service.draft_totals(draft)
        if context.json:
            print_json(sums)
        context.say(_TOTAL, total=f"{sums.total} {sums.currency}".strip())
        return 0
    return await _through(context, service, (await service.save_draft(draft)).id)


async def _through(context: Context, service: RemoteService, draft_id: str) -> int:
    try:
        page = await service.send_draft(draft_id)
    except Problem:
        if any(each.id == draft_id for each in await service.drafts()):
            context.say(_KEPT, id=draft_id)
        raise
    return _tell(context, page)


def _tell(context: Context, page: DocumentPage) -> int:
    document = page.document
    if context.json:
        print_json(page)
    total = f"{document.total} {document.currency}".strip()
    context.say(_MADE, number=document.number, status=document.status, total=total)
    return 0


async def _mark(context: Context, service: RemoteService, given: argparse.Namespace) -> int:
    word, document_id, status = _words(given, "KIND ID STATUS")
    document = await service.mark_document(_kind(word), document_id, status)
    return _tell(context, DocumentPage(document=document))


async def _drafts(context: Context, service: RemoteService, given: argparse.Namespace) -> int:
    _words(given, "")
    drafts = await service.drafts()
    if context.json:
        print_json(drafts)
        return 0
    rows = [
        [each.id, context.word(KIND_WORDS[each.new.kind]), each.base.number if each.base else each.party_name,
         str(len(each.new.lines)), each.saved_at, each.problem]
        for each in drafts
    ]  # fmt: skip
    if rows:
        print_lines(table(rows, right=(3,)))
    return 0


async def _again(context: Context, service: RemoteService, given: argparse.Namespace) -> int:
    (draft_id,) = _words(given, "DRAFT")
    if given.settle:
        await service.settle_draft(draft_id, given.settle)
    return await _through(context, service, draft_id)


async def _drop(context: Context, service: RemoteService, given: argparse.Namespace) -> int:
    (draft_id,) = _words(given, "DRAFT")
    await service.drop_draft(draft_id)
    if context.json:
        print_json({"id": draft_id})
    context.say(_DROPPED, id=draft_id)
    return 0
