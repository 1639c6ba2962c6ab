"""Documents, deals and trigger reasons in words, for every command that prints one."""

from core.model.documents import DocumentKind, TriggerReason
from core.model.ledger import FitReason
from core.model.text import Lang, Text

KIND_WORDS: dict[DocumentKind, Text] = {
    "estimate": Text("estimate", "見積書"),
    "salesorder": Text("sales order", "受注書"),
    "invoice": Text("invoice", "請求書"),
    "purchaseorder": Text("purchase order", "発注書"),
}
VERB_WORDS: dict[str, Text] = {
    "create": Text("made", "作成"),
    "accept": Text("accepted", "承認"),
    "decline": Text("declined", "却下"),
    "void": Text("voided", "無効"),
    "none": Text("nothing", "なし"),
}
WHY_WORDS: dict[TriggerReason, Text] = {
    "called": Text("the stage calls for it", "ステージによる"),
    "quiet": Text("the stage calls for nothing", "対象外のステージ"),
    "off": Text("triggers are off", "トリガーはオフ"),
    "resting": Text("not moved since triggers were switched on", "トリガー開始後にステージ変更なし"),
    "exists": Text("made before", "作成済み"),
    "done": Text("in that status already", "すでにその状態"),
    "nothing_made": Text("there is no document", "文書なし"),
    "reopened": Text("declined or voided before: decide by hand", "却下・無効化済みのため手動で対応"),
    "sent": Text("sent by a person: left alone", "送信済みのため変更しない"),
    "gone": Text("the document was deleted", "文書は削除済み"),
    "converted": Text("Books has invoiced it already", "Booksで請求書に変換済み"),
    "no_account": Text("the deal has no account", "商談に取引先がない"),
    "no_contact": Text("the deal has no contact", "商談に連絡先がない"),
    "no_amount": Text("the deal has no amount", "商談に金額がない"),
    "no_name": Text("the deal has no name", "商談に名前がない"),
    "customer_missing": Text("the customer is not in Books yet", "顧客がまだBooksにない"),
}
FIT_WORDS: dict[FitReason, Text] = {
    "customer": Text("same customer", "同じ顧客"),
    "amount": Text("same amount", "同じ金額"),
    "name": Text("named in the reference", "参照番号に商談名"),
    "only": Text("its only deal", "唯一の商談"),
    "time": Text("made while it was open", "商談期間中に作成"),
}


def why_word(why: str, lang: Lang) -> str:
    """Return a trigger reason in words; one that this version does not know as it is."""
    found = {str(key): value for key, value in WHY_WORDS.items()}.get(why)
    return why if found is None else found.say(lang)
