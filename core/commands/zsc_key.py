"""``kakehashi zsc-key new``: from a Self Client's values to one string (design.md §6)."""

import argparse

import msgspec
from msgspec import Struct

from core.agent.client import attach
from core.commands.context import Context
from core.commands.output import print_json, print_lines
from core.commands.prompt import ask, ask_secret, confirmed, interactive, read_object, read_text
from core.model.names import SIDES, SideName
from core.model.problems import Problem
from core.model.text import Lang, Text
from core.service import KeyRequest
from core.service_running import KeyGiven
from core.zoho.datacentres import DATA_CENTRES, by_accounts_url, tidy
from core.zoho.scopes import ASKED

_ACTION = Text(
    "new: make one; show-scopes: say what is needed, and what a key allows; revoke: take a key out of use for good",
    "new: 作成する、show-scopes: 必要な権限とキーの権限を表示、revoke: キーを無効にする",
)
_KEY_FILE = Text(
    "show-scopes, revoke: file with the key (- for stdin)", "show-scopes・revoke: キーのファイル（- は標準入力）"
)
_YES = Text("revoke: do not ask", "revoke: 確認しない")
_ASK_KEY = Text("ZSC key (not shown)", "ZSCキー（表示されません）")
_NEEDED = Text("needed for {side}: {scopes}", "{side}に必要な権限: {scopes}")
_HELD = Text("held: {scopes}", "キーの権限: {scopes}")
_MISSING = Text("missing: {scopes}", "不足: {scopes}")
_LACKING = Text("missing for documents alone: {scopes}", "文書のみに不足: {scopes}")
_NOT_TOLD = Text("Zoho does not tell what this key allows; it is accepted.", "キーは有効です（権限は通知されません）。")
_ASK_REVOKE = Text(
    "Revoke this key? Whatever is connected with it stops syncing.",
    "このキーを無効にしますか？使用中の接続は停止します。",
)
_KEPT = Text("Nothing was changed.", "変更していません。")
_REVOKED = Text("The key is revoked.", "キーを無効にしました。")
_UNKNOWN = Text("Zoho does not know this key any more.", "このキーはすでに無効です。")
_NAMES = {"crm": "CRM", "books": "Books"}
_PLACE_NEEDED = "zsc-key new needs --data-centre or --accounts-url"
_SERVICE = Text("which service the key opens", "対象のサービス")
_EMAIL = Text("the e-mail address the key is made for", "キーの対象メールアドレス")
_CENTRE = Text("the organisation's data centre", "組織のデータセンター")
_ACCOUNTS_URL = Text(
    "the accounts server, in place of a data centre", "データセンターの代わりに指定するアカウントサーバー"
)
_FILE = Text(
    "JSON with client_id, client_secret and grant_code (- for stdin), in place of the questions",
    "client_id、client_secret、grant_codeを含むJSON（- は標準入力）。入力の代わりに使う",
)
_PASSPHRASE = Text("put the key under a passphrase, asked for", "キーをパスフレーズで保護する（入力を求める）")
_STEPS = Text(
    "1. Open {console} as the user whose e-mail address is {email}, and choose Self Client.\n"
    "2. Note the client id and the client secret (Client Secret tab).\n"
    "3. On the Generate Code tab enter this scope, choose 10 minutes, and create:\n"
    "   {scopes}\n"
    "4. Enter all three here before the code runs out.",
    "1. {email} のユーザーで {console} を開き、Self Client を選びます。\n"
    "2. Client Secret タブの Client ID と Client Secret を控えます。\n"
    "3. Generate Code タブで次のスコープを入力し、10 minutes を選んで作成します。\n"
    "   {scopes}\n"
    "4. コードの有効期限内に3つの値を入力します。",
)
_CLIENT_ID = Text("Client id", "Client ID")
_CLIENT_SECRET = Text("Client secret (not shown)", "Client Secret（表示されません）")
_GRANT_CODE = Text("Code (not shown)", "コード（表示されません）")
_KEY_PASSPHRASE = Text("Passphrase for the key", "キーのパスフレーズ")
_BEARER = Text(
    "Whoever has this key can use it: pass it on only to the person who sets up the integration. "
    "Revoke it with `kakehashi zsc-key revoke`.",
    "このキーを持つ人は誰でも使用できます。連携を設定する担当者だけに渡してください。"
    "無効にするには `kakehashi zsc-key revoke` を実行します。",
)


class _Given(Struct, kw_only=True):
    """The file's content."""

    client_id: str
    client_secret: str
    grant_code: str = ""
    refresh_token: str = ""
    passphrase: str = ""


def options(parser: argparse.ArgumentParser, lang: Lang) -> None:
    """Add what is no secret; secrets are asked for or come from a file."""
    parser.add_argument("action", choices=("new", "show-scopes", "revoke"), help=_ACTION.say(lang))
    parser.add_argument("--service", choices=SIDES, required=True, help=_SERVICE.say(lang))
    parser.add_argument("--email", help=_EMAIL.say(lang))
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--data-centre", choices=[each.location for each in DATA_CENTRES], help=_CENTRE.say(lang))
    where.add_argument("--accounts-url", metavar="URL", help=_ACCOUNTS_URL.say(lang))
    parser.add_argument("--file", metavar="FILE", help=_FILE.say(lang))
    parser.add_argument("--key-file", metavar="FILE", help=_KEY_FILE.say(lang))
    parser.add_argument("--yes", action="store_true", help=_YES.say(lang))
    parser.add_argument("--passphrase", action="store_true", help=_PASSPHRASE.say(lang))


async def run(context: Context, given: argparse.Namespace) -> int:
    """Make a key, or say what one allows, or take one out of use."""
    if given.action == "show-scopes":
        return await _show_scopes(context, given)
    if given.email is None:
        raise Problem("bad_request", what=f"zsc-key {given.action} needs --email")
    if given.action == "revoke":
        return await _revoke(context, given)
    if not (given.data_centre or given.accounts_url):
        raise Problem("bad_request", what=_PLACE_NEEDED)
    return await _new(context, given)


async def _show_scopes(context: Context, given: argparse.Namespace) -> int:
    """Print the scopes that are needed; with a key also what it holds. Ends with 4 where a needed one is missing."""
    needed = ASKED[given.service]
    if given.key_file is None:
        if context.json:
            print_json({"needed": needed})
        else:
            print_lines([",".join(needed)])
        return 0
    if given.email is None:
        raise Problem("bad_request", what="zsc-key show-scopes needs --email with a key")
    async with await attach(context.place, read_only=context.read_only) as agent:
        found = await agent.key_scopes(_key(context, given))
    if context.json:
        print_json({"needed": needed, "held": found.held, "missing": found.missing, "lacking": found.lacking})
    else:
        print_lines([context.word(_NEEDED, side=_NAMES[given.service], scopes=", ".join(needed))])
        rows = ((_HELD, found.held), (_MISSING, found.missing), (_LACKING, found.lacking))
        print_lines(context.word(text, scopes=", ".join(scopes)) for text, scopes in rows if scopes)
        if not found.held:
            context.say(_NOT_TOLD)
    return 4 if found.missing else 0


async def _revoke(context: Context, given: argparse.Namespace) -> int:
    key = _key(context, given)
    if not given.yes:
        if not interactive():
            raise Problem("bad_request", what="there is no terminal to ask on; give --yes")
        if not confirmed(context, _ASK_REVOKE):
            context.say(_KEPT)
            return 0
    async with await attach(context.place, read_only=context.read_only) as agent:
        known = await agent.revoke_key(key)
    context.say(_REVOKED if known else _UNKNOWN)
    return 0 if known else 4


def _key(context: Context, given: argparse.Namespace) -> KeyGiven:
    key = read_text(given.key_file) if given.key_file else ask_secret(context, _ASK_KEY, "--key-file")
    passphrase = ask_secret(context, _KEY_PASSPHRASE, "a key without a passphrase") if given.passphrase else ""
    return KeyGiven(service=given.service, email=given.email, key=key, key_passphrase=passphrase)


async def _new(context: Context, given: argparse.Namespace) -> int:
    """Print the steps, take the values, and print the key: alone on stdout, so that it can go into a file."""
    accounts_url = tidy(given.accounts_url) if given.accounts_url else _accounts_url(given.data_centre)
    values = _from_file(given.file) if given.file else _asked(context, given, accounts_url)
    if given.passphrase and not values.passphrase:
        values.passphrase = ask_secret(context, _KEY_PASSPHRASE, "passphrase in --file")
    service: SideName = given.service
    request = KeyRequest(
        service=service,
        email=given.email,
        accounts_url=accounts_url,
        client_id=values.client_id,
        client_secret=values.client_secret,
        grant_code=values.grant_code,
        refresh_token=values.refresh_token,
        passphrase=values.passphrase,
    )
    async with await attach(context.place, read_only=context.read_only) as agent:
        key = await agent.make_key(request)
    if context.json:
        print_json({"key": key})
    else:
        print_lines([key])
    context.say(_BEARER)
    return 0


def _asked(context: Context, given: argparse.Namespace, accounts_url: str) -> _Given:
    centre = by_accounts_url(accounts_url)
    console = centre.console_url if centre is not None else accounts_url
    context.say(_STEPS, console=console, email=given.email, scopes=",".join(ASKED[given.service]))
    return _Given(
        client_id=ask(context, _CLIENT_ID, "--file"),
        client_secret=ask_secret(context, _CLIENT_SECRET, "--file"),
        grant_code=ask_secret(context, _GRANT_CODE, "--file"),
    )


def _accounts_url(location: str) -> str:
    return next(each.accounts_url for each in DATA_CENTRES if each.location == location)


def _from_file(name: str) -> _Given:
    try:
        return msgspec.convert(read_object(name), _Given)
    except msgspec.ValidationError as error:
        raise Problem("bad_request", what=f"{name}: {error}") from None
