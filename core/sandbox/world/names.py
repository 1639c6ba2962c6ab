"""Company names, places and phone numbers. Every company index has its own name; the seed only shuffles them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

PLACES_JA = (
    ("札幌市", "北海道", "011"), ("仙台市", "宮城県", "022"), ("千代田区", "東京都", "03"), ("港区", "東京都", "03"),
    ("渋谷区", "東京都", "03"), ("横浜市", "神奈川県", "045"), ("川崎市", "神奈川県", "044"), ("さいたま市", "埼玉県",
    "048"),
    ("千葉市", "千葉県", "043"), ("新潟市", "新潟県", "025"), ("金沢市", "石川県", "076"), ("静岡市", "静岡県", "054"),
    ("浜松市", "静岡県", "053"), ("名古屋市", "愛知県", "052"), ("京都市", "京都府", "075"), ("大阪市", "大阪府", "06"),
    ("堺市", "大阪府", "072"), ("神戸市", "兵庫県", "078"), ("岡山市", "岡山県", "086"), ("広島市", "広島県", "082"),
    ("高松市", "香川県", "087"), ("福岡市", "福岡県", "092"), ("熊本市", "熊本県", "096"), ("那覇市", "沖縄県", "098"),
)  # fmt: skip
STEMS_JA = (
    "山田", "佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "中村", "小林", "加藤", "吉田", "松本", "井上", "木村",
    "清水",
    "山崎", "森", "阿部", "池田", "橋本", "石川", "前田", "藤田", "岡田", "長谷川", "村上", "近藤", "青木", "坂本",
    "遠藤",
    "さくら", "みどり", "あおぞら", "ひかり", "大和", "富士", "東海", "北陸", "瀬戸内", "日の出", "丸山", "金星",
    "千歳",
    "白鳥", "若葉", "朝日野", "三つ葉", "七福", "八千代", "天竜",
)  # fmt: skip
TRADES_JA = (
    ("商事", "trading"), ("工業", "industry"), ("製作所", "works"), ("電機", "denki"), ("建設", "kensetsu"), ("食品",
    "foods"),
    ("物流", "logi"), ("印刷", "print"), ("化学", "kagaku"), ("精密", "seimitsu"), ("不動産", "realty"), ("薬局",
    "pharmacy"),
    ("運輸", "unyu"), ("システム", "systems"), ("デザイン", "design"), ("水産", "suisan"), ("農園", "farm"), ("繊維",
    "seni"),
    ("木材", "mokuzai"), ("金属", "metal"), ("出版", "publishing"), ("酒造", "sake"), ("観光", "kanko"), ("技研",
    "giken"),
)  # fmt: skip
FORMS_JA = ("株式会社{}", "{}株式会社", "㈱{}", "{}㈱", "(株){}", "有限会社{}", "合同会社{}")
PLACES_EN = (
    ("San Francisco", "CA", "USA", "+1 415"), ("New York", "NY", "USA", "+1 212"), ("Seattle", "WA", "USA", "+1 206"),
    ("London", "England", "United Kingdom", "+44 20"), ("Manchester", "England", "United Kingdom", "+44 161"),
    ("Singapore", "Singapore", "Singapore", "+65"), ("Sydney", "NSW", "Australia", "+61 2"),
    ("Melbourne", "VIC", "Australia", "+61 3"), ("Toronto", "ON", "Canada", "+1 416"), ("Tokyo", "Tokyo", "Japan",
    "+81 3"),
)  # fmt: skip
STEMS_EN = (
    "Acorn", "Bluewater", "Cedar", "Delta", "Eastgate", "Foxglove", "Granite", "Harbour", "Ironwood", "Juniper",
    "Kestrel",
    "Larkspur", "Meridian", "Northwind", "Oakfield", "Pinecrest", "Quarry", "Redstone", "Silverlake", "Thornbury",
    "Umber",
    "Vantage", "Westbrook", "Yarrow", "Zenith", "Amber", "Beacon", "Copper", "Driftwood", "Evergreen",
)  # fmt: skip
SECONDS_EN = (
    "Bay", "Bridge", "Creek", "Field", "Grove", "Hill", "Lane", "Mill", "Park", "Point", "Ridge", "River", "Stone",
    "Valley",
    "View", "Wharf", "Wood", "Yard", "Cross", "Gate",
)  # fmt: skip
TRADES_EN = (
    "Trading", "Engineering", "Foods", "Logistics", "Printing", "Chemicals", "Instruments", "Realty", "Pharma",
    "Systems",
    "Design", "Seafood", "Farms", "Textiles", "Timber", "Metals", "Publishing", "Travel", "Consulting", "Robotics",
)  # fmt: skip
FORMS_EN = ("{} Ltd", "{} Limited", "{} Inc.", "{} Inc", "{} K.K.", "{} LLC", "{} Pty Ltd", "{} & Co.")
BRANCHES = ("", "東日本", "西日本", "第一", "第二", "第三", "北", "南", "中央", "新")

_JA = len(STEMS_JA) * len(TRADES_JA) * len(PLACES_JA)
_EN = len(STEMS_EN) * len(SECONDS_EN) * len(TRADES_EN)
_MASK = (1 << 64) - 1
STRIDE, TURN = 104_729, 7_919
"""Primes that divide neither number of names, so that each ordinal below it gets another one."""


def scramble(seed: int, index: int, salt: int = 0) -> int:
    """64 well mixed bits of (seed, index, salt): the only source of chance in a world (splitmix64's finaliser)."""
    mixed = (
        index * 0x9E3779B97F4A7C15 + seed * 0xD1B54A32D192ED03 + salt * 0x8CB92BA72F3D8DD7 + 0x632BE59BD9B4E019
    ) & _MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
    return mixed ^ (mixed >> 31)


def scrambles(seed: int, indexes: Sequence[int], salt: int = 0) -> list[int]:
    """`scramble` of many indexes, at half the cost of each."""
    turn = (seed * 0xD1B54A32D192ED03 + salt * 0x8CB92BA72F3D8DD7 + 0x632BE59BD9B4E019) & _MASK
    made = []
    for index in indexes:
        mixed = (index * 0x9E3779B97F4A7C15 + turn) & _MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        made.append(mixed ^ (mixed >> 31))
    return made


class Company(NamedTuple):
    """What a company is called and where it sits. `core` is the name without its legal form."""

    name: str
    core: str
    city: str
    state: str
    country: str
    area: str
    domain: str
    japanese: bool


def company(seed: int, index: int) -> Company:
    """The company of an index; two indexes never have the same `core`, so names clash only where a world wants it."""
    return companies(seed, (index,))[0]


_TOWNS_JA = tuple((city[:-1], city, state, area) for city, state, area in PLACES_JA)
_WORDS_JA = tuple((stem + word, f"{romaji}-") for word, romaji in TRADES_JA for stem in STEMS_JA)
_WORDS_EN = tuple(
    (f"{first} {second} ", f"{first.lower()}{second.lower()}-") for second in SECONDS_EN for first in STEMS_EN
)
_AROUND_JA = tuple(form.partition("{}")[::2] for form in FORMS_JA)
_TAILS_EN = tuple(form.removeprefix("{}") for form in FORMS_EN)
_made = tuple.__new__
"""What a named tuple's own constructor does, without its arguments: companies are made by the hundred thousand."""


def companies(seed: int, indexes: Sequence[int]) -> list[Company]:
    """`company` of many indexes: in one loop, for this is what lists are made of."""
    made, turn = [], seed * TURN
    for index, bits in zip(indexes, scrambles(seed, indexes), strict=True):
        block, place = divmod(index, 10)
        if place >= 7:
            made.append(_english(block * 3 + place - 7, turn, bits))
            continue
        ordinal = block * 7 + place
        words, town_at = divmod((ordinal * STRIDE + turn) % _JA, len(_TOWNS_JA))
        town, city, state, area = _TOWNS_JA[town_at]
        word, site = _WORDS_JA[words]
        core = f"{town}{word}{_branch(ordinal // _JA)}" if ordinal >= _JA else town + word
        before, after = _AROUND_JA[bits % len(_AROUND_JA)]
        parts = (f"{before}{core}{after}", core, city, state, "日本", area, f"{site}{ordinal:x}.example.jp", True)
        made.append(_made(Company, parts))
    return made


def _english(ordinal: int, turn: int, bits: int) -> Company:
    trade, words = divmod((ordinal * STRIDE + turn) % _EN, len(_WORDS_EN))
    repeat = ordinal // _EN
    word, site = _WORDS_EN[words]
    core = f"{word}{TRADES_EN[trade]} {repeat + 1}" if repeat else word + TRADES_EN[trade]
    city, state, country, area = PLACES_EN[(bits >> 8) % len(PLACES_EN)]
    domain = f"{site}{ordinal:x}.example.com"
    return _made(Company, (core + _TAILS_EN[bits % len(FORMS_EN)], core, city, state, country, area, domain, False))


def _branch(repeat: int) -> str:
    return BRANCHES[repeat] if repeat < len(BRANCHES) else f"第{repeat}"


_PLACE_OF_JA = {words: place for place, (words, _) in enumerate(_WORDS_JA)}
_PLACE_OF_EN = {words.casefold(): place for place, (words, _) in enumerate(_WORDS_EN)}
_TRADE_OF_EN = {trade.casefold(): place for place, trade in enumerate(TRADES_EN)}
_BACK_JA, _BACK_EN = pow(STRIDE, -1, _JA), pow(STRIDE, -1, _EN)
_STEM = re.compile("|".join(sorted(map(re.escape, _PLACE_OF_JA), key=len, reverse=True)))


def indexes_named(seed: int, name: str, below: int) -> list[int]:
    """Indexes below a limit of the companies of a name, whatever its case; the way back from `company`."""
    ordinals = [(each // 7 * 10 + each % 7) for each in _ordinals_ja(seed, name, below)]
    ordinals += [(each // 3 * 10 + each % 3 + 7) for each in _ordinals_en(seed, name.casefold(), below)]
    wanted = name.casefold()
    return sorted(index for index in ordinals if index < below and company(seed, index).name.casefold() == wanted)


def _ordinals_ja(seed: int, name: str, below: int) -> Iterator[int]:
    for place, (town, *_) in enumerate(_TOWNS_JA):
        for match in _STEM.finditer(name, name.find(town) + len(town)) if town in name else ():
            turned = _PLACE_OF_JA[match[0]] * len(PLACES_JA) + place
            yield from range((turned - seed * TURN) * _BACK_JA % _JA, below, _JA)


def _ordinals_en(seed: int, name: str, below: int) -> Iterator[int]:
    first, _, rest = name.partition(" ")
    second, _, rest = rest.partition(" ")
    words, trade = _PLACE_OF_EN.get(f"{first} {second} "), _TRADE_OF_EN.get(rest.partition(" ")[0])
    if words is not None and trade is not None:
        yield from range((trade * len(_WORDS_EN) + words - seed * TURN) * _BACK_EN % _EN, below, _EN)


def phone(company_: Company, bits: int) -> str:
    """A telephone number in the manner of the place."""
    area = company_.area
    if company_.japanese:
        return f"{area}-{bits % 9000 + 1000}-{(bits >> 16) % 10_000:04d}"
    return f"{area} {bits % 9000 + 1000} {(bits >> 16) % 10_000:04d}"
