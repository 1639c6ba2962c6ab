"""Field values in canonical form, so that equality of values is equality of meaning.

Each side's codec (``core.zoho``) turns wire values into these and back; everything between compares with ``==``.
"""

from typing import Literal

Value = str | bool | None | tuple[str, ...]
"""A canonical field value. ``None`` is empty (``""`` never occurs). Decimals and integers are plain decimal strings
without exponent, leading plus or trailing zeros (``"12.5"``), dates ``YYYY-MM-DD``, instants ``YYYY-MM-DDTHH:MM:SSZ``,
ids strings, multi-selects sorted tuples."""

Fields = dict[str, Value]
"""Field path on its own side → canonical value. Nested Books fields are dotted: ``billing_address.city``."""

Kind = Literal[
    "text", "multiline", "email", "phone", "url", "decimal", "integer", "boolean", "date", "datetime",
    "picklist", "multiselect", "lookup", "currency_code",
]  # fmt: skip
