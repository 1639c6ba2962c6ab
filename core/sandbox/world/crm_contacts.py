"""The CRM contacts of a world: one person for each account, and a few who belong to nobody."""

from __future__ import annotations

from core.sandbox.table import Row
from core.sandbox.world.ids import ACCOUNTS, CRM_PREFIX, crm_id, number_of
from core.sandbox.world.names import company, phone, scramble
from core.sandbox.world.parts import SMALLEST_PLANTED
from core.sandbox.world.people import mobile, person

TITLES = ("部長", "課長", "営業担当", "経理担当", "社長", "Purchasing Manager", "Accountant", "Director")
DEPARTMENTS = ("営業部", "経理部", "購買部", "総務部", "Finance", "Purchasing")
ALONE = 17
"""Every so many contacts has no account."""


class CrmContacts:
    """Makes the contact of an index. `euro`, `twin` and `elder` (whose name the twin has) are meant to fail, or -1."""

    def __init__(self, seed: int, accounts: int, owners: tuple[str, ...], *, planted: bool) -> None:
        self._seed, self._owners = seed, owners
        self.count = accounts
        lively = planted and accounts >= SMALLEST_PLANTED
        self.euro, self.twin, self.elder = (8, 23, 12) if lively else (-1, -1, -1)

    def name(self, index: int) -> str:
        """First and last name as CRM joins them."""
        who = person(self._seed, self.elder if index == self.twin else index)
        return f"{who.first} {who.last}"

    def locate(self, key: str, value: object) -> list[int] | None:
        """The contact of an account."""
        number = number_of(str(value), CRM_PREFIX) if key == "Account_Name" else None
        if number is None:
            return None if key != "Account_Name" else []
        index = number - ACCOUNTS
        return [index] if 0 <= index < self.count and index % ALONE else []

    def __call__(self, index: int) -> Row:
        """The contact's fields but for id and times."""
        firm, bits = company(self._seed, index), scramble(self._seed, index, 22)
        who = person(self._seed, self.elder if index == self.twin else index)
        row: Row = {
            "First_Name": who.first,
            "Last_Name": who.last,
            "Email": f"p{index}@{firm.domain}",
            "Phone": phone(firm, bits >> 9),
            "Owner": self._owners[bits % len(self._owners)],
            "Created_By": self._owners[0],
            "Modified_By": self._owners[0],
            "Title": TITLES[bits >> 3 & 7],
            "Department": DEPARTMENTS[(bits >> 6) % len(DEPARTMENTS)],
            "Currency": "EUR" if index == self.euro else "JPY",
            "Exchange_Rate": 160.0 if index == self.euro else 1.0,
            "Mailing_City": firm.city,
            "Mailing_State": firm.state,
            "Mailing_Country": firm.country,
        }
        if bits >> 40 & 1:
            row["Mobile"] = mobile(self._seed, index)
        if index % ALONE:
            row["Account_Name"] = crm_id(ACCOUNTS + index)
        return row
