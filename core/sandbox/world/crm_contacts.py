"""The CRM contacts of a world: one person for each account, and a few who belong to nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from core.sandbox.sources import Names, Row
from core.sandbox.world.batch import Batch, Column
from core.sandbox.world.ids import ACCOUNTS, CRM_PREFIX, crm_id, number_of
from core.sandbox.world.names import phone
from core.sandbox.world.parts import SMALLEST_PLANTED
from core.sandbox.world.people import Person, mobile, person

TITLES = ("部長", "課長", "営業担当", "経理担当", "社長", "Purchasing Manager", "Accountant", "Director")
DEPARTMENTS = ("営業部", "経理部", "購買部", "総務部", "Finance", "Purchasing")
ALONE = 17
"""Every so many contacts has no account."""

PLAIN: dict[str, Column] = {
    "Email": lambda of: [f"p{index}@{firm.domain}" for index, firm in zip(of.indexes, of.firms, strict=True)],
    "Phone": lambda of: [phone(firm, bits >> 9) for firm, bits in of.both],
    "Title": lambda of: [TITLES[bits >> 3 & 7] for bits in of.chance],
    "Department": lambda of: [DEPARTMENTS[(bits >> 6) % len(DEPARTMENTS)] for bits in of.chance],
    "Mailing_City": lambda of: [firm.city for firm in of.firms],
    "Mailing_State": lambda of: [firm.state for firm in of.firms],
    "Mailing_Country": lambda of: [firm.country for firm in of.firms],
    "Mobile": lambda of: [
        mobile(of.seed, index) if bits >> 40 & 1 else None for index, bits in zip(of.indexes, of.chance, strict=True)
    ],
    "Account_Name": lambda of: [crm_id(ACCOUNTS + index) if index % ALONE else None for index in of.indexes],
}
ALL = (
    "First_Name", "Last_Name", "Email", "Phone", "Owner", "Created_By", "Modified_By", "Title", "Department",
    "Currency", "Exchange_Rate", "Mailing_City", "Mailing_State", "Mailing_Country", "Mobile", "Account_Name",
)  # fmt: skip


class CrmContacts:
    """Makes the contact of an index. `euro`, `twin` and `elder` (whose name the twin has) are meant to fail, or -1."""

    def __init__(self, seed: int, accounts: int, owners: tuple[str, ...], *, planted: bool) -> None:
        self._seed = seed
        self.count = accounts
        lively = planted and accounts >= SMALLEST_PLANTED
        self.euro, self.twin, self.elder = (8, 23, 12) if lively else (-1, -1, -1)
        self._columns: dict[str, Column] = PLAIN | {
            "Owner": lambda of: [owners[bits % len(owners)] for bits in of.chance],
            "Created_By": lambda of: [owners[0]] * len(of.indexes),
            "Modified_By": lambda of: [owners[0]] * len(of.indexes),
            "Currency": lambda of: ["EUR" if index == self.euro else "JPY" for index in of.indexes],
            "Exchange_Rate": lambda of: [160.0 if index == self.euro else 1.0 for index in of.indexes],
        }

    def name(self, index: int) -> str:
        """First and last name as CRM joins them."""
        who = person(self._seed, self.elder if index == self.twin else index)
        return f"{who.first} {who.last}"

    def locate(self, key: str, value: object) -> list[int] | None:
        """The contact of an account, or of an address."""
        if key == "Email":
            match = re.match(r"p(\d{1,9})@", str(value), re.IGNORECASE)
            index = int(match[1]) if match else self.count
            if index >= self.count or self.columns((index,), (key,))[0][0].casefold() != str(value).casefold():
                return []
            return [index]
        if key != "Account_Name":
            return None
        number = number_of(str(value), CRM_PREFIX)
        index = -1 if number is None else number - ACCOUNTS
        return [index] if 0 <= index < self.count and index % ALONE else []

    def __call__(self, index: int) -> Row:
        """The contact's fields but for id and times."""
        made = self.columns((index,), ALL)
        return {name: values[0] for name, values in zip(ALL, made, strict=True) if values[0] is not None}

    def columns(self, indexes: Sequence[int], names: Names) -> list[list[Any]]:
        """The values of some fields, a list for each; None for empty and for what is no field of contacts."""
        batch, nothing = Batch(self._seed, indexes, 22), [None] * len(indexes)
        people: list[Person] | None = None
        made: list[list[Any]] = []
        for name in names:
            if name in ("First_Name", "Last_Name"):
                people = people or [person(self._seed, self.elder if each == self.twin else each) for each in indexes]
                made.append([each.first if name == "First_Name" else each.last for each in people])
            else:
                made.append(self._columns[name](batch) if name in self._columns else nothing)
        return made
