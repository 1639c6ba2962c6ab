"""``kakehashi fetch`` and ``why-not``: single records."""

import argparse

from core.agent.client import attach
from core.commands.context import Context
from core.commands.output import plain, print_json, print_lines
from core.commands.see_through import see_through
from core.model.names import MODULES, SIDES
from core.model.text import Lang, Text
from core.service_records import FetchRequest, RecordRef

_SIDE = Text("whose record it is", "レコードのある側")
_IDS = Text("ids of records", "レコードのID")
_ID = Text("the record's id", "レコードのID")
_MODULE = Text("which module (default: customers)", "モジュール（既定: customers）")


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add side and ids; argparse tells the parsers apart by their name."""
    parser.add_argument("side", choices=SIDES, help=_SIDE.say(lang))
    if parser.prog.endswith(" fetch"):
        parser.add_argument("id", nargs="+", metavar="ID", help=_IDS.say(lang))
    else:
        parser.add_argument("id", metavar="ID", help=_ID.say(lang))
    parser.add_argument("--module", choices=MODULES, default="customers", help=_MODULE.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Fetch records alone (B82, B89), or say why one is not in step."""
    async with await attach(context.place, read_only=context.read_only) as service:
        if given.command == "fetch":
            records = tuple(RecordRef(given.side, each) for each in given.id)
            request = FetchRequest(module=given.module, records=records)
            return await see_through(context, service, lambda: service.fetch(request))
        found = await service.why_not(given.module, given.side, given.id)
    if context.json:
        lang = context.lang
        print_json([{"code": e.code, "reason": e.reason, "message": e.message(lang), "remedy": e.remedy(lang)}
                    for e in found])  # fmt: skip
        return 0
    for each in found:
        print_lines(plain(line) for line in (each.message(context.lang), each.remedy(context.lang)) if line)
    return 0
