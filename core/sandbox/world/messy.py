"""A world whose every text is hostile: markup, control characters, text that runs the other way, very long words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zlib import crc32

from core.sandbox.sources import Row

HOSTILE = (
    "<script>alert(1)</script>", "'; DROP TABLE x; --", "\u202etxt.exe", "a\tb\nc", "[bold red]x[/]", "\x1b[31mred",
    "👩‍👩‍👧‍👦👍🏽", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍", "ｶﾞｷﾞ㍿", "null", "=1+1", "%s%n{0}", "\u200bzero",
    "\u0000nul", "٣٤٥", "“quotes” ‘here’", "&amp;&lt;",
    "ﷺ", "C:\\dir\\", "../../etc/passwd",
)  # fmt: skip
KEPT = (
    "id", "Owner", "Created_By", "Modified_By", "Currency", "Account_Type", "Industry", "Rating", "Ownership", "Stage",
    "Pipeline", "Type", "Closing_Date", "Email", "Usage_Unit", "Account_Name_id", "Tax", "contact_type", "status",
    "source", "currency_id", "customer_sub_type", "website", "Website", "product_type", "item_type", "address_id",
    "contact_person_id", "zcrm_account_id", "email", "Vendor_Name_id",
)  # fmt: skip
LOOKUPS = ("Account_Name", "Contact_Name", "Vendor_Name")
SHORT = 18


def spoil(make: Callable[[int], Row]) -> Callable[[int], Row]:
    """A maker whose texts are hostile: equal ones stay equal, others stay unlike; ids, choices and dates stay."""

    def made(index: int) -> Row:
        return {key: _value(key, value) for key, value in make(index).items()}

    return made


def _value(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {inner: _value(inner, each) for inner, each in value.items()}
    if isinstance(value, list):
        return [_value("", each) if isinstance(each, dict) else each for each in value]
    link = key in LOOKUPS and str(value).isdecimal()
    if not isinstance(value, str) or key in KEPT or link:
        return value
    mark = crc32(value.encode())
    return f"{HOSTILE[mark % len(HOSTILE)][:SHORT]} {mark:08x}"
