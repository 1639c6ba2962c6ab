"""Names of people. Every index has its own name; the seed only shuffles them."""

from __future__ import annotations

from typing import NamedTuple

from core.sandbox.world.names import scramble

SURNAMES_JA = (
    "佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田", "山田", "佐々木", "山口",
    "松本", "井上", "木村", "林", "斎藤", "清水", "山崎", "森", "池田", "橋本", "阿部", "石川", "山下", "中島", "石井",
    "小川", "前田", "岡田", "長谷川", "藤田", "後藤", "近藤", "村上", "遠藤", "青木", "坂本", "福田", "太田", "西村",
    "藤井", "金子", "岡本", "藤原", "中野", "三浦", "原田", "竹内", "小野", "田村", "和田", "中山", "石田", "上田",
    "森田", "原", "柴田",
)  # fmt: skip
GIVEN_JA = (
    "健", "誠", "翔", "大輔", "拓也", "直樹", "和也", "浩二", "慎一", "悠斗", "蓮", "陽太", "颯", "樹", "隆",
    "恵子", "由美", "陽子", "美穂", "さくら", "葵", "結衣", "千尋", "彩花", "真理", "裕子", "麻衣", "七海", "楓", "凛",
    "一郎", "正", "清", "勇", "博", "進", "修", "茂", "実", "学", "明美", "幸子", "和子", "久美", "智子", "香織",
    "優子", "愛", "舞", "綾",
)  # fmt: skip
FIRST_EN = (
    "Anna", "Ben", "Clara", "David", "Emma", "Frank", "Grace", "Henry", "Iris", "Jack", "Kate", "Liam", "Mary", "Noah",
    "Olive", "Peter", "Quinn", "Ruth", "Sam", "Tess", "Uma", "Victor", "Wendy", "Xenia", "Yves", "Zoe", "Amir", "Beth",
    "Carl", "Dina",
)  # fmt: skip
LAST_EN = (
    "Archer", "Baker", "Carter", "Dawson", "Ellis", "Fisher", "Garner", "Hayes", "Irwin", "Jensen", "Keller", "Lawson",
    "Mercer", "Norton", "Osborne", "Palmer", "Quigley", "Reeves", "Sawyer", "Turner", "Underhill", "Vaughn", "Walker",
    "Young", "Zimmer", "Ashby", "Barlow", "Conway", "Draper", "Emery",
)  # fmt: skip
_JA = len(SURNAMES_JA) * len(GIVEN_JA)
_EN = len(FIRST_EN) * len(LAST_EN)
STRIDE = 1_009
"""A prime that divides neither number of names."""


class Person(NamedTuple):
    """`first` and `last` as a CRM keeps them."""

    first: str
    last: str
    japanese: bool


def person(seed: int, index: int) -> Person:
    """The person of an index; two indexes never share first and last name together."""
    if index % 10 < 7:
        ordinal = index // 10 * 7 + index % 10
        rest, given = divmod((ordinal * STRIDE + seed * 7) % _JA, len(GIVEN_JA))
        return Person(GIVEN_JA[given], SURNAMES_JA[rest] + _again(ordinal // _JA), True)
    ordinal = index // 10 * 3 + index % 10 - 7
    rest, first = divmod((ordinal * STRIDE + seed * 7) % _EN, len(FIRST_EN))
    return Person(FIRST_EN[first], LAST_EN[rest] + _again(ordinal // _EN), False)


def _again(repeat: int) -> str:
    """What tells people apart once all names are used up."""
    return f" {repeat + 1}" if repeat else ""


def mobile(seed: int, index: int) -> str:
    """A mobile number."""
    bits = scramble(seed, index, 21)
    return f"0{7 + bits % 3}0-{bits >> 8 & 0x1FFF:04d}-{bits >> 24 & 0x1FFF:04d}"
