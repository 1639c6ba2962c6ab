"""``kakehashi fields``: CRM fields without a counterpart in Books, and making one."""

import argparse
from typing import get_args

import msgspec

from core.agent.client import RemoteService, attach
from core.commands.context import Context
from core.commands.output import print_json, print_lines, table
from core.model.deciding import Hindrance, MissingField
from core.model.mapping import row_of
from core.model.names import MODULES, Part
from core.model.problems import Problem
from core.model.text import Lang, Text

_MODULE = Text("which module", "モジュール")
_PART = Text("customers with contacts: whose fields (default: main)", "連絡先を含む場合: 対象（既定: main）")
_CREATE = Text(
    "make this CRM field in Books and map the two; may be repeated",
    "このCRM項目をBooksに作成し、関連付ける（複数指定可）",
)
_NONE = Text("Every CRM field has a counterpart in Books.", "すべてのCRM項目がBooksに対応しています。")
_MADE = Text("{label}: made as {field} and mapped.", "{label}: {field} として作成し、関連付けました。")
_STORED = Text("It takes effect from the next run.", "次の同期から有効です。")
_CAN = Text("can be made", "作成できます")
_HINDRANCES: dict[Hindrance, Text] = {
    "": _CAN,
    "mapped": Text("mapped", "関連付け済み"),
    "kind": Text("Books has no such custom field", "Booksに同じ種類のカスタム項目がありません"),
    "computed": Text("CRM works it out", "CRMで自動計算される項目です"),
    "unsupported": Text("Books takes no custom fields here", "Booksのこの対象にはカスタム項目を作成できません"),
}


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add the module, whose fields, and which to make."""
    parser.add_argument("module", choices=MODULES, help=_MODULE.say(lang))
    parser.add_argument("--part", choices=get_args(Part), default="main", help=_PART.say(lang))
    parser.add_argument("--create", action="append", default=[], metavar="CRM_FIELD", help=_CREATE.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """List the fields, or make some and map them."""
    async with await attach(context.place, read_only=context.read_only) as service:
        setup = await service.default_setup(given.module)
        found = await service.missing_fields(given.module, setup.shape, given.part)
        if not given.create:
            _show(context, found)
            return 0
        await _create(context, service, given, found)
    return 0


async def _create(
    context: Context, service: RemoteService, given: argparse.Namespace, found: list[MissingField]
) -> None:
    setup = await service.default_setup(given.module)
    stored = any(each.module == given.module and each.setup for each in (await service.status()).modules)
    if not stored:
        raise Problem("not_configured", module=given.module)
    known = {each.crm.name: each for each in found}
    for name in given.create:
        if name not in known:
            raise Problem("not_found", what=f"CRM field {name} without a counterpart")
    rows = list(setup.mapping)
    for name in given.create:
        made = await service.create_books_field(given.module, setup.shape, given.part, name)
        rows.append(msgspec.structs.replace(row_of(known[name].crm, made), part=given.part))
        # Stored one by one: a field that was made stays mapped when the next one is refused.
        stored_setup = await service.configure(msgspec.structs.replace(setup, mapping=tuple(rows)))
        setup = stored_setup
        context.say(_MADE, label=known[name].crm.label, field=made.name)
    context.say(_STORED)
    if context.json:
        print_json(setup)


def _show(context: Context, found: list[MissingField]) -> None:
    if context.json:
        print_json(found)
    elif not found:
        context.say(_NONE)
    else:
        rows = [
            [each.crm.name, each.crm.label, each.crm.kind, each.books_kind if each.creatable else "-",
             context.word(_HINDRANCES[each.hindrance])]
            for each in found
        ]  # fmt: skip
        print_lines(table(rows))
