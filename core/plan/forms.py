"""Near matches of company names, for suggestions only: nothing is ever paired by them (B33, E15)."""

import re

from core.plan.normalise import fold_name

_JAPANESE = (
    "株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "一般社団法人", "一般財団法人",
    "公益社団法人", "公益財団法人",
    "医療法人", "学校法人",
    "社会福祉法人", "特定非営利活動法人", "(株)", "(有)", "(同)", "(資)", "(名)", "(医)", "(学)",
)  # fmt: skip
"""After NFKC: it turns ㈱ and （株） into (株), ㈲ into (有)."""

_WESTERN = (
    "limited", "ltd", "incorporated", "inc", "corporation", "corp", "company", "co", "llc", "llp", "plc", "lp", "gmbh",
    "ag", "kg", "sa", "sas", "sarl", "srl", "spa", "bv", "nv", "ab", "as", "oy", "pty", "pte", "pvt", "private", "kk",
    "gk",
)  # fmt: skip

_FORM = re.compile("|".join(re.escape(form) for form in _JAPANESE))
_DOTS = re.compile(r"(?<=\b\w)\.(?=\w\b)|\.(?=\s|$|,)")
_BREAKS = re.compile(r"[\s,.'’\"“”‘()\[\]/・·‐‑–—-]+")
_LAST_WORDS = frozenset(_WESTERN)


def near_words(name: str) -> list[str]:
    """Return the words of a name without company form, case and punctuation; ``&`` reads *and*."""
    text = _FORM.sub(" ", fold_name(name)).replace("&", " and ").replace("+", " and ")
    words = [word for word in _BREAKS.split(_DOTS.sub("", text)) if word]
    while len(words) > 1 and words[-1] in _LAST_WORDS:
        words.pop()
    while len(words) > 1 and words[0] == "the":
        words.pop(0)
    return words or fold_name(name).split()


def near_key(name: str) -> str:
    """Return what is left of a name without company form, case, punctuation and spacing."""
    return "".join(near_words(name))
