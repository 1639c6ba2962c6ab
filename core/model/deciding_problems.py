"""Problems of what a person decides, in words; ``core.model.problems.PROBLEMS`` has them with all others."""

from core.model.text import Text

DECIDING_PROBLEMS: dict[str, tuple[int, Text, Text]] = {
    "moved_since": (
        9,
        Text(
            "{field} of {name} is no longer as it was shown: it changed in {side} in the meantime.",
            "{name} の {field} は表示後に{side}で変更されました。",
        ),
        Text(
            "Nothing was written. Look at the conflict again and choose anew.",
            "書き込みは行われていません。競合をもう一度確認して選び直してください。",
        ),
    ),
    "bad_value": (
        2,
        Text("{value} does not fit {field} of {side}: {why}.", "{value} は{side}の {field} に入れられません: {why}"),
        Text("Give a value that both sides can take.", "両方で有効な値を入力してください。"),
    ),
    "already_linked": (
        9,
        Text(
            "{side} record {id} is linked with {other} already.",
            "{side}のレコード {id} はすでに {other} とリンクされています。",
        ),
        Text(
            "A record stands in one link only. Undo that link first, or choose another record.",
            "レコードのリンクは1つだけです。先に既存のリンクを取り消すか、別のレコードを選んでください。",
        ),
    ),
    "not_a_pair": (
        2,
        Text("{crm} and {books} cannot be paired: {why}.", "{crm} と {books} は組み合わせられません: {why}"),
        Text(
            "Choose two records of the same kind that take part in this module.",
            "このモジュールの対象となる同じ種類のレコードを選んでください。",
        ),
    ),
    "field_not_creatable": (
        2,
        Text("{field} cannot be made in Books: {why}.", "{field} はBooksに作成できません: {why}"),
        Text(
            "Make the field in Books by hand, or map the CRM field to one that is there.",
            "Booksで項目を手動で作成するか、既存の項目にマッピングしてください。",
        ),
    ),
    "field_refused": (
        9,
        Text("Books did not make the field {field}: {message}", "Booksは項目 {field} を作成しませんでした: {message}"),
        Text(
            "Make the field in Books by hand; custom fields may be used up on this plan.",
            "Booksで項目を手動で作成してください。プランのカスタム項目数の上限に達している可能性があります。",
        ),
    ),
}  # fmt: skip
