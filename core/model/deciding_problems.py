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
    "row_unfit": (
        2,
        Text("{crm} and {books} cannot be mapped: {why}.", "{crm} と {books} はマッピングできません: {why}"),
        Text("Map them to other fields, or leave the row out.", "他の項目を選ぶか、この行を外してください。"),
    ),
    "field_refused": (
        9,
        Text("Books did not make the field {field}: {why}", "Booksは項目 {field} を作成しませんでした: {why}"),
        Text(
            "Make the field in Books by hand; custom fields may be used up on this plan.",
            "Booksで項目を手動で作成してください。プランのカスタム項目数の上限に達している可能性があります。",
        ),
    ),
}  # fmt: skip

DECIDING_WHYS: dict[str, Text] = {
    "not_ticked": Text("it is yes or no", "「はい」か「いいえ」で入力します"),
    "not_number": Text("it is a number", "数値を入力します"),
    "not_whole": Text("it is a whole number", "整数を入力します"),
    "not_date": Text("it is a date, such as 2026-04-01", "2026-04-01 の形式の日付を入力します"),
    "not_instant": Text(
        "it is an instant, such as 2026-04-01T09:00:00Z", "2026-04-01T09:00:00Z の形式の日時を入力します"
    ),
    "not_email": Text("it is an e-mail address", "メールアドレスを入力します"),
    "one_line": Text("it takes one line", "1行で入力します"),
    "one_only": Text("it takes one choice only", "選択できるのは1つだけです"),
    "too_long": Text("it takes {most} characters at most", "{most}文字までです"),
    "no_choice": Text("it is none of its choices ({choices}, …)", "選択肢にありません（{choices} など）"),
    "no_tick_here": Text("it takes no yes or no", "チェックの値は入れられません"),
    "must_be_filled": Text("it must not be empty", "空にはできません"),
    "cannot_write": Text("it cannot be written", "書き込めない項目です"),
    "off_layout": Text(
        "it is not on CRM's Standard layout (E7, F19)", "CRMの標準レイアウトにない項目です（E7、F19）"
    ),
    "kinds_differ": Text("their kinds do not go together ({kinds})", "種類が合いません（{kinds}）"),
    "is_lookup": Text("it refers to another record", "他のレコードを参照する項目です"),
    "no_such_kind": Text(
        "Books has no custom field of this kind ({kind})", "Booksにこの種類（{kind}）のカスタム項目はありません"
    ),
    "label_taken": Text(
        "a field of this label is there, of another kind ({kind})", "同じ名前の項目が別の種類（{kind}）で存在します"
    ),
    "mapped_already": Text("it is mapped already", "すでにマッピングされています"),
    "worked_out": Text("CRM works its value out", "CRMで計算される項目です"),
    "no_custom_fields": Text("Books takes no custom fields here", "Booksのこの対象にはカスタム項目を作成できません"),
    "other_family": Text("their accounts are not linked with each other", "それぞれの取引先がリンクされていません"),
    "other_kind": Text("the Books record takes no part in this module", "Booksのレコードはこのモジュールの対象外です"),
    "same_apart": Text(
        "they are kept apart; say first that they may be the same",
        "別のレコードとして指定されています。先に指定を取り消してください",
    ),
}  # fmt: skip
"""Why something was refused, for ``core.model.whys``."""
