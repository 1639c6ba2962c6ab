"""``kakehashi setup``."""

import argparse
from typing import get_args

import msgspec

from core.agent.client import RemoteService, attach
from core.commands.context import Context
from core.commands.output import plain, print_json, print_lines, table
from core.commands.prompt import confirmed, interactive
from core.commands.run_words import MODULES as MODULE_WORDS
from core.model.catalogue import default_mapping
from core.model.names import MODULES, ConflictPolicy, DuplicatesPolicy, Extent, Shape
from core.model.problems import Problem
from core.model.setup import ModuleSetup
from core.model.text import Lang, Text

_MODULE = Text("which module", "モジュール")
_EXTENT = Text("fetch: CRM to Books only; both: two-way", "fetch: CRMからBooksのみ、both: 双方向")
_DUPLICATES = Text("what to do with a record of the same name", "同名レコードの扱い")
_CONFLICT = Text("who wins a field that both sides changed", "両側で変更された項目の優先側")
_VIEW = Text(
    "a CRM view, by name or id, that narrows it; all for none", "対象を絞るCRMのビュー（名前またはID）。all で全件"
)
_SHAPE = Text(
    "customers: what they are in CRM; another choice starts from its default mapping",
    "顧客: CRMのどのタブと同期するか。変更すると関連付けは既定に戻る",
)
_CONTACT_VIEW = Text(
    "customers with contacts: a CRM view that narrows the contacts; all for none",
    "連絡先を含む場合: 連絡先を絞るCRMのビュー。all で全件",
)
_ORDER = Text(
    "Individuals: which name comes first; auto by the organisation's country",
    "個人: 姓名の順。auto は組織の国による",
)
_CAP = Text(
    "stop a run that would create more than N records; none for no cap", "N件を超える作成で停止する。none で無制限"
)
_YES = Text("do not ask", "確認しない")
_ASK = Text("Store this?", "保存しますか？")
_KEPT = Text("Nothing was changed.", "変更していません。")
_STORED = Text("Stored; it takes effect from the next run.", "保存しました。次の同期から有効です。")
_LABELS: dict[str, Text] = {
    "shape": Text("in CRM", "CRMのタブ"),
    "extent": Text("extent", "同期の範囲"),
    "duplicates": Text("duplicates", "重複の扱い"),
    "conflict": Text("conflict", "競合時の優先"),
    "view": Text("view", "ビュー"),
    "contact_view": Text("contacts' view", "連絡先のビュー"),
    "cap": Text("create cap", "作成の上限"),
    "key": Text("key field", "キー項目"),
    "mapping": Text("mapped fields", "関連付けた項目"),
}
_WHAT: dict[str, Text] = {
    "accounts": Text("accounts", "取引先"),
    "contacts": Text("contacts", "連絡先"),
    "accounts_contacts": Text("accounts and their contacts", "取引先とその連絡先"),
    "accounts_contacts_all": Text("accounts, their contacts, and other contacts", "取引先とその連絡先、その他の連絡先"),
    "fetch": Text("CRM -> Books only; Books data stays out of CRM", "CRM -> Booksのみ。BooksのデータはCRMに送らない"),
    "both": Text("two-way", "双方向"),
    "clone": Text("create a second record", "もう1件作成する"),
    "overwrite": Text("overwrite the record of the same name", "同名レコードを上書きする"),
    "skip": Text("leave both alone", "どちらも変更しない"),
    "crm": Text("CRM wins", "CRMを優先"),
    "books": Text("Books wins", "Booksを優先"),
    "newest": Text("the later change wins", "新しい変更を優先"),
    "ask": Text("hold the field and ask", "保留して確認する"),
    "unique": Text("unique: no create can happen twice", "一意: 二重作成なし"),
    "plain": Text("not unique: a lost reply is looked up by name", "一意でない: 応答がない場合は名前で検索"),
    "none": Text("none yet", "未作成"),
}
_ALL = Text("all records", "全件")
_NO_CAP = Text("none", "なし")


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add what can be set. Without any, the settings are shown."""
    parser.add_argument("module", choices=MODULES, help=_MODULE.say(lang))
    parser.add_argument("--shape", choices=get_args(Shape), help=_SHAPE.say(lang))
    parser.add_argument("--extent", choices=get_args(Extent), help=_EXTENT.say(lang))
    parser.add_argument("--duplicates", choices=get_args(DuplicatesPolicy), help=_DUPLICATES.say(lang))
    parser.add_argument("--conflict", choices=get_args(ConflictPolicy), help=_CONFLICT.say(lang))
    parser.add_argument("--view", metavar="VIEW", help=_VIEW.say(lang))
    parser.add_argument("--contact-view", metavar="VIEW", help=_CONTACT_VIEW.say(lang))
    parser.add_argument("--name-order", choices=("auto", "given_first", "family_first"), help=_ORDER.say(lang))
    parser.add_argument("--cap", type=_cap, metavar="N", help=_CAP.say(lang))
    parser.add_argument("--yes", action="store_true", help=_YES.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Show a module's settings, changed by what was given, and store them once confirmed."""
    async with await attach(context.place, read_only=context.read_only) as service:
        found = await service.default_setup(given.module)
        wanted = await _changed(service, found, given)
        stored = any(each.module == given.module and each.setup for each in (await service.status()).modules)
        if wanted == found and stored:
            _show(context, found)
            return 0
        if interactive() and not given.yes:
            print_lines(_lines(context, wanted))
            if not confirmed(context, _ASK):
                context.say(_KEPT)
                return 0
        _show(context, await service.configure(wanted))
    context.say(_STORED)
    return 0


async def _changed(service: RemoteService, setup: ModuleSetup, given: argparse.Namespace) -> ModuleSetup:
    names = ("extent", "duplicates", "conflict")
    changes: dict[str, object] = {each: getattr(given, each) for each in names if getattr(given, each) is not None}
    if given.cap is not None:
        changes["create_cap"] = given.cap if given.cap >= 0 else None
    if given.name_order is not None:
        changes["name_order"] = "" if given.name_order == "auto" else given.name_order
    if given.shape not in (None, setup.shape):
        if setup.module != "customers":
            raise Problem("bad_request", what=f"{setup.module} have no shape to choose")
        changes |= {"shape": given.shape, "mapping": default_mapping(setup.module, given.shape)}
    shape = given.shape or setup.shape
    changes |= await _view(service, setup, shape, "view", given.view)
    changes |= await _view(service, setup, shape, "contact_view", given.contact_view)
    return msgspec.structs.replace(setup, **changes)


async def _view(
    service: RemoteService, setup: ModuleSetup, shape: Shape, field: str, wanted: str | None
) -> dict[str, object]:
    """Return what choosing a view changes. Raises ``Problem('view_missing')``."""
    if wanted is None:
        return {}
    if wanted == "all":
        return {field: None, f"{field}_name": ""}
    views = await service.shape_views(setup.module, shape, "main" if field == "view" else "persons")
    found = [each for each in views if wanted in (each.id, each.name)]
    if len(found) != 1:
        raise Problem("view_missing", view=wanted)
    return {field: found[0].id, f"{field}_name": found[0].name}


def _show(context: Context, setup: ModuleSetup) -> None:
    if context.json:
        print_json(setup)
    else:
        print_lines(_lines(context, setup))


def _lines(context: Context, setup: ModuleSetup) -> list[str]:
    say = context.word
    keys = f"Books {say(_WHAT[setup.books_key])}; CRM {say(_WHAT[setup.crm_key])}"
    shape = {"shape": say(_WHAT[setup.shape])} if setup.module == "customers" else {}
    contacts = setup.shape.startswith("accounts_") and setup.module == "customers"
    contact_view = {"contact_view": plain(setup.contact_view_name or setup.contact_view or say(_ALL))}
    values = shape | {
        "extent": say(_WHAT[setup.extent]),
        "duplicates": say(_WHAT[setup.duplicates]),
        "conflict": say(_WHAT[setup.conflict]),
        "view": plain(setup.view_name or setup.view or say(_ALL)),
        **(contact_view if contacts else {}),
        "cap": say(_NO_CAP) if setup.create_cap is None else str(setup.create_cap),
        "key": keys,
        "mapping": str(len(setup.mapping)),
    }
    return [say(MODULE_WORDS[setup.module]), *table([(say(_LABELS[name]), text) for name, text in values.items()])]


def _cap(text: str) -> int:
    """Return a cap; -1 for none."""
    if text == "none":
        return -1
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(text)
    return number
