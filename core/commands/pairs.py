"""``kakehashi ambiguous``, ``suggestions``, ``pair``, ``keep-apart``: who belongs to whom where names do not tell."""

import argparse
from collections.abc import Awaitable, Callable, Sequence

from core.agent.client import RemoteService, attach
from core.commands.context import Context
from core.commands.output import clip, plain, print_json, print_lines, table
from core.commands.see_through import see_through
from core.commands.windows import windows
from core.model.deciding import (
    DETAILS,
    EVIDENCE,
    Ambiguity,
    Apart,
    Candidate,
    DetailCode,
    Suggestion,
    SuggestionPage,
)
from core.model.names import MODULES
from core.model.problems import Problem
from core.model.text import Lang, Text

_MODULE = Text("only this module", "このモジュールだけ")
_WHICH = Text("which module (default: customers)", "モジュール（既定: customers）")
_LIMIT = Text("how many (default: {count})", "件数（既定: {count}）")
_PLAN = Text(
    "look at what the next sync would create, before the first one too",
    "次の同期で作成される予定のレコードを調べる（初回同期の前でも可）",
)
_CRM_ID = Text("the CRM record's id", "CRMのレコードID")
_BOOKS_ID = Text("the Books record's id", "BooksのレコードID")
_FORGET = Text("let them be paired and suggested again", "指定を取り消し、再び候補にする")
_NONE = Text("Nothing waits for a choice.", "選択待ちのレコードはありません。")
_NO_SUGGESTION = Text("No records resemble each other.", "似たレコードはありません。")
_CHOOSE = Text(
    "Pair two with `kakehashi pair CRM_ID BOOKS_ID`; part them with `kakehashi keep-apart`.",
    "`kakehashi pair CRM_ID BOOKS_ID` で組み合わせ、`kakehashi keep-apart` で別のレコードとして指定します。",
)
_APART = Text("They are kept apart from now on.", "今後は別のレコードとして扱います。")
_AGAIN = Text("They may be paired again.", "再び組み合わせの候補になります。")
_NO_APART = Text("Nothing is kept apart.", "別のレコードとして指定されたものはありません。")
_MORE = Text("{count} in all.", "全 {count} 件。")
_CUT = Text(
    "The time did not do for all records; these are the likeliest so far.",
    "時間内に全件を調べられませんでした。ここまでの候補です。",
)
NAME_CELLS, DETAIL_CELLS = 34, 70
SUGGESTED, LISTED = 50, 50


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add what each of them takes; argparse tells the parsers apart by their name."""
    name = parser.prog.rpartition(" ")[2]
    if name in ("pair", "keep-apart"):
        more = {} if name == "pair" else {"nargs": "?", "default": ""}
        parser.add_argument("crm", metavar="CRM_ID", help=_CRM_ID.say(lang), **more)  # type: ignore[arg-type]
        parser.add_argument("books", metavar="BOOKS_ID", help=_BOOKS_ID.say(lang), **more)  # type: ignore[arg-type]
    else:
        count = SUGGESTED if name == "suggestions" else LISTED
        parser.add_argument("--limit", type=int, metavar="N", default=count, help=_LIMIT.say(lang, count=str(count)))
    if name == "keep-apart":
        parser.add_argument("--forget", action="store_true", help=_FORGET.say(lang))
    if name == "suggestions":
        parser.add_argument("--plan", action="store_true", help=_PLAN.say(lang))
    if name == "ambiguous":
        parser.add_argument("--module", choices=MODULES, help=_MODULE.say(lang))
    else:
        parser.add_argument("--module", choices=MODULES, default="customers", help=_WHICH.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """List, pair, or keep apart."""
    async with await attach(context.place, read_only=context.read_only) as service:
        return await _COMMANDS[given.command](context, service, given)


async def _ambiguous(context: Context, service: RemoteService, given: argparse.Namespace) -> int:
    found = await service.ambiguities(given.module, 0, max(given.limit, 0))
    if context.json:
        print_json(found)
        return 0
    if not found:
        context.say(_NONE)
        return 0
    for each in found:
        print_lines(_candidates(context, each))
    context.say(_CHOOSE)
    return 0


def _candidates(context: Context, each: Ambiguity) -> list[str]:
    side = {"crm": "CRM", "books": "Books"}
    own = Candidate(side=each.side, id=each.id, name=each.name, details=each.details)
    rows = [
        [f"{indent}{side[one.side]} {one.id}", clip(one.name, NAME_CELLS), _details(context, one.details)]
        for indent, one in (("", own), *(("  ", candidate) for candidate in each.candidates))
    ]
    return table(rows)


def _details(context: Context, details: Sequence[tuple[DetailCode, str]]) -> str:
    told = ", ".join(f"{context.word(DETAILS[code])} {text}" for code, text in details)
    return clip(plain(told), DETAIL_CELLS)


async def _suggestions(context: Context, service: RemoteService, given: argparse.Namespace) -> int:
    limit = max(given.limit, 0)
    if given.plan:
        plan = await service.plan(given.module)
        page = await _whole(service, lambda: service.plan_suggestions(plan.id, 0, limit))
    else:
        page = await _whole(service, lambda: service.suggestions(given.module, 0, limit))
    if context.json:
        print_json(page)
        return 0
    if not page.suggestions:
        context.say(_NO_SUGGESTION)
        return 0
    print_lines(table([_suggested(context, each) for each in page.suggestions], right=(0,)))
    if page.count > len(page.suggestions):
        context.say(_MORE, count=str(page.count))
    if not page.whole:
        context.say(_CUT)
    context.say(_CHOOSE)
    return 0


async def _whole(service: RemoteService, ask: Callable[[], Awaitable[SuggestionPage]]) -> SuggestionPage:
    """Return a page once the search behind it has ended: the agent tells of that."""
    events = service.events()
    try:
        await anext(events)
        page = await ask()
        while page.working:
            await anext(events)
            page = await ask()
        return page
    finally:
        close = getattr(events, "aclose", None)
        if close is not None:
            await close()


def _suggested(context: Context, each: Suggestion) -> list[str]:
    why = ", ".join(context.word(EVIDENCE[code]) for code in each.why)
    names = (clip(each.crm_name, NAME_CELLS), clip(each.books_name, NAME_CELLS))
    return [str(each.score), f"CRM {each.crm_id}", names[0], f"Books {each.books_id}", names[1], why]


async def _pair(context: Context, service: RemoteService, given: argparse.Namespace) -> int:
    return await see_through(context, service, lambda: service.choose(given.module, given.crm, given.books))


async def _keep_apart(context: Context, service: RemoteService, given: argparse.Namespace) -> int:
    if bool(given.crm) != bool(given.books):
        raise Problem("bad_request", what="name a CRM record and a Books record")
    if given.forget and not given.crm:
        raise Problem("bad_request", what="name the two records that may be paired again")
    if not given.crm:
        return await _list_apart(context, service, given)
    if given.forget:
        await service.forget_apart(given.module, given.crm, given.books)
        context.say(_AGAIN)
    else:
        await service.keep_apart(given.module, given.crm, given.books)
        context.say(_APART)
    return 0


async def _list_apart(context: Context, service: RemoteService, given: argparse.Namespace) -> int:
    found: list[Apart] = []
    async for some in windows(lambda start, stop: service.kept_apart(given.module, start, stop), None):
        found += some
    if context.json:
        print_json(found)
    elif not found:
        context.say(_NO_APART)
    else:
        rows = [[f"CRM {e.crm_id}", f"Books {e.books_id}", clip(e.name, NAME_CELLS), e.at] for e in found]
        print_lines(table(rows))
    return 0


_COMMANDS: dict[str, Callable[[Context, RemoteService, argparse.Namespace], Awaitable[int]]] = {
    "ambiguous": _ambiguous, "suggestions": _suggestions, "pair": _pair, "keep-apart": _keep_apart,
}  # fmt: skip
