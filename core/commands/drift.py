"""``kakehashi drift``: how far both sides have come apart, as a table, JSON or Markdown. Writes nothing to either."""

import argparse

from core.agent.client import attach
from core.commands.context import Context
from core.commands.output import clip, plain, print_json, print_lines, table, write_text
from core.commands.run_words import MODULES as MODULE_WORDS
from core.model.drift import DRIFT_KINDS, Drifted, DriftKind, DriftReport, FieldDrift
from core.model.names import MODULES
from core.model.problems import Problem
from core.model.text import Lang, Text

DRIFTED = 9
_MODULE = Text("which module (default: all that are configured)", "モジュール（既定: 設定済みのすべて）")
_DEEP = Text(
    "read each paired Books record whose list row lacks mapped fields: a call each",
    "一覧に含まれない項目のため、リンク済みのBooksレコードを1件ずつ読む（1件1回の呼び出し）",
)
_MARKDOWN = Text("write the report as Markdown", "Markdownで出力する")
_OUTPUT = Text("write the report into FILE", "FILE に出力する")
_LIMIT = Text("list at most so many findings a module (default: 100); all are counted", "一覧の最大件数（既定: 100）")
_KINDS: dict[DriftKind, Text] = {
    "differs": Text("fields differ", "項目の違い"),
    "crm_missing": Text("linked, gone in CRM", "リンク先がCRMにない"),
    "books_missing": Text("linked, gone in Books", "リンク先がBooksにない"),
    "crm_only": Text("only in CRM", "CRMのみ"),
    "books_only": Text("only in Books", "Booksのみ"),
}
_TITLE = Text("Drift of profile {profile}", "プロファイル {profile} の差異")
_SUMMARY = Text(
    "{pairs} pairs compared at {at}, {in_step} in step; {crm} CRM and {books} Books calls.",
    "{at} に {pairs} 組を比較し、{in_step} 組が一致。呼び出し: CRM {crm}、Books {books}。",
)
_UNREAD = Text(
    "{count} fields were not read: list rows of Books lack them (--deep reads them).",
    "{count} 項目は未確認です（Booksの一覧に含まれません。--deep で確認できます）。",
)
_LEFT = Text(
    "{count} records without a counterpart are left alone as set (`kakehashi failures` and the lists say why).",
    "対応するレコードのない {count} 件は設定により対象外です。",
)
_MORE = Text("and {count} more", "ほか {count} 件")
NAME_CELLS = 34


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add what to compare, and how to tell it."""
    parser.add_argument("module", nargs="?", choices=MODULES, help=_MODULE.say(lang))
    parser.add_argument("--deep", action="store_true", help=_DEEP.say(lang))
    parser.add_argument("--markdown", action="store_true", help=_MARKDOWN.say(lang))
    parser.add_argument("--output", metavar="FILE", default="-", help=_OUTPUT.say(lang))
    parser.add_argument("--limit", type=int, default=100, metavar="N", help=_LIMIT.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Compare, report, and end with 9 where anything has drifted."""
    async with await attach(context.place, read_only=context.read_only) as service:
        modules = [given.module] if given.module else [each.schedule.module for each in await service.timetable()]
        if not modules:
            raise Problem("not_configured", module="customers")
        reports = [await service.drift(each, given.deep, given.limit) for each in modules]
    if context.json:
        print_json(reports)
    elif given.markdown:
        write_text(given.output, markdown(context, reports))
    elif given.output != "-":
        write_text(given.output, "\n".join(_lines(context, reports)) + "\n")
    else:
        print_lines(_lines(context, reports))
    return DRIFTED if any(each.total for each in reports) else 0


def markdown(context: Context, reports: list[DriftReport]) -> str:
    """Return the reports as one Markdown page."""
    lines = [f"# {context.word(_TITLE, profile=context.place.profile)}", ""]
    for report in reports:
        lines += [f"## {context.word(MODULE_WORDS[report.module])}", "", *_notes(context, report), ""]
        for kind in DRIFT_KINDS:
            found = [each for each in report.found if each.kind == kind]
            if report.counts.get(kind):
                lines += [f"### {context.word(_KINDS[kind])} ({report.counts[kind]})", ""]
                lines += [f"- {_item(each)}" for each in found]
                more = report.counts[kind] - len(found)
                lines += [f"- {context.word(_MORE, count=str(more))}"] if more else []
                lines.append("")
    return "\n".join(lines)


def _item(found: Drifted) -> str:
    ids = " - ".join(each for each in (found.crm_id, found.books_id) if each)
    fields = "; ".join(f"{_escaped(each.crm_field)}: {_escaped(_both(each))}" for each in found.fields)
    return f"{_escaped(found.name)} ({ids})" + (f": {fields}" if fields else "")


def _lines(context: Context, reports: list[DriftReport]) -> list[str]:
    lines = []
    for report in reports:
        head = [f"{context.word(_KINDS[kind])} {report.counts[kind]}" for kind in DRIFT_KINDS if kind in report.counts]
        lines.append("  ".join([context.word(MODULE_WORDS[report.module]), *head]))
        lines += [f"  {each}" for each in _notes(context, report)]
        rows = [
            [f"  {context.word(_KINDS[each.kind])}", clip(each.name, NAME_CELLS), each.crm_id, each.books_id,
             clip("; ".join(f"{field.crm_field}: {_both(field)}" for field in each.fields), 80)]
            for each in report.found
        ]  # fmt: skip
        lines += table(rows) if rows else []
    return lines


def _notes(context: Context, report: DriftReport) -> list[str]:
    counts = {"pairs": str(report.pairs), "in_step": str(report.in_step), "at": report.at}
    calls = {side: str(report.api_calls.get(side, 0)) for side in ("crm", "books")}
    notes = [context.word(_SUMMARY, **counts, **calls)]
    if report.left_alone:
        notes.append(context.word(_LEFT, count=str(report.left_alone)))
    return notes + ([context.word(_UNREAD, count=str(report.unread))] if report.unread else [])


def _both(field: FieldDrift) -> str:
    one, other = (plain(str(each)) if each is not None else "-" for each in (field.crm, field.books))
    return f"{one} | {other}"


def _escaped(text: str) -> str:
    """Return text that Markdown takes as it is."""
    return "".join(f"\\{each}" if each in "\\`*_[]<>|#" else each for each in plain(text))
