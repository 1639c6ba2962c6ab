"""Why something went wrong, as the ``why`` of a problem tells it: one table of short phrases, in both languages.

Phrases are kept and sent in English, so that logs, states and outcomes hold words and not codes; ``translated`` finds
the phrase again where it is shown. What a server said in its own words is in no table and stays as it is.
"""

import re
from functools import cache

from core.model.deciding_problems import DECIDING_WHYS
from core.model.figure_problems import FIGURE_WHYS
from core.model.text import Lang, Text

WHYS: dict[str, Text] = {
    "connect_timeout": Text("no connection in time", "時間内に接続できませんでした"),
    "read_timeout": Text("no answer in time", "時間内に応答がありませんでした"),
    "write_timeout": Text("the line stopped taking data", "データの送信が途中で止まりました"),
    "broken": Text("the connection broke", "接続が切れました"),
    "ended": Text("the connection ended before the answer did", "応答の途中で接続が終了しました"),
    "address": Text("not a usable address ({kind})", "使用できないアドレスです（{kind}）"),
    "too_large": Text("an answer beyond {most} bytes was cut off", "応答が {most} バイトを超えたため打ち切りました"),
    "redirect": Text("redirect {status} refused", "リダイレクト（{status}）を拒否しました"),
    "status": Text("HTTP {status}", "HTTP {status}"),
    "shape": Text("an answer that is not what it should be ({kind})", "応答の形式が正しくありません（{kind}）"),
    "no_token": Text("HTTP {status} without a token", "HTTP {status} でトークンがありません"),
    "token_shape": Text("the token endpoint's answer has another shape", "トークンの応答の形式が正しくありません"),
    "token_unusable": Text("the token endpoint's answer holds no usable token", "使用できるトークンが応答にありません"),
    "token_words": Text("{host} says {words}", "{host} の応答: {words}"),
    "old_grant": Text(
        "the grant code is too old, already used, or of another data centre than {host}",
        "認可コードが期限切れか使用済み、または {host} とは別のデータセンターのものです",
    ),
    "old_refresh": Text(
        "the refresh token was revoked or replaced, or is of another data centre than {host}",
        "リフレッシュトークンが取り消されたか置き換えられた、または {host} とは別のデータセンターのものです",
    ),
    "client_id": Text(
        "{host} does not know this client id: a wrong client, or another data centre",
        "{host} はこのクライアントIDを認識しません。クライアントまたはデータセンターが異なります",
    ),
    "client_secret": Text(
        "the client secret is not that of this client id",
        "クライアントシークレットがこのクライアントIDのものではありません",
    ),
    "no_refresh": Text(
        "Zoho gave no refresh token for this grant code", "この認可コードではリフレッシュトークンが発行されませんでした"
    ),
    "no_api": Text("it does not say where the API is", "APIの場所が示されていません"),
    "fresh_refused": Text("a fresh access token was refused as well", "新しいアクセストークンも拒否されました"),
    "plan_ended": Text(
        "the trial or plan of this organisation has ended ({words})",
        "組織の試用期間またはプランが終了しています（{words}）",
    ),
    "page_tokens": Text("its page tokens keep expiring", "ページトークンが繰り返し失効します"),
    "no_organisation": Text("it names no organisation", "組織が示されていません"),
    **DECIDING_WHYS,
    **FIGURE_WHYS,
}
"""By a name that code uses: ``why("old_grant", host=…)``."""


def why(name: str, **detail: str) -> str:
    """Return a phrase in English, its places filled. KeyError for a name that is not in the table."""
    return WHYS[name].say("en", **detail)


def translated(phrase: str, lang: Lang) -> str:
    """Return a phrase in ``lang``; what is not of the table comes back as it is."""
    if lang == "en":
        return phrase
    for pattern, text in _patterns():
        found = pattern.fullmatch(phrase)
        if found is not None:
            return text.say(lang, **found.groupdict())
    return phrase


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Text], ...]:
    """The phrases as patterns, the ones with fewest places first: the others might take them for their own."""
    texts = sorted(WHYS.values(), key=lambda text: (text.en.count("{"), text.en.startswith("{"), -len(text.en)))
    return tuple((_pattern(text.en), text) for text in texts)


def _pattern(phrase: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", phrase)
    return re.compile(
        "".join(f"(?P<{part}>.*)" if place % 2 else re.escape(part) for place, part in enumerate(parts)), re.DOTALL
    )
