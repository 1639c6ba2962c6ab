"""What the Self Client page must be told (zoho-crm-api §1.1, §1.6; zoho-books-api §1.3)."""

from core.model.names import SideName

ACCOUNTS: dict[str, str] = {
    "us": "https://accounts.zoho.com",
    "eu": "https://accounts.zoho.eu",
    "in": "https://accounts.zoho.in",
    "au": "https://accounts.zoho.com.au",
    "jp": "https://accounts.zoho.jp",
    "cn": "https://accounts.zoho.com.cn",
    "ca": "https://accounts.zohocloud.ca",
    "sa": "https://accounts.zoho.sa",
    "uk": "https://accounts.zoho.uk",
}
"""Accounts server by data centre (zoho-crm-api §1.1)."""

SCOPES: dict[SideName, tuple[str, ...]] = {
    "crm": (
        "ZohoCRM.modules.ALL",
        "ZohoCRM.settings.ALL",
        "ZohoCRM.users.READ",
        "ZohoCRM.org.READ",
        "ZohoCRM.coql.READ",
        "ZohoCRM.bulk.ALL",
        "ZohoSearch.securesearch.READ",
    ),
    "books": ("ZohoBooks.contacts.ALL", "ZohoBooks.settings.ALL"),
}
"""What the sync of customers asks for. Books keeps items, users, currencies and custom fields under ``settings``."""
