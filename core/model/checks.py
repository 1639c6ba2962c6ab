"""The preflight in words, in both languages: what each check found, and what to do where it is not well."""

from core.model.setup import Check
from core.model.text import Lang, Text

_LINES: dict[str, Text] = {
    "organisation": Text("{side} organisation {name} ({id})", "{side} 組織 {name}（{id}）"),
    "edition": Text("{side} edition {edition}", "{side} エディション {edition}"),
    "plan": Text("{side} plan {plan}", "{side} プラン {plan}"),
    "base_currency": Text("{side} base currency {currency}", "{side} 基準通貨 {currency}"),
    "base_currencies": Text("base currencies: CRM {crm}, Books {books}", "基準通貨: CRM {crm}、Books {books}"),
    "multi_currency": Text("{side} several currencies: {on}", "{side} 複数通貨: {on}"),
    "currencies": Text("{side} currencies: {active}", "{side} 通貨: {active}"),
    "user_active": Text("{side} user {email}: {status}", "{side} ユーザー {email}: {status}"),
    "modules": Text("{side} modules within reach", "{side} タブの権限"),
    "scopes": Text("{side} permissions of the key", "{side} キーの権限"),
    "quota": Text("{side} calls used today: {used} of {limit}", "{side} 本日の呼び出し: {used} / {limit}"),
    "sharing": Text(
        "{side} shares with CRM: organisation {name}, {email}, {country}",
        "{side} CRMと共有する情報: 組織 {name}、{email}、{country}",
    ),
    "native_integration": Text(
        "{side} customers linked by Zoho's own integration: {linked}",
        "{side} Zoho標準の連携でリンク済みの顧客: {linked}",
    ),
    "terminal": Text(
        "terminal {size}, TERM {term}, colours: {colours}, {encoding}",
        "端末 {size}、TERM {term}、色: {colours}、{encoding}",
    ),
    "space": Text("{free} MiB free for {path}", "{path} の空き容量 {free} MiB"),
    "private": Text("{path} has mode {mode}", "{path} の権限 {mode}"),
    "logout": Text("the agent outlives a logout: {stays}", "ログアウト後もエージェントが継続: {stays}"),
    "reachable": Text("{side} {host} answers in {ms} ms", "{side} {host} の応答 {ms} ms"),
    "tls": Text(
        "{side} {host} is encrypted by {version}; its certificate holds for {days} days",
        "{side} {host} の暗号化 {version}、証明書の残り {days} 日",
    ),
    "clock": Text("our clock is {seconds} s off that of {side} {host}", "{side} {host} との時刻差 {seconds} 秒"),
    "token": Text("{side} gives a token", "{side} トークンの取得"),
    "probe": Text("{side}: {what}: {answer}", "{side}: {what}: {answer}"),
    "step_failed": Text("{side} {problem}", "{side} {problem}"),
}
_REMEDIES: dict[tuple[str, str], Text] = {
    ("organisation", "stop"): Text(
        "Choose an organisation that this user belongs to and that is active.",
        "このユーザーが所属する有効な組織を選んでください。",
    ),
    ("edition", "stop"): Text(
        "Upgrade CRM to Professional or above (F4).",
        "CRMをプロフェッショナル以上にアップグレードしてください（F4）。",
    ),
    ("base_currencies", "warning"): Text(
        "They differ: customers can only be fetched from CRM, and items not at all (F5, F6).",
        "異なるため、顧客はCRMからの取得のみ、商品は同期できません（F5、F6）。",
    ),
    ("user_active", "stop"): Text(
        "Activate the user, or connect as another one.", "ユーザーを有効にするか、別のユーザーで接続してください。"
    ),
    ("user_active", "warning"): Text(
        "The address differs from the one entered.", "入力したメールアドレスと異なります。"
    ),
    ("modules", "stop"): Text("Not permitted: {lacking} (F1, F2).", "権限なし: {lacking}（F1、F2）"),
    ("modules", "warning"): Text("Not permitted: {lacking}; not needed yet.", "権限なし: {lacking}（現在は不要）"),
    ("scopes", "stop"): Text(
        "Missing: {missing}. Make a ZSC key with all scopes.",
        "不足: {missing}。すべてのスコープでZSCキーを作成してください。",
    ),
    ("terminal", "warning"): Text(
        "The screen wants 80x24 and UTF-8 (LANG=C.UTF-8 or ja_JP.UTF-8).",
        "画面には80x24以上とUTF-8が必要です（LANG=ja_JP.UTF-8など）。",
    ),
    ("space", "warning"): Text("Free some space.", "空き容量を確保してください。"),
    ("private", "stop"): Text("Run: chmod 700 {path}", "次を実行してください: chmod 700 {path}"),
    ("logout", "warning"): Text(
        "Keep it with: loginctl enable-linger", "継続するには次を実行してください: loginctl enable-linger"
    ),
    ("reachable", "stop"): Text(
        "{why}. Check the network, a proxy, and the data centre.",
        "{why}。ネットワーク、プロキシ、データセンターを確認してください。",
    ),
    ("tls", "warning"): Text(
        "It could not be looked at, or ends soon; a proxy can be the reason.",
        "確認できないか、期限が近づいています。プロキシが原因の場合もあります。",
    ),
    ("tls", "stop"): Text("Use https:// addresses.", "https:// のアドレスを使用してください。"),
    ("clock", "warning"): Text(
        "Set the clock (NTP). Syncing goes by Zoho's time all the same.",
        "時刻を合わせてください（NTP）。同期はZohoの時刻で行われます。",
    ),
    ("step_failed", "stop"): Text("{remedy}", "{remedy}"),
    ("quota", "warning"): Text("Little is left of today.", "本日の残りはわずかです。"),
    ("native_integration", "warning"): Text(
        "Its links are adopted. Turn it off in Books before syncing: two syncs fight over the same records.",
        "リンクは引き継がれます。競合を避けるため、同期前にBooksで標準の連携を無効にしてください。",
    ),
}


def finding(check: Check, lang: Lang) -> str:
    """Return what a check found; one that this version does not know is told by its id and what it found."""
    detail = {name: value or "-" for name, value in check.detail.items()}
    known = _LINES.get(check.id)
    return known.say(lang, **detail) if known else " ".join([check.id, *detail.values()])


def remedy(check: Check, lang: Lang) -> str:
    """Return what to do about a check, empty where nothing is to be done."""
    known = _REMEDIES.get((check.id, check.state))
    return known.say(lang, **{name: value or "-" for name, value in check.detail.items()}) if known else ""
