"""The CRM accounts of a world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.sandbox.sources import Names, Row
from core.sandbox.world.batch import Batch, Column
from core.sandbox.world.names import Company, company, indexes_named, phone
from core.sandbox.world.parts import Parts

INDUSTRIES = (
    "Manufacturing",
    "Retail",
    "Technology",
    "Real Estate",
    "Logistics",
    "Food & Beverage",
    "Education",
    "Finance",
)
TYPES = ("Customer", "Partner", "Prospect", "Supplier", "Reseller", "Other")
RATINGS = ("Acquired", "Active", "Market Failed", "Project Cancelled", "Shut Down")
CITY_LENGTH = 120
"""This organisation let Billing_City grow to 120, twenty more than Books takes."""

LONG_CITY = (
    "千代田区丸の内一丁目一番地、中央合同庁舎第七号館の真向かい、地下鉄の三番出口を出て右手に見える古い煉瓦造りの建物の裏にある新館の"
    "五階、受付は二階なので先に二階で名前を書いてから昇降機で上がり、突き当たりを左に曲がった先の事務室"
)
DESCRIPTIONS = (
    None, None, None, "展示会で名刺交換。", "年間契約。更新は三月。", "Introduced by a partner.",
    "請求書は月末締め、翌月末払い。",
    "Prefers e-mail.", "担当者の変更あり。",
)  # fmt: skip


def street(firm: Company, bits: int) -> str:
    """Street and number."""
    if firm.japanese:
        return f"中央{1 + (bits >> 30) % 9}-{1 + (bits >> 34) % 30}-{1 + (bits >> 39) % 20}"
    return f"{1 + (bits >> 30) % 990} Market Street"


def postcode(firm: Company, bits: int) -> str:
    """In the manner of the place."""
    if firm.japanese:
        return f"{100 + (bits >> 44) % 880}-{(bits >> 50) % 10_000:04d}"
    return f"{10_000 + (bits >> 44) % 89_999}"


def billing(firm: Company, bits: int) -> Row:
    """The billing address, with what a CRM calls its parts."""
    return {
        "Billing_Street": street(firm, bits),
        "Billing_City": firm.city,
        "Billing_State": firm.state,
        "Billing_Code": postcode(firm, bits),
        "Billing_Country": firm.country,
    }


PLAIN: dict[str, Column] = {
    "Account_Type": lambda of: [TYPES[bits >> 3 & 3] for bits in of.chance],
    "Industry": lambda of: [INDUSTRIES[bits >> 5 & 7] for bits in of.chance],
    "Phone": lambda of: list(map(phone, of.firms, [bits >> 9 for bits in of.chance])),
    "Employees": lambda of: [1 + (bits >> 24) % 800 for bits in of.chance],
    "Billing_Street": lambda of: [street(firm, bits) for firm, bits in of.both],
    "Billing_State": lambda of: [firm.state for firm in of.firms],
    "Billing_Code": lambda of: [postcode(firm, bits) for firm, bits in of.both],
    "Billing_Country": lambda of: [firm.country for firm in of.firms],
}
EXTRAS: dict[str, Column] = {
    "Website": lambda of: [f"https://www.{firm.domain}" if bits >> 20 & 3 else None for firm, bits in of.both],
    "Fax": lambda of: [phone(firm, bits >> 11) if bits >> 22 & 3 == 0 else None for firm, bits in of.both],
    "Shipping_City": lambda of: [firm.city if bits >> 27 & 1 else None for firm, bits in of.both],
    "Shipping_State": lambda of: [firm.state if bits >> 27 & 1 else None for firm, bits in of.both],
    "Shipping_Country": lambda of: [firm.country if bits >> 27 & 1 else None for firm, bits in of.both],
    "Rating": lambda of: [RATINGS[bits >> 31 & 3] if bits >> 29 & 3 == 0 else None for bits in of.chance],
    "Annual_Revenue": lambda of: [
        (1 + (bits >> 35) % 5_000) * 100_000 if bits >> 33 & 1 else None for bits in of.chance
    ],
    "Description": lambda of: [DESCRIPTIONS[(bits >> 48) % len(DESCRIPTIONS)] for bits in of.chance],
}
"""What only some accounts have; locked ones have none of it."""
ALL = (
    "Account_Name", "Owner", "Created_By", "Modified_By", "Account_Type", "Industry", "Phone", "Currency",
    "Exchange_Rate", "Employees", "Billing_Street", "Billing_City", "Billing_State", "Billing_Code", "Billing_Country",
    "Locked__s", *EXTRAS,
)  # fmt: skip


class Accounts:
    """Makes accounts: a pure function of the seed and of the parts handed out.

    Fields are made by the column: a list asks for a few fields of many accounts, and that is what is to be fast.
    """

    def __init__(self, seed: int, parts: Parts, owners: tuple[str, ...]) -> None:
        self._seed, self._parts = seed, parts
        euro, long_city = parts.euro, parts.long_city
        self._columns: dict[str, Column] = PLAIN | {
            "Account_Name": self._names,
            "Owner": lambda of: [owners[bits % len(owners)] for bits in of.chance],
            "Created_By": lambda of: [owners[0]] * len(of.indexes),
            "Modified_By": lambda of: [owners[0]] * len(of.indexes),
            "Currency": lambda of: ["EUR" if index in euro else "JPY" for index in of.indexes],
            "Exchange_Rate": lambda of: [160.0 if index in euro else 1.0 for index in of.indexes],
            "Billing_City": lambda of: [
                LONG_CITY if index in long_city else firm.city for index, firm in zip(of.indexes, of.firms, strict=True)
            ],
            "Locked__s": lambda of: [True if index in parts.locked else None for index in of.indexes],
        }

    def name(self, index: int) -> str:
        """What the account is called; a twin has the name of another one."""
        return company(self._seed, self._parts.twins.get(index, index)).name

    def __call__(self, index: int) -> Row:
        """The fields of the account but for id and times; absent means empty."""
        made = self.columns((index,), ALL)
        return {name: values[0] for name, values in zip(ALL, made, strict=True) if values[0] is not None}

    def columns(self, indexes: Sequence[int], names: Names) -> list[list[Any]]:
        """The values of some fields, a list for each; None for empty and for what is no field of accounts."""
        batch = Batch(self._seed, indexes, 1)
        return [self._column(name, batch) for name in names]

    def locate(self, key: str, value: object) -> list[int] | None:
        """The accounts of a name, whatever its case."""
        if key != "Account_Name":
            return None
        parts, named = self._parts, indexes_named(self._seed, str(value), self._parts.accounts)
        twins = (twin for twin, elder in parts.twins.items() if elder in named)
        return sorted({*(each for each in named if each not in parts.twins), *twins})

    def _column(self, name: str, batch: Batch) -> list[Any]:
        if name in self._columns:
            return self._columns[name](batch)
        if name not in EXTRAS:
            return [None] * len(batch.indexes)
        locked, values = self._parts.locked, EXTRAS[name](batch)
        if locked.isdisjoint(batch.indexes):
            return values
        return [None if index in locked else value for index, value in zip(batch.indexes, values, strict=True)]

    def _names(self, batch: Batch) -> list[str]:
        twins = self._parts.twins
        return [
            self.name(index) if index in twins else firm.name
            for index, firm in zip(batch.indexes, batch.firms, strict=True)
        ]
