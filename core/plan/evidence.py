"""What tells two records of the same name apart, or speaks for two names being one company's: e-mail, phone, city."""

import re
import unicodedata
from collections.abc import Iterator

from core.model.deciding import DetailCode
from core.model.record import Record
from core.model.value import Fields
from core.plan.normalise import fold_name

FIELDS: dict[str, tuple[tuple[DetailCode, str], ...]] = {
    "Accounts": (
        ("phone", "Phone"), ("website", "Website"), ("city", "Billing_City"), ("state", "Billing_State"),
        ("country", "Billing_Country"),
    ),
    "Contacts": (
        ("email", "Email"), ("phone", "Phone"), ("mobile", "Mobile"), ("city", "Mailing_City"),
        ("country", "Mailing_Country"),
    ),
    "Vendors": (
        ("email", "Email"), ("phone", "Phone"), ("website", "Website"), ("city", "City"), ("country", "Country"),
    ),
    "Products": (("code", "Product_Code"), ("price", "Unit_Price"), ("unit", "Usage_Unit")),
    "customers": (
        ("email", "primary.email"), ("phone", "billing_address.phone"), ("mobile", "primary.phone"),
        ("website", "website"), ("city", "billing_address.city"), ("state", "billing_address.state"),
        ("country", "billing_address.country"), ("company", "company_name"),
    ),
    "vendors": (
        ("email", "primary.email"), ("phone", "primary.phone"), ("website", "website"),
        ("city", "billing_address.city"), ("country", "billing_address.country"), ("company", "company_name"),
    ),
    "persons": (("email", "email"), ("phone", "phone"), ("mobile", "mobile")),
    "items": (("code", "sku"), ("price", "rate"), ("unit", "unit")),
}  # fmt: skip
"""By entity: what is shown of a record to tell it from another, the most telling first, and where it stands."""

_DIGITS = re.compile(r"\d+")
_HOST = re.compile(r"(?:[a-z]+://)?(?:www\.)?([^/:?#\s]+)")
_LEAST_DIGITS = 6
_EVERYBODYS = frozenset({
    "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.jp", "outlook.com", "outlook.jp", "hotmail.com",
    "hotmail.co.jp", "live.com", "live.jp", "icloud.com", "me.com", "aol.com", "docomo.ne.jp", "ezweb.ne.jp",
    "au.com", "softbank.ne.jp", "i.softbank.jp", "gmx.de", "gmx.net", "web.de", "proton.me", "qq.com", "163.com",
})  # fmt: skip
"""Domains that say nothing of whose an address is."""


def paths(entity: str) -> tuple[str, ...]:
    """Return the fields that tell records of an entity apart."""
    return tuple(path for _, path in FIELDS.get(entity, ()))


def details(record: Record) -> tuple[tuple[DetailCode, str], ...]:
    """Return what tells a record from others, as far as it was read, each kind once."""
    found: dict[DetailCode, str] = {}
    for code, path in FIELDS.get(record.entity, ()):
        value = record.fields.get(path)
        if isinstance(value, str) and value.strip():
            found.setdefault(code, value.strip())
    return tuple(found.items())


def hints(entity: str, fields: Fields) -> tuple[str, ...]:
    """Return what of a record can speak for a likeness, as ``kind:folded value``: email, domain, phone, city."""
    return tuple(dict.fromkeys(_hints(entity, fields)))


def _hints(entity: str, fields: Fields) -> Iterator[str]:
    for code, path in FIELDS.get(entity, ()):
        value = fields.get(path)
        if not isinstance(value, str) or not value.strip():
            continue
        text = fold_name(value)
        if code == "email" and "@" in text:
            yield f"email:{text}"
            if (host := text.rpartition("@")[2]) not in _EVERYBODYS:
                yield f"domain:{host}"
        elif code == "website" and (found := _HOST.match(text)) is not None:
            yield f"domain:{found[1]}"
        elif code in ("phone", "mobile"):
            digits = "".join(_DIGITS.findall(unicodedata.normalize("NFKC", value)))
            if len(digits) >= _LEAST_DIGITS:
                # The last digits are the same with and without a country's prefix.
                yield f"phone:{digits[-9:]}"
        elif code == "city":
            yield f"city:{text}"
