"""The map of pairs as a file: JSON lines, the first of which names both organisations.

With it a profile that is set up anew, or on another machine, goes on where the old one was: pairs are taken by their
ids and what they last held, never again by name (E16, E34).
"""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from core.agent.client import RemoteService, attach
from core.commands.context import Context
from core.commands.output import print_json, write_text
from core.commands.prompt import read_text
from core.commands.windows import WINDOW, windows
from core.model.link import Link
from core.model.names import SIDES, ModuleName, SideName
from core.model.problems import Problem
from core.model.text import Text
from core.service import Status
from core.service_running import LinksTaken

FORMAT = 1
LINKED: tuple[ModuleName, ...] = ("customers", "persons", "vendors", "items")
_WRITTEN = Text("{count} pairs written to {file}.", "{count} 組を {file} に出力しました。")
_TAKEN = Text(
    "{taken} pairs taken, {known} known already, {refused} refused (one of their records is in another pair).",
    "取り込み {taken} 組、既存 {known} 組、拒否 {refused} 組（レコードが別の組に含まれます）",
)


class Head(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line."""

    kakehashi: str = ""
    format: int = FORMAT
    organisations: dict[SideName, str] = {}


async def export(context: Context, file: str) -> int:
    """Write every pair, with what both sides last held."""
    async with await attach(context.place, read_only=context.read_only) as service:
        text, count = await exported(service)
    write_text(file, text)
    context.say(_WRITTEN, count=str(count), file=file)
    return 0


async def exported(service: RemoteService) -> tuple[str, int]:
    """Return the map as text, and how many pairs it holds."""
    head = Head(kakehashi="links", organisations=organisations_of(await service.status()))
    lines = [msgspec.json.encode(head).decode()]
    for module in LINKED:

        async def read(start: int, stop: int, module: ModuleName = module) -> list[Link]:
            return await service.links(module, None, start, stop)

        async for found in windows(read, None):
            lines += [msgspec.json.encode(each).decode() for each in found]
    return "\n".join(lines) + "\n", len(lines) - 1


async def take(context: Context, file: str) -> int:
    """Take the pairs of a map. Ends with 9 where some are refused."""
    head, links = parse(read_text(file), file)
    async with await attach(context.place, read_only=context.read_only) as service:
        ours = organisations_of(await service.status())
        if not ours:
            raise Problem("not_connected", profile=context.place.profile)
        if head.organisations != ours:
            raise Problem("bad_request", what=f"{file} is of other organisations: {head.organisations}, not {ours}")
        parts = [await service.import_links(list(each)) for each in _batches(links)]
    whole = LinksTaken(
        taken=sum(each.taken for each in parts),
        known=sum(each.known for each in parts),
        refused=tuple(key for each in parts for key in each.refused),
    )
    if context.json:
        print_json(whole)
    context.say(_TAKEN, taken=str(whole.taken), known=str(whole.known), refused=str(len(whole.refused)))
    return 9 if whole.refused else 0


def parse(text: str, name: str) -> tuple[Head, list[Link]]:
    """Return a map's content. Raises ``Problem('bad_request')`` with the line that is wrong."""
    lines = text.splitlines()
    try:
        head = msgspec.json.decode(lines[0] if lines else "", type=Head)
    except msgspec.MsgspecError:
        head = Head()
    if (head.kakehashi, head.format) != ("links", FORMAT):
        raise Problem("bad_request", what=f"{name}: not a map of pairs that this version knows")
    links = []
    for number, line in enumerate(lines[1:], start=2):
        try:
            links.append(msgspec.json.decode(line, type=Link))
        except msgspec.MsgspecError:
            raise Problem("bad_request", what=f"{name}, line {number}: not a pair") from None
    return head, links


def organisations_of(status: Status) -> dict[SideName, str]:
    """Return both organisations' ids, empty where they are not joined."""
    found: dict[SideName, str] = {}
    for side in SIDES:
        organisation = getattr(status.profile, side, None)
        if organisation is not None:
            found[side] = organisation.organization_id
    return found if len(found) == len(SIDES) else {}


def _batches(links: list[Link]) -> Iterator[list[Link]]:
    for start in range(0, len(links), WINDOW):
        yield links[start : start + WINDOW]
