"""The Books contacts of a world: its own customers and vendors, and those that also stand in CRM."""

from __future__ import annotations

from collections.abc import Callable

from core.sandbox.sources import Row
from core.sandbox.world.accounts import billing
from core.sandbox.world.ids import ACCOUNTS, ADDRESSES, META, PERSONS, books_id, crm_id
from core.sandbox.world.names import Company, company, phone, scramble
from core.sandbox.world.parts import Parts

JPY, USD, GBP = books_id(META + 10), books_id(META + 11), books_id(META + 12)
FORMS = {
    "㈱": "株式会社", "(株)": "株式会社", "株式会社": "㈱", "有限会社": "(有)", "合同会社": "(同)",
    " Pty Ltd": " Pty Limited",
    " Ltd": " Limited", " Limited": " Ltd", " Inc.": ", Inc.", " Inc": " Incorporated", " K.K.": " KK",
    " LLC": " L.L.C.",
    " & Co.": " and Co.",
}  # fmt: skip
PEOPLE = (("太郎", "山本"), ("花子", "鈴木"), ("健一", "高木"), ("美咲", "原田"), ("Anna", "Berg"), ("James", "Cole"))
Maker = Callable[[int], Row]


class Contacts:
    """Makes the contact of an index. `sections` says which contacts are what, in order of creation."""

    def __init__(self, seed: int, parts: Parts, account_name: Callable[[int], str]) -> None:
        self._seed, self._parts, self._account_name = seed, parts, account_name
        plan: list[tuple[int, Maker]] = [
            (len(parts.native), lambda at: self._native(parts.native[at])),
            (len(parts.equal), lambda at: self._equal(parts.equal[at])),
            (2 * len(parts.doubled), lambda at: self._equal(parts.doubled[at // 2])),
            (len(parts.near), lambda at: self._near(parts.near[at])),
            (len(parts.vendor_names), lambda at: self._vendor_named(parts.vendor_names[at])),
            (parts.books_only, lambda at: self._own(0, at)),
            (parts.no_phone, self._without_phone),
            (parts.long_street, self._with_long_street),
            (parts.bad_website, self._with_bad_website),
            (parts.pounds, lambda at: self._own(6, at) | {"currency_id": GBP}),
            (parts.inactive, lambda at: self._own(4, at) | {"status": "inactive"}),
            (parts.vendors, self._vendor),
        ]
        self._ends: list[tuple[int, int, Maker]] = []
        self.count = 0
        for size, maker in plan:
            self._ends.append((self.count, self.count + size, maker))
            self.count += size

    def begin(self, section: int) -> int:
        """The index at which a section of the plan begins."""
        return self._ends[section][0]

    def __call__(self, index: int) -> Row:
        """The contact of an index, but for id and times."""
        for begin, end, maker in self._ends:
            if index < end:
                row = maker(index - begin)
                row["billing_address"]["address_id"] = books_id(ADDRESSES + 2 * index)
                row["shipping_address"] = {"address_id": books_id(ADDRESSES + 2 * index + 1)}
                row["contact_persons"][0]["contact_person_id"] = books_id(PERSONS + index)
                return row
        raise IndexError(index)

    def _native(self, account: int) -> Row:
        """Paired by Zoho's own integration; written a little differently, so that names alone would not pair it."""
        firm = company(self._seed, account)
        row = self._customer(firm, account, 2)
        row["contact_name"] = other_form(firm.name)
        return row | {"zcrm_account_id": crm_id(ACCOUNTS + account), "source": "crm"}

    def _equal(self, account: int) -> Row:
        firm = company(self._seed, account)
        row = self._customer(firm, account, 3)
        return row | {"contact_name": self._account_name(account), "website": f"https://shop.{firm.domain}"}

    def _near(self, account: int) -> Row:
        firm = company(self._seed, account)
        return self._customer(firm, account, 4) | {"contact_name": other_form(firm.name)}

    def _own(self, block: int, at: int) -> Row:
        index = self._parts.accounts + block * 10_000_000 + at
        return self._customer(company(self._seed, index), index, 5)

    def _without_phone(self, at: int) -> Row:
        row = self._own(1, at)
        del row["billing_address"]["phone"]
        row["contact_persons"][0].pop("phone", None)
        return row

    def _with_long_street(self, at: int) -> Row:
        row = self._own(2, at)
        row["billing_address"]["address"] += "　宛先の細かな指定：" + "搬入は裏口から、" * 34
        return row

    def _with_bad_website(self, at: int) -> Row:
        row = self._own(3, at)
        return row | {"website": row["website"].removeprefix("https://")}

    def _vendor(self, at: int) -> Row:
        row = self._own(5, at)
        del row["customer_sub_type"]
        return row | {"contact_type": "vendor"}

    def _vendor_named(self, account: int) -> Row:
        row = self._equal(account)
        del row["customer_sub_type"]
        return row | {"contact_type": "vendor"}

    def _customer(self, firm: Company, index: int, salt: int) -> Row:
        bits = scramble(self._seed, index, salt)
        place = billing(firm, bits)
        first, last = PEOPLE[bits % len(PEOPLE)]
        number = phone(firm, bits >> 9)
        return {
            "contact_name": firm.name,
            "company_name": firm.name,
            "contact_type": "customer",
            "customer_sub_type": "business",
            "status": "active",
            "source": "user",
            "currency_id": JPY,
            "website": f"https://www.{firm.domain}",
            "payment_terms": (0, 15, 30)[bits % 3],
            "billing_address": {
                "address": place["Billing_Street"], "city": place["Billing_City"], "state": place["Billing_State"],
                "zip": place["Billing_Code"], "country": place["Billing_Country"], "phone": number,
            },
            "contact_persons": [
                {"first_name": first, "last_name": last, "email": f"info@{firm.domain}", "phone": number,
                 "is_primary_contact": True}
            ],
        }  # fmt: skip


def other_form(name: str) -> str:
    """The same company, written as somebody else would write its legal form."""
    for form, other in FORMS.items():
        if form in name:
            return name.replace(form, other)
    return name
