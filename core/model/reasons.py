"""Why a record did not arrive: the one table of failure reasons F1–F43, each with its remedy, in both languages.

The reasons are those of integration-behaviour §4. ``core.zoho.errors`` says which answer of Zoho means which reason.
"""

from typing import Literal

from msgspec import Struct

from core.model.text import Lang, Text

ReasonKind = Literal["record", "module", "whole", "information"]
"""Whom a reason concerns: one record, a whole module, the whole connection; ``information``: nothing to repair."""


class Reason(Struct, frozen=True, kw_only=True):
    """One reason. ``title`` says what happened, ``remedy`` what a person does about it."""

    id: str
    kind: ReasonKind
    title: Text
    remedy: Text


REASONS: dict[str, Reason] = {}
"""By id, in the order F1 … F43."""


def _r(number: int, kind: ReasonKind, en: str, ja: str, remedy_en: str, remedy_ja: str) -> None:
    name = f"F{number}"
    REASONS[name] = Reason(id=name, kind=kind, title=Text(en, ja), remedy=Text(remedy_en, remedy_ja))


def reason(reason_id: str) -> Reason:
    """Return a reason; an id this version does not know (from a newer state) is shown by its id, never refused."""
    known = REASONS.get(reason_id)
    if known is not None:
        return known
    return Reason(
        id=reason_id,
        kind="record",
        title=Text(f"Reason {reason_id}", f"理由 {reason_id}"),
        remedy=Text("See the raw answer.", "元の応答を確認してください。"),
    )


def explain(reason_id: str, lang: Lang) -> str:
    """Return title and remedy as two sentences."""
    found = reason(reason_id)
    return f"{found.title.say(lang)} {found.remedy.say(lang)}"


_r(
    1,
    "module",
    "The CRM module is hidden.",
    "CRMのタブが非表示です。",
    "Show the module again in CRM's tab settings.",
    "CRMのタブの設定で表示に戻してください。",
)
_r(
    2,
    "module",
    "The connected user may not use this module.",
    "接続ユーザーにこのタブの権限がありません。",
    "Grant the permission in the user's profile, or connect as a user who has it.",
    "ユーザーの権限（プロフィール）を付与するか、権限のあるユーザーで接続してください。",
)
_r(
    3,
    "module",
    "This CRM edition has no such module.",
    "このCRMのエディションには該当するタブがありません。",
    "Upgrade the edition, or leave the module unconfigured.",
    "エディションを上げるか、このタブを設定しないでください。",
)
_r(
    4,
    "whole",
    "The CRM plan is below Professional.",
    "CRMのプランがプロフェッショナル未満です。",
    "Upgrade CRM to Professional or above.",
    "CRMをプロフェッショナル以上にアップグレードしてください。",
)
_r(
    5,
    "module",
    "The base currencies differ, so this module cannot sync both ways.",
    "基準通貨が異なるため、双方向同期はできません。",
    "Choose Fetch from CRM, or join an organisation with the same base currency.",
    "「CRMから取得」を選ぶか、基準通貨が同じ組織と連携してください。",
)
_r(
    6,
    "module",
    "The base currencies differ, so items cannot be synced.",
    "基準通貨が異なるため、商品は同期できません。",
    "Join an organisation with the same base currency.",
    "基準通貨が同じ組織と連携してください。",
)
_r(
    7,
    "record",
    "The record's currency is unknown or inactive on the other side.",
    "レコードの通貨が相手側にないか、無効です。",
    "Add or activate that currency there; the record is sent again by itself on the next retry.",
    "相手側でその通貨を追加または有効にし、再試行してください。",
)
_r(
    8,
    "record",
    "The currency cannot change: the customer already has transactions.",
    "取引があるため、顧客の通貨は変更できません。",
    "Leave the currency out of updates; make a new customer if another currency is truly needed.",
    "更新時に通貨を関連付けないでください。必要な場合は新しい顧客を作成してください。",
)
_r(
    9,
    "record",
    "A mandatory field is empty.",
    "必須項目が空です。",
    "Fill the field on the source record, or make it optional on the other side.",
    "元のレコードの項目を入力するか、同期先でその項目を任意にしてください。",
)
_r(
    10,
    "record",
    "Another contact of the same company already has this e-mail address.",
    "同じ会社の別の連絡先が、このメールアドレスを使用しています。",
    "Merge the two, or change one address.",
    "2件を統合するか、一方のアドレスを変更してください。",
)
_r(
    11,
    "record",
    "The company of a linked contact cannot be changed.",
    "連携済みの連絡先の会社は変更できません。",
    "Put the company back, or make a new contact.",
    "会社を元に戻すか、新しい連絡先を作成してください。",
)
_r(
    12,
    "record",
    "The display name is already taken in Books.",
    "表示名がBooksですでに使用されています。",
    "Rename one of them, link to the existing record, or allow duplicate names in Books' preferences.",
    "一方の名前を変えるか、既存のレコードとリンクするか、Booksの設定で重複を許可してください。",
)
_r(
    13,
    "record",
    "Several records have this name: the pair is ambiguous.",
    "同名のレコードが複数あり、組み合わせを特定できません。",
    "Rename the others so that one remains; none is picked silently.",
    "1件だけ残るように他の名前を変更してください。自動では選択しません。",
)
_r(
    14,
    "record",
    "The item's name or SKU already exists.",
    "商品名またはSKUがすでに存在します。",
    "Link to the existing item, or correct the SKU.",
    "既存の商品とリンクするか、SKUを修正してください。",
)
_r(
    15,
    "record",
    "The account has more than 500 contacts.",
    "取引先の連絡先が500件を超えています。",
    "Narrow the contact view, or split the account.",
    "連絡先のビューを絞り込むか、取引先を分割してください。",
)
_r(
    16,
    "record",
    "A value is too long for the target field.",
    "値が同期先の項目の上限より長くなっています。",
    "Shorten it on the source record.",
    "元のレコードで短くしてください。",
)
_r(
    17,
    "record",
    "The target's pick list has no such value.",
    "同期先の選択リストに該当する値がありません。",
    "Add the value to the pick list there.",
    "同期先の選択リストに値を追加してください。",
)
_r(
    18,
    "record",
    "The value does not fit the type of the target field.",
    "値が同期先の項目の種類に合いません。",
    "Correct the value, or map the field to one of a fitting type.",
    "値を修正するか、種類の合う項目に関連付けてください。",
)
_r(
    19,
    "module",
    "The field is not on the Standard layout.",
    "項目が標準レイアウトにありません。",
    "Move the field to the Standard layout in CRM.",
    "CRMの標準レイアウトに項目を移動してください。",
)
_r(
    20,
    "module",
    "A mapped field was deleted or renamed.",
    "関連付けられた項目が削除または変更されました。",
    "Map another field; the module waits until then.",
    "別の項目を関連付けてください。それまで待機します。",
)
_r(
    21,
    "record",
    "The parent record has not arrived yet.",
    "親レコードがまだ同期されていません。",
    "Repair the parent's failure first; this record follows by itself.",
    "先に親レコードの失敗を解決してください。このレコードは自動的に続きます。",
)
_r(
    22,
    "record",
    "The deal has no account or contact.",
    "商談に取引先または連絡先がありません。",
    "Set it on the deal in CRM.",
    "CRMの商談で設定してください。",
)
_r(
    23,
    "record",
    "The deal has no amount or no name.",
    "商談の金額または名前が空です。",
    "Fill it in: the document's line needs both.",
    "入力してください。明細行には両方が必要です。",
)
_r(
    24,
    "information",
    "The document was already sent, so the trigger left it alone.",
    "送信済みの文書のため、トリガーは適用されません。",
    "Nothing to repair: sent documents are not changed.",
    "対応は不要です。送信済みの文書は変更されません。",
)
_r(
    25,
    "record",
    "Books does not let the document into that status: an invoice with payments is not voided, for one.",
    "Booksで文書をその状態に変更できません（入金のある請求書の無効化など）。",
    "Take back the payment or credit, or unlock the period, then retry.",
    "入金やクレジットを取り消すか、期間のロックを解除して再試行してください。",
)
_r(
    26,
    "information",
    "A deal tied by a trigger cannot be untied.",
    "トリガーで関連付けられた商談は解除できません。",
    "Nothing to repair: the tie is kept by design.",
    "対応は不要です。仕様により関連付けは維持されます。",
)
_r(
    27,
    "record",
    "The tax was not found in Books.",
    "Booksに該当する税がありません。",
    "Map the tax to one that exists in Books.",
    "Booksに存在する税に関連付けてください。",
)
_r(
    28,
    "record",
    "The salesperson is not an active Books user.",
    "営業担当者がBooksの有効なユーザーではありません。",
    "Create or activate the user, or choose a default salesperson.",
    "ユーザーを作成または有効にするか、既定の営業担当者を選んでください。",
)
_r(
    29,
    "record",
    "The record was deleted on the other side.",
    "相手側のレコードが削除されています。",
    "Decide: leave it unlinked, or make it anew. Nothing is deleted here.",
    "リンクを外したままにするか、作り直すかを決めてください。こちら側は削除されません。",
)
_r(
    30,
    "record",
    "The record was merged into another one in CRM.",
    "CRMで別のレコードに統合されました。",
    "Link the surviving record.",
    "統合先のレコードとリンクしてください。",
)
_r(
    31,
    "record",
    "The record is inactive in Books.",
    "Booksのレコードが無効です。",
    "Activate it in Books, or leave it out.",
    "Booksで有効にするか、対象から外してください。",
)
_r(
    32,
    "information",
    "The record left the selected view.",
    "選択したビューから外れました。",
    "Nothing to repair: the pair is kept but frozen until the record is back in the view.",
    "対応は不要です。ビューに戻るまで組は保持され、更新は止まります。",
)
_r(
    33,
    "module",
    "The selected view is gone or not visible to this user.",
    "選択したビューが存在しないか、このユーザーには表示されません。",
    "Choose another view; the module waits until then.",
    "別のビューを選んでください。それまで待機します。",
)
_r(
    34,
    "whole",
    "The ZSC key was made anew or has expired.",
    "ZSCキーが再作成されたか、期限切れです。",
    "Update the credentials with the new key.",
    "新しいキーで認証情報を更新してください。",
)
_r(
    35,
    "whole",
    "Zoho refused the access token.",
    "Zohoがアクセストークンを拒否しました。",
    "Make a new ZSC key with all scopes, in the right data centre, and connect again.",
    "正しいデータセンターで必要なスコープをすべて含むZSCキーを作成し、再接続してください。",
)
_r(
    36,
    "whole",
    "Too many calls in a minute.",
    "1分あたりの呼び出し上限に達しました。",
    "Nothing to do: the sync waits and goes on by itself.",
    "対応は不要です。待機後、自動的に続行します。",
)
_r(
    37,
    "whole",
    "The day's API calls are used up.",
    "本日のAPI呼び出し上限に達しました。",
    "The sync goes on when they are reset; a higher plan has more of them.",
    "リセット後に続行します。上位プランでは上限が増えます。",
)
_r(
    38,
    "whole",
    "The user has more than 20 refresh tokens, so the oldest died.",
    "リフレッシュトークンが20件を超え、最も古いものが失効しました。",
    "Make a new ZSC key and connect again.",
    "新しいZSCキーを作成し、再接続してください。",
)
_r(
    39,
    "record",
    "Zoho's own integration is off or in another mode, so it cannot import the record.",
    "Zoho標準の連携が無効または別のモードのため、取り込めません。",
    "Turn that mode on, or let the sync create the record itself.",
    "該当するモードを有効にするか、本ツールで作成してください。",
)
_r(
    40,
    "record",
    "Both sides changed the same field since the last sync.",
    "前回の同期以降、両側で同じ項目が変更されました。",
    "Compare the values and set the right one on either side, or choose a conflict policy.",
    "値を比較してどちらか一方に正しい値を設定するか、競合時の方針を選んでください。",
)
_r(
    41,
    "record",
    "The server failed, and it is not known whether the record was written.",
    "サーバーエラーのため、書き込まれたかどうか不明です。",
    "Retry: it is looked up first, so no duplicate is made.",
    "再試行してください。先に検索するため重複は作成されません。",
)
_r(
    42,
    "record",
    "A CRM rule, process or lock refused the change.",
    "CRMの入力規則、ブループリント、またはロックにより拒否されました。",
    "Read the rule in the raw answer, and correct the record or the rule in CRM.",
    "元の応答で規則を確認し、レコードまたはCRM側の規則を修正してください。",
)
_r(
    43,
    "information",
    "The sync has been running for over two hours.",
    "同期が2時間以上続いています。",
    "The progress screen says what it waits for.",
    "進行状況の画面で待機中の内容を確認できます。",
)
