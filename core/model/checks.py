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
