"""Problems of documents that a person edits, in words; ``core.model.problems.PROBLEMS`` has them with all others."""

from core.model.text import Text

PAPER_PROBLEMS: dict[str, tuple[int, Text, Text]] = {
    "document_closed": (
        9,
        Text("{number} is {status}: it cannot be edited.", "{number} は {status} のため編集できません。"),
        Text(
            "Make a new document, or change it in Books, where its preferences say what may still be edited.",
            "新しい文書を作成するか、Booksで変更してください。",
        ),
    ),
    "edit_needs_why": (
        9,
        Text(
            "{number} is {status}: its customer may have it already. Say why it is changed.",
            "{number} は {status} で、顧客に渡っている可能性があります。変更の理由を入力してください。",
        ),
        Text(
            "Give the reason (--why, or the form's line): an invoice tells it to Books.",
            "理由を入力してください（--why、またはフォームの行）。請求書ではBooksに記録されます。",
        ),
    ),
    "document_moved": (
        9,
        Text(
            "{number} changed in Books meanwhile, in what you changed too: {fields}.",
            "{number} は編集中にBooksでも変更されました: {fields}",
        ),
        Text(
            "Nothing was written. See both values, then keep yours or take the other.",
            "書き込みは行われていません。両方の値を確認し、どちらを残すか選んでください。",
        ),
    ),
    "total_differs": (
        9,
        Text(
            "Books makes {total} of {number}, {expected} was computed. It is a draft in Books, not marked further.",
            "{number} のBooksでの合計は {total} ですが、計算では {expected} でした。下書きのまま止めました。",
        ),
        Text(
            "Look at it in Books; sending it once more takes Books' total.",
            "Booksで確認してください。もう一度実行するとBooksの合計のまま進めます。",
        ),
    ),
}
"""Code → exit code, what happened, what to do."""
