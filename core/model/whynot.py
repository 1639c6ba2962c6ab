"""Why a record is not in step, or not on the other side: one table of reasons in both languages."""

from typing import Literal

from msgspec import Struct

from core.model.reasons import REASONS
from core.model.text import Lang, Text

WhyNotCode = Literal[
    "in_step", "not_configured", "disabled", "paused", "running", "stopped", "unseen", "failed", "held", "out_of_view",
    "crm_gone", "books_gone", "ignored", "other_shape", "shape", "unassociated", "one_way", "inactive", "unnamed",
    "parent", "duplicate", "candidate", "waiting",
]  # fmt: skip


class WhyNot(Struct, frozen=True, kw_only=True):
    """One reason. ``reason`` is its F-reason where it has one; ``detail`` fills the sentences."""

    code: WhyNotCode
    reason: str = ""
    detail: dict[str, str] = {}

    def message(self, lang: Lang) -> str:
        """Return the reason in words."""
        return WHY_NOT[self.code][0].say(lang, **self._words(lang))

    def remedy(self, lang: Lang) -> str:
        """Return what to do about it; empty when nothing need be done."""
        if self.code in ("failed", "held") and self.reason in REASONS:
            return REASONS[self.reason].remedy.say(lang, **self.detail)
        return WHY_NOT[self.code][1].say(lang, **self._words(lang))

    def _words(self, lang: Lang) -> dict[str, str]:
        known = REASONS.get(self.reason)
        return {**self.detail, "reason": self.reason, "title": known.title.say(lang) if known else self.reason}


_NOTHING = Text("", "")

WHY_NOT: dict[WhyNotCode, tuple[Text, Text]] = {
    "in_step": (
        Text("It is linked and in step since {since}.", "リンク済みで、{since} 以降同期されています。"),
        _NOTHING,
    ),
    "not_configured": (
        Text("{module} is not configured.", "{module} は設定されていません。"),
        Text("Run `kakehashi setup {module}`.", "`kakehashi setup {module}` を実行してください。"),
    ),
    "disabled": (
        Text("The integration is switched off.", "連携は無効になっています。"),
        Text("Enable it again.", "連携を有効にしてください。"),
    ),
    "paused": (
        Text("Sync is paused.", "同期は一時停止中です。"),
        Text("Resume it with `kakehashi resume`.", "`kakehashi resume` で再開してください。"),
    ),
    "running": (
        Text("A sync is running and may still come to it.", "同期の実行中で、これから処理される可能性があります。"),
        _NOTHING,
    ),
    "stopped": (
        Text(
            "The last run ended before it was through ({problem}); the most urgent records went first.",
            "前回の実行は途中で終了しました（{problem}）。緊急度の高いレコードが優先されました。",
        ),
        Text("The next run goes on where it stopped.", "次回の実行で続きから処理されます。"),
    ),
    "unseen": (
        Text("No sync has seen it yet.", "まだ同期で読み取られていません。"),
        Text("Sync, or fetch this record alone.", "同期するか、このレコードを個別に取得してください。"),
    ),
    "failed": (
        Text("It was refused: {title} ({reason}). {message}", "拒否されました: {title}（{reason}）{message}"),
        _NOTHING,
    ),
    "held": (
        Text(
            "It is held for somebody to decide: {title} ({reason}). {message}",
            "判断待ちです: {title}（{reason}）{message}",
        ),
        _NOTHING,
    ),
    "out_of_view": (
        Text("It is not in the view {view} (F32).", "ビュー {view} に含まれていません（F32）。"),
        Text(
            "Change the record or the view's criteria, or choose another view.",
            "レコードまたはビューの条件を変えるか、別のビューを選んでください。",
        ),
    ),
    "crm_gone": (
        Text(
            "Its CRM record was deleted; the Books record stays (B86).",
            "CRMのレコードが削除されました。Booksのレコードは残ります（B86）。",
        ),
        Text(
            "Restore it in CRM, or delete the Books record by hand.",
            "CRMで復元するか、Booksのレコードを手動で削除してください。",
        ),
    ),
    "books_gone": (
        Text("Its Books record is no longer there (F29).", "Booksのレコードが見つかりません（F29）。"),
        Text("Restore it in Books, or make a new one by hand.", "Booksで復元するか、手動で作成してください。"),
    ),
    "ignored": (
        Text(
            "It is left alone: an undo, or a clone of it, said so.",
            "元に戻す操作または複製により、対象外になっています。",
        ),
        Text("Release it to let it take part again.", "対象に戻すには解除してください。"),
    ),
    "other_shape": (
        Text(
            "It was linked under another choice of CRM module ({entity}).",
            "別のCRMタブ（{entity}）の設定でリンクされています。",
        ),
        Text("Choose that module again to go on with it.", "続けるには、そのタブを再び選んでください。"),
    ),
    "shape": (
        Text(
            "A record of this kind ({kind}) takes no part in the chosen shape.",
            "この種類（{kind}）は選択した同期対象に含まれません。",
        ),
        Text("Choose another CRM module for customers (B24–B29).", "顧客と同期するタブを変更してください（B24–B29）。"),
    ),
    "unassociated": (
        Text(
            "It has no account, and contacts without one are left out (B28).", "取引先がない連絡先は対象外です（B28）。"
        ),
        Text(
            "Give it an account, or include unassociated contacts.",
            "取引先を設定するか、関連付けられていない連絡先を含めてください。",
        ),
    ),
    "one_way": (
        Text(
            "Sync only fetches from CRM: nothing of Books goes there (B31).",
            "CRMからの取得のみの設定のため、BooksからCRMへは送られません（B31）。",
        ),
        Text("Choose to sync both ways.", "双方向同期を選んでください。"),
    ),
    "inactive": (
        Text("It is inactive in Books (F31).", "Booksで無効になっています（F31）。"),
        Text("Mark it as active, or leave it out.", "有効にするか、対象外のままにしてください。"),
    ),
    "unnamed": (
        Text("It has no name (F9).", "名前がありません（F9）。"),
        Text("Give it a name.", "名前を入力してください。"),
    ),
    "parent": (
        Text("What it belongs to ({parent}) is not linked (F21).", "所属先（{parent}）がリンクされていません（F21）。"),
        Text(
            "See why not, there; this record follows by itself.",
            "所属先の理由を確認してください。このレコードは自動的に続きます。",
        ),
    ),
    "duplicate": (
        Text(
            "The other side has a record of this name ({other}), and duplicates are skipped (B36, B56).",
            "同名のレコード（{other}）があり、重複はスキップする設定です（B36、B56）。",
        ),
        Text(
            "Choose Overwrite or Clone, or rename one of them.",
            "上書きまたは複製を選ぶか、どちらかの名前を変えてください。",
        ),
    ),
    "candidate": (
        Text(
            "It is one of several that could be meant by {other} (F13).",
            "{other} の候補が複数あり、その一つです（F13）。",
        ),
        Text("Rename or merge the others.", "他のレコードの名前を変えるか統合してください。"),
    ),
    "waiting": (
        Text("Nothing keeps it back: the next run takes it.", "妨げるものはありません。次回の実行で処理されます。"),
        _NOTHING,
    ),
}
