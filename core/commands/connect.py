"""``kakehashi connect``: join Zoho Books and Zoho CRM to a profile."""

import argparse
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from core.agent.client import RemoteService, attach
from core.commands.checks import check_lines
from core.commands.context import Context
from core.commands.output import plain, print_json, print_lines
from core.commands.prompt import ask, ask_secret, interactive, read_object, read_text
from core.model.names import SideName
from core.model.problems import Problem
from core.model.text import Lang, Text
from core.service import ConnectRequest, Joined, JoinRequest, KeyRequest

STOPPED = 3
"""Exit code when a check says stop: nothing was set up."""
_SANDBOX = Text(
    "the line that `kakehashi sandbox` printed, in a file (- for stdin)",
    "`kakehashi sandbox` の出力ファイル（- は標準入力）",
)
_EMAIL = Text("the e-mail address of the {side} key", "{side}のキーのメールアドレス")
_KEY_FILE = Text("file with the {side} ZSC key (default: asked for)", "{side}のZSCキーのファイル（既定: 入力を求める）")
_ORGANISATION = Text(
    "the {side} organisation's id (default: the user's only or default one)", "{side}の組織ID（既定: 既定の組織）"
)
_KEY_PASSPHRASES = Text("the keys are under a passphrase: ask for it", "キーのパスフレーズの入力を求める")
_ASK_EMAIL = Text("{side} e-mail address", "{side}のメールアドレス")
_ASK_KEY = Text("{side} ZSC key (not shown)", "{side}のZSCキー（表示されません）")
_ASK_PASSPHRASE = Text("Passphrase of the {side} key", "{side}のキーのパスフレーズ")
_VAULT_PASSPHRASE = Text(
    "Passphrase for this profile's keys (a new one the first time)",
    "このプロファイルの認証情報のパスフレーズ（初回は新しく設定します）",
)
_JOINED = Text("Joined: {books} <-> {crm}", "接続しました: {books} <-> {crm}")
_NOT_JOINED = Text(
    "Not joined: a check above says stop. Nothing was stored.", "接続していません。上記の問題を解決してください。"
)
_NEXT = Text(
    "Next: `kakehashi setup customers`, then `kakehashi sync`.",
    "次に `kakehashi setup customers`、続いて `kakehashi sync` を実行してください。",
)
SIDE_WORDS: dict[SideName, str] = {"crm": "CRM", "books": "Books"}


class _Organisation(Struct):
    organization_id: str
    email: str


class _Sandbox(Struct):
    """The line of ``kakehashi sandbox``."""

    base_url: str
    client_id: str
    client_secret: str
    refresh_token: str
    crm: _Organisation
    books: _Organisation
    limits: dict[str, object] = {}


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add where e-mails, keys and organisations come from. A key itself is no option."""
    parser.add_argument("--sandbox", metavar="FILE", help=_SANDBOX.say(lang))
    for name, side in SIDE_WORDS.items():
        parser.add_argument(f"--{name}-email", metavar="EMAIL", help=_EMAIL.say(lang, side=side))
        parser.add_argument(f"--{name}-key-file", metavar="FILE", help=_KEY_FILE.say(lang, side=side))
        parser.add_argument(f"--{name}-organisation", metavar="ID", default="", help=_ORGANISATION.say(lang, side=side))
    parser.add_argument("--key-passphrases", action="store_true", help=_KEY_PASSPHRASES.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Check both keys, print the checks, and join the organisations unless one says stop."""
    info = read_sandbox(given.sandbox) if given.sandbox else None
    requests = None if info else {side: _asked(context, given, side) for side in SIDE_WORDS}
    async with await attach(context.place, read_only=context.read_only) as service:
        if info is not None:
            joined = await join_sandbox(service, info)
        else:
            assert requests is not None
            joined = await _join(context, service, JoinRequest(crm=requests["crm"], books=requests["books"]))
    for each in joined.checks:
        for line in check_lines(each, context.lang):
            context.tell(line)
    _print(context, joined)
    if joined.done and info is None:
        context.say(_NEXT)
    return 0 if joined.done else STOPPED


def read_sandbox(name: str) -> _Sandbox:
    """Return what a sandbox printed. Raises ``Problem('bad_request')``."""
    return parse_sandbox(read_object(name), name)


def parse_sandbox(found: Mapping[str, object], name: str) -> _Sandbox:
    """Return a sandbox's line as a value. Raises ``Problem('bad_request')`` for one of another shape."""
    try:
        return msgspec.convert(found, _Sandbox)
    except msgspec.ValidationError as error:
        raise Problem("bad_request", what=f"{name}: {error}") from None


async def join_sandbox(service: RemoteService, info: _Sandbox) -> Joined:
    """Make both keys as a person would, join with them, and configure customers with the defaults."""
    requests = {
        "crm": await _sandbox_request(service, "crm", info, info.crm),
        "books": await _sandbox_request(service, "books", info, info.books),
    }
    joined = await service.join(
        JoinRequest(crm=requests["crm"], books=requests["books"], limits=info.limits, sandbox=True)
    )
    if joined.done:
        await service.configure(await service.default_setup("customers"))
    return joined


async def _sandbox_request(
    service: RemoteService, side: SideName, info: _Sandbox, organisation: _Organisation
) -> ConnectRequest:
    key = await service.make_key(
        KeyRequest(
            service=side,
            email=organisation.email,
            accounts_url=info.base_url,
            client_id=info.client_id,
            client_secret=info.client_secret,
            refresh_token=info.refresh_token,
        )
    )
    return ConnectRequest(email=organisation.email, key=key, organization_id=organisation.organization_id)


async def _join(context: Context, service: RemoteService, request: JoinRequest) -> Joined:
    """Join; where the vault is locked and somebody is there, ask for its passphrase first, which sets a new one."""
    try:
        return await service.join(request)
    except Problem as problem:
        if problem.code != "vault_locked" or not interactive():
            raise
    await service.unlock(ask_secret(context, _VAULT_PASSPHRASE, "`kakehashi unlock`"))
    return await service.join(request)


def _asked(context: Context, given: argparse.Namespace, side: SideName) -> ConnectRequest:
    label, options = SIDE_WORDS[side], vars(given)
    email = options[f"{side}_email"] or ask(context, _filled(_ASK_EMAIL, label), f"--{side}-email")
    file = options[f"{side}_key_file"]
    key = read_text(file) if file else ask_secret(context, _filled(_ASK_KEY, label), f"--{side}-key-file")
    passphrase = ""
    if given.key_passphrases:
        passphrase = ask_secret(context, _filled(_ASK_PASSPHRASE, label), "a key without a passphrase")
    return ConnectRequest(
        email=email, key=key, organization_id=options[f"{side}_organisation"], key_passphrase=passphrase
    )


def _filled(text: Text, side: str) -> Text:
    return Text(text.say("en", side=side), text.say("ja", side=side))


def _print(context: Context, joined: Joined) -> None:
    if context.json:
        print_json(joined)
    elif joined.done:
        print_lines([context.word(_JOINED, books=plain(joined.books.name), crm=plain(joined.crm.name))])
    if not joined.done:
        context.say(_NOT_JOINED)
