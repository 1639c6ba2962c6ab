"""``kakehashi status``."""

import argparse
import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

from core.agent.client import RemoteService, attach
from core.commands.context import Context
from core.commands.output import plain, print_json, print_lines, table
from core.commands.run_words import MODULES, state_word
from core.model.problems import PROBLEMS
from core.model.text import Lang, Text
from core.service import Budget, ModuleStatus, Status

LOADING_SECONDS = 3.0
_HEALTH: dict[str, Text] = {
    "loading": Text("loading", "読み込み中"),
    "not_connected": Text("not connected", "未接続"),
    "not_configured": Text("not configured", "未設定"),
    "locked": Text("locked", "ロック中"),
    "ok": Text("OK", "正常"),
    "running": Text("syncing", "同期中"),
    "paused": Text("paused", "一時停止中"),
    "attention": Text("needs attention", "要確認"),
    "failed": Text("failed", "失敗"),
}
_MODULE_STATE: dict[str, Text] = {
    "unavailable": Text("see `kakehashi transactions`", "`kakehashi transactions` を参照"),
    "not_configured": Text("not configured", "未設定"),
    "on": Text("on", "有効"),
    "running": Text("syncing", "同期中"),
    "paused": Text("paused", "一時停止中"),
    "needs_confirmation": Text("needs confirmation", "確認待ち"),
    "failed": Text("failed", "失敗"),
}
_OFF = Text("disabled", "無効")
_LINKS = Text("{count} linked", "リンク {count}")
_FAILED = Text("{count} failed", "失敗 {count}")
_HELD = Text("{count} held", "保留 {count}")
_LAST = Text("last {when} {state}", "前回 {when} {state}")
_CALLS = Text("{side} {used} calls today", "{side} 本日の呼び出し {used}")
_CALLS_OF = Text("{side} {used}/{limit} calls today", "{side} 本日の呼び出し {used}/{limit}")
_LOGOUT = Text(
    "A logout would end the agent here. Keep it with: loginctl enable-linger",
    "ログアウトするとエージェントが終了します。継続するには次を実行してください: loginctl enable-linger",
)


_NEXT = Text("next sync {when}", "次回の同期 {when}")
_SILENT = Text("No sync has succeeded since {since}.", "{since} 以降、成功した同期がありません。")
_NEVER = Text("(never)", "（なし）")
_CHECK = Text(
    "start no agent, and end with 0 only while all is well: a health check for cron and monitoring",
    "エージェントを起動せず、正常な場合だけ 0 で終了する（cron・監視用）",
)
_STRICT = Text(
    "with --check: also end with 9 while any record has failed or is held",
    "--check 時: 失敗または保留のレコードがあれば 9",
)
_MAX_AGE = Text(
    "with --check: also end with 9 when no sync has succeeded for N hours", "--check 時: N時間成功がなければ 9"
)
HEALTHY = ("ok", "running", "loading")
_CHECK_EXITS: dict[str, int] = {
    "not_connected": 3, "not_configured": 3, "paused": 3, "locked": 4, "attention": 9, "failed": 9,
}  # fmt: skip


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add the health check."""
    parser.add_argument("--check", action="store_true", help=_CHECK.say(lang))
    parser.add_argument("--strict", action="store_true", help=_STRICT.say(lang))
    parser.add_argument("--max-age", type=float, metavar="N", help=_MAX_AGE.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Print what the header and the Overview say."""
    async with await attach(context.place, start=not given.check, read_only=context.read_only) as service:
        status = await _loaded(service)
    code = _check(context, status, given.max_age, strict=given.strict) if given.check else 0
    if context.json:
        print_json(status)
        return code
    print_lines(_lines(context, status))
    if not status.survives_logout:
        context.say(_LOGOUT)
    return code


def _check(context: Context, status: Status, max_age: float | None, *, strict: bool) -> int:
    """Return what a health check ends with: that of the Problem which stopped a module, where one did. As with
    ``sync``, records that failed are a matter of ``strict``; a run that waits to be confirmed is none.
    """
    if max_age is not None and not fresh(status.last_success, max_age, datetime.now(UTC)):
        context.say(_SILENT, since=status.last_success or context.word(_NEVER))
        return 9
    waits = any(each.state == "needs_confirmation" for each in status.modules)
    if status.health in HEALTHY or (status.health == "attention" and not (strict or waits)):
        return 0
    runs = [each.last_run for each in status.modules if each.state == "failed" and each.last_run is not None]
    problems = [PROBLEMS[each.problem].exit for each in runs if each.problem in PROBLEMS]
    return problems[0] if status.health == "failed" and problems else _CHECK_EXITS[status.health]


def fresh(last_success: str, hours: float, now: datetime) -> bool:
    """Return whether the last success is no more than so many hours ago."""
    return bool(last_success) and now - datetime.fromisoformat(last_success) <= timedelta(hours=hours)


async def _loaded(service: RemoteService) -> Status:
    """Return the status, of the loaded state unless loading takes long; what keeps it from loading is raised."""
    status = await service.status()
    if status.health == "loading":
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(service.runs(0), LOADING_SECONDS)
        status = await service.status()
    return status


def _lines(context: Context, status: Status) -> list[str]:
    profile = status.profile
    names = [plain(each.name) for each in (profile.books, profile.crm) if each is not None] if profile else []
    off = profile is not None and profile.disabled
    health = context.word(_OFF if off else _HEALTH[status.health])
    head = [status.profile_name, *([" <-> ".join(names)] if names else []), health]
    lines = ["  ".join(head)]
    if status.health == "loading":
        lines[0] += f" {status.loading} %"
    if status.modules:
        lines += table([_row(context, each) for each in status.modules])
    if status.next_run:
        lines.append(context.word(_NEXT, when=status.next_run))
    return lines + (["  ".join(_budget(context, each) for each in status.budgets)] if status.budgets else [])


def _row(context: Context, module: ModuleStatus) -> list[str]:
    run = module.last_run
    last = ""
    if run is not None:
        last = context.word(_LAST, when=run.finished or run.started, state=state_word(run.state, context.lang))
    on = module.state not in ("unavailable", "not_configured")
    return [
        context.word(MODULES[module.module]),
        context.word(_MODULE_STATE[module.state]),
        context.word(_LINKS, count=str(module.links)) if on else "",
        context.word(_FAILED, count=str(module.failures)) if on else "",
        context.word(_HELD, count=str(module.held)) if on else "",
        last,
    ]


def _budget(context: Context, budget: Budget) -> str:
    side = "Books" if budget.side == "books" else "CRM"
    if budget.day_limit is None:
        return context.word(_CALLS, side=side, used=str(budget.used_today))
    return context.word(_CALLS_OF, side=side, used=str(budget.used_today), limit=str(budget.day_limit))
