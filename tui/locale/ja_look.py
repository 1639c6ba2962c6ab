"""Japanese for how the screen looks: themes."""


class JapaneseLook:
    """What is said about it in Japanese."""

    read_anew = "読み直しました"
    already_here = "いま表示している画面です"

    do_theme = "配色"
    tip_theme = "次の配色に切り替えて記憶します: 端末の 16 色、ダーク、ライト、色なし"
    theme_terminal = "端末の 16 色"
    theme_dark = "ダーク"
    theme_light = "ライト"
    theme_none = "色なし"
    theme_now = "配色: {name}"
    theme_no_color = "NO_COLOR が設定されているため、どの配色でも色は使いません"
    theme_not_kept = "配色を変えましたが、記憶できませんでした: {why}"
