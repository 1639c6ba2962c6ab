"""``kakehashi profiles``, ``disable``, ``enable`` and ``disconnect``: several organisations, and parting from one."""

import argparse
import re
from pathlib import Path

from core.agent.client import attach
from core.agent.launch import running
from core.agent.neighbours import Card, cards
from core.agent.places import Place, make_folder
from core.commands.context import Context
from core.commands.link_map import exported
from core.commands.output import plain, print_json, print_lines, table, write_text
from core.commands.prompt import confirmed, interactive
from core.model.problems import Problem
from core.model.text import Lang, Text

_YES = Text("do not ask", "確認しない")
_NONE = Text("There are no profiles yet.", "プロファイルはまだありません。")
_RUNS = Text("agent {pid}", "エージェント {pid}")
_APART = Text("not connected", "未接続")
_OFF = Text("disabled", "無効")
_LATER = Text("CRM -> Books only: the CRM is joined elsewhere, too", "CRM -> Booksのみ（CRMは他でも接続済み）")
_DISABLED = Text(
    "The integration is off: nothing syncs until `kakehashi enable`. Links and settings are kept.",
    "連携を無効にしました。`kakehashi enable` まで同期しません。リンクと設定は保持されます。",
)
_ENABLED = Text("The integration is on again.", "連携を再び有効にしました。")
_ASK = Text(
    "Part from both organisations? The keys are forgotten; links, settings and history stay here.",
    "両方の組織との接続を解除しますか？認証情報は削除され、リンク・設定・履歴は保持されます。",
)
_KEPT = Text("Nothing was changed.", "変更していません。")
_PARTED = Text(
    "Disconnected. The map of {count} pairs is in {file}, and here: joining the same two again goes on with it.",
    "接続を解除しました。{count} 組のリンクを {file} と本プロファイルに保存し、同じ組織への再接続で引き継ぎます。",
)


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Only ``disconnect`` has an option; argparse tells the parsers apart by their name."""
    if parser.prog.endswith(" disconnect"):
        parser.add_argument("--yes", action="store_true", help=_YES.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Do the one that was asked for."""
    if given.command == "profiles":
        return _list(context)
    if given.command == "disconnect":
        return await _disconnect(context, yes=given.yes)
    async with await attach(context.place, read_only=context.read_only) as service:
        await (service.disable if given.command == "disable" else service.enable)()
    context.say(_DISABLED if given.command == "disable" else _ENABLED)
    return 0


def _list(context: Context) -> int:
    """Print the profiles of this home. No agent is started, and none is asked."""
    found = cards(context.place.home)
    holders = {each.name: running(Place(context.place.home, each.name)) for each in found}
    if context.json:
        pids = {name: holder.pid if holder is not None else None for name, holder in holders.items()}
        print_json([{"name": each.name, "pid": pids[each.name], "card": each} for each in found])
        return 0
    if not found:
        context.say(_NONE)
        return 0
    rows = []
    for each in found:
        holder = holders[each.name]
        pid = context.word(_RUNS, pid=str(holder.pid)) if holder is not None else ""
        rows.append([each.name, *_organisations(context, each), pid])
    print_lines(table(rows))
    return 0


def _organisations(context: Context, card: Card) -> list[str]:
    if card.crm is None or card.books is None:
        return [context.word(_APART), ""]
    notes = [context.word(_OFF)] if card.disabled else []
    notes += [context.word(_LATER)] if card.later else []
    return [f"{plain(card.books.name)} <-> {plain(card.crm.name)}", ", ".join(notes)]


async def _disconnect(context: Context, *, yes: bool) -> int:
    if not yes:
        if not interactive():
            raise Problem("bad_request", what="there is no terminal to ask on; give --yes")
        if not confirmed(context, _ASK):
            context.say(_KEPT)
            return 0
    async with await attach(context.place, read_only=context.read_only) as service:
        status = await service.status()
        if status.profile is None or not status.profile.connected:
            raise Problem("not_connected", profile=context.place.profile)
        if not status.profile.disabled:
            raise Problem("not_disabled")
        text, count = await exported(service)
        file = _map_file(context.place, status.profile.crm.organization_id if status.profile.crm else "")
        write_text(str(file), text)
        await service.disconnect()
    context.say(_PARTED, count=str(count), file=str(file))
    return 0


def _map_file(place: Place, crm: str) -> Path:
    """Return where a map of pairs is kept: outside the profile, so that removing the profile leaves it."""
    folder = place.home / "exports"
    make_folder(folder)
    stem = f"links-{place.profile}-{re.sub(r'[^0-9A-Za-z]', '', crm)}"
    number = 1
    while (folder / f"{stem}-{number}.jsonl").exists():
        number += 1
    return folder / f"{stem}-{number}.jsonl"
