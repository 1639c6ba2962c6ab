"""Problems of the figures on CRM's records, in words; ``core.model.problems.PROBLEMS`` has them with all others."""

from core.model.text import Text

FIGURE_PROBLEMS: dict[str, tuple[int, Text, Text]] = {
    "figures_off": (
        3,
        Text("The figures are switched off.", "売上・債権の表示はオフです。"),
        Text("Switch them on: `kakehashi figures on`.", "`kakehashi figures on` でオンにしてください。"),
    ),
    "figures_need_fields": (
        3,
        Text("CRM lacks these fields: {fields}.", "CRMに次の項目がありません: {fields}"),
        Text(
            "Let them be made: `kakehashi figures on --confirm`.",
            "`kakehashi figures on --confirm` で作成してください。",
        ),
    ),
    "figure_field_refused": (
        9,
        Text(
            "CRM did not make the field {field} of {module}: {why}",
            "CRMは {field}（{module}）を作成しませんでした: {why}",
        ),
        Text(
            "Ask a CRM administrator to make it, or to free a custom field; then switch the figures on again.",
            "CRM管理者に項目の作成またはカスタム項目の空きの確保を依頼し、もう一度オンにしてください。",
        ),
    ),
    "figure_field_unfit": (
        9,
        Text(
            "The field {field} of {module} in CRM cannot take the figures: {why}.",
            "CRMの{module}の項目 {field} は使用できません: {why}",
        ),
        Text(
            "Rename or remove that field in CRM, or let this user write it, and switch the figures on again.",
            "CRMでその項目の名前変更・削除または書き込み権限の付与を行い、もう一度オンにしてください。",
        ),
    ),
}  # fmt: skip
FIGURE_WHYS: dict[str, Text] = {
    "figure_kind": Text("it is of the kind {kind}, not a number", "種類が数値ではありません（{kind}）"),
    "figure_read_only": Text("this user may not write it", "このユーザーには書き込み権限がありません"),
    "figure_limit": Text(
        "no custom field is left in this module ({words})", "カスタム項目数が上限に達しています（{words}）"
    ),
    "figure_denied": Text("this user may not make fields ({words})", "項目を作成する権限がありません（{words}）"),
    "figure_none": Text("CRM said no more", "CRMは理由を示しませんでした"),
}  # fmt: skip
"""Why a field cannot be used, for ``core.model.whys``."""
