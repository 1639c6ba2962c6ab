"""``kakehashi links``."""

import argparse
from typing import get_args

from core.agent.client import attach
from core.commands.context import Context
from core.commands.link_map import export, take
from core.commands.output import clip, end_json_list, link_shape, print_json_list, print_lines, table
from core.commands.windows import windows
from core.model.link import Link
from core.model.names import MODULES, LinkState, ModuleName
from core.model.text import Lang, Text

_MODULE = Text(
    "which module (default: customers); export: write all pairs as JSON lines; import: take such pairs back",
    "モジュール（既定: customers）。export: 全リンクをJSON Linesで出力、import: 取り込み",
)
_FILE = Text("export, import: the file (- for stdout or stdin)", "export・import: ファイル（- は標準入出力）")
_STATE = Text("only pairs in this state", "この状態のものだけ")
_LIMIT = Text("at most so many", "最大件数")
NAME_CELLS = 40


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add the module and what narrows the list."""
    parser.add_argument("module", nargs="?", choices=(*MODULES, "export", "import"), help=_MODULE.say(lang))
    parser.add_argument("file", nargs="?", metavar="FILE", help=_FILE.say(lang))
    parser.add_argument("--state", choices=get_args(LinkState), help=_STATE.say(lang))
    parser.add_argument("--limit", type=int, metavar="N", help=_LIMIT.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Print pairs, in the order of their keys; or write or take a whole map of them."""
    if given.module in ("export", "import"):
        return await (export if given.module == "export" else take)(context, given.file or "-")
    module: ModuleName = given.module or "customers"
    async with await attach(context.place, read_only=context.read_only) as service:

        async def read(start: int, stop: int) -> list[Link]:
            return await service.links(module, given.state, start, stop)

        empty = True
        async for found in windows(read, given.limit):
            if context.json:
                print_json_list(map(link_shape, found), first=empty)
            else:
                rows = [(each.crm_id, each.books_id, each.state, clip(each.name, NAME_CELLS)) for each in found]
                print_lines(table(rows))
            empty = False
    if context.json:
        end_json_list(empty=empty)
    return 0
