"""What can go wrong with the whole (not with one record): one table of codes, exit codes, messages and remedies.

Failures of single records are ``core.model.reasons``. A ``Problem`` crosses the agent's socket as code and detail and
is put into words where it is shown.
"""

from msgspec import Struct

from core.model.deciding_problems import DECIDING_PROBLEMS
from core.model.figure_problems import FIGURE_PROBLEMS
from core.model.paper_problems import PAPER_PROBLEMS
from core.model.text import Lang, Text
from core.model.whys import translated


class ProblemText(Struct, frozen=True):
    """How one problem is told. ``exit`` is the command line's exit code."""

    exit: int
    message: Text
    remedy: Text


class Problem(Exception):
    """Something the user must know: ``code`` is a key of ``PROBLEMS``; ``detail`` fills its sentences. No secrets."""

    def __init__(self, code: str, **detail: str) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        """Say it in English, for logs."""
        return f"{self.message('en')} {self.remedy('en')}".strip()

    def message(self, lang: Lang) -> str:
        """Return what happened."""
        return PROBLEMS[self.code].message.say(lang, **self._told(lang))

    def remedy(self, lang: Lang) -> str:
        """Return what to do about it."""
        return PROBLEMS[self.code].remedy.say(lang, **self._told(lang))

    def _told(self, lang: Lang) -> dict[str, str]:
        phrase = self.detail.get("why")
        return self.detail if phrase is None else {**self.detail, "why": translated(phrase, lang)}

    @property
    def exit(self) -> int:
        """Return the exit code of a command that ends on this."""
        return PROBLEMS[self.code].exit


def _p(exit_code: int, en: str, ja: str, remedy_en: str, remedy_ja: str) -> ProblemText:
    return ProblemText(exit_code, Text(en, ja), Text(remedy_en, remedy_ja))


# Exit codes: 0 done, 1 unexpected, 2 usage, 3 not set up, 4 credential, 5 network, 6 limits, 7 state, 8 agent,
# 9 needs a person (valve, failures), 10 interrupted.
PROBLEMS: dict[str, ProblemText] = {
    "unexpected": _p(
        1,
        "Something unexpected happened: {what}.",
        "予期しない問題が発生しました: {what}",
        "Nothing was lost; run `kakehashi status`, and keep the log {log} if it happens again.",
        "データは失われていません。`kakehashi status` を実行し、再発する場合はログ {log} を保管してください。",
    ),
    "not_connected": _p(
        3,
        "Profile {profile} is not connected to Zoho yet.",
        "プロファイル {profile} はまだZohoに接続されていません。",
        "Run `kakehashi connect`, or open the screen and press 9.",
        "`kakehashi connect` を実行するか、画面で 9 を押してください。",
    ),
    "not_configured": _p(
        3,
        "{module} is not configured.",
        "{module} は設定されていません。",
        "Run `kakehashi setup {module}`.",
        "`kakehashi setup {module}` を実行してください。",
    ),
    "paused": _p(
        3,
        "Sync is paused.",
        "同期は一時停止中です。",
        "Resume it with `kakehashi resume`, or p in the screen.",
        "`kakehashi resume` または画面の p で再開してください。",
    ),
    "credential_refused": _p(
        4,
        "Zoho refused the {side} credential: {why}.",
        "Zohoが{side}の認証情報を拒否しました: {why}",
        "Make a new ZSC key (`kakehashi zsc-key new`) and connect again; check the data centre.",
        "新しいZSCキーを作成し（`kakehashi zsc-key new`）、再接続してください。データセンターも確認してください。",
    ),
    "scope_missing": _p(
        4,
        "The {side} key lacks a permission: {scope}.",
        "{side}のキーに権限がありません: {scope}",
        "Make a ZSC key with the scopes that `kakehashi zsc-key new` lists.",
        "`kakehashi zsc-key new` に表示されるスコープでZSCキーを作成してください。",
    ),
    "not_your_organisation": _p(
        4,
        "The {side} user does not belong to organisation {id}.",
        "{side}のユーザーは組織 {id} に所属していません。",
        "Choose one of: {choices}.",
        "次のいずれかを選んでください: {choices}",
    ),
    "wrong_email": _p(
        4,
        "This ZSC key was made for another e-mail address than {email}.",
        "このZSCキーは {email} とは別のメールアドレス用です。",
        "Enter the address the key was made for.",
        "キーの作成時に指定したメールアドレスを入力してください。",
    ),
    "wrong_service": _p(
        4,
        "This ZSC key is for {found}, not for {wanted}.",
        "このZSCキーは{wanted}用ではなく{found}用です。",
        "Paste the key made for {wanted}.",
        "{wanted}用に作成したキーを貼り付けてください。",
    ),
    "damaged_key": _p(
        4,
        "This is not a whole ZSC key.",
        "ZSCキーが不完全か壊れています。",
        "Copy it again in full; it begins with zsc1. and has no spaces.",
        "zsc1. で始まり空白を含まない全体を、もう一度コピーしてください。",
    ),
    "key_passphrase": _p(
        4,
        "The ZSC key is under a passphrase, and that is not it.",
        "ZSCキーはパスフレーズで保護されていますが、一致しません。",
        "Ask whoever made the key for its passphrase.",
        "キーの作成者にパスフレーズを確認してください。",
    ),
    "unreachable": _p(
        5,
        "{host} cannot be reached: {why}.",
        "{host} に接続できません: {why}",
        "Check the network and the data centre; nothing was changed, and the run can be started again.",
        "ネットワークとデータセンターを確認してください。変更はなく、再実行できます。",
    ),
    "server_trouble": _p(
        5,
        "Zoho {side} answers with errors: {why}.",
        "Zoho {side} がエラーを返しています: {why}",
        "Wait and start the run again; it goes on where it stopped.",
        "しばらく待って再実行してください。中断箇所から続行します。",
    ),
    "daily_quota": _p(
        6,
        "The day's API calls of {side} are used up.",
        "{side} の本日のAPI呼び出し上限に達しました。",
        "The sync goes on by itself after {resets}.",
        "{resets} 以降に自動的に続行します。",
    ),
    "blocked": _p(
        6,
        "{side} blocks this organisation for {seconds} s because of too many calls.",
        "呼び出し過多のため {side} が {seconds} 秒間この組織をブロックしています。",
        "Wait; the sync goes on by itself.",
        "お待ちください。自動的に続行します。",
    ),
    "store_full": _p(
        7,
        "There is no space left for {path}.",
        "{path} の空き容量がありません。",
        "Free some space and start again; everything acknowledged so far is safe.",
        "空き容量を確保して再実行してください。確定済みのデータは安全です。",
    ),
    "store_read_only": _p(
        7,
        "{path} cannot be written.",
        "{path} に書き込めません。",
        "Make it writable for this user.",
        "このユーザーが書き込めるようにしてください。",
    ),
    "store_damaged": _p(
        7,
        "{path} is damaged at byte {offset}.",
        "{path} はバイト {offset} で破損しています。",
        "A copy is kept at {copy}; restore from a backup or see README, Repair.",
        "コピーを {copy} に保存しました。バックアップから復元するか、READMEの「修復」を参照してください。",
    ),
    "store_unsafe": _p(
        7,
        "{path} is open to others ({mode}).",
        "{path} は他のユーザーからアクセス可能です（{mode}）。",
        "Run: chmod {wanted} {path}",
        "次を実行してください: chmod {wanted} {path}",
    ),
    "store_not_ours": _p(
        7,
        "{path} is not a Kakehashi profile.",
        "{path} はKakehashiのプロファイルではありません。",
        "Choose another folder with --home, or empty it.",
        "--home で別のフォルダを指定するか、空にしてください。",
    ),
    "store_too_new": _p(
        7,
        "{path} was written by a newer Kakehashi (format {found}; this one knows {known}).",
        "{path} は新しいKakehashiで書かれています（形式 {found}、本版は {known} まで）。",
        "Upgrade Kakehashi.",
        "Kakehashiを更新してください。",
    ),
    "profile_in_use": _p(
        8,
        "Process {pid} already runs this profile.",
        "プロセス {pid} がこのプロファイルを使用中です。",
        "Use that one, or stop it with `kakehashi stop`.",
        "そのプロセスを使うか、`kakehashi stop` で停止してください。",
    ),
    "vault_locked": _p(
        4,
        "The keys are locked.",
        "認証情報はロックされています。",
        "Run `kakehashi unlock` and enter the passphrase.",
        "`kakehashi unlock` を実行し、パスフレーズを入力してください。",
    ),
    "vault_passphrase": _p(
        4,
        "That is not the passphrase of this profile's keys.",
        "パスフレーズが一致しません。",
        "Try again, or connect anew to replace the keys.",
        "もう一度入力するか、再接続して認証情報を置き換えてください。",
    ),
    "vault_damaged": _p(
        7,
        "The file with the keys, {path}, is damaged.",
        "認証情報ファイル {path} が破損しています。",
        "Remove it and run `kakehashi connect` again; links and settings are kept.",
        "削除して `kakehashi connect` を再実行してください。リンクと設定は保持されます。",
    ),
    "keyring_locked": _p(
        4,
        "The keyring of this session is locked.",
        "このセッションのキーリングはロックされています。",
        "Unlock it (log in to the desktop), or set KAKEHASHI_PASSPHRASE and connect again.",
        "デスクトップにログインして解除するか、KAKEHASHI_PASSPHRASE を設定して再接続してください。",
    ),
    "keyring_unavailable": _p(
        4,
        "The keyring of this session does not answer ({why}).",
        "このセッションのキーリングが応答しません（{why}）。",
        "Start it again, or set KAKEHASHI_PASSPHRASE and connect again.",
        "再起動するか、KAKEHASHI_PASSPHRASE を設定して再接続してください。",
    ),
    "agent_unreachable": _p(
        8,
        "The agent of profile {profile} does not answer.",
        "プロファイル {profile} のエージェントが応答しません。",
        "See {log}; a running sync is not lost, the next start recovers it.",
        "{log} を確認してください。実行中の同期は失われず、次回起動時に復旧します。",
    ),
    "agent_outdated": _p(
        8,
        "The agent of this profile is version {found}, this is {own}, and it is still at work.",
        "このプロファイルのエージェントは {found}、本プログラムは {own} で、エージェントは処理中です。",
        "It makes room when its sync has ended; or end it now with `kakehashi stop`.",
        "同期の完了後に自動的に入れ替わります。すぐに終了するには `kakehashi stop` を実行してください。",
    ),
    "program_outdated": _p(
        8,
        "The agent of this profile is version {found}, but this program is still {own}.",
        "このプロファイルのエージェントは {found} ですが、本プログラムは {own} です。",
        "Close it and start it again.",
        "いったん終了して、起動し直してください。",
    ),
    "read_only": _p(
        2,
        "This session is read-only.",
        "このセッションは読み取り専用です。",
        "Start without --read-only to change anything.",
        "変更するには --read-only なしで起動してください。",
    ),
    "run_in_progress": _p(
        8,
        "A sync is already running ({run}).",
        "同期はすでに実行中です（{run}）。",
        "Watch it with `kakehashi status`, or in the screen.",
        "`kakehashi status` または画面で確認できます。",
    ),
    "needs_confirmation": _p(
        9,
        "The run stopped before writing: {what}.",
        "書き込み前に停止しました: {what}",
        "Look at `kakehashi plan`; if it is right, run `kakehashi sync --confirm`.",
        "`kakehashi plan` を確認し、正しければ `kakehashi sync --confirm` を実行してください。",
    ),
    "view_missing": _p(
        3,
        "The CRM view {view} is gone or not visible to this user (F33).",
        "CRMのビュー {view} が存在しないか、このユーザーには表示されません（F33）。",
        "Choose another view with `kakehashi setup customers --view`.",
        "`kakehashi setup customers --view` で別のビューを選んでください。",
    ),
    "field_missing": _p(
        3,
        "The mapped {side} field {field} no longer exists (F20).",
        "関連付けられた{side}の項目 {field} が存在しません（F20）。",
        "Map another field; the module pauses until then.",
        "別の項目を関連付けてください。それまでモジュールは停止します。",
    ),
    "module_unavailable": _p(
        3,
        "The {side} user may not use {module}, or this edition does not have it ({reason}).",
        "{side}のユーザーは {module} を使用できないか、このエディションにはありません（{reason}）。",
        "Grant the permission or show the module in {side}, or leave it unconfigured.",
        "{side}で権限を付与するかタブを表示してください。または設定しないでください。",
    ),
    "currencies_differ": _p(
        3,
        "The base currencies differ: {crm} in CRM, {books} in Books ({reason}).",
        "基準通貨が異なります: CRM {crm}、Books {books}（{reason}）",
        "Fetch customers and vendors from CRM only; items cannot be synced. Or join an organisation of equal currency.",
        "顧客と仕入先はCRMからの取得のみにしてください。商品は同期できません。または同じ通貨の組織を接続してください。",
    ),
    "bad_request": _p(
        2,
        "That cannot be done: {what}.",
        "実行できません: {what}",
        "See `kakehashi --help`.",
        "`kakehashi --help` を参照してください。",
    ),
    "customer_not_linked": _p(
        3,
        "{customer} is not linked to a record in CRM.",
        "{customer} はCRMのレコードとリンクされていません。",
        "Sync the customers first: a deal must belong to the document's customer.",
        "先に顧客を同期してください。商談は文書の顧客のものである必要があります。",
    ),
    "deal_of_another": _p(
        2,
        "Deal {deal} is not one of the deals of the customer of {number}.",
        "商談 {deal} は {number} の顧客の商談ではありません。",
        "Set the account or contact of the deal in CRM, or choose another deal.",
        "CRMで商談の取引先または連絡先を設定するか、別の商談を選んでください。",
    ),
    "tied_by_trigger": _p(
        9,
        "{number} was tied to its deal by a trigger.",
        "{number} はトリガーにより商談に関連付けられています。",
        "Nothing to repair: such a tie is kept by design (F26).",
        "対応は不要です。仕様により関連付けは維持されます（F26）。",
    ),
    "document_refused": _p(
        9,
        "Books does not take the change of {number}: {why}.",
        "Booksが {number} の変更を受け付けません: {why}",
        "Correct the document in Books, then try again.",
        "Booksで文書を修正してから再試行してください。",
    ),
    "disabled": _p(
        3,
        "The integration is switched off.",
        "連携は無効になっています。",
        "Switch it on with `kakehashi enable`.",
        "`kakehashi enable` で有効にしてください。",
    ),
    "not_disabled": _p(
        3,
        "The integration is still on.",
        "連携はまだ有効です。",
        "Run `kakehashi disable` first; nothing is lost by that.",
        "先に `kakehashi disable` を実行してください。データは失われません。",
    ),
    "other_pair": _p(
        3,
        "The links of this profile belong to CRM organisation {crm} and Books organisation {books}.",
        "このプロファイルのリンクはCRM組織 {crm} とBooks組織 {books} のものです。",
        "Join other organisations in a profile of their own: `kakehashi --profile NAME connect`.",
        "別の組織は別のプロファイルで接続してください: `kakehashi --profile NAME connect`",
    ),
    "later_organisation": _p(
        3,
        "This CRM organisation is joined to another Books organisation already, so {module} can only be fetched (E3).",
        "このCRM組織はすでに別のBooks組織と接続されているため、{module} は取得のみ可能です（E3）。",
        "Choose `--extent fetch`; the organisation that was joined first stays two-way.",
        "`--extent fetch` を指定してください。最初に接続した組織だけが双方向です。",
    ),
    "config_invalid": _p(
        2,
        "{file} is no valid configuration: {what}.",
        "{file} は有効な設定ではありません: {what}",
        "Correct it; `kakehashi config export` prints one that is valid.",
        "修正してください。`kakehashi config export` で有効な設定を出力できます。",
    ),
    "alert_failed": _p(
        9,
        "The alert did not get through: {why}.",
        "通知を送信できませんでした: {why}",
        "Check the hook with `kakehashi alerts --test`.",
        "`kakehashi alerts --test` で通知先を確認してください。",
    ),
    "silent": _p(
        9,
        "No sync has succeeded since {since} ({hours} h are allowed).",
        "{since} 以降、成功した同期がありません（許容 {hours} 時間）。",
        "See `kakehashi status` and `kakehashi history`.",
        "`kakehashi status` と `kakehashi history` を確認してください。",
    ),
    "not_found": _p(
        2,
        "There is no {what}.",
        "{what} は見つかりません。",
        "Check the id.",
        "IDを確認してください。",
    ),
}
PROBLEMS |= {code: ProblemText(*row) for code, row in (DECIDING_PROBLEMS | FIGURE_PROBLEMS | PAPER_PROBLEMS).items()}
