"""The CRM vendors of a world. Half of them are also vendors in Books, under the same name."""

from __future__ import annotations

from core.sandbox.sources import Row
from core.sandbox.world.accounts import billing
from core.sandbox.world.contacts import other_form
from core.sandbox.world.names import Company, company, phone, scramble
from core.sandbox.world.parts import SMALLEST_PLANTED, Parts

BOOKS_VENDORS = 5 * 10_000_000
"""Where the companies of the Books vendors begin, counted from the number of accounts."""
OWN = 7 * 10_000_000
CATEGORIES = ("原材料", "運送", "事務用品", "IT", "Packaging", "Consulting")


class Vendors:
    """Makes the vendor of an index. The first `equal` are in Books by name, the next `near` by another legal form.

    `euro`, `customer` (named as a Books customer), `twin` (named as vendor `elder`) and `locked` are meant to fail;
    -1 where there is none.
    """

    def __init__(self, seed: int, parts: Parts, owners: tuple[str, ...], customer_name: str, *, planted: bool) -> None:
        self._seed, self._parts, self._owners, self._customer_name = seed, parts, owners, customer_name
        self.count = max(4, parts.accounts // 50) if parts.accounts >= 10 else 0
        self.equal = min(parts.vendors, self.count // 2)
        self.near = min(max(parts.vendors - self.equal, 0), self.count // 10)
        self.euro = self.customer = self.twin = self.elder = self.locked = -1
        if planted and parts.accounts >= SMALLEST_PLANTED:
            self.count += 4
            last = self.count - 1
            self.euro, self.customer, self.twin, self.elder = last - 3, last - 2, last, last - 1
            self.locked = 0

    def firm(self, index: int) -> Company:
        """The company behind a vendor."""
        if index < self.equal + self.near:
            return company(self._seed, self._parts.accounts + BOOKS_VENDORS + index)
        own = self.elder if index == self.twin else index
        return company(self._seed, self._parts.accounts + OWN + own)

    def name(self, index: int) -> str:
        """What CRM calls it."""
        if index == self.customer:
            return self._customer_name
        name = self.firm(index).name
        return other_form(name) if self.equal <= index < self.equal + self.near else name

    def __call__(self, index: int) -> Row:
        """The vendor's fields but for id and times."""
        firm, bits = self.firm(index), scramble(self._seed, index, 23)
        place = {key.removeprefix("Billing_"): value for key, value in billing(firm, bits).items()}
        place["Zip_Code"] = place.pop("Code")
        row: Row = {
            "Vendor_Name": self.name(index),
            "Owner": self._owners[bits % len(self._owners)],
            "Created_By": self._owners[0],
            "Modified_By": self._owners[0],
            "Phone": phone(firm, bits >> 9),
            "Email": f"order@{firm.domain}",
            "Website": f"https://www.{firm.domain}",
            "Category": CATEGORIES[(bits >> 20) % len(CATEGORIES)],
            "Currency": "EUR" if index == self.euro else "JPY",
            "Exchange_Rate": 160.0 if index == self.euro else 1.0,
            **place,
        }
        return row | ({"Locked__s": True} if index == self.locked else {})
