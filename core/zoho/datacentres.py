"""Zoho's data centres (zoho-crm-api §1.1; zoho-books-api §1.1).

A token reply's ``api_domain`` goes before this table wherever it is there.
"""

from msgspec import Struct


class DataCentre(Struct, frozen=True):
    """One data centre: where tokens come from, where both APIs are, and where a Self Client is made."""

    location: str
    name: str
    accounts_url: str
    api_url: str
    console_url: str


def _dc(location: str, name: str, tld: str, accounts: str = "") -> DataCentre:
    return DataCentre(
        location, name, f"https://accounts.{accounts or 'zoho.' + tld}", f"https://www.zohoapis.{tld}",
        f"https://api-console.{accounts or 'zoho.' + tld}",
    )  # fmt: skip


DATA_CENTRES: tuple[DataCentre, ...] = (
    _dc("jp", "Japan", "jp"),
    _dc("us", "United States", "com"),
    _dc("eu", "Europe", "eu"),
    _dc("in", "India", "in"),
    _dc("au", "Australia", "com.au"),
    _dc("ca", "Canada", "ca", "zohocloud.ca"),
    _dc("sa", "Saudi Arabia", "sa"),
    _dc("uk", "United Kingdom", "uk"),
    _dc("cn", "China", "com.cn"),
)


def tidy(url: str) -> str:
    """Return an accounts URL or host as an origin without a trailing slash."""
    bare = url.strip().rstrip("/")
    return bare if "://" in bare else f"https://{bare}"


def by_accounts_url(url: str) -> DataCentre | None:
    """Return the data centre of an accounts URL; None for one we do not know (a sandbox, say)."""
    wanted = tidy(url).lower()
    return next((each for each in DATA_CENTRES if each.accounts_url == wanted), None)
