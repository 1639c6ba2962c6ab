"""The CRM accounts of a world."""

from __future__ import annotations

from core.sandbox.table import Row
from core.sandbox.world.names import Company, company, phone, scramble
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


class Accounts:
    """Makes the account of an index: a pure function of the seed and of the parts handed out."""

    def __init__(self, seed: int, parts: Parts, owners: tuple[str, ...]) -> None:
        self._seed, self._parts, self._owners = seed, parts, owners

    def name(self, index: int) -> str:
        """What the account is called; a twin has the name of another one."""
        return company(self._seed, self._parts.twins.get(index, index)).name

    def __call__(self, index: int) -> Row:
        """The fields of the account but for id and times; absent means empty."""
        firm, bits = company(self._seed, index), scramble(self._seed, index, 1)
        owner = self._owners[bits % len(self._owners)]
        row: Row = {
            "Account_Name": self.name(index) if index in self._parts.twins else firm.name,
            "Owner": owner,
            "Created_By": self._owners[0],
            "Modified_By": self._owners[0],
            "Account_Type": TYPES[bits >> 3 & 3],
            "Industry": INDUSTRIES[bits >> 5 & 7],
            "Phone": phone(firm, bits >> 9),
            "Currency": "EUR" if index in self._parts.euro else "JPY",
            "Exchange_Rate": 160.0 if index in self._parts.euro else 1.0,
            "Employees": 1 + (bits >> 24) % 800,
            **billing(firm, bits),
        }
        if index in self._parts.long_city:
            row["Billing_City"] = LONG_CITY
        if index in self._parts.locked:
            row["Locked__s"] = True
        else:
            row |= _extras(firm, bits)
        return row


def billing(firm: Company, bits: int) -> Row:
    """The billing address, with what a CRM calls its parts."""
    if firm.japanese:
        street = f"中央{1 + (bits >> 30) % 9}-{1 + (bits >> 34) % 30}-{1 + (bits >> 39) % 20}"
        code = f"{100 + (bits >> 44) % 880}-{(bits >> 50) % 10_000:04d}"
    else:
        street = f"{1 + (bits >> 30) % 990} Market Street"
        code = f"{10_000 + (bits >> 44) % 89_999}"
    return {
        "Billing_Street": street,
        "Billing_City": firm.city,
        "Billing_State": firm.state,
        "Billing_Code": code,
        "Billing_Country": firm.country,
    }


def _extras(firm: Company, bits: int) -> Row:
    """What only some accounts have."""
    row: Row = {}
    if bits >> 20 & 3:
        row["Website"] = f"https://www.{firm.domain}"
    if bits >> 22 & 3 == 0:
        row["Fax"] = phone(firm, bits >> 11)
    if bits >> 27 & 1:
        row["Shipping_City"], row["Shipping_State"], row["Shipping_Country"] = firm.city, firm.state, firm.country
    if bits >> 29 & 3 == 0:
        row["Rating"] = RATINGS[bits >> 31 & 3]
    if bits >> 33 & 1:
        row["Annual_Revenue"] = (1 + (bits >> 35) % 5_000) * 100_000
    description = DESCRIPTIONS[(bits >> 48) % len(DESCRIPTIONS)]
    if description is not None:
        row["Description"] = description
    return row
