"""``kakehashi alerts``: who is told when a run fails, the valve trips, a credential dies, or nothing succeeds."""

import argparse

import msgspec

from core.agent.client import attach
from core.commands.context import Context
from core.commands.output import plain, print_json, print_lines, table
from core.model.schedule import Alerts
from core.model.text import Lang, Text

_COMMAND = Text(
    "run this, with the alert as JSON on its standard input; '' for none",
    "このコマンドを実行し、通知をJSONで標準入力に渡す。'' で解除",
)
_WEBHOOK = Text("send the alert as JSON to this address by POST; '' for none", "通知をJSONでPOSTする宛先。'' で解除")
_SILENT = Text(
    "also tell when no sync has succeeded for N hours; 0 for never", "N時間成功した同期がなければ通知する。0 で解除"
)
_TEST = Text("send a test", "テスト通知を送る")
_SENT = Text("Sent.", "送信しました。")
_LABELS: dict[str, Text] = {
    "command": Text("command", "コマンド"),
    "webhook": Text("webhook", "Webhook"),
    "silent": Text("hours without success", "成功のない時間"),
}
_NONE = Text("none", "なし")


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add what can be set. Without any, the hooks are shown."""
    parser.add_argument("--command", dest="hook", metavar="WORDS", help=_COMMAND.say(lang))
    parser.add_argument("--webhook", metavar="URL", help=_WEBHOOK.say(lang))
    parser.add_argument("--silent-hours", type=int, metavar="N", help=_SILENT.say(lang))
    parser.add_argument("--test", action="store_true", help=_TEST.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Show the hooks, changed by what was given, and try them where asked to."""
    wanted = {"command": given.hook, "webhook": given.webhook, "silent_hours": given.silent_hours}
    changes = {name: value for name, value in wanted.items() if value is not None}
    async with await attach(context.place, read_only=context.read_only) as service:
        alerts = await service.alerts()
        if changes:
            alerts = await service.set_alerts(msgspec.structs.replace(alerts, **changes))
        if given.test:
            await service.test_alert()
            context.say(_SENT)
    _show(context, alerts)
    return 0


def _show(context: Context, alerts: Alerts) -> None:
    if context.json:
        print_json(alerts)
        return
    none = context.word(_NONE)
    values = {
        "command": plain(alerts.command) or none,
        "webhook": plain(alerts.webhook) or none,
        "silent": str(alerts.silent_hours) if alerts.silent_hours else none,
    }
    print_lines(table([(context.word(_LABELS[name]), text) for name, text in values.items()]))
