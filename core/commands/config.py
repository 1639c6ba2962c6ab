"""``kakehashi config``: a profile's settings as text that can be kept under version control."""

import argparse

import msgspec

from core.agent.client import RemoteService, attach
from core.commands.config_text import Config, Difference, differences, parse, text_of
from core.commands.context import Context
from core.commands.output import plain, print_json, print_lines, write_text
from core.commands.prompt import confirmed, interactive, read_text
from core.model.names import MODULES, SIDES, Part, SideName
from core.model.problems import Problem
from core.model.record import View
from core.model.setup import ModuleSetup
from core.model.text import Lang, Text

DIFFERS = 9
_ACTION = Text(
    "export: print the settings; validate: check a file, without an agent; diff: say what applying it would change; "
    "apply: do so",
    "export: 設定を出力、validate: ファイルを検査（エージェント不要）、diff: 適用時の変更を表示、apply: 適用",
)
_FILE = Text("a file of settings (- for stdin; export: where to write)", "設定ファイル（- は標準入力、export: 出力先）")
_YES = Text("apply: do not ask", "apply: 確認しない")
_HEAD = Text(
    "Settings of Kakehashi's profile {profile}. Apply them with: kakehashi config apply FILE",
    "Kakehashiのプロファイル {profile} の設定。適用: kakehashi config apply FILE",
)
_VALID = Text("{file} is valid: {modules}.", "{file} は有効です: {modules}")
_SAME = Text("Nothing differs.", "違いはありません。")
_ASK = Text("Apply this?", "適用しますか？")
_KEPT = Text("Nothing was changed.", "変更していません。")
_APPLIED = Text("Applied; it takes effect from the next run.", "適用しました。次の同期から有効です。")


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add what to do, and the file."""
    parser.add_argument("action", choices=("export", "validate", "diff", "apply"), help=_ACTION.say(lang))
    parser.add_argument("file", nargs="?", metavar="FILE", help=_FILE.say(lang))
    parser.add_argument("--yes", action="store_true", help=_YES.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Do the one that was asked for. ``diff`` ends with 9 where something differs."""
    if given.action == "export":
        return await _export(context, given.file)
    if given.file is None:
        raise Problem("bad_request", what=f"config {given.action} needs a file")
    wanted = parse(read_text(given.file), given.file)
    if given.action == "validate":
        context.say(_VALID, file=given.file, modules=", ".join(wanted.setups) or "-")
        return 0
    async with await attach(context.place, read_only=context.read_only) as service:
        live = await read_config(service)
        _refuse_strange(live, wanted, given.file)
        wanted = await _resolved(service, live, wanted)
        found = differences(live, wanted)
        _show(context, found)
        if given.action == "diff" or not found:
            return DIFFERS if found else 0
        if interactive() and not given.yes and not confirmed(context, _ASK):
            context.say(_KEPT)
            return 0
        await _apply(service, live, wanted)
    context.say(_APPLIED)
    return 0


async def read_config(service: RemoteService) -> Config:
    """Return the settings as they are."""
    status = await service.status()
    setups = {each.module: each.setup for each in status.modules if each.setup is not None}
    schedules = {each.schedule.module: each.schedule for each in await service.timetable()}
    organisations: dict[SideName, str] = {}
    for side in SIDES:
        found = getattr(status.profile, side, None)
        if found is not None:
            organisations[side] = found.organization_id
    synced = {module: setup for module, setup in setups.items() if module in schedules}
    return Config(organisations=organisations, alerts=await service.alerts(), setups=synced, schedules=schedules)


async def _export(context: Context, file: str | None) -> int:
    async with await attach(context.place, read_only=context.read_only) as service:
        live = await read_config(service)
    if context.json:
        print_json(live)
        return 0
    text = text_of(live, context.word(_HEAD, profile=context.place.profile))
    write_text(file or "-", text)
    return 0


def _refuse_strange(live: Config, wanted: Config, file: str) -> None:
    """Raise Problem for a file that was made for other organisations; one without ids is for any."""
    if not live.organisations:
        raise Problem("not_connected", profile="-")
    for side, number in wanted.organisations.items():
        if live.organisations.get(side) != number:
            what = f"it is for {side} organisation {number}; to use it here, take its [organisations] out"
            raise Problem("config_invalid", file=file, what=what)


async def _resolved(service: RemoteService, live: Config, wanted: Config) -> Config:
    """Return settings whose views are this organisation's: by id, else by name; with the mapping that goes without
    saying.
    """
    setups = {}
    for module, setup in wanted.setups.items():
        made, held = setup, live.setups.get(module)
        if not setup.mapping:
            mapping = held.mapping if held is not None and held.shape == setup.shape else ()
            made = msgspec.structs.replace(made, mapping=mapping)
        setups[module] = await _with_views(service, made, held)
    return msgspec.structs.replace(wanted, setups=setups)


async def _with_views(service: RemoteService, setup: ModuleSetup, held: ModuleSetup | None) -> ModuleSetup:
    parts: tuple[tuple[str, Part], ...] = (("view", "main"), ("contact_view", "persons"))
    for name, part in parts:
        number, told = getattr(setup, name), getattr(setup, f"{name}_name")
        known = getattr(held, name) if held is not None else None
        if number == known and (number is not None or not told):
            continue
        if number is None and not told:
            continue
        view = _one_of(await service.shape_views(setup.module, setup.shape, part), number, told)
        setup = msgspec.structs.replace(setup, **{name: view.id, f"{name}_name": view.name})
    return setup


def _one_of(views: list[View], number: str | None, name: str) -> View:
    found = [each for each in views if each.id == number] or [each for each in views if name and each.name == name]
    if len(found) != 1:
        raise Problem("view_missing", view=name or number or "")
    return found[0]


def _show(context: Context, found: list[Difference]) -> None:
    if context.json:
        print_json(found)
    elif found:
        print_lines(f"{each.path}: {plain(each.before) or '-'} -> {plain(each.after) or '-'}" for each in found)
    else:
        context.say(_SAME)


async def _apply(service: RemoteService, live: Config, wanted: Config) -> None:
    """Store what differs, customers first. What was stored before something is refused stays stored."""
    for module in (each for each in MODULES if each in wanted.setups):
        setup, held = wanted.setups[module], live.setups.get(module)
        if held is None or differences(Config(setups={module: held}), _only(wanted, module)):
            await service.configure(setup)
        if wanted.schedules[module] != live.schedules.get(module):
            await service.set_schedule(wanted.schedules[module])
    if wanted.alerts is not None and wanted.alerts != live.alerts:
        await service.set_alerts(wanted.alerts)


def _only(config: Config, module: str) -> Config:
    setups = {name: setup for name, setup in config.setups.items() if name == module}
    return Config(setups=setups, schedules={name: config.schedules[name] for name in setups})
