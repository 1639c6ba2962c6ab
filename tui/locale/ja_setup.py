"""Japanese for looking ahead and setting up, laid over English. Labels of Zoho's own integration are Zoho's own
(integration-behaviour B13-B60).
"""

from tui.locale.en_setup import EnglishSetup


class JapaneseSetup(EnglishSetup):
    """What those screens say in Japanese."""

    mode_preview = "プレビュー"
    mode_action = "操作"

    preview_of = "次回の同期: {module}"
    preview_making = "変更を取得して計画を作成しています。書き込みは行いません。"
    preview_made = "{time} に計画、書き込みなし"
    preview_calls = "呼び出し見込み CRM {crm}、Books {books}"
    preview_stale = "この計画の作成後に同期が行われました。l で計画し直してください。"
    preview_changes = "変更される内容"
    preview_all = "すべての操作"
    preview_ours = "Kakehashiのみ"
    preview_nothing = "変更はありません。両側は一致しています。"
    head_fields = "項目"
    head_old = "現在"
    head_new = "変更後"
    action_no_fields = "この操作ではどちらの側の項目も書き込みません。"
    action_lost = "反対側の値を上書き: {value}"
    module_unset = "{what}は未設定です。c で設定します。"

    why_ignored = "解除まで対象外"
    why_standing = "失敗後に変更なし"
    kind_person = "連絡先担当者"
    filter_all_vendors = "すべての仕入先"
    filter_crm_vendors = "CRMの仕入先"
    filter_all_items = "すべての商品"
    filter_crm_items = "CRMの商品"

    do_live_preview = "計画し直す"
    tip_live_preview = "変更を取得して計画し直す"
    tip_open_preview = "項目の変更前と変更後を表示"
