"""Runs and plans in words, for every command that prints one."""

from core.commands.output import DIRECTIONS, table
from core.model.names import Direction, ModuleName
from core.model.plan import Count, ValveTrip
from core.model.problems import PROBLEMS, Problem
from core.model.run import Run
from core.model.text import Lang, Text

MODULES: dict[ModuleName, Text] = {
    "customers": Text("Customers", "顧客"),
    "vendors": Text("Vendors", "仕入先"),
    "items": Text("Items", "商品"),
    "documents": Text("Documents", "ドキュメント"),
}
TOWARD: dict[Direction, Text] = {
    "to_books": Text("CRM -> Books", "CRM -> Books"),
    "to_crm": Text("Books -> CRM", "Books -> CRM"),
}
COUNTS: dict[str, Text] = {
    "created": Text("created", "作成"),
    "updated": Text("updated", "更新"),
    "linked": Text("linked", "リンク"),
    "gone": Text("gone", "削除済み"),
    "skipped": Text("skipped", "スキップ"),
    "unchanged": Text("unchanged", "変更なし"),
    "held": Text("held", "保留"),
    "failed": Text("failed", "失敗"),
}
_STATES: dict[str, Text] = {
    "running": Text("running", "実行中"),
    "done": Text("done", "完了"),
    "stopped": Text("stopped", "停止"),
    "failed": Text("failed", "失敗"),
    "needs_confirmation": Text("needs confirmation", "確認待ち"),
    "interrupted": Text("interrupted", "中断"),
}
_TRIPS: dict[str, Text] = {
    "empty_listing": Text(
        "{side} lists nothing although {count} links exist", "{side}の一覧が空です（リンク {count} 件）"
    ),
    "mass_change": Text(
        "{count} of the links on {side} would change (limit {limit})",
        "{side}で {count} 件が変更されます（上限 {limit}）",
    ),
    "create_cap": Text(
        "{count} records would be created in {side} (cap {limit})", "{side}に {count} 件が作成されます（上限 {limit}）"
    ),
}
NEEDS_PERSON, INTERRUPTED = 9, 10


def state_word(state: str, lang: Lang) -> str:
    """Return a run's state in words."""
    return _STATES[state].say(lang) if state in _STATES else state


def count_lines(counts: dict[Direction, Count], lang: Lang) -> list[str]:
    """Return counts as a table, one line a direction."""
    head = ["", *(text.say(lang) for text in COUNTS.values())]
    rows = [
        [TOWARD[each].say(lang), *(str(getattr(counts.get(each, Count()), name)) for name in COUNTS)]
        for each in DIRECTIONS
    ]
    return table([head, *rows], right=range(1, len(head)))


def valve_words(trips: tuple[ValveTrip, ...], lang: Lang) -> str:
    """Return why the valve closed."""
    side = {"crm": "CRM", "books": "Books"}
    return "; ".join(
        _TRIPS[each.rule].say(lang, side=side[each.side], count=str(each.count), limit=str(each.limit))
        for each in trips
    )


def verdict(run: Run, lang: Lang, log: str) -> Problem | None:
    """Return the Problem that a finished run ended on, None for one that ended by itself or was interrupted."""
    if run.problem:
        return Problem(run.problem if run.problem in PROBLEMS else "unexpected", **{"log": log} | run.problem_detail)
    if run.state == "needs_confirmation":
        return Problem("needs_confirmation", what=valve_words(run.valve, lang))
    return None


def exit_code(run: Run, problem: Problem | None) -> int:
    """Return what a command that waited for this run exits with. Records that failed do not make a run a failed one:
    they would let every cron job cry for as long as one of them stands (``status --json`` and ``failures`` tell them).
    """
    if run.state == "interrupted":
        return INTERRUPTED
    return problem.exit if problem is not None else 0


def strict_exit_code(run: Run, problem: Problem | None) -> int:
    """Return the same, but ``NEEDS_PERSON`` while any record has failed or is held."""
    open_ends = sum(each.failed + each.held for each in run.counts.values())
    return exit_code(run, problem) or (NEEDS_PERSON if open_ends else 0)
